"""Adapted weights in fewer bits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save_file

from stance.encoder.storage import floats, map_weights, pack, unpack
from stance.errors import ModelError

_WORDS = "embeddings.word_embeddings.weight"


@given(st.integers(0, 2**32 - 1), st.floats(1e-3, 10))
def test_vocabulary_keeps_its_values(seed: int, size: float) -> None:
    """No entry of a word's vector moves by more than half a step of its largest entry over 127."""
    words = np.random.default_rng(seed).normal(0, size, (20, 8)).astype(np.float32)
    words[3] = 0
    step = np.abs(words).max(axis=1, keepdims=True) / 127
    assert (np.abs(unpack(pack({_WORDS: words}))[_WORDS] - words) <= step / 2 + 1e-6).all()


def test_packing_twice_changes_nothing() -> None:
    """Weights that were rounded once are stored exactly: a model reads the same before and after saving."""
    rng = np.random.default_rng(0)
    weights = {_WORDS: rng.normal(size=(9, 4)).astype(np.float32), "a.bias": rng.normal(size=5).astype(np.float32)}
    once = unpack(pack(weights))
    twice = unpack(pack(once))
    for name, array in once.items():
        np.testing.assert_allclose(twice[name], array, rtol=1e-6)


def test_pooler_is_left_out() -> None:
    """The part of the original model that nothing reads takes no room."""
    assert pack({"pooler.dense.weight": np.ones((2, 2), np.float32)}) == {}


def test_missing_scale_is_refused() -> None:
    """Eight-bit weights without their scales are no weights."""
    with pytest.raises(KeyError, match=r"word_embeddings\.weight\.scale"):
        floats({_WORDS: np.ones((2, 2), np.int8)}, _WORDS)


def test_stored_weights_stay_where_they_are(tmp_path: Path) -> None:
    """What is read of a file cannot be written, and is of the kind that is stored."""
    save_file({_WORDS: np.arange(6, dtype=np.float16).reshape(2, 3)}, tmp_path / "model.safetensors")
    words = map_weights(tmp_path / "model.safetensors")[_WORDS]
    assert words.dtype == np.float16
    assert words.tolist() == [[0, 1, 2], [3, 4, 5]]
    with pytest.raises(ValueError, match="read-only"):
        words[0, 0] = 1


def test_missing_file_is_refused(tmp_path: Path) -> None:
    """The message names the file."""
    with pytest.raises(ModelError, match=r"x\.safetensors: cannot read the encoder's weights \(No such file"):
        map_weights(tmp_path / "x.safetensors")
