"""Names in a sentence: where they stand, their titles and roles, without knowing yet whose they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stance import patterns
from stance.resolver.lexicon import DETERMINERS, FIRST_NAMES, NOT_NAMES, ORG_WORDS, PARTICLES, ROLES, TITLES

_BEFORE_OF = (
    ORG_WORDS | TITLES | frozenset("house bank secretary ministry organization organisation archbishop".split())
)
_BEFORE_FOR = frozenset(
    "centre center campaign campaigners council institute society organization organisation fund foundation department "
    "office minister secretary centers citizens doctors americans association network movement coalition union "
    "representative envoy spokesman spokeswoman "
    "spokesperson".split()
)
_LINKS = frozenset("of for at with from in on by to who whose which that is was and or as".split())
_MAX_ROLE = 8  # words of an apposition that are read
_INITIALS = frozenset("jr sr st".split())


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark of a sentence; ``word`` is without possessive and abbreviation's stop."""

    start: int
    end: int
    word: str
    possessive: bool = False

    @property
    def lower(self) -> str:
        """The word in lower case."""
        return self.word.lower()

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital, or has one after a small prefix (``al-Assad``)."""
        first, _, rest = self.word.partition("-")
        return self.word[:1].isupper() or (first in PARTICLES and rest[:1].isupper())


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a sentence: characters [start, end) without its title; ``outer`` is where the title begins.

    ``role`` holds the lower-cased words of its titles and appositions, ``acronym`` the one in brackets after it.
    """

    start: int
    end: int
    outer: int
    name: str
    role: frozenset[str] = frozenset()
    titled: bool = False
    possessive: bool = False
    acronym: str | None = None


def tokens_of(text: str) -> list[Token]:
    """The words and marks of a sentence."""
    found = []
    for match in patterns.TOKEN.finditer(text):
        word, (start, end) = match[0], match.span()
        if len(word) > 1 and word.endswith(".") and not _keeps_stop(word):
            word, end = word[:-1], end - 1
        bare = patterns.POSSESSIVE.sub("", word) if len(word) > 1 else word
        name = bare.rstrip(".") or bare
        found.append(Token(start, end if bare == word else start + len(bare), name, bare != word))
    return found


def _keeps_stop(word: str) -> bool:
    """``J.``, ``U.N.``, ``Jr.``: the stop belongs to the word."""
    bare = word[:-1].lower()
    return len(bare) == 1 or "." in bare or bare in _INITIALS or bare in TITLES


def find_mentions(text: str, ordinary: frozenset[str], tokens: Sequence[Token] | None = None) -> list[Mention]:
    """The names of a sentence, in order.

    Parameters
    ----------
    ordinary : lower-cased words that the article also writes small: a capital at a sentence's start means nothing
    """
    tokens = tokens if tokens is not None else tokens_of(text)
    return [
        mention
        for first, last in _runs(text, tokens, ordinary)
        if (mention := _mention(text, tokens, first, last)) is not None
    ]


def _runs(text: str, tokens: Sequence[Token], ordinary: frozenset[str]) -> Iterator[tuple[int, int]]:
    """First and last token of each run of capitalised words."""
    at = 0
    while at < len(tokens):
        if not _begins(text, tokens, at, ordinary):
            at += 1
            continue
        last = _extend(text, tokens, at)
        yield at, last
        at = last + 1


def _begins(text: str, tokens: Sequence[Token], at: int, ordinary: frozenset[str]) -> bool:
    token = tokens[at]
    if not token.capital:
        return False
    if token.lower in NOT_NAMES:
        return False
    opening = at == 0 or not tokens[at - 1].word[0].isalnum()
    followed = at + 1 < len(tokens) and tokens[at + 1].capital and _touch(text, token, tokens[at + 1])
    return not opening or followed or token.lower not in ordinary


def _touch(text: str, one: Token, other: Token) -> bool:
    """Whether only a space, or the stop of an abbreviation and a space, stands between two tokens."""
    return not one.possessive and other.start - one.end <= 2 and text[one.end : other.start].strip(".") == " "


def _extend(text: str, tokens: Sequence[Token], first: int) -> int:
    """Last token of the name that begins at ``first``."""
    last, linked = first, False
    while last + 1 < len(tokens) and _touch(text, tokens[last], tokens[last + 1]):
        following = tokens[last + 1]
        if following.capital:
            last += 1
            continue
        step = _over_link(text, tokens, first, last, linked)
        if not step:
            break
        linked = linked or following.lower in ("of", "for")
        last += step
    return last


