"""What an encoder's vectors depend on, as one line: whoever keeps vectors keeps it with them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.metadata import version

from stance.encoder.files import CONFIG, TOKENIZER, WEIGHTS, file_sha256
from stance.encoder.hashing import HashingEncoder
from stance.encoder.onnx import GRAPH
from stance.encoder.protocol import Encoder
from stance.encoder.runtime import SAMPLE, RuntimeEncoder
from stance.encoder.sbert import SbertEncoder
from stance.errors import ConfigError

_RUNTIME = ("onnxruntime", "tokenizers", "numpy")
_TORCH = ("torch", "transformers", "sentence-transformers", "tokenizers")


def fingerprint(encoder: Encoder) -> str:
    """Model, revision, precision and versions; two encoders with the same line give the same vectors.

    An encoder of a class of one's own says it in an attribute ``fingerprint``.

    Raises
    ------
    ConfigError : nobody can say what the vectors depend on.
    """
    if isinstance(encoder, HashingEncoder):
        return f"{encoder.name} numpy {version('numpy')}"
    if isinstance(encoder, RuntimeEncoder):
        return _line("runtime", _runtime(encoder), encoder.backend, _RUNTIME)
    if isinstance(encoder, SbertEncoder):
        return _line("sbert", _sbert(encoder), encoder.precision, _TORCH)
    own = getattr(encoder, "fingerprint", None)
    if not isinstance(own, str):
        raise ConfigError(
            f"an encoder of class {type(encoder).__name__} cannot be cached: give it an attribute fingerprint, a "
            "text that changes whenever its vectors do"
        )
    return own


def files_sha256(encoder: Encoder) -> str | None:
    """One sha256 for the files that an encoder is read from; None where it has none here, or may hold other weights."""
    if isinstance(encoder, RuntimeEncoder):
        return encoder.files.sha256(WEIGHTS)
    return encoder.files_sha256() if isinstance(encoder, SbertEncoder) else None


def _line(kind: str, digest: str, precision: str, libraries: Iterable[str]) -> str:
    return " ".join((kind, digest, precision, *(f"{name} {version(name)}" for name in libraries)))


def _runtime(encoder: RuntimeEncoder) -> str:
    """The digest of the encoder's files and of the computation."""
    own = [encoder.files.sha256(name) for name in (CONFIG, WEIGHTS, TOKENIZER)]
    return hashlib.sha256("\n".join((*own, file_sha256(GRAPH), file_sha256(SAMPLE))).encode()).hexdigest()


def _sbert(encoder: SbertEncoder) -> str:
    """The digest of the model's files where it is a folder; else of its weights, which have to be loaded for it."""
    if (of_files := encoder.files_sha256()) is not None:
        return of_files
    hasher = hashlib.sha256(str(encoder.model).encode())  # its modules and their settings
    for name, weight in encoder.model.state_dict().items():
        hasher.update(name.encode())
        hasher.update(weight.detach().cpu().contiguous().view(-1).numpy().tobytes())
    return hasher.hexdigest()
