"""The encoder fine-tuned on the labels, several tasks at once: claim types, stance, spans.

One member is trained for each fold, on the other folds, from the same start; their weights are averaged into one
encoder (model soups, Wortsman et al. 2022), which has thus seen every sentence, while each sentence has a score
from the member that had not: thresholds and calibration come from those. Where some articles are known to be most like
those that will be read, each member learns from them alone at the end.
"""

from __future__ import annotations

import copy
import ctypes
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stance.encoder.protocol import FloatArray
from stance.encoder.sbert import SbertEncoder
from stance.examples import Example
from stance.heads import BoolArray, LinearHead
from stance.tagger import Tagger
from stance.wordpieces import IntRows, Tasks, WordPieces

if TYPE_CHECKING:
    import torch

    from stance.network import Network

_LAST = 0.4  # of the rates, for the last epoch, on typical sentences alone
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Schedule:
    """How long and how fast: numbers of ``TrainConfig``; heads start from nothing and learn at a rate of their own."""

    epochs: int
    learning_rate: float
    batch_size: int
    seed: int
    head_rate: float = 1e-3

    def last(self) -> Schedule:
        """One epoch more, slower."""
        return replace(self, epochs=1, learning_rate=_LAST * self.learning_rate, head_rate=_LAST * self.head_rate)


@dataclass(frozen=True)
class Adapted:
    """What adaptation gives: the encoder with its heads, and each sentence's score from a member that held it out.

    ``held_out`` is (n_sentences, n_labels), log-odds or logits.
    """

    encoder: SbertEncoder
    types: LinearHead
    held_out: FloatArray
    tagger: Tagger | None


def adapt(
    base: SbertEncoder,
    examples: Sequence[Example],
    tasks: Tasks,
    folds: Sequence[NDArray[np.int64]],
    schedule: Schedule,
    progress: Progress | None = None,
    typical: BoolArray | None = None,
) -> Adapted:
    """Fine-tune one member a fold and average them.

    Parameters
    ----------
    base : encoder to start from; it is not changed
    folds : the rows that each member holds out, together all rows once
    progress : called with sentences learned from and how many it will be in all
    typical : (n_examples,), which are like those that will be read: one more epoch learns from them alone
    """
    import torch

    from stance.network import Network

    _keep_memory()
    torch.manual_seed(schedule.seed)
    start = Network(base, tasks)
    data = WordPieces(base, examples, tasks)
    held_out = np.zeros((len(examples), len(tasks.labels)), np.float32)
    total: dict[str, torch.Tensor] = {}
    kept = [np.setdiff1d(np.arange(len(examples)), fold) for fold in folds]
    closing = [rows[typical[rows]] if typical is not None else rows[:0] for rows in kept]
    steps = _Steps(
        sum(schedule.epochs * len(rows) + len(last) for rows, last in zip(kept, closing, strict=True)), progress
    )
    for number, (fold, rows, last) in enumerate(zip(folds, kept, closing, strict=True)):
        member, rng = copy.deepcopy(start), np.random.default_rng([schedule.seed, number])
        _train(member, data, rows, schedule, rng, steps)
        if len(last):
            _train(member, data, last, schedule.last(), rng, steps)
        held_out[fold] = member.scores(data, fold)
        for name, value in member.state_dict().items():
            total[name] = total.get(name, 0) + value / len(folds) if value.is_floating_point() else value
        del member
    start.load_state_dict(total)
    return Adapted(start.to_encoder(), start.to_types_head(), held_out, start.to_tagger())


def fit_member(
    base: SbertEncoder,
    examples: Sequence[Example],
    tasks: Tasks,
    fold: IntRows,
    schedule: Schedule,
    others: Sequence[Example],
) -> tuple[FloatArray, FloatArray]:
    """One member alone, for measuring: its label scores of the rows it holds out, and of other examples."""
    import torch

    from stance.network import Network

    _keep_memory()
    torch.manual_seed(schedule.seed)
    member, data = Network(base, tasks), WordPieces(base, examples, tasks)
    kept = np.setdiff1d(np.arange(len(examples)), fold)
    _train(
        member, data, kept, schedule, np.random.default_rng(schedule.seed), _Steps(schedule.epochs * len(kept), None)
    )
    seen = WordPieces(base, others, tasks)
    return member.scores(data, fold), member.scores(seen, np.arange(len(others)))


class _Steps:
    """How far the whole adaptation is, over all members."""

    def __init__(self, total: int, report: Progress | None) -> None:
        self.total, self.done, self.report = total, 0, report

    def advance(self, by: int) -> None:
        self.done += by
        if self.report is not None:
            self.report(self.done, self.total)


def _train(
    network: Network,
    data: WordPieces,
    rows: IntRows,
    schedule: Schedule,
    rng: np.random.Generator,
    steps: _Steps,
) -> None:
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
                loss = network.loss(data, batch)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_([*body, *heads], 1.0)
            optimizer.step()
            rate.step()
            steps.advance(len(batch))
    network.eval()


def _has_bfloat16() -> bool:
    """Whether this processor multiplies in bfloat16: training is several times as fast there, and slower elsewhere."""
    import torch

    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def _keep_memory() -> None:
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
