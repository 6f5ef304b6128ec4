"""Noun phrases that may speak without a name: ``a cleaner from Lowestoft``, ``the company``, ``residents``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stance.resolver.entities import Entity
from stance.resolver.lexicon import (
    AUXILIARIES,
    DETERMINERS,
    NUMBERS,
    PREPOSITIONS,
    RELATIVE,
    SAYING,
)
from stance.resolver.names import Mention
from stance.resolver.nouns import Sort, sort_of
from stance.resolver.tokens import Token

_CLOSING = frozenset((",", ".", ";", "(", '"', "”", "—", "–"))  # marks behind a name that stands in apposition
_ACTED = frozenset(
    "met saw gave took sent sued paid fought beat hit shot caught kept lost won sold taught left".split()
)
_FAR = 12  # words between a phrase and the comma before its name
_LONGEST = 8  # words of a phrase up to its noun
_ACTS = SAYING | AUXILIARIES - frozenset("and or but as than".split())
_STOPS = PREPOSITIONS | RELATIVE | AUXILIARIES | SAYING


class Phrase(NamedTuple):
    """Tokens [first, head] of a sentence: its determiner in lower case (empty for none), the words behind it, the sort.

    ``owns`` says that it is in the possessive: ``the committee's``.
    """

    first: int
    head: int
    determiner: str
    words: tuple[str, ...]
    sort: Sort
    owns: bool = False

    @property
    def noun(self) -> str:
        """The noun in lower case."""
        return self.words[-1]


def find_phrases(tokens: Sequence[Token], mentions: Sequence[Mention]) -> list[Phrase]:
    """The phrases of a sentence, in order, but for those that are the title or role of a name or inside one."""
    found = []
    at = mention = 0
    while at < len(tokens):
        while mention < len(mentions) and mentions[mention].end <= tokens[at].start:
            mention += 1
        phrase = phrase_at(tokens, at) if _may_begin(tokens, at) else None
        if phrase is None:
            at += 1
            continue
        if not _named(mentions[mention : mention + _LONGEST], tokens[phrase.head].start):
            found.append(phrase)
        at = phrase.head + 1
    return found


def phrase_at(tokens: Sequence[Token], at: int) -> Phrase | None:
    """The phrase that begins at a token; its noun is the last that may speak before what ends the phrase."""
    determiner = tokens[at].lower if tokens[at].lower in DETERMINERS else ""
    begin = at + bool(determiner)
    head, sort = -1, None
    for place in range(begin, min(len(tokens), begin + _LONGEST)):
        token = tokens[place]
        if _is_apostrophe(tokens, place):
            continue
        if token.mark or token.lower in _STOPS or token.lower in DETERMINERS or (head >= 0 and token.lower in _ACTED):
            break
        found = sort_of(token.lower)
        if found is not None:
            head, sort = place, found
        if token.possessive:
            break
    if sort is None:
        return None
    owns = tokens[head].possessive or _is_apostrophe(tokens, head + 1)
    words = tuple(token.lower for token in tokens[begin : head + 1] if not token.mark)
    if determiner == "that" and sort is Sort.PEOPLE and words[-1].endswith(("s", "men", "ren", "people")):
        at, determiner = begin, ""  # it leads to a clause: "found that children"
    return Phrase(at, head, determiner, words, sort, owns)


def _may_begin(tokens: Sequence[Token], at: int) -> bool:
    """A determiner, a possessive before it, or a plural behind a name or at the start of a clause."""
    token = tokens[at]
    if token.lower in DETERMINERS:
        return True
    if at and tokens[at - 1].possessive:
        return not token.mark
    if token.word[0].isdigit() or token.lower in NUMBERS:
        return _counts(tokens, at)
    if at and tokens[at - 1].capital and not token.capital and sort_of(token.lower) is Sort.PEOPLE:
        return True
    opens = at == 0 or tokens[at - 1].mark or (tokens[at - 1].lower == "to" and at > 1)
    return opens and not token.mark and sort_of(token.lower) is Sort.PEOPLE


def _counts(tokens: Sequence[Token], at: int) -> bool:
    """Whether a number counts people: ``About 40 rabbis``, and is no year."""
    phrase = phrase_at(tokens, at)
    return (
        phrase is not None
        and phrase.sort is Sort.PEOPLE
        and not (tokens[at].word.isdigit() and len(tokens[at].word) == 4)
    )


def _is_apostrophe(tokens: Sequence[Token], at: int) -> bool:
    """The mark of a plural possessive: ``drivers' union``."""
    return 0 < at < len(tokens) and tokens[at].word in ("'", "’") and tokens[at].start == tokens[at - 1].end


def _named(mentions: Sequence[Mention], noun: int) -> bool:
    """Whether the noun at this place is a name's title or role, or a word of a name."""
    return any(one.outer <= noun < one.end for one in mentions)


def beside_names(
    tokens: Sequence[Token],
    phrases: Sequence[Phrase],
    names: Sequence[tuple[Mention, Entity]],
) -> Iterator[tuple[Phrase, Entity]]:
    """Phrases that a name stands in apposition to, over a comma, with whose name it is."""
    ends = {mention.end: entity for mention, entity in names}
    closed = {token.start for token in tokens if token.word in _CLOSING}
    begins = {m.outer: entity for m, entity in names if m.end in closed or m.end + 1 in closed}
    for phrase in phrases:
        if phrase.owns or phrase.sort not in (Sort.PERSON, Sort.BODY):
            continue
        if phrase.head + 1 < len(tokens) and tokens[phrase.head + 1].lower in _ACTS:
            continue  # it acts: "they were Iranians, the army said"
        before = tokens[phrase.first - 1] if phrase.first else None
        if before is not None and before.word == "," and phrase.first > 1:
            entity = ends.get(tokens[phrase.first - 2].end)
            if entity is not None and _agree(phrase, entity):
                yield phrase, entity
                continue
        entity = _name_behind(tokens, phrase, begins)
        if entity is not None and _agree(phrase, entity) and (before is None or before.lower not in PREPOSITIONS):
            yield phrase, entity


def _name_behind(tokens: Sequence[Token], phrase: Phrase, begins: dict[int, Entity]) -> Entity | None:
    """Whose name follows the first comma behind a phrase and is itself followed by a comma or by what they do."""
    for place in range(phrase.head + 1, min(len(tokens) - 1, phrase.head + 1 + _FAR)):
        token = tokens[place]
        if token.word == "," and place + 1 < len(tokens):
            article = tokens[place + 1].lower in DETERMINERS and place + 2 < len(tokens)
            return begins.get(tokens[place + 1 + article].start)
        if token.mark or token.lower in SAYING:
            return None
    return None


def _agree(phrase: Phrase, entity: Entity) -> bool:
    return entity.human if phrase.sort is Sort.PERSON else not entity.person
