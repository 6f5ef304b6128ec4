"""The words of a source or target to whom they mean: a name, a role, a body, a pronoun, or just what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stance.records import Span
from stance.resolver.article import Article
from stance.resolver.definites import JOINT, known_as, last_joint, named_later
from stance.resolver.documents import issuer
from stance.resolver.entities import Entity, may_be_person
from stance.resolver.heads import Head, heads_of, joint_of
from stance.resolver.lexicon import (
    AUXILIARIES,
    DEFINITE,
    DETERMINERS,
    FIRST,
    POSSESSIVES,
    PREPOSITIONS,
    PRONOUNS,
    RELATIVE,
    THINGS,
)
from stance.resolver.nouns import Sort, gender_of, is_participle
from stance.resolver.phrases import Phrase, phrase_at
from stance.resolver.pronouns import antecedent, fits, told_of
from stance.resolver.referents import referents_of
from stance.resolver.sourcewords import source_tokens
from stance.resolver.tokens import Token
from stance.resolver.wording import brought_in, noted, text_of, wording

_LONGEST_TWO = 4  # words
_NEAR = 6  # sentences back to the last speaker
_RELATIVE = frozenset("who which whose that whom".split())
_SPEAKS_FOR = frozenset("spokesman spokeswoman spokesperson lawyer solicitor official source".split())
_SEATS = frozenset("MP MSP MEP MS TD MLA".split())
_ENDS = frozenset((",", ";", ":", "—", "–", "(", ")", '"', "“", "”"))


@dataclass(frozen=True, slots=True)
class Described:
    """Whom words mean: the canonical name, the rule that found it (empty for nobody), the entity if it is one.

    ``whole`` says that the words are the name, role or pronoun and nothing more.
    """

    name: str
    rule: str
    entity: Entity | None = None
    whole: bool = True


NOBODY = Described("", "")


def describe(article: Article, sentence: int, span: Span, barred: Sequence[Span] = ()) -> Described:
    """Whom the words of a span mean, precision first.

    Parameters
    ----------
    barred : where a pronoun does not look: the content that it is the source of
    """
    tokens = source_tokens(article, sentence, span)
    if tokens:
        span = Span(article.sentences[sentence].start + tokens[0].start, span.end)
    if not tokens or all(token.lower in ("the", "a", "an") for token in tokens):
        return NOBODY
    referents_of(article, sentence)
    if _is_pronoun(tokens):
        return _pronoun(article, sentence, tokens, barred)
    if tokens[0].lower == "whose" and len(tokens) > 1:
        return _of_whom(article, sentence, tokens)
    heads = heads_of(article, sentence, span, tokens)
    if heads and tokens[0].lower == "the" and tokens[-1].word in _SEATS:
        return _of_seat(article, sentence, tokens) or _by_words(article, sentence, tokens, None)
    if heads:
        return _named(article, sentence, span, tokens, heads)
    if _is_two(tokens):
        both = last_joint(article, sentence)
        if both is not None:
            return Described(both.name, "joint", both, whole=False)
    owned = _owned_by_name(article, sentence, span, tokens)
    if owned is not None:
        return owned
    if tokens[-1].lower in THINGS:
        return NOBODY
    phrase = phrase_at(tokens, 0)
    if phrase is None or _goes_on(tokens, phrase):
        return _by_words(article, sentence, tokens, None)
    if phrase.owns and phrase.head + 1 < len(tokens):
        found = _owned_by_phrase(article, sentence, span, tokens, phrase)
    else:
        found = _owned(article, sentence, span, tokens, phrase, barred)
        if found is None and _is_definite(tokens):
            found = _known(article, sentence, tokens, phrase)
        elif found is None and phrase.sort is Sort.PERSON and phrase.determiner in ("a", "an", "one"):
            entity = named_later(article, sentence, phrase)
            found = Described(entity.name, "ahead", entity) if entity is not None else None
    return found or _by_words(article, sentence, tokens, phrase)


def _is_pronoun(tokens: Sequence[Token]) -> bool:
    """``he``, ``they all``; not the ``US`` of ``US prosecutors``, nor the ``his`` of ``his critics``."""
    first = tokens[0]
    if first.lower not in PRONOUNS or (first.word.isupper() and len(first.word) > 1):
        return False
    return len(tokens) == 1 or (first.lower not in DETERMINERS and first.lower not in POSSESSIVES)


def _pronoun(article: Article, sentence: int, tokens: Sequence[Token], barred: Sequence[Span]) -> Described:
    word = tokens[0].lower
    at = article.sentences[sentence].start + tokens[0].start
    if word in FIRST:
        said = next(
            (article.said[one] for one in (sentence, *article.earlier(sentence)) if article.said[one]),
            None,
        )
        return Described(said.name, "pronoun") if said is not None else NOBODY
    if word in _RELATIVE:
        before = [one for one in referents_of(article, sentence) if one.end <= tokens[0].start and not one.possessive]
        return Described(before[-1].entity.name, "pronoun", before[-1].entity) if before else NOBODY
    entity = antecedent(article, sentence, at, word, barred=barred)
    if entity is None or not entity.spoke:
        told = told_of(article, sentence, word, barred)
        entity = told if told is not None else entity
    if entity is not None:
        return Described(entity.name, "pronoun", entity)
    return _last_speaker(article, sentence, word)


def _of_whom(article: Article, sentence: int, tokens: Sequence[Token]) -> Described:
    """``Poole, whose lawyers``: Poole's lawyers."""
    before = [one for one in referents_of(article, sentence) if one.end <= tokens[0].start and not one.possessive]
    if not before:
        return NOBODY
    name = f"{before[-1].entity.name}{article.possessive} {text_of(article, sentence, tokens[1:])}"
    return Described(name, "description", noted(article, sentence, tokens, None, name), whole=False)


