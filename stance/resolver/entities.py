"""The people, bodies and documents that an article speaks of, and what it tells about each."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

from stance import patterns
from stance.resolver.firstnames import FEMALE_ENDINGS, FIRST_NAMES, MALE_ENDINGS
from stance.resolver.lexicon import ORG_WORDS, PLACES, STATES
from stance.resolver.names import Mention
from stance.resolver.nouns import Sort, gender_of, sort_of

_REGIONS = frozenset(
    "south north east west new saudi united central great san los las republic northern southern".split()
)
PEOPLES = tuple("ian ean ese ish ican nch utch eli aqi ani man eek".split())
"""How words for nationalities end."""

NEVER_PEOPLE = ORG_WORDS | PLACES | _REGIONS | frozenset(("of", "for", "the", "and"))
"""Words that no person's name has."""

_OFFICES = frozenset(("PM", "GP"))  # acronyms of one person, whom no lower-case word tells: "at 5 pm"
_MOST_ROLES = 40
_TWO = 2  # words of a name that begins with a place and is nobody's: "Wisconsin Republican"
_LONG_ENOUGH = 4  # letters of a first name whose ending tells
_LONG = {
    "gov": ("governor",),
    "sen": ("senator", "lawmaker"),
    "rep": ("representative", "congressman", "congresswoman", "lawmaker"),
    "mp": ("lawmaker",),
    "gen": ("general",),
    "col": ("colonel",),
    "capt": ("captain",),
    "lt": ("lieutenant",),
    "sgt": ("sergeant",),
    "supt": ("superintendent",),
    "det": ("detective",),
    "prof": ("professor",),
    "adm": ("admiral",),
    "cmdr": ("commander",),
    "maj": ("major",),
    "justice": ("judge",),
    "cllr": ("councillor",),
    "amb": ("ambassador",),
    "rev": ("reverend",),
}


@dataclass(slots=True, eq=False)
class Entity:
    """Somebody or something that an article names or describes.

    Parameters
    ----------
    name : the fullest form so far
    key : lower-cased words of the name; empty for what is only described
    sort : what it is, for what is only described
    person, gender : whether it is known as a person, and ``m`` or ``f`` where something tells
    spoke : whether the article has it say something
    body_like : whether something tells that it is a body
    subject : whether a word follows it, so that it may be the subject of a sentence and is no label
    first : the sentence that names it first
    roles : the words of each role that it is given, some of them where they are very many
    seen : the sentences that mention it, in order
    """

    name: str
    key: tuple[str, ...] = ()
    sort: Sort | None = None
    person: bool = False
    gender: str | None = None
    spoke: bool = False
    body_like: bool = False
    subject: bool = False
    first: int = 0
    roles: set[frozenset[str]] = field(default_factory=set)
    seen: list[int] = field(default_factory=list)

    def learn(self, mention: Mention) -> None:
        """What a mention tells: role, gender, that it is a person or speaks."""
        could_be = may_be_person(self.key)
        if mention.role:
            self.give_role(mention.role)
            self.person = self.person or (mention.titled and could_be)
            self.body_like = self.body_like or not mention.titled
            self.gender = gender_of(mention.role) or self.gender
        if len(self.key) > 1 and (mention.follows in ("who", "whose") or mention.follows.isdigit()):
            self.person = self.person or could_be
        self.subject = self.subject or (mention.follows.isalpha() and self.name not in _OFFICES)
        if not self.acronym:  # "DNA, which", "said GDP": of these only the article tells
            self.body_like = self.body_like or mention.follows in ("which", "party")
            self.spoke = self.spoke or mention.says

    def give_role(self, words: frozenset[str]) -> None:
        """Note what it is called; short titles count as the long ones too."""
        if len(self.roles) < _MOST_ROLES:
            self.roles.add(words.union(*(_LONG[word] for word in words if word in _LONG)))

    def is_called(self, words: frozenset[str]) -> bool:
        """Whether one of its roles has all these words."""
        return any(words <= role for role in self.roles)

    @property
    def sex(self) -> str | None:
        """``m`` or ``f``: as learned, else as names that end so mostly are."""
        if self.gender is not None or len(self.key) < 2:
            return self.gender
        first = self.key[0]
        if len(first) < _LONG_ENOUGH:
            return None
        if first.endswith(FEMALE_ENDINGS):
            return "f"
        return "m" if first.endswith(MALE_ENDINGS) else None

    @property
    def acronym(self) -> bool:
        """Whether nothing but an acronym is known of its name, which may be a thing's as well: ``GDP``."""
        return bool(patterns.ACRONYM.match(self.name)) and not self.state

    @property
    def human(self) -> bool:
        """Whether it is one person, or has the name of one."""
        if not self.key:
            return self.sort is Sort.PERSON
        if self.person or self.body_like or not 2 <= len(self.key) <= 4:
            return self.person
        first, *_, last = self.name.split() if " " in self.name else (self.name, self.name)
        acronym = bool(patterns.ACRONYM.match(last)) and not first.isupper()
        return not acronym and may_be_person(self.key)

    @property
    def body(self) -> bool:
        """Whether it is an organisation: by its words, by what the article tells, or as a source that is no person."""
        if not self.key:
            return self.sort is Sort.BODY
        if self.person or self.name in _OFFICES:
            return False
        if self.state:
            return self.spoke
        if self.body_like or not ORG_WORDS.isdisjoint(self.key):
            return True
        return (self.spoke and not self.human) or self._one_word_speaker

    @property
    def several(self) -> bool:
        """Whether it is several people: by what it is called, or as a nationality: ``the Palestinians``."""
        nation = len(self.key) == 1 and self.key[0].endswith("s") and self.key[0][:-1].endswith(PEOPLES)
        return self.sort is Sort.PEOPLE or nation

    @property
    def state(self) -> bool:
        """Whether it is a country or a capital."""
        return (len(self.key) == 1 and self.key[0] in STATES) or self.key in (
            ("united", "states"),
            ("united", "kingdom"),
        )

    @property
    def _one_word_speaker(self) -> bool:
        return self.spoke and len(self.key) == 1

    def last_seen(self, sentence: int) -> int:
        """The last sentence up to this one that mentions it; -2 for none."""
        at = bisect_right(self.seen, sentence)
        return self.seen[at - 1] if at else -2


class Referent(NamedTuple):
    """Characters [start, end) of a sentence that mean an entity.

    ``bound`` says that a preposition leads to it, ``possessive`` that it owns what follows, ``quoted`` that it stands
    inside a quotation: such a one is a less likely antecedent.
    """

    start: int
    end: int
    entity: Entity
    bound: bool = False
    possessive: bool = False
    quoted: bool = False

    @property
    def free(self) -> bool:
        """Whether it may be the subject of its sentence."""
        return not (self.bound or self.possessive or self.quoted)


def may_be_person(key: tuple[str, ...]) -> bool:
    """Whether no word of a name forbids that it is one person's."""
    if len(key) == _TWO and key[0] in STATES and key[0] not in FIRST_NAMES:
        return False
    return NEVER_PEOPLE.isdisjoint(key) and sort_of(key[-1]) is not Sort.PEOPLE
