"""Shards that killed or hung their worker, once more, alone: the row that did it is named, the rest is done."""

from __future__ import annotations

import re
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Self

from stance.batch.parts import Found, Part, Refusal, Task, make_part, predict_article, predict_part
from stance.batch.shards import Shard
from stance.errors import StanceError
from stance.records import Document
from stance.workers import Pool

_KNOWN = Document("The council said on Monday that the bridge will be repaired.", id="known")
"""What every model on every machine can predict."""
_EXIT_CODES = re.compile(r"exit codes of the workers are \{([^}]*)\}")


class Isolation:
    """One worker process for the shards that failed elsewhere.

    A shard is first tried whole, since its worker may have died of something else. If it fails again, its articles
    are predicted one by one, and those that kill, hang or break the worker are refused, if a known sentence does not.

    Parameters
    ----------
    task : what is done with every shard
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="isolation")
        self._pool: Pool | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)
        if self._pool is not None:
            self._pool.close()

    def submit(self, shard: Shard) -> Future[Part]:
        """Predict a shard beside whatever else is under way."""
        return self._thread.submit(self._part, shard)

    def _part(self, shard: Shard) -> Part:
        whole, failure = self._call(predict_part, shard)
        if failure is None:
            return whole
        return self._one_by_one(shard)

    def _one_by_one(self, shard: Shard) -> Part:
        """The part without the articles that cannot be predicted.

        Raises
        ------
        StanceError : a known sentence fails too, or every one of several articles, so the trouble is in no row.
        """
        done: list[Found] = []
        lost: list[Refusal] = []
        for document, path in zip(shard.documents, shard.paths, strict=True):
            found, failure = self._call(predict_article, document)
            if failure is None:
                done.append(found)
                continue
            _, trouble = self._call(predict_article, _KNOWN)
            if trouble is not None:
                raise _in_no_row(shard, f"even a known sentence fails ({trouble})")
            lost.append(_refusal(document, path, failure))
        if not done and len(lost) > 1:
            raise _in_no_row(shard, f"each of its {len(lost)} articles fails ({lost[0].reason})")
        return make_part(shard, done, self._task, tuple(lost))

    def _call(self, function: Any, argument: Shard | Document) -> tuple[Any, str | None]:
        """What the function gives in the worker, or why it gives nothing."""
        if self._pool is None:
            self._pool = Pool(1, 1)
        began = time.monotonic()
        future = self._pool.call(function, argument, self._task)
        self._pool.wait(future)
        error = future.exception()
        if error is None:
            return future.result(), None
        if isinstance(error, StanceError):
            raise error
        limit = self._task.time_limit
        if limit is not None and isinstance(argument, Document) and time.monotonic() - began > limit:
            return None, f"took longer than {limit:g} s"
        return None, _reason(error)


def _in_no_row(shard: Shard, what: str) -> StanceError:
    return StanceError(
        f"shard {shard.index}: {what}; the trouble is in the machine or the model; "
        "try one article with: stance predict FILE"
    )


def _reason(error: BaseException) -> str:
    codes = _EXIT_CODES.search(str(error))
    if codes is not None:
        return f"killed its worker ({codes[1].split(',')[0]})"
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]


def _refusal(document: Document, path: str, reason: str) -> Refusal:
    return Refusal(path, None, document.id, reason, document.text[:200])
