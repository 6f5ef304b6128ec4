"""The least time that the encoder can take: the matrix products of its linear layers, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

LAYERS = 6
SHAPES = ((384, 1152), (384, 384), (384, 1536), (1536, 384))
"""(in, out) of each linear layer: queries, keys and values at once; what was attended; the two of the feed-forward."""


class Products:
    """The products of all batches, by numpy in 32-bit floats or by torch in 32-bit or bfloat16.

    Parameters
    ----------
    tokens : word pieces of each batch, without padding
    multiply : ``numpy``, ``torch`` or ``bf16``
    """

    def __init__(self, tokens: Sequence[int], multiply: str) -> None:
        rng = np.random.default_rng(0)
        self.tokens, self.with_torch = tokens, multiply != "numpy"
        arrays = [rng.standard_normal(shape, np.float32) for shape in SHAPES]
        rows = [rng.standard_normal((max(tokens), width), np.float32) for width, _ in SHAPES]
        self.weights, self.rows = (
            [self._own(one, multiply) for one in arrays],
            [self._own(one, multiply) for one in rows],
        )
        self.room = [self._own(np.zeros((max(tokens), width), np.float32), multiply) for _, width in SHAPES]

    def multiply(self) -> None:
        """Every product of every layer and batch once, into memory that is there already."""
        for count in self.tokens:
            for _ in range(LAYERS):
                for rows, weights, room in zip(self.rows, self.weights, self.room, strict=True):
                    if self.with_torch:
                        self.torch.mm(rows[:count], weights, out=room[:count])
                    else:
                        np.matmul(rows[:count], weights, out=room[:count])

    def _own(self, array: np.ndarray, multiply: str) -> Any:
        if not self.with_torch:
            return array
        import torch

        self.torch = torch
        return torch.from_numpy(array).to(torch.bfloat16 if multiply == "bf16" else torch.float32)


def gigaflop(tokens: Sequence[int]) -> float:
    """Operations of all products, a multiplication and an addition each."""
    return 2 * LAYERS * sum(tokens) * sum(wide * high for wide, high in SHAPES) / 1e9
