"""Two Evaluations on the same sentences: which is better, and whether the difference is more than luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from stance.errors import LabelError
from stance.evaluation import Evaluation
from stance.metrics import Counts, occurring, scores_by_name, tallies
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
    macro_f1 : of both, in percent: the mean over the labels of the gold sentences; others have F1 0 on both sides, and
        would only shrink the difference
    difference : second minus first, in points
    interval : of the difference, from articles drawn for both together; None with fewer than two articles
    p : two-sided: how often resamples of the articles put the difference at 0 or on the other side, the sample counted
        as one of them, so that few resamples never tell of a small p (Davison & Hinkley 1997, section 4.2)
    types : for each label that a gold sentence has or was given, the sentences on which they differ
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
            f"macro F1 of the gold labels: {self.macro_f1[0]:.1f} for {printable(self.first)} (first), "
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
    first, second : evaluations on the same gold sentences; each may know labels that the other does not
    resamples : draws of articles, the same for both; 0 for none
    seed : of the draws

    Raises
    ------
    LabelError : the gold sentences differ, or the labels have none in common.
    """
    if first.gold.keys() != second.gold.keys() or any(
        record.types != second.gold[key].types for key, record in first.gold.items()
    ):
        raise LabelError(f"{first.name} and {second.name} were scored on other gold sentences; score both on one file")
    _judge_labels(first, second)
    _judge_labels(second, first)
    labels = tuple(dict.fromkeys((*first.labels, *second.labels)))
    in_gold = occurring(first.gold, {}, labels)
    counted = [tallies(one.gold, one.found, in_gold) for one in (first, second)]
    before, after = (_macro(sum(one.values(), Counts()), in_gold) for one in counted)
    drawn = _differences(counted, in_gold, resamples, seed)
    return Comparison(
        first=first.name,
        second=second.name,
        sentences=first.sentences,
        articles=first.articles,
        macro_f1=(before, after),
        difference=after - before,
        interval=interval(drawn) if drawn else None,
        p=_two_sided(drawn) if drawn else None,
        types={label: _mcnemar(first, second, label) for label in labels},
    )


def _judge_labels(one: Evaluation, other: Evaluation) -> None:
    """Something that the one gives is a label of the other, or of the gold sentences."""
    given = {label for record in one.found.values() for label in (*(record.types or ()), *(record.probabilities or ()))}
    if given and given.isdisjoint(other.labels):
        raise LabelError(
            f"{one.name} gives {', '.join(sorted(given)[:8])}, which are no labels of {other.name} "
            f"({', '.join(other.labels[:8])}); rename them, so that one label is called the same on both sides"
        )


def _macro(counts: Counts, labels: Sequence[str]) -> float:
    return scores_by_name(counts, labels, has_claims=False)["macro"]


def _differences(
    counted: Sequence[Mapping[str, Counts]], labels: Sequence[str], resamples: int, seed: int
) -> list[float]:
    """Second minus first macro F1 of each draw."""
    first, second = counted
    if not resamples or len(first) < 2:
        return []
    systems = [list(first.values()), [second[article] for article in first]]
    drawn = resampled(systems, resamples=resamples, seed=seed)
    return [_macro(after, labels) - _macro(before, labels) for before, after in drawn]


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
