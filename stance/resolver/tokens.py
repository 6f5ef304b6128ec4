"""The words and marks of a sentence, as the resolver reads them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from stance import patterns
from stance.resolver.lexicon import PARTICLES

_LONGEST_SHORT = 5  # letters of an abbreviation before a name: "Capt."
_ABBREVIATED = frozenset(
    "mr mrs ms dr prof rev hon sen sens rep reps gov gen lt col capt cmdr maj sgt cpl adm brig amb cllr supt insp det "
    "jr sr st no".split()
)


class Token(NamedTuple):
    """A word or mark of a sentence; ``word`` is without possessive and abbreviation's stop, ``lower`` in lower case.

    ``capital`` says whether it begins with a capital, or has one after a small prefix (``al-Assad``), ``mark`` whether
    it is a mark and no word.
    """

    start: int
    end: int
    word: str
    lower: str
    capital: bool
    possessive: bool
    mark: bool


def tokens_of(text: str) -> list[Token]:
    """The words and marks of a sentence, in order."""
    found = []
    for match in patterns.TOKEN.finditer(text):
        start, end = match.span()
        dropped, known = _known(match[0])
        found.append(Token(start, end - dropped, *known))
    return found


@lru_cache(maxsize=8_192)  # the same words come again: looking one up costs a tenth of reading it
def _known(word: str) -> tuple[int, tuple[str, str, bool, bool, bool]]:
    """How many characters at its end do not belong to the word, and what a token says of it behind its place."""
    if len(word) == 1:
        return 0, (word, word.lower(), word.isupper(), False, not word.isalnum())
    dropped = 0
    if word[0] == "[":
        word = word[1] + word[3:]
    if word.endswith(".") and not _keeps_stop(word):
        word, dropped = word[:-1], 1
    possessive = patterns.POSSESSIVE.search(word)
    if possessive is not None and possessive.start():
        dropped += len(word) - possessive.start()
        word = word[: possessive.start()]
    name = word.rstrip(".") or word
    return dropped, (name, name.lower(), _has_capital(name), possessive is not None, not name[0].isalnum())


def touch(text: str, one: Token, other: Token) -> bool:
    """Whether only a space, or the stop of an abbreviation and a space, stands between two tokens."""
    if one.possessive:
        return False
    gap = text[one.end : other.start] if other.start - one.end <= 2 else ""
    return gap in (" ", "\xa0") or (gap == ". " and len(one.word) <= _LONGEST_SHORT)


def parts_number(tokens: Sequence[Token], at: int) -> bool:
    """Whether a comma stands inside a number: ``1,122``."""
    around = tokens[at - 1 : at + 2]
    return (
        len(around) == 3
        and around[0].end == around[1].start
        and around[1].end == around[2].start
        and around[2].word.isdigit()
    )


def _has_capital(word: str) -> bool:
    if word[0].isupper():
        return word[:2] not in ("I'", "I’")
    first, hyphen, rest = word.partition("-")
    return bool(hyphen) and first in PARTICLES and rest[:1].isupper()


def _keeps_stop(word: str) -> bool:
    """``J.``, ``U.N.``, ``Jr.``: the stop belongs to the word."""
    bare = word[:-1].lower()
    return len(bare) == 1 or "." in bare or bare in _ABBREVIATED
