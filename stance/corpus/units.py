"""Offsets that other programs count: characters as Python does, or the UTF-16 units of JavaScript.

An emoji is one character and two units, so that every offset after it differs.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate

_ONE_UNIT = "\uffff"


def to_units(text: str, offset: int) -> int:
    """UTF-16 units before the character at this offset."""
    return offset + sum(character > _ONE_UNIT for character in text[:offset])


def from_units(text: str, units: int) -> int:
    """The offset of the character at which so many UTF-16 units are over; past the end counts on by one."""
    if text.isascii():
        return units
    ends = [0, *accumulate(1 + (character > _ONE_UNIT) for character in text)]
    return bisect_left(ends, units) if units <= ends[-1] else len(text) + units - ends[-1]


def read_span(text: str, start: int, end: int, words: str | None, *, utf16: bool) -> tuple[int, int]:
    """A span in characters; where the tool gives the words too, they decide what it counted.

    Parameters
    ----------
    words : the words as the tool copied them, white space aside; None if it did not
    utf16 : what the tool counts, where the words do not say
    """
    plain, converted = (start, end), (from_units(text, start), from_units(text, end))
    likely = [converted, plain] if utf16 else [plain, converted]
    if words is not None:
        for begin, stop in likely:
            if text[begin:stop].split() == words.split():
                return begin, stop
    return likely[0]
