"""A document as a reader sees it: paragraphs of sentences, cut into pieces that carry the same marks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise

from stance.records import AUTHOR, Claim, Document, Kind, Sentence, Span


@dataclass(frozen=True, slots=True)
class Numbered:
    """A claim with its number on the page and the colour of its type."""

    number: int
    kind: int
    claim: Claim
    article: str

    @property
    def source(self) -> str:
        """The source's name; the journalist by a word that readers know."""
        if self.claim.source is None:
            return "not named"
        return "the article" if self.claim.source.name == AUTHOR else self.claim.source.name


@dataclass(frozen=True, slots=True)
class Mark:
    """The words for a source, cue or target, and the claims that they serve."""

    role: str
    span: Span
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters that lies in the same marks.

    Parameters
    ----------
    kinds : colours of the claims whose words these are
    marks : what it belongs to
    ending : marks that end with it
    """

    text: str
    kinds: tuple[int, ...]
    marks: tuple[Mark, ...]
    ending: tuple[Mark, ...]

    def numbers(self, role: str) -> str:
        """The claims whose source, cue or target this is: ``3 4``."""
        return " ".join(str(number) for mark in self.marks if mark.role == role for number in mark.numbers)


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence; ``speaker`` only where it changes within the paragraph."""

    pieces: tuple[Piece, ...]
    claims: tuple[Numbered, ...]
    speaker: str | None
    prose: bool


@dataclass(frozen=True, slots=True)
class Article:
    """A document laid out: paragraphs of lines."""

    document: Document
    number: int
    paragraphs: tuple[tuple[Line, ...], ...]
    claims: tuple[Numbered, ...]

    @property
    def title(self) -> str:
        """Its title, or its name where it has none."""
        return self.document.title or self.document.id


def lay_out(document: Document, kinds: Mapping[str, int], *, number: int = 1, first: int = 1) -> Article:
    """A document as paragraphs of marked sentences.

    Parameters
    ----------
    kinds : colour of each claim type
    number : of the article on its page
    first : number of its first claim
    """
    title = document.title or document.id
    claims = tuple(
        Numbered(first + place, kinds[claim.type], claim, title) for place, claim in enumerate(document.claims)
    )
    by_sentence = {
        index: tuple(group) for index, group in groupby(claims, lambda numbered: numbered.claim.sentence.index)
    }
    paragraphs = []
    for _, sentences in groupby(document.sentences, lambda sentence: sentence.paragraph):
        lines = tuple(_lines(document, list(sentences), by_sentence))
        if lines:
            paragraphs.append(lines)
    return Article(document, number, tuple(paragraphs), claims)


def _lines(
    document: Document, sentences: list[Sentence], by_sentence: Mapping[int, tuple[Numbered, ...]]
) -> Iterator[Line]:
    before = None
    for sentence in sentences:
        if sentence.kind is Kind.EMPTY:
            continue
        claims = by_sentence.get(sentence.index, ())
        speaker = document.speakers[sentence.index] if document.speakers else None
        name = speaker.source.name if speaker is not None else None
        pieces = tuple(_pieces(document, sentence, claims, speaker.span if speaker is not None else None))
        yield Line(pieces, claims, name if name != before else None, sentence.kind is Kind.PROSE)
        before = name


def _pieces(
    document: Document, sentence: Sentence, claims: tuple[Numbered, ...], speaker: Span | None
) -> Iterator[Piece]:
    said = [(span, numbered.kind) for numbered in claims for span in content_of(document, numbered.claim)]
    marks = _marks(claims, speaker)
    spans = [span for span, _ in said] + [mark.span for mark in marks]
    borders = {sentence.start, sentence.end, *(edge for span in spans for edge in (span.start, span.end))}
    for start, end in pairwise(sorted(borders)):
        here = [mark for mark in marks if mark.span.start <= start and end <= mark.span.end]
        kinds = dict.fromkeys(kind for span, kind in said if span.start <= start and end <= span.end)
        ending = [mark for mark in here if mark.span.end == end and mark.numbers]
        text = sentence.text[start - sentence.start : end - sentence.start]
        yield Piece(text, tuple(kinds), tuple(here), tuple(ending))


def _marks(claims: tuple[Numbered, ...], speaker: Span | None) -> list[Mark]:
    """Each marked span once, with the numbers of its claims; the speaker's words count as a source."""
    numbers: dict[tuple[str, Span], list[int]] = {}
    if speaker is not None:
        numbers["source", speaker] = []
    for numbered in claims:
        claim = numbered.claim
        spans = {"source": claim.source_span, "cue": claim.cue_span, "target": claim.target_span}
        for role, span in spans.items():
            if span is not None:
                numbers.setdefault((role, span), []).append(numbered.number)
    return [Mark(role, span, tuple(found)) for (role, span), found in numbers.items()]


def content_of(document: Document, claim: Claim) -> tuple[Span, ...]:
    """The words of a claim: the content of its attribution where one holds its target, else the whole sentence."""
    sentence = claim.sentence
    whole = sentence.text.strip()
    start = sentence.start + sentence.text.index(whole)
    for found in document.attributions_in(sentence.index):
        same = claim.source is not None and found.source is not None and found.source.name == claim.source.name
        holds = claim.target_span is None or any(claim.target_span.overlaps(piece) for piece in found.content)
        if same and holds and found.cue_span == claim.cue_span and found.content:
            return found.content
    return (Span(start, start + len(whole)),) if whole else ()
