"""Any sentence-transformers model as an encoder; the base model comes from the installed package, offline."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from stance.encoder.files import CONFIG, TOKENIZER, WEIGHTS, changed, folder_sha256
from stance.encoder.minilm import is_minilm, minilm_path
from stance.encoder.protocol import MULTIPLE, FloatArray, TokenVectors, by_length, unit_length
from stance.encoder.storage import pack, unpack
from stance.encoder.weights import fits_graph
from stance.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class SbertEncoder:
    """Sentences to unit-length vectors, by a pretrained sentence-transformers model.

    Parameters
    ----------
    model_name : hub name or local path; the model is loaded at first use, and again by copies, which stay small
    batch_tokens : about how many word pieces go through the model at once; sentences are sorted by length first
    allow_network : whether a model that is not on this machine may be downloaded
    precision : of the numbers it computes with
    sha256 : what ``files_sha256`` said of its files, where they have to be the same when it is loaded
    """

    def __init__(
        self,
        model_name: str = "all-MiniLM-L6-v2",
        *,
        batch_tokens: int = 1024,
        allow_network: bool = False,
        precision: Literal["fp32", "bf16"] = "fp32",
        sha256: str | None = None,
    ) -> None:
        self.model_name = model_name
        self.batch_tokens = batch_tokens
        self.allow_network = allow_network
        self.precision = precision
        self.sha256 = sha256
        self.in_memory = False  # whether the weights may be others than those under the name
        self._model: SentenceTransformer | None = None

    @classmethod
    def of(cls, model: SentenceTransformer, name: str) -> SbertEncoder:
        """An encoder around a model that is loaded already; copies share its weights, pickles hold them."""
        encoder = cls(name)
        encoder._model = model
        encoder.in_memory = True
        return encoder

    def at(self, precision: Literal["fp32", "bf16"]) -> SbertEncoder:
        """The same model in another precision; loaded again, unless its weights are in memory alone."""
        other = copy.copy(self)
        other.precision = precision
        if self.in_memory:
            model = copy.deepcopy(self.model)
            other._model = model.bfloat16() if precision == "bf16" else model.float()
        return other

    def __getstate__(self) -> dict[str, Any]:
        """The name is enough, unless the weights are nowhere else."""
        return self.__dict__ if self.in_memory else {**self.__dict__, "_model": None}

    def __deepcopy__(self, memo: dict[int, Any]) -> SbertEncoder:
        return copy.copy(self)  # weights are only read, so the clones of an estimator share them

    @property
    def name(self) -> str:
        """The model's name or path."""
        return self.model_name

    @property
    def dim(self) -> int:
        """Width of the vectors."""
        return int(self.model.get_embedding_dimension() or 0)

    @property
    def model(self) -> SentenceTransformer:
        """The sentence-transformers model, loaded at first use."""
        if self._model is None:
            self._model = self._load()
        return self._model

    def files_sha256(self) -> str | None:
        """The digest of its files; None where it has none on this machine, or may hold other weights."""
        if self.in_memory:
            return None
        return self.sha256 or self._digest()

    def _digest(self) -> str | None:
        folder = minilm_path() if is_minilm(self.model_name) else Path(self.model_name)
        return folder_sha256(folder) if folder.is_dir() else None

    def _load(self) -> SentenceTransformer:
        from sentence_transformers import SentenceTransformer

        source = str(minilm_path()) if is_minilm(self.model_name) else self.model_name
        try:
            with _quiet():
                model = SentenceTransformer(
                    source,
                    device="cpu",
                    local_files_only=not self.allow_network,
                    trust_remote_code=False,
                    model_kwargs={"use_safetensors": True, "attn_implementation": "eager"},
                )
        except (OSError, ValueError, ImportError, RuntimeError, LookupError, TypeError, AttributeError) as error:
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise ModelError(
                f"{self.model_name}: cannot load this sentence-transformers model ({reason}); give the path of "
                "a folder with safetensors weights, or fetch it once: stance train --allow-network, or in Python "
                "SbertEncoder(name, allow_network=True).model"
            ) from None
        if self.sha256 is not None and self._digest() != self.sha256:
            raise changed(Path(self.model_name))
        model.eval()
        return model.bfloat16() if self.precision == "bf16" else model

    def save(self, folder: Path) -> None:
        """Write the model's own weights: three compact files where the runtime can read them, else all it has."""
        transformer: Any = self.model[0].auto_model
        if not fits_graph(transformer.config.to_dict()):
            self.model.save(str(folder), safe_serialization=True, create_model_card=False)
            return
        from safetensors.numpy import save_file

        folder.mkdir(parents=True)
        weights = {name: value.float().numpy() for name, value in transformer.state_dict().items()}
        save_file(pack(weights), folder / WEIGHTS)
        (folder / CONFIG).write_text(transformer.config.to_json_string(), encoding="utf-8")
        self.model.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))

    def round(self) -> SbertEncoder:
        """Bring the weights to the values that ``save`` would store, where it stores them compactly."""
        import torch

        transformer: Any = self.model[0].auto_model
        if fits_graph(transformer.config.to_dict()):
            weights = {name: value.float().numpy() for name, value in transformer.state_dict().items()}
            rounded = {name: torch.from_numpy(array) for name, array in unpack(pack(weights)).items()}
            transformer.load_state_dict(rounded, strict=False)
        return self

    def encode(self, sentences: Sequence[str]) -> FloatArray:
        """Sentence vectors of unit length, (n_sentences, dim)."""
        rows: list[FloatArray | None] = [None] * len(sentences)
        for batch, output in self._batches(sentences):
            pooled = unit_length(output["sentence_embedding"].float().numpy())
            for row, vector in zip(batch, pooled, strict=True):
                rows[row] = vector
        return np.stack([row for row in rows if row is not None]) if rows else np.zeros((0, self.dim), np.float32)

    def encode_tokens(self, sentences: Sequence[str]) -> list[TokenVectors]:
        """Sentence and token vectors of each sentence from one forward pass."""
        encoded: list[TokenVectors | None] = [None] * len(sentences)
        for batch, output in self._batches(sentences):
            pooled = unit_length(output["sentence_embedding"].float().numpy())
            states = output["token_embeddings"].float().numpy()
            for position, row in enumerate(batch):
                real = output["real"][position]
                encoded[row] = TokenVectors(
                    pooled[position],
                    states[position][real],
                    output["offsets"][position][real],
                    bool(output["truncated"][position]),
                )
        return [one for one in encoded if one is not None]

    def _batches(self, sentences: Sequence[str]) -> Iterator[tuple[list[int], dict[str, Any]]]:
        """Rows and model output of batches of like length, so that little is padded."""
        import torch

        tokenizer, limit = self.model.tokenizer, int(self.model.max_seq_length or 512)
        full = tokenizer(list(sentences), add_special_tokens=True, verbose=False)["input_ids"] if sentences else []
        lengths = [len(ids) for ids in full]
        for batch in by_length([min(length, limit) for length in lengths], self.batch_tokens):
            inputs = tokenizer(
                [sentences[row] for row in batch],
                padding=True,
                truncation=True,
                max_length=limit,
                pad_to_multiple_of=MULTIPLE,
                return_tensors="pt",
                return_offsets_mapping=True,
                return_special_tokens_mask=True,
            )
            offsets = inputs.pop("offset_mapping").numpy()
            special = inputs.pop("special_tokens_mask").numpy().astype(bool)
            with torch.inference_mode():
                output = self.model(dict(inputs))
            yield (
                batch,
                {
                    **output,
                    "offsets": offsets,
                    "real": ~special & (offsets[..., 1] > offsets[..., 0]),
                    "truncated": [lengths[row] > limit for row in batch],
                },
            )


@contextmanager
def _quiet() -> Iterator[None]:
    """No progress bar while weights load: stderr belongs to the command line."""
    from transformers.utils import logging

    enabled = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        if enabled:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]
