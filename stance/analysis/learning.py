"""A learning curve: how good a model gets with more and more labelled articles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from stance.adaptation import Progress
from stance.config import TrainConfig
from stance.corpus.labels import Record
from stance.corpus.read import Labelled, labelled_records
from stance.encoder.cache import VectorCache
from stance.errors import LabelError
from stance.evaluation import evaluate
from stance.metrics import titles
from stance.model import Model
from stance.scoretable import printable
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

    @property
    def labels(self) -> list[str]:
        """The labels that any run was scored on."""
        return list(dict.fromkeys(label for point in self.points for label in point.f1 if label != "macro"))

    def to_frame(self) -> pd.DataFrame:
        """One row a run and label: share, sentences, repeat, label, f1."""
        import pandas as pd

        rows = [
            {"share": p.share, "sentences": p.sentences, "repeat": p.repeat, "label": label, "f1": value}
            for p in self.points
            for label, value in p.f1.items()
        ]
        return pd.DataFrame(rows)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON: every run."""
        return {"test_sentences": self.test_sentences, "runs": [asdict(point) for point in self.points]}

    def summary(self) -> str:
        """Plain text for a terminal: one line a share, means of its runs, and how far their macro F1s lie apart."""
        runs: dict[float, list[Point]] = {}
        for point in self.points:
            runs.setdefault(point.share, []).append(point)
        names = [printable(label) for label in self.labels]
        lines = [
            f"learning curve: mean F1 of runs with a share of the articles each, on {self.test_sentences:,} sentences",
            f"share  runs  sentences  {''.join(f'{name}  ' for name in names)}macro  lowest-highest",
        ]
        for share, points in runs.items():
            means = [np.mean([p.f1[label] for p in points if label in p.f1] or [0.0]) for label in self.labels]
            columns = "".join(f"{mean:{len(name)}.1f}  " for mean, name in zip(means, names, strict=True))
            macro = [point.f1["macro"] for point in points]
            sentences = round(sum(point.sentences for point in points) / len(points))
            spread = f"{min(macro):.1f}-{max(macro):.1f}"
            lines.append(f"{share:5.0%}  {len(points):4}  {sentences:9,}  {columns}{np.mean(macro):5.1f}  {spread:>14}")
        return "\n".join(lines)


def learning_curve(
    labelled: Labelled,
    test: Labelled | None = None,
    *,
    config: TrainConfig | None = None,
    shares: Sequence[float] = SHARES,
    repeats: int = 3,
    cache: str | Path | VectorCache | None = None,
    progress: Progress | None = None,
) -> LearningCurve:
    """Train on growing shares of the articles, score each model on articles that none has seen.

    Parameters
    ----------
    labelled : labelled sentences; articles are never cut
    test : labelled sentences to score on; without them every fourth article is set aside
    config : how to train; without it heads on the frozen base encoder, which takes seconds
    shares : of the articles, in (0, 1]
    repeats : orders of the articles; all of them are the same in any order, and are trained on once
    cache : where vectors stay; without it they are kept until the last run is done
    progress : called with runs done and runs in all

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
    orders = [rng.permutation(sorted(articles)).tolist() for _ in range(repeats)]
    runs = [(repeat, share) for repeat in range(repeats) for share in sorted(shares) if not (share == 1 and repeat)]
    with _kept(cache) as vectors:
        for done, (repeat, share) in enumerate(runs, start=1):
            chosen = orders[repeat][: max(2, round(share * len(articles)))]
            rows = [record for name in chosen for record in articles[name]]
            if (point := _point(rows, scored, config, share, repeat, vectors)) is not None:
                points.append(point)
            if progress is not None:
                progress(done, len(runs))
    if not points:
        raise LabelError(f"no share of {len(articles)} articles holds two examples of each label; give more, or larger")
    return LearningCurve(tuple(points), len(scored))


def frozen_config(model: Model) -> TrainConfig:
    """How the model was trained, without adaptation: a curve of it takes seconds."""
    trained = model.settings.get("training", {}).get("config", {})
    known = {field.name for field in fields(TrainConfig)}
    return TrainConfig().updated({name: trained[name] for name in known & trained.keys()} | {"adapt": False})


@contextmanager
def _kept(cache: str | Path | VectorCache | None) -> Iterator[str | Path | VectorCache]:
    """A cache that many runs on the same sentences share."""
    if cache is not None:
        yield cache
        return
    with TemporaryDirectory(prefix="stance-", ignore_cleanup_errors=True) as folder:
        yield VectorCache(folder)


def _point(
    chosen: Sequence[Record],
    scored: Sequence[Record],
    config: TrainConfig,
    share: float,
    repeat: int,
    cache: str | Path | VectorCache,
) -> Point | None:
    """One run; None where the share is too small to learn from."""
    try:
        model = train(chosen, config, cache=cache)
    except LabelError:
        return None
    found = evaluate(model, scored, resamples=0)
    f1 = {f"type {label}": row.f1 for label, row in found.types.items()} | {"macro": found.macro_f1}
    return Point(len(chosen), share, repeat, {title: f1[name] for name, title in titles(f1).items()})


def _articles(records: Sequence[Record]) -> dict[str, list[Record]]:
    articles: dict[str, list[Record]] = {}
    for record in records:
        articles.setdefault(record.group, []).append(record)
    if len(articles) < 4:
        raise LabelError(
            f"a learning curve needs at least four articles; the labelled sentences are of {len(articles)}"
        )
    return articles
