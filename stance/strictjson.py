"""JSON that means one thing: no name twice, no NaN, no nesting without end, no flood of values."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

MAX_DEPTH = 64
"""Arrays and objects within each other."""

MAX_MARKS = 2_000_000
"""Commas and brackets of one text: a bound on its values, each of which costs far more memory than it has bytes."""

_MARK = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


def parse_json(text: str) -> Any:
    """The value of a JSON text.

    Raises
    ------
    ValueError : it is no JSON, a name stands twice in one object, a number is none, or it is too deep or too many.
    """
    opening = text.count("[") + text.count("{")
    if opening + text.count(",") > MAX_MARKS:
        raise ValueError(f"more than {MAX_MARKS:,} values")
    if opening > MAX_DEPTH and _depth(text) > MAX_DEPTH:
        raise ValueError(f"nested more than {MAX_DEPTH} deep")
    return json.loads(text, parse_constant=_refuse, object_pairs_hook=_unique)


def _depth(text: str) -> int:
    """How deep the brackets go, or the first depth over the limit; brackets within strings are none."""
    deepest = depth = 0
    for mark in _MARK.finditer(text):
        first = mark[0][0]
        if first != '"':
            depth += 1 if first in "[{" else -1
            deepest = max(deepest, depth)
            if deepest > MAX_DEPTH:
                break
    return deepest


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        ((twice, _),) = Counter(name for name, _ in pairs).most_common(1)
        raise ValueError(f'the key "{twice[:50]}" stands there twice')
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number in JSON")
