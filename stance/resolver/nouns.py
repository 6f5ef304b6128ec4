"""What a common noun stands for: one person, several, a body, a document; and what is no noun but a participle."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from stance.resolver.lexicon import (
    DOCUMENTS,
    FEMALE_ROLES,
    GROUPS,
    MALE_ROLES,
    PEOPLE,
    ROLE_ENDINGS,
    ROLES,
)

_PARTICIPLES = frozenset("written sent seen given made put read held led won known drawn leaked told taken".split())


class Sort(Enum):
    """The sorts of things that speak in an article."""

    PERSON = "person"
    PEOPLE = "people"
    BODY = "body"
    DOCUMENT = "document"


@lru_cache(maxsize=8_192)
def sort_of(noun: str) -> Sort | None:
    """The sort of thing that a noun in lower case stands for; None for one that never speaks."""
    if noun in GROUPS and noun not in ROLES:
        return Sort.PEOPLE if noun in PEOPLE else Sort.BODY
    if noun in DOCUMENTS:
        return Sort.DOCUMENT
    if is_role(noun):
        return Sort.PERSON
    if (
        noun in PEOPLE
        or (noun.endswith("s") and is_role(noun[:-1]))
        or (noun.endswith("men") and is_role(f"{noun[:-3]}man"))
    ):
        return Sort.PEOPLE
    main = noun.partition("-of-")[0] if "-of-" in noun else noun.rpartition("-")[2]
    return sort_of(main) if main != noun and main else None


@lru_cache(maxsize=8_192)
def is_role(noun: str) -> bool:
    """Whether a noun in lower case tells what a person does: ``judge``, ``vice-chancellor``, ``biologist``."""
    return noun in ROLES or noun.endswith(ROLE_ENDINGS) or noun.rpartition("-")[2] in ROLES


def gender_of(words: frozenset[str]) -> str | None:
    """``m`` or ``f`` where words of titles and roles tell one alone."""
    words = frozenset(word.removeprefix("ex-") for word in words)
    male = not words.isdisjoint(MALE_ROLES)
    female = not words.isdisjoint(FEMALE_ROLES) or any(word.endswith("woman") for word in words)
    return None if male == female else ("m" if male else "f")


def is_participle(word: str) -> bool:
    """Whether a word in lower case may be a past participle behind a noun: ``a letter written by Poole``."""
    return word.endswith("ed") or word in _PARTICIPLES
