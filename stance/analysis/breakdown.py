"""Scores of parts of the gold labels: by type, and by outlet, topic or any other field of the records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from stance.corpus.articles import Key
from stance.corpus.labels import Record
from stance.errors import LabelError
from stance.evaluation import Evaluation
from stance.metrics import occurring, score, scores_by_name, tallies, titles
from stance.resampling import intervals

if TYPE_CHECKING:
    import pandas as pd

FIELDS = ("outlet", "topic", "corpus", "style", "variety", "year")
"""What gold records can be parted by."""


def fields_of(evaluation: Evaluation) -> list[str]:
    """The fields by which the gold records fall into at least two parts."""
    return [field for field in FIELDS if len(_parts(evaluation, field)) > 1]


def by(evaluation: Evaluation, field: str, *, resamples: int = 1000, seed: int = 0) -> pd.DataFrame:
    """Precision, recall, F1 and support of each label, and macro F1, in each part of the gold labels.

    A label that a part has neither in gold nor in found sentences has no row there and no share in its macro F1.

    Parameters
    ----------
    field : ``outlet``, ``topic``, ``corpus``, ``style``, ``variety`` or ``year``
    resamples, seed : of the bootstrap over articles that the 95 % intervals of F1 come from; 0 for none

    Returns
    -------
    One row a part and label, indexed by both; scores in percent.

    Raises
    ------
    LabelError : the field is unknown, or no gold record has it.
    """
    import pandas as pd

    if field not in FIELDS:
        raise LabelError(f'gold labels cannot be parted by "{field}"; give one of {", ".join(FIELDS)}')
    parts = _parts(evaluation, field)
    if not parts:
        raise LabelError(f"no gold record has a {field}; give it in the labelled file")
    rows = [
        {field: name, **row}
        for name, gold in sorted(parts.items())
        for row in _rows(evaluation, gold, resamples=resamples, seed=seed)
    ]
    return pd.DataFrame(rows).set_index([field, "label"])


def _rows(
    evaluation: Evaluation, gold: Mapping[Key, Record], *, resamples: int, seed: int
) -> Iterator[dict[str, str | float | None]]:
    """A row for each label that occurs in one part, and for their mean."""
    names, labels = columns(evaluation.labels), occurring(gold, evaluation.found, evaluation.labels)
    given = score(gold, evaluation.found, labels)
    counted = list(tallies(gold, evaluation.found, labels).values())
    statistic = partial(scores_by_name, labels=labels, has_claims=False)
    between = intervals(counted, statistic, resamples=resamples, seed=seed) if resamples else {}
    for label, row in [*((f"type {label}", row) for label, row in given["types"].items()), ("macro", given["macro"])]:
        interval = between.get(label)
        yield {
            "label": names[label],
            **row,
            "f1_low": interval.low if interval else None,
            "f1_high": interval.high if interval else None,
            "sentences": len(gold),
            "articles": len(counted),
        }


def columns(labels: Sequence[str]) -> dict[str, str]:
    """What each label, and the macro F1, is called in a breakdown."""
    return titles([*(f"type {label}" for label in labels), "macro"])


def _parts(evaluation: Evaluation, field: str) -> dict[str, dict[Key, Record]]:
    parts: dict[str, dict[Key, Record]] = {}
    for key, record in evaluation.gold.items():
        name = (record.date or "")[:4] if field == "year" else getattr(record, field)
        if name:
            parts.setdefault(name, {})[key] = record
    return parts
