"""Honest probabilities, and where to cut them; both learned from scores that cross-validation held out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stance.errors import ShapeError
from stance.heads import BoolArray, LinearHead, sigmoid, softmax

FloatArray64 = NDArray[np.floating]
_PRIOR_SPREAD = 0.2  # of the logarithm of the temperature


@dataclass(frozen=True)
class Calibrated:
    """A head whose probabilities mean what they say, and the probability from which each label counts.

    ``slope`` and ``shift``, (n_labels,), are what calibration did to the scores.
    """

    head: LinearHead
    thresholds: dict[str, float]
    slope: FloatArray64
    shift: FloatArray64

    def decide(self, scores: FloatArray64) -> BoolArray:
        """Which labels hold, (n_sentences, n_labels), for scores that are not calibrated yet."""
        if not self.head.multi_label:
            return np.eye(len(self.head.labels), dtype=bool)[scores.argmax(axis=1)]
        cuts = np.array([self.thresholds[label] for label in self.head.labels])
        decided: BoolArray = sigmoid(scores * self.slope + self.shift) >= cuts
        return decided


def calibrate(
    head: LinearHead, held_out: FloatArray64, targets: BoolArray, typical: BoolArray | None = None
) -> Calibrated:
    """Platt scaling for each label (Platt 1999), or one temperature for all (Guo et al. 2017), and thresholds.

    Parameters
    ----------
    head : fitted on all sentences
    held_out : (n_sentences, n_labels), scores of heads that had not seen the sentence
    targets : (n_sentences, n_labels), the gold labels; a label with one example keeps its scores and the threshold 0.5
    typical : (n_sentences,), which sentences are like those that will be read: thresholds come from them alone, for
        those of easier text are too high; None for all
    """
    if held_out.shape != targets.shape:
        raise ShapeError(f"scores {held_out.shape} and targets {targets.shape} differ")
    slope, shift = _scaling(held_out, targets, multi_label=head.multi_label)
    calibrated = head.rescaled(slope, shift)
    if not head.multi_label:
        return Calibrated(calibrated, {}, slope, shift)
    probabilities = sigmoid(held_out * slope + shift)
    deciding = np.ones(len(targets), bool) if typical is None else typical
    gold = targets[deciding] & _told(targets)
    cuts = [best_threshold(*columns) for columns in zip(probabilities[deciding].T, gold.T, strict=True)]
    return Calibrated(calibrated, dict(zip(head.labels, cuts, strict=True)), slope, shift)


def calibrated_loss(held_out: FloatArray64, targets: BoolArray, *, multi_label: bool) -> float:
    """Minus the logarithm of what gold labels are given once the scores are calibrated, summed; shapes as above."""
    slope, shift = _scaling(held_out, targets, multi_label=multi_label)
    scaled = held_out * slope + shift
    if multi_label:
        return float(np.logaddexp(0.0, np.where(targets, -scaled, scaled)).sum())
    return _log_loss(scaled, targets)


def nearest_line(scores: FloatArray64, wanted: FloatArray64, *, multi_label: bool) -> tuple[FloatArray64, FloatArray64]:
    """Factor and summand of each label, (n_labels,) each, that bring scores nearest to those wanted (least squares).

    Parameters
    ----------
    scores, wanted : (n_sentences, n_labels)
    multi_label : labels on their own; exclusive ones have one factor
    """
    if scores.shape != wanted.shape:
        raise ShapeError(f"scores {scores.shape} and those wanted {wanted.shape} differ")
    middle, goal = scores.mean(axis=0), wanted.mean(axis=0)
    spread = ((scores - middle) ** 2).sum(axis=0)
    shared = ((scores - middle) * (wanted - goal)).sum(axis=0)
    if not multi_label:
        spread, shared = np.full_like(spread, spread.sum()), np.full_like(shared, shared.sum())
    slope = np.divide(shared, spread, out=np.ones_like(spread), where=spread > 0)
    slope = np.where(slope > 0, slope, 1.0)  # nothing turns a ranking round
    return slope, goal - slope * middle


def _scaling(held_out: FloatArray64, targets: BoolArray, *, multi_label: bool) -> tuple[FloatArray64, FloatArray64]:
    """Factor and summand of each label's score, (n_labels,) each."""
    n_labels = targets.shape[1]
    gold = targets & _told(targets)
    if not multi_label:
        rows = gold.any(axis=1)
        return np.full(n_labels, _temperature(held_out[rows], gold[rows])), np.zeros(n_labels)
    fits = [_platt(held_out[:, i], gold[:, i]) for i in range(n_labels)]
    return np.array([fit[0] for fit in fits]), np.array([fit[1] for fit in fits])


