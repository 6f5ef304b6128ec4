"""Rows to files: JSONL, CSV, Parquet; a file appears under its name when it is whole, or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Protocol

from stance.corpus.formulas import guard
from stance.errors import MissingExtraError, OutputError
from stance.tables import COLUMNS

_ROW_GROUP = 8_192  # rows of a Parquet file that are held in memory at once
_JSON = json.JSONEncoder(ensure_ascii=False)  # made once: json.dumps would make one for each row


class Writer(Protocol):
    """Takes one row after the other."""

    def write(self, row: dict[str, Any]) -> None:
        """Write one row."""


@contextmanager
def open_writer(
    path: Path | None, form: str, *, raw: bool = False, about: Mapping[str, str] | None = None
) -> Iterator[Writer]:
    """A writer of ``jsonl``, ``csv`` or ``parquet``.

    After an error nothing stands under the final name, and what stood there before is untouched.

    Parameters
    ----------
    path : file to write, or None for standard output (not for Parquet)
    raw : CSV cells as they are; by default as ``guard`` leaves them
    about : what made the rows; kept in the metadata of a Parquet file, the other forms have no place for it

    Raises
    ------
    OutputError : the folder or the disk refuses.
    """
    if path is None:
        if form == "parquet":
            raise OutputError("Parquet cannot be written to a pipe; give a file with -o OUT.parquet")
        yield _TextWriter(sys.stdout, form, raw)
        sys.stdout.flush()
        return
    with replaced(path) as temporary, _opened(temporary, form, raw, about) as writer:
        yield writer


def write_text(path: Path, text: str) -> None:
    """A whole text file, or none.

    Raises
    ------
    OutputError : the folder or the disk refuses.
    """
    with replaced(path) as temporary:
        temporary.write_bytes(text.encode("utf-8", "replace"))


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A temporary file to write in the same folder, which is flushed to the disk and takes the name at the end.

    Raises
    ------
    OutputError : the folder or the disk refuses; what stood under the name is untouched.
    """
    handle, temporary, place = _begun(path)
    try:
        os.fchmod(handle, 0o666 & ~_umask())
        yield temporary
        os.fsync(handle)
        temporary.replace(place)
        with suppress(OSError):  # some file systems cannot sync a folder; the file is in place either way
            sync(place.parent)
    except OSError as error:
        raise OutputError(f"{path}: cannot write ({error.strerror or error}); nothing was changed there") from None
    finally:
        os.close(handle)
        temporary.unlink(missing_ok=True)


def judge_place(path: Path) -> None:
    """Refuse before the work what would be refused after it.

    Raises
    ------
    OutputError : as ``replaced``.
    """
    handle, temporary, _ = _begun(path)
    os.close(handle)
    temporary.unlink()


def judge_apart(output: Path, inputs: Iterable[str | Path]) -> None:
    """Refuse an output that would replace an input, or be one the next time.

    Raises
    ------
    OutputError : the output is one of the inputs, or in a folder of them.
    """
    place = output.resolve()
    for given in inputs:
        if str(given) != "-" and Path(given).resolve() in (place, place.parent):
            raise OutputError(f"{output}: {given} is read, and must not be written to; give another name or folder")


def _begun(path: Path) -> tuple[int, Path, Path]:
    """A temporary file, open and by its name, and the place that it shall take."""
    if str(path) == "-":
        raise OutputError("-: this cannot be written to standard output; give the name of a file")
    place = path.resolve()  # where a link leads, so that the link stays
    if place.exists() and not place.is_file():
        raise OutputError(f"{path}: no plain file stands there; give another name")
    try:
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.", suffix=".part")
    except OSError as error:
        raise OutputError(f"{path}: cannot write there ({error.strerror}); give another folder") from None
    return handle, Path(name), place


def sync(path: Path) -> None:
    """Make a file, or the names in a folder, survive a loss of power."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def encode(rows: Iterable[dict[str, Any]], form: str, *, raw: bool = False) -> bytes:
    """The bytes of the file that ``open_writer`` would write."""
    if form == "parquet":
        buffer = io.BytesIO()
        with _ParquetWriter(buffer) as table:
            for row in rows:
                table.write(row)
        return buffer.getvalue()
    text = io.StringIO(newline="")
    writer = _TextWriter(text, form, raw)
    for row in rows:
        writer.write(row)
    return text.getvalue().encode("utf-8", "replace")


@contextmanager
def _opened(temporary: Path, form: str, raw: bool, about: Mapping[str, str] | None) -> Iterator[Writer]:
    """The writer on a temporary file."""
    if form == "parquet":
        with _ParquetWriter(temporary, about) as writer:
            yield writer
        return
    with temporary.open("w", encoding="utf-8", newline="", errors="replace") as file:
        yield _TextWriter(file, form, raw)


def _umask() -> int:
    """The process's mask for new files; asking for it means setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


class _TextWriter:
    """JSON lines, or CSV with a header."""

    def __init__(self, file: IO[str], form: str, raw: bool) -> None:
        self._file, self._raw = file, raw
        self._table: csv.DictWriter[str] | None = None
        if form == "csv":
            self._line = io.StringIO(newline="")  # with \r\n as line end, cells that hold either are quoted
            self._table = csv.DictWriter(self._line, list(COLUMNS), extrasaction="ignore", lineterminator="\r\n")
            self._table.writeheader()
            self._end_line()

    def write(self, row: dict[str, Any]) -> None:
        """Write one row."""
        if self._table is None:
            self._file.write(_JSON.encode(row) + "\n")
            return
        self._table.writerow(row if self._raw else {name: guard(value) for name, value in row.items()})
        self._end_line()

    def _end_line(self) -> None:
        self._file.write(self._line.getvalue().removesuffix("\r\n") + "\n")
        self._line.seek(0)
        self._line.truncate()


class _ParquetWriter:
    """A Parquet file of a fixed schema, in row groups."""

    def __init__(self, file: Path | IO[bytes], about: Mapping[str, str] | None = None) -> None:
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError:
            raise MissingExtraError("pyarrow", "tables", "writing Parquet") from None
        kinds = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
        self._schema = pa.schema([(name, kinds[kind]) for name, kind in COLUMNS.items()], dict(about or {}))
        self._table = pa.Table
        self._writer = pq.ParquetWriter(file, self._schema)
        self._rows: list[dict[str, Any]] = []

    def __enter__(self) -> _ParquetWriter:
        return self

    def __exit__(self, *exception: object) -> None:
        self._flush()
        self._writer.close()

    def write(self, row: dict[str, Any]) -> None:
        """Keep one row; a full group goes to the file."""
        self._rows.append(row)
        if len(self._rows) >= _ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        self._writer.write_table(self._table.from_pylist(self._rows, schema=self._schema))
        self._rows.clear()
