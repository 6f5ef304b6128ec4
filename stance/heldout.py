"""A head for labels on the vectors of a frozen encoder, with the scores of sentences that it had not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stance.calibration import calibrated_loss
from stance.encoder.protocol import FloatArray
from stance.features import WITH_ENDS
from stance.heads import BoolArray, LinearHead, fit_head
from stance.ngrams import Counted

_MANY = 500  # sentences, of which one fold tells whether the ends gain
_CLEARLY = 2.0  # nats by which the ends of sentences must lessen the loss of held-out labels: less is chance
Folds = Sequence[NDArray[np.int64]]


@dataclass(frozen=True)
class HeadLesson:
    """What a head learns from, row by row.

    Parameters
    ----------
    vectors : (n_sentences, 3 * dim), sentence vectors with both ends
    words : counted n-grams, or None
    targets : (n_sentences, n_labels), the gold labels
    strength : inverse regularisation
    unseen : the same vectors for each fold, by an encoder that has not learned from it; None where none learns at all
    """

    vectors: FloatArray
    words: Counted | None
    targets: BoolArray
    labels: tuple[str, ...]
    multi_label: bool
    strength: float
    unseen: Sequence[FloatArray] | None = None

    def learn(self, folds: Folds) -> tuple[LinearHead, NDArray[np.floating]]:
        """A head on all sentences, and held-out scores (n_sentences, n_labels) of each.

        It reads the ends of a sentence beside its vector where held-out articles clearly gain by it.
        """
        deciding = folds if len(self.vectors) < _MANY else folds[:1]
        plain = self._without_ends()
        alone, ended = plain._held_out(deciding), self._held_out(deciding)
        gain = plain._loss(alone, deciding) - self._loss(ended, deciding)
        chosen, scores = (self, ended) if gain > _CLEARLY else (plain, alone)
        scores = scores + chosen._held_out(folds[len(deciding) :], len(deciding))
        return chosen._fit(np.arange(len(self.vectors))), scores

    def _fit(self, rows: NDArray[np.int64]) -> LinearHead:
        return fit_head(
            self.vectors[rows],
            self.targets[rows],
            self.labels,
            multi_label=self.multi_label,
            sentences=self.words.take(rows) if self.words is not None else None,
            strength=self.strength,
        )

    def _without_ends(self) -> HeadLesson:
        dim = self.vectors.shape[1] // WITH_ENDS
        unseen = self.unseen and [vectors[:, :dim] for vectors in self.unseen]
        return replace(self, vectors=self.vectors[:, :dim], unseen=unseen)

    def _held_out(self, folds: Folds, before: int = 0) -> NDArray[np.floating]:
        """Scores of the rows of these folds, behind ``before`` others, by heads that had not seen them; 0 elsewhere."""
        scores = np.zeros(self.targets.shape)
        for place, fold in enumerate(folds, before):
            own = self if self.unseen is None else replace(self, vectors=self.unseen[place])
            head = own._fit(np.setdiff1d(np.arange(len(self.vectors)), fold))
            scores[fold] = head.scores(own.vectors[fold], self.words.take(fold) if self.words is not None else None)
        return scores

    def _loss(self, scores: NDArray[np.floating], folds: Folds) -> float:
        rows = np.concatenate(folds)
        return calibrated_loss(scores[rows], self.targets[rows], multi_label=self.multi_label)
