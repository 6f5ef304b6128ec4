"""Files to documents, one row at a time, and what cannot be read as one."""

from __future__ import annotations

import itertools
import operator
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stance.corpus.columns import Row
from stance.corpus.labelled import SEPARATOR, Labelled, labelled_records, labelled_rows, read_labelled
from stance.corpus.labels import suggestion
from stance.corpus.lines import decode, opened, read_all
from stance.corpus.rows import SUFFIXES, ReadOptions, is_folder, named_suffix, read_rows, suffix_of
from stance.errors import InputError, MissingExtraError, SpanError, StanceError
from stance.records import Document
from stance.visible import clean

__all__ = [
    "SEPARATOR",
    "SUFFIXES",
    "Labelled",
    "ReadOptions",
    "Rejected",
    "labelled_records",
    "labelled_rows",
    "named_files",
    "read_documents",
    "read_labelled",
    "sentences_document",
]

_META = ("title", "date", "outlet")
_MOST_SENTENCES = 20_000  # of one article in the exchange form
_MOST_DIGITS = 18  # of a sentence's number, which tables hold in 64 bits
_FARTHEST = 64 << 20  # characters from the start of an article at which a given sentence may stand


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that could not be read, where it stood, and why; ``raw`` is its beginning."""

    path: str
    line: int
    reason: str
    raw: str = ""


def named_files(inputs: Iterable[str | Path]) -> list[tuple[str | Path, str]]:
    """Every file of files, folders and ``-``, in order, and what its articles are called that have no id of their own.

    That is the file's name without its suffix; where two files share it, the path of each.

    Raises
    ------
    InputError : a folder without a readable file.
    """
    files = [file for path in inputs for file in _files(path)]
    shared = Counter(_stem(file) for file in {Path(file) for file in files})
    return [(file, _stem(file) if shared[_stem(file)] == 1 else clean(str(file))) for file in files]


def _files(path: str | Path) -> list[str | Path]:
    if str(path) == "-" or not is_folder(path):
        return [path]
    files = sorted(file for file in Path(path).iterdir() if file.is_file() and named_suffix(file) in SUFFIXES)
    if not files:
        raise InputError(f"{path}: a folder without a readable file ({', '.join(SUFFIXES)})")
    return [*files]


def _stem(path: str | Path) -> str:
    """``2024.01.05`` of ``2024.01.05.txt.gz``."""
    if str(path) == "-":
        return "stdin"
    name = Path(Path(path).name.removesuffix(".gz"))
    return clean(name.stem if name.suffix.lower() in SUFFIXES else name.name) or "document"


def read_documents(
    path: str | Path, options: ReadOptions | None = None, name: str | None = None
) -> Iterator[Document | Rejected]:
    """The articles of a file, a folder or standard input (``-``), in order.

    Consecutive records of one ``doc`` in the exchange form become one document whose sentences are kept as given.

    Parameters
    ----------
    name : as ``named_files`` gives it for the file; None for that of the path alone

    Raises
    ------
    InputError : the file cannot be read, or a row cannot and ``on_error`` is ``fail``.
    """
    options = options or ReadOptions()
    if name is None:
        for file, own in named_files([path]):
            yield from read_documents(file, options, own)
        return
    suffix = suffix_of(path, options)
    if suffix not in (".txt", ".html", ".htm"):
        yield from _grouped(path, _rows(path, suffix, options), options, name)
        return
    try:
        found: Document | Rejected = _article(path, options, suffix, name)
    except InputError as error:
        if options.on_error == "fail":
            raise
        found = Rejected(str(path), 1, str(error))
    yield found


def _rows(path: str | Path, suffix: str, options: ReadOptions) -> Iterator[Row]:
    """The rows of a file; where it cannot be read, or no further, that is the last one."""
    number = 0
    try:
        for row in read_rows(path, suffix, options):
            number = row[0]
            yield row
    except InputError as error:
        yield number + 1, error, ""


def _article(path: str | Path, options: ReadOptions, suffix: str, name: str) -> Document:
    with opened(path) as file:
        text = decode(read_all(file, options.max_row_bytes, str(path)), options.encoding, str(path))
    if suffix == ".txt":
        return Document(text=text, id=name)
    try:
        import trafilatura
    except ImportError:
        raise MissingExtraError("trafilatura", "web", "reading HTML") from None
    found = trafilatura.bare_extraction(text, with_metadata=True, include_comments=False)
    if found is None or isinstance(found, dict) or not found.text:
        raise InputError(f"{path}: no article text found in this page; give the text itself as .txt")
    return Document(text=found.text, id=name, title=found.title, date=found.date, outlet=found.sitename)


def _grouped(path: str | Path, rows: Iterator[Row], options: ReadOptions, name: str) -> Iterator[Document | Rejected]:
    """Rows to documents; neighbouring rows of one ``doc`` in the exchange form are one."""

    def key(row: Row) -> tuple[str, Any]:
        number, content, _ = row
        sentence = not isinstance(content, InputError) and "sentence" in content and "doc" in content
        return ("doc", content["doc"]) if sentence and isinstance(content, dict) else ("row", number)

    for _, group in itertools.groupby(rows, key):
        members = list(itertools.islice(group, _MOST_SENTENCES + 1))
        number, _, raw = members[0]
        try:
            if len(members) > _MOST_SENTENCES:
                raise InputError(f"{path}:{number}: an article of more than {_MOST_SENTENCES:,} sentences; split it")
            yield _document([_content(member) for member in members], f"{path}:{number}", name, options)
        except StanceError as error:
            if options.on_error == "fail":
                raise InputError(str(error)) from None
            for line, _, began in itertools.chain(members, group):
                yield Rejected(str(path), line, str(error), began or raw)


def _content(row: Row) -> dict[str, Any]:
    if isinstance(row[1], InputError):
        raise row[1]
    return row[1]


def _document(rows: Sequence[dict[str, Any]], where: str, name: str, options: ReadOptions) -> Document:
    first = rows[0]
    fields: dict[str, Any] = {key: str(first[key]) for key in _META if first.get(key) not in (None, "")}
    given_id = first.get("id", first.get("doc"))
    fields["id"] = str(given_id) if given_id not in (None, "") else f"{name}:{where.rsplit(':', 1)[1]}"
    if "sentence" in first and "doc" in first:
        return sentences_document(rows, where, fields)
    if "sentences" in first:
        texts = _texts(first["sentences"], "sentences", where)
        paragraphs = first.get("paragraphs")
        if paragraphs is not None and not (isinstance(paragraphs, list) and all(type(p) is int for p in paragraphs)):
            raise InputError(f"{where}: paragraphs must be a list of whole numbers, one a sentence")
        try:
            return Document.from_sentences(texts, paragraphs=paragraphs, **fields)
        except SpanError as error:
            raise InputError(f"{where}: {error}") from None
    column = options.text_column
    if column not in first:
        names = ", ".join(map(str, first)) or "nothing"
        raise InputError(
            f'{where}: no "{column}" among {names}{suggestion(column, map(str, first))}; name it with --text-column'
        )
    return Document(text=_texts([first[column]], column, where)[0], **fields)


def sentences_document(rows: Sequence[dict[str, Any]], where: str, fields: dict[str, Any]) -> Document:
    """The records of one article as a document of given sentences, at their offsets where all have them.

    They come by their numbers; where one is missing or stands there twice they keep their order and count from 0.
    """
    numbers = _numbers(rows)
    if numbers is not None:
        numbers, rows = zip(*sorted(zip(numbers, rows, strict=True), key=operator.itemgetter(0)), strict=True)
    texts = _texts([row.get("text") for row in rows], "text", where)
    starts = [row["start"] for row in rows if type(row.get("start")) is int]
    borders = [0, *(start + len(text) for start, text in zip(starts, texts, strict=False))]
    fits = len(starts) == len(rows) and borders[-1] <= _FARTHEST and all(map(operator.le, borders, starts))
    paragraphs = [row.get("paragraph") or 0 for row in rows]
    return Document.from_sentences(
        texts, starts=starts if fits else None, paragraphs=paragraphs, numbers=numbers, **fields
    )


def _numbers(rows: Sequence[dict[str, Any]]) -> Sequence[int] | None:
    """The numbers of sentences, all different; None where there are none such."""
    cells = [str(row.get("sentence")) for row in rows]
    numbers = {int(cell): None for cell in cells if cell.isdecimal() and len(cell) <= _MOST_DIGITS}
    return list(numbers) if len(numbers) == len(rows) else None


def _texts(values: Any, name: str, where: str) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        found = type(values).__name__ if not isinstance(values, list) else "something else among its values"
        raise InputError(f"{where}: {name} must be text; found {found}")
    return values
