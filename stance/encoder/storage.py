"""How an adapted encoder's weights are stored: the vocabulary in 8 bits with a scale for each word, the rest in 16.

Rounding the vocabulary so moves no entry of a word's vector by more than 0.4 % of the largest one, and halves the file.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from stance.encoder.protocol import FloatArray

_VOCABULARY = "embeddings.word_embeddings.weight"
SCALE = ".scale"
_LEVELS = 127


def pack(weights: Mapping[str, FloatArray]) -> dict[str, NDArray[np.generic]]:
    """Weights as they are written; the pooler of the original model is left out, nothing reads it."""
    packed: dict[str, NDArray[np.generic]] = {}
    for name, array in weights.items():
        if name.startswith("pooler."):
            continue
        if name.endswith(_VOCABULARY):
            scale = np.maximum(np.abs(array).max(axis=1, keepdims=True), 1e-12).astype(np.float32) / _LEVELS
            packed[name] = np.rint(array / scale).astype(np.int8)
            packed[name + SCALE] = scale
        else:
            packed[name] = np.ascontiguousarray(array, np.float16)
    return packed


def unpack(packed: Mapping[str, NDArray[np.generic]]) -> dict[str, FloatArray]:
    """Weights as 32-bit floats, of the form that ``pack`` writes or of any plain one."""
    return {name: floats(packed, name) for name in packed if not name.endswith(SCALE)}


def floats(packed: Mapping[str, NDArray[np.generic]], name: str) -> FloatArray:
    """One array as 32-bit floats; 8-bit ones are multiplied with their scale."""
    array = packed[name]
    return array.astype(np.float32) * floats(packed, name + SCALE) if array.dtype == np.int8 else array.astype("f4")
