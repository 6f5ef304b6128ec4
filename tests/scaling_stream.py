"""Whether memory stays flat and time grows in a straight line however long the stream is: ``make scaling-stream``.

Generated articles go into the standard input of ``stance predict`` and its predictions come out of its standard output,
so that nothing is ever whole on either side. Sentences are counted as they come out.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import psutil
from generated import articles
from reliability_batch import hashing_model

_AN_ARTICLE = 6  # sentences, on average
_HOURS = 4


@dataclass(frozen=True)
class Mark:
    """Where the run stood: sentences out, seconds by the clock and of computing, megabytes now and at most."""

    sentences: int
    seconds: float
    computing: float
    megabytes: float
    peak: float


def stream(model: str, sentences: int) -> Iterator[Mark]:
    """A mark after every hundredth of the sentences.

    Raises
    ------
    SystemExit : the command failed.
    """
    option = () if model == "default" else ("--model", model)
    began = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", "stance", "predict", "-", *option, "--format", "jsonl", "--all"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        watchdog = threading.Timer(_HOURS * 3600, child.kill)
        watchdog.start()
        threading.Thread(target=_feed, args=(child.stdin, sentences), daemon=True).start()
        process, read, step = psutil.Process(child.pid), 0, max(1, sentences // 100)
        passed = 0
        while chunk := os.read(child.stdout.fileno(), 1 << 20):
            read += chunk.count(b"\n")
            if read // step > passed:
                passed = read // step
                yield _mark(process, read, time.monotonic() - began)
        code = child.wait()
        watchdog.cancel()
    if code:
        raise SystemExit(f"stance predict ended with {code}")


def _feed(pipe: IO[bytes], sentences: int) -> None:
    with pipe:
        for article in articles(sentences // _AN_ARTICLE):
            pipe.write(json.dumps(article, ensure_ascii=False).encode() + b"\n")


def _mark(process: psutil.Process, sentences: int, seconds: float) -> Mark:
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    times = process.cpu_times()
    return Mark(
        sentences,
        round(seconds, 2),
        round(times.user + times.system, 2),
        round(process.memory_info().rss / 1e6, 1),
        round(peak / 1e3 * 1.024, 1),
    )


def summary(marks: list[Mark]) -> dict[str, float]:
    """How far from flat and from straight: peak against that of the first hundredth, and each tenth's computing."""
    first, last = marks[0], marks[-1]
    tenths = [min(marks, key=lambda mark: abs(mark.sentences - last.sentences * part / 10)) for part in range(1, 11)]
    rates = [
        1e6 * (end.computing - start.computing) / (end.sentences - start.sentences)
        for start, end in zip([first, *tenths], tenths, strict=False)
        if end.sentences > start.sentences
    ]
    return {
        "sentences": last.sentences,
        "sentences/s": round(last.sentences / last.seconds),
        "sentences a second of computing": round(last.sentences / last.computing),
        "peak MB after 1 %": first.peak,
        "peak MB at the end": last.peak,
        "growth": round(last.peak / first.peak - 1, 4),
        "microseconds of computing a sentence, least of ten tenths": round(min(rates)),
        "most of ten tenths": round(max(rates)),
    }


def draw(marks: list[Mark], path: Path) -> None:
    """Peak memory and seconds of computing against the sentences read."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3), layout="constrained")
    memory, time_taken = figure.subplots(1, 2)
    sentences = [mark.sentences / 1000 for mark in marks]
    memory.plot(sentences, [mark.peak for mark in marks])
    memory.set(xlabel="thousand sentences", ylabel="peak memory, MB", ylim=(0, None))
    time_taken.plot(sentences, [mark.computing for mark in marks])
    time_taken.set(xlabel="thousand sentences", ylabel="computing, s", ylim=(0, None))
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Print every tenth mark and the summary, each as a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=int, default=1_000_000)
    parser.add_argument("--model", default="hashing", help="hashing, default, or a model directory")
    parser.add_argument("--figure", type=Path, metavar="FILE.svg", help="draw all marks")
    asked = parser.parse_args()
    print(json.dumps({"machine": platform.processor() or platform.machine(), "cores": os.cpu_count()}), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        model = str(hashing_model(Path(folder) / "model")) if asked.model == "hashing" else asked.model
        marks = []
        for mark in stream(model, asked.sentences):
            marks.append(mark)
            if len(marks) in (1, 5) or len(marks) % 10 == 0:
                print(json.dumps(asdict(mark)), flush=True)
    if asked.figure:
        draw(marks, asked.figure)
    print(json.dumps(summary(marks)), flush=True)


if __name__ == "__main__":
    main()
