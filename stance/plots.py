"""Pictures of evaluations and counts, by matplotlib and scikit-learn's displays; each returns its axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from stance.analysis.confusions import co_occurrence, type_confusion
from stance.analysis.curves import judged, precision_recall, reliability, threshold_sweep
from stance.errors import MissingExtraError
from stance.evaluation import Evaluation
from stance.scoretable import scored

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from stance.analysis.learning import LearningCurve

COLOURS = ("#d1483f", "#b98227", "#3f86d6", "#8e63d6", "#1f9e8f", "#c24aa5", "#789a1f", "#7b8d95")
"""Of labels: they stand out on white and on dark paper."""

MARKERS = "osD^vPX*"
_DARKER = 0.55  # share of the largest cell from which its number is written in white


def plot_scores(evaluation: Evaluation, ax: Axes | None = None) -> Axes:
    """F1 of each label, of all, and of speakers and claims, with 95 % intervals."""
    ax = _axes(ax, height=0.45 * len(evaluation.rows()) + 1)
    rows = list(scored(evaluation))[::-1]
    for place, (_, row, between, _) in enumerate(rows):
        f1 = row.f1
        if between is not None:
            ax.plot([between.low, between.high], [place, place], color="#8a8f98", linewidth=2, zorder=1)
        ax.plot(f1, place, "o", color=COLOURS[2], zorder=2)
        ax.annotate(f"{f1:.1f}", (f1, place), xytext=(0, 6), textcoords="offset points", ha="center", fontsize=9)
    ax.set(xlim=(0, 102), ylim=(-0.6, len(rows) - 0.2), xlabel="F1 (percent), with 95 % interval")
    ax.set_yticks(range(len(rows)), [title for title, *_ in rows])
    return _tidy(ax)


def plot_precision_recall(evaluation: Evaluation, ax: Axes | None = None) -> Axes:
    """Precision over recall of each label, with the average precision."""
    from sklearn.metrics import PrecisionRecallDisplay

    ax = _axes(ax)
    for place, one in enumerate(judged(evaluation)):
        curve = precision_recall(one)
        display = PrecisionRecallDisplay(curve.precision, curve.recall)
        label = f"{one.label} (average precision {curve.average_precision:.2f})"
        display.plot(ax=ax, curve_kwargs={"color": _colour(place), "linestyle": _line(place), "label": label})
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), xlabel="recall", ylabel="precision", aspect="auto")
    ax.legend(frameon=False, fontsize=9, loc="best")
    return _tidy(ax)


def plot_reliability(evaluation: Evaluation, ax: Axes | None = None, *, n_bins: int = 10) -> Axes:
    """How often a label holds where its probability is so high; on the diagonal probabilities are honest."""
    ax = _axes(ax)
    ax.plot([0, 1], [0, 1], color="#8a8f98", linewidth=1, linestyle=":")
    for place, one in enumerate(judged(evaluation)):
        bins = reliability(one, n_bins=n_bins)
        stated, observed = [b.stated for b in bins], [b.observed for b in bins]
        bars = [[b.observed - b.low for b in bins], [b.high - b.observed for b in bins]]
        ax.errorbar(
            *(stated, observed, bars),
            color=_colour(place),
            marker=MARKERS[place % len(MARKERS)],
            linestyle=_line(place),
            elinewidth=0.8,
            label=one.label,
        )
    ax.set(
        xlim=(-0.02, 1.02),
        ylim=(-0.02, 1.02),
        xlabel="stated probability",
        ylabel="share that came true, with 95 % interval",
    )
    ax.legend(frameon=False, fontsize=9)
    return _tidy(ax)


def plot_thresholds(evaluation: Evaluation, ax: Axes | None = None) -> Axes:
    """F1 of each label by the probability from which it counts."""
    ax = _axes(ax)
    for place, (label, rows) in enumerate(threshold_sweep(evaluation).groupby("label", sort=False)):
        ax.plot(rows["threshold"], rows["f1"], color=_colour(place), linestyle=_line(place), label=str(label))
    ax.set(xlim=(0, 1), ylim=(0, 100), xlabel="counts from this probability", ylabel="F1 (percent)")
    ax.legend(frameon=False, fontsize=9)
    return _tidy(ax)


def plot_confusion(evaluation: Evaluation, ax: Axes | None = None) -> Axes:
    """Gold labels against found ones; see ``type_confusion`` for how several labels of a sentence are set against."""
    from sklearn.metrics import ConfusionMatrixDisplay

    counts = type_confusion(evaluation)
    ax = _axes(ax, height=4.2)
    display = ConfusionMatrixDisplay(counts.to_numpy(), display_labels=list(counts.index))
    # "none" against "none" is most of any corpus: the shades are those of what is a label on one side at least
    most = max(1, int(counts.to_numpy().ravel()[:-1].max()))
    display.plot(ax=ax, cmap="Blues", colorbar=False, im_kw={"vmin": 0, "vmax": most}, xticks_rotation=30)
    for text, count in zip(display.text_.ravel(), counts.to_numpy().ravel(), strict=True):
        text.set_color(_on(count, most))
    ax.set(xlabel="found", ylabel="gold")
    return ax


def plot_co_occurrence(evaluation: Evaluation, ax: Axes | None = None) -> Axes:
    """Gold labels that stand in one sentence."""
    return plot_matrix(co_occurrence(evaluation), ax)


def plot_by(parts: pd.DataFrame, ax: Axes | None = None, *, label: str = "macro") -> Axes:
    """F1 of one label in each part of a breakdown (``Evaluation.by``), with 95 % intervals."""
    rows = parts[parts.index.get_level_values("label") == label].droplevel("label").sort_values("f1")
    ax = _axes(ax, height=0.4 * len(rows) + 1)
    for place, (_, row) in enumerate(rows.iterrows()):
        if row["f1_low"] is not None and row["f1_low"] == row["f1_low"]:
            ax.plot([row["f1_low"], row["f1_high"]], [place, place], color="#8a8f98", linewidth=2, zorder=1)
        ax.plot(row["f1"], place, "o", color=COLOURS[2], zorder=2)
    names = [f"{name} ({count:,})" for name, count in zip(rows.index, rows["sentences"], strict=True)]
    ax.set_yticks(range(len(rows)), names)
    ax.set(xlim=(0, 100), ylim=(-0.6, len(rows) - 0.4), xlabel=f"{label} F1 (percent), with 95 % interval")
    return _tidy(ax)


def plot_learning_curve(curve: LearningCurve, ax: Axes | None = None, *, labels: Sequence[str] = ("macro",)) -> Axes:
    """F1 over labelled sentences: the mean of the repeats, and each of them."""
    ax = _axes(ax)
    rows = curve.to_frame()
    for place, label in enumerate(labels):
        one = rows[rows["label"] == label]
        means = one.groupby("share")[["sentences", "f1"]].mean()
        ax.plot(one["sentences"], one["f1"], ".", color=_colour(place + 2), alpha=0.4)
        ax.plot(
            means["sentences"], means["f1"], marker="o", color=_colour(place + 2), linestyle=_line(place), label=label
        )
    ax.set(xlim=(0, None), ylim=(0, 100), xlabel="labelled sentences", ylabel="F1 on unseen articles (percent)")
    ax.legend(frameon=False, fontsize=9)
    return _tidy(ax)


def plot_counts(counts: pd.DataFrame, ax: Axes | None = None, *, top: int = 15) -> Axes:
    """Claims in each cell of ``count_claims``, the most frequent, with 95 % intervals."""
    rows = counts.head(top)[::-1]
    ax = _axes(ax, height=0.32 * len(rows) + 1)
    names = [" → ".join(map(str, name)) if isinstance(name, tuple) else str(name) for name in rows.index]
    bars = [rows["claims"] - rows["low"], rows["high"] - rows["claims"]]
    ax.barh(range(len(rows)), rows["claims"], color="#9db8d9", height=0.7)
    ax.errorbar(rows["claims"], range(len(rows)), xerr=bars, fmt="none", ecolor="#46585f", elinewidth=1.2)
    ax.set_yticks(range(len(rows)), names)
    ax.set(xlabel="claims, with 95 % interval from resampled articles", xlim=(0, None))
    return _tidy(ax)


def plot_matrix(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A table of counts as shaded cells with their numbers."""
    ax = _axes(ax, height=0.42 * len(table) + 1.4)
    values = table.to_numpy()
    most = max(1, values.max(initial=0))
    ax.imshow(values, cmap="Blues", vmin=0, vmax=most, aspect="auto")
    for row in range(values.shape[0]):
        for column in range(values.shape[1]):
            count = values[row, column]
            ax.text(column, row, f"{count:,}", ha="center", va="center", color=_on(count, most), fontsize=9)
    ax.set_xticks(range(values.shape[1]), [str(name) for name in table.columns], rotation=30, ha="right")
    ax.set_yticks(range(values.shape[0]), [str(name) for name in table.index])
    return ax


def _axes(ax: Axes | None, *, height: float = 3.4) -> Axes:
    if ax is not None:
        return ax
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise MissingExtraError("matplotlib", "eval", "a plot") from None
    return plt.subplots(figsize=(5.6, height), layout="constrained")[1]


def _tidy(ax: Any) -> Axes:
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(color="#8a8f98", alpha=0.25, linewidth=0.6)
    ax.set_axisbelow(True)
    return ax


def _on(count: float, most: float) -> str:
    """The colour of a number on a cell as dark as its count."""
    return "white" if count > _DARKER * most else "#101418"


def _colour(place: int) -> str:
    return COLOURS[place % len(COLOURS)]


def _line(place: int) -> str:
    return ("-", "--", ":", "-.")[place % 4]
