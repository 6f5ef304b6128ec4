"""Weights of a file as those of the graph: every one is there and of its shape, or the model is refused."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from stance.encoder.weights import DIM, INNER, LAYERS, POSITIONS, embeddings, fits_graph, graph_weights
from stance.errors import ModelError

_BERT = {
    "model_type": "bert",
    "num_hidden_layers": 6,
    "hidden_size": 384,
    "num_attention_heads": 12,
    "intermediate_size": 1536,
    "hidden_act": "gelu",
    "vocab_size": 30522,
    "max_position_embeddings": 512,
}
_WORDS = "embeddings.word_embeddings.weight"


@pytest.fixture(scope="module")
def tables() -> dict[str, NDArray[np.generic]]:
    """Embeddings of five words in 8 bits."""
    rng = np.random.default_rng(0)
    return {
        _WORDS: rng.integers(-127, 128, (5, DIM)).astype(np.int8),
        f"{_WORDS}.scale": rng.random((5, 1)).astype(np.float32),
        "embeddings.position_embeddings.weight": rng.random((POSITIONS, DIM)).astype(np.float16),
        "embeddings.token_type_embeddings.weight": rng.random((2, DIM)).astype(np.float16),
    }


def _layers() -> dict[str, NDArray[np.generic]]:
    rng = np.random.default_rng(0)
    found = {f"embeddings.LayerNorm.{part}": rng.random(DIM).astype(np.float16) for part in ("weight", "bias")}
    shapes = {
        **{f"attention.self.{name}": (DIM, DIM) for name in ("query", "key", "value")},
        "attention.output.dense": (DIM, DIM),
        "intermediate.dense": (INNER, DIM),
        "output.dense": (DIM, INNER),
    }
    for layer in range(LAYERS):
        at = f"encoder.layer.{layer}."
        for name, shape in shapes.items():
            found[f"{at}{name}.weight"] = np.broadcast_to(rng.random(shape[1]).astype(np.float16), shape)
            found[f"{at}{name}.bias"] = rng.random(shape[0]).astype(np.float16)
        for name in ("attention.output", "output"):
            found |= {f"{at}{name}.LayerNorm.{part}": np.ones(DIM, np.float16) for part in ("weight", "bias")}
    return found


def test_other_architectures_do_not_fit() -> None:
    """The graph is of one architecture; any other number is refused."""
    assert fits_graph(_BERT | {"dropout": 0.5})
    assert not fits_graph(_BERT | {"num_hidden_layers": 12})
    assert not fits_graph({})


@pytest.mark.parametrize("shape", [(1, 1), (2, 7)])
def test_embedded_words(shape: tuple[int, int], tables: dict[str, NDArray[np.generic]]) -> None:
    """A word's row times its scale, and the vector of its place; 8-bit and 32-bit tables give the same."""
    ids = np.random.default_rng(1).integers(0, 5, shape)
    words = tables[_WORDS].astype(np.float32) * tables[f"{_WORDS}.scale"]
    places = sum(tables[f"embeddings.{name}.weight"].astype(np.float32) for name in ("position_embeddings",))
    segment = tables["embeddings.token_type_embeddings.weight"][0].astype(np.float32)
    expected = words[ids] + places[: shape[1]] + segment
    plain = {name: value for name, value in tables.items() if not name.endswith("scale")} | {_WORDS: words}
    for stored in (tables, plain):
        found = embeddings(stored).of(ids)
        assert (found.shape, found.dtype) == ((*shape, DIM), np.float32)
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_missing_and_misshapen_tables_are_refused(tables: dict[str, NDArray[np.generic]]) -> None:
    """The message names the weight, not the line of code."""
    with pytest.raises(ModelError, match=rf"do not fit a six-layer MiniLM \('{_WORDS}'\); copy"):
        embeddings({})
    for name, wrong in ((_WORDS, np.zeros((5, 3), np.int8)), (f"{_WORDS}.scale", np.zeros((1, 1), np.float32))):
        with pytest.raises(ModelError, match=r"MiniLM \((embeddings|scales) of shape.+\); copy the model again"):
            embeddings({**tables, name: wrong})


def test_layers_are_turned_and_named() -> None:
    """Matrices come as (in, out), query, key and value side by side, with or without the prefix of the file."""
    stored = _layers()
    found = graph_weights(stored)
    assert found["0.qkv.weight"].shape == (DIM, 3 * DIM)
    assert found["5.outer.weight"].shape == (INNER, DIM)
    assert all(value.dtype == np.float32 and value.flags.c_contiguous for value in found.values())
    np.testing.assert_array_equal(
        found["3.inner.weight"], stored["encoder.layer.3.intermediate.dense.weight"].T.astype(np.float32)
    )
    prefixed = graph_weights({f"bert.{name}": value for name, value in stored.items()})
    assert prefixed.keys() == found.keys()


def test_missing_and_misshapen_layers_are_refused() -> None:
    """The message names the weight and the shape that was expected."""
    with pytest.raises(ModelError, match=r"MiniLM \('embeddings.LayerNorm.weight'\)"):
        graph_weights({})
    name = "encoder.layer.2.output.dense.weight"
    with pytest.raises(ModelError, match=rf"{name} is \(2, 2\), expected \(384, 1536\)"):
        graph_weights(_layers() | {name: np.zeros((2, 2), np.float16)})
