"""Errors for people: one line on stderr and a documented exit code, never a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from stance.errors import StanceError

INTERRUPTED = 130
CLOSED_PIPE = 141
"""What a shell gives for a program that a closed pipe ended: not all of the output was read."""


@contextmanager
def plain_errors() -> Iterator[None]:
    """``StanceError`` to one line and its exit code; a closed pipe and Ctrl-C end quietly."""
    try:
        yield
    except StanceError as error:
        say(str(error))
        raise typer.Exit(error.exit_code) from None
    except BrokenPipeError:
        # whoever read our output has enough; what Python flushes at exit has to go somewhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(CLOSED_PIPE) from None
    except KeyboardInterrupt:
        say("interrupted; files under their final names are complete")
        raise typer.Exit(INTERRUPTED) from None
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and str(error) != "can't start new thread":
            raise
        say("this machine gives no more memory or threads; allow more (ulimit -v, ulimit -u), or do less at once")
        raise typer.Exit(1) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        say(f"{where}{error.strerror or error}")
        raise typer.Exit(5) from None


def say(message: str) -> None:
    """One line to stderr; control characters in names of files cannot play with the terminal."""
    line = " ".join(message.split())
    print(f"stance: {''.join(c if c.isprintable() else '�' for c in line)}", file=sys.stderr)  # noqa: T201
