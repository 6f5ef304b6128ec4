"""MiniLM without torch: ready in a fraction of a second, many sentences at a time.

Any encoder of the architecture, the base model or an adapted one, brings its weights: 32-bit or 16-bit floats, or 8-bit
integers with a scale for each row. Words are looked up here, the layers above are computed by a backend.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stance.encoder.backends import Backend, onnx_backend
from stance.encoder.protocol import MULTIPLE, FloatArray, TokenVectors, by_length, unit_length
from stance.encoder.storage import map_weights
from stance.encoder.weights import DIM, Embeddings, embeddings
from stance.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

CONFIG, WEIGHTS, TOKENIZER = "config.json", "model.safetensors", "tokenizer.json"
_LONGEST = 256  # word pieces, special tokens included, as the base model was trained


class RuntimeEncoder:
    """A six-layer MiniLM encoder; loads at first use, and again in each worker process.

    Parameters
    ----------
    folder : holds ``model.safetensors``, ``tokenizer.json`` and ``config.json``
    name : what the encoder is called in a model's ``config.json``
    batch_tokens : about how many word pieces go through the model at once
    threads : threads of the computation; None for all cores this process may use
    """

    dim = DIM

    def __init__(self, folder: str | Path, name: str, *, batch_tokens: int = 1024, threads: int | None = None) -> None:
        self.folder = Path(folder)
        self.name = name
        self.batch_tokens = batch_tokens
        self.threads = threads
        self._loaded: _Loaded | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_loaded": None}

    def encode(self, sentences: Sequence[str]) -> FloatArray:
        """Sentence vectors of unit length, (n_sentences, 384)."""
        vectors = np.zeros((len(sentences), self.dim), np.float32)
        for rows, batch in self._batches(sentences):
            vectors[rows] = batch.pooled
        return vectors

    def encode_tokens(self, sentences: Sequence[str]) -> list[TokenVectors]:
        """Sentence and token vectors of each sentence from one forward pass."""
        encoded: list[TokenVectors | None] = [None] * len(sentences)
        for rows, batch in self._batches(sentences):
            for place, row in enumerate(rows):
                real = slice(1, batch.lengths[place] - 1)  # without the special tokens at both ends
                encoded[row] = TokenVectors(
                    batch.pooled[place], batch.states[place, real], batch.offsets[place], batch.truncated[place]
                )
        return [one for one in encoded if one is not None]

    def save(self, folder: Path) -> None:
        """Copy the encoder's files to a new folder."""
        folder.mkdir(parents=True)
        for name in (CONFIG, WEIGHTS, TOKENIZER):
            shutil.copyfile(self.folder / name, folder / name)

    def _batches(self, sentences: Sequence[str]) -> Iterator[tuple[list[int], _Batch]]:
        loaded = self._load()
        tokenised = loaded.tokenizer.encode_batch(list(sentences))
        lengths = [len(one.ids) for one in tokenised]
        for rows in by_length(lengths, self.batch_tokens):
            yield rows, loaded.run([tokenised[row] for row in rows])

    def _load(self) -> _Loaded:
        if self._loaded is None:
            self._loaded = _load(self.folder, self.threads)
        return self._loaded


@dataclass(frozen=True, slots=True)
class _Batch:
    """What the model gave for sentences of like length, (n, longest, ...)."""

    pooled: FloatArray
    states: FloatArray
    lengths: list[int]
    offsets: list[NDArray[np.int64]]
    truncated: list[bool]


@dataclass(frozen=True, slots=True)
class _Loaded:
    tokenizer: Tokenizer
    embeddings: Embeddings
    backend: Backend

    def run(self, tokenised: Sequence[Any]) -> _Batch:
        lengths = [len(one.ids) for one in tokenised]
        longest = -(-max(lengths) // MULTIPLE) * MULTIPLE
        ids = np.zeros((len(tokenised), longest), np.int32)
        mask = np.zeros((len(tokenised), longest), np.int32)
        for place, one in enumerate(tokenised):
            ids[place, : lengths[place]] = one.ids
            mask[place, : lengths[place]] = 1
        states = self.backend.states(self.embeddings.of(ids), mask)
        summed = np.matmul(mask[:, None, :].astype(np.float32), states)[:, 0]
        return _Batch(
            unit_length(summed / mask.sum(axis=1, keepdims=True, dtype=np.float32)),
            states,
            lengths,
            [np.array(one.offsets[1:-1], np.int64).reshape(-1, 2) for one in tokenised],
            [bool(one.overflowing) for one in tokenised],
        )


def _load(folder: Path, threads: int | None) -> _Loaded:
    tokenizer = _tokenizer(folder)
    stored = map_weights(folder / WEIGHTS)
    words = embeddings(stored)
    if tokenizer.get_vocab_size() > len(words.words):
        raise ModelError(f"{folder}: {TOKENIZER} has more words than {WEIGHTS}; copy the model again")
    return _Loaded(tokenizer, words, onnx_backend(stored, cores() if threads is None else threads))


def _tokenizer(folder: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    except Exception as error:  # tokenizers raises bare Exception
        raise ModelError(f"{folder / TOKENIZER}: not a tokenizer ({error}); copy the model again") from None
    tokenizer.no_padding()
    tokenizer.enable_truncation(_LONGEST)
    return tokenizer


def cores() -> int:
    """Cores that this process may use, less where ``OMP_NUM_THREADS`` says so."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return min(available, int(asked)) if asked.isdigit() and int(asked) else available
