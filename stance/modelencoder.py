"""The encoder of a model directory: named by ``config.json``, or stored beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from stance.encoder.protocol import Encoder
from stance.errors import OutputError
from stance.manifest import ENCODER
from stance.modelconfig import EncoderConfig


def load_encoder(folder: Path, config: EncoderConfig) -> Encoder:
    """The encoder that the config of a model directory names."""
    if config.kind == "hashing":
        from stance.encoder.hashing import HashingEncoder

        return HashingEncoder(config.dim)
    if config.kind == "minilm":
        from stance.encoder.minilm import minilm_path
        from stance.encoder.runtime import RuntimeEncoder

        return RuntimeEncoder(folder / ENCODER if config.path else minilm_path(), config.name)
    from stance.encoder.sbert import SbertEncoder

    return SbertEncoder(str(folder / ENCODER) if config.path else config.name)


def kind_of(encoder: Encoder, saved: Path) -> Literal["minilm", "sbert", "hashing"]:
    """How the encoder will be loaded; an adapted one that was saved with three files runs without torch."""
    from stance.encoder.cached import uncached
    from stance.encoder.hashing import HashingEncoder
    from stance.encoder.runtime import RuntimeEncoder

    encoder = uncached(encoder)
    if isinstance(encoder, HashingEncoder):
        return "hashing"
    compact = saved.is_dir() and not (saved / "modules.json").exists()
    return "minilm" if compact or isinstance(encoder, RuntimeEncoder) else "sbert"


def save_encoder(encoder: Encoder, folder: Path) -> None:
    """Write an adapted encoder's own weights.

    Raises
    ------
    OutputError : the encoder has no files of its own.
    """
    from stance.encoder.cached import uncached
    from stance.encoder.runtime import RuntimeEncoder
    from stance.encoder.sbert import SbertEncoder

    encoder = uncached(encoder)
    if not isinstance(encoder, (RuntimeEncoder, SbertEncoder)):
        raise OutputError(f"an encoder of class {type(encoder).__name__} cannot be saved with its weights")
    encoder.save(folder)
