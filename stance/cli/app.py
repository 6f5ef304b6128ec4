"""The commands, mounted; nothing heavier than typer is imported before one runs."""

from __future__ import annotations

from typing import Annotated

import typer

from stance.cli.batch import app as batch_app
from stance.cli.data import app as data_app
from stance.cli.evaluate import evaluate_command
from stance.cli.info import info_command
from stance.cli.predict import predict_command
from stance.cli.report import report_command
from stance.cli.train import train_command
from stance.version import __version__

app = typer.Typer(
    name="stance",
    help="Claims in news, who makes them, about whom, and with what stance.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command("predict")(predict_command)
app.command("train")(train_command)
app.command("evaluate")(evaluate_command)
app.add_typer(data_app, name="data")
app.command("report")(report_command)
app.add_typer(batch_app, name="batch")
app.command("info")(info_command)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"stance {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Claims in news, who makes them, about whom, and with what stance.

    Exit codes: 0 done, 1 trouble of the machine, 2 wrong usage or setting, 3 bad input, 4 bad model (41 to 48: why),
    5 cannot write, 6 a package is missing, 130 interrupted, 141 the reader of the output left.
    """
