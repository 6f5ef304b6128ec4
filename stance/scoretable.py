"""An Evaluation as people and programs read it: plain text, plain values, a DataFrame."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from stance.evaluation import Evaluation
from stance.metrics import PRF, titles
from stance.resampling import Interval

if TYPE_CHECKING:
    import pandas as pd

_MOST_OUTLETS = 12
_SINGLE = (
    "speaker_recall_in",
    "speaker_recall_out",
    "source_accuracy",
    "target_accuracy",
    "stance_accuracy",
)


def summary(evaluation: Evaluation) -> str:
    """Plain text for a terminal: a table of scores, what was found beside, and the parts of the gold labels."""
    title = f"{printable(evaluation.name)}: {evaluation.sentences:,} sentences in {evaluation.articles:,} articles"
    if evaluation.missing:
        title += f"\nno prediction for {evaluation.missing:,} of them; they count as without labels"
    parts = [title, "\n".join(_score_lines(evaluation))]
    if evaluation.has_claims:
        parts.append("\n".join(_claim_lines(evaluation)))
    if evaluation.outlets:
        parts.append("\n".join(_outlet_lines(evaluation)))
    return "\n\n".join(parts)


def to_dict(evaluation: Evaluation) -> dict[str, Any]:
    """Plain values, for JSON; scores in percent, calibration errors in [0, 1]."""
    values: dict[str, Any] = {
        "name": evaluation.name,
        "labels": list(evaluation.labels),
        "sentences": evaluation.sentences,
        "articles": evaluation.articles,
        "missing": evaluation.missing,
        "types": {label: row.to_dict() for label, row in evaluation.types.items()},
        "macro": evaluation.macro.to_dict(),
        "macro_f1": evaluation.macro_f1,
        "micro": evaluation.micro.to_dict(),
    }
    if evaluation.has_claims:
        for name in ("speaker", *_SINGLE, "claim", "claim_with_target"):
            value = getattr(evaluation, name)
            values[name] = value.to_dict() if isinstance(value, PRF) else value
    return values | {
        "calibration_errors": dict(evaluation.calibration_errors),
        "outlets": {
            name: {"sentences": part.sentences, "articles": part.articles, "macro_f1": part.macro_f1}
            for name, part in evaluation.outlets.items()
        },
        "intervals": {name: between.to_list() for name, between in evaluation.intervals.items()},
    }


def to_frame(evaluation: Evaluation) -> pd.DataFrame:
    """One row a score: precision, recall, F1 with its interval, support, calibration error; indexed by name."""
    import pandas as pd

    rows = {
        title: {
            **row.to_dict(),
            "f1_low": between.low if between else None,
            "f1_high": between.high if between else None,
            "calibration_error": error,
        }
        for title, row, between, error in scored(evaluation)
    }
    frame = pd.DataFrame.from_dict(rows, orient="index")
    return frame.rename_axis("score")


def scored(evaluation: Evaluation) -> Iterator[tuple[str, PRF, Interval | None, float | None]]:
    """Each score as people see it: what it is called, its figures, the interval of F1, a label's calibration error."""
    rows = evaluation.rows()
    for name, title in titles(rows).items():
        error = evaluation.calibration_errors.get(name.removeprefix("type ")) if name.startswith("type ") else None
        yield title, rows[name], evaluation.intervals.get(name), error


def printable(name: str) -> str:
    """The name without characters that would move a cursor or reorder a line."""
    return "".join(character if character.isprintable() else "\ufffd" for character in name)


def _score_lines(evaluation: Evaluation) -> Iterator[str]:
    rows = list(scored(evaluation))
    wide = max(len(printable(title)) for title, *_ in rows)
    yield f"{'':{wide}}  precision  recall     F1  {'95 % interval':>13}  support  calibration error"
    for title, row, between, error in rows:
        interval = f"{between.low:.1f}-{between.high:.1f}" if between else ""
        stated = "" if error is None else f"{error:.3f}"
        line = (
            f"{printable(title):{wide}}  {row.precision:9.1f}  {row.recall:6.1f}  {row.f1:5.1f}  {interval:>13}"
            f"  {row.support:7,}  {stated:>17}"
        )
        yield line.rstrip()


def _claim_lines(evaluation: Evaluation) -> Iterator[str]:
    yield (
        f"speaker recall: {evaluation.speaker_recall_in:.1f} named in the sentence, "
        f"{evaluation.speaker_recall_out:.1f} named elsewhere"
    )
    yield (
        f"where the type was found: source {evaluation.source_accuracy:.1f}, target {evaluation.target_accuracy:.1f}, "
        f"stance {evaluation.stance_accuracy:.1f} right"
    )


def _outlet_lines(evaluation: Evaluation) -> Iterator[str]:
    """The outlets with the most sentences, in their order, and how many more there are."""
    largest = sorted(evaluation.outlets, key=lambda name: -evaluation.outlets[name].sentences)[:_MOST_OUTLETS]
    names = {name: printable(name) for name in evaluation.outlets if name in largest}
    wide = max(map(len, names.values()))
    yield f"{'':{wide}}  sentences  articles  macro F1"
    for name in names:
        part = evaluation.outlets[name]
        yield f"{names[name]:{wide}}  {part.sentences:9,}  {part.articles:8,}  {part.macro_f1:8.1f}"
    if len(names) < len(evaluation.outlets):
        yield f"and {len(evaluation.outlets) - len(names):,} smaller outlets: all of them with --json"
