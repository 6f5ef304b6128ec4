"""The weights of a six-layer MiniLM, from the names and shapes of its file to those of the runtime's graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stance.encoder.protocol import FloatArray
from stance.encoder.storage import SCALE, floats
from stance.errors import ModelError

LAYERS, DIM, INNER, POSITIONS = 6, 384, 1536, 512
_NORMS = ("weight", "bias")
_WORDS = "embeddings.word_embeddings.weight"

Stored = Mapping[str, NDArray[np.generic]]


def fits_graph(config: Mapping[str, Any]) -> bool:
    """Whether an encoder with this ``config.json`` has the architecture of the graph."""
    expected = {
        "model_type": "bert",
        "num_hidden_layers": LAYERS,
        "hidden_size": DIM,
        "num_attention_heads": 12,
        "intermediate_size": INNER,
        "hidden_act": "gelu",
        "vocab_size": 30522,
        "max_position_embeddings": POSITIONS,
    }
    return all(config.get(name) == value for name, value in expected.items())


@dataclass(frozen=True, slots=True)
class Embeddings:
    """Vectors of words and places; the vocabulary stays as it is stored, only the rows asked for become floats.

    Parameters
    ----------
    words : (n_words, 384), of any kind of number
    scale : (n_words, 1), what 8-bit rows are multiplied with, or None
    places : (512, 384)
    """

    words: NDArray[np.generic]
    scale: FloatArray | None
    places: FloatArray

    def of(self, ids: NDArray[np.integer]) -> FloatArray:
        """Word and place of each word piece in sum, (n, longest) to (n, longest, 384)."""
        rows = self.words[ids].astype(np.float32, copy=False)
        if self.scale is not None:
            rows *= self.scale[ids]
        rows += self.places[: ids.shape[1]]
        return rows


def embeddings(stored: Stored) -> Embeddings:
    """The first part of the computation: a table of words and one of places.

    Raises
    ------
    ModelError : a table is missing or of another width.
    """
    names = _plain(stored)
    try:
        words = names[_WORDS]
        scale = floats(names, _WORDS + SCALE) if words.dtype == np.int8 else None
        # one segment only: its embedding is the same for every token, so the places carry it
        places = floats(names, "embeddings.position_embeddings.weight")
        places = places + floats(names, "embeddings.token_type_embeddings.weight")[0]
        if (words.ndim, places.shape) != (2, (POSITIONS, DIM)) or words.shape[1] != DIM:
            raise ValueError(f"embeddings of shapes {words.shape} and {places.shape}")
        if scale is not None and scale.shape != (len(words), 1):
            raise ValueError(f"scales of shape {scale.shape}")
    except (KeyError, ValueError, IndexError) as error:
        raise _misfit(error) from None
    return Embeddings(words, scale, places)


def graph_weights(stored: Stored) -> dict[str, FloatArray]:
    """Weights of the layers under the graph's names, matrices turned to (in, out).

    Raises
    ------
    ModelError : one is missing or of another shape.
    """
    names = _plain(stored)
    try:
        found = {f"embeddings.norm.{part}": _vector(names, DIM, f"embeddings.LayerNorm.{part}") for part in _NORMS}
        for layer in range(LAYERS):
            found.update(_layer(names, layer))
    except (KeyError, ValueError) as error:
        raise _misfit(error) from None
    return found


def _layer(stored: Stored, layer: int) -> Iterator[tuple[str, FloatArray]]:
    at = f"encoder.layer.{layer}."
    asked = [f"{at}attention.self.{name}" for name in ("query", "key", "value")]
    yield f"{layer}.qkv.weight", _turned(stored, (DIM, DIM), *(f"{name}.weight" for name in asked))
    yield f"{layer}.qkv.bias", _vector(stored, DIM, *(f"{name}.bias" for name in asked))
    for name, place, width in (("attended", "attention.output", DIM), ("outer", "output", INNER)):
        yield f"{layer}.{name}.weight", _turned(stored, (DIM, width), f"{at}{place}.dense.weight")
        yield f"{layer}.{name}.bias", _vector(stored, DIM, f"{at}{place}.dense.bias")
        for part in _NORMS:
            yield f"{layer}.{name}.norm.{part}", _vector(stored, DIM, f"{at}{place}.LayerNorm.{part}")
    yield f"{layer}.inner.weight", _turned(stored, (INNER, DIM), f"{at}intermediate.dense.weight")
    yield f"{layer}.inner.bias", _vector(stored, INNER, f"{at}intermediate.dense.bias")


def _turned(stored: Stored, shape: tuple[int, int], *names: str) -> FloatArray:
    """Matrices (out, in) side by side as (in, out); turned and made floats in one step, for memory's sake."""
    turned = np.empty((shape[1], shape[0] * len(names)), np.float32)
    for place, name in enumerate(names):
        columns = slice(place * shape[0], (place + 1) * shape[0])
        array = stored[name] if stored[name].dtype != np.int8 else floats(stored, name)
        turned[:, columns] = _shaped(array, shape, name).T
    return turned


def _vector(stored: Stored, width: int, *names: str) -> FloatArray:
    return np.concatenate([_shaped(floats(stored, name), (width,), name) for name in names])


def _shaped(array: Any, shape: tuple[int, ...], name: str) -> Any:
    if array.shape != shape:
        raise ValueError(f"{name} is {array.shape}, expected {shape}")
    return array


def _plain(stored: Stored) -> Stored:
    return {name.removeprefix("bert."): array for name, array in stored.items()}


def _misfit(error: Exception) -> ModelError:
    return ModelError(f"the encoder's weights do not fit a six-layer MiniLM ({error}); copy the model again")
