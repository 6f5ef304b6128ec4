"""Vectors to probabilities: a linear head, fitted by scikit-learn, plain arrays at prediction time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stance.encoder.protocol import FloatArray
from stance.errors import ShapeError
from stance.ngrams import NgramVocabulary

BoolArray = NDArray[np.bool_]


def sigmoid(scores: NDArray[np.floating]) -> NDArray[np.floating]:
    """1 / (1 + e^-x) without overflow."""
    return np.exp(-np.logaddexp(0.0, -scores))


def softmax(scores: NDArray[np.floating]) -> NDArray[np.floating]:
    """Rows that sum to one, without overflow."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class LinearHead:
    """One score a label: ``vectors @ coef.T + intercept``, and what the sentence's n-grams add.

    Parameters
    ----------
    labels : what the rows of ``coef`` stand for
    coef : (n_labels, dim)
    intercept : (n_labels,)
    multi_label : each label on its own (sigmoid), else exactly one (softmax)
    vocabulary, ngram_coef : the n-grams and their weights, (n_labels, n_terms), or None
    """

    labels: tuple[str, ...]
    coef: FloatArray
    intercept: FloatArray
    multi_label: bool = True
    vocabulary: NgramVocabulary | None = None
    ngram_coef: FloatArray | None = None

    def __post_init__(self) -> None:
        if self.coef.ndim != 2 or len(self.coef) != len(self.labels) or self.intercept.shape != (len(self.labels),):
            raise ShapeError(
                f"a head of {len(self.labels)} labels needs coef ({len(self.labels)}, dim) and intercept "
                f"({len(self.labels)},); got {self.coef.shape} and {self.intercept.shape}"
            )
        if (self.vocabulary is None) != (self.ngram_coef is None):
            raise ShapeError("a head has either both vocabulary and ngram_coef or neither")
        if self.vocabulary is not None and self.ngram_coef is not None:
            expected = (len(self.labels), len(self.vocabulary))
            if self.ngram_coef.shape != expected:
                raise ShapeError(f"ngram_coef must be {expected}; got {self.ngram_coef.shape}")

    def scores(self, vectors: FloatArray, sentences: Sequence[str] | None = None) -> NDArray[np.floating]:
        """Log-odds (or logits) of each label, (n_sentences, n_labels).

        Raises
        ------
        ShapeError : the vectors have another width than the head, or the head needs the sentences too.
        """
        if vectors.ndim != 2 or vectors.shape[1] != self.coef.shape[1]:
            raise ShapeError(f"this head reads vectors of width {self.coef.shape[1]}; got {vectors.shape}")
        scores = vectors @ self.coef.T + self.intercept
        if self.vocabulary is not None and self.ngram_coef is not None:
            if sentences is None or len(sentences) != len(vectors):
                raise ShapeError("this head reads word n-grams too: give it the sentences of the vectors")
            scores = scores + self.vocabulary.scores(sentences, self.ngram_coef)
        return scores

    def predict_proba(self, vectors: FloatArray, sentences: Sequence[str] | None = None) -> NDArray[np.floating]:
        """Probability of each label, (n_sentences, n_labels), in [0, 1]; rows sum to one unless multi-label."""
        scores = self.scores(vectors, sentences)
        return sigmoid(scores) if self.multi_label else softmax(scores)

    def rescaled(self, slope: NDArray[np.floating], shift: NDArray[np.floating]) -> LinearHead:
        """The head whose scores are ``slope * scores + shift``: calibration costs nothing at prediction time."""
        slope, shift = slope.astype(np.float32), shift.astype(np.float32)
        return replace(
            self,
            coef=self.coef * slope[:, None],
            intercept=self.intercept * slope + shift,
            ngram_coef=None if self.ngram_coef is None else self.ngram_coef * slope[:, None],
        )


def fit_head(
    vectors: FloatArray,
    targets: BoolArray,
    labels: Sequence[str],
    *,
    multi_label: bool = True,
    sentences: Sequence[str] | None = None,
    strength: float = 1.0,
) -> LinearHead:
    """A head by L2-regularised logistic regression (scikit-learn, lbfgs: the same coefficients every time).

    Parameters
    ----------
    vectors : (n_sentences, dim)
    targets : (n_sentences, n_labels), which labels each sentence has; one a row unless ``multi_label``
    sentences : given, their word n-grams are features too
    strength : inverse of the regularisation (scikit-learn's ``C``)
    """
    if len(vectors) != len(targets) or targets.shape[1] != len(labels):
        raise ShapeError(f"{vectors.shape} vectors do not fit {targets.shape} targets of {len(labels)} labels")
    vocabulary = NgramVocabulary.learn(sentences) if sentences is not None else None
    features = _features(vectors, sentences, vocabulary)
    if multi_label or len(labels) == 2:
        weights = np.stack([_fit_binary(features, column, strength) for column in targets.T])
        if not multi_label:  # two exclusive labels: one regression, its halves with opposite sign
            weights = np.stack([-weights[1] / 2, weights[1] / 2])
    else:
        weights = _fit_multinomial(features, targets.argmax(axis=1), len(labels), strength)
    weights = weights.astype(np.float32)
    dim = vectors.shape[1]
    return LinearHead(
        tuple(labels),
        coef=weights[:, :dim],
        intercept=weights[:, -1],
        multi_label=multi_label,
        vocabulary=vocabulary,
        ngram_coef=weights[:, dim:-1] if vocabulary is not None else None,
    )


def _features(
    vectors: FloatArray, sentences: Sequence[str] | None, vocabulary: NgramVocabulary | None
) -> FloatArray | object:
    """Vectors, and n-grams beside them as a sparse matrix."""
    if vocabulary is None or sentences is None:
        return vectors
    from scipy.sparse import csr_matrix, hstack

    rows = [vocabulary.columns_of(sentence) for sentence in sentences]
    indptr = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    indices = np.concatenate([columns for columns, _ in rows])
    values = np.concatenate([value for _, value in rows])
    ngrams = csr_matrix((values, indices, indptr), shape=(len(rows), len(vocabulary)))
    return hstack([csr_matrix(vectors), ngrams]).tocsr()


def _fit_binary(features: FloatArray | object, target: BoolArray, strength: float) -> NDArray[np.floating]:
    """Coefficients and intercept of one label; a label that is always or never there gets its smoothed prior."""
    n, n_positive = len(target), int(target.sum())
    if n_positive in (0, n):
        prior = (n_positive + 0.5) / (n + 1)
        return np.append(np.zeros(features.shape[1]), np.log(prior / (1 - prior)))  # type: ignore[union-attr]
    fitted = _regression(strength).fit(features, target)
    return np.append(fitted.coef_[0], fitted.intercept_[0])


def _fit_multinomial(
    features: FloatArray | object, target: NDArray[np.int64], n_labels: int, strength: float
) -> NDArray[np.floating]:
    fitted = _regression(strength).fit(features, target)
    weights = np.zeros((n_labels, fitted.coef_.shape[1] + 1))
    weights[:, -1] = -20.0  # a label without an example is as good as impossible
    weights[fitted.classes_, :-1] = fitted.coef_
    weights[fitted.classes_, -1] = fitted.intercept_
    return weights


def _regression(strength: float):  # type: ignore[no-untyped-def]  # scikit-learn ships no types
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, max_iter=1000)
