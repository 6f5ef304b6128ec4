"""The table of docs/RELIABILITY.md, measured here and now: ``make reliability``, or a part of it by name.

Nothing is estimated: a figure is what was counted in this run; one that misses its target makes the program end with 1.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

import measured_runs
import measures
import sameness
from measures import Figure

from stance.bundle import save
from stance.library import load
from stance.model import Model


def main() -> None:
    """Print the table; exit with 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "parts", nargs="*", help="inputs spans malice damage faults memory determinism engines injection; all"
    )
    for name, default in {
        "inputs": 10_000, "spans": 100_000, "damages": 1_000, "kills": 200, "lines": 10_000_000, "articles": 200,
    }.items():  # fmt: skip
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--minutes", type=float, default=240, help="for the lines; then the figure is of those so far")
    parser.add_argument("--model", default="hashing", help="for determinism and engines: hashing, or default")
    asked = parser.parse_args()
    model = measures.tiny_model()
    missed = False

    def chosen() -> Model:
        return model if asked.model == "hashing" else load(precision="fp32")

    print("| figure | target | found |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        folder = save(model, work / "model")
        parts: dict[str, Callable[[], Figure | list[Figure]]] = {
            "malice": lambda: measures.measure_malice(folder, work),
            "damage": lambda: measures.measure_damage(folder, work, asked.damages),
            "inputs": lambda: measures.measure_inputs(model, work, asked.inputs),
            "spans": lambda: measures.measure_spans(model, asked.spans),
            "faults": lambda: measured_runs.measure_faults(model, work, asked.kills),
            "determinism": lambda: sameness.measure_determinism(chosen(), work, asked.articles),
            "engines": lambda: sameness.measure_engines(
                folder if asked.model == "hashing" else asked.model, work, asked.articles
            ),
            "injection": lambda: measured_runs.measure_injection(model),
            "memory": lambda: measured_runs.measure_memory(model, work, asked.lines, asked.minutes),
        }
        for part in asked.parts or parts:
            found = parts[part]()
            for figure in found if isinstance(found, list) else [found]:
                missed |= not figure.met
                mark = "" if figure.met else " **missed**"
                print(f"| {figure.name} | {figure.target} | {figure.found}{mark} |", flush=True)
    raise SystemExit(missed)


if __name__ == "__main__":
    main()
