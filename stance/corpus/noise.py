"""Labels that are probably wrong: those on which a simple model, trained on the other articles, disagrees for sure.

Confident learning (Northcutt, Jiang & Chuang 2021) over out-of-fold probabilities of a logistic regression on frozen
sentence vectors. It ranks candidates for a second look; it proves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stance.corpus.labels import Record
from stance.encoder.protocol import Encoder
from stance.errors import LabelError, MissingExtraError

_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Doubt:
    """A label to look at again: whether the sentence has it, and how probable the other sentences make it."""

    index: int
    label: str
    given: bool
    probability: float


def doubts(records: Sequence[Record], encoder: Encoder, *, seed: int = 0) -> list[Doubt]:
    """Labels to look at again, the most doubtful first; each label of the set is asked about by itself.

    Where every sentence has exactly one label, only that one is doubted.

    Parameters
    ----------
    records : labelled sentences; those without labels are left out
    encoder : its vectors stay as they are
    seed : of the folds, which never cut an article

    Raises
    ------
    MissingExtraError : cleanlab is not installed.
    LabelError : fewer than two articles, or no label that some have and some have not.
    """
    try:
        from cleanlab.filter import find_label_issues
    except ImportError:
        raise MissingExtraError("cleanlab", "curate", "looking for label noise") from None
    rows = [row for row, record in enumerate(records) if record.types is not None]
    gold = {row: records[row].types or frozenset() for row in rows}
    labels = sorted({label for types in gold.values() for label in types})
    vectors = np.asarray(encoder.encode([records[row].text for row in rows]), np.float64)
    groups = [records[row].doc or f"row {row}" for row in rows]
    exclusive = all(records[row].label is not None for row in rows)
    found: list[Doubt] | None = None
    for label in labels:
        holds = np.array([label in gold[row] for row in rows], int)
        probability = _out_of_fold(vectors, holds, groups, seed)
        if probability is not None:
            both = np.column_stack([1 - probability, probability])
            ranked = find_label_issues(holds, both, return_indices_ranked_by="self_confidence", n_jobs=1)
            kept = [i for i in ranked if holds[i] or not exclusive]
            found = [*(found or ()), *(Doubt(rows[i], label, bool(holds[i]), float(probability[i])) for i in kept)]
    if found is None:
        raise LabelError("no label can be doubted: each needs sentences with and without it in several articles")
    return sorted(found, key=lambda doubt: doubt.probability if doubt.given else 1 - doubt.probability)


def _out_of_fold(
    vectors: NDArray[np.float64], holds: NDArray[np.int_], groups: Sequence[str], seed: int
) -> NDArray[np.float64] | None:
    """Probability of a label for each sentence by a head that had not seen its article; None where it cannot be."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

    ones = len({group for group, holding in zip(groups, holds, strict=True) if holding})
    zeros = len({group for group, holding in zip(groups, holds, strict=True) if not holding})
    n_folds = min(_FOLDS, ones, zeros)
    if n_folds < 2:
        return None
    folds = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)
    head = LogisticRegression(max_iter=1000)
    found: NDArray[np.float64] = cross_val_predict(
        head, vectors, holds, groups=groups, cv=folds, method="predict_proba"
    )
    return found[:, 1]
