"""What people look at and ask of an evaluation; ``Evaluation`` inherits it, each part loads when it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from stance.analysis.learning import LearningCurve
    from stance.analysis.mistakes import Mistake
    from stance.comparison import Comparison
    from stance.evaluation import Evaluation


class EvaluationViews:
    """Plots, tables and pages of an evaluation."""

    def by(self, field: str, *, resamples: int = 1000, seed: int = 0) -> pd.DataFrame:
        """Scores of each label by ``outlet``, ``topic``, ``corpus``, ``style``, ``variety`` or ``year``."""
        from stance.analysis.breakdown import by

        return by(_it(self), field, resamples=resamples, seed=seed)

    def mistakes(self, *, label: str | None = None) -> list[Mistake]:
        """Every wrong decision with the sentences around it, the surest first."""
        from stance.analysis.mistakes import mistakes

        return mistakes(_it(self), label=label)

    def co_occurrence(self) -> pd.DataFrame:
        """How many gold sentences carry both of two labels."""
        from stance.analysis.confusions import co_occurrence

        return co_occurrence(_it(self))

    def confusion(self) -> pd.DataFrame:
        """Gold labels in rows, found labels in columns."""
        from stance.analysis.confusions import type_confusion

        return type_confusion(_it(self))

    def source_confusion(self) -> pd.DataFrame:
        """Where gold sources are named, and what was made of them."""
        from stance.analysis.confusions import source_confusion

        return source_confusion(_it(self))

    def threshold_sweep(self) -> pd.DataFrame:
        """Precision, recall and F1 of each label, where it counts from each threshold."""
        from stance.analysis.curves import threshold_sweep

        return threshold_sweep(_it(self))

    def plot_scores(self, ax: Axes | None = None) -> Axes:
        """F1 of everything scored, with 95 % intervals."""
        from stance.plots import plot_scores

        return plot_scores(_it(self), ax)

    def plot_precision_recall(self, ax: Axes | None = None) -> Axes:
        """Precision over recall of each label."""
        from stance.plots import plot_precision_recall

        return plot_precision_recall(_it(self), ax)

    def plot_reliability(self, ax: Axes | None = None) -> Axes:
        """Whether probabilities come true as often as they say."""
        from stance.plots import plot_reliability

        return plot_reliability(_it(self), ax)

    def plot_thresholds(self, ax: Axes | None = None) -> Axes:
        """F1 of each label by threshold."""
        from stance.plots import plot_thresholds

        return plot_thresholds(_it(self), ax)

    def plot_confusion(self, ax: Axes | None = None) -> Axes:
        """Gold labels against found ones."""
        from stance.plots import plot_confusion

        return plot_confusion(_it(self), ax)

    def plot_co_occurrence(self, ax: Axes | None = None) -> Axes:
        """Gold labels that stand in one sentence."""
        from stance.plots import plot_co_occurrence

        return plot_co_occurrence(_it(self), ax)

    def plot_by(self, field: str, ax: Axes | None = None, *, label: str = "macro") -> Axes:
        """F1 of one label in each part of the gold labels."""
        from stance.plots import plot_by

        return plot_by(self.by(field), ax, label=label)

    def save(
        self, path: str | Path, *, comparison: Comparison | None = None, curve: LearningCurve | None = None
    ) -> Path:
        """Write everything as one HTML page, with a comparison and a learning curve where they are given.

        Raises
        ------
        OutputError : the file cannot be written.
        """
        from stance.corpus.write import write_text
        from stance.report import evaluation_report

        write_text(Path(path), evaluation_report(_it(self), comparison, curve))
        return Path(path)

    def _repr_html_(self) -> str:
        """The table of scores, for notebooks."""
        from stance.report import evaluation_fragment

        return evaluation_fragment(_it(self))


def _it(views: EvaluationViews) -> Evaluation:
    return cast("Evaluation", views)
