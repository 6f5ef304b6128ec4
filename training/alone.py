"""Something measured in a process of its own: seconds by the clock and of computing, and the most memory."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Clock:
    """Seconds by the clock and of computing, on all cores together: the second is the fairer one on a busy machine."""

    seconds: float
    computing: float

    @classmethod
    def of(cls, action: Callable[[], Any]) -> Clock:
        """What the action takes."""
        began, computed = time.perf_counter(), time.process_time()
        action()
        return cls(round(time.perf_counter() - began, 3), round(time.process_time() - computed, 3))


def alone(work: Callable[..., Any], *given: Any, patience: float) -> Any:
    """What ``work(*given)`` gives in a fresh process, so that memory is its own; killed after ``patience`` seconds."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(theirs, work, given))
    process.start()
    theirs.close()
    try:
        if not ours.poll(patience):
            raise SystemExit(f"{work.__name__}{given[:1]}: no answer in {patience:.0f} seconds; given up")
        return ours.recv()
    except EOFError:
        process.join()
        raise SystemExit(f"{work.__name__}{given[:1]}: ended with {process.exitcode}; its error stands above") from None
    finally:
        process.kill()
        process.join()


def _answer(pipe: Connection, work: Callable[..., Any], given: Sequence[Any]) -> None:
    pipe.send(work(*given))


def peak_megabytes() -> float:
    """The most memory that this process had.

    The kernel's high-water mark of this program: ``ru_maxrss`` also counts what the starting process had.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) * 1.024 / 1e3
