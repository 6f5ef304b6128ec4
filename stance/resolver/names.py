"""Names in a sentence: where they stand, their titles and roles, without knowing yet whose they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from stance import patterns
from stance.resolver.acronyms import acronym_after, spelled_out
from stance.resolver.beside import gender_behind, opens_clause, word_behind
from stance.resolver.firstnames import FIRST_NAMES
from stance.resolver.lexicon import DETERMINERS, GROUPS, NOT_NAMES, ORG_WORDS, PARTICLES, SAYING, STATES, TITLES
from stance.resolver.nouns import is_role, sort_of
from stance.resolver.roles import Role, role_after, role_before
from stance.resolver.tokens import Token, tokens_of, touch
from stance.typography import bare

_BEFORE_OF = (
    ORG_WORDS | TITLES | frozenset("house bank secretary ministry organization organisation archbishop".split())
)
_BEFORE_FOR = frozenset(
    "centre center campaign campaigners council institute society organization organisation fund foundation department "
    "office minister secretary centers citizens doctors americans association network movement coalition union "
    "representative envoy spokesman spokeswoman spokesperson homes state committee alliance group forum".split()
)
_LETTERS = frozenset("KC QC MP MSP MEP MBE OBE CBE PhD".split())
_LONGEST = 14  # words of a name: a page in capitals is none
_DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_TWO_WORDS = frozenset("united south north new saudi sri costa el san puerto great foreign".split())
_NO_TITLE_OF = frozenset("security affairs services health defence defense and".split())
_SPELLED = {
    "us": ("united", "states"),
    "uk": ("united", "kingdom"),
    "un": ("united", "nations"),
    "eu": ("european", "union"),
}


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a sentence: characters [start, end) without its title; ``outer`` is where the title begins.

    Parameters
    ----------
    role : the lower-cased words of its titles and appositions
    titled : whether a title or role says that it is a person
    acronym : the one in brackets after it
    follows : the word behind it in lower case, over a comma; empty where none is
    says : whether a verb of saying stands beside it
    gender : ``m`` or ``f`` where a pronoun follows before any other name
    """

    start: int
    end: int
    outer: int
    name: str
    role: frozenset[str] = frozenset()
    titled: bool = False
    possessive: bool = False
    acronym: str | None = None
    follows: str = ""
    says: bool = False
    gender: str | None = None


def find_mentions(
    text: str,
    ordinary: frozenset[str],
    tokens: Sequence[Token] | None = None,
    surnames: frozenset[str] = frozenset(),
) -> list[Mention]:
    """The names of a sentence, in order.

    Parameters
    ----------
    ordinary : lower-cased words that the article also writes small: a capital at a sentence's start means nothing
    surnames : lower-cased roles that people of the article are called by: ``Baker`` of ``Ann Baker``
    """
    tokens = tokens if tokens is not None else tokens_of(text)
    return [
        mention
        for first, last in _runs(text, tokens, ordinary, surnames)
        if (mention := _mention(text, tokens, first, last)) is not None
    ]


def _runs(
    text: str, tokens: Sequence[Token], ordinary: frozenset[str], surnames: frozenset[str]
) -> Iterator[tuple[int, int]]:
    """First and last token of each run of capitalised words."""
    spelled = spelled_out(tokens)
    at = 0
    while at < len(tokens):
        if at in spelled:
            yield at, spelled[at]
            at = spelled[at] + 1
            continue
        if not tokens[at].capital or not _begins(text, tokens, at, ordinary, surnames):
            at += 1
            continue
        last = _extend(text, tokens, at)
        yield at, last
        at = last + 1


