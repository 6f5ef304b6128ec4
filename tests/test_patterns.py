"""Every pattern is linear in its input, whatever is thrown at it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest

from stance import patterns
from stance.sentences import split

_PATTERNS = {name: value for name, value in vars(patterns).items() if isinstance(value, re.Pattern)}
_FAMILIES: dict[str, Callable[[int], str]] = {
    "one letter": lambda n: "a" * n,
    "quotes": lambda n: '"' * n,
    "spaces": lambda n: " " * n + "x",
    "names": lambda n: ("Aaaa " * n)[:n],
    "open brackets": lambda n: "(" * n,
    "capitals": lambda n: "A" * n,
    "digits and dots": lambda n: ("1." * n)[:n],
    "abbreviations": lambda n: ("U.S. p.m. Inc. no. " * n)[:n],
    "tags": lambda n: ("<p <a &amp &#12 </br x" * n)[:n],
    "nested quotes": lambda n: ("“‘\"'" * n)[:n],
    "page matter": lambda n: ("Advertisement  Photo by date 2020-01-01 © 3 May 2020, 10:00 " * n)[:n],
    "random": lambda n: ("\t Ж’s? — D-Pa., “of the” 3.5%! asked\u2028…\x00 (Maj. " * n)[:n],
}
_N = 4_000
_CAP = 0.25  # seconds for 2 * _N characters; a linear pattern needs a few milliseconds


def _fastest(work: Callable[[], object], repeats: int = 5) -> float:
    """The least of several times, in seconds: other work on the machine only ever adds."""
    times = []
    for _ in range(repeats):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


def _assert_linear(work: Callable[[str], object], family: str, n: int = _N) -> None:
    """Twice the text takes less than three times as long, where it takes long at all; quadratic takes four.

    A busy machine disturbs a comparison, so one of three must hold.
    """
    one, two = _FAMILIES[family](n), _FAMILIES[family](2 * n)
    longer = _fastest(lambda: work(two), repeats=3)
    assert longer < _CAP
    if longer > 0.002:
        ratios = (_fastest(lambda: work(two)) / _fastest(lambda: work(one)) for _ in range(3))
        assert any(ratio < 3 for ratio in ratios)


@pytest.mark.parametrize("family", _FAMILIES)
@pytest.mark.parametrize("name", _PATTERNS)
def test_pattern_is_linear(name: str, family: str) -> None:
    """Finding every match in twice the text takes about twice the time."""
    pattern = _PATTERNS[name]
    _assert_linear(lambda text: sum(1 for _ in pattern.finditer(text)), family)


@pytest.mark.parametrize("family", _FAMILIES)
def test_splitting_is_linear(family: str) -> None:
    """The splitter as a whole is linear too."""
    split("Warm.")
    _assert_linear(split, family)


def test_the_test_would_notice() -> None:
    """A pattern known to be quadratic does not pass."""
    quadratic = re.compile(r"^\s*:?\s*$")
    with pytest.raises(AssertionError):
        _assert_linear(quadratic.match, "spaces", 10_000)  # so long that a busy machine cannot hide it


def test_every_pattern_says_what_it_is_for() -> None:
    """Each pattern is followed by a docstring."""
    source = (patterns.__file__ or "").removesuffix("c")
    with open(source, encoding="utf-8") as file:  # noqa: PTH123  # the module's own file
        text = file.read()
    for name in _PATTERNS:
        assert re.search(rf'^{name} = re\.compile\((?:.|\n)*?\)\n"""\S', text, re.MULTILINE), name
