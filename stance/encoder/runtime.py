"""MiniLM without torch: ONNX Runtime over one fixed graph, weights from safetensors, ready in a fraction of a second.

The graph (``minilm.onnx``, made by ``training/runtime_graph.py``) holds the computation alone; any encoder of the same
architecture, the base model or an adapted one, brings its weights. They may be stored as 32-bit or 16-bit floats, or as
8-bit integers with a scale for each row; the computation is in 32-bit floats either way.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stance.encoder.protocol import FloatArray, TokenVectors, by_length, unit_length
from stance.encoder.storage import read_weights
from stance.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

GRAPH = Path(__file__).with_name("minilm.onnx")
CONFIG, WEIGHTS, TOKENIZER = "config.json", "model.safetensors", "tokenizer.json"
LAYERS = 6
_LONGEST = 256  # word pieces, special tokens included, as the base model was trained
_NORMS = ("weight", "bias")


class RuntimeEncoder:
    """A six-layer MiniLM encoder; loads at first use, and again in each worker process.

    Parameters
    ----------
    folder : holds ``model.safetensors``, ``tokenizer.json`` and ``config.json``
    name : what the encoder is called in a model's ``config.json``
    batch_tokens : about how many word pieces go through the model at once
    threads : threads of the computation; None for all cores this process may use
    """

    dim = 384

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
            self._loaded = _Loaded(_tokenizer(self.folder), _session(self.folder, self.threads))
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
    session: InferenceSession

    def run(self, tokenised: Sequence[Any]) -> _Batch:
        lengths = [len(one.ids) for one in tokenised]
        longest = -(-max(lengths) // 8) * 8  # few different shapes, and whole vector registers
        ids = np.zeros((len(tokenised), longest), np.int32)
        mask = np.zeros((len(tokenised), longest), np.int32)
        for place, one in enumerate(tokenised):
            ids[place, : lengths[place]] = one.ids
            mask[place, : lengths[place]] = 1
        (states,) = self.session.run(None, {"input_ids": ids, "attention_mask": mask})
        summed = np.matmul(mask[:, None, :].astype(np.float32), states)[:, 0]
        return _Batch(
            unit_length(summed / mask.sum(axis=1, keepdims=True, dtype=np.float32)),
            states,
            lengths,
            [np.array(one.offsets[1:-1], np.int64).reshape(-1, 2) for one in tokenised],
            [bool(one.overflowing) for one in tokenised],
        )


def fits_graph(config: Mapping[str, Any]) -> bool:
    """Whether an encoder with this ``config.json`` has the architecture of the graph."""
    expected = {
        "model_type": "bert",
        "num_hidden_layers": LAYERS,
        "hidden_size": 384,
        "num_attention_heads": 12,
        "intermediate_size": 1536,
        "hidden_act": "gelu",
        "vocab_size": 30522,
        "max_position_embeddings": 512,
    }
    return all(config.get(name) == value for name, value in expected.items())


def _tokenizer(folder: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    except Exception as error:  # tokenizers raises bare Exception
        raise ModelError(f"{folder / TOKENIZER}: not a tokenizer ({error}); copy the model again") from None
    tokenizer.no_padding()
    tokenizer.enable_truncation(_LONGEST)
    return tokenizer


def _session(folder: Path, threads: int | None) -> InferenceSession:
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads if threads is not None else cores()
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    weights = {
        name: np.ascontiguousarray(value, np.float32).view(np.uint8).reshape(-1)
        for name, value in graph_weights(read_weights(folder / WEIGHTS)).items()
    }
    sizes = [value.nbytes for value in weights.values()]
    options.add_external_initializers_from_files_in_memory(list(weights), list(weights.values()), sizes)
    return ort.InferenceSession(str(GRAPH), options, providers=["CPUExecutionProvider"])


def cores() -> int:
    """Cores that this process may use, less where ``OMP_NUM_THREADS`` says so."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return min(available, int(asked)) if asked.isdigit() and int(asked) else available


def graph_weights(stored: dict[str, FloatArray]) -> dict[str, FloatArray]:
    """Weights under the graph's names, matrices turned to (in, out).

    Raises
    ------
    ModelError : a weight is missing or of another shape.
    """
    try:
        return _graph_weights({name.removeprefix("bert."): array for name, array in stored.items()})
    except (KeyError, ValueError) as error:
        raise ModelError(
            f"the encoder's weights do not fit a six-layer MiniLM ({error}); copy the model again"
        ) from None


def _graph_weights(stored: dict[str, FloatArray]) -> dict[str, FloatArray]:
    found = {
        "embeddings.word": stored["embeddings.word_embeddings.weight"],
        # one segment only: its embedding is the same for every token, so the positions carry it
        "embeddings.position": stored["embeddings.position_embeddings.weight"]
        + stored["embeddings.token_type_embeddings.weight"][0],
        **{f"embeddings.norm.{part}": stored[f"embeddings.LayerNorm.{part}"] for part in _NORMS},
    }
    for layer in range(LAYERS):
        at = f"encoder.layer.{layer}."
        three = [stored[f"{at}attention.self.{name}.weight"].T for name in ("query", "key", "value")]
        biases = [stored[f"{at}attention.self.{name}.bias"] for name in ("query", "key", "value")]
        found |= {
            f"{layer}.qkv.weight": np.concatenate(three, axis=1),
            f"{layer}.qkv.bias": np.concatenate(biases),
        }
        parts = (("attended", "attention.output"), ("outer", "output"))
        for name, place in parts:
            found |= {
                f"{layer}.{name}.weight": stored[f"{at}{place}.dense.weight"].T,
                f"{layer}.{name}.bias": stored[f"{at}{place}.dense.bias"],
                **{f"{layer}.{name}.norm.{part}": stored[f"{at}{place}.LayerNorm.{part}"] for part in _NORMS},
            }
        found |= {
            f"{layer}.inner.weight": stored[f"{at}intermediate.dense.weight"].T,
            f"{layer}.inner.bias": stored[f"{at}intermediate.dense.bias"],
        }
    return found
