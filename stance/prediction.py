"""Files to predictions, streamed: whole articles in, rows out, in order, in constant memory."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, Literal

from stance.corpus.read import ReadOptions, Rejected, named_files, read_documents
from stance.corpus.remarks import Remarks
from stance.corpus.write import judge_apart, open_writer, replaced
from stance.model import Model
from stance.modelencoder import backend_of
from stance.records import Document, Kind
from stance.resolver import Aliases
from stance.tables import records, rows
from stance.version import __version__


@dataclass(frozen=True)
class PredictOptions:
    """What ``stance predict`` can be told.

    Parameters
    ----------
    read : how input is read
    format : form of the output; ``table`` hands each document to ``on_document``
    all_sentences : sentences without a claim too (JSONL always has every sentence of an article with a claim)
    min_probability : claims less probable are left out
    csv_raw : CSV cells as they are, also those that a spreadsheet would run
    aliases : the user's names
    """

    read: ReadOptions = field(default_factory=ReadOptions)
    format: Literal["table", "jsonl", "csv", "parquet"] = "jsonl"
    all_sentences: bool = False
    min_probability: float = 0.0
    csv_raw: bool = False
    aliases: Aliases | None = None


@dataclass
class Counts:
    """What went in and came out: ``rows`` = ``documents`` + ``refused``; ``empty`` documents hold no text.

    ``remarks`` tell what is odd about the articles.
    """

    documents: int = 0
    empty: int = 0
    sentences: int = 0
    claims: int = 0
    refused: int = 0
    rejects: Path | None = None
    remarks: Remarks = field(default_factory=Remarks, compare=False)

    @property
    def rows(self) -> int:
        """Rows or files read."""
        return self.documents + self.refused


def predict_files(
    model: Model,
    inputs: Sequence[str | Path],
    output: Path | None,
    options: PredictOptions,
    *,
    on_document: Callable[[Document], None] | None = None,
    explained: Callable[[Document], Document] | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> Counts:
    """Predict every article of the inputs and write the result.

    Parameters
    ----------
    inputs : files, folders, ``-`` for standard input
    output : file to write, or None for standard output
    on_document : called with each predicted document instead of writing (``format`` table)
    explained : gives a document with its claims explained
    progress : called with the sentences done so far

    Raises
    ------
    InputError : an input cannot be read, or has a bad row and ``options.read.on_error`` is ``fail``.
    OutputError : the output cannot be written, and nothing stands under its name then; or it is an input.
    """
    if output is not None:
        judge_apart(output, inputs)
    counts = Counts()
    with _Rejects(output, counts) as rejects:
        documents = _documents(inputs, options.read, rejects, counts)
        predicted = _counted(model.predict_many(documents, aliases=options.aliases), options, counts, progress)
        predicted = map(explained, predicted) if explained is not None else predicted
        if on_document is not None:
            for document in predicted:
                on_document(document)
        else:
            about = {"stance": __version__, "backend": backend_of(model.encoder)}
            with open_writer(output, options.format, raw=options.csv_raw, about=about) as writer:
                for document in predicted:
                    for row in output_rows(document, options):
                        writer.write(row)
    return counts


def _documents(
    inputs: Sequence[str | Path], options: ReadOptions, rejects: _Rejects, counts: Counts
) -> Iterator[Document]:
    for path, name in named_files(inputs):
        for found in read_documents(path, options, name, counts.remarks):
            if isinstance(found, Rejected):
                counts.refused += 1
                rejects.add(found)
            else:
                counts.documents += 1
                yield found


def _counted(
    predicted: Iterable[Document],
    options: PredictOptions,
    counts: Counts,
    progress: Callable[[int, int | None], None] | None,
) -> Iterator[Document]:
    for document in predicted:
        kept = confident(document, options)
        counts.empty += all(sentence.kind is Kind.EMPTY for sentence in kept.sentences)
        counts.sentences += len(kept.sentences)
        counts.claims += len(kept.claims)
        if progress is not None:
            progress(counts.sentences, None)
        yield kept


def confident(document: Document, options: PredictOptions) -> Document:
    """The document without the claims that are less probable than asked for."""
    return replace(
        document, claims=tuple(claim for claim in document.claims if claim.probability >= options.min_probability)
    )


def output_rows(document: Document, options: PredictOptions) -> list[dict[str, Any]]:
    """JSONL: one exchange record a sentence; tables: one row a claim, or a sentence with ``--all``."""
    if options.format != "jsonl":
        return rows(document, all_sentences=options.all_sentences)
    return records(document)


class _Rejects:
    """Refused rows, one JSON line each: beside the output, or on stderr where the output is a stream.

    The file takes its name when the run has ended well, if there was a refused row; else that of an earlier run goes.
    """

    def __init__(self, output: Path | None, counts: Counts) -> None:
        self._path = output.with_name(output.name + ".rejects.jsonl") if output is not None else None
        self._counts = counts
        self._file: IO[str] | None = None
        self._opened = ExitStack()

    def __enter__(self) -> _Rejects:
        return self

    def __exit__(self, *exception: Any) -> bool | None:
        if self._path is not None and self._file is None and exception[0] is None:
            self._path.unlink(missing_ok=True)
        return self._opened.__exit__(*exception)

    def add(self, row: Rejected) -> None:
        """Keep one refused row with the reason."""
        if self._file is None:
            self._file = self._open()
        line = {"path": row.path, "line": row.line, "reason": row.reason, "raw": row.raw}
        self._file.write(json.dumps(line, ensure_ascii=True) + "\n")

    def _open(self) -> IO[str]:
        if self._path is None:
            return sys.stderr
        self._counts.rejects = self._path
        temporary = self._opened.enter_context(replaced(self._path))
        return self._opened.enter_context(temporary.open("w", encoding="utf-8"))
