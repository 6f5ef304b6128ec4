"""``stance info``: what is installed, and what a model knows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stance.cli.errors import plain_errors
from stance.cli.options import ModelOption, VersionsOption
from stance.version import __version__

if TYPE_CHECKING:
    from stance.encoder.protocol import Encoder


def info_command(
    model: ModelOption = None,
    allow_version_mismatch: VersionsOption = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Show version, model, labels, encoder, backend, threads, cache."""
    with plain_errors():
        facts = _facts(model, allow_version_mismatch)
        if as_json:
            typer.echo(json.dumps(facts, ensure_ascii=False, indent=2))
            return
        for name, value in facts.items():
            typer.echo(f"{name:12} {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")


def _facts(model: Any, allow_version_mismatch: bool) -> dict[str, Any]:
    import platform

    from stance.bundle import fingerprint
    from stance.encoder.runtime import cores
    from stance.library import DEFAULT, load

    folder = DEFAULT if model is None else model
    loaded = load(folder, allow_version_mismatch=allow_version_mismatch)
    return {
        "stance": __version__,
        "python": platform.python_version(),
        "model": "embedded default" if model is None else str(folder),
        "fingerprint": fingerprint(folder),
        "encoder": loaded.settings["base_encoder"] + (" (adapted)" if loaded.settings["adapted"] else ""),
        "labels": list(loaded.labels),
        "thresholds": dict(loaded.thresholds),
        "roles": list(loaded.tagger.roles) if loaded.tagger else [],
        "backend": _backend(loaded.encoder),
        "threads": f"{cores()} (OMP_NUM_THREADS lowers it)",
        "cache": "none: nothing is kept on the disk between runs",
        "trained on": loaded.settings["training"].get("sentences", "not recorded"),
    }


def _backend(encoder: Encoder) -> str:
    """What computes the vectors, with its version and precision."""
    from importlib.metadata import version

    from stance.encoder.hashing import HashingEncoder
    from stance.encoder.runtime import RuntimeEncoder

    if isinstance(encoder, HashingEncoder):
        return f"hashes, numpy {version('numpy')}"
    if isinstance(encoder, RuntimeEncoder):
        return f"ONNX Runtime {version('onnxruntime')}, fp32"
    return f"sentence-transformers {version('sentence-transformers')}, torch {version('torch')}, fp32"
