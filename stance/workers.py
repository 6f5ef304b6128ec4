"""Worker processes of this machine: joblib's own pool, whose workers leave with their parent."""

from __future__ import annotations

import os
import signal
import threading
import time
from concurrent.futures import Future, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from joblib.externals.loky import ProcessPoolExecutor

from stance.errors import StanceError

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")
_LOOK = 0.5  # seconds between two looks whether the pool still lives


class Pool:
    """Worker processes that are replaced when one dies.

    joblib's pool is broken for good once a worker dies, and every call that was under way fails; the next call
    begins a new one.

    Parameters
    ----------
    jobs : processes
    threads : threads that each may compute with
    """

    def __init__(self, jobs: int, threads: int) -> None:
        self._jobs = jobs
        self._env = dict.fromkeys(_THREADS, str(threads)) | {"TOKENIZERS_PARALLELISM": "false"}
        self._workers = self._start()
        self._closed = False

    def call(self, function: Any, *arguments: Any) -> Future[Any]:
        """Call a function in a worker."""
        try:
            return self._workers.submit(function, *arguments)
        except BrokenProcessPool:
            if self._closed:
                raise
            self._workers.shutdown(wait=False, kill_workers=True)
            self._workers = self._start()
            return self._workers.submit(function, *arguments)

    def wait(self, future: Future[Any]) -> None:
        """Until a call has ended, well or badly.

        Raises
        ------
        StanceError : as ``check``.
        """
        while not wait([future], timeout=_LOOK).done:
            self.check()

    def check(self) -> None:
        """Nothing while calls can end.

        Raises
        ------
        StanceError : none ever does; or the pool is closed.
        """
        if self._closed or self._stuck():
            raise StanceError(
                "the worker processes get no work: this machine starts no more threads; allow more memory or threads "
                "(ulimit -v, ulimit -u)"
            )

    def close(self) -> None:
        """End the workers, whatever they are at."""
        self._closed = True
        stuck = self._stuck()
        if stuck:
            for process in self._workers._processes.values():
                process.terminate()
        self._workers.shutdown(wait=not stuck, kill_workers=True)

    def _stuck(self) -> bool:
        """Whether joblib's thread that hands out calls has died of itself, or could not be started."""
        thread, flags = self._workers._executor_manager_thread, self._workers._flags
        return thread is not None and not thread.is_alive() and not flags.broken and not flags.shutdown

    def _start(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self._jobs, initializer=_settle, initargs=(os.getpid(),), env=self._env)


def _settle(parent: int) -> None:
    """A worker leaves an interrupt to its parent, and leaves with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
