"""Token vectors to spans and back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.decoding import FIRST, INNER, OUTSIDE
from stance.encoder.hashing import HashingEncoder
from stance.encoder.protocol import TokenVectors
from stance.errors import ShapeError
from stance.records import Span
from stance.tagger import (
    Tagger,
    Tags,
    _blocks,
    fit_tagger,
    mean_vector,
    side_by_side,
    target_phrase,
    target_role,
    token_tags,
    whole_phrase,
    whole_words,
)

_TEXTS = [f"{who} said that {what} fell" for who in ("Ann", "Bob", "Eve") for what in ("bread", "rain", "iron", "wool")]


def _spans(text: str, *words: str) -> tuple[Span, ...]:
    return tuple(Span(text.index(word), text.index(word) + len(word)) for word in words)


def _taught(strength: float = 10.0) -> Tagger:
    encoded = HashingEncoder(32).encode_tokens(_TEXTS)
    spans = [{"source": _spans(text, text[:3]), "content": _spans(text, text[14:])} for text in _TEXTS]
    tagger = fit_tagger(encoded, spans, strength=strength)
    assert tagger is not None
    return tagger


@pytest.mark.parametrize("copies", [1, 3, 130])
def test_learned_spans_are_found(copies: int) -> None:
    """A tagger finds what it was taught, with a probability, however many sentences it reads at once."""
    tagger, texts = _taught(), [*_TEXTS, "", "Ann"] * copies
    found = tagger.tag(texts, HashingEncoder(32).encode_tokens(texts))
    assert tagger.roles == ("content", "source")
    for text, tags in zip(texts, found, strict=True):
        spans = {role: [text[t.span.start : t.span.end] for t in tagged] for role, tagged in tags.items()}
        if "said" in text:
            assert spans == {"source": [text[:3]], "content": [text[14:]]}
        assert all(0 < one.probability <= 1 for tagged in tags.values() for one in tagged)
    assert found[len(_TEXTS)] == {}


def test_order_and_company_change_nothing() -> None:
    """The spans of a sentence do not depend on the sentences beside it."""
    tagger, encoder = _taught(strength=0.1), HashingEncoder(32)
    texts = [*_TEXTS, "said " * 40, "fell", "that that"]
    together = tagger.tag(texts, encoder.encode_tokens(texts))
    backwards = tagger.tag(texts[::-1], encoder.encode_tokens(texts[::-1]))[::-1]
    alone = [tagger.tag([text], encoder.encode_tokens([text]))[0] for text in texts]
    for one, *others in zip(together, backwards, alone, strict=True):
        for other in others:
            assert _placed(other) == _placed(one)
            assert _sure(other) == pytest.approx(_sure(one), abs=1e-5)


def _placed(tags: Tags) -> dict[str, list[Span]]:
    return {role: [one.span for one in tagged] for role, tagged in tags.items()}


def _sure(tags: Tags) -> list[float]:
    return [one.probability for tagged in tags.values() for one in tagged]


@st.composite
def _tokens_and_spans(draw: st.DrawFn) -> tuple[np.ndarray, list[Span]]:
    """Offsets of tokens with gaps, and spans made of whole tokens that do not overlap."""
    offsets, at = [], 0
    for gap, length in draw(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4)), min_size=1, max_size=12)):
        offsets.append((at + gap, at + gap + length))
        at += gap + length
    borders = sorted(draw(st.sets(st.integers(0, len(offsets)), max_size=6)))
    spans = [Span(offsets[a][0], offsets[b - 1][1]) for a, b in list(pairwise(borders))[::2]]
    return np.array(offsets, np.int64), spans


@given(_tokens_and_spans())
def test_spans_to_tags_and_back(case: tuple[np.ndarray, list[Span]]) -> None:
    """Spans of whole tokens come back from their tags, neighbours apart."""
    offsets, spans = case
    tags = token_tags(offsets, spans)
    starts = [i for i, tag in enumerate(tags) if tag == FIRST]
    found = []
    for start in starts:
        end = start
        while end + 1 < len(tags) and tags[end + 1] == INNER:
            end += 1
        found.append(Span(int(offsets[start, 0]), int(offsets[end, 1])))
    assert found == spans
    assert (OUTSIDE, INNER) not in set(pairwise([OUTSIDE, *map(int, tags)]))


def test_a_token_belongs_to_the_span_that_it_overlaps() -> None:
    """A span that cuts a token takes it; a span between tokens takes none."""
    offsets = np.array([[0, 3], [4, 8], [8, 9]])
    assert token_tags(offsets, [Span(2, 5)]).tolist() == [FIRST, INNER, OUTSIDE]
    assert token_tags(offsets, [Span(3, 4)]).tolist() == [OUTSIDE] * 3
    assert token_tags(np.zeros((0, 2), np.int64), [Span(3, 4)]).tolist() == []


@pytest.mark.parametrize(
    ("sentence", "span", "expected"),
    [
        ("The union said", (5, 7), "union"),
        ("The union said", (4, 9), "union"),
        ("the union's plan", (4, 9), "union"),
        ("“No,” he said", (1, 4), "No,"),
        ("Müller kam", (1, 2), "Müller"),
        ("ab", (0, 1), "ab"),
    ],
)
def test_whole_words(sentence: str, span: tuple[int, int], expected: str) -> None:
    """A span grows to the borders of the words that it cuts, and over no mark or space."""
    found = whole_words(sentence, *span)
    assert sentence[found.start : found.end] == expected


@given(st.text("ab -", min_size=1, max_size=12), st.data())
def test_whole_words_never_shrink(sentence: str, data: st.DataObject) -> None:
    """The grown span holds the first, is stable, and cuts no word."""
    start = data.draw(st.integers(0, len(sentence) - 1))
    end = data.draw(st.integers(start + 1, len(sentence)))
    found = whole_words(sentence, start, end)
    assert Span(start, end).within(found)
    assert whole_words(sentence, found.start, found.end) == found
    for edge in (found.start, found.end):
        assert edge in (0, len(sentence)) or not sentence[edge - 1 : edge + 1].isalnum()


def test_roles_are_learned_where_they_are_known() -> None:
    """A sentence without a role says nothing of it; a role that never stands anywhere is not learned."""
    encoded = HashingEncoder(16).encode_tokens(["a b", "c d"])
    known = [{"source": (Span(0, 1),), "cue": ()}, {"cue": ()}]
    tagger = fit_tagger(encoded, known)
    assert tagger is not None
    assert tagger.roles == ("source",)
    assert fit_tagger(encoded, [{"cue": ()}, {}]) is None
    assert fit_tagger([], []) is None


def test_threads_change_nothing() -> None:
    """Tokens shared among threads, and roles of other sentences beside them, give the same bytes."""
    texts = [f"{'word ' * (row % 60)}{row} said so" for row in range(120)]
    encoded = HashingEncoder(16).encode_tokens(texts)
    known = [
        {"cue": (Span(text.index("said"), len(text) - 3),), **({"source": (Span(0, 1),)} if row % 2 else {})}
        for row, text in enumerate(texts)
    ]
    alone = fit_tagger(encoded, known)
    with ThreadPoolExecutor(3) as threads:
        together = fit_tagger(encoded, known, threads=threads)
    assert alone is not None
    assert together is not None
    assert together.roles == ("cue", "source")
    assert together.coef.tobytes() == alone.coef.tobytes()
    assert together.intercept.tobytes() == alone.intercept.tobytes()


def test_spans_of_one_token_need_no_inner_tag() -> None:
    """Where no inner token was seen, none is found."""
    encoded = HashingEncoder(16).encode_tokens(_TEXTS)
    tagger = fit_tagger(encoded, [{"source": _spans(text, text[:3])} for text in _TEXTS], strength=10)
    assert tagger is not None
    found = tagger.tag(_TEXTS, encoded)
    assert [[one.span for one in tags["source"]] for tags in found] == [[Span(0, 3)]] * len(_TEXTS)


def test_mean_vector_of_a_span() -> None:
    """The mean of the tokens that a span covers; zeros where it covers none."""
    encoded = TokenVectors(np.zeros(2, np.float32), np.array([[1, 0], [3, 4]], np.float32), np.array([[0, 2], [3, 5]]))
    assert mean_vector(encoded, Span(0, 5)).tolist() == [2, 2]
    assert mean_vector(encoded, Span(4, 5)).tolist() == [3, 4]
    assert mean_vector(encoded, Span(2, 3)).tolist() == mean_vector(encoded, None).tolist() == [0, 0]


def test_arrays_must_fit() -> None:
    """A tagger is valid from birth, and wants an encoding for each sentence."""
    with pytest.raises(ShapeError, match="a tagger of 1 roles cannot have arrays of shapes"):
        Tagger(("a",), np.zeros((2, 3, 4)), np.zeros((1, 3)))
    with pytest.raises(ShapeError, match="1 sentences, 0 encodings"):
        _taught().tag(["a"], [])
    assert target_role("goal") == "target:goal"


@pytest.mark.parametrize(
    ("found", "whole"),
    [
        ("starve the", "starve the storm"),
        ("storm", "storm"),
        ("sto", "storm"),
        ("storm of", "storm of the wind"),
    ],
)
def test_a_phrase_does_not_end_in_an_article(found: str, whole: str) -> None:
    """A span that ends in an article takes the next word too, behind ``of`` both; any other only its own words."""
    sentence = "They starve the storm of the wind."
    start = sentence.index(found)
    span = whole_phrase(sentence, start, start + len(found))
    assert sentence[span.start : span.end] == whole


@pytest.mark.parametrize(
    ("found", "target"),
    [
        ("strike from", "strike"),
        ("strike", "strike"),
        ("from", "from"),
        ("the right to", "the right"),
        ("to", "to"),
        ("the cut is", "the cut"),
        ("refuse, and", "refuse"),
        ("refuse,", "refuse"),
        (",", ","),
        ("1,122 jobs", "1,122 jobs"),
    ],
)
def test_a_target_has_no_comma_preposition_or_auxiliary_at_its_end(found: str, target: str) -> None:
    """It leads to what comes after the target; alone it stays, for a span is never empty."""
    sentence = "They strike from July for the right to refuse, and for 1,122 jobs, for the cut is deep."
    start = sentence.index(found)
    span = target_phrase(sentence, start, start + len(found))
    assert sentence[span.start : span.end] == target


@pytest.mark.parametrize(
    ("found", "target"),
    [("Qaeda", "al-Qaeda"), ("a fact", "a fact-finding-mission"), ("her", "her"), ("mission", "fact-finding-mission")],
)
def test_a_target_holds_whole_words(found: str, target: str) -> None:
    """Parts of words before and behind hyphens belong to it; a pronoun does not lead to what a preposition begins."""
    sentence = "He accused her of a fact-finding-mission of al-Qaeda - in vain."
    start = sentence.index(found)
    span = target_phrase(sentence, start, start + len(found))
    assert sentence[span.start : span.end] == target


@pytest.mark.parametrize("count", [0, 3, 1100])
def test_vectors_side_by_side_are_not_copied(count: int) -> None:
    """They are the same vectors, in arrays that fitting reads where they are."""
    rng = np.random.default_rng(count)
    encoded = []
    for _ in range(count):
        n = int(rng.integers(0, 4))
        states = rng.standard_normal((n + 2, 5)).astype(np.float32)
        encoded.append(TokenVectors(states[0], states[1 : n + 1], np.zeros((n, 2), np.int64)))
    expected = [one.vectors.copy() for one in encoded]
    moved = side_by_side(encoded)
    assert encoded == []
    assert all(np.array_equal(one.vectors, other) for one, other in zip(moved, expected, strict=True))
    blocks = _blocks([one.vectors for one in moved])
    assert len(blocks) == -(-count // 512)
    assert all(block is moved[512 * place].vectors.base for place, block in enumerate(blocks))
    if count > 2:
        some = _blocks([one.vectors for one in moved[1:3]])
        assert np.array_equal(some[0], np.concatenate(expected[1:3]))
