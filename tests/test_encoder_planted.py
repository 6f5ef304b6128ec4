"""A model's encoder folder that names code of its own: nothing of it runs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from stance.bundle import load
from stance.errors import ModelError
from stance.manifest import CONFIG, write_manifest


@pytest.mark.slow
@pytest.mark.parametrize(
    "modules",
    [
        [{"idx": 0, "name": "0", "path": "", "type": "evil.Evil"}],
        [{"idx": 0, "name": "0", "path": "../..", "type": "os.system"}],
        [{"idx": 0}],
        {"a": 1},
        [],
    ],
)
def test_planted_modules_are_refused(
    modules: Any, tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Modules of the encoder not from sentence-transformers are an error of the model and never imported."""
    (tmp_path / "evil.py").write_text(f"open({str(tmp_path / 'canary')!r}, 'w')\nclass Evil: pass\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    folder = Path(shutil.copytree(tiny_folder, tmp_path / "model"))
    config = json.loads((folder / CONFIG).read_text())
    config["encoder"] = {"kind": "sbert", "name": "x", "dim": 64, "path": "encoder", "precision": "fp32"}
    (folder / CONFIG).write_text(json.dumps(config))
    (folder / "encoder").mkdir()
    (folder / "encoder" / "modules.json").write_text(json.dumps(modules))
    write_manifest(folder)
    with pytest.raises(ModelError, match="cannot load this sentence-transformers model"):
        load(folder).predict("The union accused the ministry.")
    assert not (tmp_path / "canary").exists()
