"""What holds for any text: nothing is raised, and no step is worse than linear in the article's length."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.records import Attribution, Document, Span
from stance.resolver import Resolution, resolve
from stance.resolver.resolution import CONFIDENCE
from stance.sentences import split

_WORDS = st.sampled_from(
    [
        *"Ann Poole Mayor the a company said says report they it he she I you we of and for WHO (WHO) who".split(),
        *"which its her statement two 34 U.S. Dr. Mr ((WN)) Q: l1ke tbe é ß 中文 . , ? : ; ( ) — - ' ’ \" “ ”".split(),
        *("\n\n", "\u200d", "\x00"),
    ]
)
_TEXTS = st.one_of(st.text(max_size=200), st.lists(_WORDS, max_size=60).map(" ".join))


def _document(text: str, title: str | None = None) -> Document:
    return Document(text=text, sentences=tuple(split(text)), title=title)


@st.composite
def _articles(draw: st.DrawFn) -> tuple[Document, list[Attribution]]:
    """Any text with attributions anywhere in its sentences."""
    document = _document(draw(_TEXTS), draw(st.one_of(st.none(), _TEXTS)))
    linked = []
    for sentence in document.sentences:
        for _ in range(draw(st.integers(0, 2)) if sentence.text else 0):
            spans = [draw(_spans(sentence.start, sentence.end)) for _ in range(3)]
            source, cue = (draw(st.sampled_from((span, None))) for span in spans[:2])
            linked.append(Attribution(sentence, (spans[2],), source_span=source, cue_span=cue))
    return document, linked


def _spans(start: int, end: int) -> st.SearchStrategy[Span]:
    return st.tuples(st.integers(start, end - 1), st.integers(1, 20)).map(lambda p: Span(p[0], min(p[0] + p[1], end)))


@given(_articles())
def test_any_text_is_resolved(article: tuple[Document, list[Attribution]]) -> None:
    """Nothing is raised; every attribution keeps its spans, every sentence has a place, every source its rule."""
    document, linked = article
    found = resolve(document, linked)
    assert len(found.speakers) == len(document.sentences)
    for sentence in document.sentences:
        given_, kept = ([one for one in some if one.sentence is sentence] for some in (linked, found.attributions))
        assert {one.content for one in given_} <= {one.content for one in kept}
    for one in found.attributions:
        assert all(one.sentence.words(span) for span in one.content)
        assert one.source is None or (one.source.name and one.source.confidence == CONFIDENCE[one.source.rule])


@given(_articles(), st.data())
def test_any_words_may_be_a_target(article: tuple[Document, list[Attribution]], data: st.DataObject) -> None:
    """Asking for the name of any words raises nothing and changes no speaker."""
    document, linked = article
    found = resolve(document, linked)
    for sentence in document.sentences[:3]:
        if sentence.text:
            span = data.draw(_spans(sentence.start, sentence.end))
            named = found.name_of(sentence.index, span)
            assert named is None or named.name
            source = found.source_of(sentence.index, span)
            assert source is None or source.name
    assert found.speakers == resolve(document, linked).speakers


@pytest.mark.parametrize("text", ["", " ", "\n\n", '"', "“" * 50, "(" * 50, "'s", "Mr", "The", "((WN))", "\ufeff"])
def test_next_to_nothing(text: str) -> None:
    """Empty and odd texts are resolved to nobody."""
    assert all(speaker is None for speaker in resolve(_document(text), []).speakers)


_FAMILIES: dict[str, Callable[[int], str]] = {
    "names": lambda n: " ".join(f"Ann Smith{i} said he was late." for i in range(n)),
    "one surname": lambda n: " ".join(f"X{i} Smith said Smith was late." for i in range(n)),
    "titles": lambda n: " ".join(f"Mr Roe{i} said the minister was late." for i in range(n)),
    "roles": lambda n: " ".join("The company said it was late. The mayor said he was late." for _ in range(n)),
    "possessives": lambda n: " ".join("Its report said its mayor was late." for _ in range(n)),
    "one quotation": lambda n: '"' + " ".join("We are late again today." for _ in range(n)),
    "quotations": lambda n: " ".join('"We are late," he said, "a"' for _ in range(n)),
    "marks": lambda n: '" ' * 8 * n,
    "one sentence": lambda n: "Ann Poole, Bo Roe and " * n,
    "capitals": lambda n: "ANN POOLE SAID " * n,
    "brackets": lambda n: "World Health (WHO " * n,
    "questions": lambda n: "We interviewed Ann Poole. " + " ".join("Are you well? I am." for _ in range(n)),
    "bad scans": lambda n: " ".join("Tbe mayor, Mr. P0ole said \" it ra1ned ,'' l1ke ;" for _ in range(n)),
}


@pytest.mark.parametrize("family", _FAMILIES)
def test_time_is_linear(family: str) -> None:
    """Twice the text takes about twice the time."""
    one, two = (_article(_FAMILIES[family](n)) for n in (250, 500))
    ratios = (_seconds(two) / max(_seconds(one), 1e-6) for _ in range(5))
    assert any(ratio < 3 for ratio in ratios)


def test_a_megabyte() -> None:
    """An article of a million characters is resolved, at less than a millisecond a sentence."""
    article = _article(" ".join(f'"We are late," said Ann Smith{i % 997}. She left.' for i in range(21_000)))
    assert len(article[0].text) > 900_000
    assert _seconds(article) < 1e-3 * len(article[0].sentences)


def _article(text: str) -> tuple[Document, list[Attribution]]:
    """The text, with the first eight characters of each sentence as the source of the rest."""
    document = _document(text)
    linked = [
        Attribution(sentence, (Span(sentence.start + 10, sentence.end),), source_span=_first(sentence.start))
        for sentence in document.sentences
        if len(sentence.text) > 12
    ]
    return document, linked


def _first(start: int) -> Span:
    return Span(start, start + 8)


def _seconds(article: tuple[Document, list[Attribution]]) -> float:
    """Processor time, which other programs on the machine do not lengthen."""
    begin = time.process_time()
    found = resolve(*article)
    assert isinstance(found, Resolution)
    return time.process_time() - begin
