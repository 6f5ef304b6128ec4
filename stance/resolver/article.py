"""An article as the resolver sees it: its tokens, names, cast and quotations, and who has spoken so far."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from functools import cached_property

from stance import patterns
from stance.records import Document, Kind, Source, Span
from stance.resolver.acronyms import shows_body
from stance.resolver.cast import Cast
from stance.resolver.entities import Entity, Referent, may_be_person
from stance.resolver.lexicon import NOT_NAMES
from stance.resolver.names import Mention, find_mentions, name_key, role_surnames
from stance.resolver.nouns import Sort, gender_of
from stance.resolver.owners import under_owners
from stance.resolver.phrases import beside_names, find_phrases
from stance.resolver.quotes import Quotations
from stance.resolver.titlecase import is_title_case, keys_of, known_names
from stance.resolver.tokens import Token, tokens_of

_BACK = 12  # sentences that a pronoun or a description is looked for
_HEADLINE = -1
_LEAD = 2  # sentences that may begin with a dateline
_TELLING = {"he": "m", "his": "m", "she": "f"}


class Article:
    """What is known of an article before and while its sources are resolved.

    Parameters
    ----------
    document : its sentences are read in order

    Attributes
    ----------
    possessive : the end of a possessive, with the apostrophe that the article writes
    speakers : the entity that spoke in each sentence so far; None where nobody did
    said : the source of each sentence so far; None where nobody spoke
    meant : whom the name of a source stands for
    author : who writes in the first person, if that is known
    contents : what each sentence so far attributes to somebody
    referents : whom each sentence read so far speaks of
    topics : whom the pronoun means that a sentence without a speaker begins with
    described : those of them who have no name, by the noun that describes them, in order
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.sentences = document.sentences
        self.possessive = "'s" if document.text.count("'") > document.text.count("’") else "’s"
        self.tokens: list[list[Token]] = [
            tokens_of(one.text) if one.kind is Kind.PROSE else [] for one in document.sentences
        ]
        self.ordinary = frozenset(
            token.word for tokens in self.tokens for token in tokens if token.word.islower()
        ) | frozenset(NOT_NAMES)
        self.mentions: list[list[Mention]] = [self._mentions(index) for index in range(len(self.sentences))]
        self._name_surnames()
        self._name_headlines()
        self.mentions = under_owners(self.mentions, self.possessive)
        self.cast = Cast(
            [
                *self._headline(),
                *((i, m) for i, found in enumerate(self.mentions) for m in found),
            ],
            self._gendered(),
        )
        self._learn_bodies()
        self.quotations = Quotations(document)
        self.speakers: list[Entity | None] = [None] * len(document.sentences)
        self.said: list[Source | None] = [None] * len(document.sentences)
        self.meant: dict[str, Entity] = {}
        self.author: str | None = None
        self.referents: list[list[Referent]] = []
        self.contents: list[tuple[Span, ...]] = [()] * len(document.sentences)
        self.topics: dict[int, Entity] = {}
        self.described: dict[str, list[Entity]] = defaultdict(list)
        self.phrases = [find_phrases(*both) for both in zip(self.tokens, self.mentions, strict=True)]
        self.appositions = [self._appositions(index) for index in range(len(self.sentences))]
        self.cast.index_roles()
        self._learn_genders()

    def _gendered(self) -> frozenset[tuple[str, ...]]:
        """The names that sentences begin with before one that begins with ``he`` or ``she``."""
        return frozenset(
            name_key(found[0].name)
            for found, behind in zip(self.mentions, self.tokens[1:], strict=False)
            if found and found[0].outer == 0 and not found[0].possessive and behind and behind[0].lower in ("he", "she")
        )

    def _appositions(self, index: int) -> dict[int, Entity]:
        """Whom phrases mean that stand beside a name: ``A former envoy, Ann Poole``, ``Ann Poole, a former envoy``.

        By the token that the phrase begins with; the entity learns its words as a role.
        """
        found = {}
        for phrase, entity in beside_names(self.tokens[index], self.phrases[index], self.entities[index]):
            found[phrase.first] = entity
            entity.give_role(frozenset(phrase.words))
            if phrase.sort is Sort.PERSON:
                entity.person = entity.person or may_be_person(entity.key)
                entity.gender = entity.gender or gender_of(frozenset(phrase.words))
            else:
                entity.body_like = True
        return found

    def _learn_bodies(self) -> None:
        """The acronyms that stand for bodies."""
        for tokens, found in zip(self.tokens, self.entities, strict=True):
            for mention, entity in found:
                if entity.acronym and not entity.body_like:
                    at = bisect_left(tokens, mention.start, key=lambda token: token.start)
                    entity.body_like = shows_body(tokens, at)

    def _learn_genders(self) -> None:
        """The gender of people by the pronouns in sentences that speak of nobody else before them."""
        votes: dict[Entity, set[str]] = {}
        for index, tokens in enumerate(self.tokens):
            names = self.entities[index]
            first = next((token for token in tokens if token.lower in _TELLING), None) if names else None
            if first is None or self.quoted(index, first.start):
                continue
            before = [(mention, entity) for mention, entity in names if mention.end <= first.start and entity.human]
            others = any(
                phrase.sort is Sort.PERSON and tokens[phrase.first].start < first.start
                for phrase in self.phrases[index]
                if phrase.first not in self.appositions[index]
            )
            if len({id(entity) for _, entity in before}) == 1 and not others and not before[0][0].possessive:
                votes.setdefault(before[0][1], set()).add(_TELLING[first.lower])
        for entity, given in votes.items():
            if entity.gender is None and len(given) == 1:
                entity.gender = next(iter(given))

    def _mentions(self, index: int, surnames: frozenset[str] = frozenset()) -> list[Mention]:
        """The names of a sentence, but for the place that an agency's report begins with."""
        found = find_mentions(self.sentences[index].text, self.ordinary, self.tokens[index], surnames)
        return [one for one in found if one.start >= self.dateline(index)] if found else found

    def dateline(self, index: int) -> int:
        """Where a sentence begins behind the place that an agency's report begins with; 0 where it begins without."""
        dateline = patterns.DATELINE.match(self.sentences[index].text) if index < _LEAD else None
        return dateline.end() if dateline is not None else 0

    def _name_surnames(self) -> None:
        """Read sentences again in which somebody may be called by a surname that is also a role: ``Baker said``."""
        surnames = role_surnames(one for found in self.mentions for one in found)
        for index, tokens in enumerate(self.tokens) if surnames else ():
            if any(token.capital and token.lower in surnames for token in tokens):
                self.mentions[index] = self._mentions(index, surnames)

    def _name_headlines(self) -> None:
        """Of sentences in title case keep the names alone that others have."""
        titles = {index for index, tokens in enumerate(self.tokens) if is_title_case(tokens, self.ordinary)}
        if not titles:
            return
        known = keys_of(m for index, found in enumerate(self.mentions) if index not in titles for m in found)
        for index in titles:
            self.mentions[index] = known_names(self.tokens[index], self.sentences[index].text, known)

    def _headline(self) -> list[tuple[int, Mention]]:
        """Names of the title; none where every word of it has a capital."""
        title = self.document.title or ""
        tokens = [token for token in tokens_of(title) if token.word[0].isalpha()]
        capitals = sum(token.capital for token in tokens)
        if not tokens or capitals > 0.6 * len(tokens):
            return []
        return [(_HEADLINE, mention) for mention in find_mentions(title, self.ordinary)]

    @cached_property
    def entities(self) -> list[list[tuple[Mention, Entity]]]:
        """The names of each sentence with whose they are."""
        return [
            [(m, entity) for m in found if (entity := self.cast.find(m, i)) is not None]
            for i, found in enumerate(self.mentions)
        ]

    def inside(self, sentence: int, span: Span) -> list[tuple[Mention, Entity]]:
        """The names within a span of a sentence."""
        start = self.sentences[sentence].start
        return [
            (mention, entity)
            for mention, entity in self.entities[sentence]
            if span.start <= mention.start + start and mention.end + start <= span.end
        ]

    def quoted(self, sentence: int, start: int) -> bool:
        """Whether what begins at this place of a sentence stands inside a quotation."""
        return self.quotations.inside(sentence, self.sentences[sentence].start + start)

    def earlier(self, sentence: int) -> range:
        """The sentences before this one in which an antecedent is looked for, nearest first."""
        return range(sentence - 1, max(-1, sentence - 1 - _BACK), -1)
