"""Labelled sentences from files: the exchange form, or tables with a text and its labels."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from stance.corpus.labels import Record, parse, suggestion
from stance.corpus.rows import DELIMITERS, ReadOptions, json_lines, read_rows, suffix_of
from stance.errors import InputError, LabelError
from stance.records import ClaimType

SEPARATOR = "|"
"""Between several labels in one cell of a ``labels`` column."""

Labelled = str | Path | Iterable[str | Path | Record]
"""One or more files of labelled sentences, or their records."""


def read_labelled(path: str | Path, *, encoding: str = "utf-8") -> Iterator[Record]:
    """Labelled sentences: the exchange form, or a table with ``text`` and ``label`` or ``labels`` (``a|b``).

    Raises
    ------
    InputError : the file cannot be read.
    LabelError : a row breaks the schema; the message names file, line, field and the mend.
    """
    for _, record in labelled_rows(path, encoding=encoding):
        if isinstance(record, InputError):
            raise record
        yield record


def labelled_records(labelled: Labelled) -> Iterator[Record]:
    """The records of one or more files, or records as they are."""
    for one in [labelled] if isinstance(labelled, (str, Path)) else labelled:
        if isinstance(one, Record):
            yield one
        else:
            yield from read_labelled(one)


def labelled_rows(path: str | Path, *, encoding: str = "utf-8") -> Iterator[tuple[int, Record | InputError]]:
    """Line number of each labelled row, and its record or what is wrong with it.

    Raises
    ------
    InputError : the file cannot be read at all.
    """
    options = ReadOptions(encoding=encoding)
    suffix = suffix_of(path, options)
    if suffix == ".jsonl":
        for number, line, _ in json_lines(path, options):
            yield number, _labelled_line(line, f"{path}:{number}") if isinstance(line, str) else line
        return
    if suffix not in (*DELIMITERS, ".parquet"):
        raise InputError(f"{path}: labelled sentences come as .jsonl, .csv, .tsv or .parquet")
    for number, row, _ in read_rows(path, suffix, options):
        yield number, row if isinstance(row, InputError) else _labelled_row(row, f"{path}:{number}")


def _labelled_line(line: str, where: str) -> Record | LabelError:
    try:
        record = parse(line, where)
        _check_types(record, where)
    except LabelError as error:
        return error
    return record


def _labelled_row(row: dict[str, Any], where: str) -> Record | LabelError:
    if "text" not in row or not {"label", "labels"} & row.keys():
        return LabelError(f"{where}: columns {', '.join(row)}; expected text and label (or labels, a|b)")
    fields: dict[str, Any] = {"text": row["text"]}
    fields |= {name: row[name] for name in ("doc", "title", "date", "outlet", "topic") if row.get(name)}
    if "labels" in row:
        given = row["labels"]
        parts = given if isinstance(given, list) else _cell(given).split(SEPARATOR)
        fields["labels"] = [part for part in map(_cell, parts) if part]
    else:
        fields["label"] = _cell(row["label"])
        if not fields["label"]:
            return LabelError(f"{where}: empty label; give one, or remove the row")
    return _labelled_line(json.dumps(fields), where)


def _cell(value: Any) -> str:
    """A label as text: numbers are labels too, nothing is none."""
    return "" if value is None else str(value).strip()


def _check_types(record: Record, where: str) -> None:
    """A near miss of a claim type of the guide is a slip, not a label of one's own."""
    for claim in record.claims or ():
        near = suggestion(claim.type, ClaimType) if claim.type not in list(ClaimType) else ""
        if near:
            raise LabelError(f'{where}: unknown claim type "{claim.type}" ({", ".join(ClaimType)}){near}')
