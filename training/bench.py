"""How fast we are against what one writes first, and against what the machine could do: ``make bench``.

Every contender is a process of its own and has all cores; they take turns in an order that is drawn anew for each
round, so that what else the machine does meets them alike. Ratios are taken within a round. Sentences and articles are
those of ``data/articles``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import IO, Any

from contenders import TYPES
from floor import gigaflop

from stance.encoder.precision import Precision, chosen
from stance.errors import StanceError

ROOT = Path(__file__).parent.parent
PRECISIONS: tuple[Precision, ...] = ("fp32", "bf16", "int8")
FLOORS = ("floor numpy", "floor torch", "floor bf16", "floor int8")
CONTENDERS = (sys.executable, str(ROOT / "training" / "contenders.py"))
_LEARNED = 600  # labelled sentences that the heads of the others are fitted on
_PATIENCE = 600  # seconds until a contender that does not answer is given up


@dataclass
class Turns:
    """One contender's process and what it measured: seconds of each round, stages, megabytes, cold starts."""

    name: str
    process: subprocess.Popen[str]
    told: IO[str]
    heard: IO[str]
    seconds: list[float] = field(default_factory=list)
    computing: list[float] = field(default_factory=list)
    stages: list[dict[str, float]] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)
    megabytes: float = 0.0

    def run(self) -> None:
        """One round."""
        found = self._ask("run")
        self.seconds.append(found["seconds"])
        self.computing.append(found["computing"])
        self.stages.append(found["stages"])

    def end(self) -> None:
        """Let the process go."""
        self.megabytes = self._ask("end")["megabytes"]
        self.process.wait(_PATIENCE)

    def _ask(self, what: str) -> dict[str, Any]:
        self.told.write(f"{what}\n")
        self.told.flush()
        return self.answer()

    def answer(self) -> dict[str, Any]:
        """The next line that the process says."""
        line = self.heard.readline()
        if not line:
            raise SystemExit(f"{self.name} ended with {self.process.wait(_PATIENCE)}; run it alone to see why")
        return dict(json.loads(line))


def names() -> tuple[list[str], list[str]]:
    """Contenders that can run here, and why others cannot."""
    found, skipped = ["naive", "tfidf"], []
    if find_spec("setfit"):
        found.append("setfit")
    else:
        skipped.append("setfit: not installed; pip install -c constraints.txt '.[bench]'")
    for precision in PRECISIONS:
        try:
            chosen(precision)
        except StanceError as error:
            skipped.append(f"stance {precision}: {error}")
        else:
            found += [f"stance {precision}", f"stance {precision} whole"]
    return [*found, *FLOORS], skipped


def start(name: str, work: Path, *, cold: bool = False) -> Turns:
    """A contender's process."""
    pipe = subprocess.PIPE
    environment = {**os.environ, "TRANSFORMERS_VERBOSITY": "error", "HF_HUB_OFFLINE": "1"}
    process = subprocess.Popen(
        [*CONTENDERS, name, work, *(["--cold"] if cold else [])], stdin=pipe, stdout=pipe, text=True, env=environment
    )
    if process.stdin is None or process.stdout is None:
        raise SystemExit(f"{name}: no pipes to its process")
    return Turns(name, process, process.stdin, process.stdout)


def prepare(work: Path, count: int, seed: int) -> tuple[int, int]:
    """Write what contenders read: sentences, their articles, fitted heads, lengths; gives sentences and word pieces."""
    from tokenizers import Tokenizer

    from stance.encoder.minilm import minilm_path
    from stance.encoder.protocol import by_length

    rows = [json.loads(line) for path in sorted((ROOT / "data" / "articles").glob("*.jsonl")) for line in path.open()]
    articles: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        articles.setdefault(row["doc"], []).append(row)
    drawn = sorted(articles)
    random.Random(seed).shuffle(drawn)
    chosen: list[dict[str, Any]] = []
    with (work / "articles.jsonl").open("w") as file:
        while len(chosen) < count:
            article = articles[drawn.pop()]
            chosen += article
            file.write(json.dumps({"id": article[0]["doc"], "text": " ".join(row["text"] for row in article)}) + "\n")
    sentences = [row["text"] for row in chosen]
    (work / "sentences.json").write_text(json.dumps(sentences))
    learned = [row for name in drawn for row in articles[name]][:_LEARNED]
    targets = [[int(any(claim["type"] == kind for claim in row["claims"])) for kind in TYPES] for row in learned]
    (work / "learned.json").write_text(json.dumps({"sentences": [row["text"] for row in learned], "targets": targets}))
    subprocess.run([*CONTENDERS, "fit", work], check=True, timeout=_PATIENCE)
    tokenizer = Tokenizer.from_file(str(minilm_path() / "tokenizer.json"))
    tokenizer.no_padding()
    lengths = [len(one.ids) for one in tokenizer.encode_batch(sentences)]
    batches = [sum(lengths[row] for row in batch) for batch in by_length(lengths, 1024)]
    (work / "lengths.json").write_text(json.dumps(batches))
    return len(sentences), sum(lengths)


