"""What an encoder is: two methods, so that any sentence-transformers model fits, and a fake in a test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]

MULTIPLE = 8
"""Batches are padded to a multiple of this: few different shapes, and whole vector registers."""

_BATCH_COST = 32
"""What a batch costs however small it is, in word pieces computed."""


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """One sentence as the encoder sees it, from one forward pass.

    Parameters
    ----------
    pooled : (dim,), the vector of the sentence, the same that ``encode`` gives
    vectors : (n_tokens, dim), one vector a word piece, without the special tokens
    offsets : (n_tokens, 2), characters [start, end) of the sentence that each word piece covers
    truncated : whether words at the end did not fit the encoder's window
    """

    pooled: FloatArray
    vectors: FloatArray
    offsets: IntArray
    truncated: bool = False


@runtime_checkable
class Encoder(Protocol):
    """Sentences to vectors.

    ``name`` says which model it is (kept in a model's ``config.json``); ``dim`` is the width of every vector.
    Batch composition and order change no vector by more than 1e-5.
    """

    @property
    def name(self) -> str:
        """Name or path that builds the same encoder again."""

    @property
    def dim(self) -> int:
        """Width of the vectors."""

    def encode(self, sentences: Sequence[str]) -> FloatArray:
        """Sentence vectors of unit length, (n_sentences, dim), in the order given."""

    def encode_tokens(self, sentences: Sequence[str]) -> list[TokenVectors]:
        """Sentence and token vectors of each sentence from one forward pass, in the order given."""


def by_length(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Rows sorted by length, in batches that are padded to a multiple of eight.

    A batch ends where another row would push it over the budget, or where padding the rows so far up to the next
    length would cost more than a batch of their own.
    """
    batch: list[int] = []
    longest = 0
    for row in sorted(range(len(lengths)), key=lambda row: lengths[row]):
        padded = -(-lengths[row] // MULTIPLE) * MULTIPLE
        if batch and ((len(batch) + 1) * padded > budget or len(batch) * (padded - longest) > _BATCH_COST):
            yield batch
            batch = []
        batch.append(row)
        longest = padded
    if batch:
        yield batch


def unit_length(vectors: FloatArray) -> FloatArray:
    """Rows of length one; a zero row stays zero."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
