"""What runs do under pressure: disks that refuse, kills, long input, other batches, readers of the output."""

from __future__ import annotations

import json
import resource
import shutil
import signal
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from unittest.mock import patch

import faults
import payloads
from generated import articles, write_articles
from measures import ARTICLE, Figure, in_a_child

from stance.bundle import save
from stance.model import Model
from stance.prediction import PredictOptions, predict_files
from stance.records import Document


def measure_faults(model: Model, work: Path, kills: int, jobs: Sequence[str] = faults.JOBS) -> list[Figure]:
    """Disks that refuse, and processes that die, while predictions and models are written."""
    (work / "faults").mkdir()
    works = faults.works(model, work / "faults")
    failed = wrong = hit = torn = 0

    def prepare(place: Path) -> None:
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        for form in ("jsonl", "csv", "parquet"):
            (place / f"out.{form}").write_text("old")
        save(model, place / "model")

    for name in jobs:
        job = works[name]
        place = work / "faults" / name
        for found in (
            faults.refuse_each_call(job, prepare, place),
            faults.fill_disk(job, prepare, place, [0, 1, 100, 2_000, 9_000]),
        ):
            failed, wrong = failed + found[0], wrong + found[1]
        share = -(-kills // len(jobs))
        killed = faults.kill_at_random(job, prepare, place, share)
        hit, torn = hit + killed[0], torn + killed[1]
        shutil.rmtree(place, ignore_errors=True)
    return [
        Figure(
            "n-th write, fsync, rename fails", f"{failed} failures, {wrong} torn, left over or silent", "0", not wrong
        ),
        Figure("SIGKILL in predict, train and save", f"{hit} kills, {torn} torn", "≥ 200; 0", not torn),
    ]


def measure_memory(model: Model, work: Path, lines: int) -> Figure:
    """Peak memory of ``predict`` from JSON lines, against 100,000 of them, each in a process of its own."""
    found = []
    few_lines = min(100_000, lines // 10)
    for count in (few_lines, lines):
        path = work / f"lines-{count}.jsonl"
        with path.open("w") as file:
            for number in range(count):
                file.write(json.dumps({"id": str(number), "text": f"Rain fell on day {number % 97}."}) + "\n")
        out = work / "out.jsonl"
        code, seconds, memory = in_a_child(lambda path=path, out=out: _predicted(model, path, out))  # type: ignore[misc]
        found.append(memory)
        path.unlink()
        if code:
            return Figure("peak memory", f"exit code {code} after {seconds:.0f} s", "", False)
    few, many = found
    return Figure(
        f"peak memory, {lines:,} lines against {few_lines:,}",
        f"{many:.0f} MB against {few:.0f} MB ({100 * (many / few - 1):+.1f} %)",
        "≤ 300 MB, within 10 %",
        many <= 300 and many <= 1.1 * few,
    )


def _predicted(model: Model, path: Path, out: Path) -> int:
    signal.alarm(4 * 3_600)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    predict_files(model, [path], out, PredictOptions())
    return 0


def measure_determinism(model: Model, work: Path, count: int) -> Figure:
    """The same articles again, in other batches and another order: labels, probabilities and bytes."""
    path = write_articles(work / "same.jsonl", count)
    data = []
    for number in range(5):
        predict_files(model, [path], work / f"same-{number}.out.jsonl", PredictOptions())
        data.append((work / f"same-{number}.out.jsonl").read_bytes())
    given = [Document(article["text"], id=article["id"]) for article in articles(count)]
    flips, worst = 0, 0.0
    expected = {document.id: document for document in model.predict_many(given)}
    for together in (1, 8, 32, 64):
        for order in (given, given[::-1]):
            with patch("stance.model._TOGETHER", together):
                for document in model.predict_many(order):
                    same = expected[document.id]
                    flips += [c.type for c in document.claims] != [c.type for c in same.claims]
                    for one, other in zip(document.probabilities, same.probabilities, strict=True):
                        worst = max([worst, *(abs(one[label] - other[label]) for label in one)])
    return Figure(
        "determinism: repeats, batches, order",
        f"{flips} label flips in {count * 8:,} articles, Δp ≤ {worst:.1e}, {len(set(data))} kind of bytes in 5 repeats",
        "0, ≤ 1e-5, 1",
        not flips and worst <= 1e-5 and len(set(data)) == 1,
    )


def measure_injection(model: Model, every: int = 1) -> Figure:
    """Payloads in every field through every output; only each ``every``-th of them where time is short."""
    read = model.predict(ARTICLE)
    tries, alive = 0, 0
    for payload, place, document in islice(payloads.documents(read), 0, None, every):
        plain = payloads.planted(read, "plain", place)
        found = {
            "html": payloads.html_alive(document, plain),
            "csv": payloads.csv_alive(document),
            "jsonl": payloads.jsonl_lost(document),
            "parquet": payloads.parquet_lost(document),
            "terminal": payloads.terminal_alive(document),
        }
        tries += len(found)
        for output, problems in found.items():
            if problems:
                alive += 1
                print(f"{output}, {place}: {payload!r}: {problems[:3]}", file=sys.stderr)
    return Figure(
        "output injection",
        f"{len(payloads.PAYLOADS)} payloads × {len(payloads.PLACES)} places × 5 outputs = {tries:,}; {alive} alive",
        "≥ 60; 0",
        not alive,
    )
