"""Tokens of a CoNLL file back to running text, by one fixed rule, so that offsets into it mean the same everywhere."""

from __future__ import annotations

from pathlib import Path

from stance.corpus.lines import decode, opened, read_all

_NO_SPACE_BEFORE = frozenset(". , : ; ! ? ) ] } % 's n't ’s ’ … 're 've 'll 'd 'm ”".split())
_NO_SPACE_AFTER = frozenset("( [ { $ £ € # “ ‘".split())
_GLUE = frozenset("- – /".split())
_TURNING = frozenset("\" '".split())
_LARGEST = 16 << 20


def read_conll(path: str | Path) -> str:
    """The text of a CoNLL file: token number, token, and more, parted by tabs; ``#`` begins a comment.

    Raises
    ------
    InputError : the file cannot be read.
    """
    with opened(path) as file:
        lines = decode(read_all(file, _LARGEST, str(path)), "utf-8", str(path)).splitlines()
    return spaced([line.split("\t")[1] for line in lines if "\t" in line and not line.startswith("#")])


def spaced(tokens: list[str]) -> str:
    """Tokens with a space between them, but none around hyphens, inside brackets, or before marks.

    A quotation mark that looks the same at both ends opens and closes by turns.
    """
    text, glue = "", True
    open_marks: set[str] = set()
    for token in tokens:
        closing = token in open_marks
        if token in _TURNING:
            open_marks ^= {token}
        apart = not glue and token not in _NO_SPACE_BEFORE and token not in _GLUE and not closing
        text += " " * apart + token
        glue = token in _NO_SPACE_AFTER or token in _GLUE or (token in _TURNING and not closing)
    return text
