"""``ClaimClassifier`` keeps scikit-learn's contract."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, MultiLabelBinarizer, StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from stance.classifier import ClaimClassifier
from stance.encoder.hashing import HashingEncoder
from stance.errors import ConfigError, LabelError, ShapeError

_TEXTS = [f"the {who} {verb} it" for verb in ("blamed", "praised") for who in "abcdefghij"]
_LABELS = ["bad"] * 10 + ["good"] * 10


def _classifier(**options: Any) -> ClaimClassifier:
    return ClaimClassifier(**{"encoder": "hashing-16", "folds": 2, **options})


@parametrize_with_checks([ClaimClassifier("hashing-8"), ClaimClassifier("hashing-8", ngrams=False, folds=0)])
def test_scikit_learn_checks(estimator: ClaimClassifier, check: Any) -> None:
    """Every check that scikit-learn has for a classifier, on vectors; none is excused."""
    check(estimator)


@pytest.mark.parametrize("encoder", ["hashing-16", HashingEncoder(16)])
@pytest.mark.parametrize("ngrams", [True, False])
@pytest.mark.parametrize("kind", [list, tuple, np.array, lambda texts: np.array(texts, object)])
def test_sentences(encoder: Any, ngrams: bool, kind: Any) -> None:
    """Sentences in any sequence are learned; probabilities have a column a class and sum to one."""
    classifier = _classifier(encoder=encoder, ngrams=ngrams, strength=10).fit(kind(_TEXTS), _LABELS)
    assert list(classifier.classes_) == ["bad", "good"]
    assert classifier.score(kind(_TEXTS), _LABELS) == 1.0
    probabilities = classifier.predict_proba(["they praised him"])
    assert probabilities.shape == (1, 2)
    assert probabilities.sum() == pytest.approx(1)
    assert classifier.predict(["they praised him"]).tolist() == ["good"]


def test_rows_sorted_by_label_calibrate_too() -> None:
    """A fold never holds out all examples of a label where an indicator matrix is sorted by it."""
    gold = np.repeat(np.eye(3, dtype=int), 40, axis=0)
    vectors = np.random.default_rng(0).normal(size=(120, 8)) + 1.2 * np.pad(gold, ((0, 0), (0, 5)))
    classifier = _classifier(folds=3).fit(vectors, gold)
    assert (classifier.predict(vectors) == gold).mean() > 0.8
    assert min(classifier.thresholds_.values()) > 0.1


def test_pandas_series() -> None:
    """A column of a DataFrame is a sequence of sentences too."""
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"text": _TEXTS, "label": _LABELS})
    classifier = _classifier().fit(frame["text"], frame["label"])
    assert classifier.predict(frame["text"]).tolist() == _LABELS


@pytest.mark.parametrize("n_labels", [2, 3])
def test_several_labels_a_sentence(n_labels: int) -> None:
    """An indicator matrix comes back as one, cut at the learned thresholds."""
    gold = np.array([[row % 2, row < 10, row > 4][:n_labels] for row in range(20)], int)
    texts = [
        f"{'odd' if row % 2 else 'even'} {'low' if row < 10 else 'high'} {'few' if row > 4 else 'many'}"
        for row in range(20)
    ]
    classifier = _classifier(strength=100).fit(texts, gold)
    found = classifier.predict(texts)
    assert found.shape == gold.shape
    assert (found == gold).mean() > 0.9
    assert set(classifier.thresholds_) == set(range(n_labels))
    assert ((classifier.predict_proba(texts) >= list(classifier.thresholds_.values())) == found).all()


def test_vectors_and_sentences_do_not_mix() -> None:
    """What was fitted on vectors reads vectors, of the same width."""
    vectors = HashingEncoder(16).encode(_TEXTS)
    classifier = _classifier(strength=100).fit(vectors, _LABELS)
    assert classifier.n_features_in_ == 16
    assert classifier.predict(vectors).tolist() == _LABELS
    with pytest.raises(ShapeError, match="fitted on vectors; give vectors, or fit on sentences"):
        classifier.predict(_TEXTS)
    with pytest.raises(ValueError, match="X has 8 features, but ClaimClassifier is expecting 16"):
        classifier.predict(vectors[:, :8])


@pytest.mark.parametrize(
    ("X", "y", "error", "message"),
    [
        ("one string", ["a"], ShapeError, "got one string; give a list of sentences"),
        (_TEXTS, _LABELS[8:13], ShapeError, "20 sentences, 5 labels; give one label a sentence"),
        (_TEXTS, ["bad"] * 20, LabelError, "can't train when only one class is present: bad"),
        (_TEXTS, np.linspace(0, 1, 20), ValueError, "Unknown label type: continuous"),
        ([], [], ValueError, "Expected 2D array|empty"),
        ([1, "a"], [0, 1], ShapeError, "sentence 0 is of type int, where text was expected"),
        (_TEXTS, [np.nan, *_LABELS[1:]], LabelError, "1 of 20 labels are missing, the first in row 0; leave out"),
        (_TEXTS, [*_LABELS[1:], None], LabelError, "1 of 20 labels are missing, the first in row 19"),
        (np.array(_TEXTS)[:, None], _LABELS, ShapeError, r"as a table or array; give a list, such as df"),
    ],
)
def test_bad_input(X: Any, y: Any, error: type[Exception], message: str) -> None:
    """What cannot be learned is refused, in scikit-learn's own kind of error."""
    with pytest.raises(error, match=message):
        _classifier().fit(X, y)


