"""The encoder fine-tuned on the labels, several tasks at once: claim types, stance, spans.

One member is trained for each fold, on the other folds, from the same start; their weights are averaged into one
encoder (model soups, Wortsman et al. 2022), which has thus seen every sentence, while each sentence has a score
from members that had not: thresholds and calibration come from those. Where labels are few, one encoder that saw all
of them is better than an average, and members only tell how unseen sentences look (``tune``). Where some articles are
known to be most like those that will be read, each member learns from them alone at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from stance.calibration import nearest_line
from stance.encoder.protocol import FloatArray
from stance.encoder.sbert import SbertEncoder
from stance.examples import Example
from stance.features import in_chunks, with_ends
from stance.heads import BoolArray, LinearHead
from stance.members import Learned, Member, Report, Schedule, apart, fit, in_turn, keep_memory
from stance.tagger import Tagger
from stance.warmstart import warm_starts
from stance.wordpieces import IntRows, Tasks, WordPieces

if TYPE_CHECKING:
    from stance.network import Network

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


@dataclass(frozen=True)
class Tuned:
    """An encoder that learned from all sentences, with its tagger; and how sentences look that were not learned from.

    ``unseen`` has, for each fold, the vectors of all sentences with both ends, (n_sentences, 3 * dim), by an encoder
    that has not learned from the fold.
    """

    encoder: SbertEncoder
    unseen: Sequence[FloatArray]
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
    n = len(examples)
    sample = np.unique(np.linspace(0, n - 1, min(n, _SAMPLE), dtype=np.int64))
    network, data, members, report = _begun(base, examples, tasks, folds, schedule, progress, typical, sample)
    held_out = np.zeros((n, len(tasks.labels)), np.float32)
    theirs = np.zeros((len(sample), len(tasks.labels)), np.float32)
    times = np.bincount(np.concatenate(folds), minlength=n)[:, None]
    total: dict[str, FloatArray] = {}
    with closing(_learned(network, data, members, schedule, report, jobs)) as learned:
        for member, found in zip(members, learned, strict=True):
            held_out[member.held_out] += found.held_out / times[member.held_out]
            theirs += found.sample / len(folds)
            for name, value in found.weights.items():
                total[name] = total.get(name, np.zeros_like(value)) + value / np.float32(len(folds))
    network.load(total)
    # scores of an average are smaller than the average of scores, and thresholds are learned from members' scores
    line = nearest_line(network.scores(data, sample), theirs, multi_label=tasks.multi_label)
    return Adapted(network.to_encoder(), network.to_types_head().rescaled(*line), held_out, network.to_tagger())


def tune(
    base: SbertEncoder,
    examples: Sequence[Example],
    tasks: Tasks,
    folds: Sequence[IntRows],
    schedule: Schedule,
    progress: Progress | None = None,
    typical: BoolArray | None = None,
    jobs: int = 1,
) -> Tuned:
    """Fine-tune one encoder on all examples, and one without each fold, which only tells how unseen sentences look.

    For labels that are not many: an average of encoders that few steps have moved is worse than one that saw all of
    them, and heads fitted on its vectors, with n-grams beside them, are better than those it was fine-tuned with.
    Parameters are those of ``adapt``.
    """
    from stance.network import Network

    nobody = np.zeros(0, np.int64)
    parts = [*folds, nobody]
    network, data, members, report = _begun(base, examples, tasks, parts, schedule, progress, typical, nobody)
    *parted, whole = members
    reading, unseen, texts = Network(base, tasks), [], [example.text for example in examples]
    order = [whole, *(replace(member, held_out=nobody) for member in parted)]  # the longest first; none is scored
    with closing(_learned(network, data, order, schedule, report, jobs)) as learned:
        weights = next(learned).weights
        for found in learned:
            reading.load(found.weights)
            unseen.append(np.concatenate([with_ends(chunk) for chunk in in_chunks(reading.to_encoder(), texts)]))
    reading.load(weights)
    return Tuned(reading.to_encoder(), unseen, reading.to_tagger())


def _learned(
    network: Network, data: WordPieces, members: Sequence[Member], schedule: Schedule, report: Report, jobs: int
) -> Generator[Learned, None, None]:
    """What members learned, in their order, by so many processes."""
    given = (network, data, members, schedule, report)
    return in_turn(*given) if jobs == 1 else apart(*given, jobs)


def _begun(
    base: SbertEncoder,
    examples: Sequence[Example],
    tasks: Tasks,
    folds: Sequence[IntRows],
    schedule: Schedule,
    progress: Progress | None,
    typical: BoolArray | None,
    sample: IntRows,
) -> tuple[Network, WordPieces, list[Member], Report]:
    """The network that members are copies of, what they learn from, a member a fold, and whom they report to."""
    from stance.network import Network

    starts = warm_starts(base, examples, tasks, folds)
    members = [
        Member.of(number, start, fold, len(examples), typical, sample)
        for number, (start, fold) in enumerate(zip(starts, folds, strict=True))
    ]
    steps = sum(schedule.epochs * len(member.rows) + len(member.last) for member in members)

    def report(done: int) -> None:
        if progress is not None:
            progress(done, steps)

    return Network(base, tasks), WordPieces(base, examples, tasks), members, report


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
    member.begin_at(warm_starts(base, examples, tasks, [fold])[0])
    kept = np.setdiff1d(np.arange(len(examples)), fold)
    fit(member, data, kept, schedule, np.random.default_rng(schedule.seed), lambda _: None)
    seen = WordPieces(base, others, tasks)
    return member.scores(data, fold), member.scores(seen, np.arange(len(others)))
