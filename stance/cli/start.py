"""Where the program begins and ends: streams that take any text, and no traceback on the way out."""

from __future__ import annotations

import os
import sys

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
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115  # open to the end
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
