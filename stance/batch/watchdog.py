"""A limit on each step: a hang ends the process, so that every engine sees it as the death of a worker."""

from __future__ import annotations

import faulthandler
import os

_SLOWEST = 2_000
"""Characters a second; an article's own allowance, far below what any machine reads."""


class Watchdog:
    """Ends this process once an article takes longer than its limit.

    The timer runs outside the interpreter, so that it also ends a loop in compiled code. One process can have one.

    Parameters
    ----------
    seconds : for each article, beside a second for every 2,000 characters that were taken in and not yet given out;
        None for no limit
    """

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._characters = 0

    def __enter__(self) -> Watchdog:
        self._silence = open(os.devnull, "w")  # noqa: PTH123  # faulthandler writes there as it ends the process
        return self

    def __exit__(self, *exception: object) -> None:
        if self._seconds is not None:
            faulthandler.cancel_dump_traceback_later()
        self._silence.close()

    def take(self, characters: int) -> None:
        """An article of so many characters has been taken in; the clock starts anew."""
        self._count(characters)

    def give(self, characters: int) -> None:
        """An article of so many characters is done; the clock starts anew."""
        self._count(-characters)

    def _count(self, characters: int) -> None:
        self._characters += characters
        if self._seconds is not None:
            limit = self._seconds + self._characters / _SLOWEST
            faulthandler.dump_traceback_later(limit, exit=True, file=self._silence)
