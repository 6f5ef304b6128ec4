"""What annotation tools share: a text with labels, marked words, and links between them.

Every tool's file is read into these values and written from them; ``marking.py`` and ``unmarking.py`` turn them into
records and back. Marks are labelled ``source``, ``cue`` and ``content`` (of an attribution), ``target:TYPE``, or with a
claim type, on the words that signal the claim (the whole text where no words do).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise
from typing import Any

from stance.corpus.labels import Record
from stance.errors import LabelError
from stance.records import ClaimType
from stance.sentences import split
from stance.tagger import CONTENT, CUE, SOURCE, target_role

ATTRIBUTION = (SOURCE, CUE, CONTENT)
TARGET = "target"
SENTENCE = "sentence"
"""Label of marks that say where sentences begin and end, in tools that hold whole articles."""

ATTRIBUTES = ("name", "stance", "source", "target")
"""What a mark may say beside its words: its canonical name, and of a claim stance, source and target."""

FIELDS = tuple(
    name
    for name in Record.model_fields
    if name not in ("text", "label", "labels", "claims", "attributions", "probabilities", "truncated")
)
"""Fields of a record that tools carry along as they are."""

Piece = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mark:
    """Labelled words: pieces [start, end) of the text, and attributes by name."""

    id: str
    label: str
    pieces: tuple[Piece, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def start(self) -> int:
        """Where the first piece begins."""
        return self.pieces[0][0]

    @property
    def end(self) -> int:
        """Where the last piece ends."""
        return self.pieces[-1][1]


@dataclass(frozen=True, slots=True)
class Link:
    """One mark points to another, by their ids."""

    head: str
    to: str
    label: str = ""


@dataclass(frozen=True)
class Annotated:
    """A text as an annotation tool knows it.

    Parameters
    ----------
    text : what was shown to people
    labels : of the whole text; None where nobody gave any
    marks, links : labelled words, and which belong together
    fields : values of the record that are no labels (``FIELDS``)
    where : file and row, for messages
    """

    text: str
    labels: tuple[str, ...] | None = None
    marks: tuple[Mark, ...] = ()
    links: tuple[Link, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    where: str = ""

    def words(self, piece: Piece) -> str:
        """The words of one piece."""
        return self.text[piece[0] : piece[1]]

    def cleaned(self) -> Annotated:
        """Labels of marks as this project writes them, and marks without the white space that a mouse took with them.

        ``Source`` becomes ``source``, ``target_goal`` ``target:goal``; a mark without words is left out.

        Raises
        ------
        LabelError : a mark lies outside the text.
        """
        marks = [
            replace(mark, label=_label(mark.label), pieces=pieces)
            for mark in self.marks
            if (pieces := self._trimmed(mark))
        ]
        known = {mark.id for mark in marks}
        links = [link for link in self.links if link.head in known and link.to in known]
        return replace(self, marks=tuple(marks), links=tuple(links))

    def in_single_pieces(self) -> Annotated:
        """For tools that know no mark of several pieces: each piece a mark, linked with the first."""
        marks: list[Mark] = []
        links = list(self.links)
        for mark in self.marks:
            first, *others = mark.pieces
            marks.append(replace(mark, pieces=(first,)))
            for number, piece in enumerate(others, start=2):
                marks.append(Mark(f"{mark.id}.{number}", mark.label, (piece,)))
                links.append(Link(f"{mark.id}.{number}", mark.id, "piece"))
        return replace(self, marks=tuple(marks), links=tuple(links))

    def _trimmed(self, mark: Mark) -> tuple[Piece, ...]:
        pieces = []
        for start, end in sorted(mark.pieces):
            if not 0 <= start <= end <= len(self.text):
                raise LabelError(
                    f"{self.where}: {mark.label} [{start}, {end}) lies outside the text ({len(self.text)} characters); "
                    f"were offsets counted in other units?"
                )
            words = self.text[start:end]
            begin = start + len(words) - len(words.lstrip())
            if words.strip():
                pieces.append((begin, begin + len(words.strip())))
        return tuple(pieces)


def _label(label: str) -> str:
    lowered = label.casefold()
    if lowered in (*ATTRIBUTION, TARGET, SENTENCE, *ClaimType):
        return lowered
    if lowered.startswith(TARGET) and not lowered[len(TARGET)].isalnum():
        return target_role(label[len(TARGET) + 1 :])
    return label


def cut(article: Annotated) -> list[Annotated]:
    """An annotated article as its sentences: as marked, else as the splitter finds them.

    A mark over several sentences is cut; a source outside the sentence is kept as the name of the marks that it
    belongs to. The attribute ``fields`` of a sentence mark holds fields of the record as JSON.
    """
    marked = sorted((mark for mark in article.marks if mark.label == SENTENCE), key=lambda mark: mark.start)
    given = [(mark.start, mark.end, mark.attributes.get("fields", "{}")) for mark in marked]
    places = given or [(sentence.start, sentence.end, "{}") for sentence in split(article.text)]
    rest = replace(article, marks=tuple(mark for mark in article.marks if mark.label != SENTENCE))
    gaps = [article.text[before:after] for (_, before, _), (after, _, _) in pairwise(places)]
    paragraphs = [0, *accumulate(int("\n" in gap) for gap in gaps)]
    found = []
    for index, ((start, end, told), paragraph) in enumerate(zip(places, paragraphs, strict=False)):
        place = {"sentence": index, "start": start, "end": end, "paragraph": paragraph}
        found.append(_sentence(rest, (start, end), {**_fields(told, article.where), **place}))
    return found


def _fields(told: str, where: str) -> dict[str, Any]:
    try:
        fields = json.loads(told)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise LabelError(f"{where}: fields of a sentence are {told!r}; expected a JSON object")
    return fields


def _sentence(article: Annotated, place: Piece, fields: dict[str, Any]) -> Annotated:
    marks = [inside for mark in article.marks if (inside := _inside(mark, place)) is not None]
    here = {mark.id for mark in marks}
    named = [
        replace(mark, attributes={"source": source, **mark.attributes})
        if (source := _outside_source(article, mark.id, here))
        else mark
        for mark in marks
    ]
    return Annotated(
        article.text[place[0] : place[1]],
        article.labels,
        tuple(named),
        tuple(link for link in article.links if link.head in here and link.to in here),
        {**article.fields, **fields},
        article.where,
    )


def _outside_source(article: Annotated, mark: str, here: set[str]) -> str | None:
    """The name of the source that a mark points to, by its cue or at once, where it stands in another sentence."""
    by_id = {other.id: other for other in article.marks}
    near = [link.to for link in article.links if link.head == mark and link.to not in here]
    far = [link.to for link in article.links if link.head in near]
    source = next((by_id[name] for name in (*near, *far) if name in by_id and by_id[name].label == SOURCE), None)
    return (source.attributes.get("name") or article.words((source.start, source.end))) if source else None


def _inside(mark: Mark, place: Piece) -> Mark | None:
    """The part of a mark that lies in a sentence, counted from its start."""
    start, end = place
    pieces = [(max(a, start) - start, min(b, end) - start) for a, b in mark.pieces if a < end and b > start]
    return replace(mark, pieces=tuple(pieces)) if pieces else None


def linked(annotated: Annotated, mark: Mark, among: Sequence[Mark]) -> Mark | None:
    """The first of some marks that is linked with this one, in either direction."""
    others = {link.to for link in annotated.links if link.head == mark.id}
    others |= {link.head for link in annotated.links if link.to == mark.id}
    return next((other for other in among if other.id in others), None)
