"""Cells of CSV that no spreadsheet runs as a formula, and what stood in them before."""

from __future__ import annotations

from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
"""A spreadsheet runs cells that begin so (OWASP, CSV injection)."""

_GUARDED = (*FORMULA_STARTS, "'")


def guard(value: Any) -> Any:
    """The cell with an apostrophe before it where it begins like a formula, or with an apostrophe of its own."""
    return "'" + value if isinstance(value, str) and value.startswith(_GUARDED) else value


def unguard(cell: str) -> str:
    """What stood in the cell before ``guard``; an apostrophe that ``guard`` would not have set stays."""
    return cell[1:] if cell.startswith("'") and cell.startswith(_GUARDED, 1) else cell
