"""``stance info``: what is installed, and what a model knows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from stance.cli.errors import plain_errors
from stance.cli.options import CacheOption, ModelOption, Precision, PrecisionOption, VersionsOption, open_cache
from stance.version import __version__


def info_command(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[MODEL]", help="Model directory; the embedded default without it.")
    ] = None,
    model: ModelOption = None,
    allow_version_mismatch: VersionsOption = False,
    precision: PrecisionOption = Precision.AUTO,
    cache: CacheOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Show version, model, labels, encoder, backend, threads, cache."""
    with plain_errors():
        facts = _facts(model or folder, allow_version_mismatch, precision, cache)
        if as_json:
            typer.echo(json.dumps(facts, ensure_ascii=False, indent=2))
            return
        for name, value in facts.items():
            typer.echo(f"{name:12} {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")


def _facts(
    model: Path | None, allow_version_mismatch: bool, precision: Precision, cache: Path | None
) -> dict[str, Any]:
    import platform

    from stance.bundle import fingerprint
    from stance.encoder.runtime import cores
    from stance.library import DEFAULT, load
    from stance.modelencoder import backend_of

    folder = DEFAULT if model is None else model
    loaded = load(folder, allow_version_mismatch=allow_version_mismatch, precision=precision.value)
    return {
        "stance": __version__,
        "python": platform.python_version(),
        "model": "embedded default" if model is None else str(folder),
        "fingerprint": fingerprint(folder),
        "encoder": loaded.settings["base_encoder"] + (" (adapted)" if loaded.settings["adapted"] else ""),
        "labels": list(loaded.labels),
        "thresholds": dict(loaded.thresholds),
        "roles": list(loaded.tagger.roles) if loaded.tagger else [],
        "backend": backend_of(loaded.encoder),
        "threads": f"{cores()} (OMP_NUM_THREADS lowers it)",
        "cache": _cache(cache),
        "trained on": loaded.settings["training"].get("sentences", "not recorded"),
    }


def _cache(folder: Path | None) -> str:
    """Where it is, what it holds, how large it may grow."""
    cache = open_cache(folder)
    if cache is None:
        return "none: train and evaluate keep vectors where --cache DIR or STANCE_CACHE=DIR says"
    facts = cache.facts()
    held = f"{facts.entries:,} vectors, {facts.size / 1e6:,.1f} MB" if facts is not None else "empty"
    return f"{cache.path}: {held}, at most {cache.megabytes:,} MB (STANCE_CACHE_MB); delete the folder to empty it"
