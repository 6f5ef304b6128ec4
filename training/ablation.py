"""One adapted encoder on chosen parts of the data, measured on the development sentences: what each part gives.

    python training/ablation.py --parts ours wikinews gum [--share 0.5] [--epochs 4] [--learning-rate 5e-5] [--seed 0]

Trains a single member on nine tenths of the articles and takes thresholds from the last tenth, which is quicker than
the recipe's folds. Prints, for each type and in the mean: F1 at those thresholds, F1 at the best thresholds for the
development sentences (what a better choice of thresholds could give; no score to quote), and average precision.
"""

from __future__ import annotations

import argparse
import json
import time

import numpy as np
from corpora import DEV, ours, public, share_of
from sklearn.metrics import average_precision_score

from stance.adaptation import fit_member
from stance.calibration import best_threshold
from stance.config import TrainConfig
from stance.corpus.labels import Record
from stance.corpus.read import read_labelled
from stance.encoder.sbert import SbertEncoder
from stance.examples import Example, label_matrix, make_examples
from stance.heads import sigmoid
from stance.members import Schedule
from stance.records import ClaimType
from stance.training import article_folds
from stance.wordpieces import Tasks

LABELS = tuple(map(str, ClaimType))


def main() -> None:
    """Train on the parts asked for and print the scores."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", nargs="+", choices=("ours", "wikinews", "gum"), default=("ours", "wikinews", "gum"))
    parser.add_argument("--more", nargs="*", default=[], help="further label files, for experiments")
    parser.add_argument("--share", type=float, default=1.0, help="of our articles, for learning curves")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--learning-rate", type=float, default=5e-5)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    examples = make_examples(_records(given))
    dev = make_examples(read_labelled(DEV))
    began = time.monotonic()
    held_out, on_dev, fold = _scores(examples, dev, given)
    result = {"sentences": len(examples) - len(fold), "seconds": round(time.monotonic() - began)}
    gold_held = label_matrix([examples[row] for row in fold], LABELS)
    result |= _measured(held_out, gold_held, on_dev, label_matrix(dev, LABELS))
    print(json.dumps({**vars(given), **result}))


def _records(given: argparse.Namespace) -> list[Record]:
    records: list[Record] = []
    if "ours" in given.parts:
        written = ours()
        kept = share_of((str(record.doc) for record in written), given.share, given.seed)
        records += [record for record in written if record.doc in kept]
    names = {"wikinews", "gum"} & set(given.parts)
    records += [r for r in public() if ("gum" if str(r.doc).startswith("GUM") else "wikinews") in names]
    return records + [record for path in given.more for record in read_labelled(path)]


def _scores(
    examples: list[Example], dev: list[Example], given: argparse.Namespace
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores of the held-out tenth, of the development sentences, and the rows held out."""
    roles = tuple(sorted({role for example in examples for role, spans in example.spans.items() if spans}))
    stances = tuple(sorted({stance for example in examples for *_, stance in example.stances}))
    tasks = Tasks(LABELS, True, roles, stances, LABELS)
    schedule = Schedule(given.epochs, given.learning_rate, 32, given.seed)
    fold = article_folds([example.group for example in examples], TrainConfig(folds=10, seed=given.seed))[0]
    held_out, on_dev = fit_member(SbertEncoder(), examples, tasks, fold, schedule, dev)
    return held_out, on_dev, fold


def _measured(held_out: np.ndarray, gold_held: np.ndarray, on_dev: np.ndarray, gold: np.ndarray) -> dict[str, object]:
    """F1 at held-out and at best thresholds and average precision, in percent."""
    rows = {}
    for column, label in enumerate(LABELS):
        p, p_held = sigmoid(on_dev[:, column]), sigmoid(held_out[:, column])
        cut, best = best_threshold(p_held, gold_held[:, column]), best_threshold(p, gold[:, column])
        rows[label] = [
            _f1(p >= cut, gold[:, column]),
            _f1(p >= best, gold[:, column]),
            100 * average_precision_score(gold[:, column], p),
        ]
    rows["macro"] = np.mean(list(rows.values()), axis=0)
    return {label: [round(float(value), 1) for value in row] for label, row in rows.items()}


def _f1(found: np.ndarray, gold: np.ndarray) -> float:
    return 200 * float((found & gold).sum()) / max(1, int(found.sum() + gold.sum()))


if __name__ == "__main__":
    main()
