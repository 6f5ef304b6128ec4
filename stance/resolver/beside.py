"""What stands beside a word with a capital: whether it is a name, what follows it, and the gender of whose it is."""

from __future__ import annotations

from collections.abc import Sequence

from stance.resolver.lexicon import DETERMINERS, PREPOSITIONS
from stance.resolver.tokens import Token

_ADVERB_ENDINGS = ("ally", "edly", "ently", "antly", "ously", "ively", "ately", "ingly", "arly", "ntly")
_BEHIND_PARTICIPLE = DETERMINERS | PREPOSITIONS | frozenset(("that", "how", "whether", "it", "him", "them"))
_FAR = 14  # words behind a name that its pronoun is looked for


def opens_clause(tokens: Sequence[Token], at: int) -> bool:
    """``Specifically, …``, ``Conceding that …``: an adverb or participle at the start of a sentence."""
    token, behind = tokens[at], tokens[at + 1 : at + 2]
    if not behind or behind[0].capital:
        return False
    if token.lower.endswith(_ADVERB_ENDINGS):
        return True
    return token.lower.endswith("ing") and behind[0].lower in _BEHIND_PARTICIPLE


def gender_behind(tokens: Sequence[Token], last: int) -> str | None:
    """The gender of the first pronoun behind a name, if no other name, mark of quotation or ``which`` comes before."""
    for token in tokens[last + 1 : last + 1 + _FAR]:
        if token.lower in ("he", "his", "him"):
            return "m"
        if token.lower in ("she", "her"):
            return "f"
        if token.capital or token.word in ('"', "“", "”", ";") or token.lower == "which":
            return None
    return None


def word_behind(tokens: Sequence[Token], last: int) -> str:
    """The word behind a name; over a comma only a relative pronoun or an age counts."""
    ahead = tokens[last + 1 : last + 3]
    if not ahead:
        return ""
    if not ahead[0].mark:
        return ahead[0].lower
    over = (
        ahead[0].word == "," and len(ahead) == 2 and (ahead[1].lower in ("who", "whose", "which") or _is_age(ahead[1]))
    )
    return ahead[1].lower if over else ""


def _is_age(token: Token) -> bool:
    return token.word.isdigit() and len(token.word) == 2
