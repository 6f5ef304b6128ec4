"""Values that are valid from birth, and offsets that always fit the text."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.errors import SpanError
from stance.records import Attribution, Claim, Document, Kind, Sentence, Span


@pytest.mark.parametrize(("start", "end"), [(3, 3), (4, 2), (-1, 2)])
def test_span_refuses_what_holds_no_character(start: int, end: int) -> None:
    """An empty, reversed or negative span cannot be made."""
    with pytest.raises(SpanError, match=rf"span \[{start}, {end}\) is empty or reversed; count from 0"):
        Span(start, end)


def test_span_cannot_be_changed() -> None:
    """A span is frozen."""
    span = Span(0, 1)
    with pytest.raises(FrozenInstanceError):
        span.start = 5  # type: ignore[misc]


def _spans() -> st.SearchStrategy[Span]:
    return st.tuples(st.integers(0, 30), st.integers(1, 30)).map(lambda pair: Span(pair[0], pair[0] + pair[1]))


@given(_spans(), _spans())
def test_overlap_and_within_agree_with_sets_of_characters(one: Span, other: Span) -> None:
    """Overlapping is sharing a character; lying within is being a subset."""
    mine, theirs = set(range(one.start, one.end)), set(range(other.start, other.end))
    assert one.overlaps(other) == other.overlaps(one) == bool(mine & theirs)
    assert one.within(other) == (mine <= theirs)


def test_sentence_must_be_as_long_as_its_place() -> None:
    """A sentence whose offsets do not fit its text is refused."""
    with pytest.raises(SpanError, match=r"sentence 2: \[0, 4\) is not as long as its text"):
        Sentence(2, 0, 4, "abc")


def test_words_are_counted_in_the_document() -> None:
    """Words come from absolute offsets; no span has no words; a span outside is an error."""
    sentence = Sentence(1, 10, 18, "She said")
    assert sentence.words(Span(14, 18)) == "said"
    assert sentence.words(None) is None
    with pytest.raises(SpanError, match=r"span \[14, 19\) lies outside sentence 1, \[10, 18\)"):
        sentence.words(Span(14, 19))


def test_document_refuses_sentences_of_another_text() -> None:
    """Every sentence must be the slice of the text that its offsets name."""
    with pytest.raises(SpanError, match="document 'a': sentence 0 is not the text at"):
        Document(text="She said so.", sentences=(Sentence(0, 0, 3, "He "),), id="a")


@given(st.lists(st.text(max_size=12), max_size=8), st.data())
def test_given_sentences_keep_index_and_text(texts: list[str], data: st.DataObject) -> None:
    """Sentences given are never re-split: each keeps its number, its words and its paragraph."""
    paragraphs = sorted(data.draw(st.lists(st.integers(0, 3), min_size=len(texts), max_size=len(texts))))
    document = Document.from_sentences(texts, paragraphs=paragraphs, id="given")
    assert [sentence.text for sentence in document.sentences] == texts
    assert [sentence.index for sentence in document.sentences] == list(range(len(texts)))
    assert [sentence.paragraph for sentence in document.sentences] == paragraphs
    assert all(document.text[s.start : s.end] == s.text for s in document.sentences)
    kinds = [Kind.PROSE if text.strip() else Kind.EMPTY for text in texts]
    assert [sentence.kind for sentence in document.sentences] == kinds


@given(st.lists(st.tuples(st.text(min_size=1, max_size=9), st.integers(0, 5)), max_size=6))
def test_given_starts_stay_true(pieces: list[tuple[str, int]]) -> None:
    """With starts, every sentence stands where it stood in the original."""
    starts, at = [], 0
    for text, gap in pieces:
        starts.append(at + gap)
        at += gap + len(text)
    document = Document.from_sentences([text for text, _ in pieces], starts=starts)
    assert [sentence.start for sentence in document.sentences] == starts


def test_starts_must_not_overlap() -> None:
    """A start inside the sentence before it is refused, and named."""
    with pytest.raises(SpanError, match="sentence 1 starts at 2, inside the sentence before it"):
        Document.from_sentences(["abcd", "ef"], starts=[0, 2])


def test_starts_paragraphs_and_numbers_run_parallel() -> None:
    """As many paragraphs, numbers and starts as sentences, or none."""
    with pytest.raises(SpanError, match="2 sentences need as many paragraphs, numbers and starts; got 1, 2, 2"):
        Document.from_sentences(["a", "b"], paragraphs=[0])
    with pytest.raises(SpanError, match="got 2, 1, 2"):
        Document.from_sentences(["a", "b"], numbers=[0])
    with pytest.raises(SpanError, match="got 2, 2, 1"):
        Document.from_sentences(["a", "b"], starts=[0])


def test_sentences_keep_the_numbers_they_came_with() -> None:
    """A sentence has the number that was given, else its place."""
    assert [sentence.number for sentence in Document.from_sentences(["a", "b"]).sentences] == [0, 1]
    sample = Document.from_sentences(["a", "b"], numbers=[4, 9])
    assert [(sentence.index, sentence.number) for sentence in sample.sentences] == [(0, 4), (1, 9)]
    assert [row["sentence"] for row in sample.to_records()] == [4, 9]


def test_columns_of_a_table_are_read_by_place() -> None:
    """Sentences, numbers and starts of a DataFrame go by their order, whatever its index, and become plain numbers."""
    table = pd.DataFrame({"text": ["First.", "Second."], "n": [10, 11], "at": [0, 9], "p": [0, 1]}, index=[7, 0])
    document = Document.from_sentences(table.text, numbers=table.n, starts=table["at"], paragraphs=table.p)
    rows = json.loads(json.dumps(document.to_records()))
    assert [(row["text"], row["sentence"], row["start"]) for row in rows] == [("First.", 10, 0), ("Second.", 11, 9)]


@pytest.mark.parametrize(
    ("texts", "given", "message"),
    [
        ("One. Two.", {}, "one text was given; hand over a list of sentences"),
        (["One.", None], {}, "sentence 1 is None, not text"),
        (["One.", "Two."], {"numbers": [-1, 0]}, "numbers: -1 at place 0 lies below 0"),
        (["One.", "Two."], {"numbers": [1, 1]}, "a number stands there twice"),
        (["One.", "Two."], {"paragraphs": [0, 0.5]}, "paragraphs: 0.5 at place 1 is no whole number"),
    ],
)
def test_given_sentences_are_judged(texts: Any, given: Any, message: str) -> None:
    """What would be read as something else is refused."""
    with pytest.raises(SpanError, match=message):
        Document.from_sentences(texts, **given)


def test_part_of_the_sentences_is_counted_anew() -> None:
    """Sentences cut out of a document are refused with the mend, by which they keep their numbers."""
    whole = Document.from_sentences(["One.", "Two.", "Three."])
    with pytest.raises(
        SpanError, match=r"sentence 0 of it has the index 1; give dataclasses.replace\(sentence, index=0\)"
    ):
        Document(whole.text, whole.sentences[1:])
    part = Document(whole.text, tuple(replace(one, index=place) for place, one in enumerate(whole.sentences[1:])))
    assert [row["sentence"] for row in part.to_records()] == [1, 2]


def test_paragraphs_are_parted_by_a_blank_line() -> None:
    """Without starts, a space joins sentences and a blank line joins paragraphs."""
    assert Document.from_sentences(["a", "b", "c"], paragraphs=[0, 0, 1]).text == "a b\n\nc"


def test_claims_and_attributions_of_one_sentence() -> None:
    """A document gives the claims and attributions of a sentence by its index."""
    document = Document.from_sentences(["One.", "Two."])
    first, second = document.sentences
    claims = (Claim(first, "goal", 0.9), Claim(second, "goal", 0.8), Claim(second, "accusation", 0.7))
    attributions = (Attribution(second, (Span(5, 8),)),)
    full = Document(document.text, document.sentences, claims=claims, attributions=attributions)
    assert full.claims_in(1) == claims[1:]
    assert full.attributions_in(0) == ()
    assert full.attributions_in(1) == attributions


def test_lone_surrogates_are_replaced_one_for_one() -> None:
    """Half a character, which no tokeniser and no file takes, becomes U+FFFD; offsets stay those of the text given."""
    given = Document("a\ud800b. Two.", (Sentence(0, 0, 4, "a\ud800b."),), id="\udfff", title="t\udfff")
    assert (given.text, given.sentences[0].text, given.id, given.title) == (
        "a\ufffdb. Two.",
        "a\ufffdb.",
        "\ufffd",
        "t\ufffd",
    )
    made = Document.from_sentences(["One.", "a\ud800b."])
    assert (made.text, made.sentences[1].start) == ("One. a\ufffdb.", 5)
