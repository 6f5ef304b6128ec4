"""JSON files of annotation tools to checked objects."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from stance.corpus.labels import describe
from stance.corpus.lines import decode, opened, read_all, read_lines
from stance.errors import InputError, LabelError
from stance.visible import clean

_MAX_LINE, _MAX_FILE = 8 << 20, 1 << 30


class Foreign(BaseModel):
    """What we read of another tool's object; other keys are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


Shape = TypeVar("Shape", bound=Foreign)


def read_array(path: str | Path, shape: type[Shape]) -> Iterator[tuple[str, Shape]]:
    """The objects of one JSON array, each with its place for messages.

    Raises
    ------
    InputError : no JSON array.
    LabelError : an object has another shape.
    """
    with opened(path) as file:
        values = _json(decode(read_all(file, _MAX_FILE, str(path)), "utf-8", str(path)), str(path))
    if not isinstance(values, list):
        raise InputError(f"{path}: a JSON {type(values).__name__}, where an array of tasks was expected")
    for number, value in enumerate(values, start=1):
        yield f"{path}: task {number}", shaped(value, shape, f"{path}: task {number}")


def read_objects(path: str | Path, shape: type[Shape]) -> Iterator[tuple[str, Shape]]:
    """The objects of a file of JSON lines, each with its place for messages.

    Raises
    ------
    InputError : a line is no JSON.
    LabelError : an object has another shape.
    """
    with opened(path) as file:
        for number, line in read_lines(file, _MAX_LINE):
            where = f"{path}:{number}"
            if line is None:
                raise InputError(f"{where}: a line of more than {_MAX_LINE:,} bytes")
            if line.strip():
                yield where, shaped(_json(decode(line, "utf-8", where), where), shape, where)


def shaped(value: Any, shape: type[Shape], where: str) -> Shape:
    """A JSON value as what we read of it."""
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        raise LabelError(f"{where}: {describe(error)}") from None


def _json(text: str, where: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=lambda pairs: {clean(name): _clean(value) for name, value in pairs})
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: not JSON ({error})") from None


def _clean(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value
