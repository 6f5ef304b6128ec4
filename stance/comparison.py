"""Two Evaluations on the same sentences: which is better, and whether the difference is more than luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from stance.errors import LabelError
from stance.evaluation import Evaluation, scores_by_name
from stance.resampling import Interval, interval, resampled
from stance.scoretable import printable


@dataclass(frozen=True, slots=True)
class McNemar:
    """The sentences on whose label only one of the two is right, and the exact two-sided p (McNemar 1947)."""

    only_first: int
    only_second: int
    p: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """The second evaluation against the first.

    Parameters
    ----------
    first, second : their names
    macro_f1 : of both, in percent
    difference : second minus first, in points
    interval : of the difference, from articles drawn for both together; None with fewer than two articles
    p : two-sided: how often resamples of the articles put the difference at 0 or on the other side, the sample counted
        as one of them, so that few resamples never tell of a small p (Davison & Hinkley 1997, section 4.2)
    types : for each label the sentences on which they differ
    """

    first: str
    second: str
    sentences: int
    articles: int
    macro_f1: tuple[float, float]
    difference: float
    interval: Interval | None
    p: float | None
    types: Mapping[str, McNemar]

    def summary(self) -> str:
        """Plain text for a terminal."""
        sure = f" (95 % interval {self.interval.low:+.1f} to {self.interval.high:+.1f}, " if self.interval else ""
        sure += f"p {_p(self.p)})" if self.p is not None else ""
        lines = [
            f"macro F1 {self.macro_f1[0]:.1f} for {printable(self.first)} (first), "
            f"{self.macro_f1[1]:.1f} for {printable(self.second)} (second)",
            f"difference {self.difference:+.1f}{sure}, by {self.articles:,} articles",
            "",
        ]
        names = {label: printable(label) for label in self.types}
        wide = max(map(len, names.values()), default=0)
        lines.append(f"{'':{wide}}  only first right  only second right  p (McNemar)")
        lines += [
            f"{names[label]:{wide}}  {row.only_first:16,}  {row.only_second:17,}  {_p(row.p):>11}"
            for label, row in self.types.items()
        ]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        values = asdict(self)
        return values | {
            "macro_f1": list(self.macro_f1),
            "interval": self.interval.to_list() if self.interval else None,
        }


def compare(first: Evaluation, second: Evaluation, *, resamples: int = 1000, seed: int = 0) -> Comparison:
    """Paired bootstrap over articles of the macro F1, and McNemar's exact test a label.

    Parameters
    ----------
    first, second : evaluations on the same gold sentences with the same labels
    resamples : draws of articles, the same for both; 0 for none
    seed : of the draws

    Raises
    ------
    LabelError : the gold sentences or the labels differ.
    """
    if first.gold.keys() != second.gold.keys() or any(
        record.types != second.gold[key].types for key, record in first.gold.items()
    ):
        raise LabelError(f"{first.name} and {second.name} were scored on other gold sentences; score both on one file")
    if set(first.labels) != set(second.labels):
        raise LabelError(
            f"{first.name} has the labels {', '.join(first.labels)}, {second.name} {', '.join(second.labels)}; "
            f"only models of one label set compare"
        )
    drawn = _differences(first, second, resamples, seed)
    return Comparison(
        first=first.name,
        second=second.name,
        sentences=first.sentences,
        articles=first.articles,
        macro_f1=(first.macro_f1, second.macro_f1),
        difference=second.macro_f1 - first.macro_f1,
        interval=interval(drawn) if drawn else None,
        p=_two_sided(drawn) if drawn else None,
        types={label: _mcnemar(first, second, label) for label in first.labels},
    )


def _differences(first: Evaluation, second: Evaluation, resamples: int, seed: int) -> list[float]:
    """Second minus first macro F1 of each draw."""
    counted = first.tallies(), second.tallies()
    if not resamples or first.articles < 2:
        return []
    systems = [[one[article] for article in counted[0]] for one in counted]
    macro = [
        [scores_by_name(counts, first.labels, has_claims=False)["macro"] for counts in both]
        for both in resampled(systems, resamples=resamples, seed=seed)
    ]
    return [after - before for before, after in macro]


def _two_sided(drawn: Sequence[float]) -> float:
    below, above = sum(value <= 0 for value in drawn), sum(value >= 0 for value in drawn)
    return min(1.0, 2 * (min(below, above) + 1) / (len(drawn) + 1))


def _mcnemar(first: Evaluation, second: Evaluation, label: str) -> McNemar:
    from scipy.stats import binomtest

    only_first = only_second = 0
    for key, record in first.gold.items():
        gold = label in (record.types or ())
        right = [(label in _types(one, key)) == gold for one in (first, second)]
        only_first += right[0] and not right[1]
        only_second += right[1] and not right[0]
    differing = only_first + only_second
    p = float(binomtest(only_first, differing).pvalue) if differing else 1.0
    return McNemar(only_first, only_second, p)


def _types(evaluation: Evaluation, key: tuple[str, int]) -> frozenset[str]:
    found = evaluation.found.get(key)
    return (found.types if found is not None else None) or frozenset()


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
