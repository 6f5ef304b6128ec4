"""A labelled corpus to train, validation and test: by article, each with its share of every label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stance.corpus.labels import Record
from stance.errors import ConfigError, LabelError

PARTS = ("train", "validation", "test")
"""Names of three parts; two are train and test."""

_SENTENCES = ""  # every sentence counts as one of this label too, so that parts of unlabelled text have their sizes


@dataclass(frozen=True, slots=True)
class _Article:
    """The records of one article and what is in them."""

    records: tuple[Record, ...]
    counts: Counter[str]


def split_records(records: Sequence[Record], shares: Sequence[float], *, seed: int = 0) -> dict[str, list[Record]]:
    """The records of each part, each marked with its name; an article is never cut.

    Articles are dealt out greedily, those with most of the rarest label first, each to the part that lacks most of
    what it holds (after Sechidis et al. 2011). Rows without an article go with the rows of the same text.

    Parameters
    ----------
    shares : two or three positive numbers; the size of train, validation and test against each other
    seed : of the order among equals

    Raises
    ------
    ConfigError : not two or three positive shares.
    LabelError : fewer articles than parts.
    """
    if len(shares) not in (2, 3) or not all(share > 0 for share in shares):
        raise ConfigError(f"parts {list(shares)}: expected two or three positive numbers, such as 0.8,0.1,0.1")
    names = PARTS if len(shares) == 3 else (PARTS[0], PARTS[2])
    articles = _articles(records)
    if len(articles) < len(names):
        raise LabelError(f"{len(articles)} articles cannot be split into {len(names)} parts; an article is never cut")
    dealt = _deal(articles, np.asarray(shares, np.float64) / sum(shares), seed)
    parts: dict[str, list[Record]] = {name: [] for name in names}
    for article, part in zip(articles, dealt, strict=True):
        name = names[part]
        parts[name] += [record.model_copy(update={"split": name}) for record in article.records]
    return parts


def _articles(records: Sequence[Record]) -> list[_Article]:
    groups: dict[str, list[Record]] = {}
    for record in records:
        groups.setdefault(record.group, []).append(record)
    return [
        _Article(tuple(group), Counter(label for record in group for label in (*(record.types or ()), _SENTENCES)))
        for group in groups.values()
    ]


def _deal(articles: Sequence[_Article], shares: NDArray[np.float64], seed: int) -> list[int]:
    """The part of each article."""
    labels = sorted({label for article in articles for label in article.counts})
    held = np.array([[article.counts[label] for label in labels] for article in articles], np.float64)
    totals = held.sum(axis=0)
    weight = (held / totals) ** 2  # of each label the share that an article holds: rare labels weigh most
    order = np.random.default_rng(seed).permutation(len(articles)).tolist()
    order.sort(key=lambda row: -float(weight[row].max()))
    lacking = np.outer(shares, totals)
    empty = set(range(len(shares)))
    dealt = [0] * len(articles)
    for position, row in enumerate(order):
        wanted = (lacking / totals) @ weight[row]
        allowed = sorted(empty) if len(order) - position <= len(empty) else range(len(shares))
        part = max(allowed, key=wanted.tolist().__getitem__)
        dealt[row] = part
        empty.discard(part)
        lacking[part] -= held[row]
    return dealt
