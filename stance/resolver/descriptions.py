"""The words of a source or target to whom they mean: a name, a role, a body, a pronoun, or just what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stance import patterns
from stance.records import Span
from stance.resolver.article import Article
from stance.resolver.definites import JOINT, known_as, named_later
from stance.resolver.documents import issuer
from stance.resolver.entities import Entity
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
)
from stance.resolver.nouns import Sort, gender_of
from stance.resolver.phrases import Phrase, phrase_at
from stance.resolver.pronouns import antecedent, fits
from stance.resolver.referents import referents_of
from stance.resolver.tokens import Token

_NEAR = 6  # sentences back to the last speaker
_RELATIVE = frozenset("who which whose that whom".split())
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


_AFTER_NAMES = frozenset("further also then later again previously recently reportedly himself herself".split())


def _adverb_less(tokens: list[Token]) -> list[Token]:
    """The tokens without adverbs at their end that belong to the cue: ``Brandt further`` asserted."""
    while len(tokens) > 1 and tokens[-1].lower in _AFTER_NAMES:
        tokens = tokens[:-1]
    return tokens


def describe(article: Article, sentence: int, span: Span, barred: Sequence[Span] = ()) -> Described:
    """Whom the words of a span mean, precision first.

    Parameters
    ----------
    barred : where a pronoun does not look: the content that it is the source of
    """
    tokens = _adverb_less(_tokens(article, sentence, span))
    if not tokens or all(token.lower in ("the", "a", "an") for token in tokens):
        return NOBODY
    referents_of(article, sentence)
    if _is_pronoun(tokens):
        return _pronoun(article, sentence, tokens, barred)
    heads = heads_of(article, sentence, span, tokens)
    if heads:
        return _named(article, sentence, span, heads)
    owned = _owned_by_name(article, sentence, span, tokens)
    if owned is not None:
        return owned
    phrase = phrase_at(tokens, 0)
    if phrase is None or _goes_on(tokens, phrase):
        return _plain(article, sentence, tokens, None)
    if phrase.owns and phrase.head + 1 < len(tokens):
        found = _owned_by_phrase(article, sentence, span, tokens, phrase)
    else:
        found = _owned(article, sentence, span, tokens, phrase, barred)
        if found is None and _is_definite(tokens):
            found = _known(article, sentence, tokens, phrase)
        elif found is None and phrase.sort is Sort.PERSON and phrase.determiner in ("a", "an"):
            entity = named_later(article, sentence, phrase)
            found = Described(entity.name, "ahead", entity) if entity is not None else None
    return found or _plain(article, sentence, tokens, phrase)


def _tokens(article: Article, sentence: int, span: Span) -> list[Token]:
    """Tokens of the span without the marks that lead into it or hang on at its end."""
    start = article.sentences[sentence].start
    inside = [t for t in article.tokens[sentence] if span.start <= t.start + start and t.end + start <= span.end]
    while inside and inside[0].mark:
        inside = inside[1:]
    while inside and inside[-1].mark:
        inside = inside[:-1]
    return inside


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
        said = next((article.said[one] for one in (sentence, *article.earlier(sentence)) if article.said[one]), None)
        return Described(said.name, "pronoun") if said is not None else NOBODY
    if word in _RELATIVE:
        before = [one for one in referents_of(article, sentence) if one.end <= tokens[0].start and not one.possessive]
        return Described(before[-1].entity.name, "pronoun", before[-1].entity) if before else NOBODY
    entity = antecedent(article, sentence, at, word, barred=barred)
    if entity is not None:
        return Described(entity.name, "pronoun", entity)
    return _last_speaker(article, sentence, word)


def _last_speaker(article: Article, sentence: int, word: str) -> Described:
    """Whoever spoke last, for a pronoun that nobody else fits, unless it cannot be them."""
    for one in article.earlier(sentence)[:_NEAR]:
        said, speaker = article.said[one], article.speakers[one]
        if said is not None:
            possible = speaker is None or (not speaker.key and speaker.sort is None) or fits(speaker, word)
            return Described(said.name, "pronoun", speaker) if possible else NOBODY
    return NOBODY


def _named(article: Article, sentence: int, span: Span, heads: Sequence[Head]) -> Described:
    start = article.sentences[sentence].start
    joint = joint_of(article, sentence, heads)
    if len(joint) > 1:
        name = " and ".join(entity.name for entity in joint)
        entity = Entity(name, sort=Sort.PEOPLE, spoke=True, first=sentence, seen=[sentence])
        article.described[JOINT].append(entity)
        return Described(name, "joint", entity, whole=False)
    mention, entity = max(heads, key=_telling)
    whole = start + mention.outer <= span.start + 4 and start + mention.end >= span.end - 2
    return Described(entity.name, "name" if mention.name == entity.name else "surname", entity, whole)


def _goes_on(tokens: Sequence[Token], phrase: Phrase) -> bool:
    """Whether the noun is not the last: ``Party vote counters``; a participle behind it is none."""
    if phrase.owns or phrase.head + 1 >= len(tokens):
        return False
    after = tokens[phrase.head + 1]
    ends = after.mark or after.capital or after.lower in PREPOSITIONS or after.lower in RELATIVE
    return not ends and not after.lower.endswith(("ed", "ing", "ly")) and after.lower not in AUXILIARIES


def _telling(head: Head) -> tuple[bool, bool, int]:
    """People before bodies, known ones first, full names before parts."""
    mention, entity = head
    return entity.person, entity.human, len(mention.name.split()) if entity.human else 0


def _is_definite(tokens: Sequence[Token]) -> bool:
    return tokens[0].lower in DEFINITE or (tokens[0].lower not in DETERMINERS and tokens[0].capital)


def _known(article: Article, sentence: int, tokens: Sequence[Token], phrase: Phrase) -> Described | None:
    """Somebody whom the article knows by this role or noun."""
    behind = tokens[phrase.head + 1 :]
    places = frozenset(token.lower for token in behind if token.capital and token.lower not in phrase.words)
    own = _own(article, sentence, tokens)
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
        known = known_as(article, sentence, phrase, own=_own(article, sentence, tokens))
        if known is not None and known[0].key:
            return Described(known[0].name, "role", known[0])
    name = f"{owner.name}’s {_text(article, sentence, tokens[1 : phrase.head + 1])}"
    return Described(name, "description", _noted(article, sentence, tokens, phrase, name), whole=False)


def _owned_by_name(article: Article, sentence: int, span: Span, tokens: Sequence[Token]) -> Described | None:
    """``Poole's statement``, ``the WHO's report``: under the full name of whoever it belongs to."""
    first = tokens[tokens[0].lower in DETERMINERS and len(tokens) > 1].start
    found = next(((m, e) for m, e in article.inside(sentence, span) if m.outer == first and m.possessive), None)
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
    name = f"{owner.name}’s {_text(article, sentence, behind)}"
    return Described(name, "description", _noted(article, sentence, tokens, thing, name), whole=False)


def _owned_by_phrase(
    article: Article, sentence: int, span: Span, tokens: Sequence[Token], phrase: Phrase
) -> Described | None:
    """``the committee's report``: under the name of the committee, where the article knows it."""
    thing = phrase_at(tokens, phrase.head + 1) if phrase.head + 1 < len(tokens) else None
    known = known_as(article, sentence, phrase, own=_own(article, sentence, tokens))
    if thing is None or known is None or not known[0].key:
        return None
    if thing.sort is Sort.DOCUMENT:
        name = issuer(article, sentence, span, tokens, thing, known[0])
        if name is not None:
            return Described(name, "document", known[0], whole=False)
    name = f"{known[0].name}’s {_text(article, sentence, tokens[phrase.head + 1 :])}"
    return Described(name, "description", _noted(article, sentence, tokens, None, name), whole=False)


