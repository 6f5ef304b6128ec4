"""Labelled sentences from files: the exchange form, or tables with a text and its labels."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

from stance.corpus.labels import Record, parse, parse_object, suggestion
from stance.corpus.naming import by_name
from stance.corpus.rows import DELIMITERS, ReadOptions, json_lines, named_suffix, read_rows, suffix_of
from stance.errors import InputError, LabelError
from stance.records import ClaimType

if TYPE_CHECKING:
    import pandas as pd

_Given = TypeVar("_Given")

SEPARATOR = "|"
"""Between several labels in one cell of a ``labels`` column."""

_ABOUT = ("doc", "title", "date", "outlet", "topic")
_COLUMNS = (*_ABOUT, "sentence", "text", "label", "labels")
_MOST_DIGITS = 18  # of a sentence's number, which tables hold in 64 bits

Labelled: TypeAlias = "str | Path | pd.DataFrame | Iterable[str | Path | Record | dict[str, Any]]"
"""Files of labelled sentences, records (as dicts too), or a DataFrame with the columns that a file would have."""


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
    """The records of one or more files or of a DataFrame; records as they are, or as dicts of the exchange form.

    Raises
    ------
    InputError : something else is given, or a file cannot be read.
    LabelError : a row breaks the schema.
    """
    pandas = sys.modules.get("pandas")  # whoever has a DataFrame has imported it
    if pandas is not None and isinstance(labelled, pandas.DataFrame):
        yield from _frame_records(labelled)
        return
    alone = isinstance(labelled, (str, Path, Record, dict)) or not isinstance(labelled, Iterable)
    for number, one in enumerate([labelled] if alone else cast("Iterable[Any]", labelled)):
        if isinstance(one, Record):
            yield one
        elif isinstance(one, dict):
            yield _checked(parse_object(one, f"record {number}"), f"record {number}")
        elif isinstance(one, (str, Path)):
            yield from read_labelled(one)
        else:
            raise InputError(f"labelled sentences are files, records, dicts or a DataFrame; found {type(one).__name__}")


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
            yield number, _tried(parse, line, f"{path}:{number}") if isinstance(line, str) else line
        return
    if suffix not in (*DELIMITERS, ".parquet"):
        raise InputError(f"{path}: labelled sentences come as .jsonl, .csv, .tsv or .parquet")
    for number, given, _ in read_rows(path, suffix, options):
        row = given if isinstance(given, InputError) else by_name(given, _COLUMNS)
        if isinstance(row, InputError):
            yield number, row
        elif _is_record(row):
            yield number, _record(row, f"{path}:{number}")
        elif trouble := _misnamed(row):
            yield 1, LabelError(f"{path}:1: {trouble}")
            return  # all rows have these columns
        elif not _blank(row):
            yield number, _labelled_row(row, f"{path}:{number}")


def unread_columns(path: str | Path) -> list[str]:
    """Columns of a labelled table that records have no place for; none of files of other kinds.

    Raises
    ------
    InputError : the file cannot be read at all.
    """
    suffix = named_suffix(Path(path))
    if suffix not in (*DELIMITERS, ".parquet"):
        return []
    rows = read_rows(path, suffix, ReadOptions())
    first: dict[str, Any] = next((row for _, row, _ in rows if isinstance(row, dict)), {})
    named = by_name(first, _COLUMNS)
    return [] if _is_record(named) else [name for name in named if name and name not in _COLUMNS]


def sentence_number(cell: Any) -> int | None:
    """The number of a sentence in its article; None where the cell holds none."""
    digits = _cell(cell).removesuffix(".0")  # as tables write it where a column misses a value
    return int(digits) if digits.isdecimal() and len(digits) <= _MOST_DIGITS else None


def _frame_records(frame: pd.DataFrame) -> Iterator[Record]:
    """Each row as a line of a file would be read; a missing value is none."""
    there, empty = frame.notna().to_dict("records"), by_name(dict.fromkeys(map(str, frame.columns)), _COLUMNS)
    trouble = _misnamed(empty)
    for number, row in enumerate(frame.to_dict("records")):
        given = {str(name): _plain(value) for name, value in row.items() if there[number][name]}
        given = by_name(given, _COLUMNS)
        if _blank(given):
            continue
        where = f"row {number} of the DataFrame"
        if _is_record(given):
            record = _record(given, where)
        else:
            record = LabelError(f"{where}: {trouble}") if trouble else _labelled_row(empty | given, where)
        if isinstance(record, LabelError):
            raise record
        yield record


def whole(value: Any) -> Any:
    """Whole numbers as such: pandas makes them fractions where a column misses a value."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _plain(value: Any) -> Any:
    """A cell without arrays, tuples and sets, in which pandas keeps lists that it read from Parquet."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (set, frozenset)):
        value = sorted(value, key=str)
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return {name: _plain(one) for name, one in value.items()} if isinstance(value, dict) else whole(value)


def _is_record(row: Mapping[str, Any]) -> bool:
    """Whether a row of a table holds a record of the exchange form: claims are no text there."""
    return isinstance(row.get("claims"), list)


def _record(row: Mapping[str, Any], where: str) -> Record | LabelError:
    cells = {name: _plain(value) for name, value in row.items()}
    given = {name: cell for name, cell in cells.items() if cell is not None and cell == cell}  # NaN is none
    return _tried(parse, json.dumps(given, default=str), where)


def _tried(read: Callable[[_Given, str], Record], given: _Given, where: str) -> Record | LabelError:
    try:
        return _checked(read(given, where), where)
    except LabelError as error:
        return error


def _labelled_row(row: dict[str, Any], where: str) -> Record | LabelError:
    """The record of a row whose columns are named as they should be."""
    if not _cell(row["text"]):
        return LabelError(f"{where}: no text; give the sentence, or remove the row")
    fields: dict[str, Any] = {"text": row["text"]}
    about = {name: row.get(name) for name in _ABOUT}
    fields |= {name: str(value) for name, value in about.items() if value not in (None, "")}
    if number := _cell(row.get("sentence")):
        fields["sentence"] = sentence_number(number)
        if fields["sentence"] is None:
            return LabelError(
                f'{where}: sentence "{number}" is no whole number; number the sentences of each article, '
                f"leave the cell empty, or give the column another name"
            )
    if "labels" in row:
        given = row["labels"]
        cells = given if isinstance(given, list) else filter(str.strip, _cell(given).split(SEPARATOR))
        fields["labels"] = [_cell(cell) for cell in cells]
    elif not _cell(row["label"]):
        return LabelError(f"{where}: empty label; give one, or call the column labels, where sentences may have none")
    else:
        fields["label"] = _cell(row["label"])
    return _tried(parse_object, fields, where)


def _blank(row: dict[str, Any]) -> bool:
    """Whether all cells are empty: spreadsheets leave such rows behind the last."""
    return not any(map(_cell, row.values()))


def _misnamed(row: dict[str, Any]) -> str:
    """What is wrong with the columns, and what to do; nothing where they hold sentences and their labels."""
    if {"label", "labels"} <= row.keys():
        return "columns label and labels together; keep one of them"
    if "text" in row and {"label", "labels"} & row.keys():
        return ""
    if {"type", "probability", "source"} <= row.keys():
        return "a table of claims lacks the sentences around them; give what predict writes to a file in .jsonl"
    return f"columns {', '.join(row)}; expected text and label (or labels, a|b): rename those that hold them"


def _cell(value: Any) -> str:
    """A label as text: numbers are labels too, nothing is none."""
    return "" if value is None else str(value).strip()


def _checked(record: Record, where: str) -> Record:
    """The record; a near miss of a claim type of the guide is a slip, not a label of one's own."""
    for claim in record.claims or ():
        near = suggestion(claim.type, ClaimType) if claim.type not in list(ClaimType) else ""
        if near:
            raise LabelError(f'{where}: unknown claim type "{claim.type}" ({", ".join(ClaimType)}){near}')
    return record
