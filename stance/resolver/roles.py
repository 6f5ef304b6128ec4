"""The roles that stand beside a name: ``its general secretary, Ann Poole``, ``Ofwat, the water regulator,``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from stance.resolver.firstnames import FIRST_NAMES
from stance.resolver.lexicon import (
    AUXILIARIES,
    DETERMINERS,
    PREPOSITIONS,
    RELATIVE,
    SAYING,
)
from stance.resolver.nouns import Sort, sort_of
from stance.resolver.tokens import Token

_LONGEST = 8  # words of an apposition that are read
_LONGEST_BEFORE = 5
_ENDS = frozenset((",", ".", ";", ":", "—", "–", "(", ")", '"', "“", "”"))
_SMALL = DETERMINERS | PREPOSITIONS
_STOPS = PREPOSITIONS | RELATIVE | AUXILIARIES | SAYING | DETERMINERS


class Role(NamedTuple):
    """The lower-cased words of a role, whether it is a person's, and how many tokens of it touch the name."""

    words: frozenset[str]
    person: bool
    adjacent: int = 0


def role_before(tokens: Sequence[Token], first: int, last: int) -> Role | None:
    """The role right before a name, or before the comma before it; a body's only where the name is an insertion."""
    stop = first
    if stop and tokens[stop - 1].word == ",":
        stop -= 1
    if not stop or tokens[stop - 1].possessive or tokens[stop - 1].mark:
        return None
    if last + 1 < len(tokens) and not tokens[last + 1].capital and sort_of(tokens[last + 1].lower) is not None:
        return None  # the name only describes what follows: "the nominee, Harrow lawyer Ann Poole"
    sort = sort_of(tokens[stop - 1].lower)
    if sort not in (Sort.PERSON, Sort.BODY) or (stop < first and not _opened(tokens, stop, body=sort is Sort.BODY)):
        return None
    if stop < first and sort is Sort.BODY and last + 1 < len(tokens) and tokens[last + 1].word not in _ENDS:
        return None
    begin = stop - 1
    while begin and stop - begin < _LONGEST_BEFORE and _goes_on(tokens[begin - 1]):
        begin -= 1
    words = frozenset(token.lower for token in tokens[begin:stop])
    return Role(words, sort is Sort.PERSON, first - begin)


def role_after(tokens: Sequence[Token], first: int, last: int) -> Role | None:
    """The role in an apposition behind a name: ``Ann Poole, the mayor of Harrow,``."""
    at = last + 1
    if at + 1 >= len(tokens) or tokens[at].word != ",":
        return None
    at += 1
    if tokens[at].word.isdigit() and at + 2 < len(tokens) and tokens[at + 1].word == ",":
        at += 2  # an age
    if tokens[at].capital and tokens[at].lower not in DETERMINERS and tokens[first].lower not in FIRST_NAMES:
        return None  # another name may begin there: "in Harrow, Mayor Ann Poole said"
    words: list[str] = []
    for token in tokens[at : at + _LONGEST]:
        if token.lower in SAYING:
            return None  # it is the body that speaks: "they were Iranians, the army said"
        if token.word in _ENDS or token.lower in RELATIVE or token.lower in AUXILIARIES:
            break
        if not token.word.isdigit():
            words.append(token.lower)
    head = next(
        (place for place, word in enumerate(words) if place and word in PREPOSITIONS),
        len(words),
    )
    sort = sort_of(words[head - 1]) if head and words else None
    if sort not in (Sort.PERSON, Sort.BODY):
        return None
    if sort is Sort.PERSON and first and tokens[first - 1].lower in ("of", "from", "in"):
        return None  # somebody before it has the role: "Ann Poole of Harrow, the party's nominee"
    return Role(
        frozenset(word for word in words if word not in _SMALL),
        sort is Sort.PERSON,
    )


def _opened(tokens: Sequence[Token], stop: int, *, body: bool) -> bool:
    """Whether a phrase with an article leads to the role before a comma, so that the name stands in apposition."""
    for at in range(stop - 1, max(-1, stop - 1 - _LONGEST), -1):
        token = tokens[at]
        if token.possessive and not body:
            return True
        if token.lower in DETERMINERS:
            return not body or at == 0 or tokens[at - 1].lower not in PREPOSITIONS
        if token.mark or token.lower in PREPOSITIONS:
            return False
    return False


def _goes_on(token: Token) -> bool:
    return not token.mark and token.lower not in _STOPS and not token.possessive
