"""MiniLM without torch: ready in a fraction of a second, many sentences at a time.

Any encoder of the architecture, the base model or an adapted one, brings its weights: 32-bit or 16-bit floats, or 8-bit
integers with a scale for each row. Words are looked up here, the layers above are computed by a backend.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stance.encoder.backends import Backend, build_backend, described
from stance.encoder.files import TOKENIZER, WEIGHTS, EncoderFiles
from stance.encoder.precision import Computed
from stance.encoder.protocol import MULTIPLE, FloatArray, TokenVectors, by_length, unit_length
from stance.encoder.weights import DIM, Embeddings, embeddings
from stance.errors import ModelError
from stance.tensors import FileBytes, tensors

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SAMPLE = Path(__file__).with_name("sample.txt")
"""Sentences of the project's own corpus, one a line, that 8-bit numbers are fitted to."""

_TOGETHER = 512  # sentences tokenised and sorted by length at once, while those before them are computed
_LONGEST = 256  # word pieces, special tokens included, as the base model was trained


class RuntimeEncoder:
    """A six-layer MiniLM encoder; loads at first use, and again in each worker process.

    Parameters
    ----------
    files : the folder that holds ``model.safetensors``, ``tokenizer.json`` and ``config.json``, or these files
    name : what the encoder is called in a model's ``config.json``
    batch_tokens : about how many word pieces go through the model at once
    threads : batches computed at once, each in a thread; None for all cores this process may use
    precision : of the numbers it computes with; ``stance.encoder.precision.chosen`` says what a machine has
    """

    dim = DIM

    def __init__(
        self,
        files: str | Path | EncoderFiles,
        name: str,
        *,
        batch_tokens: int = 1024,
        threads: int | None = None,
        precision: Computed = "fp32",
    ) -> None:
        self.files = files if isinstance(files, EncoderFiles) else EncoderFiles(files)
        self.name = name
        self.batch_tokens = batch_tokens
        self.threads = threads
        self.precision = precision
        self._loaded: _Loaded | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_loaded": None}

    @property
    def concurrent(self) -> bool:
        """Whether it computes in several threads, beside which other work goes on."""
        return self._n_threads > 1

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

    @property
    def backend(self) -> str:
        """What computes the vectors, with version and precision."""
        return described(self.precision)

    def at(self, precision: Computed) -> RuntimeEncoder:
        """The same encoder, computed in another precision."""
        return RuntimeEncoder(
            self.files, self.name, batch_tokens=self.batch_tokens, threads=self.threads, precision=precision
        )

    def save(self, folder: Path) -> None:
        """Write the encoder's files to a new folder."""
        folder.mkdir(parents=True)
        for name, data in self.files.read().items():
            (folder / name).write_bytes(data)

    def _batches(self, sentences: Sequence[str]) -> Iterator[tuple[list[int], _Batch]]:
        """Rows and vectors of batches of like length; with one thread all of it happens in the caller's."""
        loaded = self._load()
        groups = [range(at, min(at + _TOGETHER, len(sentences))) for at in range(0, len(sentences), _TOGETHER)]
        texts = [[sentences[row] for row in group] for group in groups]
        if loaded.threads == 1:
            tokenised = map(loaded.tokenise, texts)
            for group, found in zip(groups, tokenised, strict=True):
                for rows in self._rows(found):
                    yield [group[row] for row in rows], loaded.run([found[row] for row in rows])
            return
        with ThreadPoolExecutor(loaded.threads) as pool:
            ahead = [pool.submit(loaded.tokenise, one) for one in texts[:1]]
            for place, group in enumerate(groups):
                found = ahead.pop().result()
                ahead = [pool.submit(loaded.tokenise, one) for one in texts[place + 1 : place + 2]]
                batches = self._rows(found)[::-1]  # long ones first, so that all threads end at the same time
                computed = pool.map(loaded.run, ([found[row] for row in rows] for rows in batches))
                for rows, batch in zip(batches, computed, strict=True):
                    yield [group[row] for row in rows], batch

    def _rows(self, tokenised: Sequence[Any]) -> list[list[int]]:
        return list(by_length([len(one.ids) for one in tokenised], self.batch_tokens))

    def _load(self) -> _Loaded:
        held = self.files.read()  # each time, since words are looked up in the file
        if self._loaded is None:
            self._loaded = _load(held, self.files.folder, self.precision, self._n_threads)
        return self._loaded

    @property
    def _n_threads(self) -> int:
        return cores() if self.threads is None else self.threads


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
    threads: int

    def tokenise(self, sentences: list[str]) -> list[Any]:
        return self.tokenizer.encode_batch(sentences)

    def run(self, tokenised: Sequence[Any]) -> _Batch:
        ids, mask = _padded(tokenised)
        states = self.backend.states(self.embeddings.of(ids), mask)
        summed = np.matmul(mask[:, None, :].astype(np.float32), states)[:, 0]
        return _Batch(
            unit_length(summed / mask.sum(axis=1, keepdims=True, dtype=np.float32)),
            states,
            [len(one.ids) for one in tokenised],
            [np.array(one.offsets[1:-1], np.int64).reshape(-1, 2) for one in tokenised],
            [bool(one.overflowing) for one in tokenised],
        )


def _load(held: Mapping[str, FileBytes], folder: Path, precision: Computed, threads: int) -> _Loaded:
    tokenizer = _tokenizer(held[TOKENIZER], folder / TOKENIZER)
    stored = tensors(held[WEIGHTS], folder / WEIGHTS)
    words = embeddings(stored)
    if tokenizer.get_vocab_size() > len(words.words):
        raise ModelError(f"{folder}: {TOKENIZER} has more words than {WEIGHTS}; copy the model again")
    backend = build_backend(stored, precision, threads, lambda: _sample(tokenizer, words))
    return _Loaded(tokenizer, words, backend, threads)


def _sample(tokenizer: Tokenizer, words: Embeddings) -> tuple[FloatArray, NDArray[np.int32]]:
    """The sentences that 8-bit numbers are fitted to, embedded, with their mask."""
    ids, mask = _padded(tokenizer.encode_batch(SAMPLE.read_text(encoding="utf-8").splitlines()))
    return words.of(ids), mask


def _padded(tokenised: Sequence[Any]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Ids of word pieces and their mask, (n, longest), the longest padded to a multiple."""
    lengths = [len(one.ids) for one in tokenised]
    longest = -(-max(lengths) // MULTIPLE) * MULTIPLE
    ids = np.zeros((len(tokenised), longest), np.int32)
    mask = np.zeros((len(tokenised), longest), np.int32)
    for place, one in enumerate(tokenised):
        ids[place, : lengths[place]] = one.ids
        mask[place, : lengths[place]] = 1
    return ids, mask


def _tokenizer(data: FileBytes, path: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_buffer(bytes(data))
    except Exception as error:  # tokenizers raises bare Exception
        raise ModelError(f"{path}: not a tokenizer ({error}); copy the model again") from None
    tokenizer.no_padding()
    tokenizer.enable_truncation(_LONGEST)
    return tokenizer


def cores() -> int:
    """Cores that this process may use, less where ``OMP_NUM_THREADS`` says so."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return min(available, int(asked)) if asked.isdigit() and int(asked) else available
