"""Probe sentences: a model is taken under other library versions only where it says the same."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from stance.bundle import load, versions
from stance.cli.app import app
from stance.errors import ModelError, ModelFault
from stance.manifest import CONFIG, write_manifest
from stance.model import Model
from stance.modelconfig import ProbeConfig, read_config
from stance.probes import TOLERANCE, ask, differing_versions, largest_difference


@pytest.fixture
def folder(tiny_folder: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model whose config can be changed."""
    return Path(shutil.copytree(tiny_folder, tmp_path / "model"))


def _change(folder: Path, **changes: Any) -> None:
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    (folder / CONFIG).write_text(json.dumps({**config, **changes}), encoding="utf-8")
    write_manifest(folder)


def _off(folder: Path, amount: float) -> list[dict[str, Any]]:
    """The stored probes, one probability of one of them changed."""
    probes = [probe.model_dump() for probe in read_config(folder).probes]
    label, value = next(iter(probes[3]["probabilities"].items()))
    probes[3]["probabilities"][label] = value + amount if value < 0.5 else value - amount
    return probes


def test_a_model_carries_its_probes(folder: Path, tiny_model: Model) -> None:
    """Twenty sentences with a probability for each label, which the model still gives."""
    probes = read_config(folder).probes
    assert len(probes) == 20
    assert all(probe.probabilities.keys() == set(tiny_model.labels) for probe in probes)
    assert largest_difference(probes, tiny_model.encoder, tiny_model.types) < 1e-6


@pytest.mark.parametrize("changed", [{"numpy": "1.0"}, {"numpy": None}, {}])
def test_other_versions_with_the_same_probabilities_load(folder: Path, changed: dict[str, Any]) -> None:
    """An upgrade that changes nothing is no reason to refuse a model."""
    stored = {name: version for name, version in {**versions(), **changed}.items() if version is not None}
    _change(folder, versions=stored)
    load(folder)


def test_other_versions_with_other_probabilities_are_refused(folder: Path) -> None:
    """The difference and the versions are named; the caller may insist."""
    _change(folder, versions={**versions(), "numpy": "1.0"}, probes=_off(folder, 0.01))
    message = r"its probabilities differ by up to 0\.0100 from those it was saved with \(numpy 1\.0 → .+\); install its"
    with pytest.raises(ModelError, match=message) as caught:
        load(folder)
    assert caught.value.fault is ModelFault.VERSIONS
    load(folder, allow_version_mismatch=True)


def test_a_difference_within_the_tolerance_is_none(folder: Path) -> None:
    """What rounding in another library does is forgiven."""
    _change(folder, versions={**versions(), "numpy": "1.0"}, probes=_off(folder, TOLERANCE / 2))
    load(folder)


def test_without_a_difference_of_versions_nobody_asks(folder: Path) -> None:
    """The same versions give the same figures, so probes cost nothing then."""
    _change(folder, probes=_off(folder, 0.4))
    load(folder)


def test_models_without_probes_still_load(folder: Path) -> None:
    """Directories written before there were probes are read, whatever the versions."""
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    del config["probes"]
    (folder / CONFIG).write_text(json.dumps({**config, "versions": {"numpy": "1.0"}}), encoding="utf-8")
    write_manifest(folder)
    load(folder)


def test_labels_that_probes_do_not_know(tiny_model: Model) -> None:
    """Probes of another label set fit no model; none at all fit every one."""
    other = [ProbeConfig(text="a", probabilities={"x": 0.5})]
    assert largest_difference(other, tiny_model.encoder, tiny_model.types) == 1.0
    assert largest_difference([], tiny_model.encoder, tiny_model.types) == 0.0


def test_another_head_says_other_things(tiny_model: Model) -> None:
    """Probes notice a head whose weights have changed."""
    probes = ask(tiny_model.encoder, tiny_model.types)
    changed = replace(tiny_model.types, intercept=tiny_model.types.intercept + 0.01)
    assert largest_difference(probes, tiny_model.encoder, changed) > TOLERANCE


def test_versions_are_compared_by_name() -> None:
    """A library that the model does not name counts as another version."""
    assert differing_versions({"a": "1", "b": "2"}, {"a": "1", "b": "3", "c": "4"}) == ["b 2 → 3", "c unknown → 4"]


def test_the_command_line_can_insist(folder: Path, tmp_path: Path) -> None:
    """``stance predict`` refuses such a model with its own exit code, unless told to take it."""
    _change(folder, versions={**versions(), "numpy": "1.0"}, probes=_off(folder, 0.01))
    (tmp_path / "a.txt").write_text("Rain fell.", encoding="utf-8")
    asked = ["predict", str(tmp_path / "a.txt"), "--model", str(folder), "--format", "jsonl"]
    refused = CliRunner().invoke(app, asked)
    assert (refused.exit_code, "--allow-version-mismatch" in refused.stderr) == (47, True)
    assert CliRunner().invoke(app, [*asked, "--allow-version-mismatch"]).exit_code == 0
