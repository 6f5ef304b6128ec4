"""``stance predict``: files to claims."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from stance.cli.batch import Engine, begun_options, predict_sharded, sharded
from stance.cli.errors import plain_errors, say
from stance.cli.options import (
    STDOUT,
    EncodingOption,
    Format,
    ModelOption,
    OnError,
    Precision,
    PrecisionOption,
    TextColumnOption,
    VersionsOption,
    progress,
)
from stance.errors import ConfigError

if TYPE_CHECKING:
    from stance.model import Model
    from stance.records import Document


def predict_command(
    inputs: Annotated[
        list[str],
        typer.Argument(metavar="INPUT…", help="Files (.txt .jsonl .csv .tsv .parquet .html), folders, or - for stdin."),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="OUT",
            help="File to write, its suffix gives the format; a folder of parts; or - for stdout.",
        ),
    ] = None,
    model: ModelOption = None,
    allow_version_mismatch: VersionsOption = False,
    precision: PrecisionOption = Precision.AUTO,
    format: Annotated[  # noqa: A002  # the option's name
        Format | None, typer.Option("--format", help="Default: a table for people, JSONL for pipes.")
    ] = None,
    all_sentences: Annotated[bool, typer.Option("--all", help="Show sentences without a claim too.")] = False,
    min_probability: Annotated[
        float,
        typer.Option("--min-probability", min=0, max=1, help="Leave out claims less probable than this."),
    ] = 0.0,
    on_error: Annotated[OnError, typer.Option("--on-error", help="Stop at a bad row, or set it aside.")] = OnError.FAIL,
    text_column: TextColumnOption = "text",
    encoding: EncodingOption = "utf-8",
    aliases: Annotated[
        Path | None,
        typer.Option("--aliases", metavar="CSV", help="Your names: alias, name and optionally id."),
    ] = None,
    csv_raw: Annotated[
        bool,
        typer.Option("--csv-raw", help="Write CSV cells as they are, even those a spreadsheet would run."),
    ] = False,
    explaining: Annotated[
        bool, typer.Option("--explain", help="Say which words carry each claim, and which labelled sentences are near.")
    ] = False,
    labelled: Annotated[
        list[Path] | None,
        typer.Option("--labelled", metavar="FILE", help="Labelled sentences to find the nearest of, with --explain."),
    ] = None,
    color: Annotated[bool | None, typer.Option("--color/--no-color", help="Force colours on or off.")] = None,
    shard_size: Annotated[
        int | None, typer.Option("--shard-size", metavar="N", min=1, help="Write a folder of parts, N articles each.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with what is missing in that folder.")] = False,
    redo: Annotated[
        Literal["changed", "lost"] | None,
        typer.Option(
            "--redo", help="With --resume: make parts anew of articles that changed, or could not be predicted."
        ),
    ] = None,
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, help="Worker processes for the parts.")] = None,
    engine: Annotated[Engine, typer.Option("--engine", help="Who predicts the parts.")] = Engine.PROCESSES,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", metavar="ADDRESS", help="Of the Dask cluster, such as tcp://host:8786.")
    ] = None,
    time_limit: Annotated[
        float, typer.Option("--time-limit", metavar="SECONDS", min=0, help="For one article in a part, then refused.")
    ] = 120.0,
) -> None:
    """Find the claims in news articles: who accuses, justifies or aims at what.

    Examples: stance predict article.txt · cat articles.jsonl | stance predict - | jq .claims ·
    stance predict archive.csv --text-column body -o claims.parquet ·
    stance predict year.jsonl -o claims/ --shard-size 1000 --jobs 4 --resume
    """
    with plain_errors():
        from stance.corpus.read import ReadOptions
        from stance.library import load
        from stance.prediction import PredictOptions, predict_files
        from stance.resolver import Aliases

        piped = output == STDOUT
        output = None if piped else output
        settings = sharded(output, shard_size, resume, redo, jobs, engine, scheduler, time_limit)
        begun = Format(begun_options(output).get("format", "jsonl")) if settings is not None else None
        form = format or begun or (Format.JSONL if piped else _form(output))
        if form is Format.TABLE and output is not None:
            raise ConfigError("a table is for the terminal; leave -o away, or give --format jsonl, csv or parquet")
        options = PredictOptions(
            read=ReadOptions(text_column=text_column, encoding=encoding, on_error=on_error.value),
            format=form.value,
            all_sentences=all_sentences,
            min_probability=min_probability,
            csv_raw=csv_raw,
            aliases=Aliases.read(aliases, encoding=encoding) if aliases else None,
        )
        _check_explaining(explaining, labelled, settings is not None)
        if settings is not None:
            predict_sharded(inputs, output, model, precision, options, settings)
            return
        loaded = load(model, allow_version_mismatch=allow_version_mismatch, precision=precision.value)
        with progress("sentences") as advance:
            on_document = _shown(all_sentences, color) if form is Format.TABLE else None
            counts = predict_files(
                loaded,
                inputs,
                output,
                options,
                on_document=on_document,
                explained=_explainer(loaded, labelled) if explaining else None,
                progress=advance,
            )
        for line in counts.remarks.lines():
            say(line)
        if counts.refused:
            say(f"{counts.refused} of {counts.rows} rows refused; see {counts.rejects or 'the lines above'}")
        if output is not None and counts.documents > counts.empty:
            say(f"wrote {output} (articles: {counts.documents:,}, claims: {counts.claims:,})")
        if counts.empty == counts.rows:
            say("the input holds no text, and the output no claims")
        elif counts.empty:
            say(f"{counts.empty} of {counts.documents} articles hold no text")


def _shown(all_sentences: bool, color: bool | None) -> Callable[[Document], None]:
    """A function that prints a document for people."""
    from stance.cli.terminal import show

    return show(all_sentences=all_sentences, color=color)


def _check_explaining(explaining: bool, labelled: list[Path] | None, in_parts: bool) -> None:
    if labelled and not explaining:
        raise ConfigError("--labelled says where nearest sentences come from; give --explain too")
    if explaining and in_parts:
        raise ConfigError("a folder of parts holds no explanations; write one file with -o claims.jsonl --explain")


def _explainer(model: Model, labelled: list[Path] | None) -> Callable[[Document], Document]:
    """A function that explains the claims of a document."""
    from stance.explanation import explain
    from stance.nearest import LabelledSentences

    sentences = LabelledSentences.read(model.encoder, labelled) if labelled else None
    return lambda document: explain(model, document, sentences)


def _form(output: Path | None) -> Format:
    """By the suffix of the file; else a table to a terminal and JSONL to a pipe."""
    if output is not None:
        suffixes = {".jsonl": Format.JSONL, ".csv": Format.CSV, ".parquet": Format.PARQUET}
        if output.suffix.lower() not in suffixes:
            parts = "" if output.suffix else "; a folder of parts needs --shard-size"
            raise ConfigError(
                f"{output}: the suffix gives the format, one of {', '.join(suffixes)}; or give --format{parts}"
            )
        return suffixes[output.suffix.lower()]
    return Format.TABLE if sys.stdout.isatty() else Format.JSONL
