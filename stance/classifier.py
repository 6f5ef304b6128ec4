"""Encoder and head as one scikit-learn classifier, for pipelines, grid searches and cross-validation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import KFold
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from stance.calibration import calibrate
from stance.encoder.build import build_encoder
from stance.encoder.protocol import Encoder, FloatArray
from stance.errors import ConfigError, LabelError, ShapeError
from stance.heads import BoolArray, LinearHead, fit_head, sigmoid, softmax
from stance.ngrams import Counted
from stance.visible import clean

_MISSING = {"None", "nan", "NaT", "<NA>"}  # what None, NaN and the two of pandas call themselves


class ClaimClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Sentences to labels: any encoder, logistic regression on its vectors, calibrated by cross-validation.

    Parameters
    ----------
    encoder : name or path of a sentence-transformers model, ``hashing-64``, or any ``Encoder``; not for given vectors
    ngrams : add the sentence's word n-grams to its vector (only where sentences are given, not vectors)
    strength : inverse regularisation (scikit-learn's ``C``)
    folds : folds of the cross-validation that calibrates, from 2; 0 to leave the probabilities as they are

    Attributes
    ----------
    classes_ : the labels, sorted; for multi-label targets the columns of the indicator matrix
    head_ : the fitted ``LinearHead``
    thresholds_ : probability from which each label counts, for multi-label targets
    n_features_in_ : width of the vectors, where vectors were given

    Notes
    -----
    ``X`` is a sequence of sentences, or vectors (n_sentences, dim). ``y`` is one label a sentence, or an indicator
    matrix (n_sentences, n_labels), dense or sparse; ``predict`` answers with labels or a dense matrix.

    A label with one example is learned and not calibrated: its threshold is 0.5. One with a few may be found nearly
    everywhere, for its threshold is the best for F1 on sentences held out.
    """

    def __init__(
        self,
        encoder: str | Path | Encoder = "all-MiniLM-L6-v2",
        *,
        ngrams: bool = True,
        strength: float = 3.0,
        folds: int = 5,
    ) -> None:
        self.encoder = encoder
        self.ngrams = ngrams
        self.strength = strength
        self.folds = folds

    def fit(self, X: Sequence[str] | ArrayLike, y: ArrayLike) -> Self:
        """Learn the labels of sentences (or of their vectors)."""
        for learned in ("encoder_", "n_features_in_", "feature_names_in_"):
            self.__dict__.pop(learned, None)  # of an earlier fit, on the other kind of input
        if not isinstance(self.folds, (int, np.integer)) or (self.folds != 0 and self.folds < 2):
            raise ConfigError(f"folds = {self.folds!r}: expected a whole number from 2, or 0 for no calibration")
        sentences, y = _sentences(X), _complete(y)
        if sentences is None:
            X, y = self._validated(X, y=y, multi_output=True)
        elif not sentences:
            raise ShapeError("X is empty; give sentences to learn from")
        check_classification_targets(y)
        targets = self._targets(np.asarray(y))
        if sentences is None:
            vectors = np.asarray(X)
        else:
            if len(sentences) != len(targets):
                raise ShapeError(f"{len(sentences)} sentences, {len(targets)} labels; give one label a sentence")
            given = self.encoder
            self.encoder_ = build_encoder(str(given)) if isinstance(given, (str, Path)) else given
            vectors = self.encoder_.encode(sentences)
        words = Counted.of(sentences) if self.ngrams and sentences is not None else None
        head = self._fit_head(vectors, targets, words)
        self.thresholds_: dict[Any, float] = dict.fromkeys(self.classes_, 0.5)
        folds = self._fold_rows(targets)
        if folds:
            calibrated = calibrate(head, self._held_out(vectors, targets, words, folds), targets)
            head = calibrated.head
            self.thresholds_ = calibrated.thresholds or self.thresholds_
        self.head_ = head
        return self

    def predict_proba(self, X: Sequence[str] | ArrayLike) -> NDArray[np.float64]:
        """Probability of each label, (n_sentences, n_labels), in the order of ``classes_``."""
        check_is_fitted(self)
        sentences = _sentences(X)
        if sentences is None:
            vectors = np.asarray(self._validated(X, reset=False))
        elif not hasattr(self, "encoder_"):
            raise ShapeError("fitted on vectors; give vectors, or fit on sentences")
        else:
            vectors = self.encoder_.encode(sentences)
        scores = np.asarray(self.head_.scores(vectors, sentences), np.float64)  # narrow rows do not sum to one
        return np.asarray(sigmoid(scores) if self.head_.multi_label else softmax(scores))

    def predict(self, X: Sequence[str] | ArrayLike) -> NDArray[Any]:
        """The most probable label of each sentence, or an indicator matrix for multi-label targets."""
        probabilities = self.predict_proba(X)
        if self.head_.multi_label:
            cuts = np.array([self.thresholds_[label] for label in self.classes_])
            return (probabilities >= cuts).astype(int)
        return self.classes_[probabilities.argmax(axis=1)]

    def _validated(self, X: Any, **options: Any) -> Any:
        """The vectors as scikit-learn wants them, and the labels if they are given."""
        try:
            return validate_data(self, X, dtype=np.float64, **options)
        except ValueError as error:
            if "could not convert string" not in str(error):
                raise
            raise ShapeError(
                'X holds text, but as a table or array; give a list, such as df["text"].tolist()'
            ) from None

    def _targets(self, y: NDArray[Any]) -> BoolArray:
        """(n_sentences, n_labels); sets ``classes_``."""
        self._multi_label = type_of_target(y) == "multilabel-indicator"
        if self._multi_label:
            self.classes_ = np.arange(y.shape[1])
            return y.astype(bool)
        self.classes_, position = np.unique(column_or_1d(y, warn=True), return_inverse=True)
        if len(self.classes_) < 2:
            raise LabelError(f"Classifier can't train when only one class is present: {self.classes_[0]}")
        return np.eye(len(self.classes_), dtype=bool)[position]

    def _fit_head(self, vectors: FloatArray, targets: BoolArray, words: Counted | None) -> LinearHead:
        return fit_head(
            vectors,
            targets,
            tuple(self.classes_),
            multi_label=self._multi_label,
            sentences=words,
            strength=self.strength,
        )

    def _fold_rows(self, targets: BoolArray) -> list[NDArray[np.int64]]:
        """Rows that each fold holds out, exclusive labels in like shares; none where every label has one example."""
        counts = targets.sum(axis=0)
        n_folds = min(self.folds, len(targets) if self._multi_label else int(counts.max()))
        if n_folds < 2:
            return []
        if self._multi_label:
            return [test for _, test in KFold(n_folds, shuffle=True, random_state=0).split(targets)]
        dealt = [np.array_split(np.flatnonzero(label), n_folds) for label in targets.T]
        return [np.concatenate(parts) for parts in zip(*dealt, strict=True)]

    def _held_out(
        self,
        vectors: FloatArray,
        targets: BoolArray,
        words: Counted | None,
        folds: Sequence[NDArray[np.int64]],
    ) -> NDArray[np.floating]:
        scores = np.zeros(targets.shape)
        for fold in folds:
            kept = np.setdiff1d(np.arange(len(targets)), fold)
            head = self._fit_head(vectors[kept], targets[kept], words.take(kept) if words is not None else None)
            scores[fold] = head.scores(vectors[fold], words.take(fold) if words is not None else None)
        return scores

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        tags.input_tags.string = True
        return tags


