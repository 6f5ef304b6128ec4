"""How far a score may be off: percentile intervals from resampled articles (Efron & Tibshirani 1993, chapter 13).

Sentences of one article hang together, so whole articles are drawn, with replacement, never single sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stance.metrics import Counts

LEVEL = 0.95
"""Share of resamples that an interval holds."""

_AT_ONCE = 64  # resamples whose weights are in memory together

Statistic = Callable[[Counts], Mapping[str, float]]
"""Summed counts to named scores."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Where 95 of 100 resampled scores lie, in the unit of the score."""

    low: float
    high: float

    def to_list(self) -> list[float]:
        """``[low, high]``."""
        return [self.low, self.high]


def intervals(
    articles: Sequence[Counts], statistic: Statistic, *, resamples: int = 1000, seed: int = 0
) -> dict[str, Interval]:
    """An interval for each score of the statistic; none with fewer than two articles.

    Parameters
    ----------
    articles : what was counted in each article
    statistic : its scores, from counts summed over the drawn articles
    """
    if len(articles) < 2:
        return {}
    drawn = [statistic(counts) for (counts,) in resampled([articles], resamples=resamples, seed=seed)]
    return {name: interval([scores[name] for scores in drawn]) for name in drawn[0]}


def interval(values: Sequence[float]) -> Interval:
    """The middle 95 per cent of the values."""
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(np.asarray(values, np.float64), [tail, 100 - tail])
    return Interval(float(low), float(high))


def resampled(systems: Sequence[Sequence[Counts]], *, resamples: int, seed: int) -> Iterator[list[Counts]]:
    """Counts summed over drawn articles, for each system; all systems see the same articles in each draw.

    Parameters
    ----------
    systems : for each system what was counted in each article, the articles in the same order
    """
    names = sorted({name for articles in systems for counts in articles for name in counts})
    tables = [_table(articles, names) for articles in systems]
    n_articles = len(systems[0])
    rng = np.random.default_rng(seed)
    for begin in range(0, resamples, _AT_ONCE):
        size = min(_AT_ONCE, resamples - begin)
        weights = rng.multinomial(n_articles, np.full(n_articles, 1 / n_articles), size=size)
        sums = [(weights @ table).tolist() for table in tables]
        for row in range(size):
            yield [Counts(dict(zip(names, table[row], strict=True))) for table in sums]


def _table(articles: Sequence[Counts], names: Sequence[tuple[str, str]]) -> NDArray[np.int64]:
    """(n_articles, n_names)."""
    return np.array([[counts.get(name, 0) for name in names] for counts in articles], np.int64)
