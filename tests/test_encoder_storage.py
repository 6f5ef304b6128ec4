"""Adapted weights in fewer bits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.encoder.storage import floats, pack, unpack

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
