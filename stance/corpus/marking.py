"""Records to annotated texts: claims and attributions as marks and links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stance.corpus.annotated import FIELDS, Annotated, Link, Mark, Piece
from stance.corpus.labels import AttributionRecord, ClaimRecord, Record
from stance.tagger import CONTENT, CUE, SOURCE, target_role


def to_annotated(record: Record, where: str = "") -> Annotated:
    """The labels of a sentence as marks and links."""
    marking = _Marking(record)
    for attribution in record.attributions or ():
        marking.attribute(attribution)
    for claim in record.claims or ():
        marking.claim(claim)
    labels = None if record.types is None else _labels(record)
    values = record.model_dump(mode="json", exclude_none=True)
    fields = {name: values[name] for name in FIELDS if name in values}
    return Annotated(record.text, labels, tuple(marking.marks), tuple(marking.links), fields, where)


def place_of(record: Record, words: str | None, start: int | None = None, end: int | None = None) -> Piece | None:
    """Where words stand in the sentence: at their offsets into the article if these are given, else where first."""
    if not words:
        return None
    begin = record.text.find(words) if start is None or end is None else start - (record.start or 0)
    return begin, begin + len(words)


def _labels(record: Record) -> tuple[str, ...]:
    """In the order given, each once."""
    given = record.labels if record.labels is not None else [claim.type for claim in record.claims or ()]
    return tuple(dict.fromkeys([record.label] if record.label is not None else given))


class _Marking:
    """Marks of one sentence, numbered as they come."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self.marks: list[Mark] = []
        self.links: list[Link] = []

    def attribute(self, attribution: AttributionRecord) -> None:
        """Mark source, cue and content: content points to the cue, the cue to the source."""
        source = self._source(attribution)
        cue = self._mark(CUE, self._place(attribution, "cue"), {} if source else _said(attribution.source, "source"))
        pieces = self._content(attribution)
        attributes = {} if source or cue else _said(attribution.source, "source")
        content = self._add(CONTENT, pieces, attributes) if pieces else None
        self._link(cue, source)
        self._link(content, cue or source)

    def claim(self, claim: ClaimRecord) -> None:
        """Mark the words that signal a claim, and its target; both point to its source where it stands there."""
        source = self._source(claim)
        attributes = _said(claim.stance and claim.stance.value, "stance")
        target = self._mark(
            target_role(claim.type), self._place(claim, "target"), attributes | _said(claim.target, "name")
        )
        if not source:
            attributes |= _said(claim.source, "source")
        if not target:
            attributes |= _said(claim.target, "target")
        signal = self._add(claim.type, (self._place(claim, "cue") or (0, len(self._record.text)),), attributes)
        self._link(signal, source)
        self._link(signal, target)

    def _source(self, part: AttributionRecord | ClaimRecord) -> Mark | None:
        """The mark of a source, once for all that it says."""
        place = self._place(part, "source")
        known = next((mark for mark in self.marks if mark.label == SOURCE and mark.pieces == (place,)), None)
        return known or self._mark(SOURCE, place, _said(part.source, "name"))

    def _content(self, attribution: AttributionRecord) -> tuple[Piece, ...]:
        spans: Sequence[Any] = attribution.content_spans or [(None, None)] * len(attribution.content)
        places = [place_of(self._record, words, *span) for words, span in zip(attribution.content, spans, strict=True)]
        return tuple(place for place in places if place is not None)

    def _place(self, part: AttributionRecord | ClaimRecord, name: str) -> Piece | None:
        return place_of(self._record, *(getattr(part, f"{name}_{what}", None) for what in ("text", "start", "end")))

    def _mark(self, label: str, place: Piece | None, attributes: dict[str, str]) -> Mark | None:
        return self._add(label, (place,), attributes) if place is not None else None

    def _add(self, label: str, pieces: tuple[Piece, ...], attributes: dict[str, str]) -> Mark:
        mark = Mark(f"T{len(self.marks) + 1}", label, pieces, attributes)
        self.marks.append(mark)
        return mark

    def _link(self, head: Mark | None, to: Mark | None) -> None:
        if head is not None and to is not None:
            self.links.append(Link(head.id, to.id, to.label.partition(":")[0]))


def _said(value: str | None, name: str) -> dict[str, str]:
    return {name: value} if value else {}