def _plain(article: Article, sentence: int, tokens: Sequence[Token], phrase: Phrase | None) -> Described:
    """The words themselves without a leading article, up to a relative clause."""
    kept = list(tokens[len(tokens) > 1 and tokens[0].lower in ("the", "a", "an") :])
    for place, token in enumerate(kept):
        if place and (token.lower in ("who", "which") or token.word in _ENDS):
            kept = kept[:place]
            break
    document = phrase is not None and phrase.sort is Sort.DOCUMENT
    name = _text(article, sentence, kept, full=document)
    return Described(name, "description", _noted(article, sentence, tokens, phrase, name), whole=False)


def _own(article: Article, sentence: int, tokens: Sequence[Token]) -> Entity | None:
    """The entity without a name that the words bring in themselves."""
    for one in article.referents[sentence]:
        if one.start == tokens[0].start and not one.entity.key and one.entity.first == sentence:
            return one.entity
    return None


def _text(article: Article, sentence: int, tokens: Sequence[Token], *, full: bool = False) -> str:
    """The words of these tokens; ``full`` spells acronyms as the names that they stand for."""
    text = article.sentences[sentence].text
    at, end = tokens[0].start, tokens[-1].end
    end += 2 * (text[end : end + 2] in ("'s", "’s"))
    pieces = []
    for mention, entity in article.entities[sentence] if full else ():
        if at <= mention.start and mention.end <= end and patterns.ACRONYM.match(mention.name):
            pieces += [text[at : mention.start], entity.name]
            at = mention.end
    return "".join((*pieces, text[at:end]))


def _noted(article: Article, sentence: int, tokens: Sequence[Token], phrase: Phrase | None, name: str) -> Entity:
    """The referent of a phrase under its fuller name; a new one where the sentence has none."""
    entity = _own(article, sentence, tokens) if phrase is not None else None
    if entity is not None:
        entity.name, entity.spoke = name, True
        return entity
    sort = phrase.sort if phrase is not None else None
    words = frozenset(token.lower for token in tokens)
    return Entity(name, sort=sort, gender=gender_of(words), spoke=True, first=sentence, seen=[sentence])
