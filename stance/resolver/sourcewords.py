"""The words of a source without what leads into it and what hangs on at its end."""

from __future__ import annotations

from stance.records import Span
from stance.resolver.article import Article
from stance.resolver.lexicon import BE, RELATIVE
from stance.resolver.nouns import sort_of
from stance.resolver.tokens import Token

_LEADING = frozenset("but and so yet however as to".split())
_LEAD_IN = frozenset("in on at during after before since from following".split())
_AFTER_NAMES = frozenset("further also then later again previously recently reportedly himself herself".split())


def source_tokens(article: Article, sentence: int, span: Span) -> list[Token]:
    """The tokens of a span that name a source, in order; none for marks alone."""
    start = article.sentences[sentence].start
    begin = max(span.start, start + article.dateline(sentence))
    inside = [t for t in article.tokens[sentence] if begin <= t.start + start and t.end + start <= span.end]
    while inside and inside[0].mark:
        inside = inside[1:]
    while inside and inside[-1].mark:
        inside = inside[:-1]
    while len(inside) > 1 and (
        inside[-1].lower in RELATIVE or (inside[-1].lower in BE and inside[-2].lower in RELATIVE)
    ):
        inside = inside[:-1]
    return _adverb_less(_led_in(inside))


def _led_in(tokens: list[Token]) -> list[Token]:
    """The tokens behind what leads into a subject: ``But``, ``In Harrow,``, ``addressing the board Mr`` Poole."""
    while len(tokens) > 1 and tokens[0].lower in _LEADING:
        tokens = tokens[1:]
    if tokens and tokens[0].lower in _LEAD_IN:
        comma = next((at for at, token in enumerate(tokens) if token.word == "," and at + 1 < len(tokens)), None)
        if comma is not None:
            return tokens[comma + 1 :]
    titled = [at for at, token in enumerate(tokens) if token.lower in ("mr", "mrs", "ms")]
    if tokens and tokens[0].lower.endswith("ing") and titled:
        return tokens[titled[-1] :]
    return tokens


def _adverb_less(tokens: list[Token]) -> list[Token]:
    """The tokens without adverbs at their end that belong to the cue: ``Brandt further`` asserted."""
    while len(tokens) > 1 and (tokens[-1].lower in _AFTER_NAMES or _is_adverb(*tokens[-2:])):
        tokens = tokens[:-1]
    return tokens


def _is_adverb(noun: Token, word: Token) -> bool:
    """``Officials privately`` admit."""
    adverb = word.word.islower() and word.lower.endswith("ly") and sort_of(word.lower) is None
    return adverb and sort_of(noun.lower) is not None
