"""A learning curve: how good a model gets with more and more labelled articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stance.config import TrainConfig
from stance.corpus.labels import Record
from stance.corpus.read import Labelled, labelled_records
from stance.errors import LabelError
from stance.evaluation import evaluate
from stance.training import train

if TYPE_CHECKING:
    import pandas as pd

SHARES = (0.1, 0.2, 0.4, 0.7, 1.0)


@dataclass(frozen=True, slots=True)
class Point:
    """One training run: sentences it saw, and the F1 in percent of each label and of all."""

    sentences: int
    share: float
    repeat: int
    f1: dict[str, float]


@dataclass(frozen=True, slots=True)
class LearningCurve:
    """The runs, and how many sentences each was scored on."""

    points: tuple[Point, ...]
    test_sentences: int

    def to_frame(self) -> pd.DataFrame:
        """One row a run and label: share, sentences, repeat, label, f1."""
        import pandas as pd

        rows = [
            {"share": p.share, "sentences": p.sentences, "repeat": p.repeat, "label": label, "f1": value}
            for p in self.points
            for label, value in p.f1.items()
        ]
        return pd.DataFrame(rows)


def learning_curve(
    labelled: Labelled,
    test: Labelled | None = None,
    *,
    config: TrainConfig | None = None,
    shares: Sequence[float] = SHARES,
    repeats: int = 3,
) -> LearningCurve:
    """Train on growing shares of the articles, score each model on articles that none has seen.

    Parameters
    ----------
    labelled : labelled sentences; articles are never cut
    test : labelled sentences to score on; without them every fourth article is set aside
    config : how to train; without it heads on the frozen base encoder, which takes seconds
    shares : of the articles, in (0, 1]
    repeats : orders of the articles

    Raises
    ------
    LabelError : too few articles, or a share that holds too few examples of every label.
    """
    config = config or TrainConfig(adapt=False)
    records = [record for record in labelled_records(labelled) if record.types is not None]
    rng = np.random.default_rng(config.seed)
    articles = _articles(records)
    if test is None:
        names = rng.permutation(sorted(articles))
        held = set(names[: max(1, len(names) // 4)].tolist())
        test = [record for name in sorted(held) for record in articles[name]]
        articles = {name: rows for name, rows in articles.items() if name not in held}
    scored = list(labelled_records(test))
    points = []
    for repeat in range(repeats):
        order = rng.permutation(sorted(articles)).tolist()
        for share in sorted(shares):
            chosen = [record for name in order[: max(2, round(share * len(order)))] for record in articles[name]]
            if (point := _point(chosen, scored, config, share, repeat)) is not None:
                points.append(point)
    if not points:
        raise LabelError(f"no share of {len(articles)} articles holds two examples of each label; give more, or larger")
    return LearningCurve(tuple(points), len(scored))


def _point(
    chosen: Sequence[Record], scored: Sequence[Record], config: TrainConfig, share: float, repeat: int
) -> Point | None:
    """One run; None where the share is too small to learn from."""
    try:
        model = train(chosen, config)
    except LabelError:
        return None
    found = evaluate(model, scored, resamples=0)
    f1 = {label: row.f1 for label, row in found.types.items()} | {"macro": found.macro_f1}
    return Point(len(chosen), share, repeat, f1)


def _articles(records: Sequence[Record]) -> dict[str, list[Record]]:
    articles: dict[str, list[Record]] = {}
    for row, record in enumerate(records):
        articles.setdefault(record.doc if record.doc is not None else f"row {row}", []).append(record)
    if len(articles) < 4:
        raise LabelError(
            f"a learning curve needs at least four articles; the labelled sentences are of {len(articles)}"
        )
    return articles
