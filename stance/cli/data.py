"""``stance data``: look after labelled sentences."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.errors import plain_errors, say
from stance.cli.options import say_unnamed

if TYPE_CHECKING:
    from stance.corpus.checks import Placed, Problem
    from stance.corpus.labels import Record

_FOUND = 3  # exit code of a check that found errors, as of any bad input
_FORMS = "records, table, markup, label-studio, doccano, prodigy or brat"

app = typer.Typer(help="Look after labelled sentences: check, split, convert.", no_args_is_help=True)

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE…", help="Labelled files (.jsonl .csv .tsv .parquet .txt .md) or folders.")
]


@app.command("check")
def check_command(
    files: Files,
    noise: Annotated[
        bool, typer.Option("--noise", help="Look for wrong labels too (package cleanlab; takes longer).")
    ] = False,
    encoder: Annotated[
        str, typer.Option("--encoder", metavar="NAME", help="Of --noise: its vectors are used as they are.")
    ] = "all-MiniLM-L6-v2",
) -> None:
    """Find what is wrong or odd in labelled files: one line each, file:line: message.

    Errors are broken records, words that do not stand in their sentence, and articles in two splits. Warnings are
    repeated sentences, one source under two names, and skeletons that many articles share. Exit code 3 with errors.
    """
    with plain_errors():
        from stance.corpus.checks import check, in_order, read_placed

        rows, problems = read_placed(files)
        problems = in_order([*problems, *check(rows)], rows)
        problems += _noise(rows, encoder) if noise else []
        for problem in problems:
            typer.echo(_printable(str(problem)))
        errors = sum(problem.error for problem in problems)
        articles = len({row.article for row in rows})
        say(f"{len(rows)} sentences in {articles} articles: {errors} errors, {len(problems) - errors} warnings")
        say_unnamed([row.record for row in rows])
        if errors:
            raise typer.Exit(_FOUND)


def _noise(rows: list[Placed], encoder: str) -> list[Problem]:
    from stance.corpus.checks import Problem
    from stance.corpus.noise import doubts
    from stance.encoder.build import build_encoder

    found = doubts([row.record for row in rows], build_encoder(encoder))
    problems = []
    for doubt in found:
        row = rows[doubt.index]
        given = "labelled" if doubt.given else "not labelled"
        message = f"{given} {doubt.label}, which the other articles make {doubt.probability:.0%} probable"
        problems.append(Problem(row.path, row.line, message, error=False))
    return problems


@app.command("split")
def split_command(
    files: Files,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Folder for the parts.")],
    parts: Annotated[
        str, typer.Option("--parts", metavar="A,B,C", help="Shares of train, validation and test; or train and test.")
    ] = "0.8,0.1,0.1",
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the order among equal articles.")] = 0,
    force: Annotated[bool, typer.Option("--force", help="Replace parts that stand there.")] = False,
) -> None:
    """Cut a corpus into train.jsonl, validation.jsonl and test.jsonl, each with its share of every label.

    An article is never cut; rows without one stay with rows of the same text.
    """
    with plain_errors():
        from stance.corpus.checks import read_placed
        from stance.corpus.labelled import unread_columns
        from stance.corpus.labels import to_json
        from stance.corpus.splits import PARTS, split_records
        from stance.corpus.write import write_text
        from stance.errors import LabelError, OutputError

        rows, problems = read_placed(files)
        if problems:
            more = f" (and {len(problems) - 1} more; see stance data check)" if len(problems) > 1 else ""
            raise LabelError(f"{problems[0]}{more}")
        split = split_records([row.record for row in rows], _shares(parts), seed=seed)
        taken = [path for path in (output / f"{name}.jsonl" for name in PARTS) if path.exists()]
        if taken and not force:
            raise OutputError(f"{taken[0]}: already there; give --force to replace the parts, or a new folder")
        output.mkdir(parents=True, exist_ok=True)
        for name, records in split.items():
            write_text(output / f"{name}.jsonl", "".join(f"{to_json(record)}\n" for record in records))
            say(f"{output / name}.jsonl: {_counted(records)}")
        for path in dict.fromkeys(row.path for row in rows):
            _say_unread(path, unread_columns(path))
        for stale in (output / f"{name}.jsonl" for name in PARTS if name not in split):
            stale.unlink(missing_ok=True)  # of an earlier split: its articles are in the new parts


def _say_unread(path: str, columns: Sequence[str]) -> None:
    """Say which columns of a table are not written again."""
    from stance.corpus.naming import listed

    if columns:
        say(f"{path}: not kept, as records have no place for it: {listed(columns)}")


def _shares(parts: str) -> list[float]:
    from stance.errors import ConfigError

    try:
        return [float(share) for share in parts.split(",")]
    except ValueError:
        raise ConfigError(f'--parts "{parts}": expected numbers with commas between, such as 0.8,0.1,0.1') from None


def _counted(records: list[Record]) -> str:
    articles = len({record.group for record in records})
    labels = Counter(label for record in records for label in record.types or ())
    counts = ", ".join(f"{count} {label}" for label, count in sorted(labels.items()))
    return f"{len(records)} sentences in {articles} articles; {counts or 'no labels'}"


@app.command("convert")
def convert_command(
    source: Annotated[Path, typer.Argument(metavar="INPUT", help="Labelled file, or a folder of brat's.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="OUTPUT", help="File, or the folder for brat.")],
    from_form: Annotated[str | None, typer.Option("--from", metavar="FORM", help=f"{_FORMS}.")] = None,
    to_form: Annotated[
        str | None, typer.Option("--to", metavar="FORM", help="The same; default: by the suffix.")
    ] = None,
    csv_raw: Annotated[
        bool, typer.Option("--csv-raw", help="Write CSV cells as they are, even those a spreadsheet would run.")
    ] = False,
) -> None:
    """Convert labelled sentences: our records, tables, the plain mark-up, and files of annotation tools.

    Examples: stance data convert export.json -o labels.jsonl ·
    stance data convert labels.jsonl -o tasks.jsonl --to prodigy
    """
    with plain_errors():
        from stance.corpus.convert import convert

        done = convert(source, output, from_form=from_form, to_form=to_form, csv_raw=csv_raw)
        left_out = f"; {done.left_out} without labels left out" if done.left_out else ""
        say(f"{output}: {done.records - done.left_out} sentences{left_out}")
        _say_unread(str(source), done.unread)


@app.command("strip")
def strip_command(
    files: Files,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="LABELS", help="File to write (.jsonl).")],
) -> None:
    """Take the text out of labelled records: offsets and hashes stay, for text that is not yours to hand on."""
    with plain_errors():
        from stance.corpus.read import read_labelled
        from stance.corpus.standoff import to_standoff
        from stance.corpus.write import write_text

        labels = [to_standoff(record) for file in files for record in read_labelled(file)]
        write_text(output, "".join(json.dumps(label, ensure_ascii=False) + "\n" for label in labels))
        say(f"{output}: labels of {len(labels)} sentences")


@app.command("join")
def join_command(
    labels: Annotated[Path, typer.Argument(metavar="LABELS", help="Labels without text, as strip writes them.")],
    texts: Annotated[
        Path, typer.Argument(metavar="TEXTS", help="Your copy of the articles: a table with url and text, or a folder.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="OUT", help="File to write (.jsonl).")],
) -> None:
    """Put labels without text back on the words of your own copy of the articles; each sentence's hash is checked."""
    with plain_errors():
        from stance.corpus.labels import to_json
        from stance.corpus.standoff import join
        from stance.corpus.write import write_text

        joined = join(labels, texts)
        write_text(output, "".join(f"{to_json(record)}\n" for record in joined.records))
        say(f"{output}: {len(joined.records)} sentences")
        if joined.missing or joined.changed:
            say(f"{joined.missing} labels without their article, {joined.changed} whose words have changed: left out")


@app.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of a record."""
    with plain_errors():
        from stance.corpus.labels import json_schema

        typer.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))


def _printable(line: str) -> str:
    """The line without characters that would move a cursor or reorder it."""
    return "".join(character if character.isprintable() else "\ufffd" for character in line)
