"""What the label head reads of a sentence: its vector, and where its encoder is frozen the vectors of its ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from stance.encoder.protocol import Encoder, FloatArray, TokenVectors, unit_length

_TOGETHER = 2048  # sentences

WITH_ENDS = 3
"""How many times as wide as the encoder's are the vectors with both ends."""


def encode_once(encoder: Encoder, sentences: Sequence[str]) -> list[TokenVectors]:
    """Token vectors of each sentence; a sentence that stands there twice is encoded once."""
    unique = list(dict.fromkeys(sentences))
    encoded = dict(zip(unique, encoder.encode_tokens(unique), strict=True))
    return [encoded[sentence] for sentence in sentences]


def in_chunks(encoder: Encoder, sentences: Sequence[str]) -> Iterator[list[TokenVectors]]:
    """Some sentences after the other, encoded, so that nothing stands twice in memory but of those."""
    for begin in range(0, len(sentences), _TOGETHER):
        yield encode_once(encoder, sentences[begin : begin + _TOGETHER])


def with_ends(encoded: Sequence[TokenVectors]) -> FloatArray:
    """The vectors of each sentence, of its first and its last word piece, (n_sentences, 3 * dim), of unit length each.

    The mean over all words, which the vector of the sentence is, says what it is about; how it begins and ends says
    what it does: "to sign the deal", "he said". An empty sentence has zeros for ends.
    """
    pooled = np.stack([one.pooled for one in encoded])
    ends = [_end(encoded, place) for place in (0, -1)]
    return np.concatenate([pooled, *map(unit_length, ends)], axis=1)


def features(encoded: Sequence[TokenVectors], width: int) -> FloatArray:
    """What a head of this width reads, (n_sentences, width): with the ends, or the vectors of the sentences alone."""
    if width == WITH_ENDS * len(encoded[0].pooled):
        return with_ends(encoded)
    return np.stack([one.pooled for one in encoded])


def encoded_features(encoder: Encoder, sentences: Sequence[str], width: int) -> FloatArray:
    """The same from texts; vectors of words are asked for where the head reads them, and only there."""
    return encoder.encode(sentences) if width == encoder.dim else features(encoder.encode_tokens(sentences), width)


def _end(encoded: Sequence[TokenVectors], place: int) -> FloatArray:
    return np.stack([one.vectors[place] if len(one.vectors) else np.zeros_like(one.pooled) for one in encoded])
