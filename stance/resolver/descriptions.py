"""The words of a source or target to whom they mean: a name, a role, a body, a pronoun, or just what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from stance.records import Span
from stance.resolver.article import Article
from stance.resolver.cast import Entity
from stance.resolver.lexicon import COMPANIES, DEFINITE, DETERMINERS, FIRST, GROUPS, PLURAL, PRONOUNS, ROLES
from stance.resolver.names import Mention, Token
from stance.resolver.pronouns import antecedent

_PREPOSITIONS = frozenset("for of from with at in to by on about against".split())
_NEAR = 6  # sentences back to the last speaker
_MARKS = frozenset(",;:—–()")
_RELATIVE = frozenset("who which whose that whom".split())
_SAID_IN = frozenset(
    "statement statements report reports release tweet tweets post posts letter account website site page announcement "
    "decision ruling advisory bulletin memo email e-mail blog".split()
)
"""What a body says something in: ``the ministry's statement`` is the ministry speaking."""


@dataclass(frozen=True, slots=True)
class Described:
    """Whom words mean: the canonical name, the rule that found it (empty for nobody), the entity if it is one.

    ``whole`` says that the words are the name, role or pronoun and nothing more.
    """

    name: str
    rule: str
    entity: Entity | None = None
    whole: bool = True


def describe(article: Article, sentence: int, span: Span) -> Described:
    """Whom the words of a span mean, precision first."""
    tokens = _tokens(article, sentence, span)
    if not tokens:
        return Described("", "")
    if tokens[0].lower in PRONOUNS and (len(tokens) == 1 or tokens[0].lower not in DETERMINERS):
        return _pronoun(article, sentence, span, tokens)
    heads = _heads(article, sentence, span, tokens)
    if heads:
        return _named(article, sentence, span, heads)
    words = _noun_phrase(tokens)
    definite = tokens[0].lower in DEFINITE or (tokens[0].lower not in DETERMINERS and tokens[0].capital)
    found = _owner(article, sentence, span, tokens, words)
    if found is None and definite and words:
        found = (
            _role(article, sentence, words, tokens)
            or _group(article, sentence, words)
            or _fuller(article, sentence, words)
        )
    return found or Described(_plain(article, sentence, tokens), "description", whole=False)


def _tokens(article: Article, sentence: int, span: Span) -> list[Token]:
    """Tokens of the span without what leads into it or hangs on at its end."""
    start = article.sentences[sentence].start
    inside = [t for t in article.tokens[sentence] if span.start <= t.start + start and t.end + start <= span.end]
    while inside and not inside[0].word[0].isalnum():
        inside = inside[1:]
    while inside and not inside[-1].word[-1].isalnum():
        inside = inside[:-1]
    return inside


def _pronoun(article: Article, sentence: int, span: Span, tokens: Sequence[Token]) -> Described:
    word = tokens[0].lower
    at = article.sentences[sentence].start + tokens[0].start
    if word in FIRST:
        said = next((article.said[one] for one in (sentence, *article.earlier(sentence)) if article.said[one]), None)
        return Described(said.name, "pronoun", None) if said is not None else Described("", "")
    if word in _RELATIVE:
        before = [e for m, e in article.entities[sentence] if article.sentences[sentence].start + m.end <= at]
        return Described(before[-1].name, "pronoun", before[-1]) if before else Described("", "")
    if word in PLURAL:
        return _last_speaker(article, sentence)
    entity = antecedent(article, sentence, at, word)
    return Described(entity.name, "pronoun", entity) if entity is not None else _last_speaker(article, sentence)


def _last_speaker(article: Article, sentence: int) -> Described:
    """Whoever spoke last, for a pronoun that no name of the article fits."""
    said = next((article.said[one] for one in article.earlier(sentence)[:_NEAR] if article.said[one]), None)
    return Described(said.name, "pronoun", None) if said is not None else Described("", "")


def _heads(article: Article, sentence: int, span: Span, tokens: Sequence[Token]) -> list[tuple[Mention, Entity]]:
    """The names in the span that it is about, not those that only belong to the description: ``aide to Poole``."""
    heads = []
    for mention, entity in article.inside(sentence, span):
        before = [token for token in tokens if token.end <= mention.outer]
        bound = next((t for t in reversed(before) if t.lower in _PREPOSITIONS or t.word in _MARKS), None)
        complement = bound is not None and bound.lower in _PREPOSITIONS
        if not mention.possessive and not complement and not _modifies(tokens, mention):
            heads.append((mention, entity))
    return heads


