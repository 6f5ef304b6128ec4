"""Labelled sentences as vectors, to find those that are nearest to another sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from stance.corpus.read import Labelled, labelled_records
from stance.encoder.protocol import Encoder, FloatArray, unit_length
from stance.errors import LabelError, ShapeError
from stance.records import Neighbour


@dataclass(frozen=True)
class LabelledSentences:
    """Sentences that people labelled, as one encoder sees them.

    Parameters
    ----------
    texts : the sentences, each once
    labels : the labels of each; empty for a sentence that makes no claim
    vectors : (n_sentences, dim), of unit length
    """

    texts: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    vectors: FloatArray = field(repr=False)

    def __post_init__(self) -> None:
        if not len(self.texts) == len(self.labels) == len(self.vectors):
            raise ShapeError(f"{len(self.texts)} sentences, {len(self.labels)} labels, {len(self.vectors)} vectors")

    @classmethod
    def read(cls, encoder: Encoder, labelled: Labelled) -> LabelledSentences:
        """The labelled sentences of files or records.

        Raises
        ------
        LabelError : no sentence carries labels.
        """
        found = {record.text: record.types for record in labelled_records(labelled) if record.types is not None}
        if not found:
            raise LabelError("no sentence carries labels; give labelled sentences to find the nearest of them")
        texts = tuple(found)
        return cls(texts, tuple(tuple(sorted(types)) for types in found.values()), encoder.encode(texts))

    def nearest(self, sentences: Sequence[str], vectors: FloatArray, *, count: int = 3) -> list[tuple[Neighbour, ...]]:
        """The nearest labelled sentences of each sentence, never the sentence itself.

        Parameters
        ----------
        sentences, vectors : the sentences and their vectors, (n, dim), by the same encoder
        """
        cosines = unit_length(vectors) @ self.vectors.T
        found = []
        for sentence, row in zip(sentences, cosines, strict=True):
            order = np.argsort(-row, kind="stable")[: count + 1]
            others = [int(place) for place in order if self.texts[place] != sentence][:count]
            found.append(
                tuple(
                    Neighbour(self.texts[place], self.labels[place], float(np.clip(row[place], -1, 1)))
                    for place in others
                )
            )
        return found
