"""Headlines that stand in an article as sentences: there a capital tells no name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from stance.resolver.names import Mention, name_key
from stance.resolver.tokens import Token

_WORDS = 5  # that a headline has at least
_CAPITALS = 0.75  # of its words
_ORDINARY = 2  # words with a capital that the article also writes small
_LONGEST = 6  # words of a name that is looked for

Key = tuple[str, ...]


def is_title_case(tokens: Sequence[Token], ordinary: frozenset[str]) -> bool:
    """``Union Leaders Reject Offer From Kestrel Travel``.

    Parameters
    ----------
    ordinary : lower-cased words that the article also writes small
    """
    words = [token for token in tokens if not token.mark]
    capitals = [token for token in words if token.capital]
    if len(words) < _WORDS or len(capitals) < _CAPITALS * len(words):
        return False
    return len(capitals) == len(words) or sum(token.lower in ordinary for token in capitals[1:]) >= _ORDINARY


def known_names(tokens: Sequence[Token], text: str, known: frozenset[Key]) -> list[Mention]:
    """The names of a headline that the article has elsewhere, in order, the longest at each place."""
    return list(_found(tokens, text, known))


def keys_of(mentions: Iterable[Mention]) -> frozenset[Key]:
    """The names as they stand, and the last words of those of several."""
    keys = {name_key(mention.name) for mention in mentions}
    return frozenset(keys | {key[-1:] for key in keys if key})


def _found(tokens: Sequence[Token], text: str, known: frozenset[Key]) -> Iterator[Mention]:
    at = 0
    while at < len(tokens):
        last = next(
            (
                end
                for end in range(min(len(tokens), at + _LONGEST) - 1, at - 1, -1)
                if _is(tokens, text, at, end, known)
            ),
            None,
        )
        if last is None:
            at += 1
            continue
        start, end = tokens[at].start, tokens[last].end
        yield Mention(start, end, start, text[start:end], possessive=tokens[last].possessive)
        at = last + 1


def _is(tokens: Sequence[Token], text: str, first: int, last: int, known: frozenset[Key]) -> bool:
    if not (tokens[first].capital and tokens[last].capital):
        return False
    return name_key(text[tokens[first].start : tokens[last].end]) in known
