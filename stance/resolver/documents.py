"""Whose words a document is: ``the ministry's statement``, ``a tweet by Poole``, ``the notice``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from stance.records import Span
from stance.resolver.article import Article
from stance.resolver.entities import Entity
from stance.resolver.lexicon import ISSUED, PLATFORMS
from stance.resolver.nouns import is_participle
from stance.resolver.phrases import Phrase
from stance.resolver.tokens import Token

_ISSUES = frozenset(
    "wrote writes written sent sends issued issues published publishes released releases provided provides posted "
    "posts gave signed signs tweeted penned made put".split()
)
_BY = frozenset("by from of".split())


def issuer(
    article: Article,
    sentence: int,
    span: Span,
    tokens: Sequence[Token],
    phrase: Phrase,
    owner: Entity | None,
) -> str | None:
    """The name of whoever issued what only carries somebody's words; None where the document itself is the source.

    Parameters
    ----------
    owner : whose it is by a possessive pronoun: ``its statement``
    """
    if phrase.noun not in ISSUED:
        return None
    if owner is not None:
        return owner.name if owner.key else None
    start = article.sentences[sentence].start
    noun = tokens[phrase.head]
    inside = [one for one in article.inside(sentence, span) if PLATFORMS.isdisjoint(one[1].key)]
    for mention, entity in inside:
        if mention.end <= noun.start and (mention.possessive or phrase.determiner != ""):
            return entity.name
    for mention, entity in inside:
        before = article.document.text[start + noun.end : start + mention.outer].split()
        if any(is_participle(one) and one not in _ISSUES and other == "by" for one, other in pairwise(before)):
            continue  # seen by the BBC
        if mention.start > noun.end and not mention.possessive and any(word in _BY for word in before):
            return entity.name
    if len(tokens) > phrase.head + 1 or phrase.determiner not in (
        "the",
        "this",
        "that",
    ):
        return None
    return _earlier(article, sentence, phrase.noun)


def _earlier(article: Article, sentence: int, noun: str) -> str | None:
    """Whoever spoke where the same noun stood last: ``In a statement, the firm said … The statement added``."""
    for before in article.earlier(sentence):
        place = next((token for token in article.tokens[before] if token.lower == noun), None)
        if place is not None:
            writer = _writer(article, before, place.start)
            if writer is not None:
                return writer
            said = article.said[before]
            if said is not None:
                return said.name
            return next(
                (one.entity.name for one in article.referents[before] if one.free and one.entity.key),
                None,
            )
    return None


def _writer(article: Article, sentence: int, noun: int) -> str | None:
    """Whoever is told to issue what a noun at this place stands for: ``the firm published a letter``."""
    tokens = [token for token in article.tokens[sentence] if token.end <= noun]
    verb = next((token for token in reversed(tokens) if token.lower in _ISSUES), None)
    if verb is None:
        return None
    free = [one for one in article.referents[sentence] if one.free and one.end <= verb.start]
    return free[-1].entity.name if free else None
