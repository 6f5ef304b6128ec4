"""Honest probabilities and the cut with the best F1."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.calibration import _platt, best_threshold, calibrate, calibration_error, label_scores, nearest_line
from stance.errors import ShapeError
from stance.heads import LinearHead, sigmoid, softmax


def _head(labels: str, *, multi_label: bool) -> LinearHead:
    """A head whose scores are its vectors."""
    n = len(labels)
    return LinearHead(tuple(labels), np.eye(n, dtype=np.float32), np.zeros(n, np.float32), multi_label)


def test_platt_scaling_makes_overconfident_scores_honest() -> None:
    """Scores that overstate threefold come out with a third of their size and a far smaller calibration error."""
    rng = np.random.default_rng(1)
    honest = rng.normal(0, 2, (4000, 1))
    gold = rng.random((4000, 1)) < sigmoid(honest)
    calibrated = calibrate(_head("a", multi_label=True), honest * 3 + 1, gold)
    assert calibrated.slope[0] == pytest.approx(1 / 3, rel=0.1)
    before = calibration_error(sigmoid(honest * 3 + 1)[:, 0], gold[:, 0])
    after = calibration_error(calibrated.head.predict_proba((honest * 3 + 1).astype(np.float32))[:, 0], gold[:, 0])
    assert after < 0.02 < 0.1 < before


def test_one_temperature_for_exclusive_labels() -> None:
    """Exclusive labels share one temperature, which keeps the most probable label and needs no threshold."""
    rng = np.random.default_rng(2)
    logits = rng.normal(0, 1.5, (3000, 3))
    chosen = (softmax(logits).cumsum(axis=1) > rng.random((3000, 1))).argmax(axis=1)
    gold = np.eye(3, dtype=bool)[chosen]
    calibrated = calibrate(_head("abc", multi_label=False), logits * 4, gold)
    assert calibrated.thresholds == {}
    assert len(set(calibrated.slope)) == 1
    assert calibrated.slope[0] == pytest.approx(0.25, rel=0.15)
    assert (calibrated.decide(logits * 4).argmax(axis=1) == logits.argmax(axis=1)).all()


def test_a_handful_of_sentences_does_not_decide_the_temperature() -> None:
    """Held-out scores that by chance say nothing flatten 24 sentences little, and 2,400 much."""
    rng = np.random.default_rng(5)
    slopes = []
    for n in (24, 2400):
        gold = np.eye(4, dtype=bool)[np.arange(n) % 4]
        slopes.append(calibrate(_head("abcd", multi_label=False), rng.normal(0, 1, (n, 4)), gold).slope[0])
    assert slopes[0] > 0.6
    assert slopes[1] < 0.3


def test_decide_is_what_head_and_threshold_say() -> None:
    """Deciding on raw scores is cutting the calibrated head's probabilities."""
    rng = np.random.default_rng(3)
    scores = rng.normal(size=(200, 2))
    gold = scores + rng.normal(size=(200, 2)) > 0.5
    calibrated = calibrate(_head("ab", multi_label=True), scores, gold)
    cuts = np.array([calibrated.thresholds[label] for label in "ab"])
    probabilities = calibrated.head.predict_proba(scores.astype(np.float32))
    assert ((probabilities >= cuts) == calibrated.decide(scores)).mean() > 0.99


@pytest.mark.parametrize("gold", [np.ones(6, bool), np.zeros(6, bool)], ids=["always", "never"])
def test_without_both_outcomes_nothing_is_rescaled(gold: np.ndarray) -> None:
    """A label that is always or never there keeps its scores."""
    calibrated = calibrate(_head("a", multi_label=True), np.linspace(-2, 2, 6)[:, None], gold[:, None])
    assert (calibrated.slope[0], calibrated.shift[0]) == (1.0, 0.0)


def test_a_label_with_one_example_decides_nothing() -> None:
    """The head that held it out had nothing to learn it from: its score says nothing, for itself or for others."""
    gold = np.eye(3, dtype=bool)[[0, 1] * 10 + [2]]
    scores = np.random.default_rng(0).normal(size=gold.shape) + gold
    own = calibrate(_head("abc", multi_label=True), scores, gold)
    assert (own.slope[2], own.shift[2], own.thresholds["c"]) == (1.0, 0.0, 0.5)
    assert own.slope[0] != 1.0
    scores[-1] = [0, 0, -20]
    shared = calibrate(_head("abc", multi_label=False), scores, gold).slope
    assert np.array_equal(shared, calibrate(_head("abc", multi_label=False), scores[:-1], gold[:-1]).slope)


def test_backward_scores_are_not_turned_round() -> None:
    """Held-out scores that rank backwards say nothing; they never make a low score mean yes."""
    scores = np.linspace(-2, 2, 40)[:, None]
    calibrated = calibrate(_head("a", multi_label=True), scores, scores < 0)
    assert calibrated.slope[0] == 1.0


def test_a_weight_of_two_counts_like_standing_there_twice() -> None:
    """Weighted sentences give the slope and shift that repeated ones give."""
    rng = np.random.default_rng(4)
    scores, twice = rng.normal(size=200), rng.integers(1, 3, 200)
    gold = rng.random(200) < sigmoid(scores)
    weighted = _platt(scores, gold, twice.astype(float))
    assert weighted == pytest.approx(_platt(np.repeat(scores, twice), np.repeat(gold, twice)), abs=1e-3)
    assert weighted != pytest.approx(_platt(scores, gold), abs=1e-3)


