"""``stance train``: labelled sentences to a model directory."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stance.cli.errors import plain_errors, say
from stance.cli.options import CacheOption, open_cache, progress, say_unnamed

if TYPE_CHECKING:
    from stance.config import TrainConfig
    from stance.corpus.labels import Record
    from stance.model import Model


def train_command(
    labelled: Annotated[
        list[Path], typer.Argument(metavar="LABELLED…", help="Records (.jsonl), or text,label(s) tables.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Model directory to write.")],
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE.toml", help="Settings, as docs/training.md lists them.")
    ] = None,
    encoder: Annotated[
        str | None,
        typer.Option("--encoder", metavar="NAME", help="A sentence-transformers model, or hashing-64."),
    ] = None,
    adapt: Annotated[
        bool | None,
        typer.Option(
            "--adapt/--no-adapt",
            help="Fine-tune the encoder too (the default), or leave it as it is: seconds, and less right.",
        ),
    ] = None,
    dev: Annotated[
        Path | None, typer.Option("--dev", metavar="FILE", help="Labelled file to score the model on.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Of everything random.")] = None,
    cache: CacheOption = None,
    jobs: Annotated[
        int, typer.Option("--jobs", min=1, help="Processes that fine-tune side by side; each may need 6 GB.")
    ] = 1,
    force: Annotated[bool, typer.Option("--force", help="Replace a model that stands there.")] = False,
    allow_network: Annotated[
        bool, typer.Option("--allow-network", help="Let an encoder that is not here be downloaded.")
    ] = False,
) -> None:
    """Train a model on your own labelled sentences, with any label set.

    Examples: stance train labels.csv -o my-model · stance train labels.jsonl -o my-model --no-adapt --dev dev.jsonl
    """
    with plain_errors():
        _check_output(output, force)
        _wake_scikit_learn()
        from stance.bundle import save
        from stance.config import TrainConfig
        from stance.corpus.read import labelled_records
        from stance.training import train

        given: dict[str, Any] = {"encoder": encoder, "adapt": adapt, "seed": seed}
        settings = TrainConfig.from_toml(config) if config else TrainConfig()
        settings = settings.updated({name: value for name, value in given.items() if value is not None})
        if allow_network:
            settings = settings.updated({"allow_network": True})
        records = list(labelled_records(labelled))
        judged = _read_dev(dev, records) if dev is not None else None
        with progress("training") as advance:
            model = train(records, settings, progress=advance, cache=open_cache(cache), jobs=jobs)
        save(model, output, force=force)
        say(f"wrote {output}")
        _say_adapted(model, settings)
        _report(model, records, judged)


def _wake_scikit_learn() -> None:
    """Import scikit-learn without what it only looks for, pandas and the bars of rich: that is a third of its time."""
    looked_for = [name for name in ("pandas", "rich.progress") if name not in sys.modules]
    sys.modules.update(dict.fromkeys(looked_for))  # type: ignore[arg-type]  # None: as if it were not installed
    gc.disable()  # nothing of what is made here will go
    try:
        import sklearn.linear_model  # noqa: F401
    finally:
        gc.enable()
        for name in looked_for:
            del sys.modules[name]


def _check_output(output: Path, force: bool) -> None:
    """Refuse before the work what would be refused after it."""
    from stance.errors import OutputError

    if output.exists() and not force:
        raise OutputError(f"{output}: already there; give --force to replace a model, or a new path")
    parent = output.absolute().parent
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise OutputError(f"{parent}: cannot write there; give -o a folder that you may write to")


def _read_dev(dev: Path, records: list[Record]) -> list[Record]:
    """The sentences to score the model on, refused before the work where they cannot be scored after it."""
    from stance.corpus.articles import by_key
    from stance.corpus.read import labelled_records
    from stance.errors import LabelError

    judged = list(labelled_records(dev))
    labelled = [record.types for record in by_key(judged).values() if record.types is not None]
    given = {label for types in labelled for label in types}
    learned = {label for record in records for label in record.types or ()}
    if not labelled or (given and learned and given.isdisjoint(learned)):
        found = ", ".join(sorted(given)[:8]) or "none"
        raise LabelError(
            f"{dev}: its labels ({found}) are none of those to learn ({', '.join(sorted(learned)[:8])}); "
            "give --dev sentences that are labelled alike"
        )
    return judged


def _say_adapted(model: Model, settings: TrainConfig) -> None:
    """What was done, where nobody asked for it."""
    if settings.adapt is None and model.settings["adapted"]:
        say("the encoder was fine-tuned on the labels (--no-adapt leaves it as it is: seconds, and less right)")


def _report(model: Model, records: list[Record], judged: list[Record] | None) -> None:
    """What was learned and how well, on stderr."""
    from stance.corpus.labels import means_nothing

    training = model.settings["training"]
    say(f"learned {', '.join(model.labels)} from {training['sentences']} sentences in {training['articles']} articles")
    for label in filter(means_nothing, model.labels):
        say(f'the label "{label}" was learned like any other; stance data check tells what to do where it means none')
    say_unnamed(records)
    held_out = model.settings.get("scores", {}).get("cross-validation", {})
    for label, row in held_out.items():
        say(
            f"held out by cross-validation: {label} precision {row['precision']:.1f} recall {row['recall']:.1f} "
            f"F1 {row['f1']:.1f} ({row['support']} examples)"
        )
    if judged is not None:
        from stance.evaluation import evaluate

        print(evaluate(model, judged).summary())  # noqa: T201  # the one result of the command beside the model
