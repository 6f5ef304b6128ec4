"""The least time that the encoder can take: the matrix products of its linear layers, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

LAYERS = 6
SHAPES = ((384, 1152), (384, 384), (384, 1536), (1536, 384))
"""(in, out) of each linear layer: queries, keys and values at once; what was attended; the two of the feed-forward."""


class Products:
    """The products of all batches, by numpy in 32-bit floats or by torch in 32-bit, bfloat16 or 8-bit integers.

    Parameters
    ----------
    tokens : word pieces of each batch, without padding
    multiply : ``numpy``, ``torch``, ``bf16`` or ``int8``
    """

    def __init__(self, tokens: Sequence[int], multiply: str) -> None:
        rng = np.random.default_rng(0)
        self.tokens, self.product = tokens, _product(multiply)
        self.weights = [_array(rng, shape, multiply) for shape in SHAPES]
        self.rows = [_array(rng, (max(tokens), width), multiply) for width, _ in SHAPES]
        self.room = [self.product(rows, weights) for rows, weights in zip(self.rows, self.weights, strict=True)]

    def multiply(self) -> None:
        """Every product of every layer and batch once, into memory that is there already."""
        for count in self.tokens:
            for _ in range(LAYERS):
                for rows, weights, room in zip(self.rows, self.weights, self.room, strict=True):
                    self.product(rows[:count], weights, out=room[:count])


def _product(multiply: str) -> Callable[..., Any]:
    if multiply == "numpy":
        return np.matmul
    import torch

    return torch._int_mm if multiply == "int8" else torch.mm  # integers have no public product with sums in 32 bits


def _array(rng: np.random.Generator, shape: tuple[int, int], multiply: str) -> Any:
    numbers = rng.standard_normal(shape, np.float32)
    if multiply == "numpy":
        return numbers
    import torch

    kinds = {"torch": torch.float32, "bf16": torch.bfloat16, "int8": torch.int8}
    return torch.from_numpy(32 * numbers if multiply == "int8" else numbers).to(kinds[multiply])


def gigaflop(tokens: Sequence[int]) -> float:
    """Operations of all products, a multiplication and an addition each."""
    return 2 * LAYERS * sum(tokens) * sum(wide * high for wide, high in SHAPES) / 1e9
