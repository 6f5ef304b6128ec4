"""Files to rows of plain values: JSON lines, CSV, TSV, Parquet; a bad row comes as the error that it is."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from stance.corpus.columns import Row, parquet_rows
from stance.corpus.formulas import unguard
from stance.corpus.lines import GZIP, CsvLines, as_utf8, decode, opened, read_lines, standard_input
from stance.errors import InputError
from stance.strictjson import parse_json

SUFFIXES = (".txt", ".jsonl", ".csv", ".tsv", ".parquet", ".html", ".htm")
DELIMITERS = {".csv": ",", ".tsv": "\t"}
_INSTEAD = {
    ".pdf": "take its text out first, such as: pdftotext paper.pdf paper.txt",
    **dict.fromkeys((".doc", ".docx", ".odt", ".rtf"), "save its text as .txt"),
    **dict.fromkeys((".md", ""), "if it holds one article as plain text, give it a name in .txt"),
    **dict.fromkeys((".xls", ".xlsx", ".ods"), "save the sheet as .csv, in UTF-8"),
    ".json": "write one object a line (.jsonl); for a list: jq -c '.[]' all.json > all.jsonl",
    ".zip": "unpack it and give the folder",
}
"""What to do with files of kinds that are not read."""
_COLUMN = re.compile(r"[\w.-]+")  # a name without blanks
_QUOTED = re.compile(r'"[^"]*"')
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[\r\n]*', re.IGNORECASE)  # what Excel knows before the header


@dataclass(frozen=True)
class ReadOptions:
    """How input is read.

    Parameters
    ----------
    format : suffix to assume where a name has none (standard input); None looks at how it begins
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


def suffix_of(path: str | Path, options: ReadOptions) -> str:
    """What kind of file it is: one of ``SUFFIXES``, by the options, the name, or how standard input begins.

    Raises
    ------
    InputError : there is no such file, its name has none of the suffixes, or standard input is a JSON list.
    """
    if options.format is not None:
        return "." + options.format.removeprefix(".")
    if str(path) == "-":
        return _suffix_of_input(options)
    suffix = named_suffix(Path(path))
    if suffix not in SUFFIXES:
        if not _stands(Path(path)):
            raise InputError(f"{path}: no such file or folder")
        instead = f"; {_INSTEAD[suffix]}" if suffix in _INSTEAD else ""
        raise InputError(f'{path}: unknown kind of file "{suffix}"; expected one of {", ".join(SUFFIXES)}{instead}')
    return suffix


def named_suffix(path: Path) -> str:
    """The suffix in lower case, that of the packed file for ``.gz``."""
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    return suffixes[0] if len(suffixes) > 1 and suffixes[1] == ".gz" else path.suffix.lower()


def is_folder(path: str | Path) -> bool:
    """Whether a folder stands there; a name too long to be one is none."""
    try:
        return Path(path).is_dir()
    except OSError:
        return False


