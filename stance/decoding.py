"""Scores of tokens to stretches of tokens, many sentences and roles at a time.

A tag sequence is valid where an inner token has a first or inner one before it. Of the best valid sequence (Viterbi
1967) only the stretches count, and a first token may follow an inner one; so inside is one state, and entering it
costs what a first token costs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stance.encoder.protocol import FloatArray

OUTSIDE, FIRST, INNER = 0, 1, 2
NEVER = -1e4
"""Log-probability of what cannot be."""

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stretches:
    """Stretches of tokens, parallel arrays, (n,): sentence, role, first and last token; in this order."""

    row: IntArray
    column: IntArray
    first: IntArray
    last: IntArray


def inside(scores: FloatArray) -> BoolArray:
    """Which tokens the best valid sequences tag, (n_sentences, longest, n_roles).

    Parameters
    ----------
    scores : (n_sentences, longest, n_roles, 3), log-probabilities; padding is certainly outside
    """
    longest = scores.shape[1]
    entering, leaving = scores[..., FIRST], scores[..., OUTSIDE]
    staying = np.maximum(entering, scores[..., INNER])
    stayed = np.zeros(entering.shape, bool)  # the inside of this token came from the inside of the one before
    left = np.zeros(entering.shape, bool)  # its outside did
    out, within = leaving[:, 0], entering[:, 0]
    for t in range(1, longest):
        enter, stay = out + entering[:, t], within + staying[:, t]
        np.greater(stay, enter, out=stayed[:, t])
        np.greater(within, out, out=left[:, t])
        out, within = np.maximum(out, within) + leaving[:, t], np.maximum(enter, stay)
    found = np.zeros(entering.shape, bool)
    found[:, -1] = within > out
    for t in range(longest - 1, 0, -1):
        found[:, t - 1] = np.where(found[:, t], stayed[:, t], left[:, t])
    return found


def stretches(tagged: BoolArray) -> Stretches:
    """Stretches of tagged tokens; spans that touch are one, of which a piece began anew."""
    by_role = np.zeros((tagged.shape[0], tagged.shape[2], tagged.shape[1] + 2), np.int8)
    by_role[:, :, 1:-1] = tagged.transpose(0, 2, 1)
    edges = np.diff(by_role, axis=2)
    row, column, first = np.nonzero(edges == 1)
    return Stretches(row, column, first, np.nonzero(edges == -1)[2] - 1)


def likeliest(scores: FloatArray) -> tuple[Stretches, BoolArray]:
    """The one stretch with the highest odds in sum of each sentence and role, and whether they speak for it.

    Parameters
    ----------
    scores : (n_sentences, longest, n_roles, 3), log-probabilities; padding is certainly outside
    """
    n, longest, n_roles, _ = scores.shape
    odds = np.logaddexp(scores[..., FIRST], scores[..., INNER]) - scores[..., OUTSIDE]
    total = np.zeros((n, longest + 1, n_roles))
    total[:, 1:] = np.cumsum(odds, axis=1)
    furthest = np.maximum.accumulate(total[:, :0:-1], axis=1)[:, ::-1]
    first = np.argmax(furthest - total[:, :-1], axis=1)
    after = np.arange(longest)[None, :, None] >= first[:, None]
    last = np.argmax(np.where(after, total[:, 1:], -np.inf), axis=1)
    gained = np.take_along_axis(total, last[:, None] + 1, 1) > np.take_along_axis(total, first[:, None], 1)
    row, column = (index.reshape(-1) for index in np.indices((n, n_roles)))
    return Stretches(row, column, first.reshape(-1), last.reshape(-1)), gained.reshape(-1)
