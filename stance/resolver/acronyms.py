"""Acronyms: the names that an article spells out before them, and whether it shows that one is a body's.

``GDP``, ``BST`` and ``SUV`` look like ``BMW`` and ``RMT``, so only what stands beside an acronym tells.
"""

from __future__ import annotations

from collections.abc import Sequence

from stance import patterns
from stance.resolver.lexicon import BE, PREPOSITIONS
from stance.resolver.tokens import Token

_GAPS = 4  # small words in a name that have no letter in its acronym
_FAR = 3  # words from the possessive up to whoever works there: "IBM's new chief executive"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ACTS = _words(
    "said says say wants want hopes hoped intends intended agreed agrees decided refused refuses refuse declined voted "
    "met insisted insists replied complained testified tries tried vowed pledged promised apologised apologized argued "
    "argues warned warns claims believes denies accuses blames urges demands seeks seek sues sue tells employs owns "
    "operates represents expects rejects opposes condemns seeking planning hoping considering negotiating "
    "investigating recruiting suing demanding campaigning"
)
"""What bodies do and things do not, in forms that stand by themselves."""

_ACTS_ON = _words(
    "told announced added stated claimed alleged denied accused criticised criticized condemned blamed urged asked "
    "reported reports noted recommended sought hired employed sacked fired appointed bought sold owned published "
    "issued launched rejected welcomed opposed endorsed sued fined arrested investigated demanded called"
)
"""The same in forms that are participles where nothing follows that they act on: ``a DVD sold in shops``."""

_AIMS = _words("plans aims planned aimed plan aim")  # before "to": "BMW plans to", but not "the AI plans"
_AUXILIARIES = BE | _words("has have had will would can could may might must should also not now then still")
_MEET = _words("urged urge urges accused accuse accuses sued sue sues")
"""What is done to bodies and people alone; whoever is told something is often only the paper that asked."""

_LEADERS = _words("spokesman spokeswoman spokesperson leader leaders member members president chairman chairwoman")
_STAFF = _LEADERS | _words(
    "executive executives secretary employee employees official officials shareholder shareholders founder board boss"
)


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


def shows_body(tokens: Sequence[Token], at: int) -> bool:
    """Whether what stands beside the acronym at this token tells that it is a body: ``the RMT voted``."""
    before = [token.lower for token in tokens[max(0, at - 3) : at]]
    if before[-1:] in (["a"], ["an"]):
        return False
    if before[-1:] == ["the"]:
        before.pop()
    noun, link = ["", "", *before][-2:]
    behind = [token.lower for token in tokens[at + 1 : at + 1 + _FAR]]
    if tokens[at].possessive:
        return not _STAFF.isdisjoint(behind)
    return (
        (noun in _STAFF and link in ("of", "for", "at"))
        or (noun == "according" and (not behind or tokens[at + 1].mark))
        or link in _MEET
        or not _LEADERS.isdisjoint(behind[:1])
        or _acts(tokens, at)
    )


def _acts(tokens: Sequence[Token], at: int) -> bool:
    """Whether the verb behind the acronym is one whose subject is a body."""
    verb = next((place for place in range(at + 1, len(tokens)) if tokens[place].lower not in _AUXILIARIES), len(tokens))
    word = tokens[verb].lower if verb < len(tokens) else ""
    after = tokens[verb + 1] if verb + 1 < len(tokens) else None
    if any(token.lower in BE for token in tokens[at + 1 : verb]):
        return word in _ACTS and word.endswith("ing")
    if word in _AIMS:
        return after is not None and after.lower == "to"
    return word in _ACTS or (
        word in _ACTS_ON and after is not None and not after.mark and after.lower not in PREPOSITIONS
    )
