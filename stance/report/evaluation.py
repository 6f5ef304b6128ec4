"""An evaluation to one HTML page: scores with their intervals, pictures, confusions, the worst mistakes in context."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stance.analysis.breakdown import by, columns, fields_of
from stance.analysis.confusions import source_confusion, source_pairs
from stance.analysis.mistakes import mistakes
from stance.comparison import Comparison
from stance.errors import MissingExtraError
from stance.evaluation import Evaluation
from stance.plots import plot_learning_curve
from stance.report.page import kinds, page, render, style
from stance.scoretable import scored

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from stance.analysis.learning import LearningCurve

WORST = 30
"""Mistakes that a page shows."""

_MOST_PARTS = 40  # parts of a breakdown that are shown
_MOST_LINES = 5  # labels that a learning curve shows
_RESAMPLES = 300  # of the intervals of each part
_INK, _DARK_INK = "#1d1f23", "#e9e7e2"  # of text and axes on light and on dark paper
_COLOURED = ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")
_PLAIN = {
    "svg.fonttype": "none",
    "svg.hashsalt": "stance",
    "font.family": "sans-serif",
    **dict.fromkeys(_COLOURED, _INK),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A plot as data addresses, for light and for dark pages, with words for who cannot see it."""

    title: str
    note: str
    alt: str
    light: str
    dark: str


def evaluation_report(
    evaluation: Evaluation, comparison: Comparison | None = None, curve: LearningCurve | None = None
) -> str:
    """The page of an evaluation, with its comparison with another and a learning curve where they are given.

    Raises
    ------
    MissingExtraError : matplotlib is not installed.
    """
    wrong = mistakes(evaluation)
    parts = {field: by(evaluation, field, resamples=_RESAMPLES) for field in fields_of(evaluation)}
    return page(
        "evaluation.html",
        title=f"How well {evaluation.name} finds claims",
        scores=list(scored(evaluation)),
        evaluation=evaluation,
        comparison=comparison,
        pictures=[*_pictures(evaluation), *([_curve_picture(curve)] if curve is not None else [])],
        parts={field: list(_rows(frame))[:_MOST_PARTS] for field, frame in parts.items()},
        columns=list(columns(evaluation.labels).values()),
        sources=source_confusion(evaluation) if evaluation.has_claims else None,
        pairs=source_pairs(evaluation).head(10).to_dict("records") if evaluation.has_claims else [],
        mistakes=wrong[:WORST],
        all_mistakes=len(wrong),
        kinds=kinds(evaluation.labels),
    )


def evaluation_fragment(evaluation: Evaluation) -> str:
    """The table of scores, for notebooks."""
    return render("scores_fragment.html", style=style(), scores=list(scored(evaluation)), evaluation=evaluation)


def _rows(frame: Any) -> Iterator[tuple[str, dict[str, dict[str, Any]]]]:
    """Each part with its rows by label."""
    for name in dict.fromkeys(frame.index.get_level_values(0)):
        yield str(name), frame.loc[name].to_dict("index")


def _pictures(evaluation: Evaluation) -> Iterator[Picture]:
    """The plots that the evaluation has figures for."""
    told = ", ".join(f"{title} {row.f1:.1f}" for title, row, _, _ in scored(evaluation))
    yield _picture(
        "Scores",
        "Dots are F1; lines hold 95 of 100 scores of resampled articles.",
        f"F1: {told}",
        evaluation.plot_scores,
    )
    errors = evaluation.calibration_errors
    if errors:
        told = ", ".join(f"{label} {error:.3f}" for label, error in errors.items())
        yield _picture(
            "Reliability",
            "On the dotted line a stated probability comes true just as often.",
            f"Calibration errors: {told}",
            evaluation.plot_reliability,
        )
        yield _picture(
            "Precision and recall",
            "What is gained and lost as the threshold of a label moves.",
            "Curves of precision over recall, one for each label",
            evaluation.plot_precision_recall,
        )
        yield _picture(
            "Thresholds",
            "F1 where a label counts from each probability. To choose a threshold, use other sentences than these.",
            "F1 of each label over its threshold",
            evaluation.plot_thresholds,
        )
    yield _picture(
        "Gold against found",
        "Labels on both sides stand on the diagonal; what is left of a sentence's labels is set against each other.",
        "Matrix of gold labels against found labels",
        evaluation.plot_confusion,
    )
    yield _picture(
        "Labels that occur together",
        "Gold sentences that carry both labels.",
        "Matrix of labels that stand in one sentence",
        evaluation.plot_co_occurrence,
    )


def _curve_picture(curve: LearningCurve) -> Picture:
    told = ", ".join(f"{point.sentences:,} sentences {point.f1['macro']:.1f}" for point in curve.points)
    return _picture(
        "Learning curve",
        "A dot is a model trained on so many sentences. Where the line still climbs at its end, labelling more pays.",
        f"Macro F1: {told}",
        lambda: plot_learning_curve(curve, labels=("macro", *curve.labels[:_MOST_LINES])),
    )


def _picture(title: str, note: str, alt: str, plot: Callable[[], Axes]) -> Picture:
    svg = _drawn(plot)
    return Picture(title, note, alt, _address(svg), _address(svg.replace(_INK, _DARK_INK)))


def _drawn(plot: Callable[[], Axes]) -> str:
    """A plot as SVG; the same plot gives the same bytes."""
    with _plain_matplotlib() as plt:
        figure: Any = plot().get_figure(root=True)
        file = io.StringIO()
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
        plt.close(figure)
    return re.sub(r"<metadata>.*?</metadata>", "", file.getvalue(), flags=re.DOTALL)


def _address(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


@contextmanager
def _plain_matplotlib() -> Iterator[Any]:
    """Matplotlib with our settings and without a window, whatever the user's own are."""
    try:
        import matplotlib as mpl
    except ImportError:
        raise MissingExtraError("matplotlib", "eval", "the page of an evaluation") from None
    import matplotlib.pyplot as plt

    interactive = plt.isinteractive()
    plt.ioff()
    try:
        defaults: dict[Any, Any] = {**mpl.rcParamsDefault, "backend": mpl.get_backend()}
        with mpl.rc_context(defaults | _PLAIN):
            yield plt
    finally:
        if interactive:
            plt.ion()
