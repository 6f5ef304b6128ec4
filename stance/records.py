"""The values that flow through the house: spans, sentences, attributions, claims, documents.

Every offset counts characters of the document's text as it was given, from 0, the end left out, so that
``document.text[span.start:span.end]`` is always the exact words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from stance.errors import SpanError
from stance.visible import clean

if TYPE_CHECKING:
    import pandas as pd

AUTHOR = "author"
"""The source of a claim that the journalist makes in their own voice."""


class ClaimType(StrEnum):
    """The claim types of the label guide; a classifier of one's own may have any others."""

    ACCUSATION = "accusation"
    JUSTIFICATION = "justification"
    GOAL = "goal"


class Stance(StrEnum):
    """The source's attitude to the target."""

    SUPPORT = "support"
    OPPOSE = "oppose"
    NEUTRAL = "neutral"


class Kind(StrEnum):
    """What a unit of text is: prose is classified, the rest of a page is kept but not read for claims."""

    PROSE = "prose"
    DATE = "date"
    CREDIT = "credit"
    NOTICE = "notice"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters [start, end) of a document's text; end is left out."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise SpanError(f"span [{self.start}, {self.end}) is empty or reversed; count from 0, leave the end out")

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end

    def within(self, other: Span) -> bool:
        """Whether every character of this span lies in the other."""
        return other.start <= self.start and self.end <= other.end


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, where it stands, and what kind of text it is; given sentences may be empty.

    ``index`` is its place in the document, ``number`` the one that it came with and goes out with, else its ``index``.
    """

    index: int
    start: int
    end: int
    text: str
    paragraph: int = 0
    kind: Kind = Kind.PROSE
    number: int = -1

    def __post_init__(self) -> None:
        if self.number < 0:
            object.__setattr__(self, "number", self.index)
        if self.end - self.start != len(self.text):
            raise SpanError(f"sentence {self.index}: [{self.start}, {self.end}) is not as long as its text")
        object.__setattr__(self, "text", clean(self.text))

    def words(self, span: Span | None) -> str | None:
        """The words of a span of this sentence; None for no span."""
        if span is None:
            return None
        if not self.start <= span.start < span.end <= self.end:
            where = f"sentence {self.index}, [{self.start}, {self.end})"
            raise SpanError(f"span [{span.start}, {span.end}) lies outside {where}")
        return self.text[span.start - self.start : span.end - self.start]


@dataclass(frozen=True, slots=True)
class Source:
    """Who says it: one canonical name for the whole article, and how we came to it.

    Parameters
    ----------
    name : canonical name, the fullest form that the article gives, without titles; ``author`` for the journalist
    rule : the rule that found the name (``name``, ``surname``, ``title``, ``pronoun``, ``quotation`` ...)
    confidence : how often that rule was right when it was measured, in [0, 1]
    id : identifier from the user's alias table, a Wikidata QID for instance
    """

    name: str
    rule: str = "given"
    confidence: float = 1.0
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Attribution:
    """Content that a sentence attributes to a source, claim or not.

    ``content`` holds the pieces in order: several where source and cue stand in the middle. ``source`` is None
    where nobody could be named.
    """

    sentence: Sentence
    content: tuple[Span, ...]
    source: Source | None = None
    source_span: Span | None = None
    cue_span: Span | None = None


@dataclass(frozen=True, slots=True)
class CarryingWord:
    """A word of a claim's sentence, and how far the claim's probability falls when it is left out, in [-1, 1]."""

    span: Span
    drop: float


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A labelled sentence near to a claim's; ``similarity`` is the cosine of their vectors, in [-1, 1]."""

    text: str
    labels: tuple[str, ...]
    similarity: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a claim was found: the words that carry it and the nearest labelled sentences, most important first."""

    words: tuple[CarryingWord, ...]
    nearest: tuple[Neighbour, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of one sentence.

    Parameters
    ----------
    sentence : the sentence that makes it
    type : claim type, one of the model's labels (``ClaimType`` for the shipped model)
    probability : calibrated probability of the type, in [0, 1]
    source, source_span : who makes the claim, and the words for them in this sentence if it has any
    cue_span : the words that signal it
    target, target_span : whom or what it is about
    stance, stance_probability : the source's attitude to the target; None if the model knows no stance
    explanation : the words that carry it, where ``stance.explain`` was asked
    """

    sentence: Sentence
    type: str
    probability: float
    source: Source | None = None
    source_span: Span | None = None
    cue_span: Span | None = None
    target: str | None = None
    target_span: Span | None = None
    target_id: str | None = None
    stance: Stance | None = None
    stance_probability: float | None = None
    explanation: Explanation | None = None


