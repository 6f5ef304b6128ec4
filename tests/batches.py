"""What tests and figures of batches share: runs in processes of their own, a Dask cluster, poisoned articles."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from watching import WATCH

from stance.batch import Part, Shard, Task, predict_part

ROOT = Path(__file__).parent.parent
_NO_DASHBOARD = ("--no-dashboard", "--dashboard-address", "127.0.0.1:0")
"""Dask opens the port of its dashboard even without one: to all networks, if it is not told an address."""
POISONS = {
    "KILLWORKER": "os.kill(os.getpid(), 9)",
    "HANGWORKER": "time.sleep(600)",
    "BREAKWORKER": "raise ValueError('!')",
}
"""A word in a text, and what the encoder does where ``poisoned`` is on the Python path."""

_SITE = """import os, time
import watched_sockets
watched_sockets.watch()
from stance.encoder import hashing
plain = hashing.HashingEncoder._encode_one
def encode_one(self, sentence):
{branches}
    return plain(self, sentence)
hashing.HashingEncoder._encode_one = encode_one
"""


@dataclass
class InProcess:
    """An engine without workers."""

    task: Task

    def __enter__(self) -> InProcess:
        return self

    def __exit__(self, *exception: object) -> None:
        return None

    def capacity(self) -> int:
        """One shard after the other."""
        return 1

    def submit(self, shard: Shard) -> Future[Part]:
        """Predict a shard at once."""
        future: Future[Part] = Future()
        future.set_result(predict_part(shard, self.task))
        return future

    def check(self) -> None:
        """Nothing can be lost."""


def poisoned(folder: Path) -> dict[str, str]:
    """An environment in which the encoder dies, hangs or breaks at certain words, as a faulty library would."""
    folder.mkdir(exist_ok=True)
    branches = "\n".join(f"    if {word!r} in sentence: {act}" for word, act in POISONS.items())
    (folder / "sitecustomize.py").write_text(_SITE.format(branches=branches))
    return {"PYTHONPATH": os.pathsep.join([str(folder), str(WATCH)])}


def start(*arguments: object, **environment: str) -> subprocess.Popen[bytes]:
    """``stance ARGUMENTS`` in a process group of its own, so that it can be killed with its workers."""
    return subprocess.Popen(
        [sys.executable, "-m", "stance", *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
    )


def parts(folder: Path) -> dict[str, bytes]:
    """Name and bytes of each finished part."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("part-*")) if ".rejects." not in path.name}


def rejects(folder: Path) -> list[dict[str, object]]:
    """Every refused row, in order."""
    files = sorted(folder.glob("*.rejects.jsonl"))
    return [json.loads(line) for path in files for line in path.read_bytes().splitlines()]


def times_each(folder: Path) -> Counter[tuple[str, int]]:
    """How often each sentence stands in the JSONL parts."""
    rows = (json.loads(line) for data in parts(folder).values() for line in data.splitlines())
    return Counter((row["doc"], row["sentence"]) for row in rows)


@dataclass
class DaskCluster:
    """A scheduler and workers, each a process of its own on the loopback address."""

    address: str
    scheduler: subprocess.Popen[bytes]
    nannies: list[subprocess.Popen[bytes]]

    def workers(self) -> list[psutil.Process]:
        """The worker processes; each is the child of a nanny, which starts a new one when it dies."""
        return [
            child
            for nanny in self.nannies
            for child in psutil.Process(nanny.pid).children()
            if "spawn_main" in " ".join(child.cmdline())
        ]


@contextmanager
def dask_cluster(folder: Path, workers: int, **environment: str) -> Iterator[DaskCluster]:
    """A cluster that ends with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "scheduler.json"
    file.unlink(missing_ok=True)
    scheduler = _dask(folder, "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", file)
    nannies = []
    try:
        _await(file.exists, 60)
        for _ in range(workers):
            options = ("--nworkers", "1", "--nthreads", "1", "--host", "127.0.0.1", "--local-directory", folder)
            nannies.append(_dask(folder, "worker", "--scheduler-file", file, *options, **environment))
        cluster = DaskCluster(json.loads(file.read_text())["address"], scheduler, nannies)
        _await(lambda: len(cluster.workers()) == workers, 60)
        yield cluster
    finally:
        for process in (*nannies, scheduler):
            kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to a process and to all that it started."""
    for child in psutil.Process(process.pid).children(recursive=True) if process.poll() is None else ():
        with _gone():
            child.kill()
    with _gone():
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(60)
    if process.stderr is not None:
        process.stderr.close()


@contextmanager
def _gone() -> Iterator[None]:
    """A process that is gone already needs no killing."""
    try:
        yield
    except (psutil.NoSuchProcess, ProcessLookupError):
        return


def _dask(folder: Path, command: str, *options: object, **environment: str) -> subprocess.Popen[bytes]:
    with (folder / f"{command}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", command, *_NO_DASHBOARD, *map(str, options)],
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**os.environ, **environment},
        )


def _await(true: object, seconds: float) -> None:
    limit = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        if time.monotonic() > limit:
            raise TimeoutError(f"nothing happened in {seconds} s")
        time.sleep(0.05)
