"""The reference script for the scores, where it lies beside this repository."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from stance.records import ClaimType

GOLD = Path(__file__).parent.parent.parent / "shared" / "gold"
TYPES = tuple(str(claim_type) for claim_type in ClaimType)

needs_reference = pytest.mark.skipif(
    not (GOLD / "score.py").is_file(), reason="no ../shared/gold beside this repository"
)


def reference() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("reference_score", GOLD / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def same_figures(ours: dict[str, Any], expected: dict[str, Any]) -> int:
    """How many figures were compared, each exactly."""
    names = {"precision": "p", "recall": "r", "f1": "f1", "support": "n"}
    pairs = {kind: ours["types"][kind] for kind in TYPES}
    pairs |= {name: ours[name] for name in ("speaker", "claim", "claim_with_target")}
    for name, row in pairs.items():
        assert {short: row[long] for long, short in names.items()} == expected[name]
    assert ours["macro_f1"] == expected["type_macro_f1"]
    single = [name for name in expected if name.endswith(("_in", "_out", "_accuracy"))]
    assert {name: ours[name] for name in single} == {name: expected[name] for name in single}
    return len(pairs) + 1 + len(single)
