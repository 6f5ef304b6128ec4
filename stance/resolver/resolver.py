"""Attributed spans to canonical sources over a whole article, precision first; unknown is said as unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from stance.records import Attribution, Document, Kind, Sentence, Source, Span, Speaker
from stance.resolver.aliases import Aliases, Named
from stance.resolver.article import Article
from stance.resolver.authors import author_of
from stance.resolver.continuing import carried_on, named_behind
from stance.resolver.descriptions import Described, describe
from stance.resolver.lexicon import FEMALE, FIRST, MALE, PRONOUNS
from stance.resolver.pronouns import antecedent
from stance.resolver.speakers import main_attribution
from stance.resolver.turns import Turn, turns_of

CONFIDENCE = {
    "alias": 1.0,
    "name": 0.99,
    "surname": 0.99,
    "role": 0.97,
    "pronoun": 0.95,
    "joint": 0.92,
    "author": 0.92,
    "description": 0.88,
    "quotation": 0.87,
    "group": 0.85,
    "document": 0.84,
    "varied": 0.83,
    "ahead": 0.8,
    "turn": 0.66,
    "sentence": 0.33,
}
"""How often each rule named the right source, as (right + 1) / (cases + 2), given the right spans.

Measured on the labelled articles of the project's corpus (written and Wikinews; interviews of GUM for ``turn``): name
1,786 cases, description 939, pronoun 649, turn 514, surname 490, quotation 176, group 38, role 36, document 30,
joint 24, author 23, varied 4, ahead 3, sentence 1. An alias is the user's own word.