def _begins(text: str, tokens: Sequence[Token], at: int, ordinary: frozenset[str], surnames: frozenset[str]) -> bool:
    token = tokens[at]
    if token.lower.replace("’", "'").partition("'")[0] in NOT_NAMES:
        return False
    if at and not tokens[at - 1].mark:
        return True
    if opens_clause(tokens, at):
        return False
    if at + 1 < len(tokens) and tokens[at + 1].capital and touch(text, token, tokens[at + 1]):
        return True
    if token.lower in TITLES and at + 2 < len(tokens) and tokens[at + 1].lower in ("of", "for"):
        return True
    return token.lower in surnames or (token.lower not in ordinary and sort_of(token.lower) is None)


def _extend(text: str, tokens: Sequence[Token], first: int) -> int:
    """Last token of the name that begins at ``first``."""
    last, linked = first, False
    while last + 1 < len(tokens) and last - first < _LONGEST:
        over = _over_possessive(text, tokens, first, last)
        if over:
            last += over
            continue
        if not touch(text, tokens[last], tokens[last + 1]):
            break
        following = tokens[last + 1]
        if _ends_sentence(text, tokens[last], following):
            break
        if following.capital and not (following.lower in _DAYS and last > first):
            last += 1
            continue
        step = _over_link(text, tokens, first, last, linked)
        if not step:
            break
        linked = linked or following.lower in ("of", "for")
        last += step
    return last


def _ends_sentence(text: str, token: Token, following: Token) -> bool:
    """Whether an abbreviation in capitals ends a sentence before the next: ``leave the EU. The minister``."""
    stopped = "." in text[token.end - 1 : following.start]
    return stopped and token.word.isupper() and len(token.word) > 1 and bool(patterns.STARTS.match(following.word))


def _over_possessive(text: str, tokens: Sequence[Token], first: int, last: int) -> int:
    """How many tokens further the name of a body goes over a possessive: ``Indian Banks' Association``."""
    step = 1 if tokens[last].possessive else 2
    if last + step >= len(tokens) or (step == 2 and tokens[last + 1].word not in ("'", "’")):
        return 0
    ahead = tokens[last + step]
    gap = text[tokens[last].end : ahead.start]
    joins = gap in ("'s ", "’s ", "' ", "’ ") and ahead.capital and ahead.lower in ORG_WORDS
    return step if joins and tokens[first].lower not in STATES else 0


def _over_link(text: str, tokens: Sequence[Token], first: int, last: int, linked: bool) -> int:
    """How many tokens further the name goes over a small word inside it; 0 where it ends."""
    link = tokens[last + 1].lower
    ahead = last + 2
    if link in ("of", "for") and ahead < len(tokens) and tokens[ahead].lower == "the":
        ahead += 1
    if ahead >= len(tokens) or not tokens[ahead].capital or not touch(text, tokens[ahead - 1], tokens[ahead]):
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
    """``Food and Drug Administration``: one word, and behind the link words that end as a body's name."""
    end = ahead
    while end + 1 < len(tokens) and tokens[end + 1].capital and end - ahead < _LONGEST:
        end += 1
    ends = end > ahead and tokens[end].lower in ORG_WORDS
    return first == last and ends and not patterns.ACRONYM.match(tokens[first].word)


def _mention(text: str, tokens: Sequence[Token], first: int, last: int) -> Mention | None:
    """The run as a name with what is known of it; None where it is a title or role without a name."""
    first = _body_alone(tokens, first, last)
    letters = _letters(tokens, first, last)
    begin = _after_title(tokens, first, last - letters)
    if begin > last - letters or _is_role(tokens, begin, last):
        return None
    roles = [Role(frozenset((tokens[last].lower,)), True)] * letters
    roles += [] if begin == first else [Role(frozenset(token.lower for token in tokens[first:begin]), True)]
    outer = first
    before = role_before(tokens, first, last)
    if before is not None:
        roles.append(before)
        outer = first - before.adjacent
    after = role_after(tokens, begin, last)
    if after is not None:
        roles.append(after)
    end = tokens[last - letters].end
    behind = word_behind(tokens, last)
    return Mention(
        tokens[begin].start,
        end,
        tokens[outer].start,
        text[tokens[begin].start : end],
        frozenset().union(*(role.words for role in roles)),
        any(role.person for role in roles),
        tokens[last].possessive or text[tokens[last].end : tokens[last].end + 1] in ("'", "’"),
        acronym_after(tokens, last),
        behind,
        behind in SAYING or (outer > 0 and tokens[outer - 1].lower in SAYING),
        gender_behind(tokens, last),
    )


