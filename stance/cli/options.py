"""Options that several commands share, and the progress bar."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.errors import say
from stance.errors import ConfigError

if TYPE_CHECKING:
    from stance.corpus.labels import Record
    from stance.encoder.cache import VectorCache


class Precision(StrEnum):
    """What ``stance.load`` takes as precision."""

    AUTO = "auto"
    FP32 = "fp32"
    BF16 = "bf16"
    INT8 = "int8"


class OnError(StrEnum):
    """What to do with a row that cannot be read."""

    FAIL = "fail"
    SKIP = "skip"


class Format(StrEnum):
    """Forms of output."""

    TABLE = "table"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


STDOUT = Path("-")
"""As an output: standard output, as if it were a pipe."""

ModelOption = Annotated[
    Path | None,
    typer.Option(
        "--model",
        metavar="DIR",
        help="Model directory; the embedded default without it.",
        callback=lambda folder: None if folder == Path("default") else folder,  # as evaluate calls it
    ),
]
VersionsOption = Annotated[
    bool,
    typer.Option("--allow-version-mismatch", help="Take a model that says other things with the libraries here."),
]
CacheOption = Annotated[
    Path | None,
    typer.Option(
        "--cache", metavar="DIR", envvar="STANCE_CACHE", help="Keep vectors of sentences there for the next run."
    ),
]
PrecisionOption = Annotated[
    Precision, typer.Option("--precision", help="Numbers the encoder computes with; auto is the fastest of equals.")
]
EncodingOption = Annotated[str, typer.Option("--encoding", help="Encoding of text files and of --aliases.")]
TextColumnOption = Annotated[str, typer.Option("--text-column", help="Column of CSV, TSV and Parquet with the text.")]


def open_cache(folder: Path | None) -> VectorCache | None:
    """The cache in a folder, of the size that ``STANCE_CACHE_MB`` allows; its troubles go to stderr.

    Raises
    ------
    ConfigError : the size is no number.
    """
    if folder is None:
        return None
    from stance.encoder.cache import MEGABYTES, VectorCache

    asked = os.environ.get("STANCE_CACHE_MB", str(MEGABYTES))
    if not asked.isdecimal():
        raise ConfigError(f'STANCE_CACHE_MB is "{asked}": expected a whole number of megabytes')
    return VectorCache(folder, megabytes=int(asked), on_trouble=say)


def say_unnamed(records: Sequence[Record]) -> None:
    """Say it where labelled sentences do not name their article."""
    unnamed = sum(record.doc is None for record in records)
    if unnamed and len(records) > 1:
        which = (
            "no sentence names its article"
            if unnamed == len(records)
            else (f"{unnamed:,} of {len(records):,} sentences do not name their article, as below a merged cell")
        )
        say(
            f"{which} (column doc), so each counts as one of its own; scores flatter where sentences of one article "
            "are learned from and judged"
        )


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int | None], None]]:
    """A bar on stderr, for people only, and only once the work has taken two seconds.

    Gives a function that is told how much is done, and of how much (None where nobody knows).
    """
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task(what, total=None)
    began, shown = time.monotonic(), False

    def advance(done: int, total: int | None) -> None:
        nonlocal shown
        if not shown and time.monotonic() - began > 2:
            bar.start()
            shown = True
        bar.update(task, completed=done, total=total)

    try:
        yield advance
    finally:
        if shown:
            bar.stop()
