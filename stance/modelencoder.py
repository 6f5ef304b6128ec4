"""The encoder of a model directory: named by ``config.json``, or stored beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from stance.encoder.precision import Computed, Precision, chosen, has_bf16
from stance.encoder.protocol import Encoder
from stance.errors import ConfigError, ModelError, ModelFault, OutputError
from stance.manifest import ENCODER
from stance.modelconfig import EncoderConfig

Kind = Literal["minilm", "sbert", "hashing"]

_MEND = "give the model SbertEncoder(folder) of a sentence-transformers model, or keep it as a pickle"


def load_encoder(folder: Path, config: EncoderConfig, stated: Mapping[str, str] | None = None) -> Encoder:
    """The encoder that the config of a model directory names.

    Parameters
    ----------
    stated : sha256 of each file of the directory by its name, if the files were just found to have it; the encoder
        will compute with these or not at all

    Raises
    ------
    ModelError : its files outside the directory are not those that the model was trained with.
    """
    if config.kind == "hashing":
        from stance.encoder.hashing import HashingEncoder

        return HashingEncoder(config.dim)
    from stance.encoder.files import EncoderFiles, together

    own = (folder / ENCODER).absolute()
    parts = {name.removeprefix(f"{ENCODER}/"): sha256 for name, sha256 in (stated or {}).items() if "/" in name}
    if config.kind == "minilm":
        from stance.encoder.minilm import minilm_path
        from stance.encoder.runtime import RuntimeEncoder

        if config.path is None:
            return RuntimeEncoder(minilm_path(), config.name)
        return RuntimeEncoder(EncoderFiles.judged(own, parts) if stated else own, config.name)
    from stance.encoder.sbert import SbertEncoder

    if config.path is not None:
        return SbertEncoder(str(own), sha256=together(parts) if stated else None)
    encoder = SbertEncoder(config.name)
    if config.sha256 is None:
        return encoder
    encoder.sha256 = encoder.files_sha256()
    if encoder.sha256 is None:
        raise ModelError(
            f"{folder}: the encoder {config.name} that the model was trained with is not there; put that folder back, "
            "or train the model again"
        )
    if encoder.sha256 != config.sha256:
        raise ModelError(
            f"{folder}: the encoder in {config.name} is another one than the model was trained with; "
            "put the old one back, or train the model again",
            ModelFault.DAMAGED,
        )
    return encoder


def resolved(kind: Kind, asked: Precision) -> Computed:
    """The precision that an encoder of this kind computes with on this machine.

    Raises
    ------
    ConfigError : it cannot compute with the one that is asked for, or this machine cannot.
    MissingExtraError : the library for it is not installed.
    """
    if kind == "minilm":
        return chosen(asked)
    if kind == "sbert" and asked == "bf16":
        if not has_bf16():
            raise ConfigError("this processor has no instructions for bf16; take --precision fp32")
        return "bf16"
    if asked not in ("auto", "fp32"):
        named = "a sentence-transformers model has fp32 and bf16" if kind == "sbert" else "hashed vectors are fp32"
        raise ConfigError(f"precision {asked}: {named}")
    return "fp32"


def at_precision(encoder: Encoder, asked: Precision) -> Encoder:
    """The encoder in the precision that is asked for, as far as it knows several."""
    from stance.encoder.runtime import RuntimeEncoder
    from stance.encoder.sbert import SbertEncoder

    if isinstance(encoder, RuntimeEncoder):
        return encoder.at(resolved("minilm", asked))
    if isinstance(encoder, SbertEncoder):
        return encoder.at("bf16") if resolved("sbert", asked) == "bf16" else encoder
    resolved("hashing", asked)
    return encoder


def backend_of(encoder: Encoder) -> str:
    """What computes the vectors, with its version and precision."""
    from importlib.metadata import version

    from stance.encoder.hashing import HashingEncoder
    from stance.encoder.runtime import RuntimeEncoder
    from stance.encoder.sbert import SbertEncoder

    if isinstance(encoder, RuntimeEncoder):
        return encoder.backend
    if isinstance(encoder, SbertEncoder):
        torch = f"sentence-transformers {version('sentence-transformers')}, torch {version('torch')}"
        return f"{torch}, {encoder.precision}"
    if isinstance(encoder, HashingEncoder):
        return f"hashes, numpy {version('numpy')}"
    from stance.encoder.cached import uncached  # wakes sqlite

    return type(encoder).__name__ if uncached(encoder) is encoder else backend_of(uncached(encoder))


def kind_of(encoder: Encoder, saved: Path) -> Kind:
    """How the encoder will be loaded; an adapted one that was saved with three files runs without torch."""
    from stance.encoder.cached import uncached
    from stance.encoder.hashing import HashingEncoder
    from stance.encoder.runtime import RuntimeEncoder

    encoder = uncached(encoder)
    if isinstance(encoder, HashingEncoder):
        return "hashing"
    compact = saved.is_dir() and not (saved / "modules.json").exists()
    return "minilm" if compact or isinstance(encoder, RuntimeEncoder) else "sbert"


def sha256_of(encoder: Encoder) -> str | None:
    """What ``config.json`` keeps of an encoder that is named there and not saved with the model.

    Raises
    ------
    OutputError : the name would bring back another one.
    """
    from stance.encoder.cached import uncached
    from stance.encoder.fingerprint import files_sha256
    from stance.encoder.hashing import HashingEncoder
    from stance.encoder.minilm import MINILM_SHA256
    from stance.encoder.runtime import RuntimeEncoder
    from stance.encoder.sbert import SbertEncoder

    encoder = uncached(encoder)
    sha256 = files_sha256(encoder)
    if type(encoder) is RuntimeEncoder:
        comes_back = sha256 == MINILM_SHA256
    elif type(encoder) is SbertEncoder:
        comes_back = not encoder.in_memory
    else:
        comes_back = type(encoder) is HashingEncoder  # subclasses may read otherwise
    if not comes_back:
        raise OutputError(
            f'an encoder of class {type(encoder).__name__} does not come back by its name "{encoder.name}", so the '
            f"model cannot be saved with it; {_MEND}"
        )
    return sha256


def save_encoder(encoder: Encoder, folder: Path) -> None:
    """Write an adapted encoder's own weights.

    Raises
    ------
    OutputError : the encoder has no files of its own, or they are not all that makes it.
    """
    from stance.encoder.cached import uncached
    from stance.encoder.runtime import RuntimeEncoder
    from stance.encoder.sbert import SbertEncoder

    encoder = uncached(encoder)
    if type(encoder) is RuntimeEncoder or type(encoder) is SbertEncoder:  # subclasses may read otherwise
        encoder.save(folder)
        return
    raise OutputError(f"an encoder of class {type(encoder).__name__} cannot be saved with its weights; {_MEND}")
