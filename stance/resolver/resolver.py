"""Attributed spans to canonical sources over a whole article, precision first; unknown is said as unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from stance.records import Attribution, Document, Kind, Sentence, Source, Span, Speaker
from stance.resolver.aliases import Aliases
from stance.resolver.article import Article
from stance.resolver.authors import author_of
from stance.resolver.continuing import carried_on, is_line, led_in, named_behind, opens, unmarked
from stance.resolver.descriptions import Described
from stance.resolver.insertions import of_relative, whole_source
from stance.resolver.lexicon import FIRST
from stance.resolver.nested import nested_in
from stance.resolver.pronouns import note_topic
from stance.resolver.resolution import Resolution, by_rule, made, source_of
from stance.resolver.speakers import main_attribution, passed_on
from stance.resolver.subjects import (
    clause_subject,
    first_subject,
    is_passive,
    is_told,
    outside_quotations,
    subject_of,
    viewed_by,
)
from stance.resolver.turns import Turn, turns_of

_QUOTED = 0.8  # share of a sentence from which it is a quotation
_MOSTLY_QUOTED = 0.5  # the same, where a name and a verb of saying stand beside it
_ENDS = frozenset("said says told tells added adds replied wrote writes".split())  # and nothing more: "Poole said."
_CLOSED = 4  # sentences of a paragraph in which it may name who speaks in the quotation at its end


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
        self.labelled: set[int] = set()
        self.closings: dict[int, Attribution] = {}
        for one in linked:
            if one.content:
                self.by_sentence[one.sentence.index].append(one)
            else:
                self.closings[one.sentence.index] = one

    def run(self) -> Resolution:
        found: list[Attribution] = []
        outer: list[Attribution] = []
        speakers: list[Speaker | None] = []
        for sentence in self.article.sentences:
            resolved = self._sentence(sentence)
            self.article.contents[sentence.index] = tuple(span for one in resolved for span in one.content)
            nested = self._nested(sentence, resolved)
            outer += resolved
            found += [*resolved, *nested]
            speakers.append(self._speaker(sentence, resolved, nested))
            if speakers[-1] is None:
                note_topic(self.article, sentence.index)
        return Resolution(tuple(found), tuple(speakers), tuple(outer), self.article, self.aliases)

    def _sentence(self, sentence: Sentence) -> list[Attribution]:
        """The attributions of a sentence with their sources; a quotation that nothing was tagged in is one too."""
        if sentence.kind is not Kind.PROSE:
            return []
        tagged = self.by_sentence[sentence.index]
        turn = self.turns.get(sentence.index)
        if turn is not None:
            return self._in_turn(sentence, turn, tagged)
        named = self._with_names(sentence, [self._with_subject(one) for one in tagged])
        resolved = [
            one if one.source is not None else replace(one, source=self._unnamed(sentence, one, named)) for one in named
        ]
        inner = [one for one in resolved if one.cue_span is not None and self._is_quoted(sentence.index, one.cue_span)]
        share = self.article.quotations.share(sentence)
        line = is_line(self.article, sentence)
        told = outside_quotations(self.article, sentence.index, line=line) if share > _MOSTLY_QUOTED or line else None
        if len(inner) == len(resolved) and (share > _QUOTED or told is not None):
            resolved = [*resolved, self._quotation(sentence, told)]
        return resolved

    def _nested(self, sentence: Sentence, resolved: Sequence[Attribution]) -> list[Attribution]:
        """What the sources of a sentence report of others, where only they were tagged."""
        inner = [one for outer in resolved for one in nested_in(self.article, outer, resolved)]
        named = [replace(one, source=self._named(sentence.index, one.source_span, one.content)) for one in inner]  # type: ignore[arg-type]
        return [one for one in named if one.source is not None]

    def _quotation(self, sentence: Sentence, told: tuple[Span, Span] | None) -> Attribution:
        """What a sentence quotes that nothing was tagged around."""
        pieces = tuple(self.article.quotations.pieces(sentence))
        if told is None:
            return Attribution(sentence, pieces, self._going_on(sentence))
        source = self._named(sentence.index, told[0], pieces)
        return Attribution(sentence, pieces, source, source_span=told[0], cue_span=told[1])

    def _with_subject(self, one: Attribution) -> Attribution:
        """The subject of a cue outside quotations is its source, where none or only a part of it was tagged."""
        index = one.sentence.index
        source, cue = one.source_span, one.cue_span
        if source is None and cue is None:
            source, cue = viewed_by(self.article, index, one.content[0]) or (None, None)
            return replace(one, source_span=source, cue_span=cue)
        if cue is None or self._is_quoted(index, cue):
            return one
        if source is not None and source.end <= one.sentence.start + self.article.dateline(index):
            source = None
        if source is not None:
            told = is_told(self.article, index, source, cue)
            return replace(one, source_span=None if told else whole_source(self.article, index, source, cue))
        if not is_passive(self.article, index, cue):
            found = (way(self.article, index, cue) for way in (clause_subject, of_relative, subject_of))
            source = next((span for span in found if span is not None), None)
        return replace(one, source_span=source)

    def _is_quoted(self, sentence: int, span: Span) -> bool:
        return self.article.quotations.inside(sentence, (span.start + span.end) // 2)

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
            return by_rule(around[0], "pronoun")
        return self._named(one.sentence.index, one.source_span, one.content)

    def _in_turn(self, sentence: Sentence, turn: Turn, tagged: Sequence[Attribution]) -> list[Attribution]:
        """What a turn of an interview says as a whole, and what it reports of others."""
        source = made(Described(turn.name, "turn"), self.aliases)
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
        return source_of(self.article, self.aliases, sentence, span, content)

    def _unnamed(self, sentence: Sentence, one: Attribution, named: Sequence[Attribution]) -> Source | None:
        """The source of content without source words: the one beside it, or whoever is speaking."""
        if (sentence.words(one.source_span) or "").lower() == "you":
            return None  # whoever is spoken to
        beside = [
            other.source
            for other in named
            if other.source is not None and not any(other.content[0].within(piece) for piece in one.content)
        ]
        if one.cue_span is not None and opens(sentence, one.cue_span):
            return by_rule(carried_on(self.article, sentence), "quotation")
        quoted = any(self._is_quoted(sentence.index, span) for span in one.content)
        if beside and (one.cue_span is not None or quoted):
            return by_rule(beside[0], "sentence")
        led = led_in(self.article, sentence)
        if quoted and one.cue_span is None and (led or self.article.quotations.share(sentence) <= _MOSTLY_QUOTED):
            span = first_subject(self.article, sentence.index)
            if span is not None or not led:
                return by_rule(self._named(sentence.index, span, one.content), "sentence") if span is not None else None
        if quoted:
            return self._going_on(sentence)
        if self.article.author is not None:
            return made(Described(self.article.author, "author"), self.aliases)
        return by_rule(unmarked(self.article, sentence, self.labelled), "quotation")

    def _going_on(self, sentence: Sentence) -> Source | None:
        """Who speaks in a quotation without a cue: whoever ends it with one, else whoever spoke last."""
        for other in self.article.quotations.shared(sentence.index):
            source = self.article.said[other] if other < sentence.index else self._source_ahead(other)
            if source is not None:
                return by_rule(source, "quotation")
        behind = named_behind(self.article, sentence)
        closing = self._closing(sentence.index + 1)
        if closing is not None and self._ends(sentence, closing):
            return by_rule(closing.source, "quotation")
        if behind is not None:
            return by_rule(self._named(*behind), "quotation")
        return by_rule(
            carried_on(self.article, sentence) or self._same_paragraph_ahead(sentence),
            "quotation",
        )

    def _ends(self, quotation: Sentence, closing: Attribution) -> bool:
        """Whether the sentence behind a quotation ends it; in a new paragraph behind a speaker, only ``Poole said``."""
        apart = closing.sentence.paragraph != quotation.paragraph
        spoken = quotation.index > 0 and self.article.said[quotation.index - 1] is not None
        return not (apart and spoken) or (closing.sentence.words(closing.cue_span) or "").lower() in _ENDS

    def _source_ahead(self, index: int) -> Source | None:
        """The named source of a later sentence; a pronoun there means whoever a pronoun here would."""
        for one in self.by_sentence[index]:
            if one.source_span is not None and not self._is_quoted(index, one.source_span):
                return self._named(index, one.source_span, one.content)
        return None

    def _same_paragraph_ahead(self, sentence: Sentence) -> Source | None:
        after = self.article.sentences[sentence.index + 1 : sentence.index + 3]
        ahead = (self._source_ahead(other.index) for other in after if other.paragraph == sentence.paragraph)
        return next((source for source in ahead if source is not None), None)

    def _speaker(
        self, sentence: Sentence, resolved: Sequence[Attribution], nested: Sequence[Attribution]
    ) -> Speaker | None:
        """Whoever the sentence is mainly attributed to."""
        outer = [one for one in resolved if one.cue_span is None or not self._is_quoted(sentence.index, one.cue_span)]
        main = main_attribution(sentence, outer or resolved) or self._closing(sentence.index)
        main = passed_on(sentence, main, nested) if main is not None else None
        if main is None or main.source is None:
            return self._by_author(sentence)
        self.article.said[sentence.index] = main.source
        if main.source_span is not None and main.cue_span is None:
            self.labelled.add(sentence.index)
        entity = self.article.meant.get(main.source.name) or self.article.cast.find_words(
            main.source.name, sentence.index
        )
        self.article.speakers[sentence.index] = entity
        if entity is not None:
            entity.spoke = True
        return Speaker(main.source, main.source_span)

    def _closing(self, index: int) -> Attribution | None:
        """Who a sentence without content names as the speaker of the quotation before it."""
        one = self.closings.get(index)
        if one is None or one.cue_span is None or not self._follows_quotation(index) or self._paragraph_names(index):
            return None
        if is_passive(self.article, index, one.cue_span):
            return None
        span = one.source_span or subject_of(self.article, index, one.cue_span)
        if span is None or is_told(self.article, index, span, one.cue_span):
            return None
        return replace(one, source=self._named(index, span), source_span=span)

    def _follows_quotation(self, index: int) -> bool:
        """Whether the sentence before this one is a quotation."""
        return index > 0 and self.article.quotations.share(self.article.sentences[index - 1]) > _QUOTED

    def _paragraph_names(self, index: int) -> bool:
        """Whether the paragraph before this sentence names who speaks in the quotation that ends it."""
        paragraph = self.article.sentences[index - 1].paragraph
        if paragraph == self.article.sentences[index].paragraph:
            return False
        near = self.article.sentences[max(0, index - 1 - _CLOSED) : index - 1]
        tagged = (one for other in near if other.paragraph == paragraph for one in self.by_sentence[other.index])
        return any(
            one.source_span is not None and not self._is_quoted(one.sentence.index, one.source_span) for one in tagged
        )

    def _by_author(self, sentence: Sentence) -> Speaker | None:
        if self.article.author is None or sentence.kind is not Kind.PROSE:
            return None
        return Speaker(made(Described(self.article.author, "author"), self.aliases))
