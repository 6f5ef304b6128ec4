"""Ways to learn the labels of sentences, to be measured side by side: what others do, and ours.

All learn from the same labelled records and give the probability of each label. Libraries are imported where they are
used, so that a process has no more in memory than its method needs; SetFit is the extra ``bench``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from stance.config import TrainConfig
    from stance.corpus.labels import Record

Probabilities = NDArray[np.floating]
SETFIT_STEPS, _PAIRS = 500, 16
"""Most steps of SetFit, of 16 pairs each; one pass over its pairs where that is less."""


@dataclass(frozen=True)
class Lesson:
    """Labelled sentences; ``multi_label``: a sentence has any number of the labels, else exactly one."""

    records: Sequence[Record]
    labels: tuple[str, ...]
    multi_label: bool

    @cached_property
    def sentences(self) -> list[str]:
        """The texts."""
        return [record.text for record in self.records]

    @cached_property
    def targets(self) -> NDArray[np.bool_]:
        """Which labels each sentence has, (n_sentences, n_labels)."""
        from stance.examples import label_matrix, make_examples

        return label_matrix(make_examples(self.records), self.labels)


class Method(Protocol):
    """Labelled sentences to the probability of each label, (n_sentences, n_labels)."""

    def load(self) -> None:
        """Libraries and weights: what is not counted as training."""

    def fit(self, lesson: Lesson) -> None:
        """Learn."""

    def probabilities(self, sentences: Sequence[str]) -> Probabilities:
        """What was learned, applied."""

    @property
    def cuts(self) -> Probabilities | float:
        """The probability from which a label counts, where a sentence may have several."""


class Majority:
    """How often each label was seen, whatever the sentence says."""

    cuts = 0.5

    def load(self) -> None:
        """Nothing."""

    def fit(self, lesson: Lesson) -> None:
        """Count."""
        self.shares = lesson.targets.mean(axis=0)

    def probabilities(self, sentences: Sequence[str]) -> Probabilities:
        """The same for each."""
        return np.tile(self.shares, (len(sentences), 1))


class Words:
    """TF-IDF of words and pairs of words, and logistic regression: no encoder at all."""

    cuts = 0.5

    def load(self) -> None:
        """scikit-learn."""
        words_model()

    def fit(self, lesson: Lesson) -> None:
        """Weigh and regress."""
        self.model = words_model(lesson.multi_label).fit(lesson.sentences, answers(lesson))

    def probabilities(self, sentences: Sequence[str]) -> Probabilities:
        """scikit-learn's own."""
        return self.model.predict_proba(list(sentences))


class Frozen:
    """SentenceTransformer.encode in its defaults, and logistic regression on the vectors."""

    cuts = 0.5

    def load(self) -> None:
        """The encoder, torch with it."""
        self.encoder = sentence_transformer()
        regression()

    def fit(self, lesson: Lesson) -> None:
        """Embed and regress."""
        self.head = regression(lesson.multi_label).fit(self._embedded(lesson.sentences), answers(lesson))

    def probabilities(self, sentences: Sequence[str]) -> Probabilities:
        """Embed and classify."""
        return self.head.predict_proba(self._embedded(sentences))

    def _embedded(self, sentences: Sequence[str]) -> Any:
        return self.encoder.encode(list(sentences), show_progress_bar=False)


class Setfit(Frozen):
    """SetFit with the same encoder, in its defaults but for the cap on its steps."""

    def __init__(self, seed: int = 0, most_steps: int = SETFIT_STEPS) -> None:
        self.seed, self.most_steps = seed, most_steps

    def load(self) -> None:
        """SetFit and what it needs."""
        import_module("datasets")
        super().load()
        import_module("setfit").logging.set_verbosity_error()

    def fit(self, lesson: Lesson) -> None:
        """Contrast pairs, then regress."""
        from datasets import Dataset
        from setfit import SetFitModel, Trainer, TrainingArguments

        several = {"multi_target_strategy": "one-vs-rest"} if lesson.multi_label else {}
        self.model = SetFitModel(
            model_body=self.encoder, model_head=regression(lesson.multi_label), labels=list(lesson.labels), **several
        )
        with tempfile.TemporaryDirectory() as folder:
            settings = TrainingArguments(
                output_dir=folder,
                max_steps=min(setfit_steps(lesson.targets), self.most_steps),
                seed=self.seed,
                report_to="none",
                save_strategy="no",
                show_progress_bar=False,
            )
            data = Dataset.from_dict({"text": lesson.sentences, "label": answers(lesson).tolist()})
            Trainer(model=self.model, args=settings, train_dataset=data).train()

    def probabilities(self, sentences: Sequence[str]) -> Probabilities:
        """SetFit's own."""
        return np.asarray(self.model.predict_proba(list(sentences), as_numpy=True, show_progress_bar=False))


