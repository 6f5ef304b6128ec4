"""An encoder without a model: vectors from hashes, only numpy. For tests, demos and dry runs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from stance.encoder.protocol import FloatArray, TokenVectors

_WORD = re.compile(r"\w+|[^\w\s]")


@lru_cache(maxsize=65_536)
def _vector(word: str, dim: int) -> FloatArray:
    """A standard normal vector that depends on the word alone, the same on every machine."""
    seed = int.from_bytes(hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest(), "little")
    vector = np.random.default_rng(seed).standard_normal(dim).astype(np.float32)
    vector.setflags(write=False)
    return vector


class HashingEncoder:
    """Each word gets a random vector by its hash; a sentence is the normalised mean of its words.

    Parameters
    ----------
    dim : width of the vectors
    """

    def __init__(self, dim: int = 64) -> None:
        self.dim = dim

    @property
    def name(self) -> str:
        """``hashing-`` and the width."""
        return f"hashing-{self.dim}"

    def encode(self, sentences: Sequence[str]) -> FloatArray:
        """Sentence vectors, (n_sentences, dim); a sentence without words is all zero."""
        rows = [encoded.pooled for encoded in self.encode_tokens(sentences)]
        return np.stack(rows) if rows else np.zeros((0, self.dim), np.float32)

    def encode_tokens(self, sentences: Sequence[str]) -> list[TokenVectors]:
        """Sentence and token vectors; a token is a word or a punctuation mark."""
        return [self._encode_one(sentence) for sentence in sentences]

    def _encode_one(self, sentence: str) -> TokenVectors:
        found = list(_WORD.finditer(sentence))
        if not found:
            empty = np.zeros((0, self.dim), np.float32)
            return TokenVectors(np.zeros(self.dim, np.float32), empty, np.zeros((0, 2), np.int64))
        vectors = np.stack([_vector(match[0].lower(), self.dim) for match in found])
        mean = vectors.mean(axis=0)
        pooled = mean / max(float(np.linalg.norm(mean)), 1e-12)
        offsets = np.array([match.span() for match in found], np.int64)
        return TokenVectors(pooled.astype(np.float32), vectors, offsets)
