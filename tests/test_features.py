"""What the label head reads of a sentence."""

from __future__ import annotations

import numpy as np
import pytest

from stance.encoder.hashing import HashingEncoder
from stance.encoder.protocol import TokenVectors
from stance.features import features, with_ends


@pytest.mark.parametrize("dim", [8, 16])
def test_ends_stand_beside_the_vector(dim: int) -> None:
    """The vector of the sentence, then its first and its last word piece's, each of unit length."""
    encoded = HashingEncoder(dim).encode_tokens(["One two three", "Four"])
    found = with_ends(encoded)
    assert found.shape == (2, 3 * dim)
    np.testing.assert_array_equal(found[:, :dim], [one.pooled for one in encoded])
    first, last = encoded[0].vectors[0], encoded[0].vectors[-1]
    np.testing.assert_allclose(found[0, dim : 2 * dim], first / np.linalg.norm(first), rtol=1e-6)
    np.testing.assert_allclose(found[0, 2 * dim :], last / np.linalg.norm(last), rtol=1e-6)
    np.testing.assert_array_equal(found[1, dim : 2 * dim], found[1, 2 * dim :])


def test_a_sentence_without_words_has_no_ends() -> None:
    """Its ends are zeros; nothing is divided by their length."""
    empty = TokenVectors(np.ones(4, np.float32), np.zeros((0, 4), np.float32), np.zeros((0, 2), np.int64))
    np.testing.assert_array_equal(with_ends([empty])[0], [1] * 4 + [0] * 8)


def test_the_width_of_the_head_says_what_it_reads() -> None:
    """A head as wide as the encoder reads sentence vectors alone, one three times as wide the ends too."""
    encoded = HashingEncoder(8).encode_tokens(["One two three"])
    assert features(encoded, 8).shape == (1, 8)
    np.testing.assert_array_equal(features(encoded, 24), with_ends(encoded))
