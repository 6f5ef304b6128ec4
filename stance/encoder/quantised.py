"""A linear layer in 8-bit integers: its matrix, and what enters it, rounded to 255 steps.

Some entries of a vector are much larger than others, and one step for all would lose the small ones. So each entry is
divided by a share of the largest value it had in sample sentences, which its row of the matrix takes over (SmoothQuant,
Xiao et al. 2023). What rounding moves on average in these sentences goes into the bias.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stance.encoder.protocol import FloatArray

LEVELS = 256
_LARGEST = 127  # of a weight in 8 bits
_SHARE = 0.8  # of the differences in size between entries that the matrix takes over; the best of 0.5 to 1.0
_LEAST = 1e-4


@dataclass(frozen=True, slots=True)
class Quantised:
    """A layer of n inputs and m outputs: ``(round(x / divisor) @ (weight * scale).T) + bias``.

    ``divisor`` is (n,), ``weight`` (m, n) whole numbers, ``scale`` and ``bias`` (m,). ``low`` and ``high`` are the
    least and the greatest of what enters, after the division.
    """

    divisor: FloatArray
    low: float
    high: float
    weight: NDArray[np.int8]
    scale: FloatArray
    bias: FloatArray

    def rounded(self, entering: FloatArray) -> FloatArray:
        """What entered, (n_rows, n), divided and rounded as the layer reads it."""
        step = (self.high - self.low) / (LEVELS - 1)
        kept = np.clip(entering / self.divisor, self.low, self.high)
        return (np.rint((kept - self.low) / step) * step + self.low).astype(np.float32)


def quantise(weight: FloatArray, bias: FloatArray, entering: FloatArray) -> Quantised:
    """The layer of a matrix, (n, m), and a bias, (m,), fitted to what entered it in sample sentences, (n_rows, n)."""
    largest = np.maximum(np.abs(entering).max(axis=0), _LEAST)
    rows = np.maximum(np.abs(weight).max(axis=1), _LEAST)
    divisor = largest**_SHARE / rows ** (1 - _SHARE)
    divided, spread = entering / divisor, (weight * divisor[:, None]).T
    scale = np.maximum(np.abs(spread).max(axis=1), _LEAST * _LEAST) / _LARGEST
    whole = np.rint(spread / scale[:, None]).astype(np.int8)
    low, high = _range(float(divided.min()), float(divided.max()))
    plain = Quantised(divisor, low, high, whole, scale, bias)
    moved = entering @ weight - plain.rounded(entering) @ (whole * scale[:, None]).T
    return Quantised(divisor, low, high, whole, scale, bias + moved.mean(axis=0))


def _range(low: float, high: float) -> tuple[float, float]:
    """A range that holds both, in which zero is one of the steps, as whole numbers need it."""
    low, high = min(low, -_LEAST), max(high, _LEAST)
    step = (high - low) / (LEVELS - 1)
    below = round(-low / step)
    return -below * step, (LEVELS - 1 - below) * step
