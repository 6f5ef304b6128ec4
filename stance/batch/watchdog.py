"""A limit on each step: a hang ends the process, so that every engine sees it as the death of a worker."""

from __future__ import annotations

import faulthandler
import os
import time

_SLOWEST = 2_000
"""Characters a second; an article's own allowance, far below what any machine reads."""
_OFTEN = 1.0
"""Seconds between two settings of the timer: each starts a thread, which for short articles would be much of the work.
So an article may take up to three times as much longer."""


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
        self._set, self._allowed = 0.0, 0.0  # when the timer was set, and the longest limit that it serves

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
        if self._seconds is None:
            return
        limit, now = self._seconds + self._characters / _SLOWEST, time.monotonic()
        if now - self._set >= _OFTEN or not self._allowed - 2 * _OFTEN <= limit <= self._allowed:
            self._set, self._allowed = now, limit + _OFTEN
            faulthandler.dump_traceback_later(limit + 2 * _OFTEN, exit=True, file=self._silence)
