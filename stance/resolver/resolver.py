"""Attributed spans to canonical sources over a whole article, precision first; unknown is said as unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from stance.records import Attribution, Document, Kind, Sentence, Source, Span, Speaker
from stance.resolver.aliases import Aliases, Named
from stance.resolver.article import Article
from stance.resolver.descriptions import describe
from stance.resolver.lexicon import FIRST, PRONOUNS
from stance.resolver.pronouns import antecedent

CONFIDENCE = {
    "alias": 1.0,
    "name": 0.97,
    "surname": 0.97,
    "joint": 0.9,
    "role": 0.85,
    "pronoun": 0.85,
    "group": 0.75,
    "description": 0.9,
    "quotation": 0.85,
    "sentence": 0.8,
}
"""How often each rule named the right source."""

_CONTINUES = 4  # sentences after which a bare quotation is nobody's any more


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

    def name_of(self, sentence: int, span: Span) -> Named | None:
        """The canonical name of the words of a target, where they are a name, a role or a pronoun."""
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
            entity = antecedent(self._article, sentence, span.start, lower, not_this=speaker)
            return self._named(entity.name) if entity is not None else None
        described = describe(self._article, sentence, span)
        known = described.entity is not None and described.whole
        return self._named(described.name) if known else None

    def source_of(self, sentence: int, span: Span) -> Source | None:
        """Whom words name that make a claim without being a tagged source: the actor of a narrated plan."""
        return _source_of(self._article, self._aliases, sentence, span)

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
        self.by_sentence: list[list[Attribution]] = [[] for _ in article.sentences]
        for one in linked:
            self.by_sentence[one.sentence.index].append(one)

    def run(self) -> Resolution:
        found: list[Attribution] = []
        speakers: list[Speaker | None] = []
        for sentence in self.article.sentences:
            resolved = self._sentence(sentence)
            found += resolved
            speakers.append(self._speaker(sentence, resolved))
        return Resolution(tuple(found), tuple(speakers), self.article, self.aliases)

    def _sentence(self, sentence: Sentence) -> list[Attribution]:
        """The attributions of a sentence with their sources; a quotation that nothing was tagged in is one too."""
        if sentence.kind is not Kind.PROSE:
            return []
        tagged = self.by_sentence[sentence.index]
        named = [
            replace(one, source=_source_of(self.article, self.aliases, sentence.index, one.source_span))
            if one.source_span
            else one
            for one in tagged
        ]
        sources = [one.source for one in named if one.source is not None]
        resolved = [
            one if one.source is not None else replace(one, source=self._unnamed(sentence, one, sources))
            for one in named
        ]
        if not resolved and self._is_quotation(sentence):
            pieces = tuple(self.article.quotations.pieces(sentence))
            resolved = [Attribution(sentence, pieces, self._going_on(sentence))]
        return resolved

    def _is_quotation(self, sentence: Sentence) -> bool:
        return self.article.quotations.share(sentence) > 0.8

    def _unnamed(self, sentence: Sentence, one: Attribution, beside: Sequence[Source]) -> Source | None:
        """The source of content without source words: the one beside it, or whoever is speaking."""
        quoted = any(self.article.quotations.inside(sentence.index, (s.start + s.end) // 2) for s in one.content)
        if beside and (one.cue_span is not None or quoted):
            return replace(beside[0], rule="sentence", confidence=CONFIDENCE["sentence"])
        if quoted:
            return self._going_on(sentence)
        return self._last_source(sentence.index)

    def _going_on(self, sentence: Sentence) -> Source | None:
        """Who speaks in a quotation without a cue: whoever ends it with one, else whoever spoke last."""
        for other in self.article.quotations.shared(sentence.index):
            source = self.article.said[other] if other < sentence.index else self._source_ahead(other)
            if source is not None:
                return replace(source, rule="quotation", confidence=CONFIDENCE["quotation"])
        return self._last_source(sentence.index) or self._same_paragraph_ahead(sentence)

    def _source_ahead(self, index: int) -> Source | None:
        """The named source of a later sentence; a pronoun there means whoever a pronoun here would."""
        for one in self.by_sentence[index]:
            if one.source_span is not None:
                return _source_of(self.article, self.aliases, index, one.source_span)
        return None

    def _same_paragraph_ahead(self, sentence: Sentence) -> Source | None:
        after = self.article.sentences[sentence.index + 1 : sentence.index + 3]
        for other in after:
            source = self._source_ahead(other.index) if other.paragraph == sentence.paragraph else None
            if source is not None:
                return replace(source, rule="quotation", confidence=CONFIDENCE["quotation"])
        return None

    def _last_source(self, sentence: int) -> Source | None:
        """Whoever spoke in the sentences just before."""
        for before in range(sentence - 1, max(-1, sentence - 1 - _CONTINUES), -1):
            source = self.article.said[before]
            if source is not None:
                return replace(source, rule="quotation", confidence=CONFIDENCE["quotation"])
        return None

    def _speaker(self, sentence: Sentence, resolved: Sequence[Attribution]) -> Speaker | None:
        """The source of the longest content."""
        named = [one for one in resolved if one.source is not None]
        if not named:
            return None
        longest = max(named, key=lambda one: sum(span.end - span.start for span in one.content))
        source = longest.source
        assert source is not None  # noqa: S101  # named holds no other
        self.article.said[sentence.index] = source
        entity = self.article.cast.find_words(source.name, sentence.index)
        self.article.speakers[sentence.index] = entity
        if entity is not None:
            entity.spoke = True
        return Speaker(source, longest.source_span)


def _source_of(article: Article, aliases: Aliases, sentence: int, span: Span) -> Source | None:
    """The source that the words of a span name; None where a pronoun or the like means nobody we know."""
    given = aliases.find(article.document.text[span.start : span.end])
    if given is not None:
        return Source(given.name, "alias", CONFIDENCE["alias"], given.id)
    described = describe(article, sentence, span)
    if not described.rule:
        return None
    named = aliases.find(described.name) or Named(described.name)
    return Source(named.name, described.rule, CONFIDENCE[described.rule], named.id)
