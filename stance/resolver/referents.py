"""Whom each sentence speaks of, named or not, in order: what pronouns and descriptions look back to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

from stance import patterns
from stance.resolver.article import Article
from stance.resolver.definites import JOINT, known_as
from stance.resolver.entities import Entity, Referent
from stance.resolver.lexicon import AUXILIARIES, DETERMINERS, PREPOSITIONS
from stance.resolver.names import Mention
from stance.resolver.nouns import Sort, gender_of
from stance.resolver.phrases import Phrase
from stance.resolver.tokens import Token

_POINTING = frozenset("the this that these those".split())


def referents_of(article: Article, sentence: int) -> list[Referent]:
    """The referents of a sentence, in order; those of the sentences before it are found first."""
    while len(article.referents) <= sentence:
        article.referents.append(_read(article, len(article.referents)))
    return article.referents[sentence]


def _read(article: Article, sentence: int) -> list[Referent]:
    tokens = article.tokens[sentence]
    if not tokens:
        return []
    places = {token.start: at for at, token in enumerate(tokens)}
    found = [
        Referent(
            mention.start,
            mention.end,
            entity,
            _bound(tokens, places.get(mention.outer, 0)),
            mention.possessive,
            article.quoted(sentence, mention.start),
        )
        for mention, entity in article.entities[sentence]
    ]
    for phrase in article.phrases[sentence]:
        first, noun = tokens[phrase.first], tokens[phrase.head]
        quoted = article.quoted(sentence, noun.start)
        if not quoted:
            entity = _entity(article, sentence, phrase)
            found.append(
                Referent(
                    first.start,
                    noun.end,
                    entity,
                    _bound(tokens, phrase.first)
                    or (phrase.sort in (Sort.PERSON, Sort.BODY) and _is_object(tokens, phrase.first)),
                    phrase.owns,
                    quoted,
                )
            )
    found.sort(key=lambda one: one.start)
    return sorted([*found, *_together(article, sentence)], key=lambda one: one.start)


def _together(article: Article, sentence: int) -> Iterator[Referent]:
    """Two names that ``and`` joins, as several people or bodies."""
    text = article.sentences[sentence].text
    named = [
        (mention, entity) for mention, entity in article.entities[sentence] if text[max(0, mention.start - 1)] != "("
    ]
    for (one, entity), (other, second) in pairwise(named):
        alike = entity.human == second.human and entity is not second
        between = patterns.BRACKETED.sub("", text[one.end : other.outer]).strip(" ,").removesuffix(" the")
        if alike and between == "and":
            name = f"{entity.name} and {second.name}"
            both = Entity(name, sort=Sort.PEOPLE, first=sentence, seen=[sentence])
            both.roles = {frozenset(_words_of(entity) & _words_of(second))}
            article.described[JOINT].append(both)
            quoted = article.quoted(sentence, one.start)
            yield Referent(one.start, other.end, both, _is_bound(article, sentence, one), other.possessive, quoted)


def _words_of(entity: Entity) -> frozenset[str]:
    """The words of all the roles that it has."""
    return frozenset[str]().union(*entity.roles)


def _is_bound(article: Article, sentence: int, mention: Mention) -> bool:
    tokens = article.tokens[sentence]
    return _bound(tokens, next((at for at, token in enumerate(tokens) if token.start == mention.outer), 0))


def _entity(article: Article, sentence: int, phrase: Phrase) -> Entity:
    """Whom a phrase means: somebody known, else somebody new."""
    beside = article.appositions[sentence].get(phrase.first)
    if beside is not None:
        return beside
    known = known_as(article, sentence, phrase) if phrase.determiner in _POINTING else None
    if known is not None:
        entity = known[0]
        if not entity.key:
            entity.seen.append(sentence)
        return entity
    tokens = article.tokens[sentence]
    begin = _begin(article, sentence, phrase)
    name = article.sentences[sentence].text[begin : tokens[phrase.head].end]
    entity = Entity(
        name,
        sort=phrase.sort,
        gender=gender_of(frozenset(phrase.words)),
        first=sentence,
        seen=[sentence],
    )
    article.described[phrase.noun].append(entity)
    return entity


def _begin(article: Article, sentence: int, phrase: Phrase) -> int:
    """Where the name of a phrase begins: behind its article, but with the name or words for who owns it."""
    tokens = article.tokens[sentence]
    if (
        phrase.first
        and not phrase.determiner
        and (tokens[phrase.first - 1].possessive or tokens[phrase.first - 1].capital)
    ):
        owner = tokens[phrase.first - 1]
        named = (mention.start for mention in article.mentions[sentence] if mention.end == owner.end)
        described = (  # of people alone: "the report's authors", while "the party's manifesto" goes by its noun
            tokens[one.first + bool(one.determiner)].start
            for one in article.phrases[sentence]
            if phrase.sort is Sort.PEOPLE and one.owns and tokens[one.head] is owner
        )
        return next(chain(named, described), tokens[phrase.first].start)
    return tokens[phrase.first + bool(phrase.determiner)].start


def _bound(tokens: Sequence[Token], at: int) -> bool:
    """Whether a preposition leads to what begins at this token, but for ``according to`` and ``echoed by``."""
    before = at - 1
    while before >= 0 and (tokens[before].lower in DETERMINERS or tokens[before].possessive):
        before -= 1 + _leads(tokens, before)
    if before < 0 or tokens[before].lower not in PREPOSITIONS:
        return False
    if tokens[before].lower == "by" and before and tokens[before - 1].lower.endswith("ed"):
        return False
    return not (before and tokens[before - 1].lower == "according")


def _leads(tokens: Sequence[Token], at: int) -> int:
    """How many capitalised words lead to a possessive: two in ``to the Harrow Water Board's report``."""
    if not tokens[at].possessive:
        return 0
    before = at - 1
    while before >= 0 and tokens[before].capital:
        before -= 1
    return at - 1 - before


def _is_object(tokens: Sequence[Token], at: int) -> bool:
    """Whether a verb seems to stand before what begins at this token: ``to support the nominee``."""
    before = tokens[at - 1] if at else None
    return before is not None and not before.mark and not before.capital and before.lower not in AUXILIARIES
