"""``stance evaluate``: how well a model does on labelled sentences."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.errors import plain_errors, say
from stance.cli.options import CacheOption, Precision, PrecisionOption, open_cache, progress

if TYPE_CHECKING:
    from stance.comparison import Comparison
    from stance.evaluation import Evaluation

_MODEL_HELP = "Model directory, a file of predictions (.jsonl), or default for the embedded model."


def evaluate_command(
    model: Annotated[str, typer.Argument(metavar="MODEL", help=_MODEL_HELP)],
    labelled: Annotated[
        list[Path], typer.Argument(metavar="LABELLED…", help="Labelled sentences: records (.jsonl) or text,label(s).")
    ],
    other: Annotated[
        str | None, typer.Option("--compare", metavar="MODEL", help="Another model, scored on the same sentences.")
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option("--report", metavar="OUT.html", help="Also write a page: scores, pictures, parts, mistakes."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    intervals: Annotated[
        bool, typer.Option("--intervals/--no-intervals", help="95 % intervals by bootstrap over articles.")
    ] = True,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the bootstrap.")] = 0,
    precision: PrecisionOption = Precision.AUTO,
    cache: CacheOption = None,
) -> None:
    """Score a model, or predictions made elsewhere, on labelled sentences.

    Examples: stance evaluate my-model dev.jsonl · stance evaluate default dev.jsonl --compare my-model --json ·
    stance predict dev.jsonl -o found.jsonl && stance evaluate found.jsonl dev.jsonl --report scores.html
    """
    with plain_errors():
        from stance.comparison import compare

        resamples = 1000 if intervals else 0
        first = _evaluated(model, labelled, resamples, seed, precision, cache)
        if other is None:
            _save(first, report)
            typer.echo(json.dumps(first.to_dict(), ensure_ascii=False, indent=2) if as_json else first.summary())
            return
        second = _evaluated(other, labelled, resamples, seed, precision, cache)
        compared = compare(first, second, resamples=resamples, seed=seed)
        _save(second, report, compared)
        if as_json:
            values = {"first": first.to_dict(), "second": second.to_dict(), "comparison": compared.to_dict()}
            typer.echo(json.dumps(values, ensure_ascii=False, indent=2))
        else:
            typer.echo("\n\n".join(part.summary() for part in (first, second, compared)))


def _save(evaluation: Evaluation, report: Path | None, comparison: Comparison | None = None) -> None:
    if report is not None:
        evaluation.save(report, comparison=comparison)
        say(f"wrote {report}")


def _evaluated(
    model: str, labelled: list[Path], resamples: int, seed: int, precision: Precision, cache: Path | None
) -> Evaluation:
    from stance.evaluation import evaluate
    from stance.library import load

    if Path(model).is_file():
        return evaluate(model, labelled, resamples=resamples, seed=seed)
    loaded = load(None if model == "default" else model, cache=open_cache(cache), precision=precision.value)
    with progress("sentences") as advance:
        evaluated = evaluate(loaded, labelled, resamples=resamples, seed=seed, name=model, progress=advance)
    unknown = [label for label in evaluated.labels if label not in loaded.labels]
    if unknown:
        say(f"{model} never gives {', '.join(unknown)}; they count as not found")
    return evaluated
