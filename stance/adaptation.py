"""The encoder fine-tuned on the labels, several tasks at once: claim types, stance, spans.

One member is trained for each fold, on the other folds, from the same start; their weights are averaged into one
encoder (model soups, Wortsman et al. 2022), which has thus seen every sentence, while each sentence has a score
from members that had not: thresholds and calibration come from those. Where some articles are known to be most like
those that will be read, each member learns from them alone at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from stance.calibration import nearest_line
from stance.encoder.protocol import FloatArray
from stance.encoder.sbert import SbertEncoder
from stance.examples import Example
from stance.heads import BoolArray, LinearHead
from stance.members import Member, Schedule, apart, fit, in_turn, keep_memory
from stance.tagger import Tagger
from stance.wordpieces import IntRows, Tasks, WordPieces

_SAMPLE = 2_000  # sentences that show how the scores of the average lie to those of its members
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Adapted:
    """What adaptation gives: the encoder with its heads, and scores of each sentence by who had not seen it.

    ``held_out`` is (n_sentences, n_labels), log-odds or logits, the mean over the members that held the sentence out.
    """

    encoder: SbertEncoder
    types: LinearHead
    held_out: FloatArray
    tagger: Tagger | None


def adapt(
    base: SbertEncoder,
    examples: Sequence[Example],
    tasks: Tasks,
    folds: Sequence[IntRows],
    schedule: Schedule,
    progress: Progress | None = None,
    typical: BoolArray | None = None,
    jobs: int = 1,
) -> Adapted:
    """Fine-tune one member a fold and average them.

    Parameters
    ----------
    base : encoder to start from; it is not changed
    folds : the rows that each member holds out, together all rows equally often
    progress : called with sentences learned from and how many it will be in all
    typical : (n_examples,), which are like those that will be read: one more epoch learns from them alone
    jobs : members trained side by side, each in a process of its own that may need 6 GB
    """
    from stance.network import Network

    start, data, n = Network(base, tasks), WordPieces(base, examples, tasks), len(examples)
    sample = np.unique(np.linspace(0, n - 1, min(n, _SAMPLE), dtype=np.int64))
    members = [Member.of(number, fold, n, typical, sample) for number, fold in enumerate(folds)]
    steps = sum(schedule.epochs * len(member.rows) + len(member.last) for member in members)

    def report(done: int) -> None:
        if progress is not None:
            progress(done, steps)

    held_out = np.zeros((n, len(tasks.labels)), np.float32)
    theirs = np.zeros((len(sample), len(tasks.labels)), np.float32)
    times = np.bincount(np.concatenate(folds), minlength=n)[:, None]
    total: dict[str, FloatArray] = {}
    given = (start, data, members, schedule, report)
    with closing(in_turn(*given) if jobs == 1 else apart(*given, jobs)) as learned:
        for member, found in zip(members, learned, strict=True):
            held_out[member.held_out] += found.held_out / times[member.held_out]
            theirs += found.sample / len(folds)
            for name, value in found.weights.items():
                total[name] = total.get(name, np.zeros_like(value)) + value / np.float32(len(folds))
    start.load(total)
    # scores of an average are smaller than the average of scores, and thresholds are learned from members' scores
    line = nearest_line(start.scores(data, sample), theirs, multi_label=tasks.multi_label)
    return Adapted(start.to_encoder(), start.to_types_head().rescaled(*line), held_out, start.to_tagger())


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

    keep_memory()
    torch.manual_seed(schedule.seed)
    member, data = Network(base, tasks), WordPieces(base, examples, tasks)
    kept = np.setdiff1d(np.arange(len(examples)), fold)
    fit(member, data, kept, schedule, np.random.default_rng(schedule.seed), lambda _: None)
    seen = WordPieces(base, others, tasks)
    return member.scores(data, fold), member.scores(seen, np.arange(len(others)))