def test_clone_and_parameters() -> None:
    """The constructor only stores; a clone has the parameters and nothing that was learned."""
    classifier = _classifier(strength=3.0).fit(_TEXTS, _LABELS)
    copy = clone(classifier)
    assert (
        copy.get_params()
        == classifier.get_params()
        == {"encoder": "hashing-16", "folds": 2, "ngrams": True, "strength": 3.0}
    )
    assert not hasattr(copy, "head_")
    assert ClaimClassifier(encoder="no such thing", folds=-1).folds == -1


def test_pickle() -> None:
    """A fitted classifier goes to another process and back."""
    classifier = _classifier().fit(_TEXTS, _LABELS)
    copy = pickle.loads(pickle.dumps(classifier))  # noqa: S301  # our own bytes
    np.testing.assert_array_equal(copy.predict_proba(_TEXTS), classifier.predict_proba(_TEXTS))


def test_refitting_forgets() -> None:
    """Fitting again on other labels leaves nothing of the first time."""
    classifier = _classifier().fit(_TEXTS, _LABELS)
    classifier.fit(HashingEncoder(4).encode(_TEXTS), [0, 1] * 10)
    assert list(classifier.classes_) == [0, 1]
    assert not hasattr(classifier, "encoder_")
    assert classifier.predict(HashingEncoder(4).encode(_TEXTS)).shape == (20,)
    classifier.fit(_TEXTS, _LABELS)
    assert not hasattr(classifier, "n_features_in_")
    assert classifier.predict(_TEXTS).tolist() == _LABELS


def test_pipeline() -> None:
    """It ends a pipeline of text or of vectors."""
    lower = FunctionTransformer(lambda texts: [text.lower() for text in texts])
    assert make_pipeline(lower, _classifier()).fit(_TEXTS, _LABELS).score(_TEXTS, _LABELS) == 1.0
    vectors = HashingEncoder(16).encode(_TEXTS)
    assert make_pipeline(StandardScaler(), _classifier()).fit(vectors, _LABELS).score(vectors, _LABELS) == 1.0


def test_grid_search() -> None:
    """Its parameters can be searched, alone and inside a pipeline."""
    pipeline = Pipeline([("claims", _classifier(ngrams=False, strength=100))])
    search = GridSearchCV(pipeline, {"claims__encoder": ["hashing-1", "hashing-32"]}, cv=2).fit(_TEXTS, _LABELS)
    assert search.best_params_ == {"claims__encoder": "hashing-32"}
    assert search.predict(["they blamed him"]).tolist() == ["bad"]


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_cross_validation(n_jobs: int | None) -> None:
    """Scores of held-out sentences, also from parallel workers."""
    scores = cross_val_score(_classifier(strength=10), np.array(_TEXTS), np.array(_LABELS), cv=3, n_jobs=n_jobs)
    assert scores.tolist() == [1.0] * 3


