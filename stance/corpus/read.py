"""Files to documents, one row at a time, and what cannot be read as one."""

from __future__ import annotations

import itertools
import operator
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from stance.corpus.columns import Row
from stance.corpus.labelled import (
    SEPARATOR,
    Labelled,
    labelled_records,
    labelled_rows,
    read_labelled,
    sentence_number,
)
from stance.corpus.labels import suggestion
from stance.corpus.lines import decode, opened, read_all
from stance.corpus.naming import by_name
from stance.corpus.remarks import Remarks
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
_COLUMNS = ("id", "doc", *_META)
_LABELS = ("label", "labels", "claims")
_MOST_SENTENCES = 20_000  # of one article in the exchange form
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
    return [(file, _stem(file) if shared[_stem(file)] == 1 else _whole_path(file)) for file in files]


def _whole_path(file: str | Path) -> str:
    """The path as text; bytes that are no UTF-8 stay distinct."""
    return os.fsencode(file).decode("utf-8", "backslashreplace")


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
    path: str | Path, options: ReadOptions | None = None, name: str | None = None, remarks: Remarks | None = None
) -> Iterator[Document | Rejected]:
    """The articles of a file, a folder or standard input (``-``), in order.

    A row is an article, or a sentence where it has a ``doc`` with the number of the ``sentence``, or labels beside its
    ``text`` and no ``id``. Consecutive sentences of one ``doc`` become one document and are kept as given.

    Parameters
    ----------
    name : as ``named_files`` gives it for the file; None for that of the path alone
    remarks : gathers what is odd about the articles

    Raises
    ------
    InputError : the file cannot be read, or a row cannot and ``on_error`` is ``fail``.
    """
    options, remarks = options or ReadOptions(), remarks or Remarks()
    if name is None:
        for file, own in named_files([path]):
            yield from read_documents(file, options, own, remarks)
        return
    for found in _read(path, options, name, remarks):
        if isinstance(found, Document):
            remarks.article(found)
        yield found


def _read(path: str | Path, options: ReadOptions, name: str, remarks: Remarks) -> Iterator[Document | Rejected]:
    suffix = suffix_of(path, options)
    if suffix not in (".txt", ".html", ".htm"):
        yield from _grouped(path, _rows(path, suffix, options), options, name, remarks)
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
    number, known = 0, (*_COLUMNS, *_LABELS, "sentence", options.text_column)
    try:
        for row in read_rows(path, suffix, options):
            number, content, began = row
            yield number, by_name(content, known) if isinstance(content, dict) else content, began
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


def _grouped(
    path: str | Path, rows: Iterator[Row], options: ReadOptions, name: str, remarks: Remarks
) -> Iterator[Document | Rejected]:
    """Rows to documents; neighbouring sentences of one ``doc`` are one."""
    sizes: Counter[str] = Counter()
    for _, group in itertools.groupby(rows, partial(_article_of, options=options)):
        members = list(itertools.islice(group, _MOST_SENTENCES + 1))
        number, _, raw = members[0]
        where = f"{path}:{number}"
        try:
            if len(members) > _MOST_SENTENCES:
                raise InputError(f"{where}: an article of more than {_MOST_SENTENCES:,} sentences; split it")
            contents = [_content(member) for member in members]
            first = contents[0]
            if _is_sentence(first, options):
                if "sentence" not in first:
                    remarks.labelled(f"{name}:{number}", contents)
                _number(contents, sizes)
                yield sentences_document(contents, where, _fields(first, first.get("doc"), f"{name}:{number}"))
            else:
                remarks.columns(str(path), first, (options.text_column, *_COLUMNS))
                yield _document(first, where, f"{name}:{number}", options)
        except StanceError as error:
            if options.on_error == "fail":
                raise InputError(str(error)) from None
            for line, _, began in itertools.chain(members, group):
                yield Rejected(str(path), line, str(error), began or raw)


def _article_of(row: Row, options: ReadOptions) -> tuple[str, Any]:
    """What neighbouring rows of one article share."""
    number, content, _ = row
    if isinstance(content, dict) and content.get("doc") not in (None, "") and _is_sentence(content, options):
        return "doc", content["doc"]
    return "row", number


def _is_sentence(row: dict[str, Any], options: ReadOptions) -> bool:
    """Whether a row is a sentence: it says which one of its article, or carries labels as gold sentences do.

    An ``id`` instead of ``doc`` is that of an article, whatever stands beside its text.
    """
    if "doc" in row and "sentence" in row:
        return True
    labelled = "text" in row and not row.keys().isdisjoint(_LABELS)
    return labelled and ("doc" in row or "id" not in row) and options.text_column == "text"


def _number(rows: Sequence[dict[str, Any]], sizes: Counter[str]) -> None:
    """Number the labelled sentences of an article that have no number, on from its earlier rows, as ``by_key`` does."""
    doc = rows[0].get("doc")
    begun = sizes[str(doc)] if doc not in (None, "") else 0
    for place, row in enumerate(rows, start=begun):
        if sentence_number(row.get("sentence")) is None and not row.keys().isdisjoint(_LABELS):
            row["sentence"] = place
            sizes[str(doc)] = place + 1


def _content(row: Row) -> dict[str, Any]:
    if isinstance(row[1], InputError):
        raise row[1]
    return row[1]


def _fields(row: dict[str, Any], given: Any, name: str) -> dict[str, str]:
    """What an article is called, by ``name`` where no id is given, and what else its row says about it."""
    fields = {key: str(row[key]) for key in _META if row.get(key) not in (None, "")}
    return {**fields, "id": str(given) if given not in (None, "") else name}


def _document(row: dict[str, Any], where: str, name: str, options: ReadOptions) -> Document:
    fields: dict[str, Any] = _fields(row, row.get("id", row.get("doc")), name)
    if "sentences" in row:
        texts = _texts(row["sentences"], "sentences", where)
        paragraphs = row.get("paragraphs")
        if paragraphs is not None and not (isinstance(paragraphs, list) and all(type(p) is int for p in paragraphs)):
            raise InputError(f"{where}: paragraphs must be a list of whole numbers, one a sentence")
        try:
            return Document.from_sentences(texts, paragraphs=paragraphs, **fields)
        except SpanError as error:
            raise InputError(f"{where}: {error}") from None
    column = options.text_column
    if column not in row:
        names = ", ".join(map(str, row)) or "nothing"
        raise InputError(
            f'{where}: no "{column}" among {names}{suggestion(column, map(str, row))}; name it with --text-column'
        )
    return Document(text=_texts([row[column]], column, where)[0], **fields)


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
    paragraphs = [row["paragraph"] if type(row.get("paragraph")) is int else 0 for row in rows]
    return Document.from_sentences(
        texts, starts=starts if fits else None, paragraphs=paragraphs, numbers=numbers, **fields
    )


def _numbers(rows: Sequence[dict[str, Any]]) -> Sequence[int] | None:
    """The numbers of sentences, all different; None where there are none such."""
    numbers = [number for row in rows if (number := sentence_number(row.get("sentence"))) is not None]
    return numbers if len(set(numbers)) == len(rows) else None


def _texts(values: Any, name: str, where: str) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        found = type(values).__name__ if not isinstance(values, list) else "something else among its values"
        raise InputError(f"{where}: {name} must be text; found {found}")
    return values
