"""Linear heads: shapes, probabilities, agreement with scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from stance import heads
from stance.errors import ShapeError
from stance.heads import LinearHead, fit_head, sigmoid, softmax
from stance.ngrams import NgramVocabulary

_ANY_SCORES = arrays(np.float64, (4, 3), elements=st.floats(-1e6, 1e6))


@given(_ANY_SCORES)
def test_sigmoid_and_softmax_never_overflow(scores: np.ndarray) -> None:
    """Probabilities lie in [0, 1] for any score, and softmax rows sum to one; no warning is given."""
    for probabilities in (sigmoid(scores), softmax(scores)):
        assert ((probabilities >= 0) & (probabilities <= 1)).all()
    np.testing.assert_allclose(softmax(scores).sum(axis=1), 1)


def _data(n: int, n_labels: int, dim: int = 8) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(n_labels)
    vectors = rng.standard_normal((n, dim)).astype(np.float32)
    return vectors, np.eye(n_labels, dtype=bool)[vectors[:, :n_labels].argmax(axis=1)]


@pytest.mark.parametrize("multi_label", [True, False])
@pytest.mark.parametrize(("n", "n_labels"), [(40, 2), (60, 3), (80, 5)])
def test_probabilities_have_a_column_a_label(n: int, n_labels: int, multi_label: bool) -> None:
    """``predict_proba`` is (n_sentences, n_labels); rows of exclusive labels sum to one; what was seen is learned."""
    vectors, targets = _data(n, n_labels)
    head = fit_head(vectors, targets, [f"l{i}" for i in range(n_labels)], multi_label=multi_label, strength=10)
    probabilities = head.predict_proba(vectors)
    assert probabilities.shape == (n, n_labels)
    if not multi_label:
        np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)
    assert (probabilities.argmax(axis=1) == targets.argmax(axis=1)).mean() > 0.9


@pytest.mark.parametrize("n_labels", [2, 4])
def test_agrees_with_scikit_learn(n_labels: int) -> None:
    """Exclusive labels give scikit-learn's own probabilities."""
    from sklearn.linear_model import LogisticRegression

    vectors, targets = _data(60, n_labels)
    head = fit_head(vectors, targets, tuple("abcd"[:n_labels]), multi_label=False)
    reference = LogisticRegression(max_iter=1000).fit(vectors, targets.argmax(axis=1))
    np.testing.assert_allclose(head.predict_proba(vectors), reference.predict_proba(vectors), atol=1e-4)


def test_label_that_never_varies_gets_its_prior() -> None:
    """A label that is always or never there is predicted by its smoothed share, not by a failing fit."""
    vectors = np.ones((9, 2), np.float32)
    targets = np.array([[True, False]] * 9)
    probabilities = fit_head(vectors, targets, ("always", "never")).predict_proba(vectors)
    np.testing.assert_allclose(probabilities[0], [0.95, 0.05], atol=1e-5)


def test_exclusive_label_without_example_is_as_good_as_impossible() -> None:
    """A fold that lacks one of three exclusive labels can still be fitted."""
    vectors, targets = _data(40, 2)
    padded = np.column_stack([targets, np.zeros(40, bool)])
    probabilities = fit_head(vectors, padded, ("a", "b", "c"), multi_label=False).predict_proba(vectors)
    assert probabilities[:, 2].max() < 1e-3


def test_ngrams_tell_apart_what_vectors_cannot() -> None:
    """With sentences given, the head reads their words beside the vectors."""
    sentences = ["they accused him", "they praised him"] * 10
    vectors = np.zeros((20, 4), np.float32)
    targets = np.array([[True], [False]] * 10)
    head = fit_head(vectors, targets, ("accusation",), sentences=sentences)
    assert head.vocabulary is not None
    found = head.predict_proba(vectors[:2], sentences[:2])[:, 0]
    assert found[0] > 0.6 > 0.4 > found[1]
    with pytest.raises(ShapeError, match="reads word n-grams too: give it the sentences"):
        head.scores(vectors)


