"""JSON that means one thing."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance import strictjson
from stance.strictjson import MAX_DEPTH, parse_json

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)


@given(_VALUES)
def test_json_comes_back(value: object) -> None:
    """What json writes is read."""
    assert parse_json(json.dumps(value)) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "Expecting property name"),
        ('{"a": 1, "b": 2, "a": 1}', 'the key "a" stands there twice'),
        ('[{"a": {"x": 1, "\\u0078": 2}}]', 'the key "x" stands there twice'),
        ("NaN", "NaN is no number in JSON"),
        ("[-Infinity]", "-Infinity is no number in JSON"),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), f"nested more than {MAX_DEPTH} deep"),
        ('{"a":' * 9_000 + "1" + "}" * 9_000, f"nested more than {MAX_DEPTH} deep"),
        ("9" * 5_000, "Exceeds the limit"),
    ],
)
def test_what_means_two_things_is_refused(text: str, message: str) -> None:
    """Names twice, numbers that are none, nesting without end: a ValueError that says so."""
    with pytest.raises(ValueError, match=message):
        parse_json(text)


def test_brackets_in_strings_are_no_nesting() -> None:
    """Text full of brackets, quotation marks and backslashes is only text; as many flat lists as one likes are flat."""
    text = '[{"\\' * 500
    assert parse_json(json.dumps([text])) == [text]
    assert parse_json("[" + ",".join(["[]"] * 500) + "]") == [[]] * 500
    assert parse_json("[" * MAX_DEPTH + "]" * MAX_DEPTH)


def test_a_flood_of_values_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """More values than the cap are refused before they are made."""
    monkeypatch.setattr(strictjson, "MAX_MARKS", 100)
    with pytest.raises(ValueError, match="more than 100 values"):
        parse_json("[" + "0," * 100 + "0]")


@pytest.mark.parametrize("piece", ['"', '\\"', '"a\\"', "[]", '{"', "\\"])
def test_depth_is_linear(piece: str) -> None:
    """Half a megabyte of anything is judged in a moment."""
    began = time.process_time()
    with pytest.raises(ValueError, match=r"nested|Expecting|Invalid|Extra|Unterminated"):
        parse_json("[" * 9 + "[],[]," * 50 + piece * (500_000 // len(piece)) + "\x00")
    assert time.process_time() - began < 3


def test_a_name_twice_among_many_is_found_at_once() -> None:
    """Of 200,000 keys the one that stands there twice is named in a moment."""
    keys = ",".join(f'"k{number}":0' for number in range(200_000))
    began = time.process_time()
    with pytest.raises(ValueError, match='the key "k199999" stands there twice'):
        parse_json("{" + keys + ',"k199999":1}')
    assert time.process_time() - began < 3
