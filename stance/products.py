"""Products of many rows with few weights, in one thread."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_PIECE = 2**18  # multiplications up to which OpenBLAS keeps to one thread


def narrow_product(rows: NDArray[np.floating], weights: NDArray[np.floating]) -> NDArray[np.floating]:
    """``rows @ weights.T``, of shapes (n, dim) and (m, dim), in pieces for which BLAS begins no threads.

    Threads gain nothing on products this narrow, and OpenBLAS lets them wait in circles for a tenth of a second
    afterwards, on the very cores that encode the next sentences meanwhile.
    """
    n, dim = rows.shape
    step = max(1, _PIECE // max(1, weights.size))
    whole = n - n % step
    pieces = rows[:whole].reshape(-1, step, dim) @ weights.T
    return np.concatenate([pieces.reshape(whole, len(weights)), rows[whole:] @ weights.T])
