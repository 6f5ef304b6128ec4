"""Files to documents (to predict) and to labelled records (to learn from), one row at a time."""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from stance.corpus.labels import Record, parse, suggestion
from stance.corpus.lines import CsvLines, clean, decode, opened, read_all, read_lines
from stance.errors import InputError, LabelError, MissingExtraError, StanceError
from stance.records import ClaimType, Document

SUFFIXES = (".txt", ".jsonl", ".csv", ".tsv", ".parquet", ".html", ".htm")
SEPARATOR = "|"
"""Between several labels in one cell of a ``labels`` column."""

Labelled = str | Path | Iterable[str | Path | Record]
"""One or more files of labelled sentences, or their records."""

_TABLES = {".csv": ",", ".tsv": "\t"}
_BATCH = 256  # rows of a Parquet file that are decoded at once
_META = ("title", "date", "outlet")


@dataclass(frozen=True)
class ReadOptions:
    """How input is read.

    Parameters
    ----------
    format : suffix to assume where a name has none (standard input); None looks at the first character
    text_column : column of CSV, TSV and Parquet with the text
    encoding : of text files
    on_error : ``fail`` raises at the first bad row, ``skip`` hands it out as ``Rejected``
    max_row_bytes : longest row; longer ones are refused before they are in memory
    """

    format: str | None = None
    text_column: str = "text"
    encoding: str = "utf-8"
    on_error: Literal["fail", "skip"] = "fail"
    max_row_bytes: int = 8 << 20


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that could not be read, where it stood, and why; ``raw`` is its beginning."""

    path: str
    line: int
    reason: str
    raw: str = ""


_Row = tuple[int, "dict[str, Any] | InputError", str]
"""Number, content or what is wrong with it, and how it began."""


def read_documents(path: str | Path, options: ReadOptions | None = None) -> Iterator[Document | Rejected]:
    """The articles of a file, a folder or standard input (``-``), in order.

    Consecutive records of one ``doc`` in the exchange form become one document whose sentences are kept as given.

    Raises
    ------
    InputError : the file cannot be read, or a row cannot and ``on_error`` is ``fail``.
    """
    options = options or ReadOptions()
    if str(path) != "-" and Path(path).is_dir():
        files = sorted(p for p in Path(path).iterdir() if p.is_file() and _suffix(p, options) in SUFFIXES)
        if not files:
            raise InputError(f"{path}: a folder without a readable file ({', '.join(SUFFIXES)})")
        for file in files:
            yield from read_documents(file, options)
        return
    suffix = _suffix(path, options)
    if suffix in (".txt", ".html", ".htm"):
        yield _article(path, options, suffix)
        return
    yield from _grouped(path, _rows(path, suffix, options), options)


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
    suffix = _suffix(path, options)
    if suffix == ".jsonl":
        with opened(path) as file:
            for number, line in _json_lines(file, path, options):
                yield number, _labelled_line(line, f"{path}:{number}")
        return
    if suffix not in (*_TABLES, ".parquet"):
        raise InputError(f"{path}: labelled sentences come as .jsonl, .csv, .tsv or .parquet")
    for number, row, _ in _rows(path, suffix, options):
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
        parts = given if isinstance(given, list) else str(given or "").split(SEPARATOR)
        fields["labels"] = [part.strip() for part in parts if part.strip()]
    elif not str(row["label"] or "").strip():
        return LabelError(f"{where}: empty label; give one, or remove the row")
    else:
        fields["label"] = str(row["label"]).strip()
    return _labelled_line(json.dumps(fields), where)


def _check_types(record: Record, where: str) -> None:
    """A near miss of a claim type of the guide is a slip, not a label of one's own."""
    for claim in record.claims or ():
        near = suggestion(claim.type, ClaimType) if claim.type not in list(ClaimType) else ""
        if near:
            raise LabelError(f'{where}: unknown claim type "{claim.type}" ({", ".join(ClaimType)}){near}')


