"""``stance evaluate``: how well a model does on labelled sentences."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stance.cli.errors import plain_errors, say
from stance.cli.options import CacheOption, Precision, PrecisionOption, open_cache, progress

if TYPE_CHECKING:
    from stance.analysis.learning import LearningCurve
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
    growing: Annotated[
        list[Path] | None,
        typer.Option(
            "--learning-curve",
            metavar="LABELLED",
            help="Sentences to train on, more and more of them, as MODEL was (its encoder as it is); repeat for files.",
        ),
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
    stance predict dev.jsonl -o found.jsonl && stance evaluate found.jsonl dev.jsonl --report scores.html ·
    stance evaluate my-model dev.jsonl --learning-curve labels.jsonl
    """
    with plain_errors():
        from stance.comparison import compare
        from stance.corpus.write import judge_place

        if report is not None:
            judge_place(report)
        resamples = 1000 if intervals else 0
        first = _evaluated(model, labelled, resamples, seed, precision, cache)
        second = _evaluated(other, labelled, resamples, seed, precision, cache) if other is not None else None
        compared = compare(first, second, resamples=resamples, seed=seed) if second is not None else None
        curve = _curve(model, growing, labelled, cache) if growing else None
        if as_json:
            typer.echo(json.dumps(_values(first, second, compared, curve), ensure_ascii=False, indent=2))
        else:
            parts = (first, second, compared, curve)
            typer.echo("\n\n".join(part.summary() for part in parts if part is not None))
        if report is not None:
            (second or first).save(report, comparison=compared, curve=curve)
            say(f"wrote {report}")


def _values(
    first: Evaluation, second: Evaluation | None, compared: Comparison | None, curve: LearningCurve | None
) -> dict[str, Any]:
    """Everything that was found, for JSON."""
    values = first.to_dict()
    if second is not None and compared is not None:
        values = {"first": values, "second": second.to_dict(), "comparison": compared.to_dict()}
    return values | ({"learning_curve": curve.to_dict()} if curve is not None else {})


def _curve(model: str, growing: list[Path], labelled: list[Path], cache: Path | None) -> LearningCurve:
    from stance.analysis.learning import frozen_config, learning_curve
    from stance.library import load

    config = None
    if not Path(model).is_file():
        config = frozen_config(load(None if model == "default" else model))
    with progress("runs") as advance:
        return learning_curve(growing, labelled, config=config, cache=open_cache(cache), progress=advance)


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
