"""Who is in an article: every named person and body once, with all that the article calls them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from stance import patterns
from stance.resolver.lexicon import (
    FEMALE_ENDINGS,
    FEMALE_NAMES,
    FEMALE_ROLES,
    MALE_ENDINGS,
    MALE_NAMES,
    MALE_ROLES,
    ORG_WORDS,
    PLACES,
)
from stance.resolver.names import Mention, name_key

_LINKS = frozenset("of for the and in at".split())
_DROPPED = frozenset("party airlines airways motors lines group inc ltd corp plc industries holdings campaign".split())

_REGIONS = frozenset(
    "south north east west new saudi united central great san los las republic northern southern".split()
)
_NEVER_PEOPLE = ORG_WORDS | PLACES | _REGIONS | frozenset(("of", "for", "the", "and"))


@dataclass(slots=True, eq=False)
class Entity:
    """A person or body of the article.

    ``seen`` holds the sentences that mention it, in order; ``gender`` is ``m``, ``f`` or None where nothing tells.
    """

    name: str
    key: tuple[str, ...]
    person: bool = False
    gender: str | None = None
    spoke: bool = False
    roles: list[frozenset[str]] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)

    def learn(self, mention: Mention) -> None:
        """What a mention tells: role, gender, that it is a person."""
        if mention.role:
            self.roles.append(mention.role)
            self.person = self.person or (mention.titled and _NEVER_PEOPLE.isdisjoint(self.key))
            self.gender = self.gender or _gender(mention.role, MALE_ROLES, FEMALE_ROLES)

    def is_called(self, words: frozenset[str]) -> bool:
        """Whether one of its roles has all these words."""
        return any(words <= role for role in self.roles)

    @property
    def sex(self) -> str | None:
        """``m`` or ``f``: as learned, else as names that end so mostly are."""
        if self.gender is not None or len(self.key) < 2:
            return self.gender
        first = self.key[0]
        if first.endswith(FEMALE_ENDINGS):
            return "f"
        return "m" if first.endswith(MALE_ENDINGS) else None

    @property
    def human(self) -> bool:
        """Whether it is a person: known as one, or a source with the name of one."""
        return self.person or (self.spoke and 2 <= len(self.key) <= 3 and _NEVER_PEOPLE.isdisjoint(self.key))

    @property
    def body(self) -> bool:
        """Whether it is an organisation: by its words, as an acronym, or as a source that is no person."""
        return not self.human and (
            not ORG_WORDS.isdisjoint(self.key) or bool(patterns.ACRONYM.match(self.name)) or self.spoke
        )

    def last_seen(self, sentence: int) -> int:
        """The last sentence up to this one that mentions it; -1 for none."""
        return max((one for one in self.seen if one <= sentence), default=-1)


class Cast:
    """The entities of one article.

    Parameters
    ----------
    mentions : (sentence index, mention), in reading order; the headline is sentence -1
    """

    def __init__(self, mentions: Sequence[tuple[int, Mention]]) -> None:
        self.entities: list[Entity] = []
        self._by_key: dict[tuple[str, ...], Entity] = {}
        self._by_last: dict[str, list[Entity]] = defaultdict(list)
        self._by_word: dict[str, list[Entity]] = defaultdict(list)
        self._acronyms: dict[str, Entity] = {}
        frequent = Counter(name_key(mention.name) for _, mention in mentions)
        for _, mention in sorted(mentions, key=lambda item: -len(item[1].name.split())):
            self._add(mention, frequent)
        for sentence, mention in mentions:
            entity = self.find(mention, sentence)
            if entity is not None:
                entity.learn(mention)
                entity.seen.append(sentence)

    def find(self, mention: Mention, sentence: int) -> Entity | None:
        """Whose name it is: the same name, an acronym, or a surname, by the titles and the last mention."""
        key = name_key(mention.name)
        exact = self._by_key.get(key)
        if exact is not None:
            return exact
        acronym = self._acronyms.get(mention.name.replace(".", "").upper()) if len(key) == 1 else None
        if acronym is not None:
            return acronym
        if len(key) > 1:
            return next((one for one in self._by_last.get(key[-1], ()) if _same_person(one.key, key)), None)
        return self._best([one for one in self._by_word.get(key[0], ()) if _short_for(key[0], one)], mention, sentence)

    def find_words(self, words: str, sentence: int) -> Entity | None:
        """Whose name these words are."""
        return self.find(Mention(0, len(words), 0, words), sentence) if words.strip() else None

    def with_role(self, words: frozenset[str], sentence: int) -> Entity | None:
        """The person of this role who was mentioned last before this sentence, else first after it."""
        called = [entity for entity in self.entities if entity.person and entity.is_called(words)]
        return _nearest(called, sentence)

    def with_word(self, word: str, sentence: int) -> Entity | None:
        """The body whose name has this word, nearest before the sentence: ``the ministry``."""
        return _nearest([entity for entity in self._by_word.get(word, ()) if not entity.person], sentence)

    def _add(self, mention: Mention, frequent: Counter[tuple[str, ...]]) -> None:
        """A new entity, unless a longer name covers this one."""
        key = name_key(mention.name)
        if len(key) == 1 and any(_short_for(key[0], longer) for longer in self._by_word.get(key[0], ())):
            return  # may be several people's: decided at each mention
        if key in self._by_key:
            self._note_acronym(mention, self._by_key[key])
            return
        longer = self._covering(key, mention)
        if longer is not None:
            self._by_key[key] = longer
            longer.person = longer.person or (len(key) == 1 and longer.key[-1] not in ORG_WORDS and mention.titled)
            return
        entity = Entity(mention.name, key)
        first = key[0]
        if len(key) > 1 and (first in MALE_NAMES or first in FEMALE_NAMES) and not _NEVER_PEOPLE & set(key[1:]):
            entity.person = True
            entity.gender = _gender(frozenset({first}), MALE_NAMES, FEMALE_NAMES)
        surname = key[-1:]
        if len(key) in (2, 3, 4) and frequent[surname] and not _NEVER_PEOPLE & set(key):
            entity.person = True
        self.entities.append(entity)
        self._by_key[key] = entity
        self._by_last[key[-1]].append(entity)
        for word in set(key):
            self._by_word[word].append(entity)
        self._note_acronym(mention, entity)

    def _note_acronym(self, mention: Mention, entity: Entity) -> None:
        if mention.acronym is not None:
            self._acronyms[mention.acronym.replace(".", "").upper()] = entity
        capitals = "".join(word[0] for word in mention.name.split() if word[:1].isupper())
        if len(capitals) > 1 and not entity.person:
            self._acronyms.setdefault(capitals.upper(), entity)

    def _covering(self, key: tuple[str, ...], mention: Mention) -> Entity | None:
        """The one entity with a longer name that this is short for."""
        if len(key) == 1:
            if patterns.ACRONYM.match(mention.name) and mention.name.replace(".", "").upper() in self._acronyms:
                return self._acronyms[mention.name.replace(".", "").upper()]
            return None
        for entity in self._by_last.get(key[-1], ()):
            if len(entity.key) > len(key) and _same_person(entity.key, key):
                return entity
        return None

    def _best(self, candidates: Iterable[Entity], mention: Mention, sentence: int) -> Entity | None:
        gender = _gender(mention.role, MALE_ROLES, FEMALE_ROLES)
        fitting = [one for one in candidates if gender is None or one.gender in (None, gender)]
        return _nearest(fitting, sentence)


def _short_for(word: str, entity: Entity) -> bool:
    """Whether this word alone may stand for the longer name: a surname, a first name, ``Labour`` for a party."""
    key = entity.key
    if len(key) == 1:
        return key[0] == word
    if key[-1] == word:
        return key[-2] not in _LINKS and (entity.person or word not in ORG_WORDS | PLACES)
    if entity.person:
        return key[0] == word or (len(key) > 2 and key[-2] == word)
    return key[0] == word and len(key) == 2 and key[1] in _DROPPED


def _same_person(long: tuple[str, ...], short: tuple[str, ...]) -> bool:
    """``barack h obama`` and ``barack obama``; ``world health organization`` and ``health organization``."""
    if long[-len(short) :] == short:
        return True
    return len(short) == 2 and short[-1] == long[-1] and (short[0] == long[0] or short[0] == long[0][:1])


def _nearest(entities: Sequence[Entity], sentence: int) -> Entity | None:
    """The entity mentioned last up to this sentence; one that comes later only if no other is there."""
    if not entities:
        return None
    return max(entities, key=lambda one: (one.last_seen(sentence), -min(one.seen, default=1 << 30)))


def _gender(words: frozenset[str], male: frozenset[str], female: frozenset[str]) -> str | None:
    """``m`` or ``f`` where the words tell one alone."""
    is_male, is_female = bool(words & male), bool(words & female)
    return None if is_male == is_female else ("m" if is_male else "f")