def _stands(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _suffix_of_input(options: ReadOptions) -> str:
    """What standard input begins like, where that is certain; else it is prose. Nothing of it is consumed.

    A table is known by its header: cells of which one is the text column, or three or more single words.
    """
    stream = standard_input()
    ahead = stream.peek(1)[:4096] if hasattr(stream, "peek") else b""
    if ahead.startswith(GZIP):
        raise InputError("-: packed with gzip; hand it over unpacked, such as: gzip -dc articles.jsonl.gz | …")
    begins = _decoded(ahead, options.encoding).lstrip("\ufeff \t\r\n")
    if begins.startswith("{"):
        return ".jsonl"
    if begins.startswith("[") and begins[1:].lstrip().startswith("{"):
        raise InputError(f"-: a JSON list; {_INSTEAD['.json']}")
    if begins[:14].lower().startswith(("<!doctype html", "<html")):
        return ".html"
    header, line_end, _ = begins.partition("\n")
    if _SEPARATOR_LINE.fullmatch(header):
        return ".csv"
    for suffix, delimiter in ((".csv", ","), (".csv", ";"), (".tsv", "\t")):
        cells = [cell.strip('"').casefold() for cell in header.rstrip("\r").split(delimiter)]
        named = options.text_column.casefold() in cells or (len(cells) > 2 and all(map(_COLUMN.fullmatch, cells)))
        if line_end and named and len(cells) > 1:
            return suffix
    return ".txt"


def _decoded(beginning: bytes, encoding: str) -> str:
    try:
        return beginning.decode(encoding, "replace")
    except LookupError:  # told with the mend where the rows are read
        return beginning.decode("utf-8", "replace")


def read_rows(path: str | Path, suffix: str, options: ReadOptions) -> Iterator[Row]:
    """The rows of a file of this kind; cells of CSV and TSV without the guard against formulas.

    Raises
    ------
    InputError : the file cannot be read at all.
    """
    if suffix == ".parquet":
        yield from parquet_rows(path, options.max_row_bytes)
    elif suffix == ".jsonl":
        for number, line, raw in json_lines(path, options):
            yield number, _json_object(line, f"{path}:{number}") if isinstance(line, str) else line, raw
    else:
        with opened(path) as file:
            yield from _csv_rows(file, path, DELIMITERS[suffix], options)


def json_lines(path: str | Path, options: ReadOptions) -> Iterator[tuple[int, str | InputError, str]]:
    """Number, text and beginning of each line that is not blank."""
    with opened(path) as packed:
        file, encoding = as_utf8(packed, options.encoding, str(path))
        for number, line in read_lines(file, options.max_row_bytes):
            where = f"{path}:{number}"
            if line is None:
                yield number, InputError(f"{where}: a line of more than {options.max_row_bytes:,} bytes"), ""
            elif line.strip():
                raw = line[:200].decode("utf-8", "replace")
                try:
                    yield number, decode(line, encoding, where), raw
                except InputError as error:
                    yield number, error, raw


def _json_object(line: str, where: str) -> dict[str, Any] | InputError:
    try:
        value = parse_json(line)
    except (ValueError, RecursionError) as error:
        return InputError(f"{where}: not a JSON object ({error}); expected one object a line")
    if not isinstance(value, dict):
        return InputError(f"{where}: a JSON {type(value).__name__}, not an object; expected one object a line")
    return value


def _csv_rows(file: IO[bytes], path: str | Path, delimiter: str, options: ReadOptions) -> Iterator[Row]:
    csv.field_size_limit(options.max_row_bytes)
    lines = CsvLines(file, options.encoding, options.max_row_bytes, str(path))
    first = next(lines, "")
    if told := _SEPARATOR_LINE.fullmatch(first):
        delimiter, first = told[1], next(lines, "")
    elif delimiter == ",":
        delimiter = _delimiter(first, options.text_column)
    top = lines.number
    reader = csv.reader(itertools.chain([first], lines), delimiter=delimiter, strict=True)
    try:
        header = _header(next(reader, []), f"{path}:{top}")
    except csv.Error as error:
        yield top, _broken(error, f"{path}:{top}", alone=False), ""
        return
    lines.strict = False
    while True:
        begin = lines.begin_row()
        where = f"{path}:{begin}"
        try:
            row = next(reader)
        except StopIteration:
            return
        except InputError as error:
            yield begin, InputError(f"{error}; nothing after it can be read"), ""
            return
        except csv.Error as error:
            alone = lines.number == begin and lines.even
            yield begin, _broken(error, where, alone), ""
            if not alone:
                return  # what follows cannot be told from the broken field
            continue
        if lines.wrong:
            yield begin, lines.wrong, delimiter.join(row)[:200]
        elif row:
            yield begin, *_fields(row, header, where, delimiter)


def _delimiter(header: str, text_column: str) -> str:
    """What parts the columns: the mark that sets the text column apart, else the one seen most outside of quotations.

    Spreadsheets write semicolons where the comma parts the decimals.
    """
    bare = _QUOTED.sub("", header)

    def fit(mark: str) -> tuple[bool, int]:
        cells = [cell.strip('" \r\n').casefold() for cell in header.split(mark)]
        return text_column.casefold() in cells, bare.count(mark)

    return max(",;\t", key=fit)


def _broken(error: csv.Error, where: str, alone: bool) -> InputError:
    old = "new-line" in str(error)
    hint = "a row ends in a bare carriage return" if old else "a quotation mark may lack its closing one"
    return InputError(f"{where}: {hint} ({error}){'' if alone else '; nothing after it can be read'}")


def _header(row: list[str], where: str) -> list[str]:
    names = [name.strip() for name in row]
    named = [name for name in names if name]  # spreadsheets leave columns without a name behind the last
    if len(set(named)) < len(named):
        raise InputError(f"{where}: two columns have one name ({', '.join(named)})")
    return names


def _fields(row: list[str], header: list[str], where: str, delimiter: str) -> tuple[dict[str, Any] | InputError, str]:
    if len(row) == len(header):
        return dict(zip(header, map(unguard, row), strict=True)), ""
    reason = f"{len(row)} fields, where the header has {len(header)}; quote fields that hold the separator"
    return InputError(f"{where}: {reason}"), delimiter.join(row)[:200]
