"""Pronouns to the people and bodies that they stand for: by gender, number, and who was spoken of last."""

from __future__ import annotations

from collections.abc import Iterator

from stance.resolver.article import Article
from stance.resolver.cast import Entity
from stance.resolver.lexicon import FEMALE, MALE, NEUTER, PLURAL


def antecedent(article: Article, sentence: int, at: int, word: str, not_this: Entity | None = None) -> Entity | None:
    """Whom a pronoun means.

    Parameters
    ----------
    at : where it stands, counted from the start of the document
    word : the pronoun in lower case
    not_this : who cannot be meant: the source of what the pronoun stands in
    """
    candidates = [one for one in _candidates(article, sentence, at) if one is not not_this]
    if word in NEUTER | PLURAL:
        return next((one for one in candidates if one.body), None)
    if word not in MALE | FEMALE:
        return None
    gender = "m" if word in MALE else "f"
    found = next((one for one in candidates if one.human and one.sex in (None, gender)), None)
    if found is not None:
        found.gender = gender
    return found


def _candidates(article: Article, sentence: int, at: int) -> Iterator[Entity]:
    """Who may be meant, most likely first: named before it in its own sentence, then sentence by sentence backwards."""
    start = article.sentences[sentence].start
    for mention, entity in article.entities[sentence]:
        if start + mention.end <= at and not mention.possessive and not article.quoted(sentence, mention):
            yield entity
    for before in article.earlier(sentence):
        speaker = article.speakers[before]
        if speaker is not None:
            yield speaker
        for quoted in (False, True):
            for mention, entity in article.entities[before]:
                if article.quoted(before, mention) == quoted:
                    yield entity
