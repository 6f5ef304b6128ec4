"""Stated probabilities against gold labels: precision and recall, reliability, thresholds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stance.errors import LabelError
from stance.evaluation import Evaluation
from stance.heads import BoolArray

if TYPE_CHECKING:
    import pandas as pd

Float64Array = NDArray[np.float64]
GRID = tuple(round(0.05 * step, 2) for step in range(1, 20))
"""Thresholds of a sweep."""

_Z = 1.959964  # 95 % of a normal distribution lie within this many standard deviations


@dataclass(frozen=True, slots=True)
class Judged:
    """One label on the scored sentences.

    Parameters
    ----------
    probability : (n_sentences,), as stated, in [0, 1]
    gold : (n_sentences,), whether the label holds
    """

    label: str
    probability: Float64Array
    gold: BoolArray


@dataclass(frozen=True, slots=True)
class Curve:
    """Precision over recall for every threshold, (n_thresholds + 1,), in [0, 1], and the area under it."""

    precision: Float64Array
    recall: Float64Array
    average_precision: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Sentences with a like probability: what was stated on average, how often it came true, with its interval."""

    stated: float
    observed: float
    low: float
    high: float
    count: int


def judged(evaluation: Evaluation) -> list[Judged]:
    """Each label that the predictions give probabilities for.

    Raises
    ------
    LabelError : the predictions carry no probabilities.
    """
    found = []
    for label in evaluation.labels:
        pairs = [
            (given.probabilities[label], label in (record.types or ()))
            for key, record in evaluation.gold.items()
            if (given := evaluation.found.get(key)) is not None and given.probabilities and label in given.probabilities
        ]
        if pairs:
            stated, gold = zip(*pairs, strict=True)
            found.append(Judged(label, np.array(stated, np.float64), np.array(gold, bool)))
    if not found:
        raise LabelError(
            f"{evaluation.name}: the predictions carry no probabilities; predict with this version of stance"
        )
    return found


def precision_recall(one: Judged) -> Curve:
    """Precision over recall; the average precision is its area (scikit-learn)."""
    from sklearn.metrics import average_precision_score, precision_recall_curve

    if not one.gold.any():
        return Curve(np.array([0.0, 1.0]), np.array([1.0, 0.0]), 0.0)
    precision, recall, _ = precision_recall_curve(one.gold, one.probability)
    return Curve(precision, recall, float(average_precision_score(one.gold, one.probability)))


def reliability(one: Judged, *, n_bins: int = 10) -> list[Bin]:
    """Bins of equal width that hold a sentence, by rising probability."""
    places = np.minimum((one.probability * n_bins).astype(int), n_bins - 1)
    found = []
    for place in np.unique(places):
        inside = places == place
        hits, count = int(one.gold[inside].sum()), int(inside.sum())
        low, high = wilson(hits, count)
        found.append(Bin(float(one.probability[inside].mean()), hits / count, low, high, count))
    return found


def threshold_sweep(evaluation: Evaluation, thresholds: Iterable[float] = GRID) -> pd.DataFrame:
    """Precision, recall and F1 in percent of each label, where it counts from each threshold."""
    import pandas as pd

    rows = []
    for one in judged(evaluation):
        for threshold in thresholds:
            given = one.probability >= threshold
            hits, found, gold = (int(x.sum()) for x in (given & one.gold, given, one.gold))
            rows.append(
                {
                    "label": one.label,
                    "threshold": threshold,
                    "precision": 100 * hits / found if found else 0.0,
                    "recall": 100 * hits / gold if gold else 0.0,
                    "f1": 200 * hits / (found + gold) if found + gold else 0.0,
                }
            )
    return pd.DataFrame(rows)


def wilson(hits: int, count: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927); (0, 1) for nothing counted."""
    if not count:
        return 0.0, 1.0
    share, square = hits / count, _Z**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = _Z / (1 + square / count) * sqrt(share * (1 - share) / count + square / (4 * count**2))
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))
