"""Opinion pieces: the author by name, where an article speaks in the first person outside quotation marks."""

from __future__ import annotations

from stance import patterns
from stance.records import Kind
from stance.resolver.article import Article
from stance.resolver.entities import may_be_person
from stance.resolver.firstnames import FIRST_NAMES
from stance.resolver.lexicon import FIRST
from stance.resolver.names import name_key
from stance.resolver.nouns import sort_of

_OFTEN = 0.25  # share of the sentences in the first person
_AT_LEAST = 3
_OPENING = 4  # sentences that may be a byline


def author_of(article: Article) -> str | None:
    """The name of whoever writes in the first person; None for a report, or for nobody whom the article names."""
    prose = [one for one in article.sentences if one.kind is Kind.PROSE]
    personal = {
        one.index
        for one in prose
        if any(
            token.lower in FIRST
            and not (token.word.isupper() and len(token.word) > 1)
            and not article.quoted(one.index, token.start)
            for token in article.tokens[one.index]
        )
    }
    if len(personal) < max(_AT_LEAST, _OFTEN * len(prose)):
        return None
    return _in_title(article) or _in_byline(article) or _in_last_line(article, personal)


def _in_title(article: Article) -> str | None:
    """``Ann Poole: We were wrong``, ``Comment | Ann Poole``, ``The Herald editorial: …``."""
    for piece in patterns.TITLE_PART.split(article.document.title or _headline(article)):
        words = piece.strip().removeprefix("By ")
        if words.lower().endswith(" editorial"):
            return words[: -len(" editorial")]
        key = name_key(words)
        if _names_person(words) and (key[0] in FIRST_NAMES or (len(key) == 2 and article.document.title)):
            return words
    return None


def _headline(article: Article) -> str:
    """The first line where it seems to be a headline: a paragraph of its own without a stop."""
    first, *behind = article.sentences[:2]
    alone = bool(behind) and behind[0].paragraph != first.paragraph
    return first.text if alone and not first.text.rstrip().endswith(".") else ""


def _in_byline(article: Article) -> str | None:
    """``By Ann Poole`` as a line of its own among the first."""
    for one in article.sentences[:_OPENING]:
        line = patterns.BYLINE.match(one.text.rstrip())
        name = line[1].strip() if line is not None else ""
        if _names_person(name):
            return name.title() if name.isupper() else name
    return None


def _names_person(words: str) -> bool:
    """Whether words are two to four with capitals that may be a person's name."""
    key = name_key(words)
    capitals = all(word[:1].isupper() or word in ("de", "van", "von", "al", "bin") for word in words.split())
    if not 2 <= len(key) <= 4 or not capitals or not may_be_person(key):
        return False
    return key[0] in FIRST_NAMES or sort_of(key[-1]) is None  # no "Staff Reporter"


def _in_last_line(article: Article, personal: set[int]) -> str | None:
    """``Ann Poole, a Liberal, sits on the council.``: who a piece ends by presenting."""
    last = next((one for one in reversed(article.sentences) if one.kind is Kind.PROSE), None)
    if last is None or last.index in personal:
        return None
    found = article.entities[last.index]
    if not found or found[0][0].start > 0 or not found[0][1].human:
        return None
    return found[0][1].name if found[0][1].seen == [last.index] else None
