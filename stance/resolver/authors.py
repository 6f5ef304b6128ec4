"""Opinion pieces: the author by name, where an article speaks in the first person outside quotation marks."""

from __future__ import annotations

from stance import patterns
from stance.records import Kind
from stance.resolver.article import Article
from stance.resolver.entities import may_be_person
from stance.resolver.firstnames import FIRST_NAMES
from stance.resolver.lexicon import FIRST
from stance.resolver.names import name_key

_OFTEN = 0.25  # share of the sentences in the first person
_AT_LEAST = 3


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
    return _in_title(article) or _in_last_line(article, personal)


def _in_title(article: Article) -> str | None:
    """``Ann Poole: We were wrong``, ``Comment | Ann Poole``, ``The Herald editorial: …``."""
    for piece in patterns.TITLE_PART.split(article.document.title or ""):
        words = piece.strip().removeprefix("By ")
        if words.lower().endswith(" editorial"):
            return words[: -len(" editorial")]
        key = name_key(words)
        capitals = all(word[:1].isupper() or word in ("de", "van", "von", "al", "bin") for word in words.split())
        if 2 <= len(key) <= 4 and capitals and may_be_person(key) and (key[0] in FIRST_NAMES or len(key) == 2):
            return words
    return None


def _in_last_line(article: Article, personal: set[int]) -> str | None:
    """``Ann Poole, a Liberal, sits on the council.``: who a piece ends by presenting."""
    last = next((one for one in reversed(article.sentences) if one.kind is Kind.PROSE), None)
    if last is None or last.index in personal:
        return None
    found = article.entities[last.index]
    if not found or found[0][0].start > 0 or not found[0][1].human:
        return None
    return found[0][1].name if found[0][1].seen == [last.index] else None
