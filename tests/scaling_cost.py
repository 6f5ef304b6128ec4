"""What a sentence costs, by number of sentences, by their length and by number of labels: ``make scaling-cost``.

Each point is a process of its own. Costs are seconds of computing, which a busy machine changes little; each is the
median of several.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from generated import articles
from reliability_batch import hashing_model

_SENTENCES = (10, 100, 1_000, 10_000)
_WORDS = (5, 20, 80, 320, 5_000)  # of a sentence
_LABELS = (3, 30, 300, 3_000)
_PATIENCE = 3_600


def measured(kind: str, size: int, model: str) -> dict[str, float]:
    """Milliseconds of computing a sentence, without loading, and the process's peak in megabytes; in this process."""
    import stance

    loaded = stance.load(None if model == "default" else model)
    loaded.predict("A first sentence loads what is loaded at first use.")
    texts = _texts(kind, size)
    if kind == "labels":
        rng, width = np.random.default_rng(0), loaded.types.coef.shape[1]
        coef = rng.standard_normal((size, width), np.float32)
        types = replace(
            loaded.types,
            labels=tuple(f"label {number}" for number in range(size)),
            coef=coef,
            intercept=np.full(size, -40, np.float32),  # no claims: what follows depends on claims, not on labels
            vocabulary=None,
            ngram_coef=None,
        )
        loaded = replace(loaded, types=types, thresholds=dict.fromkeys(types.labels, 0.99))
    began, count = time.process_time(), 0
    for document in loaded.predict_many(texts):
        count += len(document.sentences)
    seconds = time.process_time() - began
    return {"sentences": count, "milliseconds": round(1000 * seconds / count, 3), "megabytes": round(_peak(), 1)}


def _texts(kind: str, size: int) -> Sequence[str]:
    if kind == "words":
        words = "the council said that it will not pay for new bridge works this year because of rain".split()
        rng = np.random.default_rng(size)
        count = max(2, 4_000 // size)
        return [" ".join(rng.choice(words, size)).capitalize() + "." for _ in range(count)]
    wanted = size if kind == "sentences" else 300
    return [article["text"] for article in articles(max(1, wanted // 5), sentences=(5, 5))]


def _peak() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) * 1.024 / 1e3


def main() -> None:
    """Print each point as a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="default", help="hashing, default, or a model directory")
    parser.add_argument("--times", type=int, default=3, help="of which the median counts")
    parser.add_argument("--point", nargs=2, metavar=("KIND", "SIZE"), help="measure one point in this process")
    asked = parser.parse_args()
    if asked.point:
        print(json.dumps(measured(asked.point[0], int(asked.point[1]), asked.model)))
        return
    with tempfile.TemporaryDirectory() as folder:
        model = str(hashing_model(Path(folder) / "model")) if asked.model == "hashing" else asked.model
        for kind, sizes in (("sentences", _SENTENCES), ("words", _WORDS), ("labels", _LABELS)):
            for size in sizes:
                rows = [_in_a_process(kind, size, model) for _ in range(asked.times)]
                middle = {name: median(row[name] for row in rows) for name in rows[0]}
                print(json.dumps({"model": asked.model, "varied": kind, "size": size, **middle}), flush=True)


def _in_a_process(kind: str, size: int, model: str) -> dict[str, Any]:
    command = [sys.executable, __file__, "--model", model, "--point", kind, str(size)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=_PATIENCE)
    return dict(json.loads(done.stdout))


if __name__ == "__main__":
    main()