class Ours:
    """``stance.train``; ``only_labels`` hides spans and stances from it, which the others cannot learn either."""

    def __init__(self, config: TrainConfig, *, only_labels: bool = True) -> None:
        self.config, self.only_labels = config, only_labels

    def load(self) -> None:
        """scikit-learn, and torch where the encoder is adapted."""
        adapting = [] if self.config.adapt is False else ["stance.network"]
        for name in ("stance.training", "sklearn.linear_model", *adapting):
            import_module(name)
        self.config.build_encoder().encode(["Once."])

    def fit(self, lesson: Lesson) -> None:
        """Train as a user does."""
        from stance.training import train

        records = [_labels_alone(one) for one in lesson.records] if self.only_labels else lesson.records
        self.model = train(records, self.config)
        self.columns = [self.model.labels.index(label) for label in lesson.labels]

    def reload(self) -> None:
        """Save the model and load it: from then on it computes as for those who use it."""
        import stance

        with tempfile.TemporaryDirectory() as folder:
            stance.save(self.model, Path(folder) / "model")
            self.model = stance.load(Path(folder) / "model")
            self.probabilities(["Once."])

    @property
    def cuts(self) -> Probabilities:
        """The thresholds that training chose."""
        return np.array([self.model.thresholds.get(self.model.labels[column], 0.5) for column in self.columns])

    def probabilities(self, sentences: Sequence[str]) -> Probabilities:
        """Encoder and head, calibrated."""
        from stance.features import features

        texts, head = list(sentences), self.model.types
        vectors = features(self.model.encoder.encode_tokens(texts), head.coef.shape[1])
        return head.predict_proba(vectors, texts)[:, self.columns]


def sentence_transformer() -> Any:
    """The base encoder as sentence-transformers runs it."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    from stance.encoder.minilm import minilm_path

    logging.disable_progress_bar()
    return SentenceTransformer(str(minilm_path()), device="cpu")


def regression(multi_label: bool = True) -> Any:
    """scikit-learn's logistic regression in its defaults, one a label where a sentence may have several."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    plain = LogisticRegression(max_iter=1000)
    return OneVsRestClassifier(plain) if multi_label else plain


def words_model(multi_label: bool = True) -> Any:
    """TF-IDF of words and pairs of words, then the regression."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline

    return make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2), regression(multi_label))


def answers(lesson: Lesson) -> NDArray[np.generic]:
    """What scikit-learn and SetFit learn from: the matrix of targets, or the number of the one label."""
    return lesson.targets.astype(int) if lesson.multi_label else lesson.targets.argmax(axis=1)


def setfit_steps(targets: NDArray[np.bool_]) -> int:
    """Steps of one pass over SetFit's pairs: the rarer of like and unlike pairs repeated until they are as many."""
    count = len(targets) * (len(targets) + 1) // 2
    if count > SETFIT_STEPS * _PAIRS:
        return SETFIT_STEPS
    like = int(np.triu(targets.astype(int) @ targets.T.astype(int) > 0).sum())
    return min(SETFIT_STEPS, -(-2 * max(like, count - like) // _PAIRS))


def _labels_alone(record: Record) -> Record:
    from stance.corpus.labels import Record

    if record.label is not None:
        return Record(text=record.text, doc=record.doc, label=record.label)
    return Record(text=record.text, doc=record.doc, labels=sorted(record.types or ()))