def _modifies(tokens: Sequence[Token], mention: Mention) -> bool:
    """Whether a noun follows that the name only describes: ``Harrow police``, ``a Labour spokesman``."""
    after = next((token for token in tokens if token.start >= mention.end), None)
    return (
        after is not None
        and after.start - mention.end <= 1
        and after.word[0].islower()
        and after.lower not in _PREPOSITIONS | _RELATIVE | frozenset(("and", "or", "both", "himself", "herself"))
    )


def _named(article: Article, sentence: int, span: Span, heads: Sequence[tuple[Mention, Entity]]) -> Described:
    people = [(m, e) for m, e in heads if e.person] or list(heads)
    joint = [people[0]]
    text, start = article.document.text, article.sentences[sentence].start
    for one, other in pairwise(people):
        between = text[start + one[0].end : start + other[0].outer]
        if between.strip(" ,") in ("and", "&", "") and other[1] is not joint[-1][1]:
            joint.append(other)
        else:
            break
    if len(joint) > 1 and "and" in text[start + joint[0][0].end : start + joint[-1][0].start]:
        return Described(" and ".join(entity.name for _, entity in joint), "joint", whole=False)
    mention, entity = people[0]
    whole = start + mention.outer <= span.start + 4 and start + mention.end >= span.end - 2
    return Described(entity.name, "name" if mention.name == entity.name else "surname", entity, whole)


def _noun_phrase(tokens: Sequence[Token]) -> list[str]:
    """Lower-cased words of the phrase without article, up to its first preposition or mark."""
    words: list[str] = []
    for token in tokens[tokens[0].lower in DETERMINERS :]:
        if token.lower in _PREPOSITIONS | _RELATIVE or not token.word[0].isalnum():
            break
        words.append(token.lower)
    return words


def _owner(
    article: Article, sentence: int, span: Span, tokens: Sequence[Token], words: Sequence[str]
) -> Described | None:
    """Whose statement or report it is: ``the ministry's statement``, ``its press release``, ``a WHO report``."""
    if not words or words[-1] not in _SAID_IN:
        return None
    if tokens[0].lower in ("its", "his", "her", "their"):
        at = article.sentences[sentence].start + tokens[0].start
        entity = antecedent(article, sentence, at, tokens[0].lower)
        return Described(entity.name, "group", entity, whole=False) if entity is not None else None
    inside = article.inside(sentence, span)
    if not inside or not inside[0][0].role.isdisjoint(_SAID_IN):
        return None
    entity = inside[0][1]
    return Described(entity.name, "name", entity, whole=False)


def _role(article: Article, sentence: int, words: Sequence[str], tokens: Sequence[Token]) -> Described | None:
    """The person who has this role in the article; ``of Harrow`` behind it must belong to the role too."""
    if words[-1] not in ROLES:
        return None
    content = [word for word in words if word not in ("former", "then", "new", "late", "old")]
    place = {token.lower for token in tokens[len(words) :] if token.capital and token.lower not in words}
    for wanted in (content, content[-2:]):
        entity = article.cast.with_role(frozenset(wanted) | place, sentence) if wanted else None
        if entity is not None:
            return Described(entity.name, "role", entity)
    return None


def _group(article: Article, sentence: int, words: Sequence[str]) -> Described | None:
    """The body whose name has the word, or the last body that spoke: ``the ministry``, ``the company``."""
    if words[-1] not in GROUPS or len(words) > 2:
        return None
    entity = article.cast.with_word(words[-1], sentence)
    if entity is None and words[0] in COMPANIES:
        entity = next(
            (one for before in article.earlier(sentence) if (one := article.speakers[before]) and one.body), None
        )
    return Described(entity.name, "group", entity) if entity is not None else None


def _fuller(article: Article, sentence: int, words: Sequence[str]) -> Described | None:
    """An earlier source that is called the same and more: ``the researchers`` after ``researchers at Harrow``."""
    for before in article.earlier(sentence):
        said = article.said[before]
        if said is not None and said.rule == "description" and words[-1] in said.name.lower().split():
            return Described(said.name, "description", whole=False)
    return None


def _plain(article: Article, sentence: int, tokens: Sequence[Token]) -> str:
    """The words themselves without a leading article, up to a relative clause."""
    kept = list(tokens[len(tokens) > 1 and tokens[0].lower in ("the", "a", "an") :])
    for place, token in enumerate(kept):
        if place and (token.lower in ("who", "which") or token.word in ",;:—–("):
            kept = kept[:place]
            break
    text = article.sentences[sentence].text
    end = kept[-1].end + (text[kept[-1].end : kept[-1].end + 2] in ("'s", "’s")) * 2
    return text[kept[0].start : end]
