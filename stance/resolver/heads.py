"""The names that a source's words are about, not those that only belong to its description: ``aide to Poole``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from stance import patterns
from stance.records import Span
from stance.resolver.article import Article
from stance.resolver.entities import Entity
from stance.resolver.lexicon import PREPOSITIONS, RELATIVE
from stance.resolver.names import Mention
from stance.resolver.nouns import sort_of
from stance.resolver.tokens import Token

Head = tuple[Mention, Entity]

_CALLED = frozenset("called named as dubbed nicknamed".split())
_FIELDS = frozenset("finance transport defence defense health education culture justice trade energy home".split())
_NO_NOUNS = PREPOSITIONS | RELATIVE | frozenset("and or both himself herself itself themselves".split())
_MARKS = frozenset((",", ";", ":", "—", "–"))
_HONORIFICS = frozenset("mr mrs ms miss dr sir dame".split())  # they describe no noun: "Mr Poole hit"


def heads_of(article: Article, sentence: int, span: Span, tokens: Sequence[Token]) -> list[Head]:
    """The names in the span that it is about, in order."""
    inside = article.inside(sentence, span)
    heads = []
    for place, (mention, entity) in enumerate(inside):
        before = [token for token in tokens if token.end <= mention.outer]
        own = [token for token in before if not any(m.outer <= token.start < m.end for m, _ in inside[:place])]
        describes = mention.possessive or _modifies(tokens, mention) or _is_one_of(before, mention)
        if _is_head(before, own) and not describes:
            heads.append((mention, entity))
    return heads


def joint_of(article: Article, sentence: int, heads: Sequence[Head]) -> list[Entity]:
    """The entities of a list of names that ends in ``and``; the first person alone where it is none."""
    people = [head for head in heads if head[1].person] or list(heads)
    return _listed(article, sentence, heads) or _listed(article, sentence, people) or [people[0][1]]


def _listed(article: Article, sentence: int, heads: Sequence[Head]) -> list[Entity]:
    """The entities of a list that begins with the first of these names; empty for no list."""
    text, start = article.document.text, article.sentences[sentence].start
    heads = [(mention, entity) for mention, entity in heads if text[max(0, start + mention.start - 1)] != "("] or heads
    last, listed = heads[0]
    joint = [listed]
    for (one, _), (other, entity) in pairwise(heads):
        between = (
            patterns.BRACKETED.sub("", text[start + one.end : start + other.outer]).strip(" ,").removesuffix(" the")
        )
        if between not in ("and", "&", "") or entity in joint:
            break
        joint.append(entity)
        last = other
    links = text[start + heads[0][0].end : start + last.start].split()
    return joint if "and" in links or "&" in links else []


def _is_head(before: Sequence[Token], own: Sequence[Token]) -> bool:
    """Whether a name with these words of the span before it is what the span is about."""
    if not before:
        return True
    if before[-1].lower in _CALLED or before[-1].word == ")":
        return True
    if any(token.lower in ("including", "such") for token in own):
        return False
    if sum((token.word == "(") - (token.word == ")") for token in before) or any(t.lower in RELATIVE for t in own):
        return False
    bound = next(
        (token for token in reversed(own) if token.lower in PREPOSITIONS or token.word in _MARKS),
        None,
    )
    if bound is None or bound.word in _MARKS:
        return True
    last = own[-1]
    return (
        last is not bound and not last.mark and not last.capital and (last.lower.endswith("s") or last.lower in _FIELDS)
    )


def _is_one_of(before: Sequence[Token], mention: Mention) -> bool:
    """Whether a name behind a comma and ``a`` tells what somebody is: the governor, ``a Republican``."""
    words = [token.lower for token in before[-2:]]
    return words in ([",", "a"], [",", "an"]) and mention.outer == mention.start


def _modifies(tokens: Sequence[Token], mention: Mention) -> bool:
    """Whether a noun follows that the name only describes: ``Harrow police``, ``a Labour spokesman``."""
    if not _HONORIFICS.isdisjoint(mention.role):
        return False
    after = next((token for token in tokens if token.start >= mention.end), None)
    return (
        after is not None
        and after.start - mention.end <= 1
        and not after.mark
        and (not after.capital or sort_of(after.lower) is not None)
        and after.lower not in _NO_NOUNS
    )
