"""Citron's metrics: spans found exactly, their words, their characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.errors import ShapeError
from stance.records import Attribution, Sentence, Span
from stance.spanmetrics import Pieces, Quote, score_quotes, score_spans

TEXT = '"It rained," Ann Poole said, "and we left." Bob Lind agreed that it rained.'


def _at(*words: str) -> Pieces:
    return tuple(Span(TEXT.index(word), TEXT.index(word) + len(word)) for word in words)


POOLE = Quote(_at("Ann Poole"), _at("said"), _at('"It rained,"', '"and we left."'))
LIND = Quote(_at("Bob Lind"), _at("agreed"), _at("that it rained"))


def test_the_same_quotes_are_all_right() -> None:
    """Quotes found as they are in gold reach 100 everywhere."""
    for scores in score_quotes([[POOLE, LIND]], [[LIND, POOLE]], [TEXT]).values():
        assert (scores.exact.f1, scores.overlap.f1, scores.characters.f1) == (100.0, 100.0, 100.0)


def test_a_discontinuous_content_needs_all_its_pieces() -> None:
    """One of two pieces is not the content, though its words are right."""
    half = Quote(POOLE.source, POOLE.cue, POOLE.content[:1])
    scores = score_quotes([[POOLE]], [[half]], [TEXT])
    assert scores["content"].exact.f1 == 0.0
    assert scores["source"].exact.f1 == scores["cue"].exact.f1 == 100.0
    assert scores["quote"].exact.f1 == 0.0
    assert (scores["content"].overlap.precision, scores["content"].overlap.recall) == (100.0, pytest.approx(500 / 11))
    assert scores["content"].characters.recall == pytest.approx(100 * 12 / 26)


def test_a_source_is_right_beside_the_right_cue() -> None:
    """Exactness asks whose source it is, overlap does not."""
    crossed = [Quote(LIND.source, POOLE.cue, POOLE.content), Quote(POOLE.source, LIND.cue, LIND.content)]
    scores = score_quotes([[POOLE, LIND]], [crossed], [TEXT])
    assert (scores["source"].exact.f1, scores["source"].overlap.f1) == (0.0, 100.0)
    assert scores["content"].exact.f1 == 100.0


def test_a_longer_cue_is_wrong_but_leads_to_its_source() -> None:
    """The cue must be exact for itself, and only share text for source and content."""
    longer = Quote(POOLE.source, (Span(POOLE.source[0].start, POOLE.cue[0].end),), POOLE.content)
    scores = score_quotes([[POOLE]], [[longer]], [TEXT])
    assert (scores["cue"].exact.f1, scores["source"].exact.f1) == (0.0, 100.0)
    assert (scores["cue"].overlap.precision, scores["cue"].overlap.recall) == (pytest.approx(100 / 3), 100.0)


def test_a_word_that_is_cut_counts() -> None:
    """Words are counted whole where a span shares any character with them."""
    cue = POOLE.cue[0]
    scores = score_spans([[POOLE.cue]], [[(Span(cue.start, cue.start + 1),)]], [TEXT])
    assert (scores.exact.f1, scores.overlap.f1) == (0.0, 100.0)
    assert scores.characters.recall == 25.0


def test_nothing_is_counted_twice() -> None:
    """A quote given twice is right once, and its words count once against gold's."""
    scores = score_quotes([[LIND]], [[LIND, LIND]], [TEXT])
    assert (scores["content"].exact.precision, scores["content"].exact.recall) == (50.0, 100.0)
    assert (scores["content"].overlap.precision, scores["content"].overlap.recall) == (50.0, 100.0)
    assert score_spans([[LIND.content]], [[LIND.content, LIND.content]], [TEXT]).exact.f1 == 100.0


def test_nested_contents_do_not_pass_a_hundred() -> None:
    """A word of an inner and an outer content counts as often as both sides have it."""
    outer = Quote(POOLE.source, POOLE.cue, (Span(0, len(TEXT)),))
    scores = score_quotes([[outer, LIND]], [[outer, LIND]], [TEXT])
    assert scores["content"].overlap.recall == scores["content"].overlap.precision == 100.0


def test_a_role_that_is_absent_is_not_counted() -> None:
    """A quote without a source is no source to find."""
    nameless = Quote(cue=POOLE.cue, content=POOLE.content)
    scores = score_quotes([[nameless]], [[POOLE]], [TEXT])
    assert (scores["source"].exact.support, scores["source"].exact.precision) == (0, 0.0)
    assert scores["content"].exact.f1 == 100.0


def test_texts_are_summed() -> None:
    """Counts of several texts are added before they are divided; each is matched with its own."""
    scores = score_quotes([[POOLE, LIND], []], [[POOLE], [LIND]], [TEXT, TEXT])
    assert (scores["cue"].exact.precision, scores["cue"].exact.recall, scores["cue"].exact.support) == (50.0, 50.0, 2)


def test_quote_of_an_attribution() -> None:
    """The spans of an attribution are those of its quote; what it lacks has no piece."""
    sentence = Sentence(0, 0, len(TEXT), TEXT)
    found = Attribution(sentence, POOLE.content, source_span=POOLE.source[0], cue_span=POOLE.cue[0])
    assert Quote.of(found) == POOLE
    assert Quote.of(Attribution(sentence, LIND.content)) == Quote(content=LIND.content)


def test_every_text_needs_both_sides() -> None:
    """Lists of other lengths are refused."""
    with pytest.raises(ShapeError, match="spans of 1 gold texts and 2 found, 1 texts; give each once"):
        score_quotes([[POOLE]], [[], []], [TEXT])
    with pytest.raises(ShapeError, match="spans of 1 gold texts and 1 found, 0 texts"):
        score_spans([[POOLE.cue]], [[]], [])


_spans = st.lists(
    st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 20)).map(
        lambda pair: (Span(pair[0], min(len(TEXT), sum(pair))),)
    ),
    max_size=5,
)


@given(_spans, _spans)
def test_the_sides_are_mirrored(one: list[Pieces], other: list[Pieces]) -> None:
    """Precision of one against the other is recall of the other against the one, and lies in [0, 100]."""
    forth, back = score_spans([one], [other], [TEXT]), score_spans([other], [one], [TEXT])
    for a, b in ((forth.exact, back.exact), (forth.overlap, back.overlap), (forth.characters, back.characters)):
        assert (a.precision, a.recall) == (b.recall, b.precision)
        assert 0.0 <= a.f1 <= 100.0