@pytest.mark.parametrize("examples", [0, 1, 2])
def test_a_rare_label_changes_no_other(examples: int) -> None:
    """A column with hardly an example is learned, and thresholds and probabilities of the others stay as they were."""
    gold = np.array([[row < 10, row % 3 == 0] for row in range(20)], int)
    rare = np.arange(20)[:, None] >= 20 - examples
    alone, beside = (_classifier(folds=5).fit(_TEXTS, y) for y in (gold, np.hstack([gold, rare])))
    assert 0.5 not in alone.thresholds_.values()
    assert {label: beside.thresholds_[label] for label in (0, 1)} == alone.thresholds_
    assert (beside.thresholds_[2] == 0.5) == (examples < 2)
    np.testing.assert_array_equal(beside.predict_proba(_TEXTS)[:, :2], alone.predict_proba(_TEXTS))


def test_a_rare_class_leaves_the_others_calibrated() -> None:
    """A class with a single example is learned, and probabilities are calibrated all the same."""
    labels = ["rare", *_LABELS[1:]]
    plain, calibrated = (_classifier(folds=folds).fit(_TEXTS, labels) for folds in (0, 5))
    assert list(calibrated.classes_) == ["bad", "good", "rare"]
    assert not np.allclose(plain.predict_proba(_TEXTS), calibrated.predict_proba(_TEXTS))


@pytest.mark.parametrize("folds", [-1, 1, None, 2.5])
def test_folds_that_cannot_be(folds: Any) -> None:
    """Told before anything is encoded."""
    with pytest.raises(ConfigError, match=r"^folds = .*: expected a whole number from 2, or 0 for no calibration$"):
        _classifier(folds=folds).fit(_TEXTS, _LABELS)


def test_rows_sum_to_one_in_double_precision() -> None:
    """So that scikit-learn's log loss takes them without a warning."""
    rows = _classifier().fit(_TEXTS, _LABELS).predict_proba(_TEXTS).sum(axis=1)
    np.testing.assert_allclose(rows, 1, rtol=1e-14)


def test_a_sparse_indicator_is_an_indicator() -> None:
    """What MultiLabelBinarizer makes with ``sparse_output`` is learned like its dense form."""
    sparse = MultiLabelBinarizer(sparse_output=True).fit_transform([{label} for label in _LABELS])
    expected = _classifier().fit(_TEXTS, sparse.toarray()).predict(_TEXTS)
    np.testing.assert_array_equal(_classifier().fit(_TEXTS, sparse).predict(_TEXTS), expected)


def test_no_sentences_have_no_labels() -> None:
    """An empty list is answered with an empty array."""
    classifier = _classifier().fit(_TEXTS, _LABELS)
    assert classifier.predict([]).shape == (0,)
    assert classifier.predict_proba([]).shape == (0, 2)


def test_a_path_names_an_encoder() -> None:
    """A ``Path`` is read like the same text."""
    by_path, by_name = (_classifier(encoder=kind("hashing-16")).fit(_TEXTS, _LABELS) for kind in (Path, str))
    np.testing.assert_array_equal(by_path.predict_proba(_TEXTS), by_name.predict_proba(_TEXTS))


def test_lone_surrogates_are_read_as_replacement_characters() -> None:
    """Half a character in a sentence stops neither fitting nor predicting."""
    fitted = ClaimClassifier("hashing-16").fit(["a\ud800", "b", "a", "b c"], ["x", "y", "x", "y"])
    assert np.array_equal(fitted.predict_proba(["a\ud800"]), fitted.predict_proba(["a\ufffd"]))


def test_a_sentence_that_is_none_is_told() -> None:
    """An empty cell among sentences is named by its place."""
    with pytest.raises(ShapeError, match="sentence 1 is of type NoneType, where text was expected"):
        ClaimClassifier(HashingEncoder(16)).fit(["a", None, "b"], [0, 1, 0])