def test_rescaled_head_gives_scaled_scores() -> None:
    """Calibration is part of the weights: slope * score + shift, n-grams included."""
    sentences = ["one two", "two three"] * 5
    vectors, targets = _data(10, 2)
    head = fit_head(vectors, targets, ("a", "b"), sentences=sentences)
    slope, shift = np.array([2.0, 0.5]), np.array([-1.0, 3.0])
    expected = head.scores(vectors, sentences) * slope + shift
    np.testing.assert_allclose(head.rescaled(slope, shift).scores(vectors, sentences), expected, atol=1e-4)


def test_wrong_width_is_named() -> None:
    """Vectors of another width than the head's are refused with both widths."""
    head = LinearHead(("a",), np.zeros((1, 3), np.float32), np.zeros(1, np.float32))
    with pytest.raises(ShapeError, match=r"reads vectors of width 3; got \(2, 4\)"):
        head.scores(np.zeros((2, 4), np.float32))


_VOCABULARY = NgramVocabulary(("a", "b"), np.ones(2, np.float32))


@pytest.mark.parametrize(
    ("shapes", "vocabulary", "ngrams", "message"),
    [
        (((1, 3), (2,)), None, None, "needs coef"),
        (((2, 3), (1,)), None, None, "needs coef"),
        (((2,), (2,)), None, None, "needs coef"),
        (((2, 3), (2,)), _VOCABULARY, None, "either both vocabulary and ngram_coef or neither"),
        (((2, 3), (2,)), _VOCABULARY, (2, 5), r"ngram_coef must be \(2, 2\); got \(2, 5\)"),
    ],
)
def test_head_of_arrays_that_do_not_fit_is_refused(
    shapes: tuple[tuple[int, ...], tuple[int, ...]],
    vocabulary: NgramVocabulary | None,
    ngrams: tuple[int, ...] | None,
    message: str,
) -> None:
    """A head is valid from birth."""
    coef, intercept = (np.zeros(shape, np.float32) for shape in shapes)
    extra = None if ngrams is None else np.zeros(ngrams, np.float32)
    with pytest.raises(ShapeError, match=message):
        LinearHead(("x", "y"), coef, intercept, True, vocabulary, extra)


def test_fit_refuses_targets_of_other_shape() -> None:
    """As many rows as vectors, as many columns as labels."""
    with pytest.raises(ShapeError, match="vectors do not fit"):
        fit_head(np.zeros((3, 2), np.float32), np.zeros((2, 1), bool), ("a",))
    with pytest.raises(ShapeError, match="of 2 labels"):
        fit_head(np.zeros((3, 2), np.float32), np.zeros((3, 1), bool), ("a", "b"))


@pytest.mark.parametrize("multi_label", [True, False])
@pytest.mark.parametrize("n_labels", [2, 3])
def test_few_sentences_are_fitted_like_many(n_labels: int, multi_label: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Regressions on products of sentences and on their features agree to the tolerance of the solver."""
    vectors, targets = _data(60, n_labels)
    vectors[30:40], targets[30:40] = vectors[:10], targets[:10]
    sentences = [f"word{row % 10} word{row % 7} and word{row % 10}" for row in range(60)]
    labels = [f"l{column}" for column in range(n_labels)]
    few = fit_head(vectors, targets, labels, multi_label=multi_label, sentences=sentences)
    monkeypatch.setattr(heads, "_FEW", 0)
    many = fit_head(vectors, targets, labels, multi_label=multi_label, sentences=sentences)
    np.testing.assert_allclose(few.scores(vectors, sentences), many.scores(vectors, sentences), atol=2e-2)
    assert few.ngram_coef is not None
    assert many.ngram_coef is not None
    np.testing.assert_allclose(few.ngram_coef, many.ngram_coef, atol=2e-2)
