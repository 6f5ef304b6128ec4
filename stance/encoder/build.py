"""A name to an encoder."""

from __future__ import annotations

import re
from pathlib import Path

from stance.encoder.hashing import HashingEncoder
from stance.encoder.minilm import MINILM, is_minilm, minilm_path
from stance.encoder.protocol import Encoder
from stance.encoder.runtime import RuntimeEncoder
from stance.encoder.sbert import SbertEncoder
from stance.errors import ConfigError

_HASHING = re.compile(r"hashing-(\d{1,5})", re.ASCII)


def build_encoder(name: str, *, allow_network: bool = False) -> Encoder:
    """``hashing-N`` for vectors from hashes, the base model, or any sentence-transformers name or path."""
    if name.startswith("hashing"):
        match = _HASHING.fullmatch(name)
        if match is None or not int(match[1]):
            raise ConfigError(f'encoder "{name}": expected a width, such as hashing-64')
        return HashingEncoder(int(match[1]))
    if is_minilm(name):
        return RuntimeEncoder(minilm_path(), MINILM)
    folder = Path(name)
    source = str(folder.absolute()) if folder.is_dir() else name  # found from other working directories too
    return SbertEncoder(source, allow_network=allow_network)