def _of_seat(article: Article, sentence: int, tokens: Sequence[Token]) -> Described | None:
    """``the Harrow MP``: whoever has that role and place, else the person who spoke last."""
    words = frozenset(token.lower for token in tokens[1:] if token.capital)
    found = [one for one in article.cast.with_role(words, sentence) if one.person]
    spoken = (article.speakers[before] for before in article.earlier(sentence)[:_NEAR])
    entity = found[0] if found else next((one for one in spoken if one is not None and one.human and one.key), None)
    return Described(entity.name, "role" if found else "varied", entity) if entity is not None else None


def _last_speaker(article: Article, sentence: int, word: str) -> Described:
    """Whoever spoke last, for a pronoun that nobody else fits, unless it cannot be them."""
    for one in article.earlier(sentence)[:_NEAR]:
        said, speaker = article.said[one], article.speakers[one]
        if said is not None:
            possible = speaker is None or (not speaker.key and speaker.sort is None) or fits(speaker, word, guess=False)
            return Described(said.name, "pronoun", speaker) if possible else NOBODY
    return NOBODY


def _named(
    article: Article,
    sentence: int,
    span: Span,
    tokens: Sequence[Token],
    heads: Sequence[Head],
) -> Described:
    start = article.sentences[sentence].start
    joint = joint_of(article, sentence, heads)
    if len(joint) > 1:
        name = " and ".join(entity.name for entity in joint)
        entity = Entity(name, sort=Sort.PEOPLE, spoke=True, first=sentence, seen=[sentence])
        article.described[JOINT].append(entity)
        return Described(name, "joint", entity, whole=False)
    mention, entity = max(heads, key=_telling)
    phrase = phrase_at(tokens, 0)
    if phrase is not None and phrase.sort is Sort.PERSON and may_be_person(entity.key):
        entity.person = True
        entity.gender = entity.gender or gender_of(frozenset(phrase.words))
    whole = start + mention.outer <= span.start + 4 and start + mention.end >= span.end - 2
    return Described(entity.name, "name" if mention.name == entity.name else "surname", entity, whole)


def _goes_on(tokens: Sequence[Token], phrase: Phrase) -> bool:
    """Whether the noun is not the last: ``Party vote counters``; a participle behind it is none."""
    if phrase.owns or phrase.head + 1 >= len(tokens):
        return False
    after = tokens[phrase.head + 1]
    ends = after.mark or after.capital or after.lower in PREPOSITIONS or after.lower in RELATIVE
    told = after.lower.endswith(("ing", "ly")) or is_participle(after.lower)
    return not ends and not told and after.lower not in AUXILIARIES


def _is_two(tokens: Sequence[Token]) -> bool:
    """``both clubs``, ``the two senators``, ``the two``."""
    words = [token.lower for token in tokens]
    return (words[0] == "both" or words[:2] == ["the", "two"]) and len(words) < _LONGEST_TWO and "of" not in words


def _telling(head: Head) -> tuple[bool, bool, int]:
    """People before bodies, known ones first, full names before parts."""
    mention, entity = head
    return entity.person, entity.human, len(mention.name.split()) if entity.human else 0


