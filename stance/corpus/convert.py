"""Labelled sentences from one form to another: ours, tables, the plain mark-up, and annotation tools."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stance.corpus.annotated import Annotated
from stance.corpus.articles import by_key, documents, keys_by_article
from stance.corpus.brat import brat, file_stems, read_brat
from stance.corpus.doccano import doccano, read_doccano
from stance.corpus.formulas import guard
from stance.corpus.labelled import unread_columns
from stance.corpus.labels import Record, to_json
from stance.corpus.labelstudio import labelstudio, read_labelstudio
from stance.corpus.lines import decode, opened, read_all
from stance.corpus.marking import to_annotated
from stance.corpus.markup import read_markup
from stance.corpus.markup_text import write_markup
from stance.corpus.prodigy import prodigy, read_prodigy
from stance.corpus.read import SEPARATOR, labelled_records
from stance.corpus.unmarking import to_records
from stance.corpus.write import replaced, write_text
from stance.errors import ConfigError, LabelError, MissingExtraError, OutputError

FORMS = ("records", "table", "markup", "label-studio", "doccano", "prodigy", "brat")

_BY_SUFFIX = {
    ".jsonl": "records",
    ".csv": "table",
    ".tsv": "table",
    ".parquet": "table",
    ".txt": "markup",
    ".md": "markup",
    ".json": "label-studio",
    ".ann": "brat",
}
_COLUMNS = ("doc", "sentence", "title", "date", "outlet", "topic")
_MAX_MARKUP = 64 << 20


@dataclass(frozen=True, slots=True)
class Converted:
    """How many records were read, and how many the new form could not hold because they carry no labels.

    ``unread`` are the columns of a table that records have no place for.
    """

    records: int
    left_out: int = 0
    unread: tuple[str, ...] = ()


def convert(
    source: Path, output: Path, *, from_form: str | None = None, to_form: str | None = None, csv_raw: bool = False
) -> Converted:
    """Read labelled sentences in one form and write them in another; what neither can say is lost.

    Parameters
    ----------
    source : file, or a folder of brat's
    output : file, or the folder for brat
    from_form, to_form : one of ``FORMS``; None goes by the suffix
    csv_raw : CSV cells as they are, also those that a spreadsheet would run

    Raises
    ------
    ConfigError : a form is unknown, or no suffix tells it.
    InputError : the source cannot be read.
    OutputError : the output cannot be written.
    """
    wanted = form_of(output, to_form)
    given = form_of(source, from_form)
    records = _read(source, given)
    kept = [record for record in records if record.types is not None] if wanted == "table" else records
    _write(kept, output, wanted, csv_raw)
    unread = tuple(unread_columns(source)) if given == "table" else ()
    return Converted(len(records), len(records) - len(kept), unread)


def form_of(path: Path, given: str | None) -> str:
    """The form of a file: as given, else by its suffix; a folder is brat's."""
    if given is not None:
        if given not in FORMS:
            raise ConfigError(f'unknown form "{given}"; expected one of {", ".join(FORMS)}')
        return given
    form = "brat" if path.is_dir() else _BY_SUFFIX.get(path.suffix.lower())
    if form is None:
        raise ConfigError(f"{path}: no form has this suffix; give --from or --to ({', '.join(FORMS)})")
    return form


def _read(source: Path, form: str) -> list[Record]:
    readers: Mapping[str, Callable[[Path], Iterable[Annotated]]] = {
        "label-studio": read_labelstudio,
        "doccano": read_doccano,
        "prodigy": read_prodigy,
        "brat": read_brat,
    }
    if form in readers:
        return to_records(list(readers[form](source)))
    if form == "markup":
        with opened(source) as file:
            return list(
                read_markup(decode(read_all(file, _MAX_MARKUP, str(source)), "utf-8", str(source)), str(source))
            )
    return list(labelled_records(source))


def _write(records: Sequence[Record], output: Path, form: str, csv_raw: bool) -> None:
    if form == "records":
        write_text(output, "".join(f"{to_json(record)}\n" for record in records))
    elif form == "table" and output.suffix.lower() == ".parquet":
        _write_parquet(records, output)
    elif form == "table":
        write_text(output, table(records, raw=csv_raw, delimiter="\t" if output.suffix.lower() == ".tsv" else ","))
    elif form == "markup":
        write_text(output, write_markup(records))
    elif form == "brat":
        _write_brat(records, output)
    else:
        texts = [to_annotated(record) for record in records]
        if form == "label-studio":
            write_text(output, labelstudio(texts))
        else:
            write_text(output, _lines((doccano if form == "doccano" else prodigy)(texts)))


def _lines(rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def table(records: Sequence[Record], *, raw: bool = False, delimiter: str = ",") -> str:
    """CSV of ``text`` and ``label`` (where each sentence has exactly one) or ``labels`` (``a|b``).

    Raises
    ------
    LabelError : a label holds the separator of labels.
    """
    columns = _cells(records)
    rows = zip(*columns.values(), strict=True)
    return "".join(_csv_line(row if raw else map(guard, row), delimiter) for row in [columns, *rows])


def _csv_line(cells: Iterable[str], delimiter: str) -> str:
    """Written with CR LF as its end, so that cells that hold either are quoted."""
    line = io.StringIO(newline="")
    csv.writer(line, delimiter=delimiter).writerow(cells)
    return line.getvalue().removesuffix("\r\n") + "\n"


def _cells(records: Sequence[Record]) -> dict[str, list[str]]:
    """The columns of a table."""
    exclusive = all(record.label is not None for record in records)
    cells = {name: [_cell(getattr(record, name)) for record in records] for name in _COLUMNS}
    columns = {name: column for name, column in cells.items() if any(column)}
    labels = [sorted(record.types or ()) for record in records]
    for number, given in enumerate(labels, start=1):
        if any(SEPARATOR in label for label in given):
            raise LabelError(f"record {number}: a label of {given} holds {SEPARATOR}, which parts labels in a table")
    joined = [SEPARATOR.join(given) for given in labels]
    return {**columns, "text": [record.text for record in records], "label" if exclusive else "labels": joined}


def _cell(value: str | int | None) -> str:
    return "" if value is None else str(value)


def _write_parquet(records: Sequence[Record], output: Path) -> None:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingExtraError("pyarrow", "tables", "writing Parquet") from None
    columns = {name: pa.array(column, pa.string()) for name, column in _cells(records).items()}
    with replaced(output) as temporary:
        pq.write_table(pa.table(columns), temporary)


def _write_brat(records: Sequence[Record], folder: Path) -> None:
    """A text and its annotations for each article.

    Raises
    ------
    LabelError : a sentence has plain labels, for which brat has no place.
    OutputError : the folder cannot be made.
    """
    keyed = by_key(records)
    for (doc, sentence), record in keyed.items():
        if record.claims is None and record.types:
            raise LabelError(
                f"sentence {sentence} of {doc}: plain labels, which brat cannot hold; convert to .csv or .jsonl"
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made ({error.strerror}); brat's files need a folder") from None
    articles = keys_by_article(keyed)
    stems = file_stems(keys[0][0] for keys in articles)
    for keys, document in zip(articles, documents(keyed, articles), strict=True):
        marked = [to_annotated(keyed[key]) for key in keys]
        starts = [sentence.start for sentence in document.sentences]
        write_text(folder / f"{stems[document.id]}.txt", document.text)
        write_text(folder / f"{stems[document.id]}.ann", brat(zip(starts, marked, strict=True)))
