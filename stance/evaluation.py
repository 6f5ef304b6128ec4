"""Gold labels and predictions to an Evaluation: every score, how sure it is, and where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from stance import bundle
from stance.calibration import calibration_error
from stance.corpus.articles import Key, by_key, documents, keys_by_article, predictions_of
from stance.corpus.labels import Record, parse_object
from stance.corpus.read import Labelled, labelled_records
from stance.corpus.rows import is_folder
from stance.errors import ConfigError, LabelError
from stance.metrics import PRF, occurring, score, scores_by_name, tallies
from stance.model import Model
from stance.records import ClaimType
from stance.resampling import Interval, intervals
from stance.tables import records
from stance.views import EvaluationViews

if TYPE_CHECKING:
    import pandas as pd
_ROWS = ("macro", "micro", "speaker", "claim", "claim_with_target")


@dataclass(frozen=True, slots=True)
class OutletScore:
    """The part of the gold labels that comes from one corpus or outlet; macro F1 of the labels there, in percent."""

    sentences: int
    articles: int
    macro_f1: float


@dataclass(frozen=True)
class Evaluation(EvaluationViews):
    """How well predictions match gold labels; scores in percent, calibration errors in [0, 1].

    Parameters
    ----------
    labels : what was scored: those that a gold sentence has or was given
    types, macro, micro : precision, recall, F1 and support a label; their mean; over all decisions
    speaker : resolved speakers; ``speaker_recall_in`` where the name stands in the sentence, ``_out`` elsewhere
    source_accuracy, target_accuracy, stance_accuracy : where a claim of the right type was found in the sentence
    claim, claim_with_target : type, source and stance right; and the target too
    calibration_errors : of each label's probability over all sentences; empty where predictions have none
    outlets : macro F1 for each corpus or outlet that the gold records name, of the labels that occur there
    intervals : 95 % intervals from resampled articles, by name of the score; empty without bootstrap
    gold, found : the scored records by article and sentence

    Speaker and claim scores are None where the gold records or the predictions carry labels and no claims.
    """

    name: str
    labels: tuple[str, ...]
    sentences: int
    articles: int
    types: Mapping[str, PRF]
    macro: PRF
    micro: PRF
    speaker: PRF | None = None
    speaker_recall_in: float | None = None
    speaker_recall_out: float | None = None
    source_accuracy: float | None = None
    target_accuracy: float | None = None
    stance_accuracy: float | None = None
    claim: PRF | None = None
    claim_with_target: PRF | None = None
    calibration_errors: Mapping[str, float] = field(default_factory=dict)
    outlets: Mapping[str, OutletScore] = field(default_factory=dict)
    intervals: Mapping[str, Interval] = field(default_factory=dict)
    gold: Mapping[Key, Record] = field(default_factory=dict, repr=False)
    found: Mapping[Key, Record] = field(default_factory=dict, repr=False)

    @property
    def macro_f1(self) -> float:
        """Mean F1 of the labels, in percent."""
        return self.macro.f1

    @property
    def missing(self) -> int:
        """Gold sentences without a prediction; they count as without labels."""
        return len(self.gold.keys() - self.found.keys())

    @property
    def has_claims(self) -> bool:
        """Whether speakers and claims were scored, beside labels."""
        return self.claim is not None

    def rows(self) -> dict[str, PRF]:
        """Every precision, recall and F1 by the name that ``intervals`` uses."""
        rows = {f"type {label}": row for label, row in self.types.items()} | {"macro": self.macro, "micro": self.micro}
        rest = {"speaker": self.speaker, "claim": self.claim, "claim with target": self.claim_with_target}
        return rows | {name: row for name, row in rest.items() if row is not None}

    def summary(self) -> str:
        """Plain text for a terminal."""
        from stance.scoretable import summary

        return summary(self)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        from stance.scoretable import to_dict

        return to_dict(self)

    def to_frame(self) -> pd.DataFrame:
        """One row a score: precision, recall, F1, its interval, support, calibration error."""
        from stance.scoretable import to_frame

        return to_frame(self)


def evaluate(
    model: Model | Labelled,
    labelled: Labelled,
    *,
    resamples: int = 1000,
    seed: int = 0,
    name: str | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> Evaluation:
    """Score a model, or predictions that were made elsewhere, on labelled sentences.

    Records of one ``doc`` are read as one article whose sentences are kept as given; rows of text and label are each
    read alone. Sentences without labels are read with their article and not scored.

    Parameters
    ----------
    model : a model or its directory, or predictions in the exchange form (files or records) with the same ``doc``
        and ``sentence``
    labelled : one or more files of labelled sentences, records (as dicts too), or a DataFrame
    resamples : draws of the bootstrap over articles that the intervals come from; 0 for none
    seed : of the bootstrap
    name : what tables call it
    progress : called with sentences read and sentences in all

    Raises
    ------
    LabelError : nothing is labelled, a sentence stands there twice, labels or sentences of both sides do not fit.
    ConfigError : resamples or seed are below 0.
    """
    if resamples < 0 or seed < 0:
        raise ConfigError(f"resamples = {resamples}, seed = {seed}: expected whole numbers from 0")
    everything = by_key(labelled_records(labelled))
    gold = {key: record for key, record in everything.items() if record.types is not None}
    if not gold:
        raise LabelError(f"none of {len(everything)} sentences carries a label; there is nothing to score")
    if isinstance(model, (str, Path)) and is_folder(model):
        model = bundle.load(model)
    if isinstance(model, Model):
        _judge_labels(gold, model.labels)
        found = _predicted(model, everything, progress)
        order = model.labels
    else:
        found = _matched(by_key(labelled_records(model)), gold)
        order = tuple(map(str, ClaimType))
    return _evaluation(gold, found, _labels(gold, found, order), name or _name(model), resamples, seed)


def _evaluation(
    gold: Mapping[Key, Record],
    found: Mapping[Key, Record],
    labels: tuple[str, ...],
    name: str,
    resamples: int,
    seed: int,
) -> Evaluation:
    given = score(gold, found, labels)
    has_claims = "claim" in given
    rows: dict[str, Any] = {row: PRF(**given[row]) for row in _ROWS if row in given}
    rows |= {share: value for share, value in given.items() if share.endswith(("_accuracy", "_in", "_out"))}
    counted = list(tallies(gold, found, labels).values())
    statistic = partial(scores_by_name, labels=labels, has_claims=has_claims)
    return Evaluation(
        name=name,
        labels=labels,
        sentences=len(gold),
        articles=len(counted),
        types={label: PRF(**row) for label, row in given["types"].items()},
        **rows,
        calibration_errors=_calibration_errors(gold, found, labels),
        outlets=_outlets(gold, found, labels),
        intervals=intervals(counted, statistic, resamples=resamples, seed=seed) if resamples else {},
        gold=gold,
        found=found,
    )


def _predicted(
    model: Model, everything: Mapping[Key, Record], progress: Callable[[int, int | None], None] | None
) -> dict[Key, Record]:
    """What the model says of every sentence, article by article."""
    articles = keys_by_article(everything)
    found: dict[Key, Record] = {}
    for keys, document in zip(articles, model.predict_many(documents(everything, articles)), strict=True):
        for key, values in zip(keys, records(document), strict=True):
            found[key] = parse_object(values, f"{key[0]}:{key[1]}")
        if progress is not None:
            progress(len(found), len(everything))
    return found


def _matched(predicted: Mapping[Key, Record], gold: Mapping[Key, Record]) -> dict[Key, Record]:
    """The predictions of gold sentences; others are left out."""
    found = predictions_of(gold, predicted)
    if not found:
        doc, number = next(iter(gold))
        raise LabelError(
            f"no prediction is of a gold sentence, such as sentence {number} of {doc}; predict the gold file itself, "
            f"so that doc and sentence are the same on both sides"
        )
    for key, record in found.items():
        if record.text.split() != gold[key].text.split():
            raise LabelError(
                f"sentence {key[1]} of {key[0]} differs between gold labels and predictions; predict the gold file "
                f"itself, so that its sentences are kept"
            )
    return found


def _judge_labels(gold: Mapping[Key, Record], given: Sequence[str]) -> None:
    """A model knows at least one of the gold labels."""
    in_gold = _held(gold)
    if in_gold and in_gold.isdisjoint(given):
        raise LabelError(
            f"none of the gold labels ({', '.join(sorted(in_gold)[:8])}) is one that the model gives "
            f"({', '.join(given[:8])})"
        )


def _labels(gold: Mapping[Key, Record], found: Mapping[Key, Record], order: Sequence[str]) -> tuple[str, ...]:
    """The labels that a gold sentence has or was given: of others there is nothing to miss and nothing to get wrong.

    Claims of the label guide are scored on all of its types, whichever of them occur.
    """
    everything = (*order, *sorted((_held(gold) | _held(found)).difference(order)))
    there, guide = occurring(gold, found, everything) or everything, tuple(map(str, ClaimType))
    of_guide = set(there) <= set(guide) and any(record.claims is not None for record in gold.values())
    return guide if of_guide else there


def _held(records: Mapping[Key, Record]) -> set[str]:
    return {label for record in records.values() for label in record.types or ()}


def _calibration_errors(
    gold: Mapping[Key, Record], found: Mapping[Key, Record], labels: Sequence[str]
) -> dict[str, float]:
    pairs: dict[str, list[tuple[float, bool]]] = {label: [] for label in labels}
    for key, record in gold.items():
        given = found.get(key)
        for label, probability in ((given.probabilities if given is not None else None) or {}).items():
            if label in pairs:
                pairs[label].append((probability, label in (record.types or ())))
    columns = {label: np.array(rows, np.float64).T for label, rows in pairs.items() if rows}
    return {label: calibration_error(stated, came_true > 0) for label, (stated, came_true) in columns.items()}


def _outlets(gold: Mapping[Key, Record], found: Mapping[Key, Record], labels: Sequence[str]) -> dict[str, OutletScore]:
    groups: dict[str, dict[Key, Record]] = {}
    for key, record in gold.items():
        name = record.corpus or record.outlet
        if name:
            groups.setdefault(name, {})[key] = record
    return {
        name: OutletScore(
            len(part),
            len({doc for doc, _ in part}),
            score(part, found, occurring(part, found, labels))["macro_f1"],
        )
        for name, part in sorted(groups.items())
    }


def _name(model: Any) -> str:
    return str(model) if isinstance(model, (str, Path)) else "model" if isinstance(model, Model) else "predictions"
