"""Bodies of one name that belong to several owners: ``Ruria's Foreign Ministry`` and ``Dolvia's Foreign Ministry``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from stance.resolver.lexicon import ORG_WORDS
from stance.resolver.names import Mention, name_key

_FIELDS = frozenset(
    "foreign defence defense interior home finance health justice education trade transport energy culture labour "
    "labor agriculture environment supreme high national federal central security affairs state".split()
)


def under_owners(mentions: Sequence[Sequence[Mention]], possessive: str) -> list[list[Mention]]:
    """The mentions of each sentence, those of bodies that several own under their owner's name, too.

    Parameters
    ----------
    possessive : what is written behind the owner's name
    """
    owners: dict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
    for found in mentions:
        for owner, body in _owned(found):
            owners[name_key(body.name)].add(name_key(owner.name))
    several = {key for key, known in owners.items() if len(known) > 1}
    if not several:
        return [list(found) for found in mentions]
    return [_named(found, several, possessive) for found in mentions]


def _named(found: Sequence[Mention], several: set[tuple[str, ...]], possessive: str) -> list[Mention]:
    names = {
        body.start: f"{owner.name}{possessive} {body.name}"
        for owner, body in _owned(found)
        if name_key(body.name) in several
    }
    return [replace(one, name=names.get(one.start, one.name)) for one in found]


def _owned(found: Sequence[Mention]) -> Iterator[tuple[Mention, Mention]]:
    """Each owner with the body right behind it, of whose name every word is any body's."""
    for owner, body in pairwise(found):
        generic = all(word in ORG_WORDS or word in _FIELDS for word in name_key(body.name))
        if owner.possessive and generic and body.outer - owner.end <= len("'s "):
            yield owner, body
