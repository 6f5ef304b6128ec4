"""A whole batch: read the plan, keep the workers busy with what is missing, put each part in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal, Protocol

from stance.batch.cluster import Cluster
from stance.batch.folder import Batch, read_batch
from stance.batch.isolation import Isolation
from stance.batch.journal import Redo, begin, describe_run
from stance.batch.parts import Part, Task
from stance.batch.processes import Processes
from stance.batch.shards import Shard, read_plan
from stance.corpus.remarks import Remarks
from stance.encoder.precision import Precision
from stance.errors import ConfigError, StanceError
from stance.prediction import PredictOptions

SHARD_SIZE = 1_000
"""Rows a shard where nothing else is asked for."""

_LOOK = 0.5  # seconds between two looks whether the workers are still there


class Engine(AbstractContextManager["Engine"], Protocol):
    """Workers that predict shards; entered before use, left when the work is done or given up."""

    def capacity(self) -> int:
        """Shards that may be under way at once."""

    def submit(self, shard: Shard) -> Future[Part]:
        """Predict a shard in some worker."""

    def check(self) -> None:
        """Raise ``StanceError`` once the workers are lost for good."""


@dataclass(frozen=True)
class BatchSettings:
    """How a batch is run; none of it but the shard size changes what comes out.

    Parameters
    ----------
    shard_size : rows a shard
    resume : go on with what is missing or damaged in the folder
    redo : of a run that is resumed make those finished parts anew whose articles are ``changed`` in the input or no
        longer in it, which are refused without it; or parts whose articles were ``lost``: could not be predicted
    engine : ``processes`` of this machine, or the workers of a ``dask`` cluster
    jobs : worker processes on this machine
    scheduler : address of the Dask scheduler
    time_limit : seconds for one article, beside a second for every 2,000 characters
    """

    shard_size: int = SHARD_SIZE
    resume: bool = False
    redo: Redo | None = None
    engine: Literal["processes", "dask"] = "processes"
    jobs: int = 1
    scheduler: str | None = None
    time_limit: float = 120.0

    def __post_init__(self) -> None:
        for name in ("shard_size", "jobs"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} = {getattr(self, name)}: expected 1 or more")
        if not self.time_limit > 0:
            raise ConfigError(f"time_limit = {self.time_limit}: expected more than 0 seconds")
        if self.redo is not None and not self.resume:
            raise ConfigError(f"redo {self.redo} is of a run that is resumed; give --resume too")
        if (self.engine == "dask") != (self.scheduler is not None):
            raise ConfigError("engine dask and a scheduler belong together: --engine dask --scheduler tcp://HOST:8786")

    def build(self, task: Task) -> Engine:
        """The engine."""
        if self.scheduler is not None:
            return Cluster(task, self.scheduler)
        return Processes(task, self.jobs)

    def label(self) -> str:
        """The engine in a few words."""
        if self.scheduler is not None:
            return f"dask at {self.scheduler}"
        return f"{self.jobs} process{'es' * (self.jobs > 1)}"


@dataclass(frozen=True)
class Run:
    """What one call did.

    Parameters
    ----------
    batch : the folder afterwards
    made, kept : parts that this call predicted, and that it found done
    remarks : what is odd about the articles
    """

    batch: Batch
    made: int
    kept: int
    remarks: Remarks


def predict_batch(
    inputs: Sequence[str | Path],
    folder: str | Path,
    options: PredictOptions | None = None,
    settings: BatchSettings | None = None,
    *,
    model: str | Path | None = None,
    precision: Precision = "auto",
    progress: Callable[[int, int | None], None] | None = None,
) -> Run:
    """Predict the inputs into a folder of parts, one a shard.

    Parameters
    ----------
    inputs : files and folders; they are read twice, so not standard input
    folder : new, empty, or with ``settings.resume`` one that the same run has begun
    options : as for ``predict_files``; the format is ``jsonl`` or ``parquet``
    model : model directory; None for the embedded default
    precision : as for ``stance.load``; what it comes to here is what every worker has to compute with
    progress : called with the articles done so far, and all of them

    Raises
    ------
    InputError : an input cannot be read, has a bad row and ``options.read.on_error`` is ``fail``, changes meanwhile, or
        is not what finished parts were made of.
    ConfigError : an impossible setting, or the folder's batch is of another model or option.
    OutputError : the folder holds other things, another process is at work in it, or the disk refuses.
    ClusterError : the cluster does not answer, or was lost; finished parts are kept.
    """
    options, settings = options or PredictOptions(), settings or BatchSettings()
    if options.format not in ("jsonl", "parquet"):
        raise ConfigError(f"parts are jsonl or parquet, not {options.format}; merge them into .csv later")
    task = Task.of(model, options, settings.time_limit, precision)
    plan = read_plan(inputs, options.read, settings.shard_size)
    with begin(Path(folder), describe_run(task, plan), plan, resume=settings.resume, redo=settings.redo) as writer:
        missing = (shard for shard in plan.shards() if shard.index not in writer.done)
        articles = sum(entry.articles for index, entry in read_batch(folder).parts.items() if index in writer.done)
        if len(writer.done) < len(plan.digests):
            writer.open_session(settings.label())
            with settings.build(task) as engine, Isolation(task) as isolation:
                for part in _parts(missing, engine, isolation):
                    writer.add(part)
                    articles += part.articles
                    if progress is not None:
                        progress(articles, plan.articles)
        kept = len(writer.done)
    return Run(read_batch(folder), len(plan.digests) - kept, kept, plan.remarks)


def _parts(shards: Iterator[Shard], engine: Engine, isolation: Isolation) -> Iterator[Part]:
    """The part of each shard as it is finished; a shard whose worker fails is tried once more in isolation."""
    under_way: dict[Future[Part], Shard] = {}
    while True:
        for shard in islice(shards, max(0, engine.capacity() - len(under_way))):
            under_way[engine.submit(shard)] = shard
        if not under_way:
            return
        finished, _ = wait(under_way, timeout=_LOOK, return_when=FIRST_COMPLETED)
        engine.check()
        for future in finished:
            shard = under_way.pop(future)
            if future.cancelled():  # by someone else, who restarted the cluster's workers for instance
                under_way[engine.submit(shard)] = shard
                continue
            error = future.exception()
            if isinstance(error, StanceError):
                raise error
            if error is None:
                yield future.result()
            else:
                under_way[isolation.submit(shard)] = shard
