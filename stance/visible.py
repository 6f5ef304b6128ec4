"""Text that shows everything it holds: what would move a cursor, hide or reorder other characters becomes its code."""

from __future__ import annotations

import unicodedata

_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")  # control, format (bidirectional marks), surrogate, private, separators


def visible(text: str) -> str:
    """The text with hidden characters as ``<U+202E>`` and line ends as spaces; length may change."""
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character in "\t\n\r":
        return " "
    return f"<U+{ord(character):04X}>" if unicodedata.category(character) in _HIDDEN else character
