"""Who is in an article: every named person and body once, with all that the article calls them."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from stance import patterns
from stance.resolver.entities import NEVER_PEOPLE, PEOPLES, Entity, may_be_person
from stance.resolver.firstnames import FEMALE_NAMES, FIRST_NAMES, MALE_NAMES
from stance.resolver.lexicon import ORG_WORDS, PLACES, STATES, TITLES
from stance.resolver.names import Mention, name_key
from stance.resolver.nouns import gender_of

_KIND_WORDS = ORG_WORDS | PLACES
_NEVER_SHORT = FIRST_NAMES | NEVER_PEOPLE | STATES | TITLES
_LINKS = frozenset("of for the and in at".split())
_DROPPED = frozenset("party airlines airways motors lines group inc ltd corp plc industries holdings campaign".split())
_MOST = 64  # entities of one surname or role that are looked at
_LONG_ENOUGH = 5  # letters from which a surname may be misspelt by one


class Cast:
    """The named entities of one article.

    Parameters
    ----------
    mentions : (sentence index, mention), in reading order; the headline is sentence -1
    gendered : names that ``he`` or ``she`` in the next sentence seems to mean
    """

    def __init__(
        self, mentions: Sequence[tuple[int, Mention]], gendered: frozenset[tuple[str, ...]] = frozenset()
    ) -> None:
        self.entities: list[Entity] = []
        self._by_key: dict[tuple[str, ...], Entity] = {}
        self._by_part: dict[tuple[str, ...], Entity] = {}
        self._by_word: dict[str, list[Entity]] = defaultdict(list)
        self._by_role: dict[str, list[Entity]] = defaultdict(list)
        self._acronyms: dict[str, Entity] = {}
        self._spellings: dict[str, Entity] = {}
        self._gendered = gendered | {name_key(mention.name) for _, mention in mentions if mention.gender is not None}
        self._frequent = Counter(name_key(mention.name) for _, mention in mentions)
        for sentence, mention in sorted(mentions, key=lambda item: -len(item[1].name.split())):
            self._add(mention, sentence)
        self._misspelt()
        _in_order(self._by_word)
        for sentence, mention in mentions:
            entity = self.find(mention, sentence)
            if entity is not None:
                entity.learn(mention)
                entity.seen.append(sentence)

    def index_roles(self) -> None:
        """Make the roles that the entities have learnt so far known to ``with_role``."""
        for entity in self.entities:
            for word in {word for role in entity.roles for word in role}:
                self._by_role[word].append(entity)
        _in_order(self._by_role)

    def find(self, mention: Mention, sentence: int) -> Entity | None:
        """Whose name it is: the same name, an acronym, or a surname, by the titles and the last mention."""
        key = name_key(mention.name)
        exact = self._by_key.get(key)
        if exact is not None:
            return exact
        acronym = self._acronyms.get(_bare(mention.name))
        if acronym is not None:
            return acronym
        if len(key) > 1:
            return self._by_part.get(key)
        if not key:
            return None
        fitting = [one for one in _around(self._by_word.get(key[0], ()), sentence) if _short_for(key[0], one)]
        return self._best(fitting, mention, sentence) or self._spellings.get(key[0])

    def find_words(self, words: str, sentence: int) -> Entity | None:
        """Whose name these words are."""
        return self.find(Mention(0, len(words), 0, words), sentence) if words.strip() else None

    def with_role(self, words: frozenset[str], sentence: int) -> list[Entity]:
        """Whoever has all these words in one role, the last mentioned up to this sentence first."""
        rarest = min((self._by_role.get(word, []) for word in words), key=len, default=[])
        return _by_distance([one for one in _around(rarest, sentence) if one.is_called(words)], sentence)

    def with_word(self, word: str, sentence: int) -> Entity | None:
        """The body whose name has this word, nearest before the sentence: ``the ministry``."""
        bodies = [entity for entity in _around(self._by_word.get(word, ()), sentence) if not entity.person]
        return next(iter(_by_distance(bodies, sentence)), None)

    def by_initials(self, label: str) -> Entity | None:
        """Whom a label before a turn of an interview stands for: ``WSS``, ``WN`` for ``Wikinews``."""
        wanted = _bare(label)
        for entity in self.entities:
            initials = "".join(word[0] for word in entity.key).upper()
            one_word = len(entity.key) == 1 and len(entity.name) > len(wanted) + 1
            if initials == wanted or (one_word and _within(wanted, entity.name.upper())):
                return entity
        return None

    def _add(self, mention: Mention, sentence: int) -> None:
        """A new entity, unless a longer name covers this one."""
        key = name_key(mention.name)
        if not key:
            return
        if key in self._by_key:
            self._note_acronym(mention, self._by_key[key])
            return
        if len(key) == 1 and any(_short_for(key[0], one) for one in self._by_word.get(key[0], ())):
            return  # may be several people's: decided at each mention
        longer = self._covering(key, mention)
        if longer is not None:
            self._by_key[key] = longer
            return
        self._note(self._entity(mention, key, sentence))
        self._note_acronym(mention, self._by_key[key])

    def _entity(self, mention: Mention, key: tuple[str, ...], sentence: int) -> Entity:
        entity = Entity(mention.name, key, first=sentence)
        first = key[0]
        if len(key) > 1 and (first in MALE_NAMES or first in FEMALE_NAMES) and NEVER_PEOPLE.isdisjoint(key[1:]):
            entity.person = True
            entity.gender = "m" if first in MALE_NAMES else "f"
        if len(key) > 1 and _may_shorten(key) and self._frequent[key[:1]]:
            entity.person = entity.person or self._is_first_name(key)
            entity.body_like = not entity.person
        elif len(key) in (2, 3, 4) and self._frequent[key[-1:]] and may_be_person(key):
            entity.person = True
        return entity

    def _is_first_name(self, key: tuple[str, ...]) -> bool:
        """Whether ``he`` or ``she`` follows a name of which the first word is also used alone: no firm is called so."""
        return len(key) == 2 and may_be_person(key) and any(one in self._gendered for one in (key, key[:1]))

    def _note(self, entity: Entity) -> None:
        """Every way in which the entity may be looked up."""
        key = entity.key
        self.entities.append(entity)
        self._by_key[key] = entity
        for word in set(key):
            self._by_word[word].append(entity)
        for at in range(1, len(key) - 1):
            self._by_part.setdefault(key[at:], entity)
            if key[at + 1] in ("of", "for") and not entity.person:
                self._by_part.setdefault(key[: at + 1], entity)
        if len(key) > 2 and NEVER_PEOPLE.isdisjoint(key):
            self._by_part.setdefault((key[0], key[-1]), entity)
        if len(key) > 1 and NEVER_PEOPLE.isdisjoint(key):
            self._by_part.setdefault((key[0][0], key[-1]), entity)

    def _note_acronym(self, mention: Mention, entity: Entity) -> None:
        if mention.acronym is not None:
            self._acronyms[_bare(mention.acronym)] = entity
        words = mention.name.split()
        for initials in (
            "".join(word[0] for word in words if word[:1].isupper()),
            "".join(word[0] for word in words),
        ):
            if len(initials) > 1 and not entity.person:
                self._acronyms.setdefault(initials.upper(), entity)

    def _covering(self, key: tuple[str, ...], mention: Mention) -> Entity | None:
        """The one entity with a longer name that this is short for."""
        if len(key) == 1 or patterns.ACRONYM.match(mention.name):
            return self._acronyms.get(_bare(mention.name))
        return self._by_part.get(key)

    def _best(self, candidates: Iterable[Entity], mention: Mention, sentence: int) -> Entity | None:
        """Who of those with this surname: by the gender of the title, the full names, the last mention."""
        gender = gender_of(mention.role)
        fitting = [one for one in candidates if gender is None or one.gender in (None, gender)]
        if gender is None and mention.gender is not None:
            fitting = [one for one in fitting if one.gender == mention.gender] or fitting
        if len(fitting) < 2:
            return fitting[0] if fitting else None
        most = max(self._frequent[one.key] for one in fitting)
        return _by_distance([one for one in fitting if 2 * self._frequent[one.key] > most], sentence)[0]

    def _misspelt(self) -> None:
        """Surnames of people with one letter left out, so that a single slip is forgiven."""
        for entity in self.entities:
            if entity.person and len(entity.key[-1]) >= _LONG_ENOUGH:
                for spelling in _spellings(entity.key[-1]):
                    self._spellings.setdefault(spelling, entity)
        lonely = [one for one in self.entities if len(one.key) == 1 and len(one.key[0]) >= _LONG_ENOUGH]
        for entity in lonely:
            meant = next(
                (self._spellings[s] for s in _spellings(entity.key[0]) if s in self._spellings),
                None,
            )
            if meant is not None and self._frequent[entity.key] < 2:
                self._by_key[entity.key] = meant


def _bare(name: str) -> str:
    return name.replace(".", "").upper()


def _within(short: str, word: str) -> bool:
    """Whether the letters stand in the word in this order, the first at its start."""
    letters = iter(word)
    return bool(short) and word[:1] == short[0] and all(letter in letters for letter in short)


def _spellings(word: str) -> list[str]:
    """The word with each letter but the first left out once, and as it is."""
    return [word, *(word[:at] + word[at + 1 :] for at in range(1, len(word)))]


def _short_for(word: str, entity: Entity) -> bool:
    """Whether this word alone may stand for the longer name: a surname, a first name, ``Labour`` for a party."""
    key = entity.key
    if len(key) == 1:
        return key[0] == word
    if key[-1] == word:
        return key[-2] not in _LINKS and (entity.person or word not in _KIND_WORDS)
    if entity.person:
        return key[0] == word or (len(key) > 2 and key[-2] == word)
    if key[0] != word:
        return False
    return (len(key) == 2 and (key[1] in _DROPPED or key[1] in ORG_WORDS)) or (entity.body_like and _may_shorten(key))


def _may_shorten(key: tuple[str, ...]) -> bool:
    """Whether the first word may stand for the whole, as with the name of a firm and not of a person."""
    first = key[0]
    return len(key) < 4 and first not in _NEVER_SHORT and not first.endswith(PEOPLES)


def _in_order(index: dict[str, list[Entity]]) -> None:
    for entities in index.values():
        entities.sort(key=lambda one: one.first)


def _around(entities: Sequence[Entity], sentence: int) -> Sequence[Entity]:
    """Of very many entities in order, those that the article names first and those before and behind a sentence."""
    if len(entities) <= _MOST:
        return entities
    at = bisect_right(entities, sentence, key=lambda one: one.first)
    begin = max(_MOST // 4, at - _MOST // 2)
    return [*entities[: _MOST // 4], *entities[begin : at + _MOST // 4]]


def _by_distance(entities: Sequence[Entity], sentence: int) -> list[Entity]:
    """The entity mentioned last up to this sentence first; those that come later only behind them."""
    return sorted(
        entities,
        key=lambda one: (-one.last_seen(sentence), min(one.seen, default=1 << 30)),
    )
