"""The next piece in the works while the last one is used."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

import pytest

from stance.ahead import ahead


def _noted(pieces: Iterable[tuple[int, object]], found: list[int]) -> None:
    for piece, _ in pieces:
        found.append(piece)


def _failing_after(count: int) -> Iterator[int]:
    yield from range(count)
    raise ValueError("the source broke")


@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_order_is_kept(count: int) -> None:
    """Every piece comes once, in order, with what was made of it."""
    assert list(ahead(range(count), lambda piece: piece * 2)) == [(piece, piece * 2) for piece in range(count)]


def test_one_piece_ahead_and_no_more() -> None:
    """While a piece is used the next is in the works; those after it are not even drawn."""
    begun, drawn = [threading.Event() for _ in range(5)], []

    def act(piece: int) -> int:
        begun[piece].set()
        return piece

    def source() -> Iterator[int]:
        for piece in range(5):
            drawn.append(piece)
            yield piece

    pieces = ahead(source(), act)
    assert drawn == []
    next(pieces)
    assert begun[1].wait(10)
    assert drawn == [0, 1]
    pieces.close()  # type: ignore[attr-defined]  # a generator
    assert [event.is_set() for event in begun] == [True, True, False, False, False]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_broken_source_gives_what_it_gave(count: int) -> None:
    """What was drawn before the source broke still comes, then its error."""
    found: list[int] = []
    with pytest.raises(ValueError, match="the source broke"):
        _noted(ahead(_failing_after(count), str), found)
    assert found == list(range(count))


def test_an_error_in_the_works_comes_in_its_turn() -> None:
    """What fails for one piece is raised where that piece would have come."""
    found: list[int] = []
    with pytest.raises(ZeroDivisionError, match="by zero"):
        _noted(ahead([2, 1, 0, 3], lambda piece: 6 // piece), found)
    assert found == [2, 1]


def test_work_is_in_another_thread() -> None:
    """Work goes on beside the caller, the source stays with it."""

    def source() -> Iterator[int]:
        for _ in range(3):
            yield threading.get_ident()

    for drawn, worked in ahead(source(), lambda _: threading.get_ident()):
        assert drawn == threading.get_ident() != worked
