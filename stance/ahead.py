"""The next piece in the works while the last one is used, for work that leaves the interpreter to others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


def ahead(pieces: Iterable[_Given], act: Callable[[_Given], _Made]) -> Iterator[tuple[_Given, _Made]]:
    """Each piece with what ``act`` makes of it, in order; meanwhile the piece after it is in the works, none further.

    ``act`` runs in a thread of its own, one piece at a time; pieces are drawn in the caller's. An error of either
    comes after everything that was drawn before it, as it would without the thread.
    """
    left = iter(pieces)
    with ThreadPoolExecutor(1) as worker:
        piece = next(left, None)
        work = worker.submit(act, piece) if piece is not None else None
        while piece is not None and work is not None:
            try:
                following = next(left, None)
            except BaseException:
                yield piece, work.result()
                raise
            made = work.result()
            work = worker.submit(act, following) if following is not None else None
            yield piece, made
            piece = following
