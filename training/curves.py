"""How much the written corpus teaches: learning curves on the development sentences, alone and beside real news.

    python training/curves.py [--seeds 3] [-o training/curves.json]

Trains on (a) the labels of public articles, (b) an eighth, a quarter, a half and all of the articles in data/articles,
(c) both; the recipe is the quick one of ``stance train --no-adapt``: frozen encoder, word n-grams, logistic regression,
thresholds from held-out folds. A seed draws the articles and the folds. Prints macro F1 and average precision over the
three types, in percent, and draws ``curves.svg`` beside the output. Needs the texts in ``../shared``.
"""

from __future__ import annotations

import argparse
import json
from itertools import product
from pathlib import Path

import numpy as np
from corpora import DEV, ours, public, share_of
from sklearn.metrics import average_precision_score

from stance.calibration import calibrate, label_scores
from stance.config import TrainConfig
from stance.corpus.read import read_labelled
from stance.encoder.build import build_encoder
from stance.encoder.protocol import FloatArray
from stance.examples import Example, label_matrix, make_examples
from stance.heads import fit_head
from stance.records import ClaimType
from stance.training import article_folds

HERE = Path(__file__).parent
LABELS = tuple(map(str, ClaimType))
SHARES = (0.125, 0.25, 0.5, 1.0)
Point = dict[str, float | int | str]


def main() -> None:
    """Measure every point of the curves, write them down, draw them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("-o", "--output", type=Path, default=HERE / "curves.json")
    given = parser.parse_args()
    written, real, dev = (make_examples(part) for part in (ours(), public(), read_labelled(DEV)))
    encoder = build_encoder(TrainConfig().encoder)
    vectors = {id(part): encoder.encode([one.text for one in part]) for part in (written, real, dev)}
    rows: list[Point] = []
    parts = [("real", 0.0), *((name, share) for share in SHARES for name in ("written", "both"))]
    for seed, (part, share) in product(range(given.seeds), parts):
        articles = share_of((one.group for one in written), share, seed)
        kept = [row for row, one in enumerate(written) if one.group in articles]
        public_ones = [] if part == "written" else list(range(len(real)))
        examples = [*(real[row] for row in public_ones), *(written[row] for row in kept)]
        known = np.concatenate([vectors[id(real)][public_ones], vectors[id(written)][kept]])
        f1, precision = _measured(examples, known, dev, vectors[id(dev)], seed)
        rows.append({"part": part, "share": share, "seed": seed, "sentences": len(examples), "f1": f1, "ap": precision})
        print(json.dumps(rows[-1]), flush=True)
    given.output.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    _draw(rows, given.output.with_suffix(".svg"))


def _measured(
    examples: list[Example], vectors: FloatArray, dev: list[Example], seen: FloatArray, seed: int
) -> tuple[float, float]:
    """Macro F1 at held-out thresholds and mean average precision, in percent."""
    texts, targets, gold = [one.text for one in examples], label_matrix(examples, LABELS), label_matrix(dev, LABELS)
    held_out = np.zeros(targets.shape)
    for fold in article_folds([one.group for one in examples], TrainConfig(folds=3, seed=seed)):
        kept = np.setdiff1d(np.arange(len(texts)), fold)
        head = fit_head(vectors[kept], targets[kept], LABELS, sentences=[texts[row] for row in kept])
        held_out[fold] = head.scores(vectors[fold], [texts[row] for row in fold])
    calibrated = calibrate(fit_head(vectors, targets, LABELS, sentences=texts), held_out, targets)
    found = calibrated.head.predict_proba(seen, [one.text for one in dev])
    cuts = np.array([calibrated.thresholds[label] for label in LABELS])
    precision = [average_precision_score(gold[:, column], found[:, column]) for column in range(len(LABELS))]
    return round(label_scores(LABELS, gold, found >= cuts)["macro"]["f1"], 1), round(100 * float(np.mean(precision)), 1)


def _draw(rows: list[Point], path: Path) -> None:
    """Mean and range over the seeds against the number of written sentences."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3.6), layout="constrained")
    axes = figure.subplots()
    names = {"written": "written corpus alone", "both": "written corpus and real news"}
    for part, name in names.items():
        shares = [0.0, *SHARES] if part == "both" else list(SHARES)
        asked = [(part if share else "real", share) for share in shares]
        scores = [[float(row["ap"]) for row in rows if (row["part"], row["share"]) == point] for point in asked]
        middle = [float(np.mean(found)) for found in scores]
        ends = [
            [max(0.0, mean - min(found)) for mean, found in zip(middle, scores, strict=True)],  # rounding
            [max(0.0, max(found) - mean) for mean, found in zip(middle, scores, strict=True)],
        ]
        axes.errorbar([100 * s for s in shares], middle, yerr=ends, marker="o", capsize=3, label=name)
    axes.set(xlabel="share of the written articles, %", ylabel="average precision, macro, %")
    axes.legend(frameon=False)
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
