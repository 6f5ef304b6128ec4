"""doccano: JSON lines with labels of a text, spans, or entities and relations.

It counts the UTF-16 units of JavaScript (unless a project counts grapheme clusters), and keeps nothing of a span but
its label: canonical names and stances get lost on the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from stance.corpus.annotated import FIELDS, Annotated, Link, Mark
from stance.corpus.objects import Foreign, read_objects
from stance.corpus.units import read_span, to_units


class _Entity(Foreign):
    id: int
    label: str
    start_offset: int
    end_offset: int


class _Relation(Foreign):
    from_id: int
    to_id: int
    type: str = ""


_Span = tuple[int, int, str]


class _Row(Foreign, extra="allow"):
    text: str
    label: list[_Span] | list[str] | str | None = None
    cats: list[str] | None = None
    entities: list[_Entity] | list[_Span] | None = None
    relations: tuple[_Relation, ...] = ()


def read_doccano(path: str | Path) -> Iterator[Annotated]:
    """The rows of an export of any kind of project; a row without any label is one that has none.

    Raises
    ------
    LabelError : a row has another shape.
    """
    for where, row in read_objects(path, _Row):
        given = [row.label] if isinstance(row.label, str) else row.label or []
        labels = [label for label in (*given, *(row.cats or ())) if isinstance(label, str)]
        spans = [
            (f"T{number}", span) if isinstance(span, tuple) else (str(span.id), _plain(span))
            for number, span in enumerate((*given, *(row.entities or ())), start=1)
            if not isinstance(span, str)
        ]
        marks = [_mark(row.text, name, span) for name, span in spans]
        links = [Link(str(link.from_id), str(link.to_id), link.type) for link in row.relations]
        unlabelled = row.label is None and row.cats is None and row.entities is None
        extra = {**(row.model_extra or {})}
        fields = {name: extra[name] for name in FIELDS if extra.get(name) is not None}
        yield Annotated(row.text, None if unlabelled else tuple(labels), tuple(marks), tuple(links), fields, where)


def _plain(entity: _Entity) -> _Span:
    return entity.start_offset, entity.end_offset, entity.label


def _mark(text: str, name: str, span: _Span) -> Mark:
    start, end, label = span
    return Mark(name, label, (read_span(text, start, end, None, utf16=True),))


def doccano(texts: Sequence[Annotated]) -> Iterator[dict[str, Any]]:
    """The rows to import: ``label`` for texts without marks, else entities, relations and the labels as ``cats``."""
    has_marks = any(text.marks for text in texts)
    number = 0
    for text in texts:
        row: dict[str, Any] = {"text": text.text}
        if not has_marks:
            yield row | ({} if text.labels is None else {"label": list(text.labels)}) | dict(text.fields)
            continue
        single = text.in_single_pieces()
        ids = {mark.id: number + position for position, mark in enumerate(single.marks, start=1)}
        number += len(ids)
        row["entities"] = [
            {
                "id": ids[mark.id],
                "label": mark.label,
                "start_offset": to_units(text.text, mark.start),
                "end_offset": to_units(text.text, mark.end),
            }
            for mark in single.marks
        ]
        row["relations"] = [
            {"id": position, "from_id": ids[link.head], "to_id": ids[link.to], "type": link.label}
            for position, link in enumerate(single.links, start=1)
        ]
        yield row | {"cats": list(text.labels or ())} | dict(text.fields)
