"""The recipes that measure on public corpora: what they read, how they join, what they count."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

from stance.corpus.conll import read_conll
from stance.errors import InputError
from stance.records import Attribution, Document, Sentence, Source, Span
from stance.sentences import split
from stance.spanmetrics import Quote

_TRAINING = Path(__file__).parent.parent / "training"
_POLNEAR = _TRAINING.parent.parent / "shared" / "corpora" / "polnear" / "dev.tar.gz"
TEXT = '"It rained," Ann Poole said. "We left." Bob Lind agreed.'
ANNOTATION = (
    "T1\tContent 0 12;29 39\t“It rained,” “We\n left.”\nT2\tSource 13 22\tAnn Poole\nT3\tCue 23 27\tsaid\n"
    "T4\tAttribution 23 27\tsaid\nE1\tAttribution:T4 Content:T1 Cue:T3 Source:T2\n#1\tAnnotatorNotes T1\tTwo?\n"
)


def _span(text: str, words: str) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


def _archive(folder: Path, **files: str) -> None:
    with tarfile.open(folder / "dev.tar.gz", "w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name.replace("__", "/").replace("DOT", "."))
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))


def test_reads_the_first_annotator(recipe: Any, tmp_path: Path) -> None:
    """Of two annotations of an article the first by name counts; words that go on in a second line are no line."""
    _archive(
        tmp_path, dev__text__aDOTtxt=TEXT, dev__attributions__a_2DOTann="", dev__attributions__a_1DOTann=ANNOTATION
    )
    (article,) = recipe("polnear_articles").read_articles("dev", tmp_path)
    assert article.quotes == (
        Quote((Span(13, 22),), (Span(23, 27),), (_span(TEXT, '"It rained,"'), _span(TEXT, '"We left."'))),
    )


def test_sentences_have_the_parts_that_lie_in_them(recipe: Any, tmp_path: Path) -> None:
    """Each sentence has its own pieces of a quote, counted from its start."""
    _archive(tmp_path, dev__text__aDOTtxt=TEXT, dev__attributions__a_1DOTann=ANNOTATION)
    (article,) = recipe("polnear_articles").read_articles("dev", tmp_path)
    examples = article.examples()
    found = [[one.text[span.start : span.end] for span in one.spans["content"]] for one in examples]
    assert found == [['"It rained,"'], ['"We left."'], []]
    assert [sorted(one.types) for one in examples] == [["quoted"], ["quoted"], []]


def test_a_missing_archive_is_named(recipe: Any, tmp_path: Path) -> None:
    """Without the corpus the message says what to do."""
    with pytest.raises(InputError, match=r"train\.tar\.gz: no such archive; .* --polnear"):
        recipe("polnear_articles").read_articles("train", tmp_path)


@pytest.mark.skipif(not _POLNEAR.exists(), reason="no ../shared/corpora/polnear beside this repository")
def test_reads_polnear(recipe: Any) -> None:
    """The development part has its 84 articles and 2,193 events, and no span outside its text."""
    articles = recipe("polnear_articles").read_articles("dev")
    assert (len(articles), sum(len(article.quotes) for article in articles)) == (84, 2193)
    assert all(span.end <= len(one.text) for one in articles for quote in one.quotes for span in quote.pieces("quote"))


def _found(text: str, *parts: tuple[str, str, str]) -> list[Attribution]:
    """Source, cue and content of each sentence, an empty one for what it does not have."""
    return [
        Attribution(
            sentence,
            (_span(text, content),),
            source_span=_span(text, source) if source else None,
            cue_span=_span(text, cue) if cue else None,
        )
        for sentence, (source, cue, content) in zip(split(text), parts, strict=True)
    ]


def _contents(recipe: Any, text: str, *parts: tuple[str, str, str]) -> list[list[str]]:
    quotes = recipe("polnear_joining").joined(text, _found(text, *parts))
    return [[text[span.start : span.end] for span in quote.content] for quote in quotes]


def test_a_quotation_goes_on_behind_its_cue(recipe: Any) -> None:
    """Content without a cue right behind a quote in its paragraph is another piece of it."""
    text = '"It rained," Poole said. "We left."'
    assert _contents(recipe, text, ("Poole", "said", '"It rained,"'), ("", "", '"We left."')) == [
        ['"It rained,"', '"We left."']
    ]


def test_a_quotation_runs_up_to_its_cue(recipe: Any) -> None:
    """Content before the sentence with the cue is one piece with the content there."""
    text = '"It rained. We left," Poole said.'
    parts = (("", "", '"It rained.'), ("Poole", "said", 'We left,"'))
    assert _contents(recipe, text, *parts) == [['"It rained. We left,"']]


def test_a_new_quotation_belongs_to_the_cue_behind_it(recipe: Any) -> None:
    """What opens a quotation behind reported words is not theirs."""
    text = 'Poole said it rained.\n\n"We left. It was late," Lind said.'
    parts = (("Poole", "said", "it rained"), ("", "", '"We left.'), ("Lind", "said", 'It was late,"'))
    assert _contents(recipe, text, *parts) == [["it rained"], ['"We left. It was late,"']]


def test_content_near_to_nothing_stays_alone(recipe: Any) -> None:
    """Content that other words part from every cue is a quote without one."""
    text = "Poole said it rained. So everybody hoped. Then it snowed."
    found = _found(text, ("Poole", "said", "it rained"), ("", "", "everybody"), ("", "", "it snowed"))
    quotes = recipe("polnear_joining").joined(text, found)
    assert [bool(quote.cue) for quote in quotes] == [True, False, False]


def test_bare_contents(recipe: Any) -> None:
    """Marks at both ends and a leading *that* are left aside; a piece of marks alone is gone."""
    text = "She said that “it rained.” “”"
    pieces = (_span(text, "that “it rained.”"), _span(text, "“”"))
    assert recipe("polnear").bare(text, pieces) == (_span(text, "it rained"),)


CONLL = """# begin document d
0\tAnn\t(person-1
1\tPoole\tperson-1)
2\tmet\t_
3\tLind\t(person-2)
4\t.\t_
5\tShe\t(person-1)
6\tsaid\t_
7\this\t(object-3(person-2)
8\tdog\tobject-3)
9\tbarked\t_
10\t.\t_
"""


def _judged(recipe: Any, path: Path, name: str | None) -> Any:
    gum, text = recipe("gum_speakers"), read_conll(path)
    sentence = Sentence(0, 0, len(text), text)
    said = Attribution(
        sentence, (_span(text, "barked"),), Source(name) if name else None, source_span=_span(text, "She")
    )
    (case,) = gum.judged(Document(text, (sentence,), "d"), [said], gum.read_chains(path))
    return case


def test_a_pronoun_is_right_with_a_name_of_its_chain(recipe: Any, tmp_path: Path) -> None:
    """Any mention of the gold chain that is no pronoun may give the name."""
    path = tmp_path / "d.conll"
    path.write_text(CONLL, encoding="utf-8")
    assert _judged(recipe, path, "Ann Poole").mentions == ("Ann Poole",)
    assert [_judged(recipe, path, name).right for name in ("Poole", "Lind", None)] == [True, False, False]


def test_chains_by_place(recipe: Any, tmp_path: Path) -> None:
    """Mentions that open on one token and close on another, or on the same, are found where they stand."""
    path = tmp_path / "d.conll"
    path.write_text(CONLL, encoding="utf-8")
    text, chains = read_conll(path), recipe("gum_speakers").read_chains(path)
    assert {text[span.start : span.end]: found for span, found in chains.items()} == {
        "Ann Poole": ("Ann Poole",),
        "She": ("Ann Poole",),
        "Lind": ("Lind",),
        "his": ("Lind",),
        "his dog": ("his dog",),
    }