def _letters(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether letters behind a name tell an office or honour: ``Ann Poole KC``, but not ``the South Harrow MP``."""
    full = last - first > 1 and (first == 0 or tokens[first - 1].lower not in DETERMINERS)
    return full and tokens[last].word in _LETTERS


def _body_alone(tokens: Sequence[Token], first: int, last: int) -> int:
    """First token of a body's name in ``Director of the Water Board``, which is nobody's name as a whole."""
    if last < first + 2 or tokens[last].lower not in ORG_WORDS or tokens[first].lower not in TITLES:
        return first
    if tokens[first + 1].lower not in ("of", "for"):
        return first
    return min(last, first + 2 + (tokens[first + 2].lower == "the"))


def _after_title(tokens: Sequence[Token], first: int, last: int) -> int:
    """Index of the first token of the name proper; behind the run where it is a title alone."""
    if tokens[last].lower in ORG_WORDS and last > first and tokens[last].lower not in TITLES:
        return first
    begin = first
    for at in range(first, last + 1):
        lower = tokens[at].lower
        opening = at == first and (at == 0 or tokens[at - 1].mark) and last > first and _opens_as_title(tokens, at)
        chief = lower == "executive" and first < at < last and tokens[at - 1].lower == "chief"
        if (lower in TITLES or opening or chief) and (at == first or tokens[at - 1].lower not in ("of", "for")):
            begin = at + 1
    while first < begin <= last and tokens[begin].lower in ("of", "for"):
        begin += 1 + (begin + 1 <= last and tokens[begin + 1].lower == "the")
        begin += 1 + (begin <= last and tokens[begin].lower in _TWO_WORDS)
        while begin <= last and tokens[begin].lower in _NO_TITLE_OF:
            begin += 1
    if begin > last and tokens[last].lower not in TITLES:
        return first
    return begin


def _opens_as_title(tokens: Sequence[Token], at: int) -> bool:
    """``Biologist Ann Poole``, ``Ministers Poole and Roe``; ``Builder Ann Poole``, but not ``Builder Harrow Homes``."""
    word = tokens[at].lower
    trade = word.endswith(("er", "or")) and word in GROUPS and tokens[at + 1].lower in FIRST_NAMES
    return is_role(word) or (word.endswith("s") and word[:-1] in TITLES) or trade


def _is_role(tokens: Sequence[Token], begin: int, last: int) -> bool:
    """``the District Chief Executive``: what somebody is, written with capitals."""
    if begin == 0 or tokens[begin].lower in ("ministry", "department"):
        return False
    return is_role(tokens[last].lower) and tokens[begin - 1].lower in ("the", "a", "an")


@lru_cache(maxsize=8_192)
def name_key(name: str) -> tuple[str, ...]:
    """The lower-cased words of a name, for comparing; ``U.S.`` as the words that it stands for."""
    words: list[str] = []
    for word in name.split():
        plain = bare(word)
        if not plain:
            continue
        lower = plain.lower()
        words += _SPELLED.get(lower, (lower,)) if plain.isupper() else (lower,)
    return tuple(words)


def role_surnames(mentions: Iterable[Mention]) -> frozenset[str]:
    """The surnames of people that are also roles, in lower case: ``Baker`` of ``Ann Baker``."""
    keys = (name_key(one.name) for one in mentions)
    return frozenset(key[-1] for key in keys if len(key) in (2, 3) and key[0] in FIRST_NAMES and is_role(key[-1]))
