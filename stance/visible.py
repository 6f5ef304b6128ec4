"""Text that can be shown and kept: hidden characters become their code, halves of characters U+FFFD."""

from __future__ import annotations

import re
import unicodedata

_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")  # control, format (bidirectional marks), surrogate, private, separators
_SURROGATE = re.compile("[\ud800-\udfff]")


def visible(text: str) -> str:
    """The text with hidden characters as ``<U+202E>`` and line ends as spaces; length may change."""
    return "".join(_visible(character) for character in text)


def clean(text: str) -> str:
    """The text with U+FFFD for lone surrogates, which no file can hold; as long as before."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _visible(character: str) -> str:
    if character in "\t\n\r":
        return " "
    return f"<U+{ord(character):04X}>" if unicodedata.category(character) in _HIDDEN else character
