"""What a method costs to train, and how right and how honest its probabilities are."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
from alone import Clock, peak_megabytes
from methods import Lesson, Method, Probabilities
from numpy.typing import NDArray

from stance.calibration import calibration_error, label_scores

Figures = dict[str, Any]


def learned(method: Method, lesson: Lesson) -> Figures:
    """Fit; seconds, and the most memory that the process had until then, libraries included."""
    method.load()
    clock = Clock.of(lambda: method.fit(lesson))
    return {"train": asdict(clock), "megabytes": round(peak_megabytes())}


def rightness(probabilities: Probabilities, cuts: Probabilities | float, gold: Lesson) -> Figures:
    """Macro F1, mean average precision (where a sentence may have several labels), accuracy (where one), in percent.

    ``calibration_error``, in [0, 1], is the mean over labels, or that of the most probable label.
    """
    if gold.multi_label:
        found = probabilities >= cuts
        per_label = label_scores(gold.labels, gold.targets, found)
        errors = [calibration_error(*columns) for columns in zip(probabilities.T, gold.targets.T, strict=True)]
        return {
            "f1": round(per_label["macro"]["f1"], 1),
            "f1_of": {label: round(per_label[label]["f1"], 1) for label in gold.labels},
            "average_precision": round(_average_precision(probabilities, gold.targets), 1),
            "calibration_error": round(float(np.mean(errors)), 3),
        }
    chosen = probabilities.argmax(axis=1)
    right = chosen == gold.targets.argmax(axis=1)
    found = np.eye(len(gold.labels), dtype=bool)[chosen]
    return {
        "f1": round(label_scores(gold.labels, gold.targets, found)["macro"]["f1"], 1),
        "accuracy": round(100 * float(right.mean()), 1),
        "calibration_error": round(calibration_error(probabilities.max(axis=1), right), 3),
    }


def _average_precision(probabilities: Probabilities, gold: NDArray[np.bool_]) -> float:
    from sklearn.metrics import average_precision_score

    columns = zip(gold.T, probabilities.T, strict=True)
    return 100 * float(np.mean([average_precision_score(*column) for column in columns]))
