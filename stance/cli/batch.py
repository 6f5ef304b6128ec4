"""``stance batch``: folders of parts; and the sharded form of ``stance predict``, which makes them."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from stance.cli.errors import plain_errors, say
from stance.cli.options import Precision, progress

if TYPE_CHECKING:
    from stance.batch import BatchSettings, Merged, Status
    from stance.prediction import PredictOptions

app = typer.Typer(no_args_is_help=True, help="Look at and merge the parts of a sharded run.")

FolderArgument = Annotated[Path, typer.Argument(metavar="OUT_DIR", help="Folder of a sharded stance predict.")]


class Engine(StrEnum):
    """Where the shards of a run are predicted."""

    PROCESSES = "processes"
    DASK = "dask"


def sharded(
    output: Path | None,
    shard_size: int | None,
    resume: bool,
    redo: Literal["changed", "lost"] | None,
    jobs: int | None,
    engine: Engine,
    scheduler: str | None,
    time_limit: float,
) -> BatchSettings | None:
    """How a folder of parts is made; None where a single file or a stream is asked for.

    A folder is asked for by any option of a sharded run, or by the name of one that is there.
    """
    asked = shard_size or resume or redo or jobs or scheduler or engine is not Engine.PROCESSES
    if not asked and not (output is not None and output.is_dir()):
        return None
    from stance.batch import SHARD_SIZE, BatchSettings

    begun = begun_options(output) if resume else {}
    return BatchSettings(
        shard_size=shard_size or begun.get("shard_size", SHARD_SIZE),
        resume=resume,
        redo=redo,
        engine=engine.value,
        jobs=jobs or 1,
        scheduler=scheduler,
        time_limit=time_limit,
    )


def begun_options(output: Path | None) -> Mapping[str, Any]:
    """The options of the run that a folder holds; none where there is no run yet."""
    from stance.batch import read_batch
    from stance.batch.folder import MANIFEST

    if output is None or not (output / MANIFEST).exists():
        return {}
    return dict(read_batch(output).manifest["options"])


def predict_sharded(
    inputs: list[str],
    output: Path | None,
    model: Path | None,
    precision: Precision,
    options: PredictOptions,
    settings: BatchSettings,
) -> None:
    """Run ``stance predict`` into a folder of parts."""
    from stance.batch import predict_batch
    from stance.errors import ConfigError

    if settings.scheduler is not None:
        logging.disable(logging.ERROR)  # Dask's client logs a traceback for what is one line of ours
    if output is None:
        raise ConfigError("a sharded run writes a folder of parts; give one with -o OUT_DIR/")
    if output.suffix.lower() in (".jsonl", ".csv", ".parquet") and not output.is_dir():
        folder = output.with_suffix("")
        raise ConfigError(
            f"{output}: a sharded run writes a folder of parts, not a file; give -o {folder}/, and then: "
            f"stance batch merge {folder} -o {output}"
        )
    with progress("articles") as advance:
        run = predict_batch(inputs, output, options, settings, model=model, precision=precision.value, progress=advance)
    for line in run.remarks.lines():
        say(line)
    refused = run.batch.total("refused")
    if refused:
        lost = run.batch.total("lost")
        again = f"; {lost} could not be predicted: try again with --resume --redo lost" if lost else ""
        say(f"{refused} row{'s' * (refused > 1)} refused; see {output}/part-*.rejects.jsonl{again}")
    kept = f", {run.kept} were done before" if run.kept else ""
    made = f"{run.made} part{'s' * (run.made != 1)} written"
    say(f"{made}{kept}; merge them with: stance batch merge {output} -o all.{run.batch.form}")


@app.command("status")
def status_command(
    folder: FolderArgument,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Show how far a sharded run is: parts, rate, refused rows, what is left."""
    with plain_errors():
        from stance.batch import read_batch, status_of

        found = status_of(read_batch(folder))
        typer.echo(_json(found) if as_json else "\n".join(_status_lines(found)))


@app.command("merge")
def merge_command(
    folder: FolderArgument,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="OUT", help="File to write: .jsonl, .csv or .parquet.")
    ],
    deduplicate: Annotated[
        Literal["id", "text"] | None,
        typer.Option("--deduplicate", help="Leave out an article whose id or text came before."),
    ] = None,
    partial: Annotated[bool, typer.Option("--partial", help="Merge what is there of an unfinished run.")] = False,
    csv_raw: Annotated[
        bool, typer.Option("--csv-raw", help="Write CSV cells as they are, even those a spreadsheet would run.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The summary as JSON.")] = False,
) -> None:
    """Join the parts of a sharded run to one file, in the order of the input, and summarise it."""
    with plain_errors():
        from stance.batch import merge, read_batch

        merged = merge(read_batch(folder), output, same=deduplicate, partial=partial, raw=csv_raw)
        typer.echo(_json(merged) if as_json else _summary_text(merged))


def _json(found: Status | Merged) -> str:
    return json.dumps(asdict(found), ensure_ascii=False, indent=2, default=str)


def _status_lines(found: Status) -> list[str]:
    share = 100 * found.articles_done / max(found.articles, 1)
    lines = [
        f"{found.folder}: {found.state}" + (f", {found.engine}" if found.state == "running" else ""),
        f"shards     {found.shards_done:,} of {found.shards:,} done",
        f"articles   {found.articles_done:,} of {found.articles:,} ({share:.1f} %)"
        + (f", {found.lost:,} without a result" if found.lost else ""),
        f"sentences  {found.sentences:,} with {found.claims:,} claims",
        f"refused    {found.refused:,} rows" + (f"; see {found.rejects[0]}" if found.rejects else ""),
    ]
    if found.articles_per_second:
        lines.append(f"rate       {found.articles_per_second:,.1f} articles/s")
    if found.articles_left:
        time = f", about {timedelta(seconds=found.seconds_left)}" if found.seconds_left is not None else ""
        lines.append(f"left       {found.articles_left:,} articles{time}")
    return lines


def _summary_text(merged: Merged) -> str:
    claims = ", ".join(f"{count:,} {kind}" for kind, count in merged.claims.items()) or "none"
    return "\n".join(
        [
            f"{merged.path}: {merged.rows:,} rows",
            f"articles   {merged.articles:,} predicted, {merged.duplicates:,} of them left out as duplicates",
            f"sentences  {merged.sentences:,}",
            f"claims     {claims}",
            f"refused    {merged.refused:,} rows",
        ]
    )
