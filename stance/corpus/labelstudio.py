"""Label Studio: tasks with choices, labelled regions and relations, as its JSON export has them.

Its present editor counts characters; older ones counted UTF-16 units. The words that a region repeats tell which.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from stance.corpus.annotated import ATTRIBUTES, FIELDS, Annotated, Link, Mark
from stance.corpus.objects import Foreign, read_array
from stance.corpus.units import read_span
from stance.errors import LabelError

_TO = "text"


class _Value(Foreign):
    start: int | None = None
    end: int | None = None
    text: str | list[str] | None = None
    labels: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


class _Result(Foreign):
    type: str
    id: str | None = None
    from_name: str = ""
    value: _Value = _Value()
    from_id: str | None = None
    to_id: str | None = None
    labels: tuple[str, ...] = ()


class _Annotation(Foreign):
    result: tuple[_Result, ...] = ()
    was_cancelled: bool = False


class _Task(Foreign):
    data: dict[str, Any]
    annotations: tuple[_Annotation, ...] = ()
    completions: tuple[_Annotation, ...] = ()


def read_labelstudio(path: str | Path) -> Iterator[Annotated]:
    """The tasks of an export; of several annotations of a task the first that was not skipped.

    Predictions of a model in the file are no labels and are left aside.

    Raises
    ------
    LabelError : a task has another shape, or no text.
    """
    for where, task in read_array(path, _Task):
        text = task.data.get(_TO)
        if not isinstance(text, str):
            raise LabelError(f'{where}: no "text" in its data; expected the text of the task there')
        given = [one for one in (*task.annotations, *task.completions) if not one.was_cancelled]
        fields = {name: task.data[name] for name in FIELDS if task.data.get(name) is not None}
        yield _annotated(text, given[0].result, fields, where) if given else Annotated(text, fields=fields, where=where)


def _annotated(text: str, results: Sequence[_Result], fields: dict[str, Any], where: str) -> Annotated:
    marks = [_mark(text, result, results, where) for result in results if result.value.labels]
    links = [
        Link(result.from_id, result.to_id, "".join(result.labels[:1]))
        for result in results
        if result.from_id is not None and result.to_id is not None
    ]
    chosen = [choice for result in results if result.value.start is None for choice in result.value.choices]
    return Annotated(text, tuple(dict.fromkeys(chosen)), tuple(marks), tuple(links), fields, where)


def _mark(text: str, region: _Result, results: Sequence[_Result], where: str) -> Mark:
    """A region, with what its choices and text fields say of it."""
    value = region.value
    if value.start is None or value.end is None or region.id is None:
        raise LabelError(f"{where}: a region without id, start or end; only plain text can be read")
    attributes = {}
    for result in results:
        said = result.value.choices or (
            [result.value.text] if isinstance(result.value.text, str) else result.value.text
        )
        if result.id == region.id and result.from_name in ATTRIBUTES and not result.value.labels and said:
            attributes[result.from_name] = said[0]
    words = value.text if isinstance(value.text, str) else None
    return Mark(region.id, value.labels[0], (read_span(text, value.start, value.end, words, utf16=False),), attributes)


def labelstudio(texts: Sequence[Annotated]) -> str:
    """The file to import: data, and the labels as annotations."""
    return json.dumps([_task(text.in_single_pieces()) for text in texts], ensure_ascii=False, indent=1) + "\n"


def _task(text: Annotated) -> dict[str, Any]:
    results: list[dict[str, Any]] = []
    if text.labels:
        results.append(_result("claims", "choices", {"choices": list(text.labels)}, "labels"))
    for mark in text.marks:
        place = {"start": mark.start, "end": mark.end, "text": text.words((mark.start, mark.end))}
        results.append(_result("label", "labels", {**place, "labels": [mark.label]}, mark.id))
        for name, said in mark.attributes.items():
            where = {"start": mark.start, "end": mark.end}
            kind, value = ("choices", {"choices": [said]}) if name == "stance" else ("textarea", {"text": [said]})
            results.append(_result(name, kind, {**where, **value}, mark.id))
    results += [
        {"type": "relation", "from_id": link.head, "to_id": link.to, "direction": "right", "labels": [link.label]}
        for link in text.links
    ]
    annotations = [] if text.labels is None and not text.marks else [{"result": results}]
    return {"data": {_TO: text.text, **text.fields}, "annotations": annotations}


def _result(name: str, kind: str, value: dict[str, Any], number: str) -> dict[str, Any]:
    return {"id": number, "from_name": name, "to_name": _TO, "type": kind, "value": value}