def test_shapes_must_agree() -> None:
    """Scores and gold labels of different shape are refused."""
    with pytest.raises(ShapeError, match=r"scores \(3, 1\) and targets \(2, 1\) differ"):
        calibrate(_head("a", multi_label=True), np.zeros((3, 1)), np.zeros((2, 1), bool))


def _f1(found: np.ndarray, gold: np.ndarray) -> float:
    return float(2 * (found & gold).sum() / max(found.sum() + gold.sum(), 1))


_RANKED = st.lists(st.tuples(st.integers(0, 20).map(lambda n: n / 20), st.booleans()), min_size=1, max_size=30)


@given(_RANKED)
def test_no_cut_beats_the_best_threshold(pairs: list[tuple[float, bool]]) -> None:
    """Whatever other cut is tried, its F1 is no better."""
    probability, gold = np.array([p for p, _ in pairs]), np.array([g for _, g in pairs])
    chosen = best_threshold(probability, gold)
    assert 0 <= chosen <= 1
    if gold.any():
        best = max(_f1(probability >= cut, gold) for cut in np.append(probability, 0.0))
        assert _f1(probability >= chosen, gold) == pytest.approx(best)


def test_threshold_without_example_is_a_half() -> None:
    """With no gold example there is nothing to learn a cut from."""
    assert best_threshold(np.array([0.2, 0.9]), np.zeros(2, bool)) == 0.5


def test_label_scores_in_percent() -> None:
    """Precision, recall, F1 and support of each label, and their plain mean."""
    gold = np.array([[1, 0], [1, 0], [0, 0], [0, 0]], bool)
    found = np.array([[1, 0], [0, 0], [1, 0], [0, 0]], bool)
    scores = label_scores(("a", "b"), gold, found)
    assert scores["a"] == {"precision": 50.0, "recall": 50.0, "f1": 50.0, "support": 2}
    assert scores["b"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 0}
    assert scores["macro"] == {"precision": 25.0, "recall": 25.0, "f1": 25.0, "support": 2}


def test_calibration_error_by_hand() -> None:
    """Two bins: half of the sentences off by 0.2, half by 0.1, so the mean gap is 0.15."""
    probability = np.array([0.8, 0.8, 0.4, 0.4])
    correct = np.array([True, True, True, False])
    assert calibration_error(probability, correct) == pytest.approx(0.15)


def test_thresholds_come_from_typical_sentences() -> None:
    """Easy sentences have high scores: with them the cut is high, from the typical ones alone it is low."""
    scores = np.array([4.0, 4.0, 4.0, 1.0, -3.0, -3.0, 1.5, 1.5])[:, None]
    gold = np.array([1, 1, 1, 1, 0, 0, 0, 0], bool)[:, None]
    head, typical = _head("a", multi_label=True), np.array([0, 0, 0, 1, 1, 1, 0, 0], bool)
    every, chosen = calibrate(head, scores, gold), calibrate(head, scores, gold, typical)
    assert chosen.thresholds["a"] < every.thresholds["a"]
    assert (chosen.slope, chosen.shift) == (every.slope, every.shift)


@given(_RANKED, st.integers(1, 20))
def test_calibration_error_is_a_share(pairs: list[tuple[float, bool]], n_bins: int) -> None:
    """The error lies in [0, 1] for any number of bins, the probability 1 included."""
    probability, correct = np.array([p for p, _ in pairs]), np.array([c for _, c in pairs])
    assert 0 <= calibration_error(probability, correct, n_bins=n_bins) <= 1 + 1e-12


def test_calibration_error_needs_something_to_compare() -> None:
    """No sentences, or other lengths, are refused."""
    with pytest.raises(ShapeError, match="at least one"):
        calibration_error(np.zeros(0), np.zeros(0, bool))


def test_shrunken_scores_are_stretched_again() -> None:
    """Each label has its own line; exclusive labels share the factor."""
    wanted = np.random.default_rng(0).normal(size=(200, 3))
    shrunken = wanted * [0.5, 0.25, 1.0] - [1.0, 0.0, 2.0]
    slope, shift = nearest_line(shrunken, wanted, multi_label=True)
    assert slope == pytest.approx([2, 4, 1])
    assert shrunken * slope + shift == pytest.approx(wanted)
    slope, _ = nearest_line(shrunken, wanted, multi_label=False)
    assert slope == pytest.approx([slope[0]] * 3)
    assert 1 < slope[0] < 2


def test_scores_without_spread_are_only_moved() -> None:
    """Nothing is known of a factor there; nor does any turn a ranking round."""
    up = np.array([[1.0], [2.0], [3.0], [4.0]])
    assert nearest_line(-up, up, multi_label=True)[0] == pytest.approx([1])
    slope, shift = nearest_line(np.zeros((4, 1)), up, multi_label=True)
    assert (slope, shift) == (pytest.approx([1]), pytest.approx([2.5]))
    with pytest.raises(ShapeError, match="differ"):
        nearest_line(np.zeros((4, 1)), np.zeros((3, 1)), multi_label=True)
