"""Pronouns to the people and bodies that they stand for: by gender, number, and who was spoken of last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stance.records import Span
from stance.resolver.article import Article
from stance.resolver.entities import Entity, Referent
from stance.resolver.lexicon import FEMALE, MALE, NEUTER, ORG_WORDS, PLURAL
from stance.resolver.nouns import Sort
from stance.resolver.referents import referents_of

_SINGULAR = MALE | FEMALE
_PERSONAL = _SINGULAR | NEUTER | PLURAL
_TITLE = 20  # characters of a title before a name
_NEAR = 1  # sentences back up to which a subject comes before whatever else is spoken of
_FURTHER = 2  # the same for several people: crowds are spoken of more often than they speak


def antecedent(
    article: Article,
    sentence: int,
    at: int,
    word: str,
    *,
    barred: Sequence[Span] = (),
    not_this: Entity | None = None,
    owner: bool = False,
) -> Entity | None:
    """Whom a pronoun means.

    Parameters
    ----------
    at : where it stands, counted from the start of the document
    word : the pronoun in lower case
    barred : where it cannot look: the content that it is the source of
    not_this : who cannot be meant: the source of what the pronoun stands in
    owner : whether it is a possessive before a noun: then a country may be meant, and no document
    """
    if word not in _PERSONAL:
        return None
    for entity in _candidates(article, sentence, at, barred, several=word in PLURAL):
        if entity is not not_this and (_owns(entity, word) if owner else fits(entity, word)):
            if word in _SINGULAR and entity.gender is None:
                entity.gender = "m" if word in MALE else "f"
            return entity
    return None


def told_of(article: Article, sentence: int, word: str, content: Sequence[Span]) -> Entity | None:
    """The person whose name begins what ``he`` says of himself: ``Poole was there, he said``."""
    if word not in ("he", "she") or not content or article.quotations.inside(sentence, content[0].start + 1):
        return None
    start = article.sentences[sentence].start
    first = next((one for one in referents_of(article, sentence) if start + one.start >= content[0].start), None)
    if first is None or not first.free or not first.entity.key or start + first.start > content[0].start + _TITLE:
        return None
    return first.entity if fits(first.entity, word) and first.entity.first == sentence else None


def note_topic(article: Article, sentence: int) -> None:
    """Remember whom ``he`` or ``she`` means that a sentence of the journalist's begins with."""
    for token in article.tokens[sentence]:
        if token.lower in ("he", "she"):
            if not article.quoted(sentence, token.start):
                at = article.sentences[sentence].start + token.start
                entity = antecedent(article, sentence, at, token.lower)
                if entity is not None:
                    article.topics[sentence] = entity
            return


def fits(entity: Entity, word: str, *, guess: bool = True) -> bool:
    """Whether gender and number let a pronoun stand for an entity; ``guess`` goes by how first names end, too."""
    if word in _SINGULAR:
        sex = entity.sex if guess else entity.gender
        return entity.human and sex in (None, "m" if word in MALE else "f")
    if word in NEUTER:
        return _acts(entity) or entity.sort in (Sort.DOCUMENT, Sort.BODY)
    return entity.body or entity.several


def _acts(entity: Entity) -> bool:
    """Whether it is a body, or a subject that may be one by its letters: ``NASA cancelled the flight. It said …``."""
    return entity.body or (entity.acronym and entity.subject)


def _owns(entity: Entity, word: str) -> bool:
    """Whether an entity may own something: a document does not, a country does."""
    if word in NEUTER:
        return (_acts(entity) or entity.state or entity.sort is Sort.BODY) and entity.sort is not Sort.DOCUMENT
    return fits(entity, word)


def _candidates(article: Article, sentence: int, at: int, barred: Sequence[Span], *, several: bool) -> Iterator[Entity]:
    """Who may be meant, most likely first: named before it in its own sentence, then sentence by sentence backwards.

    A pronoun for several means people of its own sentence before a body of it, and may mean an object.
    """
    start = article.sentences[sentence].start
    own = [
        one
        for one in referents_of(article, sentence)
        if start + one.end <= at and not any(span.start <= start + one.start < span.end for span in barred)
    ]
    yield from sorted(_subjects(own), key=lambda entity: several and not entity.several)
    if several:
        yield from (one.entity for one in reversed(own) if one.bound and one.entity.several)
    late: list[Entity] = []
    for place, before in enumerate(article.earlier(sentence)):
        speaker = article.speakers[before]
        if speaker is not None:
            yield speaker
        elif before in article.topics:
            yield article.topics[before]
        found = referents_of(article, before)
        told, outside = _apart(article, before, found)
        yield from _subjects(outside)
        late += _subjects(told)
        if place == 0:
            late += (one.entity for one in own if not one.free and _is_sure(one.entity))
        late += (one.entity for one in sorted(found, key=_unlikely) if not one.free and _is_sure(one.entity))
        if place >= (_FURTHER if several else _NEAR):
            yield from late
            late = []
    yield from late


def _apart(article: Article, sentence: int, referents: Sequence[Referent]) -> tuple[list[Referent], list[Referent]]:
    """The referents that stand in what somebody says, and the others."""
    start, contents = article.sentences[sentence].start, article.contents[sentence]
    inside = [one for one in referents if any(span.start <= start + one.start < span.end for span in contents)]
    return inside, [one for one in referents if one not in inside]


def _subjects(referents: Sequence[Referent]) -> Iterator[Entity]:
    """Whoever may be the subject: the first of them, and of the others those that are surely what they seem."""
    free = (one.entity for one in referents if one.free)
    yield from (entity for place, entity in enumerate(free) if place == 0 or _is_sure(entity))


def _is_sure(entity: Entity) -> bool:
    """Whether it is named, and a name of two words a person's or a body's beyond doubt."""
    if not entity.key:
        return entity.sort is not Sort.PERSON
    if entity.human:
        return entity.person
    return entity.spoke or entity.body_like or not ORG_WORDS.isdisjoint(entity.key)


def _unlikely(referent: Referent) -> int:
    return 2 * referent.quoted + referent.possessive
