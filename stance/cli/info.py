"""``stance info``: what is installed, and what a model knows."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from stance.cli.errors import plain_errors
from stance.cli.options import ModelOption
from stance.version import __version__


def info_command(
    model: ModelOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Show version, model, labels, encoder, threads."""
    with plain_errors():
        facts = _facts(model)
        if as_json:
            typer.echo(json.dumps(facts, ensure_ascii=False, indent=2))
            return
        for name, value in facts.items():
            typer.echo(f"{name:12} {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")


def _facts(model: Any) -> dict[str, Any]:
    import os
    import platform

    from stance.bundle import fingerprint
    from stance.library import DEFAULT, load

    folder = DEFAULT if model is None else model
    loaded = load(folder)
    return {
        "stance": __version__,
        "python": platform.python_version(),
        "model": "embedded default" if model is None else str(folder),
        "fingerprint": fingerprint(folder),
        "encoder": loaded.settings["base_encoder"] + (" (adapted)" if loaded.settings["adapted"] else ""),
        "labels": list(loaded.labels),
        "thresholds": dict(loaded.thresholds),
        "roles": list(loaded.tagger.roles) if loaded.tagger else [],
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        "trained on": loaded.settings["training"].get("sentences", "not recorded"),
    }
