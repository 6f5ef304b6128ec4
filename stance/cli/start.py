"""Where the program begins and ends: streams that take any text, and no traceback on the way out."""

from __future__ import annotations

import os
import sys
from typing import TextIO

import typer

from stance.cli.app import app
from stance.cli.errors import plain_errors


def main() -> None:
    """Run the command line."""
    _ready_streams()
    try:
        with plain_errors():
            app()
    except typer.Exit as stop:
        sys.exit(stop.exit_code)


def _ready_streams() -> None:
    """A pipe gets UTF-8, a terminal what it can show; what was closed before us swallows its text."""
    for number, name in ((1, "stdout"), (2, "stderr")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, _silence(number))
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


def _silence(number: int) -> TextIO:
    """A stream to nowhere under the number of a closed one; workers inherit the number, and fail without it."""
    null = os.open(os.devnull, os.O_WRONLY)
    if null == number:
        os.set_inheritable(null, True)
    else:
        os.dup2(null, number)
        os.close(null)
    return open(number, "w", encoding="utf-8")  # open to the end
