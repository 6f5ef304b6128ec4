"""Labelled records: what is accepted, and what a message says of what is not."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.corpus.labels import Record, parse, parse_object, suggestion, to_json
from stance.errors import LabelError
from stance.records import Kind, Stance

_WHERE = "data/train.jsonl:418"
_CLAIM = {"type": "goal", "source": "union", "source_text": "The union", "stance": "support", "probability": 0.5}
_FULL = {"doc": "d", "sentence": 0, "start": 5, "end": 14, "text": "The union", "claims": [_CLAIM], "kind": "prose"}


def _parse(value: Any) -> Record:
    return parse(json.dumps(value), _WHERE)


def test_record_comes_back() -> None:
    """A record read and written is the same object, and keeps only what was given."""
    record = _parse(_FULL)
    assert json.loads(to_json(record)) == _FULL
    assert record.kind is Kind.PROSE
    assert record.claims is not None
    assert record.claims[0].stance is Stance.SUPPORT


@given(
    st.fixed_dictionaries(
        {"text": st.text(max_size=20)},
        optional={
            "doc": st.text(max_size=5),
            "labels": st.lists(st.text(max_size=5).filter(str.strip), max_size=3),
            "start": st.integers(0, 99),
            "truncated": st.booleans(),
            "probabilities": st.dictionaries(st.text(max_size=4), st.floats(0, 1), max_size=2),
        },
    )
)
def test_any_valid_record_comes_back(value: dict[str, Any]) -> None:
    """Reading what was written gives the same record, whatever the texts hold."""
    record = parse_object(value, _WHERE)
    assert parse(to_json(record), _WHERE) == record


def test_shared_labels_are_read(labelled: list[Record]) -> None:
    """The forty sentences have their claims, attributions and articles."""
    assert len(labelled) == 40
    assert len({record.doc for record in labelled}) == 10
    assert {claim.type for record in labelled for claim in record.claims or ()} == {
        "accusation",
        "justification",
        "goal",
    }


@pytest.mark.parametrize(
    ("value", "types"),
    [
        ({"text": "a"}, None),
        ({"text": "a", "label": "x"}, {"x"}),
        ({"text": "a", "labels": []}, set()),
        ({"text": "a", "labels": ["x", "y", "x"]}, {"x", "y"}),
        ({"text": "a", "claims": []}, set()),
        ({"text": "a", "claims": [{"type": "x"}, {"type": "x"}]}, {"x"}),
    ],
)
def test_types_of_each_form(value: dict[str, Any], types: set[str] | None) -> None:
    """Claims, several labels and a single label all say which labels hold; nothing given says nothing."""
    assert _parse(value).types == types


_BAD: list[tuple[str | dict[str, Any], str]] = [
    ("{", "not a JSON object: Expecting property name"),
    ("[1]", "a JSON list, not an object; expected one object a line"),
    ("", "not a JSON object: Expecting value"),
    ('{"text": "a", "label": "x", "label": "y"}', 'not a JSON object: the key "label" stands there twice'),
    ("{}", "text: Field required"),
    ('{"text": "a", "probabilities": {"x": NaN}}', "not a JSON object: NaN is no number in JSON"),
    ("[" * 100_000, "not a JSON object: nested more than 64 deep"),
    ({"text": 5}, "text: Input should be a valid string"),
    ({"text": "a", "lable": "x"}, r'unknown key "lable"; did you mean "label"\?'),
    ({"text": "a", "zzzzz": "x"}, 'unknown key "zzzzz"$'),
    ({"text": "a", "claims": [{"type": "goal", "confidence": 1}]}, 'unknown key "claims.0.confidence"'),
    ({"text": "a", "claims": [{}]}, "claims.0.type: Field required"),
    ({"text": "a", "claims": [{"type": ""}]}, "claims.0.type: String should have at least 1 character"),
    ({"text": "a", "claims": [{"type": "x", "stance": "hate"}]}, "claims.0.stance: Input should be 'support'"),
    ({"text": "a", "claims": [{"type": "x", "probability": 2}]}, "claims.0.probability: Input should be less than"),
    ({"text": "a", "sentence": "0"}, "sentence: Input should be a valid integer"),
    ({"text": "a", "start": -1}, "start: Input should be greater than or equal to 0"),
    ({"text": "a", "start": 9, "end": 8}, "end 8 lies before start 9"),
    ({"text": "a", "kind": "poem"}, "kind: Input should be 'prose', 'date'"),
    (
        {"text": "a", "label": "x", "labels": ["x"]},
        "label and labels given together; keep one of claims, label, labels",
    ),
    ({"text": "a", "label": ""}, "empty label; give one, or remove it"),
    ({"text": "a", "labels": ["b", " "]}, "empty label; give one, or remove it"),
    ({"text": "a", "claims": [], "label": "x"}, "claims and label given together; keep one of"),
    (
        {"text": "a b", "claims": [{"type": "x", "target_text": "c"}]},
        "target_text 'c' does not stand in the sentence; copy the exact words or give null",
    ),
    (
        {"text": "a b", "attributions": [{"content": ["a", "c"]}]},
        "attributed words 'c' do not stand in the sentence; copy them exactly",
    ),
    ({"text": 5, "label": 5, "doc": 5}, r"doc: Input should be a valid string \(and 2 more\)"),
]


@pytest.mark.parametrize(("value", "message"), _BAD, ids=[message[:30] for _, message in _BAD])
def test_broken_record_is_refused(value: str | dict[str, Any], message: str) -> None:
    """The message begins with file and line, names the field, and is one line."""
    line = value if isinstance(value, str) else json.dumps(value)
    with pytest.raises(LabelError, match=f"^{_WHERE}: {message}") as caught:
        parse(line, _WHERE)
    assert "\n" not in str(caught.value)
    if isinstance(value, dict):
        with pytest.raises(LabelError, match=f"^{_WHERE}: {message}"):
            parse_object(value, _WHERE)


def test_numbers_must_be_finite() -> None:
    """NaN from plain values is refused as it is from JSON."""
    with pytest.raises(LabelError, match=r"claims\.0\.probability: Input should be"):
        parse_object({"text": "a", "claims": [{"type": "x", "probability": math.nan}]}, _WHERE)


def test_suggestion_only_for_a_near_miss() -> None:
    """A slip of the hand is recognised, another word is not."""
    assert suggestion("acusation", ["goal", "accusation"]) == '; did you mean "accusation"?'
    assert suggestion("praise", ["goal", "accusation"]) == ""


def test_lone_surrogates_are_replaced_at_every_door() -> None:
    """Half a character in a text, a label or a key becomes U+FFFD, from JSON, from values and in the class itself."""
    value = {"text": "a\ud800", "labels": ["\udfff"], "probabilities": {"\udfff": 0.5}}
    for record in (_parse(value), parse_object(value, _WHERE), Record(**value)):
        assert (record.text, record.labels, record.probabilities) == ("a\ufffd", ["\ufffd"], {"\ufffd": 0.5})


def test_labels_that_look_alike_are_one() -> None:
    """Accents composed or not, no-break spaces and double blanks make no other label, wherever a label stands."""
    for written in ("Begru\u0308ndung A", "Begr\u00fcndung\u00a0A", "  Begr\u00fcndung \t A "):
        for value in ({"label": written}, {"labels": [written]}, {"claims": [{"type": written}]}):
            assert Record.model_validate({"text": "a", **value}).types == {"Begr\u00fcndung A"}
        record = Record.model_validate({"text": "a", "probabilities": {written: 0.5}})
        assert record.probabilities == {"Begr\u00fcndung A": 0.5}
    with pytest.raises(LabelError, match="empty label"):
        parse_object({"text": "a", "label": "\u00a0"}, "here")
