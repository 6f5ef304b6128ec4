"""Train the model that ships inside the package, and measure it.

    python training/default.py [--wikinews TEXTS] [--gum FOLDER] [-o FOLDER] [--jobs N] [--measure-only]

Learns from data/articles and from the labels in data/wikinews and data/gum, whose texts are looked for in ../shared or
given; leaves out what is not there and says so. Needs no GPU; about an hour on two cores, and 6 GB a process.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path

from corpora import DEV, GUM, ROOT, WIKINEWS, ours, public
from matplotlib.figure import Figure

from stance import Model, TrainConfig, evaluate, load, save
from stance.library import DEFAULT
from stance.training import train

HERE = Path(__file__).parent
LIMITS = [
    "Each sentence is read by itself: a claim that only the sentences before it give away is missed (docs/ERRORS.md).\n"
    "Accusations by implication and justifications without *because* are the least sure. The written articles show\n"
    "more claims than real news does; thresholds come from real sentences alone.",
]


def main() -> None:
    """Train and save, or load; then measure on the development sentences where they are at hand."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wikinews", type=Path, default=WIKINEWS)
    parser.add_argument("--gum", type=Path, default=GUM)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--jobs", type=int, default=2, help="processes; sums, and so the model, depend on threads a little"
    )
    parser.add_argument("--measure-only", action="store_true", help="no training: scores and card of the model at -o")
    parser.add_argument("-o", "--output", type=Path, default=DEFAULT)
    given = parser.parse_args()
    model = load(given.output) if given.measure_only else _trained(given.wikinews, given.gum, given.seed, given.jobs)
    tables = _measured(model, f"default-scores{'' if given.seed == 0 else f'-{given.seed}'}") if DEV.exists() else {}
    training = model.settings["training"] | {"licence": "apache-2.0", "data": _data(), "limits": LIMITS}
    settings = {**model.settings, "training": training, "scores": model.settings["scores"] | tables}
    save(replace(model, settings=settings), given.output, force=True)
    print(f"wrote {given.output.relative_to(ROOT) if given.output.is_relative_to(ROOT) else given.output}")


def _trained(wikinews: Path, gum: Path, seed: int, jobs: int) -> Model:
    real = list(public(wikinews, gum))
    config = replace(TrainConfig.from_toml(HERE / "default.toml"), seed=seed)
    began = time.monotonic()
    records = [*ours(), *real]
    typical = {str(record.doc) for record in real} or None  # claims are easier to tell in text written to show them
    model = train(records, config, progress=_Progress(), typical=typical, jobs=jobs)
    minutes = (time.monotonic() - began) / 60
    print(f"\ntrained on {len(records)} sentences in {minutes:.0f} minutes")
    return model


def _data() -> list[dict[str, object]]:
    """What the recipe learns from, for the model card."""
    wikinews, gum = ((ROOT / "data" / name / "labels.jsonl").read_bytes().count(b"\n") for name in ("wikinews", "gum"))
    return [
        {"corpus": "data/articles, written for this project", "sentences": len(ours()), "licence": "CC BY 4.0"},
        {
            "corpus": "Wikinews, with the labels of data/wikinews",
            "sentences": wikinews,
            "licence": "CC BY 2.5, CC BY 4.0",
        },
        {"corpus": "GUM, with the labels of data/gum", "sentences": gum, "licence": "CC BY 2.5, CC BY 4.0"},
    ]


def _measured(model: Model, name: str) -> dict[str, dict[str, dict[str, float]]]:
    """Scores and reliability diagram of the development sentences, into files; and tables for the model card."""
    found = evaluate(model, DEV)
    print(found.summary())
    (HERE / f"{name}.json").write_text(json.dumps(found.to_dict(), indent=2) + "\n", encoding="utf-8")
    figure = Figure(figsize=(5, 5), layout="constrained")
    found.plot_reliability(figure.add_subplot())
    figure.savefig(HERE / f"{name}.svg", metadata={"Date": None})
    every = {label: score.to_dict() for label, score in (*found.types.items(), ("macro", found.macro))}
    tables = {f"development sentences ({found.sentences} of {found.articles} real articles)": every}
    parts = found.by("corpus", resamples=0)
    for corpus in dict.fromkeys(parts.index.get_level_values("corpus")):
        rows = parts.loc[corpus, ["precision", "recall", "f1", "support"]].to_dict("index")
        tables[f"development sentences, {corpus}"] = {str(label): dict(row) for label, row in rows.items()}
    return tables


class _Progress:
    """Prints how far the training is whenever a hundredth more is done."""

    def __init__(self) -> None:
        self._shown = -1

    def __call__(self, done: int, total: int) -> None:
        if 100 * done // total > self._shown:
            self._shown = 100 * done // total
            print(f"{self._shown} %", end=" ", flush=True)


if __name__ == "__main__":
    main()
