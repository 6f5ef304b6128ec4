"""Prodigy: JSON lines with spans, relations, accepted options and an answer; offsets count characters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from stance.corpus.annotated import ATTRIBUTES, FIELDS, Annotated, Link, Mark
from stance.corpus.objects import Foreign, read_objects


class _Span(Foreign, extra="allow"):
    id: str | None = None
    start: int
    end: int
    label: str


class _Relation(Foreign):
    head_span: _Span
    child_span: _Span
    label: str = ""


class _Row(Foreign):
    text: str
    spans: list[_Span] | None = None
    relations: tuple[_Relation, ...] = ()
    accept: list[str] | None = None
    label: str | None = None
    answer: Literal["accept", "reject", "ignore"] | None = None
    meta: dict[str, Any] | None = None


def read_prodigy(path: str | Path) -> Iterator[Annotated]:
    """The answered rows of a dataset.

    An ignored row is no negative one: it is left out. A rejected label means that the text has not got it; rejected
    spans say nothing that could be learned, and are left out too.

    Raises
    ------
    LabelError : a row has another shape.
    """
    for where, row in read_objects(path, _Row):
        if row.answer == "ignore" or (row.answer == "reject" and row.label is None):
            continue
        labels: tuple[str, ...] | None = None
        if row.answer != "reject":
            given = [*(row.accept or ()), *([row.label] if row.label is not None else ())]
            labels = tuple(given) if row.accept is not None or row.label is not None or row.spans is not None else None
            marks = [_mark(span, number) for number, span in enumerate(row.spans or (), start=1)]
        else:
            labels, marks = (), []
        ids = {_key(span): mark.id for span, mark in zip(row.spans or (), marks, strict=False)}
        links = [
            Link(ids[head], ids[child], relation.label)
            for relation in row.relations
            if (head := _key(relation.head_span)) in ids and (child := _key(relation.child_span)) in ids
        ]
        meta = row.meta or {}
        fields = {name: meta[name] for name in FIELDS if meta.get(name) is not None}
        yield Annotated(row.text, labels, tuple(marks), tuple(links), fields, where)


def _mark(span: _Span, number: int) -> Mark:
    said = span.model_extra or {}
    attributes = {name: said[name] for name in ATTRIBUTES if isinstance(said.get(name), str)}
    return Mark(f"T{number}", span.label, ((span.start, span.end),), attributes)


def _key(span: _Span) -> tuple[int, int, str] | str:
    """What a relation knows a span by: its number where we wrote one, else its place and label."""
    return span.id or (span.start, span.end, span.label)


def prodigy(texts: Sequence[Annotated]) -> Iterator[dict[str, Any]]:
    """The rows of a dataset: answered where there are labels, tasks where there are none."""
    for text in texts:
        single = text.in_single_pieces()
        spans: dict[str, dict[str, Any]] = {
            mark.id: {"id": mark.id, "start": mark.start, "end": mark.end, "label": mark.label} for mark in single.marks
        }
        row: dict[str, Any] = {"text": text.text}
        if spans:
            row["spans"] = [{**spans[mark.id], **mark.attributes} for mark in single.marks]
            row["relations"] = [
                {"head_span": spans[link.head], "child_span": spans[link.to], "label": link.label}
                for link in single.links
            ]
        if text.labels is not None:
            row |= {"accept": list(text.labels), "answer": "accept"}
        yield row | ({"meta": dict(text.fields)} if text.fields else {})
