"""Figures of batches that anybody can make again: ``make reliability-batch``, or ``make scaling-batch``.

Runs are killed at random moments and resumed; workers of a real Dask cluster are killed, then its scheduler. What the
folders hold afterwards is compared, byte by byte, with a run that nobody disturbed.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Any

from batches import dask_cluster, kill_group, parts, start, times_each
from generated import write_articles

from stance.batch import read_batch
from stance.bundle import save
from stance.config import TrainConfig
from stance.corpus.read import read_labelled
from stance.training import train

LABELLED = Path(__file__).parent / "data" / "labelled.jsonl"
SHARD = 20
"""Articles a shard: small, so that kills fall everywhere."""

_LONGEST = 600  # seconds for any one run


@dataclass(frozen=True)
class Pace:
    """Of an undisturbed run, in seconds: until its first part, and from part to part."""

    first: float = 2.0
    each: float = 0.05


def kill_until_done(
    path: Path, model: Path, out: Path, expected: Path, *, at_most: int, draw: random.Random, pace: Pace
) -> int:
    """Start a run, kill it at a random moment, resume it, until it is done or was killed so often.

    A third of the kills come before the first part is likely there, the others after some parts and a moment more.
    Half of them take the workers along, as a power cut would; the others leave them to notice. After each, whatever
    has its final name is compared with the part of the undisturbed run. Returns the number of kills.
    """
    kills = 0
    whole = parts(expected)
    while True:
        process = start("predict", path, "-o", out, *_options(model), "--jobs", 2, "--resume")
        if kills == at_most:
            finish(process)
            return kills
        if draw.random() < 1 / 3:
            ends_within(process, draw.uniform(0, pace.first))
        else:
            await_parts(process, out, len(list(out.glob("part-*"))) + draw.randint(1, 6))
            ends_within(process, draw.uniform(0, 2 * pace.each))
        if process.poll() is not None:
            finish(process)
            return kills
        if draw.random() < 0.5:
            kill_group(process)
        else:
            process.kill()
            end(process)
        kills += 1
        torn = [name for name, data in parts(out).items() if whole[name] != data]
        if torn:
            raise SystemExit(f"torn after a kill: {', '.join(torn)}")


def kill_workers(path: Path, model: Path, out: Path, folder: Path, *, draw: random.Random) -> int:
    """A run on two Dask workers, of which one is killed at two random moments; returns the number of kills."""
    with dask_cluster(folder, 2) as cluster:
        process = start("predict", path, "-o", out, *_options(model), *_dask(cluster.address))
        kills = 0
        for _ in range(2):
            await_parts(process, out, kills + 1)
            if not ends_within(process, draw.uniform(0.1, 1.5)):
                draw.choice(cluster.workers()).kill()
                kills += 1
        finish(process)
    return kills


def lose_scheduler(path: Path, model: Path, out: Path, folder: Path) -> int:
    """A run whose scheduler is killed, resumed on another cluster; returns the parts that had been finished."""
    with dask_cluster(folder / "first", 2) as cluster:
        process = start("predict", path, "-o", out, *_options(model), *_dask(cluster.address))
        await_parts(process, out, 3)
        kill_group(cluster.scheduler)
        _, said = process.communicate(timeout=120)
        if process.returncode != 1 or b"the scheduler is gone; finished parts are kept" not in said:
            raise SystemExit(f"the loss of the scheduler was not reported: {said.decode()}")
    finished = len(read_batch(out).parts)
    with dask_cluster(folder / "second", 2) as cluster:
        finish(start("predict", path, "-o", out, *_options(model), *_dask(cluster.address), "--resume"))
    return finished


def ends_within(process: Popen[bytes], seconds: float) -> bool:
    """Whether the process ends by itself in that time."""
    limit = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < limit:
        time.sleep(0.01)
    return process.poll() is not None


def await_parts(process: Popen[bytes], out: Path, count: int) -> None:
    """Wait until the run has finished so many parts, or has ended."""
    limit = time.monotonic() + _LONGEST
    while process.poll() is None and time.monotonic() < limit and len(list(out.glob("part-*"))) < count:
        time.sleep(0.01)


def end(process: Popen[bytes]) -> None:
    """Forget a process that was killed, while its children may still be there."""
    process.wait(60)
    if process.stderr is not None:
        process.stderr.close()


def finish(process: Popen[bytes], seconds: float = _LONGEST) -> None:
    """Wait for a run that must succeed in that time."""
    try:
        _, said = process.communicate(timeout=seconds)
    finally:
        kill_group(process)
    if process.returncode != 0:
        raise SystemExit(f"a run failed with exit code {process.returncode}: {said.decode()}")


def _options(model: Path) -> tuple[object, ...]:
    return ("--model", model, "--shard-size", SHARD)


def _dask(address: str) -> tuple[str, ...]:
    return ("--engine", "dask", "--scheduler", address)


def hashing_model(folder: Path) -> Path:
    """A model of everything on hashed vectors, trained in a second."""
    return save(train(read_labelled(LABELLED), TrainConfig(encoder="hashing-64", adapt=False, folds=2)), folder)


def _undisturbed(path: Path, model: Path, out: Path) -> Pace:
    began = time.monotonic()
    process = start("predict", path, "-o", out, *_options(model), "--jobs", 2)
    await_parts(process, out, 1)
    first = time.monotonic() - began
    finish(process)
    return Pace(first, (time.monotonic() - began - first) / read_batch(out).shards)


def _compare(out: Path, expected: Path) -> dict[str, int]:
    found, whole = parts(out), parts(expected)
    times = times_each(out)
    return {
        "parts that differ": sum(found.get(name) != whole.get(name) for name in found.keys() | whole.keys()),
        "sentences lost": len(times_each(expected).keys() - times.keys()),
        "sentences twice": sum(count - 1 for count in times.values()),
        "torn or temporary files": len(list(out.glob(".*"))),
    }


def _add(total: dict[str, int], more: dict[str, int]) -> None:
    for name, value in more.items():
        total[name] = total.get(name, 0) + value


def figures(work: Path, kills: int, runs: int) -> dict[str, dict[str, Any]]:
    """All figures: so many kills of a run on one machine, so many runs with killed workers, one lost scheduler."""
    draw = random.Random(0)
    model = hashing_model(work / "model")
    path = write_articles(work / "articles.jsonl", 2_000)
    expected = work / "expected"
    pace = _undisturbed(path, model, expected)
    killed: dict[str, int] = {"kills": 0, "runs": 0}
    while killed["kills"] < kills:
        out = work / f"killed-{killed['runs']}"
        left = kills - killed["kills"]
        found = kill_until_done(path, model, out, expected, at_most=left, draw=draw, pace=pace)
        _add(killed, {"kills": found, "runs": 1, **_compare(out, expected)})
        print(killed, flush=True)
    cluster: dict[str, int] = {}
    for run in range(runs):
        out = work / f"cluster-{run}"
        found = kill_workers(path, model, out, work / f"dask-{run}", draw=draw)
        _add(cluster, {"kills": found, "runs": 1, **_compare(out, expected)})
        print(cluster, flush=True)
    out = work / "scheduler"
    finished = lose_scheduler(path, model, out, work / "dask")
    scheduler = {"parts kept": finished, "parts made after": 100 - finished, **_compare(out, expected)}
    return {"SIGKILL of a run": killed, "kills of Dask workers": cluster, "death of the Dask scheduler": scheduler}


def main() -> None:
    """Print the figures as a table, and exit with 1 if anything was lost, doubled or changed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--runs", type=int, default=10)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        found = figures(Path(work), asked.kills, asked.runs)
    print(json.dumps(found, indent=2))  # the result of the script
    faults = ("parts that differ", "sentences lost", "sentences twice", "torn or temporary files")
    if any(part.get(name) for part in found.values() for name in faults):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
