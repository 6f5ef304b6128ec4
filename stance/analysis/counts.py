"""Claims counted by who, whom, when, where; with intervals from resampled articles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from stance.corpus.labelled import whole
from stance.errors import LabelError
from stance.resampling import LEVEL

if TYPE_CHECKING:
    import pandas as pd

_AT_ONCE = 100  # resamples whose weights are in memory together


def count_claims(
    claims: pd.DataFrame,
    by: str | Sequence[str],
    *,
    articles: Iterable[str | int] | None = None,
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Claims and articles in each cell, the most frequent first, with a 95 % interval of the count.

    The interval says how far the count would vary with other articles like these: whole articles are drawn with
    replacement. It says nothing of claims that the model overlooks or invents. Claims without a value in one of the
    columns, such as those without a target, are in no cell; ``claims.fillna({"target": "nobody"})`` counts them.

    Parameters
    ----------
    claims : one row a claim (``Document.to_frame``), or any table with a column ``doc``
    by : columns to count by
    articles : ids of all articles read, those without a claim too, as text or numbers; without it those in the table
    resamples, seed : of the bootstrap

    Raises
    ------
    LabelError : a column is missing, or a claim is of an article that is not among ``articles``.
    """
    import pandas as pd

    columns = [by] if isinstance(by, str) else list(by)
    missing = [name for name in ("doc", *columns) if name not in claims.columns]
    if missing:
        raise LabelError(f'the table has no column "{missing[0]}"; it has {", ".join(map(str, claims.columns[:12]))} …')
    claims = claims.assign(doc=claims["doc"].astype(object).map(_id, na_action="ignore"))
    known = claims.dropna(subset=columns)
    names = _articles(claims["doc"].dropna(), articles)
    table = pd.crosstab(known["doc"], [known[name] for name in columns]) if len(known) else pd.DataFrame(index=[])
    table = table.reindex(names, fill_value=0)
    counts = table.to_numpy(np.float64)
    low, high = _between(counts, resamples, seed)
    found = pd.DataFrame(
        {
            "claims": counts.sum(axis=0).astype(int),
            "low": low,
            "high": high,
            "articles": (counts > 0).sum(axis=0),
        },
        index=table.columns,
    )
    return found.sort_values(["claims", "articles"], ascending=False, kind="stable")


def _articles(with_claims: Iterable[str], given: Iterable[str | int] | None) -> list[str]:
    """The articles to draw from, each once."""
    found = dict.fromkeys(with_claims)
    if given is None:
        return list(found)
    names = dict.fromkeys(map(_id, given))
    strange = [name for name in found if name not in names]
    if strange:
        raise LabelError(
            f"claims of {len(strange):,} articles that are not among the articles given, such as {strange[0]}; "
            f"give the ids of all articles read, as they stand in the column doc"
        )
    return list(names)


def _id(value: Any) -> str:
    """An article's id as text: pandas makes numbers of ids that are digits."""
    return str(whole(value))


def _between(counts: np.ndarray, resamples: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Bounds of the column sums, (n_cells,), of articles in rows."""
    n_articles = len(counts)
    if not resamples or n_articles < 2 or not counts.shape[1]:
        nothing = np.full(counts.shape[1], np.nan)
        return nothing, nothing
    rng = np.random.default_rng(seed)
    drawn = []
    for begin in range(0, resamples, _AT_ONCE):
        size = min(_AT_ONCE, resamples - begin)
        drawn.append(rng.multinomial(n_articles, np.full(n_articles, 1 / n_articles), size=size) @ counts)
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(np.concatenate(drawn), [tail, 100 - tail], axis=0)
    return low, high