``varied`` is another word for whoever was just spoken of (``the 61-year-old``), ``ahead`` somebody whom the lead leaves
unnamed, ``sentence`` the source of other content in the same sentence, ``turn`` whose turn it is in an interview.
"""

_QUOTED = 0.8  # share of a sentence from which it is a quotation


@dataclass(frozen=True)
class Resolution:
    """Who says what in an article.

    Parameters
    ----------
    attributions : with their sources
    speakers : one a sentence, None where the journalist narrates
    """

    attributions: tuple[Attribution, ...]
    speakers: tuple[Speaker | None, ...]
    _article: Article
    _aliases: Aliases = field(default_factory=Aliases)

    def source_of(self, sentence: int, span: Span) -> Source | None:
        """Whom words name that make a claim without being a tagged source: the actor of a narrated plan."""
        return _source_of(self._article, self._aliases, sentence, span)

    def name_of(self, sentence: int, span: Span) -> Named | None:
        """The canonical name of the words of a target, where they are a name, a role or a pronoun.

        ``it`` and ``they`` mean things and crowds too often to be named, as do roles inside a quotation.
        """
        words = self._article.document.text[span.start : span.end]
        given = self._aliases.find(words)
        if given is not None:
            return given
        speaker = self._article.speakers[sentence]
        lower = words.lower()
        if lower in FIRST:
            said = self._article.said[sentence]
            return self._named(said.name) if said is not None else None
        if lower in PRONOUNS:
            if lower not in MALE and lower not in FEMALE:
                return None
            entity = antecedent(self._article, sentence, span.start, lower, not_this=speaker)
            return self._named(entity.name) if entity is not None else None
        described = describe(self._article, sentence, span)
        known = described.entity is not None and described.whole
        guessed = described.rule not in (
            "name",
            "surname",
        ) and self._article.quotations.inside(sentence, span.start)
        return self._named(described.name) if known and not guessed else None

    def _named(self, name: str) -> Named:
        return self._aliases.find(name) or Named(name)


def resolve(document: Document, linked: Sequence[Attribution], aliases: Aliases | None = None) -> Resolution:
    """Name the source of every attribution, and the speaker of every sentence.

    Parameters
    ----------
    linked : attributions with spans but no sources, in the order of their sentences
    aliases : the user's own names, which override
    """
    return _Resolver(Article(document), linked, aliases or Aliases()).run()


class _Resolver:
    """One pass over the sentences; what comes later never changes what came before, but for open quotations."""

    def __init__(self, article: Article, linked: Sequence[Attribution], aliases: Aliases) -> None:
        self.article, self.aliases = article, aliases
        self.turns = turns_of(article)
        article.author = None if self.turns else author_of(article)
        self.by_sentence: list[list[Attribution]] = [[] for _ in article.sentences]
        for one in linked:
            self.by_sentence[one.sentence.index].append(one)

    def run(self) -> Resolution:
        found: list[Attribution] = []
        speakers: list[Speaker | None] = []
        for sentence in self.article.sentences:
            resolved = self._sentence(sentence)
            self.article.contents[sentence.index] = tuple(span for one in resolved for span in one.content)
            found += resolved
            speakers.append(self._speaker(sentence, resolved))
        return Resolution(tuple(found), tuple(speakers), self.article, self.aliases)

    def _sentence(self, sentence: Sentence) -> list[Attribution]:
        """The attributions of a sentence with their sources; a quotation that nothing was tagged in is one too."""
        if sentence.kind is not Kind.PROSE:
            return []
        tagged = self.by_sentence[sentence.index]
        turn = self.turns.get(sentence.index)
        if turn is not None:
            return self._in_turn(sentence, turn, tagged)
        named = self._with_names(sentence, tagged)
        resolved = [
            one if one.source is not None else replace(one, source=self._unnamed(sentence, one, named)) for one in named
        ]
        if not resolved and self.article.quotations.share(sentence) > _QUOTED:
            pieces = tuple(self.article.quotations.pieces(sentence))
            resolved = [Attribution(sentence, pieces, self._going_on(sentence))]
        return resolved

    def _with_names(self, sentence: Sentence, tagged: Sequence[Attribution]) -> list[Attribution]:
        """Sources by their words; ``I`` and ``we`` are whoever says the sentence that they stand in."""
        named = [
            replace(one, source=self._named(sentence.index, one.source_span, one.content))
            if one.source_span and not self._is_first(one)
            else one
            for one in tagged
        ]
        return [
            replace(one, source=self._first_person(one, named)) if one.source_span and self._is_first(one) else one
            for one in named
        ]

    def _is_first(self, one: Attribution) -> bool:
        return (one.sentence.words(one.source_span) or "").lower() in FIRST

    def _first_person(self, one: Attribution, beside: Sequence[Attribution]) -> Source | None:
        assert one.source_span is not None  # noqa: S101  # only asked for source words
        around = [
            other.source
            for other in beside
            if other.source is not None and any(one.source_span.within(piece) for piece in other.content)
        ]
        if around:
            return _by(around[0], "pronoun")
        return self._named(one.sentence.index, one.source_span, one.content)

    def _in_turn(self, sentence: Sentence, turn: Turn, tagged: Sequence[Attribution]) -> list[Attribution]:
        """What a turn of an interview says as a whole, and what it reports of others."""
        source = _made(Described(turn.name, "turn"), self.aliases)
        inner = [
            replace(one, source=self._named(sentence.index, one.source_span, one.content))
            for one in tagged
            if one.source_span is not None and one.cue_span is not None
        ]
        whole = next(
            (one for one in tagged if one.source_span is None or one.cue_span is None),
            None,
        )
        if whole is not None:
            return [*inner, replace(whole, source=source)]
        return [*inner, Attribution(sentence, (turn.content,), source)]

    def _named(self, sentence: int, span: Span, content: Sequence[Span] = ()) -> Source | None:
        return _source_of(self.article, self.aliases, sentence, span, content)

    def _unnamed(self, sentence: Sentence, one: Attribution, named: Sequence[Attribution]) -> Source | None:
        """The source of content without source words: the one beside it, or whoever is speaking."""
        if (sentence.words(one.source_span) or "").lower() == "you":
            return None  # whoever is spoken to
        beside = [
            other.source
            for other in named
            if other.source is not None and not any(other.content[0].within(piece) for piece in one.content)
        ]
        quoted = any(self.article.quotations.inside(sentence.index, (s.start + s.end) // 2) for s in one.content)
        if beside and (one.cue_span is not None or quoted):
            return _by(beside[0], "sentence")
        if quoted:
            return self._going_on(sentence)
        if self.article.author is not None:
            return _made(Described(self.article.author, "author"), self.aliases)
        return _by(carried_on(self.article, sentence), "quotation")

    def _going_on(self, sentence: Sentence) -> Source | None:
        """Who speaks in a quotation without a cue: whoever ends it with one, else whoever spoke last."""
        for other in self.article.quotations.shared(sentence.index):
            source = self.article.said[other] if other < sentence.index else self._source_ahead(other)
            if source is not None:
                return _by(source, "quotation")
        behind = named_behind(self.article, sentence)
        if behind is not None:
            return _by(self._named(*behind), "quotation")
        return _by(
            carried_on(self.article, sentence) or self._same_paragraph_ahead(sentence),
            "quotation",
        )

    def _source_ahead(self, index: int) -> Source | None:
        """The named source of a later sentence; a pronoun there means whoever a pronoun here would."""
        for one in self.by_sentence[index]:
            if one.source_span is not None:
                return self._named(index, one.source_span, one.content)
        return None

    def _same_paragraph_ahead(self, sentence: Sentence) -> Source | None:
        after = self.article.sentences[sentence.index + 1 : sentence.index + 3]
        ahead = (self._source_ahead(other.index) for other in after if other.paragraph == sentence.paragraph)
        return next((source for source in ahead if source is not None), None)

    def _speaker(self, sentence: Sentence, resolved: Sequence[Attribution]) -> Speaker | None:
        """Whoever the sentence is mainly attributed to."""
        main = main_attribution(sentence, resolved)
        if main is None or main.source is None:
            return self._by_author(sentence)
        self.article.said[sentence.index] = main.source
        entity = self.article.meant.get(main.source.name) or self.article.cast.find_words(
            main.source.name, sentence.index
        )
        self.article.speakers[sentence.index] = entity
        if entity is not None:
            entity.spoke = True
        return Speaker(main.source, main.source_span)

    def _by_author(self, sentence: Sentence) -> Speaker | None:
        if self.article.author is None or sentence.kind is not Kind.PROSE:
            return None
        return Speaker(_made(Described(self.article.author, "author"), self.aliases))


def _source_of(
    article: Article,
    aliases: Aliases,
    sentence: int,
    span: Span,
    content: Sequence[Span] = (),
) -> Source | None:
    """The source that the words of a span name, None where they mean nobody we know.

    Parameters
    ----------
    content : what the source says: a pronoun is not looked for in it
    """
    words = article.document.text[span.start : span.end]
    given = aliases.find(words)
    if given is not None:
        return Source(given.name, "alias", CONFIDENCE["alias"], given.id)
    if article.author is not None and words.lower() in FIRST:
        return _made(Described(article.author, "author"), aliases)
    described = describe(article, sentence, span, content)
    if described.entity is not None:
        article.meant[described.name] = described.entity
    return _made(described, aliases) if described.rule else None


def _made(described: Described, aliases: Aliases) -> Source:
    named = aliases.find(described.name) or Named(described.name)
    return Source(named.name, described.rule, CONFIDENCE[described.rule], named.id)


def _by(source: Source | None, rule: str) -> Source | None:
    """The same source, as this rule found it."""
    return replace(source, rule=rule, confidence=CONFIDENCE[rule]) if source is not None else None