def _told(targets: BoolArray) -> BoolArray:
    """(n_labels,), which labels can be held out: with one example, no other is left to learn from."""
    told: BoolArray = targets.sum(axis=0) > 1
    return told


def _log_loss(scores: FloatArray64, targets: BoolArray) -> float:
    """Minus the logarithm of what the one gold label of each sentence is given, summed."""
    return float(-np.log(np.maximum(softmax(scores)[targets], 1e-12)).sum())


def best_threshold(probability: FloatArray64, gold: BoolArray) -> float:
    """The probability from which cutting gives the best F1; 0.5 where there is no example to learn it from.

    Halfway between the two neighbouring probabilities, rounded to four decimals as they are printed.
    """
    if not gold.any():
        return 0.5
    order = np.argsort(-probability, kind="stable")
    ranked, hits = probability[order], np.cumsum(gold[order])
    f1 = 2 * hits / (np.arange(1, len(hits) + 1) + gold.sum())
    last = np.append(ranked[1:] != ranked[:-1], True)  # equal probabilities fall on one side of any cut
    best = int(np.argmax(np.where(last, f1, -1.0)))
    below = float(ranked[best + 1]) if best + 1 < len(ranked) else 0.0
    return round((float(ranked[best]) + below) / 2, 4)


def label_scores(labels: Sequence[str], gold: BoolArray, found: BoolArray) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 in percent, and support, of each label and macro-averaged."""
    scores = {}
    for column, label in enumerate(labels):
        hits, n_found, n_gold = (
            int(x.sum()) for x in (gold[:, column] & found[:, column], found[:, column], gold[:, column])
        )
        scores[label] = {
            "precision": 100 * hits / n_found if n_found else 0.0,
            "recall": 100 * hits / n_gold if n_gold else 0.0,
            "f1": 200 * hits / (n_found + n_gold) if n_found + n_gold else 0.0,
            "support": n_gold,
        }
    macro = {name: float(np.mean([row[name] for row in scores.values()])) for name in ("precision", "recall", "f1")}
    return scores | {"macro": macro | {"support": int(gold.sum())}}


def calibration_error(probability: FloatArray64, correct: BoolArray, *, n_bins: int = 10) -> float:
    """Mean gap between stated and observed accuracy, in [0, 1] (Guo et al. 2017, section 2).

    Parameters
    ----------
    probability : (n,), stated probability, in [0, 1]
    correct : (n,), whether it came true

    Raises
    ------
    ShapeError : the lengths differ, or there is nothing to compare.
    """
    if probability.shape != correct.shape or not len(probability):
        raise ShapeError(f"need as many outcomes as probabilities, at least one: {probability.shape}, {correct.shape}")
    bins = np.minimum((probability * n_bins).astype(int), n_bins - 1)
    gaps = [
        abs(float(probability[bins == b].mean()) - float(correct[bins == b].mean())) * float((bins == b).mean())
        for b in np.unique(bins)
    ]
    return float(sum(gaps))


def _platt(scores: FloatArray64, gold: BoolArray, sample_weight: FloatArray64 | None = None) -> tuple[float, float]:
    """Slope and shift that make ``sigmoid(slope * score + shift)`` honest; the identity without both outcomes.

    ``sample_weight``, (n,), is how much each of the n sentences counts; all the same if it is not given.
    """
    if gold.all() or not gold.any():
        return 1.0, 0.0
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=1e6, max_iter=1000).fit(scores[:, None], gold, sample_weight)
    slope = float(fitted.coef_[0, 0])
    if slope <= 0:  # held-out scores that rank backwards carry nothing: do not turn them round
        return 1.0, 0.0
    return slope, float(fitted.intercept_[0])


def _temperature(scores: FloatArray64, targets: BoolArray) -> float:
    """The factor on the logits with the least log loss, searched over a log grid from 1/20 to 20.

    Its logarithm has a normal prior around 0: a handful of sentences, with one less of a label where that label is held
    out, would make all probabilities equal; a thousand have their way.
    """
    grid = np.geomspace(0.05, 20, 121)
    losses = [_log_loss(scores * factor, targets) for factor in grid]
    return float(grid[int(np.argmin(losses + np.log(grid) ** 2 / (2 * _PRIOR_SPREAD**2)))])
