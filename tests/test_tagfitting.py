"""Tags of many roles learned together: the minimum of scikit-learn's separate regressions."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from stance.decoding import NEVER
from stance.errors import ShapeError
from stance.heads import softmax
from stance.tagfitting import fit_tags


def _data(n: int, dim: int, n_tags: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Vectors, and tags of each role that depend on them with some noise, (n_roles, n)."""
    rng = np.random.default_rng([n, dim, *n_tags])
    vectors = rng.normal(size=(n, dim)).astype(np.float32)
    scores = [vectors @ rng.normal(size=(dim, count)) / 2 + rng.gumbel(size=(n, count)) for count in n_tags]
    return vectors, np.array([of_role.argmax(axis=1) for of_role in scores], np.int8)


@pytest.mark.parametrize("strength", [0.03, 1.0, 100.0])
@pytest.mark.parametrize(("dim", "n_tags"), [(3, (3,)), (20, (3, 2, 3, 3))])
def test_agrees_with_scikit_learn(dim: int, n_tags: tuple[int, ...], strength: float) -> None:
    """Each role has the probabilities that a regression of its own has, with two tags and with three."""
    vectors, tags = _data(400, dim, n_tags)
    coef, intercept = fit_tags([vectors], tags, strength=strength)
    assert coef.shape == (len(n_tags), 3, dim)
    for role, count in enumerate(n_tags):
        expected = LogisticRegression(C=strength, tol=1e-8, max_iter=10_000).fit(vectors.astype(float), tags[role])
        found = softmax(vectors @ coef[role].T + intercept[role])
        np.testing.assert_allclose(found[:, :count], expected.predict_proba(vectors), atol=1e-3)
        assert (found[:, count:] == 0).all()


@pytest.mark.parametrize("cuts", [(1,), (100, 250), (299,)])
def test_blocks_change_nothing(cuts: tuple[int, ...]) -> None:
    """Tokens in several blocks are the same tokens."""
    vectors, tags = _data(300, 8, (3, 3))
    whole, parts = fit_tags([vectors], tags), fit_tags(np.split(vectors, cuts), tags)
    for one, other in zip(whole, parts, strict=True):
        np.testing.assert_allclose(other, one, atol=1e-3)


def test_features_that_repeat_each_other_are_fitted() -> None:
    """Features of unlike scale, some of them twice, still reach the minimum."""
    vectors, tags = _data(300, 6, (2,))
    vectors = np.concatenate([vectors * np.float32([0.1, 1, 10, 1, 1, 1]), vectors[:, 1:3]], axis=1)
    coef, intercept = fit_tags([vectors], tags)
    expected = LogisticRegression(solver="newton-cholesky", tol=1e-10).fit(vectors.astype(float), tags[0])
    found = softmax(vectors @ coef[0].T + intercept[0])[:, :2]
    np.testing.assert_allclose(found, expected.predict_proba(vectors), atol=1e-3)


def test_a_tag_that_is_never_there_stays_impossible() -> None:
    """A role of one tag alone gives it certainly; the tags that it lacks get no weight at all."""
    coef, intercept = fit_tags([np.eye(4, dtype=np.float32)], np.array([[0, 0, 0, 0], [0, 1, 0, 1]], np.int8))
    assert intercept[0].tolist() == [0, NEVER, NEVER]
    assert intercept[1, 2] == NEVER
    assert not coef[0].any()
    assert not coef[1, 2].any()


@pytest.mark.parametrize("tags", [np.zeros((1, 4), np.int8), np.zeros(3, np.int8)])
def test_tags_must_fit(tags: np.ndarray) -> None:
    """As many tags as tokens, and two axes."""
    with pytest.raises(ShapeError, match=r"do not fit 3 tokens; need \(roles, tokens\)"):
        fit_tags([np.zeros((3, 2), np.float32)], tags)


def test_at_least_one_token() -> None:
    """No tokens at all teach nothing."""
    with pytest.raises(ShapeError, match=r"tags \(2, 0\) do not fit 0 tokens"):
        fit_tags([np.zeros((0, 2), np.float32)], np.zeros((2, 0), np.int8))
