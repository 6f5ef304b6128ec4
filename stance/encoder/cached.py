"""An encoder that looks into a cache first. It gives what the encoder gives, to the byte, as 32-bit floats.

Only vectors that were not there are computed. The same sentences in the same order give the same bytes with an empty
cache, a full one and none; where some are there, the rest go through the encoder in other batches, which may change
a vector by what the protocol allows (1e-5).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from struct import Struct

import numpy as np

from stance.encoder.cache import VectorCache
from stance.encoder.fingerprint import fingerprint
from stance.encoder.protocol import Encoder, FloatArray, TokenVectors

_POOLED, _TOKENS = b"pooled", b"tokens"
_HEADER = Struct("<II?")  # word pieces, width, truncated


class CachedEncoder:
    """Any encoder whose vectors stay on the disk; what they depend on is part of their key.

    Parameters
    ----------
    encoder : computes what is not there
    cache : a folder, or a cache

    Examples
    --------
    >>> encoder = CachedEncoder(build_encoder("all-MiniLM-L6-v2"), ".cache")
    >>> GridSearchCV(ClaimClassifier(encoder), {"strength": [0.1, 1.0]}).fit(sentences, labels)
    """

    def __init__(self, encoder: Encoder, cache: str | Path | VectorCache) -> None:
        self.encoder = encoder
        self.cache = cache if isinstance(cache, VectorCache) else VectorCache(cache)
        self._prefix: bytes | None = None

    @property
    def name(self) -> str:
        """The encoder's."""
        return self.encoder.name

    @property
    def dim(self) -> int:
        """Width of the vectors."""
        return self.encoder.dim

    @property
    def concurrent(self) -> bool:
        """Whether the encoder computes in several threads, beside which other work goes on."""
        return bool(getattr(self.encoder, "concurrent", False))

    def encode(self, sentences: Sequence[str]) -> FloatArray:
        """Sentence vectors of unit length, (n_sentences, dim)."""
        keys = self._keys(_POOLED, sentences)
        found = self.cache.get(list(dict.fromkeys(keys)))
        missing = [row for row, key in enumerate(keys) if key not in found]
        if len(missing) == len(keys):
            vectors = np.asarray(self.encoder.encode(sentences), np.float32)
            self.cache.put((key, vector.tobytes()) for key, vector in zip(keys, vectors, strict=True))
            return vectors
        lacking = [sentences[row] for row in missing]
        new = np.asarray(self.encoder.encode(lacking), np.float32) if missing else ()
        held = {key: np.frombuffer(data, np.float32) for key, data in found.items()}
        held |= {keys[row]: vector for row, vector in zip(missing, new, strict=True)}
        self.cache.put((keys[row], vector.tobytes()) for row, vector in zip(missing, new, strict=True))
        return np.stack([held[key] for key in keys])

    def encode_tokens(self, sentences: Sequence[str]) -> list[TokenVectors]:
        """Sentence and token vectors of each sentence."""
        keys = self._keys(_TOKENS, sentences)
        found = self.cache.get(list(dict.fromkeys(keys)))
        missing = [row for row, key in enumerate(keys) if key not in found]
        held = {key: _unpack(data) for key, data in found.items()}
        del found
        lacking = [sentences[row] for row in missing]
        new = [_single(one) for one in self.encoder.encode_tokens(lacking)] if missing else []
        held |= {keys[row]: one for row, one in zip(missing, new, strict=True)}
        pooled = self._keys(_POOLED, lacking)
        entries = zip([keys[row] for row in missing], pooled, new, strict=True)
        self.cache.put(
            entry
            for key, pooled_key, one in entries
            for entry in ((key, _pack(one)), (pooled_key, one.pooled.tobytes()))
        )
        return [held[key] for key in keys]

    def _keys(self, kind: bytes, sentences: Sequence[str]) -> list[bytes]:
        if self._prefix is None:
            self._prefix = fingerprint(self.encoder).encode()
        start = hashlib.blake2b(self._prefix + b"\0" + kind + b"\0", digest_size=16)
        keys = []
        for sentence in sentences:
            hasher = start.copy()
            hasher.update(sentence.encode("utf-8", "surrogatepass"))
            keys.append(hasher.digest())
        return keys


def uncached(encoder: Encoder) -> Encoder:
    """The encoder itself, without a cache before it."""
    return encoder.encoder if isinstance(encoder, CachedEncoder) else encoder


def _single(one: TokenVectors) -> TokenVectors:
    """The same in the floats that are stored."""
    return replace(one, pooled=np.asarray(one.pooled, np.float32), vectors=np.asarray(one.vectors, np.float32))


def _pack(one: TokenVectors) -> bytes:
    header = _HEADER.pack(*one.vectors.shape, one.truncated)
    return b"".join((header, one.pooled.tobytes(), one.offsets.astype(np.int32).tobytes(), one.vectors.tobytes()))


def _unpack(data: bytes) -> TokenVectors:
    n, dim, truncated = _HEADER.unpack_from(data)
    pooled = np.frombuffer(data, np.float32, dim, _HEADER.size)
    offsets = np.frombuffer(data, np.int32, 2 * n, _HEADER.size + 4 * dim).reshape(n, 2)
    vectors = np.frombuffer(data, np.float32, n * dim, _HEADER.size + 4 * dim + 8 * n).reshape(n, dim)
    return TokenVectors(pooled, vectors, offsets.astype(np.int64), bool(truncated))
