"""What runs do under pressure: disks that refuse, kills, long input, readers of the output."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

import faults
import payloads
from measures import ARTICLE, Figure, in_a_child

from stance.bundle import save
from stance.model import Model
from stance.prediction import PredictOptions, predict_files


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
            "n-th write, fsync, rename fails",
            f"{failed} failures, {wrong} torn, left over or silent",
            "0 torn, left over or silent",
            not wrong,
        ),
        Figure("SIGKILL in predict, train and save", f"{hit} kills, {torn} torn", "at least 200; 0 torn", not torn),
    ]


def measure_memory(model: Model, work: Path, lines: int, minutes: float = 240) -> Figure:
    """Peak memory of ``predict`` from JSON lines, one a sentence, against its peak after 100,000 of them.

    The lines are made while they are read, and end early when the time is over: the figure says how many there were.
    """
    path, marks = work / "lines.jsonl", work / "marks.jsonl"
    os.mkfifo(path)
    feeder = _Feeder(path, lines, time.monotonic() + 60 * minutes)
    feeder.start()
    few = min(100_000, max(1, lines // 10))
    code, seconds, _ = in_a_child(lambda: _predicted(model, path, work / "out.jsonl", marks, few))
    feeder.join(60)
    path.unlink()
    found = [tuple(json.loads(line)) for line in marks.read_text().splitlines()]
    if code or not found:
        return Figure(f"peak memory, {lines:,} lines", f"exit code {code} after {seconds:.0f} s", "", False)
    (few, low), (many, high) = found[0], found[-1]
    cost = 1e6 * seconds / max(1, many)
    short = "" if many == lines else f" (of {lines:,} wanted, in {minutes:.0f} minutes)"
    return Figure(
        f"peak memory, {many:,} lines{short} against {few:,}",
        f"{high:.0f} MB against {low:.0f} MB ({100 * (high / low - 1):+.1f} %), {cost:.0f} µs of computing a line",
        "≤ 300 MB, within 10 %",
        high <= 300 and high <= 1.1 * low and many == lines,
    )


class _Feeder(threading.Thread):
    """Writes so many sentences into a pipe, twenty an article, fewer where the time is over before."""

    def __init__(self, path: Path, lines: int, until: float) -> None:
        super().__init__(daemon=True)
        self._path, self._lines, self._until = path, lines, until

    def run(self) -> None:
        """Write; a reader that ends early ends this too."""
        with suppress(BrokenPipeError), self._path.open("w") as file:
            for number in range(self._lines):
                if number % 1_000 == 0 and time.monotonic() > self._until:
                    return
                doc, sentence = divmod(number, 20)
                file.write(f'{{"doc": "{doc}", "sentence": {sentence}, "text": "Rain fell on day {number % 97}."}}\n')


def _predicted(model: Model, path: Path, out: Path, marks: Path, every: int) -> int:
    """Predict, and note lines and peak megabytes after so many lines each and at the end."""
    signal.alarm(6 * 3_600)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with marks.open("w", buffering=1) as file:

        def mark(lines: int) -> None:
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            file.write(json.dumps([lines, peak]) + "\n")
            print(f"{lines:,} lines: {peak:.1f} MB", file=sys.stderr, flush=True)

        counts = predict_files(
            model, [path], out, PredictOptions(), progress=lambda lines, _: mark(lines) if lines % every == 0 else None
        )
        mark(counts.sentences)
    return 0


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
        "at least 60 payloads; 0 alive",
        not alive,
    )
