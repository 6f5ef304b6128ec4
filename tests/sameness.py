"""The same articles by other ways: repeats, batches, order, threads, engines; nothing may come out differently."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from unittest.mock import patch

from batches import dask_cluster, parts, start
from generated import articles, write_articles
from measures import Figure
from reliability_batch import finish
from threadpoolctl import threadpool_limits

from stance.encoder.protocol import Encoder
from stance.encoder.runtime import RuntimeEncoder
from stance.model import Model
from stance.prediction import PredictOptions, predict_files
from stance.records import Document

Way = tuple[str, int, int]
"""Engine, workers, threads that each may compute with."""
WAYS: tuple[Way, ...] = (
    *(("processes", 1, 1), ("processes", 1, 2), ("processes", 2, 1), ("processes", 4, 1)),
    *(("dask", 2, 1), ("dask", 2, 2), ("dask", 4, 1)),
)


def measure_determinism(model: Model, work: Path, count: int) -> Figure:
    """The same articles again, in other batches, another order, with other threads: labels, probabilities, bytes."""
    path = write_articles(work / "same.jsonl", count)
    data = []
    for number in range(5):
        predict_files(model, [path], work / f"same-{number}.out.jsonl", PredictOptions())
        data.append((work / f"same-{number}.out.jsonl").read_bytes())
    given = [Document(article["text"], id=article["id"]) for article in articles(count)]
    flips, worst, compared = 0, 0.0, 0
    expected = {document.id: document for document in model.predict_many(given)}
    for found in _predicted(model, given):
        same = expected[found.id]
        compared += 1
        flips += [(c.type, c.source) for c in found.claims] != [(c.type, c.source) for c in same.claims]
        for one, other in zip(found.probabilities, same.probabilities, strict=True):
            worst = max([worst, *(abs(one[label] - other[label]) for label in one)])
    return Figure(
        "determinism: repeats, batches, order, threads",
        f"{flips} label flips in {compared:,} articles, Δp ≤ {worst:.1e}, {len(set(data))} kind of bytes in 5 repeats",
        "0 flips; Δp ≤ 1e-5; 1 kind of bytes",
        not flips and worst <= 1e-5 and len(set(data)) == 1,
    )


def _predicted(model: Model, given: Sequence[Document]) -> Iterator[Document]:
    """The articles by one and two threads, in batches of four sizes, forwards and backwards."""
    for threads in (1, 2):
        threaded = replace(model, encoder=_threaded(model.encoder, threads))
        with threadpool_limits(threads):
            for together in (1, 8, 32, 64):
                for order in (given, given[::-1]):
                    with patch("stance.model._TOGETHER", together):
                        yield from threaded.predict_many(order)


def _threaded(encoder: Encoder, threads: int) -> Encoder:
    if not isinstance(encoder, RuntimeEncoder):
        return encoder
    return RuntimeEncoder(encoder.files, encoder.name, threads=threads, precision=encoder.precision)


def measure_engines(model: str | Path, work: Path, count: int, ways: Sequence[Way] = WAYS) -> Figure:
    """The same articles by every engine, number of workers and number of threads: sentences that come out differently.

    Parameters
    ----------
    model : model directory, or ``default``
    count : articles, in ten shards
    """
    path = write_articles(work / "engines.jsonl", count)
    options = ("--shard-size", max(1, count // 10), "--precision", "fp32")
    named = () if model == "default" else ("--model", model)
    expected: dict[str, bytes] = {}
    compared = differing = 0
    for engine, workers, threads in ways:
        out = work / f"engines-{engine}-{workers}-{threads}"
        environment = {"OMP_NUM_THREADS": str(threads * (workers if engine == "processes" else 1))}  # parted among them
        if engine == "dask":
            with dask_cluster(out.with_name(out.name + "-dask"), workers, **environment) as cluster:
                how = ("--engine", "dask", "--scheduler", cluster.address)
                finish(start("predict", path, "-o", out, *options, *named, *how, **environment))
        else:
            finish(start("predict", path, "-o", out, *options, *named, "--jobs", workers, **environment))
        found = parts(out)
        expected = expected or found
        for name in found.keys() | expected.keys():
            pairs = list(zip_longest(*(given.get(name, b"").splitlines() for given in (expected, found))))
            compared += len(pairs)
            differing += sum(one != other for one, other in pairs)
    return Figure(
        f"determinism: engines ({', '.join(f'{e} {w}×{t}' for e, w, t in ways)})",
        f"{differing} of {compared:,} sentences differ in anything",
        "0 differ",
        not differing,
    )