def _is_definite(tokens: Sequence[Token]) -> bool:
    return tokens[0].lower in DEFINITE or (tokens[0].lower not in DETERMINERS and tokens[0].capital)


def _known(article: Article, sentence: int, tokens: Sequence[Token], phrase: Phrase) -> Described | None:
    """Somebody whom the article knows by this role or noun."""
    behind = tokens[phrase.head + 1 :]
    end = next((at for at, token in enumerate(behind) if token.word == ","), len(behind))
    places = frozenset(token.lower for token in behind[:end] if token.capital and token.lower not in phrase.words)
    own = brought_in(article, sentence, tokens)
    found = known_as(article, sentence, phrase, places, own)
    if found is None:
        return None
    entity, rule = found
    return Described(entity.name, rule, entity, whole=bool(entity.key) and not behind)


def _owned(
    article: Article,
    sentence: int,
    span: Span,
    tokens: Sequence[Token],
    phrase: Phrase,
    barred: Sequence[Span],
) -> Described | None:
    """``its chief executive``, ``his critics``, ``the ministry's statement``: what belongs to somebody."""
    owner = None
    if tokens[0].lower in POSSESSIVES and tokens[0].lower not in FIRST:
        at = article.sentences[sentence].start + tokens[0].start
        owner = antecedent(article, sentence, at, tokens[0].lower, barred=barred, owner=True)
    if phrase.sort is Sort.DOCUMENT:
        found = issuer(article, sentence, span, tokens, phrase, owner)
        if found is not None:
            return Described(found, "document", None, whole=False)
    if owner is None:
        return None
    if phrase.sort is Sort.PERSON:
        known = known_as(article, sentence, phrase, own=brought_in(article, sentence, tokens))
        if known is not None and known[0].key:
            return Described(known[0].name, "role", known[0])
    name = f"{owner.name}{article.possessive} {text_of(article, sentence, tokens[1 : phrase.head + 1])}"
    return Described(
        name,
        "description",
        noted(article, sentence, tokens, phrase, name),
        whole=False,
    )


def _owned_by_name(article: Article, sentence: int, span: Span, tokens: Sequence[Token]) -> Described | None:
    """``Poole's statement``, ``the WHO's report``: under the full name of whoever it belongs to."""
    first = tokens[tokens[0].lower in DETERMINERS and len(tokens) > 1].start
    found = next(
        ((m, e) for m, e in article.inside(sentence, span) if m.outer == first and m.possessive),
        None,
    )
    if found is None:
        return None
    mention, owner = found
    behind = [token for token in tokens if token.start > mention.end and not token.mark]
    thing = phrase_at(behind, 0) if behind else None
    if thing is not None and thing.sort is Sort.DOCUMENT:
        name = issuer(article, sentence, span, behind, thing, owner)
        if name is not None:
            return Described(name, "document", owner, whole=False)
    if not behind:
        return Described(owner.name, "name", owner)
    if thing is not None and thing.sort is Sort.PERSON and not owner.person:
        known = known_as(article, sentence, thing, own=brought_in(article, sentence, behind))
        if known is not None and known[0].key and known[1] == "role":
            return Described(known[0].name, "role", known[0])
    name = f"{owner.name}{article.possessive} {text_of(article, sentence, behind)}"
    return Described(name, "description", noted(article, sentence, tokens, thing, name), whole=False)


def _owned_by_phrase(
    article: Article, sentence: int, span: Span, tokens: Sequence[Token], phrase: Phrase
) -> Described | None:
    """``the committee's report``: under the name of the committee, where the article knows it."""
    thing = phrase_at(tokens, phrase.head + 1) if phrase.head + 1 < len(tokens) else None
    known = known_as(article, sentence, phrase, own=brought_in(article, sentence, tokens))
    if thing is None or known is None or not known[0].key:
        return None
    if thing.sort is Sort.DOCUMENT:
        name = issuer(article, sentence, span, tokens, thing, known[0])
        if name is not None:
            return Described(name, "document", known[0], whole=False)
    name = f"{known[0].name}{article.possessive} {text_of(article, sentence, tokens[phrase.head + 1 :])}"
    return Described(name, "description", noted(article, sentence, tokens, None, name), whole=False)


def _by_words(article: Article, sentence: int, tokens: Sequence[Token], phrase: Phrase | None) -> Described:
    name = wording(article, sentence, tokens, phrase)
    return Described(name, "description", noted(article, sentence, tokens, phrase, name), whole=False)
