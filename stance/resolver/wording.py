"""What a source without a name is called: its own words, with the names that they stand for."""

from __future__ import annotations

from collections.abc import Sequence

from stance import patterns
from stance.resolver.article import Article
from stance.resolver.definites import known_as
from stance.resolver.entities import Entity
from stance.resolver.nouns import Sort, gender_of, sort_of
from stance.resolver.phrases import Phrase, phrase_at
from stance.resolver.tokens import Token, parts_number

_ENDS = frozenset((",", ";", ":", "—", "–", "(", ")", '"', "“", "”"))
_SPEAKS_FOR = frozenset("spokesman spokeswoman spokesperson".split())
_FIRMS = frozenset("company firm group supplier retailer manufacturer maker operator club charity union party".split())


def wording(article: Article, sentence: int, tokens: Sequence[Token], phrase: Phrase | None) -> str:
    """The words themselves without a leading article, up to a relative clause."""
    kept = list(tokens[len(tokens) > 1 and tokens[0].lower in ("the", "a", "an") :])
    for place, token in enumerate(kept):
        if place and (token.lower in ("who", "which") or (token.word in _ENDS and not parts_number(kept, place))):
            kept = kept[:place]
            break
    document = phrase is not None and phrase.sort is Sort.DOCUMENT
    return _of_firm(article, sentence, phrase, kept) or text_of(article, sentence, kept, full=document)


def text_of(article: Article, sentence: int, tokens: Sequence[Token], *, full: bool = False) -> str:
    """The words of these tokens; ``full`` spells acronyms as the names that they stand for."""
    text = article.sentences[sentence].text
    at, end = tokens[0].start, tokens[-1].end
    end += 2 * (text[end : end + 2] in ("'s", "’s"))
    pieces = []
    for mention, entity in article.entities[sentence] if full else ():
        if at <= mention.start and mention.end <= end and patterns.ACRONYM.match(mention.name):
            pieces += [text[at : mention.start], entity.name]
            at = mention.end
    return "".join((*pieces, text[at:end]))


def brought_in(article: Article, sentence: int, tokens: Sequence[Token]) -> Entity | None:
    """The entity without a name that the words bring in themselves."""
    for one in article.referents[sentence]:
        if one.start == tokens[0].start and not one.entity.key and one.entity.first == sentence:
            return one.entity
    return None


def noted(article: Article, sentence: int, tokens: Sequence[Token], phrase: Phrase | None, name: str) -> Entity:
    """The referent of a phrase under its fuller name; a new one where the sentence has none."""
    entity = brought_in(article, sentence, tokens) if phrase is not None else None
    if entity is not None:
        entity.name, entity.spoke = name, True
        return entity
    sort = phrase.sort if phrase is not None else None
    words = frozenset(token.lower for token in tokens)
    entity = Entity(name, sort=sort, gender=gender_of(words), spoke=True, first=sentence, seen=[sentence])
    if phrase is not None and not phrase.owns:
        article.described[phrase.noun].append(entity)
    return entity


def _of_firm(article: Article, sentence: int, phrase: Phrase | None, tokens: Sequence[Token]) -> str | None:
    """``a company spokesman``, ``a spokeswoman for the firm``: with the name of the company."""
    if phrase is None or phrase.noun not in _SPEAKS_FOR:
        return None
    firm = _firm(phrase, tokens)
    if firm is None or firm.noun not in _FIRMS:
        return None
    known = known_as(article, sentence, firm)
    if known is None or not known[0].key or known[0].person:
        return None
    return f"{phrase.noun} for {known[0].name}"


def _firm(phrase: Phrase, tokens: Sequence[Token]) -> Phrase | None:
    """The phrase for the company before or behind the noun."""
    if len(phrase.words) == 2 and sort_of(phrase.words[0]) is Sort.BODY:
        return Phrase(phrase.first, phrase.head, "the", phrase.words[:-1], Sort.BODY)
    place = next((at for at, token in enumerate(tokens) if token.lower == "for"), len(tokens))
    behind = phrase_at(tokens, place + 1) if place + 1 < len(tokens) else None
    if behind is None or behind.determiner != "the" or behind.head + 1 < len(tokens):
        return None
    return behind