def measure(work: Path, rounds: int, cold: int, seed: int) -> list[Turns]:
    """Every contender in every round, and its cold starts."""
    draw, found = random.Random(seed), []
    for name in names()[0]:
        turns = start(name, work)
        turns.answer()
        found.append(turns)
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
        for turns in draw.sample(found, len(found)):
            turns.run()
    for turns in found:
        turns.end()
    for _ in range(cold):
        for turns in draw.sample(found, len(found)):
            if not turns.name.startswith("floor"):
                began = time.perf_counter()
                start(turns.name, work, cold=True).answer()
                turns.cold.append(time.perf_counter() - began)
    return found


def table(found: Sequence[Turns], sentences: int, tokens: int) -> str:
    """One row a contender: rates, ratios to naive within a round, memory, cold start."""
    naive = next(turns for turns in found if turns.name == "naive").seconds
    lines = [
        "| | sentences/s (least–most) | tokens/s | × naive (least–most) | computing, ms | MB | cold start, s |",
        "|---|---|---|---|---|---|---|",
    ]
    for turns in found:
        ratios = [slow / own for slow, own in zip(naive, turns.seconds, strict=True)]
        rates = [sentences / seconds for seconds in turns.seconds]
        cold = f"{median(turns.cold):.2f}" if turns.cold else "–"
        lines.append(
            f"| {turns.name} | {median(rates):,.0f} ({min(rates):,.0f}–{max(rates):,.0f}) "
            f"| {tokens * median(rates) / sentences:,.0f} "
            f"| {median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f}) "
            f"| {1000 * median(turns.computing) / sentences:.2f} | {turns.megabytes:,.0f} | {cold} |"
        )
    return "\n".join(lines)


def shares(found: Sequence[Turns]) -> str:
    """Percent of a whole prediction that each stage takes, and what of the encoder's time is the floor's."""
    lines = []
    for turns in found:
        if not turns.stages[0]:
            continue
        parts = {
            stage: median(one[stage] / seconds for one, seconds in zip(turns.stages, turns.seconds, strict=True))
            for stage in turns.stages[0]
        }
        parts["rest"] = 1 - sum(parts.values())
        lines.append(f"{turns.name}: " + ", ".join(f"{stage} {100 * part:.1f} %" for stage, part in parts.items()))
        for floor in found:
            if floor.name.startswith("floor"):
                reached = [least / one["encode"] for least, one in zip(floor.seconds, turns.stages, strict=True)]
                lines.append(f"  encode reaches {100 * median(reached):.0f} % of {floor.name}")
    return "\n".join(lines)


def machine() -> str:
    """What the figures were taken on."""
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    flags = Path("/proc/cpuinfo").read_text()
    has = ", ".join(name for name in ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16") if name in flags)
    libraries = ", ".join(
        f"{name} {version(name)}" for name in ("torch", "sentence-transformers", "onnxruntime", "numpy")
    )
    return (
        f"{model}, {os.cpu_count()} cores ({has}); load {os.getloadavg()[0]:.1f} at the start; "
        f"Python {platform.python_version()}, {libraries}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sentences", type=int, default=1_000)
    parser.add_argument("--cold", type=int, default=3, help="cold starts of each contender")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        sentences, tokens = prepare(work, asked.sentences, asked.seed)
        batches = json.loads((work / "lengths.json").read_text())
        print(
            f"{sentences:,} sentences, {tokens / sentences:.1f} word pieces each, {asked.rounds} rounds, "
            f"{gigaflop(batches) / sentences:.2f} GFLOP a sentence in linear layers\n"
        )
        found = measure(work, asked.rounds, asked.cold, asked.seed)
    print(table(found, sentences, tokens), shares(found), *names()[1], sep="\n\n")


if __name__ == "__main__":
    main()