def _over_link(text: str, tokens: Sequence[Token], first: int, last: int, linked: bool) -> int:
    """How many tokens further the name goes over a small word inside it; 0 where it ends."""
    link = tokens[last + 1].lower
    ahead = last + 2
    if link in ("of", "for") and ahead < len(tokens) and tokens[ahead].lower == "the":
        ahead += 1
    if ahead >= len(tokens) or not tokens[ahead].capital or not _touch(text, tokens[ahead - 1], tokens[ahead]):
        return 0
    before = tokens[last].lower
    fits = (
        (link == "of" and before in _BEFORE_OF)
        or (link == "for" and before in _BEFORE_FOR)
        or (link in PARTICLES and before not in ORG_WORDS)
        or (link in ("and", "&") and (linked or _ends_as_body(tokens, first, last, ahead)))
    )
    return ahead - last if fits else 0


def _ends_as_body(tokens: Sequence[Token], first: int, last: int, ahead: int) -> bool:
    """``Food and Drug Administration``: one word, and after the link words that end as a body's name."""
    end = ahead
    while end + 1 < len(tokens) and tokens[end + 1].capital:
        end += 1
    return first == last and end > ahead and tokens[end].lower in ORG_WORDS


def _mention(text: str, tokens: Sequence[Token], first: int, last: int) -> Mention | None:
    """The run as a name with what is known of it; None where it is a title without a name."""
    begin = _after_title(tokens, first, last)
    if begin > last:
        return None
    titled = begin > first
    role = {token.lower for token in tokens[first:begin]}
    outer = first
    if not titled:
        words = _role_before(tokens, first)
        role |= {token.lower for token in words}
        if words and tokens[first - 1] is words[-1]:
            outer, titled = first - len(words), True
    after = _role_after(tokens, begin, last)
    end = tokens[last].end
    return Mention(
        tokens[begin].start,
        end,
        tokens[outer].start,
        text[tokens[begin].start : end],
        frozenset(role | after),
        titled or bool(after) or bool(role),
        tokens[last].possessive or text[end : end + 1] in ("'", "’"),
        _acronym_after(tokens, last),
    )


def _after_title(tokens: Sequence[Token], first: int, last: int) -> int:
    """Index of the first token of the name proper; behind the run where it is a title alone."""
    if tokens[last].lower in ORG_WORDS and last > first and tokens[last].lower not in TITLES:
        return first
    begin = first
    for at in range(first, last + 1):
        if tokens[at].lower in TITLES and (at == first or tokens[at - 1].lower not in ("of", "for")):
            begin = at + 1
    if first < begin <= last and tokens[begin].lower in ("of", "for"):
        begin += 2 + (begin + 1 <= last and tokens[begin + 1].lower == "the")
        if begin <= last and tokens[begin].lower in ("security", "affairs", "services", "health", "defence", "and"):
            begin += 1
    if begin > last:
        return (
            last + 1
            if all(not token.capital or token.lower in TITLES for token in tokens[first : last + 1])
            else (first if tokens[last].lower not in TITLES else last + 1)
        )
    return begin


def _role_before(tokens: Sequence[Token], first: int) -> Sequence[Token]:
    """The words of a role right before a name, or before the comma before it: ``its general secretary, Ann Poole``."""
    stop = first
    if stop and tokens[stop - 1].word == ",":
        stop -= 1
    if not stop or tokens[stop - 1].lower not in ROLES or tokens[stop - 1].possessive:
        return ()
    begin = stop - 1
    while begin and stop - begin < 4 and _goes_on(tokens[begin - 1]):
        begin -= 1
    return tokens[begin:stop]


def _goes_on(token: Token) -> bool:
    return token.word[0].isalpha() and token.lower not in DETERMINERS | _LINKS and not token.possessive


def _role_after(tokens: Sequence[Token], first: int, last: int) -> set[str]:
    """The words of an apposition that names a role: ``Ann Poole, the mayor of Harrow,``."""
    at = last + 1
    if at + 1 >= len(tokens) or tokens[at].word != ",":
        return set()
    if tokens[at + 1].capital and tokens[first].lower not in FIRST_NAMES:
        return set()  # another name may begin there: "in Harrow, Mayor Ann Poole said"
    words: list[str] = []
    for token in tokens[at + 1 : at + 1 + _MAX_ROLE]:
        if token.word in (",", ".", ";", ":", "—", "(", '"', "“") or token.lower in ("who", "which", "said", "and"):
            break
        if token.word.isdigit():
            continue
        words.append(token.lower)
    head = next((place for place, word in enumerate(words) if word in _LINKS), len(words))
    named = words[:head]
    if not named or named[-1] not in ROLES:
        return set()
    return {word for word in words if word not in DETERMINERS | _LINKS}


def _acronym_after(tokens: Sequence[Token], last: int) -> str | None:
    """``World Health Organization (WHO)``."""
    ahead = tokens[last + 1 : last + 4]
    if len(ahead) == 3 and ahead[0].word == "(" and ahead[2].word == ")" and patterns.ACRONYM.match(ahead[1].word):
        return ahead[1].word
    return None


def name_key(name: str) -> tuple[str, ...]:
    """The lower-cased words of a name, for comparing."""
    return tuple(re.sub(r"[.’']", "", word).lower() for word in name.split())
