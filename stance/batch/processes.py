"""The engine of one machine: several worker processes, the model loaded once in each."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Self

from stance.batch.parts import Part, Task, predict_part
from stance.batch.shards import Shard
from stance.encoder.runtime import cores
from stance.workers import Pool

_AHEAD = 2  # shards a worker that are read ahead, so that none waits for the reader


class Processes:
    """The engine of one machine.

    Parameters
    ----------
    task : what is done with every shard
    jobs : worker processes; together they use no more threads than this process may use cores
    """

    def __init__(self, task: Task, jobs: int) -> None:
        self._task = task
        self._jobs = jobs
        self._pool = Pool(jobs, max(1, cores() // jobs))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._pool.close()

    def capacity(self) -> int:
        """Shards that may be under way at once."""
        return _AHEAD * self._jobs

    def submit(self, shard: Shard) -> Future[Part]:
        """Predict a shard in some worker."""
        return self._pool.call(predict_part, shard, self._task)

    def check(self) -> None:
        """Nothing while the workers can be given shards.

        Raises
        ------
        StanceError : they cannot.
        """
        self._pool.check()
