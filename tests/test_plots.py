"""Pictures show the figures that they stand for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest

mpl.use("agg")

import matplotlib.pyplot as plt

from stance.analysis.counts import count_claims
from stance.analysis.learning import LearningCurve, Point
from stance.errors import MissingExtraError
from stance.evaluation import Evaluation, evaluate
from stance.model import Model
from stance.plots import plot_by, plot_counts, plot_learning_curve, plot_matrix


@pytest.fixture(scope="module")
def evaluated(tiny_model: Model, labelled_path: Path) -> Evaluation:
    """The tiny model on its own sentences."""
    return evaluate(tiny_model, labelled_path, resamples=50)


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """No figure is left open."""
    yield
    plt.close("all")


def test_scores_are_dots_with_intervals(evaluated: Evaluation) -> None:
    """One dot a score at its F1, and one line from low to high."""
    ax = evaluated.plot_scores()
    dots = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
    assert dots == [row.f1 for row in evaluated.rows().values()][::-1]
    spans = [tuple(line.get_xdata()) for line in ax.lines if line.get_marker() != "o"]
    assert (evaluated.intervals["macro"].low, evaluated.intervals["macro"].high) in spans


def test_curves_name_each_label(evaluated: Evaluation) -> None:
    """Precision over recall, reliability and thresholds have a line a label, told apart without colour."""
    for ax in (evaluated.plot_precision_recall(), evaluated.plot_reliability(), evaluated.plot_thresholds()):
        legend = ax.get_legend()
        assert legend is not None
        assert [text.get_text().split(" (")[0] for text in legend.get_texts()] == list(evaluated.labels)
        assert len({line.get_linestyle() for line in ax.lines}) >= 3
        assert ax.get_xlabel()
        assert ax.get_ylabel()


def test_matrices_show_their_counts(evaluated: Evaluation) -> None:
    """Every cell of a confusion or co-occurrence stands in the picture as a number."""
    for ax, table in (
        (evaluated.plot_confusion(), evaluated.confusion()),
        (evaluated.plot_co_occurrence(), evaluated.co_occurrence()),
    ):
        shown = [text.get_text() for text in ax.texts]
        assert shown == [str(count) for count in table.to_numpy().ravel()]


def test_parts_and_counts(evaluated: Evaluation) -> None:
    """A breakdown has a dot a part; counts have a bar a cell, the most frequent on top."""
    named = evaluate(
        evaluated.found.values(),
        [r.model_copy(update={"outlet": "A" if r.doc == "mill" else "B"}) for r in evaluated.gold.values()],
        resamples=0,
    )
    assert {label.get_text() for label in named.plot_by("outlet").get_yticklabels()} == {"A (4)", "B (36)"}
    parts = named.by("outlet", resamples=0)
    assert len(plot_by(parts, label="goal").lines) == 2
    counts = count_claims(pd.DataFrame({"doc": ["a", "a", "b"], "x": ["u", "u", "v"], "y": ["w"] * 3}), ["x", "y"])
    ax = plot_counts(counts)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["v → w", "u → w"]
    assert [patch.get_width() for patch in ax.patches] == [1, 2]


def test_learning_curve_shows_means_and_runs() -> None:
    """The line runs through the means, and each run is a point."""
    points = tuple(Point(100 * n, n / 2, repeat, {"macro": 10.0 * n + repeat}) for n in (1, 2) for repeat in (0, 2))
    ax = plot_learning_curve(LearningCurve(points, 40))
    dots, line = ax.lines
    assert sorted(dots.get_ydata()) == [10.0, 12.0, 20.0, 22.0]
    assert list(line.get_ydata()) == [11.0, 21.0]


def test_given_axes_are_used(evaluated: Evaluation) -> None:
    """A plot draws into the axes that it is given."""
    _, ax = plt.subplots()
    assert evaluated.plot_scores(ax) is ax
    assert plot_matrix(pd.DataFrame([[1]]), ax) is ax


def test_missing_matplotlib_is_named(evaluated: Evaluation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without matplotlib the error says what to install."""
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(MissingExtraError, match=r"pip install '\.\[eval\]'"):
        evaluated.plot_scores()