def _suffix(path: str | Path, options: ReadOptions) -> str:
    if options.format is not None:
        return "." + options.format.removeprefix(".")
    if str(path) == "-":
        return ".txt" if _peek() not in b"{" else ".jsonl"
    suffixes = Path(path).suffixes
    suffix = (suffixes[-2] if suffixes[-1:] == [".gz"] and len(suffixes) > 1 else Path(path).suffix).lower()
    if suffix not in SUFFIXES and not Path(path).is_dir():
        if not Path(path).exists():
            raise InputError(f"{path}: no such file")
        raise InputError(f'{path}: unknown kind of file "{suffix}"; expected one of {", ".join(SUFFIXES)}')
    return suffix


def _peek() -> bytes:
    """The first character of standard input that is no space, left where it is."""
    import sys

    ahead = sys.stdin.buffer.peek(1)[:4096] if hasattr(sys.stdin.buffer, "peek") else b""
    return ahead.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] or b"-"


def _article(path: str | Path, options: ReadOptions, suffix: str) -> Document | Rejected:
    with opened(path) as file:
        text = decode(read_all(file, options.max_row_bytes, str(path)), options.encoding, str(path))
    if suffix == ".txt":
        return Document(text=text, id=_stem(path))
    try:
        import trafilatura
    except ImportError:
        raise MissingExtraError("trafilatura", "web", "reading HTML") from None
    found = trafilatura.bare_extraction(text, with_metadata=True, include_comments=False)
    if found is None or isinstance(found, dict) or not found.text:
        raise InputError(f"{path}: no article text found in this page; give the text itself as .txt")
    return Document(text=clean(found.text), id=_stem(path), title=found.title, date=found.date, outlet=found.sitename)


def _stem(path: str | Path) -> str:
    return "stdin" if str(path) == "-" else Path(path).name.split(".")[0] or "document"


def _rows(path: str | Path, suffix: str, options: ReadOptions) -> Iterator[_Row]:
    """Rows of any kind of table; a bad one comes as the error that it is."""
    if suffix == ".parquet":
        yield from _parquet_rows(path)
        return
    with opened(path) as file:
        if suffix == ".jsonl":
            yield from _json_rows(file, path, options)
        else:
            yield from _csv_rows(file, path, _TABLES[suffix], options)


def _json_lines(file: IO[bytes], path: str | Path, options: ReadOptions) -> Iterator[tuple[int, str]]:
    for number, line in read_lines(file, options.max_row_bytes):
        if line is None:
            raise InputError(f"{path}:{number}: a line of more than {options.max_row_bytes:,} bytes")
        if line.strip():
            yield number, decode(line, options.encoding, f"{path}:{number}")


def _json_rows(file: IO[bytes], path: str | Path, options: ReadOptions) -> Iterator[_Row]:
    for number, line in read_lines(file, options.max_row_bytes):
        where = f"{path}:{number}"
        if line is None:
            yield number, InputError(f"{where}: a line of more than {options.max_row_bytes:,} bytes"), ""
            continue
        if not line.strip():
            continue
        raw = line[:200].decode("utf-8", "replace")
        try:
            yield number, _json_object(decode(line, options.encoding, where), where), raw
        except InputError as error:
            yield number, error, raw


def _json_object(line: str, where: str) -> dict[str, Any]:
    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is no number in JSON")

    try:
        value = json.loads(line, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        reason = str(error) if not isinstance(error, RecursionError) else "nested too deeply"
        raise InputError(f"{where}: not a JSON object ({reason}); expected one object a line") from None
    if not isinstance(value, dict):
        raise InputError(f"{where}: a JSON {type(value).__name__}, not an object; expected one object a line")
    return value


def _csv_rows(file: IO[bytes], path: str | Path, delimiter: str, options: ReadOptions) -> Iterator[_Row]:
    csv.field_size_limit(options.max_row_bytes)
    reader = csv.reader(
        CsvLines(file, options.encoding, options.max_row_bytes, str(path)), delimiter=delimiter, strict=True
    )
    header: list[str] | None = None
    while True:
        begin = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            hint = "an opening quotation mark may lack its closing one"
            yield begin, InputError(f"{path}:{begin}: {error}; {hint}"), ""
            return  # what follows cannot be told from the broken field
        if header is None:
            header = [name.strip() for name in row]
            if len(set(header)) < len(header):
                raise InputError(f"{path}:1: two columns have one name ({', '.join(header)})")
        elif row:
            if len(row) == len(header):
                yield begin, dict(zip(header, row, strict=True)), ""
            else:
                reason = f"{len(row)} fields, where the header has {len(header)}"
                yield (
                    begin,
                    InputError(f"{path}:{begin}: {reason}; quote fields that hold the separator"),
                    delimiter.join(row)[:200],
                )


def _parquet_rows(path: str | Path) -> Iterator[_Row]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingExtraError("pyarrow", "tables", "reading Parquet") from None
    if not Path(path).is_file():
        raise InputError(f"{path}: no such file")
    try:
        number = 0
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_BATCH):
                for row in batch.to_pylist():
                    number += 1
                    yield number, row, ""
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(f"{path}: not a Parquet file ({str(error).splitlines()[0]})") from None


