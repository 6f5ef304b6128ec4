"""One direction through the house: a module imports only what stands above it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent

ORDER = """
    errors version visible strictjson tensors workers
    patterns records typography tables
    sentences
    encoder
    features ngrams products heads decoding tagfitting tagger
    corpus metrics spanmetrics corpus.checks
    resolver
    attribution reporting
    examples calibration heldout
    claims
    config
    wordpieces warmstart network members adaptation
    classifier
    ahead model
    manifest modelconfig modelcard modelencoder probes bundle
    training
    resampling views evaluation scoretable comparison
    analysis plots
    library
    nearest explanation faithfulness
    prediction restoring report batch
    cli
    __main__
""".split()
"""Modules and packages in the order in which data flows; a package stands for all of its modules not named apart."""

LOOKS_DOWN = {
    *(("records", name) for name in ("sentences", "tables", "restoring", "report")),
    ("evaluation", "scoretable"),
    *(("views", name) for name in ("evaluation", "comparison", "analysis", "plots", "report")),
}
"""Conveniences of a value (``Document.to_frame``) that load what they need when they are called."""


@lru_cache(maxsize=1)
def _modules() -> dict[str, Path]:
    """Every module of the package by its name without ``stance.``; the package itself is not one."""
    modules = {}
    for path in sorted((_ROOT / "stance").rglob("*.py")):
        parts = path.relative_to(_ROOT / "stance").with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if name:
            modules[name] = path
    return modules


@lru_cache(maxsize=1)
def _imports() -> dict[str, set[str]]:
    """What each module imports from the package, anywhere in its code."""
    return {name: set(_imported(path)) - {name} for name, path in _modules().items()}


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "stance":
            module = (node.module or "").removeprefix("stance").removeprefix(".")
            for alias in node.names:
                full = f"{module}.{alias.name}".removeprefix(".")
                if full in _modules() or module:
                    yield full if full in _modules() else module
        elif isinstance(node, ast.Import):
            yield from (alias.name.removeprefix("stance.") for alias in node.names if alias.name.startswith("stance."))


def _unit(module: str) -> str | None:
    """The entry of the order that a module belongs to: itself, or the nearest package above it."""
    parts = module.split(".")
    return next((name for n in range(len(parts), 0, -1) if (name := ".".join(parts[:n])) in ORDER), None)


def test_every_module_has_its_place() -> None:
    """A new module is put into the order, where it belongs; a name that is gone is taken out."""
    unplaced = [name for name in _modules() if _unit(name) is None]
    assert not unplaced, f"put into ORDER, below what they import: {unplaced}"
    assert not [name for name in ORDER if name not in _modules()]
    assert len(set(ORDER)) == len(ORDER)


@pytest.mark.parametrize("module", _modules())
def test_imports_go_up(module: str) -> None:
    """A module imports only what stands above it in the order."""
    own = _unit(module)
    for imported in sorted(_imports()[module]):
        unit = _unit(imported)
        if own is None or unit is None or unit == own or (own, unit) in LOOKS_DOWN:
            continue
        assert ORDER.index(unit) < ORDER.index(own), f"{module} imports {imported}, which stands below it"


def test_no_circle_of_imports() -> None:
    """Inside a package too, no two modules import each other."""
    graph = {
        name: {other for other in imported if (_unit(name), _unit(other)) not in LOOKS_DOWN}
        for name, imported in _imports().items()
    }
    packages = {name for name, path in _modules().items() if path.name == "__init__.py"}
    inside = {
        name: {other for other in imported if not (other in packages and name.startswith(f"{other}."))}
        for name, imported in graph.items()
    }
    assert len(list(TopologicalSorter(inside).static_order())) >= len(inside)


def test_exceptions_are_needed() -> None:
    """Every exception of the order is one that the code makes."""
    used = {(_unit(name), _unit(other)) for name, imported in _imports().items() for other in imported}
    assert used >= LOOKS_DOWN


@pytest.mark.parametrize("module", _modules())
def test_files_are_short(module: str) -> None:
    """A file has at most 300 lines."""
    assert len(_modules()[module].read_text(encoding="utf-8").splitlines()) <= 300


def test_the_package_stands_alone() -> None:
    """``stance`` imports nothing from the folders beside it."""
    beside = {path.name for path in _ROOT.iterdir() if path.is_dir()} - {"stance"}
    for name, path in _modules().items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found = {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found = {(node.module or "").split(".")[0]}
            else:
                continue
            assert not found & beside, f"{name} imports {found & beside}"
