"""Names that an article spells out before their acronym: ``World Health Organization (WHO)``."""

from __future__ import annotations

from collections.abc import Sequence

from stance import patterns
from stance.resolver.tokens import Token

_GAPS = 4  # small words in a name that have no letter in its acronym


def spelled_out(tokens: Sequence[Token]) -> dict[int, int]:
    """First and last token of each name whose initials stand in brackets right behind it."""
    found = {}
    for at in range(2, len(tokens) - 2):
        if tokens[at].word == "(" and tokens[at + 2].word == ")" and patterns.ACRONYM.match(tokens[at + 1].word):
            first = _first(tokens, at, tokens[at + 1].word.replace(".", "").rstrip("s").upper())
            if first is not None:
                found[first] = at - 1
    return found


def acronym_after(tokens: Sequence[Token], last: int) -> str | None:
    """What stands behind a name and may stand for it: ``(WHO)``, ``(Penn State)``, ``, or WHO,``."""
    if [token.word for token in tokens[last + 1 : last + 3]] == [",", "or"]:
        other = tokens[last + 3].word if last + 3 < len(tokens) else ""
        return other if patterns.ACRONYM.match(other) else None
    if last + 3 >= len(tokens) or tokens[last + 1].word != "(":
        return None
    inside: list[str] = []
    for token in tokens[last + 2 : last + 5]:
        if token.word == ")":
            return " ".join(inside) or None
        if not token.capital:
            return None
        inside.append(token.word)
    return None


def _first(tokens: Sequence[Token], stop: int, letters: str) -> int | None:
    """The token that the name before ``stop`` begins with; None where its words do not begin with the letters."""
    left = len(letters)
    for at in range(stop - 1, max(-1, stop - 1 - left - _GAPS), -1):
        token = tokens[at]
        if token.word[0].upper() == letters[left - 1]:
            left -= 1
            if not left:
                return at if token.capital and at < stop - 1 else None
        elif token.capital or token.mark:
            return None
    return None