def _complete(y: Any) -> Any:
    """The labels, dense; refused where one is missing, which numpy would make the label ``nan``."""
    if hasattr(y, "toarray"):
        return y.toarray()
    labels = np.asarray(y, object)
    if labels.ndim == 1:
        rows = [row for row, label in enumerate(labels) if not isinstance(label, str) and str(label) in _MISSING]
        if rows:
            raise LabelError(
                f"{len(rows)} of {len(labels)} labels are missing, the first in row {rows[0]}; leave out such rows"
            )
    return y


def _sentences(X: Any) -> list[str] | None:
    """The sentences, where sentences were given; None for anything that shall be vectors."""
    if isinstance(X, str):
        raise ShapeError("got one string; give a list of sentences")
    kind = getattr(getattr(X, "dtype", None), "kind", None)
    if getattr(X, "ndim", 1) != 1 or (kind is not None and kind not in "OUT"):
        return None
    if not hasattr(X, "__iter__") or hasattr(X, "tocsr"):
        return None
    values = list(X)
    textless = [place for place, value in enumerate(values) if not isinstance(value, str)]
    if values and len(textless) == len(values):
        return None
    if textless:
        found = type(values[textless[0]]).__name__
        raise ShapeError(f"sentence {textless[0]} is of type {found}, where text was expected; leave out such rows")
    return [clean(str(value)) for value in values]