@dataclass(frozen=True, slots=True)
class Speaker:
    """The source of a sentence's main content, and the words for them in it."""

    source: Source
    span: Span | None = None


_Placed = TypeVar("_Placed", "Claim", "Attribution")


def by_sentence(found: Iterable[_Placed]) -> dict[int, list[_Placed]]:
    """Claims or attributions by the index of their sentence, in their order: one look at each, however many."""
    grouped: dict[int, list[_Placed]] = {}
    for one in found:
        grouped.setdefault(one.sentence.index, []).append(one)
    return grouped


@dataclass(frozen=True, slots=True)
class Document:
    """An article and everything that was found in it.

    ``speakers`` and ``probabilities`` run parallel to ``sentences`` once the document has been predicted; before that
    they are empty. Lone surrogates, which no tokeniser and no file takes, become U+FFFD, one character for one.
    """

    text: str
    sentences: tuple[Sentence, ...] = ()
    id: str = "document"
    title: str | None = None
    date: str | None = None
    outlet: str | None = None
    claims: tuple[Claim, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    speakers: tuple[Speaker | None, ...] = ()
    probabilities: tuple[Mapping[str, float], ...] = ()
    truncated: frozenset[int] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        for name in ("text", "id", "title", "date", "outlet"):
            if isinstance(value := getattr(self, name), str):
                object.__setattr__(self, name, clean(value))
        for place, sentence in enumerate(self.sentences):
            if sentence.index != place:
                wrong = f"document {self.id!r}: sentence {place} of it has the index {sentence.index}"
                raise SpanError(f"{wrong}; give dataclasses.replace(sentence, index={place}), which keeps its number")
            if self.text[sentence.start : sentence.end] != sentence.text:
                raise SpanError(
                    f"document {self.id!r}: sentence {sentence.index} is not the text at "
                    f"[{sentence.start}, {sentence.end}); offsets must refer to the text as given"
                )

    @classmethod
    def from_sentences(
        cls,
        texts: Iterable[str],
        *,
        starts: Iterable[int] | None = None,
        paragraphs: Iterable[int] | None = None,
        numbers: Iterable[int] | None = None,
        **fields: Any,
    ) -> Document:
        """A document of sentences that are split already; they are never split again and keep their ``numbers``.

        Without ``starts`` the sentences are joined by a space, or by a blank line between paragraphs. With
        ``starts`` each stands at its offset and the gaps are filled with white space, so that offsets into an
        original that is not at hand stay true. SpanError says what does not fit.
        """
        from stance.sentences import joined

        text, sentences = joined(texts, starts=starts, paragraphs=paragraphs, numbers=numbers)
        return cls(text=text, sentences=sentences, **fields)

    @classmethod
    def from_records(cls, records: Iterable[Mapping[str, Any]]) -> Document:
        """The document whose sentences the exchange records are, as ``to_records`` and ``stance predict`` write them.

        Raises
        ------
        LabelError : a record breaks the schema, or they are not of one article.
        """
        from stance.restoring import restore_one

        return restore_one(records)

    def claims_in(self, sentence: int) -> tuple[Claim, ...]:
        """The claims of the sentence with this index, most probable first."""
        return tuple(claim for claim in self.claims if claim.sentence.index == sentence)

    def attributions_in(self, sentence: int) -> tuple[Attribution, ...]:
        """The attributions of the sentence with this index, in order."""
        return tuple(found for found in self.attributions if found.sentence.index == sentence)

    def to_records(self) -> list[dict[str, Any]]:
        """One exchange record a sentence (the form of labels and predictions alike)."""
        from stance.tables import records

        return records(self)

    def to_frame(self, *, all_sentences: bool = False) -> pd.DataFrame:
        """One row a claim; with ``all_sentences`` a row for each sentence without one too."""
        from stance.tables import frame

        return frame([self], all_sentences=all_sentences)

    def _repr_html_(self) -> str:
        """The article with its claims marked, for notebooks."""
        from stance.report import fragment

        return fragment(self)
