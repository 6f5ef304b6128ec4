"""Many machines: the workers of a Dask cluster that is already there."""

from __future__ import annotations

import time
from concurrent.futures import Future
from typing import Any, Self

from stance.batch.parts import Part, Task, predict_part, prepare
from stance.batch.shards import Shard
from stance.errors import ClusterError, MissingExtraError, StanceError

_AHEAD = 2  # shards a worker that are sent ahead
_FEWEST = 8  # shards under way at least, so that a cluster that grows with its load begins to grow
_PATIENCE = 60.0
"""Seconds to wait for the first worker; for the scheduler it is Dask's own setting, ``comm.timeouts.connect``."""


class Cluster:
    """The engine of a Dask cluster; shards go to its workers, parts come back to this process, which writes them.

    Dask runs a shard again whose worker died, on another worker; it gives up after the scheduler's
    ``allowed-failures``.

    Parameters
    ----------
    task : what is done with every shard
    address : of the scheduler, such as ``tcp://host:8786``

    Raises
    ------
    MissingExtraError : Dask is not installed.
    ClusterError : the scheduler does not answer, or has no worker.
    """

    def __init__(self, task: Task, address: str) -> None:
        self._task = task
        self._address = address
        self._counted = 0.0
        self._workers = 0
        self._client = _client(address)
        self._calls = self._client.get_executor(pure=False)

    def _prepare(self) -> None:
        """A model in every worker that is there; a worker that cannot do the work is found before it is given any."""
        try:
            self._client.wait_for_workers(1, timeout=_PATIENCE)
            self._client.run(prepare, self._task)
        except TimeoutError:
            raise ClusterError(
                f"{self._address}: the scheduler has no worker; start one with: "
                f"dask worker {self._address} --nthreads 1"
            ) from None
        except ImportError as error:
            raise ClusterError(
                f"{self._address}: a worker lacks a package ({error}); install the same stance on every machine"
            ) from None

    def __enter__(self) -> Self:
        try:
            self._prepare()
        except StanceError:
            self._client.close(timeout=5)
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        if self._client.status == "running":
            self._calls.shutdown(wait=False)
        self._client.close(timeout=5)

    def capacity(self) -> int:
        """Shards that may be under way at once: it follows the workers that come and go."""
        if time.monotonic() - self._counted > 2:
            try:
                self._workers = len(self._client.nthreads())
            except OSError:
                raise self._lost() from None
            self._counted = time.monotonic()
        return max(_FEWEST, _AHEAD * self._workers)

    def submit(self, shard: Shard) -> Future[Part]:
        """Predict a shard on some worker."""
        self.check()
        future: Future[Any] = self._calls.submit(predict_part, shard, self._task)
        return future

    def check(self) -> None:
        """Nothing while the scheduler is there.

        Raises
        ------
        ClusterError : it is not.
        """
        if self._client.status != "running":
            raise self._lost()

    def _lost(self) -> ClusterError:
        return ClusterError(
            f"{self._address}: the scheduler is gone; finished parts are kept, go on with --resume when it is back"
        )


def _client(address: str) -> Any:
    try:
        import distributed
    except ImportError:
        raise MissingExtraError("distributed", "dask", "the Dask engine") from None
    try:
        client: Any = distributed.Client  # ships no complete types
        return client(address, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(f"{address}: no Dask scheduler answers ({error}); start one with: dask scheduler") from None
