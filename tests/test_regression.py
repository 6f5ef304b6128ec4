"""Logistic regression: scikit-learn's minimum, many labels at once."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from stance.errors import ShapeError
from stance.regression import Features, Sparse, fit_logistic


def _data(n: int, dim: int, n_regressions: int, n_classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Vectors, and classes that depend on them with some noise, (n_regressions, n)."""
    rng = np.random.default_rng([n, dim, n_regressions, n_classes])
    vectors = rng.normal(size=(n, dim)).astype(np.float32)
    noise = rng.gumbel(size=(n_regressions, n, n_classes))
    return vectors, (vectors @ rng.normal(size=(n_regressions, dim, n_classes)) / 2 + noise).argmax(axis=2)


def _sparse(n: int, width: int) -> Sparse:
    rng = np.random.default_rng(n)
    rows, columns = np.nonzero(rng.random((n, width)) < 0.05)
    return Sparse(rows, columns, rng.random(len(rows)).astype(np.float32), width)


@pytest.mark.parametrize("strength", [0.03, 1.0, 100.0])
@pytest.mark.parametrize(("dim", "n_regressions"), [(3, 1), (20, 4)])
def test_binary_agrees_with_scikit_learn(dim: int, n_regressions: int, strength: float) -> None:
    """Several labels that hold or not, fitted at once, are scikit-learn's one by one."""
    vectors, found = _data(300, dim, n_regressions, 2)
    (weights,) = fit_logistic(Features([vectors]), (found == 1)[None], strength=strength)
    for row, holds in zip(weights, found, strict=True):
        expected = LogisticRegression(C=strength, tol=1e-8, max_iter=10_000).fit(vectors.astype(float), holds)
        np.testing.assert_allclose(row, [*expected.coef_[0], *expected.intercept_], atol=2e-3, rtol=2e-3)


@pytest.mark.parametrize("n_regressions", [1, 3])
def test_classes_agree_with_scikit_learn(n_regressions: int) -> None:
    """Classes of which one holds: the same probabilities."""
    vectors, found = _data(400, 12, n_regressions, 3)
    weights = fit_logistic(Features([vectors]), found[None] == np.arange(3)[:, None, None])
    for number, classes in enumerate(found):
        expected = LogisticRegression(tol=1e-8, max_iter=10_000).fit(vectors.astype(float), classes)
        np.testing.assert_allclose(weights[:, number, :-1], expected.coef_, atol=2e-3)


def test_sparse_features_agree_with_scikit_learn() -> None:
    """Sparse features beside the dense ones are features like them."""
    vectors, found = _data(300, 8, 2, 2)
    sparse = _sparse(300, 40)
    (weights,) = fit_logistic(Features([vectors], sparse), (found == 1)[None])
    beside = csr_matrix((sparse.values, (sparse.rows, sparse.columns)), shape=(300, 40))
    for row, holds in zip(weights, found, strict=True):
        expected = LogisticRegression(tol=1e-8, max_iter=10_000).fit(hstack([vectors, beside]).toarray(), holds)
        np.testing.assert_allclose(row[:-1], expected.coef_[0], atol=2e-3)


@pytest.mark.parametrize("cuts", [(1,), (100, 250), (299,)])
def test_blocks_change_nothing(cuts: tuple[int, ...]) -> None:
    """Rows in several blocks are the same rows."""
    vectors, found = _data(300, 8, 2, 2)
    whole = fit_logistic(Features([vectors]), (found == 1)[None])
    parts = fit_logistic(Features(np.split(vectors, cuts)), (found == 1)[None])
    np.testing.assert_allclose(parts, whole, atol=1e-4)


def test_ill_conditioned_features_are_fitted() -> None:
    """Features of very unlike scale and features that repeat each other still reach the minimum."""
    vectors, found = _data(300, 6, 1, 2)
    vectors = np.concatenate([vectors * np.float32([1e-3, 1, 100, 1, 1, 1]), vectors[:, :1]], axis=1)
    (weights,) = fit_logistic(Features([vectors]), (found == 1)[None])
    expected = LogisticRegression(solver="newton-cholesky", tol=1e-10).fit(vectors.astype(float), found[0])
    p = 1 / (1 + np.exp(-(vectors @ weights[0, :-1] + weights[0, -1])))
    np.testing.assert_allclose(p, expected.predict_proba(vectors)[:, 1], atol=1e-3)


@pytest.mark.parametrize("targets", [np.ones((1, 1, 4), bool), np.ones((1, 3), bool), np.ones((1, 1, 0), bool)])
def test_targets_must_fit(targets: np.ndarray) -> None:
    """As many targets as rows, and three axes."""
    with pytest.raises(ShapeError, match=r"do not fit 3 rows; need \(classes, regressions, rows\)"):
        fit_logistic(Features([np.zeros((3, 2), np.float32)]), targets)


def test_scikit_learn_is_not_imported() -> None:
    """Heads and taggers are fitted without scikit-learn and scipy, which take seconds to import."""
    source = (
        "import sys, numpy as np\n"
        "from stance.heads import fit_head\n"
        "from stance.tagger import fit_tagger\n"
        "fit_head(np.eye(4, dtype=np.float32), np.eye(4, dtype=bool), 'abcd', sentences=['a b', 'a c', 'b', 'b c'])\n"
        "assert not {'sklearn', 'scipy', 'pandas'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", source], check=True, timeout=60)
