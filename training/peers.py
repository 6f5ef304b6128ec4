"""What others would train on the same labels, and what we do: accuracy, honesty, time and memory in one run.

    python training/peers.py [--only NAME…] [--setfit-steps N] [-o training/peers.json]

Learns claim types from the labels of real sentences (data/wikinews, data/gum) and measures on the development
sentences; both are looked for in ``../shared``. Where they are missing: nine tenths of the articles in data/articles
against the last tenth. Each contender has a process of its own, one after the other. Peers cut at 0.5, as they do
unless told otherwise; ours at the thresholds that its training chose by cross-validation. SetFit takes part where it
is installed (extra ``bench``). With ``--only`` the other rows of the output stay as they are.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

from alone import Clock, alone
from bench import machine
from corpora import DEV, ours, public, share_of
from measuring import Figures, learned, rightness
from methods import SETFIT_STEPS, Frozen, Lesson, Majority, Method, Ours, Setfit, Words

from stance.config import TrainConfig
from stance.corpus.labels import Record
from stance.corpus.read import read_labelled
from stance.records import ClaimType

HERE = Path(__file__).parent
LABELS = tuple(map(str, ClaimType))
_PATIENCE = 3 * 3600.0  # seconds; a busy machine is slow


def contenders(seed: int, setfit_steps: int = SETFIT_STEPS) -> dict[str, Method]:
    """All that can run here, by name, the quickest first."""
    found: dict[str, Method] = {
        "majority": Majority(),
        "TF-IDF + LR": Words(),
        "frozen MiniLM + LR": Frozen(),
        "ours, not adapted": Ours(TrainConfig(adapt=False, seed=seed)),
    }
    if find_spec("setfit"):
        found["SetFit"] = Setfit(seed, setfit_steps)
    else:
        print("SetFit: not installed; pip install -c constraints.txt '.[bench]'", file=sys.stderr)
    return {**found, "ours, adapted": Ours(TrainConfig(seed=seed), only_labels=False)}


def data() -> tuple[str, Lesson, Lesson]:
    """Where the sentences are from; those to learn from, those to measure on."""
    real = list(public()) if DEV.exists() else []
    if real:
        return "real sentences, development sentences", _lesson(real), _lesson(read_labelled(DEV))
    written = ours()
    kept = share_of((str(record.doc) for record in written), 0.9, 0)
    parts = [[one for one in written if (one.doc in kept) is learn] for learn in (True, False)]
    return "no real sentences here: nine tenths of data/articles, the last tenth", *map(_lesson, parts)


def _lesson(records: Iterable[Record]) -> Lesson:
    return Lesson(list(records), LABELS, multi_label=True)


def measured(name: str, method: Method, known: Lesson, unseen: Lesson) -> Figures:
    """Train, predict, compare: the work of one process."""
    found = learned(method, known)
    if isinstance(method, Ours):
        method.reload()
    answer: list[object] = [method.probabilities(unseen.sentences[:8])]  # what is loaded at first use is there
    clock = Clock.of(lambda: answer.append(method.probabilities(unseen.sentences)))
    right = rightness(answer[-1], method.cuts, unseen)
    rates = {unit: round(len(unseen.sentences) / max(taken, 1e-3)) for unit, taken in asdict(clock).items()}
    return {"name": name, **right, **found, "sentences_a_second": rates}


def table(rows: dict[str, Figures]) -> str:
    """One row a contender."""
    lines = [
        f"| | F1 | {' | '.join(LABELS)} | average precision | calibration error "
        "| training, s (computing) | MB | sentences/s (a second of computing) |",
        "|---|" + "---|" * (6 + len(LABELS)),
    ]
    for name, row in rows.items():
        f1 = " | ".join(f"{row['f1_of'][label]:.1f}" for label in LABELS)
        train, rate = row["train"], row["sentences_a_second"]
        lines.append(
            f"| {name} | {row['f1']:.1f} | {f1} | {row['average_precision']:.1f} | {row['calibration_error']:.3f} "
            f"| {train['seconds']:,.1f} ({train['computing']:,.1f}) | {row['megabytes']:,} "
            f"| {rate['seconds']:,} ({rate['computing']:,}) |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure, print, write down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", default=[], help="contenders by name")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--setfit-steps", type=int, default=SETFIT_STEPS, help="at most, of 16 pairs each")
    parser.add_argument("-o", "--output", type=Path, default=HERE / "peers.json")
    given = parser.parse_args()
    able = contenders(given.seed, given.setfit_steps)
    unknown = [name for name in given.only if name not in able]
    if unknown:
        sys.exit(f'no contender "{unknown[0]}" here; there are: {", ".join(able)}')
    source, known, unseen = data()
    kept = (
        json.loads(given.output.read_text(encoding="utf-8"))["contenders"]
        if given.only and given.output.exists()
        else {}
    )
    rows: dict[str, Figures] = {}
    about = {"data": source, "train": len(known.records), "test": len(unseen.records), "machine": machine()}
    print(f"{source}: {about['train']:,} and {about['test']:,}; {about['machine']}", flush=True)
    for name, method in able.items():
        if given.only and name not in given.only:
            rows |= {name: kept[name]} if name in kept else {}
            continue
        rows[name] = alone(measured, name, method, known, unseen, patience=_PATIENCE)
        print(json.dumps(rows[name]), file=sys.stderr, flush=True)
        given.output.write_text(json.dumps({**about, "contenders": rows}, indent=1) + "\n", encoding="utf-8")
    print(table(rows))


if __name__ == "__main__":
    main()
