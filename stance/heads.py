"""Vectors to probabilities: a linear head, fitted by scikit-learn, plain arrays at prediction time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stance.encoder.protocol import FloatArray
from stance.errors import ShapeError
from stance.ngrams import Counted, NgramVocabulary
from stance.products import narrow_product

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    _Fit = Callable[[FloatArray | csr_matrix], NDArray[np.floating]]

BoolArray = NDArray[np.bool_]
_IMPOSSIBLE = -20.0  # the score of a label without an example
_FEW = 1200  # sentences up to which all their products in pairs are less than their features
_EVEN = 1e-7  # of a product, where sentences repeat each other


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

    def scores(self, vectors: FloatArray, sentences: Sequence[str] | Counted | None = None) -> NDArray[np.floating]:
        """Log-odds (or logits) of each label, (n_sentences, n_labels).

        Raises
        ------
        ShapeError : the vectors have another width than the head, or the head needs the sentences too.
        """
        if vectors.ndim != 2 or vectors.shape[1] != self.coef.shape[1]:
            raise ShapeError(f"this head reads vectors of width {self.coef.shape[1]}; got {vectors.shape}")
        scores = narrow_product(vectors, self.coef) + self.intercept
        if self.vocabulary is not None and self.ngram_coef is not None:
            if sentences is None or len(sentences) != len(vectors):
                raise ShapeError("this head reads word n-grams too: give it the sentences of the vectors")
            scores = scores + self.vocabulary.scores(sentences, self.ngram_coef)
        return scores

    def predict_proba(
        self, vectors: FloatArray, sentences: Sequence[str] | Counted | None = None
    ) -> NDArray[np.floating]:
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
    sentences: Sequence[str] | Counted | None = None,
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
    vocabulary = None
    if sentences is None:
        weights = _fit(vectors, targets, multi_label, strength)
    else:
        counted = Counted.of(sentences)
        vocabulary = NgramVocabulary.learn(counted)
        ngrams = vocabulary.matrix(counted)
        way = _fit_narrow if len(vectors) <= _FEW else _fit_beside
        weights = way(vectors, ngrams, lambda features: _fit(features, targets, multi_label, strength))
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


def _fit_beside(vectors: FloatArray, ngrams: csr_matrix, fit: _Fit) -> NDArray[np.floating]:
    """Weights (n_labels, dim + n_terms + 1) on one sparse matrix of vectors and n-grams."""
    from scipy.sparse import csr_matrix, hstack

    return fit(hstack([csr_matrix(vectors), ngrams], format="csr"))


def _fit_narrow(vectors: FloatArray, ngrams: csr_matrix, fit: _Fit) -> NDArray[np.floating]:
    """The same weights, of as many features as sentences: where there are few, that is much less to compute with.

    The best weights are sums of the sentences' features. The rows of a root of all products of two sentences have
    those products too, so that a regression on them ends, and its steps go, where they would have on the features.
    """
    from scipy.linalg import cholesky, solve_triangular
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        exact, terms = vectors.astype(np.float64), ngrams.astype(np.float64)
        products = exact @ exact.T + (terms @ terms.T).toarray()
        products[np.diag_indices(len(products))] += _EVEN * max(products.trace() / len(products), 1.0)
        root = cholesky(products, lower=True)
        found = fit(root.astype(np.float32))
        shares = solve_triangular(root, found[:, :-1].T, lower=True, trans=1).T
        return np.column_stack([shares @ vectors, (ngrams.T @ shares.T).T, found[:, -1]])


def _fit(
    features: FloatArray | csr_matrix, targets: BoolArray, multi_label: bool, strength: float
) -> NDArray[np.floating]:
    """Weights of each label, (n_labels, width + 1), the intercept last."""
    if multi_label:
        return _fit_each(features, targets, strength)
    if targets.shape[1] == 2:  # two exclusive labels: one regression, its halves with opposite sign
        (half,) = _fit_each(features, targets[:, 1:], strength) / 2
        return np.stack([-half, half])
    return _fit_exclusive(features, targets, strength)


def _fit_each(features: FloatArray | csr_matrix, targets: BoolArray, strength: float) -> NDArray[np.floating]:
    """A regression for each label; one that is always or never there gets its smoothed prior."""
    n, counts = len(targets), targets.sum(axis=0)
    weights = np.zeros((targets.shape[1], features.shape[1] + 1))
    prior = (counts + 0.5) / (n + 1)
    weights[:, -1] = np.log(prior / (1 - prior))
    for label in np.flatnonzero((counts > 0) & (counts < n)):
        weights[label] = _regression(features, targets[:, label], strength)[0]
    return weights


def _fit_exclusive(features: FloatArray | csr_matrix, targets: BoolArray, strength: float) -> NDArray[np.floating]:
    weights = np.zeros((targets.shape[1], features.shape[1] + 1))
    weights[:, -1] = _IMPOSSIBLE
    present = np.flatnonzero(targets.any(axis=0))
    if len(present) == 1:
        weights[present, -1] = 0
    else:
        found = _regression(features, targets.argmax(axis=1), strength)
        weights[present] = found if len(present) > 2 else np.concatenate([-found, found]) / 2
    return weights


def _regression(
    features: FloatArray | csr_matrix, classes: NDArray[np.generic], strength: float
) -> NDArray[np.floating]:
    """(n_classes, width + 1), the intercept last; one row for two classes."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # threads gain nothing on one vector at a time, and the bytes would depend on them
        fitted = LogisticRegression(C=strength, max_iter=1000).fit(features, classes)
    return np.column_stack([fitted.coef_, fitted.intercept_])
