"""How batches scale, for anybody to measure again: ``make scaling-batch``.

The same articles by every number of workers and every engine, compared part by part; then by shards of several sizes,
which gives what a shard costs beside its articles.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import psutil
from batches import DaskCluster, dask_cluster, parts, start
from generated import write_articles
from reliability_batch import finish, hashing_model

from stance.batch import read_batch

_WAYS = ("processes-1", "processes-2", "processes-4", "dask-1", "dask-2", "dask-4")
_LONGEST = 4 * 3_600  # seconds for one run


def timed(path: Path, out: Path, model: str, shard_size: int, engine: str, workers: int) -> dict[str, Any]:
    """One run: seconds by the clock from the command to its end, and seconds of computing, of all its processes.

    The latter are nearly the same on a busy machine.
    """
    dask = dask_cluster(out.with_name(out.name + "-dask"), workers) if engine == "dask" else nullcontext()
    with dask as cluster:
        there = cluster if isinstance(cluster, DaskCluster) else None
        how = ("--engine", "dask", "--scheduler", there.address) if there is not None else ("--jobs", workers)
        model_option = ("--model", model) if model != "default" else ()
        began, computed = time.monotonic(), _computing(there)
        finish(start("predict", path, "-o", out, "--shard-size", shard_size, *model_option, *how), _LONGEST)
        seconds, computing = time.monotonic() - began, _computing(there) - computed
    batch = read_batch(out)
    return {
        "engine": engine,
        "workers": workers,
        "shard size": shard_size,
        "shards": batch.shards,
        "articles": batch.total("articles"),
        "sentences": batch.total("sentences"),
        "seconds": round(seconds, 2),
        "sentences/s": round(batch.total("sentences") / seconds),
        "computing": round(computing, 2),
        "sentences a second of computing": round(batch.total("sentences") / computing),
    }


def _computing(cluster: DaskCluster | None) -> float:
    """Seconds that ended children and a cluster's processes have computed so far."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    running = [psutil.Process(cluster.scheduler.pid), *cluster.workers()] if cluster is not None else []
    times = [process.cpu_times() for process in running]
    return ended.ru_utime + ended.ru_stime + sum(one.user + one.system for one in times)


def compare_ways(path: Path, work: Path, model: str, shard_size: int, ways: Sequence[str]) -> list[dict[str, Any]]:
    """Several numbers of workers and engines, and whether each part, so each row, is that of the first way."""
    rows = []
    expected: dict[str, bytes] = {}
    for way in ways:
        out = work / f"{path.stem}-{way}"
        engine, _, workers = way.partition("-")
        row = timed(path, out, model, shard_size, engine, int(workers))
        found = parts(out)
        expected = expected or found
        differ = sum(found.get(name) != expected.get(name) for name in found.keys() | expected.keys())
        rows.append(row | {"parts that differ": differ})
        print(json.dumps(rows[-1]), flush=True)
        shutil.rmtree(out)
    return rows


def compare_sizes(path: Path, work: Path, model: str, sizes: tuple[int, ...]) -> list[dict[str, Any]]:
    """One worker, shards of several sizes."""
    rows = []
    for size in sizes:
        rows.append(timed(path, work / f"size-{size}", model, size, "processes", 1))
        print(json.dumps(rows[-1]), flush=True)
    few, many = rows[-1], rows[0]
    costs = {name: (many[name] - few[name]) / (many["shards"] - few["shards"]) for name in ("computing", "seconds")}
    cost = {f"milliseconds a shard, {name}": round(1000 * value, 2) for name, value in costs.items()}
    print(json.dumps(cost), flush=True)
    return rows


def main() -> None:
    """Print each measurement as a line of JSON, and exit with 1 if any part differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--pieces", type=int, default=1, help="so many inputs, one after the other, of all articles")
    parser.add_argument("--shard-size", type=int, default=1_000)
    parser.add_argument("--ways", nargs="*", default=_WAYS, metavar="ENGINE-WORKERS", help="such as processes-2")
    parser.add_argument("--model", default="hashing", help="hashing, default, or a model directory")
    parser.add_argument("--sizes", action="store_true", help="compare shard sizes instead of engines")
    asked = parser.parse_args()
    print(json.dumps({"machine": platform.processor() or platform.machine(), "cores": os.cpu_count()}), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        model = str(hashing_model(work / "model")) if asked.model == "hashing" else asked.model
        differ = 0
        for piece in range(asked.pieces):
            path = work / f"articles-{piece}.jsonl"
            write_articles(path, asked.articles // asked.pieces, seed=piece, sentences=(1, 3))
            if asked.sizes:
                compare_sizes(path, work, model, (10, 100, 1_000, 5_000))
            else:
                rows = compare_ways(path, work, model, asked.shard_size, asked.ways)
                differ += sum(row["parts that differ"] for row in rows)
    raise SystemExit(differ > 0)


if __name__ == "__main__":
    main()
