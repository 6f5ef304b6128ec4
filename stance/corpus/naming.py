"""Columns by their names, however they are cased."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def by_name(row: Mapping[str, Any], known: Iterable[str]) -> dict[str, Any]:
    """The row with the known columns under their own names, whatever their case; one that is written so wins."""
    own = {name.casefold(): name for name in known}
    named = {name: own.get(name.casefold(), name) for name in row}
    return {name if named[name] in row else named[name]: value for name, value in row.items()}


def listed(names: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
