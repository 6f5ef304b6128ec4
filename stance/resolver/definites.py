"""``the mayor``, ``the company``, ``the researchers``, ``the report``: who of those that an article knows is meant."""

from __future__ import annotations

from collections.abc import Iterable

from stance.resolver.article import Article
from stance.resolver.bodies import body_for
from stance.resolver.entities import Entity
from stance.resolver.lexicon import GROUPS, INDEFINITE, TITLES
from stance.resolver.nouns import Sort, gender_of, sort_of
from stance.resolver.phrases import Phrase

JOINT = "and"
"""The noun under which joint sources are described."""

_OFFICES = frozenset(
    "judge magistrate prosecutor coroner spokesman spokeswoman spokesperson minister president counsel lawyer "
    "defendant witness officer inspector presenter reporter director manager".split()
)
"""Roles that bring in somebody new more often than they vary the name of whoever is spoken of."""

_LEAD = 1  # last sentence that holds back a name
_SOON = 3  # sentences behind the lead that bring the name
_NEAR = 12  # sentences that "both" looks back
_VARIED = 4  # sentences back to whoever another word is used for
_TIMES = frozenset("former then new late old same current".split())
_LED = ("-led", "-run", "-owned", "-based", "-controlled")
_OTHERS = frozenset("former shadow deputy vice acting ex".split())
_TWO = frozenset("both pair couple two duo parties sides defendants companies".split())
_ALIKE = (
    frozenset("researchers scientists authors team astronomers biologists academics neuroscientists".split()),
    frozenset("spokesman spokeswoman spokesperson".split()),
    frozenset("groups organizations organisations associations charities bodies coalition alliance".split()),
    frozenset("poll survey".split()),
)


def known_as(
    article: Article,
    sentence: int,
    phrase: Phrase,
    places: frozenset[str] = frozenset(),
    own: Entity | None = None,
) -> tuple[Entity, str] | None:
    """Whom a definite phrase means, and the rule that tells; None for nobody known.

    Parameters
    ----------
    places : names behind the phrase that belong to it: ``the mayor of Harrow``
    own : the entity that the phrase itself brings in, which is nobody known
    """
    words = tuple(word for word in phrase.words if word not in _TIMES and not word.endswith(_LED)) or phrase.words
    described = _described(article, words, own)
    if phrase.sort is Sort.PERSON:
        named = _person(article, sentence, words, places)
        if named is not None and (described is None or described.last_seen(sentence) <= named.last_seen(sentence)):
            return named, "role"
    elif phrase.sort is Sort.BODY or words[-1] in GROUPS:
        guessed = described is None or not described.name.lower().endswith(f" {words[-1]}")
        body = body_for(article, sentence, words, guess=guessed) if len(words) < 4 and not places else None
        if body is not None and (described is None or described.last_seen(sentence) < body.last_seen(sentence)):
            return body, "group"
    elif phrase.sort is Sort.PEOPLE:
        both = last_joint(article, sentence)
        if both is not None and (
            (len(words) == 1 and words[0] in _TWO) or both.is_called(frozenset({_singular(words[-1])}))
        ):
            return both, "joint"
    if described is not None:
        return described, "description"
    indefinite = phrase.determiner in INDEFINITE
    if phrase.sort is Sort.PERSON and not places and not indefinite and words[-1] not in _OFFICES:
        last = _just_spoken_of(article, sentence, words)
        if last is not None:
            return last, "varied"
    return None


def last_joint(article: Article, sentence: int) -> Entity | None:
    """The last two or more that were named together."""
    near = [one for one in article.described[JOINT][-2:] if one.seen[-1] >= sentence - _NEAR]
    return near[-1] if near else None


def _singular(noun: str) -> str:
    return f"{noun[:-3]}man" if noun.endswith("men") else noun.removesuffix("s")


def named_later(article: Article, sentence: int, phrase: Phrase) -> Entity | None:
    """Whoever is named only behind the lead that leaves the name out: ``a judge ruled``.

    The one person who has this role, else the first who is named and speaks right behind.
    """
    if sentence > _LEAD:
        return None
    found = [one for one in article.cast.with_role(frozenset(phrase.words[-1:]), sentence) if one.person]
    if found or phrase.noun in _OFFICES:
        return found[0] if len(found) == 1 and min(found[0].seen) > sentence else None
    gender = gender_of(frozenset(phrase.words))
    behind = range(sentence + 1, min(sentence + 1 + _SOON, len(article.sentences)))
    named = (entity for index in behind for _, entity in article.entities[index] if entity.person)
    first = next((entity for entity in named if entity.first > sentence or entity.first < 0), None)
    return first if first is not None and gender in (None, first.sex) and first.spoke else None


def _person(article: Article, sentence: int, words: tuple[str, ...], places: frozenset[str]) -> Entity | None:
    """The person who has this role in the article; more of the words are better."""
    tried: Iterable[tuple[str, ...]] = dict.fromkeys((words, words[-2:]))
    for wanted in tried:
        found = _with(article, sentence, frozenset(wanted) | places)
        if found:
            return found[0]
    if places or any(sort_of(word) is not None for word in words[:-1]):
        return None
    found = _with(article, sentence, frozenset(words[-1:]))
    return found[0] if len(found) == 1 else None


def _with(article: Article, sentence: int, words: frozenset[str]) -> list[Entity]:
    """People with a role of these words, those first whose role is not another one such as a former one."""
    people = [one for one in article.cast.with_role(words, sentence) if one.person]
    others = _OTHERS - words
    return [one for one in people if any(words <= role and others.isdisjoint(role) for role in one.roles)] or people


def _just_spoken_of(article: Article, sentence: int, words: tuple[str, ...]) -> Entity | None:
    """The person that the sentence before is about, for another word for them: ``the 61-year-old``."""
    if not sentence:
        return None
    found = article.referents[sentence - 1] if sentence <= len(article.referents) else []
    for entity in (
        article.speakers[sentence - 1],
        *(one.entity for one in found if one.free),
        *(article.speakers[before] for before in article.earlier(sentence)[1:_VARIED] if words[-1] not in TITLES),
    ):
        if entity is not None and entity.human and entity.key:
            gender = gender_of(frozenset(words))
            return entity if gender in (None, entity.sex) else None
    return None


def _described(article: Article, words: tuple[str, ...], own: Entity | None) -> Entity | None:
    """Who was last described so without a name: by the same noun, else by one like it, and no word against it."""
    noun = words[-1]
    same = _last(article, noun, own)
    if same is not None:
        return same if _fits(same, words, noun) else None
    alike = next((group for group in _ALIKE if noun in group), ())
    last = [
        one
        for other in alike
        if (one := _last(article, other, own)) is not None and _fits(one, words, noun) and not one.name.islower()
    ]
    return max(last, key=lambda one: one.seen[-1], default=None)


def _last(article: Article, noun: str, own: Entity | None) -> Entity | None:
    """The last entity described by a noun, but for this one."""
    if noun not in article.described:
        return None
    return next((one for one in reversed(article.described[noun][-2:]) if one is not own), None)


def _fits(entity: Entity, words: tuple[str, ...], noun: str) -> bool:
    """Whether no word of the phrase speaks against the earlier description."""
    earlier = frozenset(entity.name.lower().replace("’s", "").replace("'s", "").split())
    return all(word in earlier for word in words if word != noun)