def _grouped(path: str | Path, rows: Iterator[_Row], options: ReadOptions) -> Iterator[Document | Rejected]:
    """Rows to documents; neighbouring rows of one ``doc`` in the exchange form are one."""

    def key(row: _Row) -> tuple[str, Any]:
        number, content, _ = row
        sentence = not isinstance(content, InputError) and "sentence" in content and "doc" in content
        return ("doc", content["doc"]) if sentence and isinstance(content, dict) else ("row", number)

    for _, group in itertools.groupby(rows, key):
        members = list(group)
        number, _, raw = members[0]
        try:
            yield _document([_content(member) for member in members], f"{path}:{number}", _stem(path), options)
        except StanceError as error:
            if options.on_error == "fail":
                raise InputError(str(error)) from None
            for line, _, began in members:
                yield Rejected(str(path), line, str(error), began or raw)


def _content(row: _Row) -> dict[str, Any]:
    if isinstance(row[1], InputError):
        raise row[1]
    return row[1]


def _document(rows: Sequence[dict[str, Any]], where: str, stem: str, options: ReadOptions) -> Document:
    first = rows[0]
    fields: dict[str, Any] = {name: clean(str(first[name])) for name in _META if first.get(name) not in (None, "")}
    given_id = first.get("id", first.get("doc"))
    fields["id"] = clean(str(given_id)) if given_id not in (None, "") else f"{stem}:{where.rsplit(':', 1)[1]}"
    if "sentence" in first and "doc" in first:
        return sentences_document(rows, where, fields)
    if "sentences" in first:
        texts = _texts(first["sentences"], "sentences", where)
        paragraphs = first.get("paragraphs")
        if paragraphs is not None and not (isinstance(paragraphs, list) and all(type(p) is int for p in paragraphs)):
            raise InputError(f"{where}: paragraphs must be a list of whole numbers, one a sentence")
        return Document.from_sentences(texts, paragraphs=paragraphs, **fields)
    column = options.text_column
    if column not in first:
        names = ", ".join(map(str, first)) or "nothing"
        raise InputError(
            f'{where}: no "{column}" among {names}{suggestion(column, map(str, first))}; name it with --text-column'
        )
    return Document(text=_texts([first[column]], column, where)[0], **fields)


def sentences_document(rows: Sequence[dict[str, Any]], where: str, fields: dict[str, Any]) -> Document:
    """The records of one article as a document of given sentences, at their offsets where all have them."""
    texts = _texts([row.get("text") for row in rows], "text", where)
    starts = [row["start"] for row in rows if type(row.get("start")) is int]
    fits = len(starts) == len(rows) and all(
        a + len(text) <= b for a, text, b in zip(starts, texts, starts[1:], strict=False)
    )
    paragraphs = [row.get("paragraph") or 0 for row in rows]
    return Document.from_sentences(texts, starts=starts if fits else None, paragraphs=paragraphs, **fields)


def _texts(values: Any, name: str, where: str) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        found = type(values).__name__ if not isinstance(values, list) else "something else among its values"
        raise InputError(f"{where}: {name} must be text; found {found}")
    return [clean(value) for value in values]
