"""Members of an average of encoders: each learns from its own sentences, in turn or in worker processes."""

from __future__ import annotations

import copy
import ctypes
import sys
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from stance.encoder.protocol import FloatArray
from stance.encoder.runtime import cores
from stance.errors import ConfigError
from stance.heads import BoolArray
from stance.warmstart import WarmStart
from stance.wordpieces import IntRows, WordPieces

if TYPE_CHECKING:
    from stance.network import Network

_LAST = 0.4  # of the rates, for the last epoch, on typical sentences alone
_GLANCE = 0.5  # seconds between two looks at how far the workers are
Report = Callable[[int], None]
"""Called with the number of sentences that all members learned from so far."""


@dataclass(frozen=True)
class Schedule:
    """How long and how fast: numbers of ``TrainConfig``; heads learn at a rate of their own."""

    epochs: int
    learning_rate: float
    batch_size: int
    seed: int
    head_rate: float = 1e-3
    with_spans: bool = True

    def last(self) -> Schedule:
        """One epoch more, slower, for labels and stances alone: spans look alike in easier text."""
        slower = replace(self, learning_rate=_LAST * self.learning_rate, head_rate=_LAST * self.head_rate)
        return replace(slower, epochs=1, with_spans=False)


@dataclass(frozen=True)
class Member:
    """Rows that a member does not see, learns from, learns from once more at the end, and is compared by."""

    number: int
    start: WarmStart
    held_out: IntRows
    rows: IntRows
    last: IntRows
    sample: IntRows

    @classmethod
    def of(
        cls, number: int, start: WarmStart, fold: IntRows, n: int, typical: BoolArray | None, sample: IntRows
    ) -> Member:
        """The member that a fold makes."""
        rows = np.setdiff1d(np.arange(n), fold)
        return cls(number, start, fold, rows, rows[typical[rows]] if typical is not None else rows[:0], sample)

    def learn(self, base: Network, data: WordPieces, schedule: Schedule, advance: Callable[[int], None]) -> Learned:
        """Train a network of its own, and keep of it what others need."""
        import torch

        keep_memory()
        torch.manual_seed(schedule.seed + self.number)
        network, rng = copy.deepcopy(base), np.random.default_rng([schedule.seed, self.number])
        network.begin_at(self.start)
        fit(network, data, self.rows, schedule, rng, advance)
        if len(self.last):
            fit(network, data, self.last, schedule.last(), rng, advance)
        return Learned(network.weights(), network.scores(data, self.held_out), network.scores(data, self.sample))


@dataclass(frozen=True)
class Learned:
    """A trained member: weights by name, scores of what it held out and of the sample."""

    weights: dict[str, FloatArray]
    held_out: FloatArray
    sample: FloatArray


def in_turn(
    base: Network, data: WordPieces, members: Sequence[Member], schedule: Schedule, report: Report
) -> Generator[Learned, None, None]:
    """Members that learn one after the other."""
    done = 0

    def advance(by: int) -> None:
        nonlocal done
        done += by
        report(done)

    for member in members:
        yield member.learn(base, data, schedule, advance)


def apart(
    base: Network, data: WordPieces, members: Sequence[Member], schedule: Schedule, report: Report, jobs: int
) -> Generator[Learned, None, None]:
    """The same from worker processes, which tell by a file how far they are; with other threads sums round otherwise.

    Raises
    ------
    ConfigError : a worker died, as it does where memory is short.
    """
    from stance.workers import Pool

    jobs = min(jobs, len(members))
    with TemporaryDirectory(prefix="stance-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "learned"
        done = np.memmap(path, np.int64, "w+", shape=(len(members),))
        pool = Pool(jobs, max(1, cores() // jobs))
        try:
            waiting, calls = deque(members), deque[Future[Learned]]()
            while waiting or calls:
                while calls and calls[0].done():
                    yield calls.popleft().result()
                while waiting and sum(not call.done() for call in calls) < jobs:  # joblib warns where some queue
                    calls.append(pool.call(_learn_apart, waiting.popleft(), base, data, schedule, path))
                wait([call for call in calls if not call.done()], timeout=_GLANCE)
                report(int(done.sum()))
        except BrokenProcessPool:
            raise ConfigError(
                f"jobs = {jobs}: a worker process died, most likely for lack of memory; give fewer jobs"
            ) from None
        finally:
            pool.close()


def _learn_apart(member: Member, base: Network, data: WordPieces, schedule: Schedule, path: Path) -> Learned:
    done = np.memmap(path, np.int64, "r+")

    def advance(by: int) -> None:
        done[member.number] += by

    return member.learn(base, data, schedule, advance)


def fit(
    network: Network,
    data: WordPieces,
    rows: IntRows,
    schedule: Schedule,
    rng: np.random.Generator,
    advance: Callable[[int], None],
) -> None:
    """Train a network on some rows, batch by batch."""
    import torch

    body = [parameter for parameter in network.body.parameters() if parameter.requires_grad]
    heads = [
        p for head in (network.types, network.tags, network.stances) if head is not None for p in head.parameters()
    ]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": schedule.learning_rate}, {"params": heads, "lr": schedule.head_rate}],
        weight_decay=0.01,
        fused=True,
    )
    n_steps = schedule.epochs * -(-len(rows) // schedule.batch_size)
    warm = max(1, n_steps // 10)
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(step / warm, (n_steps - step) / max(1, n_steps - warm), 1.0)
    )
    network.train()
    for _ in range(schedule.epochs):
        for batch in data.shuffled(rows, schedule.batch_size, rng):
            with torch.autocast("cpu", torch.bfloat16, enabled=_has_bfloat16()):
                loss = network.loss(data, batch, with_spans=schedule.with_spans)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_([*body, *heads], 1.0)
            optimizer.step()
            rate.step()
            advance(len(batch))
    network.eval()


def _has_bfloat16() -> bool:
    """Whether this processor multiplies in bfloat16: training is several times as fast there, and slower elsewhere."""
    import torch

    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def keep_memory() -> None:
    """Tell glibc to keep freed memory.

    Each step frees and asks for the same blocks, and on virtual machines fresh pages can cost more than the
    arithmetic: 98 sentences a second were measured with this, 25 without.
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries have none
    if mallopt is not None:
        mallopt(_M_MMAP_MAX, 0)
        mallopt(_M_TRIM_THRESHOLD, _NEVER_TRIM)


_M_TRIM_THRESHOLD, _M_MMAP_MAX = -1, -4  # malloc.h
_NEVER_TRIM = 2**31 - 1
