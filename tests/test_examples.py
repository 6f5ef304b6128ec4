"""Labelled records to what training sees."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.corpus.labels import Record, parse_object
from stance.examples import Example, find, make_examples
from stance.records import Span
from stance.tagger import CONTENT, CUE, SOURCE

TEXT = "The union said the ministry lied."


def _example(**fields: Any) -> Example:
    (example,) = make_examples([parse_object({"text": TEXT, **fields}, "x")])
    return example


def _words(example: Example, role: str) -> list[str] | None:
    spans = example.spans.get(role)
    return None if spans is None else [example.text[span.start : span.end] for span in spans]


def test_only_labelled_sentences_are_examples() -> None:
    """A record without any labels teaches nothing; one with an empty list teaches that there is none."""
    records = [Record(text="a"), Record(text="b", labels=[]), Record(text="c", label="x"), Record(text="d", claims=[])]
    assert [(example.text, example.types) for example in make_examples(records)] == [
        ("b", frozenset()),
        ("c", {"x"}),
        ("d", frozenset()),
    ]


def test_sentences_without_an_article_are_on_their_own() -> None:
    """Sentences of one article form a group, and without an article those of one text; others never share one."""
    given = [("a", "d"), ("b", "d"), ("so it is", None), ("So  it is", None), ("no", None)]
    groups = [example.group for example in make_examples(Record(text=text, label="x", doc=doc) for text, doc in given)]
    assert groups[0] == groups[1]
    assert groups[2] == groups[3]
    assert len(set(groups)) == 3


def test_plain_labels_say_nothing_of_spans() -> None:
    """A label leaves every role unknown."""
    assert _example(label="x").spans == {}
    assert _example(label="x").stances == ()


def test_attributions_give_spans() -> None:
    """Source, cue and content come from attributions; a sentence without any is known to have none."""
    said = {"source_text": "The union", "cue_text": "said", "content": ["the ministry", "lied"]}
    example = _example(claims=[], attributions=[said])
    assert _words(example, SOURCE) == ["The union"]
    assert _words(example, CUE) == ["said"]
    assert _words(example, CONTENT) == ["the ministry", "lied"]
    none = _example(claims=[], attributions=[])
    assert (none.spans[SOURCE], none.spans[CUE], none.spans[CONTENT]) == ((), (), ())


def test_claims_alone_give_sources_but_no_cues() -> None:
    """Where claims carry no attributions, cue and content stay unknown, and a source outside the words too."""
    claim = {"type": "accusation", "source": "union", "source_text": "The union", "target_text": "the ministry"}
    example = _example(claims=[claim], speaker="union")
    assert _words(example, SOURCE) == ["The union"]
    assert CUE not in example.spans
    assert CONTENT not in example.spans
    unnamed = _example(claims=[{**claim, "source_text": None}], speaker="union")
    assert SOURCE not in unnamed.spans
    assert _words(_example(claims=[], speaker=None), SOURCE) == []


def test_targets_by_type() -> None:
    """Each claim type has its targets; where a claim or its target is not mentioned, nothing is known of it."""
    claims = [
        {"type": "accusation", "target_text": "ministry"},
        {"type": "accusation", "target_text": "The union"},
        {"type": "accusation", "target_text": "ministry"},
        {"type": "own", "target_text": "lied"},
        {"type": "goal"},
    ]
    example = _example(claims=claims)
    assert _words(example, "target:accusation") == ["The union", "ministry"]
    assert _words(example, "target:own") == ["lied"]
    assert not {"target:goal", "target:justification"} & example.spans.keys()


def test_stances_with_their_targets() -> None:
    """A claim with a stance is an example of it, with or without a target in the sentence."""
    claims = [
        {"type": "accusation", "target_text": "ministry", "stance": "oppose"},
        {"type": "goal", "stance": "support"},
        {"type": "goal"},
    ]
    assert _example(claims=claims).stances == (("accusation", Span(19, 27), "oppose"), ("goal", None, "support"))


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(119, 127, Span(19, 27)), (100, 108, Span(19, 27)), (19, 27, Span(19, 27)), (None, None, Span(19, 27))],
)
def test_offsets_of_the_article(start: int | None, end: int | None, expected: Span) -> None:
    """Labelled offsets count in the article; wrong ones give way to the words."""
    claim = {"type": "x", "target_text": "ministry", "target_start": start, "target_end": end, "stance": "oppose"}
    example = _example(claims=[claim], start=100, end=100 + len(TEXT))
    assert example.stances == (("x", expected, "oppose"),)


def test_offsets_choose_among_equal_words() -> None:
    """Where the words stand twice, the labelled place decides."""
    claim = {"type": "x", "target_text": "he", "target_start": 15, "target_end": 17}
    record = parse_object({"text": "he said he and the mayor", "start": 7, "claims": [claim]}, "x")
    (example,) = make_examples([record])
    assert example.spans["target:x"] == (Span(8, 10),)


@pytest.mark.parametrize(
    ("text", "words", "span"),
    [
        ("they said he left", "he", Span(10, 12)),
        ("they left", "he", Span(1, 3)),
        ("he he", "he", Span(0, 2)),
        ("“No,” he said", "No,”", Span(1, 5)),
        ("they left", "she", None),
        ("they left", "", None),
        ("they left", None, None),
    ],
)
def test_find_prefers_whole_words(text: str, words: str | None, span: Span | None) -> None:
    """Words are found as words first, else where they stand at all."""
    assert find(text, words) == span


@given(st.text("ab c", max_size=15), st.text("ab c", max_size=3))
def test_find_agrees_with_in(text: str, words: str) -> None:
    """Words are found if and only if they stand there, and the span holds them."""
    span = find(text, words)
    assert (span is not None) == (bool(words) and words in text)
    assert span is None or text[span.start : span.end] == words


def test_every_span_of_the_shared_labels_is_found(labelled: list[Record]) -> None:
    """All labelled words of the forty sentences get their place."""
    examples = make_examples(labelled)
    for record, example in zip(labelled, examples, strict=True):
        contents = [piece for one in record.attributions or () for piece in one.content]
        assert _words(example, CONTENT) == contents


def test_holders_are_neither_quoted_nor_reported() -> None:
    """The source of a claim is its holder where no attribution and no speaker has that name."""
    claims = [{"type": "goal", "source": "ministry", "source_text": "the ministry"}]
    assert _words(_example(claims=claims, speaker=None), "holder:goal") == ["the ministry"]
    assert _words(_example(claims=claims, speaker="ministry"), "holder:goal") == []
    assert "holder:accusation" not in _example(claims=claims).spans
