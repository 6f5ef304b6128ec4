"""Train the model that ships inside the package, and measure it.

    python training/default.py [--wikinews TEXTS] [--gum FOLDER] [-o FOLDER]

Learns from data/articles and from the labels in data/wikinews and data/gum, whose texts are looked for in ../shared or
given; leaves out what is not there and says so. Needs no GPU; about an hour on two cores.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path

from corpora import DEV, GUM, ROOT, WIKINEWS, ours, public

from stance import TrainConfig, evaluate, save
from stance.library import DEFAULT
from stance.training import train

HERE = Path(__file__).parent


def main() -> None:
    """Train, measure on the development sentences where they are at hand, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wikinews", type=Path, default=WIKINEWS)
    parser.add_argument("--gum", type=Path, default=GUM)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-o", "--output", type=Path, default=DEFAULT)
    given = parser.parse_args()
    real = list(public(given.wikinews, given.gum))
    config = replace(TrainConfig.from_toml(HERE / "default.toml"), seed=given.seed)
    began = time.monotonic()
    records = [*ours(), *real]
    typical = {str(record.doc) for record in real} or None  # claims are easier to tell in text written to show them
    model = train(records, config, progress=_progress, typical=typical)
    minutes = (time.monotonic() - began) / 60
    print(f"\ntrained on {len(records)} sentences in {minutes:.0f} minutes")
    model.settings["training"]["licence"] = "apache-2.0"
    save(model, given.output, force=True)
    print(f"wrote {given.output.relative_to(ROOT) if given.output.is_relative_to(ROOT) else given.output}")
    if DEV.exists():
        found = evaluate(model, DEV)
        print(found.summary())
        scores = HERE / f"default-scores{'' if given.seed == 0 else f'-{given.seed}'}.json"
        scores.write_text(json.dumps({"minutes": round(minutes), **found.to_dict()}, indent=2) + "\n", encoding="utf-8")


def _progress(done: int, total: int | None) -> None:
    if total and done * 50 // total != (done - 32) * 50 // total:
        print(f"{100 * done // total} %", end=" ", flush=True)


if __name__ == "__main__":
    main()
