"""What ``make bench`` compares, each in a process of its own, told over its standard input what to do next.

``run`` classifies all sentences once and answers with seconds; ``end`` answers with the most memory the process had.
With ``--cold`` the process loads what it needs, classifies one sentence and ends.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from alone import peak_megabytes
from methods import regression, sentence_transformer, words_model

TYPES = ("accusation", "justification", "goal")


class Contender(Protocol):
    """Sentences to something."""

    def classify(self, sentences: Sequence[str]) -> Any:
        """One pass over the sentences; gives figures of its own, or nothing."""


class Naive:
    """What one writes first: SentenceTransformer.encode in its defaults, then scikit-learn's predict_proba."""

    def __init__(self, work: Path) -> None:
        import joblib

        self.encoder = sentence_transformer()
        self.head = joblib.load(work / "naive.joblib")

    def classify(self, sentences: Sequence[str]) -> None:
        """Embed and classify."""
        self.head.predict_proba(self.encoder.encode(list(sentences), show_progress_bar=False))

    @staticmethod
    def fit(sentences: Sequence[str], targets: np.ndarray, work: Path) -> None:
        """Regressions on the vectors of some labelled sentences."""
        import joblib

        vectors = sentence_transformer().encode(list(sentences), show_progress_bar=False)
        joblib.dump(regression().fit(vectors, targets), work / "naive.joblib")


class Tfidf:
    """Words and pairs of words, weighted, then scikit-learn's predict_proba: no encoder at all."""

    def __init__(self, work: Path) -> None:
        import joblib

        self.model = joblib.load(work / "tfidf.joblib")

    def classify(self, sentences: Sequence[str]) -> None:
        """Weigh and classify."""
        self.model.predict_proba(list(sentences))

    @staticmethod
    def fit(sentences: Sequence[str], targets: np.ndarray, work: Path) -> None:
        """On some labelled sentences."""
        import joblib

        joblib.dump(words_model().fit(list(sentences), targets), work / "tfidf.joblib")


class Setfit(Naive):
    """SetFit's own predict, with the same encoder and regressions."""

    def __init__(self, work: Path) -> None:
        from setfit import SetFitModel

        super().__init__(work)
        self.model = SetFitModel(
            model_body=self.encoder, model_head=self.head, multi_target_strategy="one-vs-rest", labels=list(TYPES)
        )

    def classify(self, sentences: Sequence[str]) -> None:
        """Embed and classify."""
        self.model.predict(list(sentences), show_progress_bar=False)


class Classify:
    """Our encoder and head alone: what naive does."""

    def __init__(self, work: Path, precision: str) -> None:
        self.model = load(precision)

    def classify(self, sentences: Sequence[str]) -> None:
        """Embed and classify."""
        self.model.types.predict_proba(self.model.encoder.encode(sentences), sentences)


class Whole:
    """Our whole line: articles in, attributed claims as JSON lines out; with the seconds of each stage."""

    def __init__(self, work: Path, precision: str) -> None:
        from stages import Stages

        self.work, self.model, self.stages = work, load(precision), Stages()
        self.stages.watch(self.model)

    def classify(self, sentences: Sequence[str]) -> dict[str, float]:
        """Predict the articles that the sentences come from, or one of a single sentence."""
        from stance.prediction import PredictOptions, predict_files

        source = self.work / "articles.jsonl"
        if len(sentences) == 1:
            source = self.work / "one.txt"
            source.write_text(sentences[0], encoding="utf-8")
        self.stages.clear()
        predict_files(self.model, [source], self.work / f"claims-{os.getpid()}.jsonl", PredictOptions())
        return self.stages.seconds()


class Floor:
    """The matrix products of the encoder's linear layers alone, for the batches that our runtime makes."""

    def __init__(self, work: Path, multiply: str) -> None:
        from floor import Products

        self.products = Products(json.loads((work / "lengths.json").read_text()), multiply)

    def classify(self, sentences: Sequence[str]) -> None:
        """All products once."""
        self.products.multiply()


def load(precision: str) -> Any:
    """The embedded default, computed in one precision."""
    import stance

    return stance.load(precision=precision)


def contender(name: str, work: Path) -> Contender:
    """The contender of a name, such as ``naive`` or ``stance fp32 whole``."""
    plain: dict[str, Callable[[Path], Contender]] = {"naive": Naive, "tfidf": Tfidf, "setfit": Setfit}
    if name in plain:
        return plain[name](work)
    kind, precision, *whole = name.split()
    if kind == "floor":
        return Floor(work, precision)
    return Whole(work, precision) if whole else Classify(work, precision)


def main() -> None:
    """Obey the standard input."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("work", type=Path)
    parser.add_argument("--cold", action="store_true")
    asked = parser.parse_args()
    if asked.name == "fit":
        learned = json.loads((asked.work / "learned.json").read_text())
        for kind in (Naive, Tfidf):
            kind.fit(learned["sentences"], np.array(learned["targets"]), asked.work)
        return
    sentences = json.loads((asked.work / "sentences.json").read_text())
    found = contender(asked.name, asked.work)
    if asked.cold:
        found.classify(sentences[:1])
        print("{}", flush=True)
        os._exit(0)
    found.classify(sentences)  # once unmeasured: what is loaded at first use is there
    print("{}", flush=True)
    for line in sys.stdin:
        if line.strip() == "end":
            break
        began, computed = time.perf_counter(), time.process_time()
        stages = found.classify(sentences)
        seconds = {"seconds": time.perf_counter() - began, "computing": time.process_time() - computed}
        print(json.dumps(seconds | {"stages": stages or {}}), flush=True)
    print(json.dumps({"megabytes": peak_megabytes()}), flush=True)


if __name__ == "__main__":
    main()
