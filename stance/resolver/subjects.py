"""The grammatical subject of a verb of saying or wanting, where no words are tagged as its source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stance.records import Span
from stance.resolver.article import Article
from stance.resolver.lexicon import AUXILIARIES, DETERMINERS, PREPOSITIONS
from stance.resolver.referents import referents_of
from stance.resolver.tokens import Token

_NOMINATIVE = frozenset("he she they it".split())
_BE = frozenset("is are was were been being be".split())
_WHO = frozenset("who which".split())
_BETWEEN = AUXILIARIES - frozenset("and or but than as if when while because since so".split())
_ADVERBS = frozenset("never ever always then now again recently previously reportedly".split())


def subject_of(article: Article, sentence: int, verb: Span) -> Span | None:
    """The words that a verb's subject consists of; None where none is told.

    What stands right before the verb, but for auxiliaries and adverbs; else what the sentence begins with, as for
    verbs that ``and`` or a comma joins to another one: ``Poole met the mayor and praised her``.
    """
    start = article.sentences[sentence].start
    found = [one for one in _candidates(article, sentence) if start + one.end <= verb.start]
    if not found:
        return _inverted(article, sentence, verb)
    tokens = [token for token in article.tokens[sentence] if start + token.end <= verb.start]
    near = found[-1]
    between = [token for token in tokens if start + token.start >= start + near.end]
    chosen = near if all(_may_stand_between(token) for token in between) else found[0]
    return Span(start + chosen.start, start + chosen.end)


def is_passive(article: Article, sentence: int, verb: Span) -> bool:
    """Whether a form of ``be`` stands right before the verb: its subject is told and tells nothing."""
    start = article.sentences[sentence].start
    before = [token for token in article.tokens[sentence] if start + token.end <= verb.start]
    return bool(before) and before[-1].lower in _BE


def _candidates(article: Article, sentence: int) -> list[Span]:
    """What may be a subject, in order, counted from the start of the sentence."""
    free = [Span(one.start, one.end) for one in referents_of(article, sentence) if one.free]
    return sorted([*free, *_pronouns(article, sentence)])


def _pronouns(article: Article, sentence: int) -> Iterator[Span]:
    for token in article.tokens[sentence]:
        if token.lower in _NOMINATIVE and not token.word.isupper() and not article.quoted(sentence, token.start):
            yield Span(token.start, token.end)


def _may_stand_between(token: Token) -> bool:
    return token.lower in _BETWEEN or token.lower in _WHO or token.lower in _ADVERBS or token.lower.endswith("ly")


def _inverted(article: Article, sentence: int, verb: Span) -> Span | None:
    """The subject right behind its verb: ``… , predicted Ann Poole``."""
    start = article.sentences[sentence].start
    behind: Sequence[Token] = [token for token in article.tokens[sentence] if start + token.start >= verb.end][:2]
    if not behind or behind[0].lower in PREPOSITIONS:
        return None
    first = behind[1] if behind[0].lower in DETERMINERS and len(behind) > 1 else behind[0]
    for one in referents_of(article, sentence):
        if one.start in (behind[0].start, first.start) and one.free:
            return Span(start + one.start, start + one.end)
    return None
