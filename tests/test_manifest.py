"""A directory that is no honest model is refused before anything in it is believed, and the message says why."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from stance import manifest
from stance.bundle import load
from stance.errors import ModelError, ModelFault
from stance.manifest import ARRAYS, CARD, CONFIG, MANIFEST, TERMS, write_manifest


@pytest.fixture
def folder(tiny_folder: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model, to be damaged."""
    return Path(shutil.copytree(tiny_folder, tmp_path / "model"))


def _config(**changes: Any) -> Callable[[Path], None]:
    """Change ``config.json`` and seal the directory again, as someone who means it would."""

    def change(folder: Path) -> None:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        for path, value in changes.items():
            *outer, last = path.split("__")
            place = config
            for name in outer:
                place = place[name]
            place[last] = value
        (folder / CONFIG).write_text(json.dumps(config), encoding="utf-8")
        write_manifest(folder)

    return change


def _arrays(change: Callable[[dict[str, np.ndarray]], object]) -> Callable[[Path], None]:
    def rewrite(folder: Path) -> None:
        arrays = load_file(folder / ARRAYS)
        change(arrays)
        save_file(arrays, folder / ARRAYS)
        write_manifest(folder)

    return rewrite


def _text(name: str, text: str, *, sealed: bool = True) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
        if sealed:
            write_manifest(folder)

    return write


def _link(name: str, target: str) -> Callable[[Path], None]:
    def link(folder: Path) -> None:
        place = folder / name
        place.unlink(missing_ok=True)
        place.symlink_to(target)

    return link


def _list(name: str) -> Callable[[Path], None]:
    """Put one more name into the manifest."""

    def add(folder: Path) -> None:
        value = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        value["files"][name] = next(iter(value["files"].values()))
        (folder / MANIFEST).write_text(json.dumps(value), encoding="utf-8")

    return add


_DEEP = "[" * 200_000 + "]" * 200_000
_REFUSALS: dict[str, tuple[Callable[[Path], object], str]] = {
    "no directory": (shutil.rmtree, "no such directory; make one with: stance train"),
    "no manifest": (lambda f: (f / MANIFEST).unlink(), r"MANIFEST.json: cannot be read \(No such file"),
    "manifest no JSON": (_text(MANIFEST, "{", sealed=False), r"MANIFEST.json: not JSON \(.+\); copy the model"),
    "manifest deep": (_text(MANIFEST, _DEEP, sealed=False), r"MANIFEST.json: not JSON \(.+\); copy the model"),
    "manifest no object": (_text(MANIFEST, "[]", sealed=False), "MANIFEST.json: not a manifest; copy the model again"),
    "manifest no files": (_text(MANIFEST, '{"files": []}', sealed=False), "not a manifest"),
    "manifest empty": (
        _text(MANIFEST, '{"files": {}}', sealed=False),
        "the files differ from MANIFEST.json: README.md",
    ),
    "path upwards": (_list("../outside.json"), r"the files differ from MANIFEST.json: \.\./outside.json"),
    "absolute path": (_list("/etc/passwd"), "the files differ from MANIFEST.json: /etc/passwd"),
    "manifest a link": (_link(MANIFEST, "/dev/zero"), "MANIFEST.json: a link has no place in a model; remove it"),
    "card a link": (_link(CARD, "/etc/passwd"), "README.md: a link or special file has no place in a model"),
    "folder a link": (_link("encoder", "/etc"), "encoder: a link or special file has no place in a model"),
    "pipe": (lambda f: os.mkfifo(f / "vocab.txt"), "vocab.txt: a link or special file has no place"),
    "pickle": (_text("head.pkl", "cos\nsystem\n(S'true'\ntR."), "head.pkl: no file of a model; a model holds"),
    "code": (_text("encoder/modeling.py", "raise SystemExit"), "modeling.py: no file of a model"),
    "torch weights": (_text("encoder/pytorch_model.bin", ""), "pytorch_model.bin: no file of a model"),
    "unlisted file": (
        _text("encoder/vocab.txt", "x", sealed=False),
        "the files differ from MANIFEST.json: encoder/vocab",
    ),
    "card gone": (
        lambda f: (f / CARD).unlink(),
        "the files differ from MANIFEST.json: README.md; copy the model again",
    ),
    "config gone": (lambda f: (f / CONFIG).unlink(), "config.json is missing; this is no complete model directory"),
    "arrays gone": (lambda f: (f / ARRAYS).unlink(), "heads.safetensors is missing; this is no complete model"),
    "config changed": (_text(CARD, "", sealed=False), "README.md: damaged .size or sha256 differs from MANIFEST.json"),
    "newer format": (_config(format=2), r"model format 2, but stance [\d.]+ reads up to 1; upgrade stance"),
    "older format": (_config(format=0), "config.json: model format 0; expected 1; train or copy the model again"),
    "format no number": (_config(format="1"), "config.json: model format '1'; expected 1"),
    "no format": (_text(CONFIG, "{}"), "config.json: no model format; expected 1"),
    "config no object": (_text(CONFIG, "[]"), "config.json: no model format; expected 1"),
    "config deep": (_text(CONFIG, _DEEP), r"config.json: not JSON \(.+\); copy the model"),
    "config NaN": (_config(training={"sentences": float("nan")}), r"config.json: not JSON \(.+\); copy the model"),
    "unknown key": (_config(types__module="os"), r'config.json: unknown key "types.module"'),
    "path outside": (_config(encoder__path="../../etc"), "encoder.path: Input should be 'encoder'"),
    "unknown encoder": (
        _config(encoder__kind="pickle"),
        "encoder.kind: Input should be 'minilm', 'sbert' or 'hashing'",
    ),
    "width a string": (_config(encoder__dim="64"), "encoder.dim: Input should be a valid integer"),
    "no labels": (_config(types__labels=[]), "types.labels: List should have at least 1 item"),
    "label twice": (_config(types__labels=["goal", "goal"]), "types.labels: a name stands there twice"),
    "threshold": (
        _config(types__thresholds={"goal": 1.5}),
        "types.thresholds.goal: Input should be less than or equal",
    ),
    "unknown stance": (_config(stances=["love", "hate"]), "stances: expected support, oppose, neutral"),
    "no safetensors": (_text(ARRAYS, "x" * 100), "heads.safetensors: not a safetensors file"),
    "wrong width": (_config(encoder__dim=32), "types read vectors of width 64, the encoder gives 32"),
    "more labels": (_config(types__labels=list("abcd")), "the arrays do not fit config.json .a head of 4 labels needs"),
    "more roles": (_config(roles=["source"]), "do not fit config.json .a tagger of 1 roles cannot have arrays"),
    "more types": (_config(stance_types=["goal"]), "stances read vectors of width 65, the encoder gives 64"),
    "array gone": (_arrays(lambda a: a.pop("types.intercept")), "do not fit config.json .'types.intercept'."),
    "array too many": (
        _arrays(lambda a: a.update(x=np.ones(1, np.float32))),
        "do not fit config.json .unknown array x",
    ),
    "NaN": (
        _arrays(lambda a: a["types.coef"].fill(np.nan)),
        "types.coef holds other things than finite 32-bit numbers",
    ),
    "64 bits": (_arrays(lambda a: a.update({"types.idf": np.ones(3)})), "types.idf holds other things than finite"),
    "wrong shape": (
        _arrays(lambda a: a.update({"types.idf": np.ones((3, 3), np.float32)})),
        "config.json .[0-9]+ n-grams need",
    ),
    "terms no list": (_text(TERMS, '{"a": 1}'), "terms.json: not a list of n-grams; copy the model again"),
    "terms gone": (lambda f: ((f / TERMS).unlink(), write_manifest(f)), r"terms.json: cannot be read \(No such file"),
}


@pytest.mark.parametrize("name", _REFUSALS)
def test_refused_with_a_reason(name: str, folder: Path) -> None:
    """Each kind of damage and malice is refused by an error that names the file and what is wrong with it."""
    change, message = _REFUSALS[name]
    change(folder)
    with pytest.raises(ModelError, match=message) as caught:
        load(folder)
    assert "\n" not in str(caught.value)
    assert str(folder) in str(caught.value)


def test_a_file_is_no_model(folder: Path) -> None:
    """A path to one file of the model is told apart from a missing directory."""
    with pytest.raises(ModelError, match=r"config.json: a model is a directory; make one with"):
        load(folder / CONFIG)


_FAULTS = {
    "no directory": ModelFault.INCOMPLETE,
    "arrays gone": ModelFault.INCOMPLETE,
    "card a link": ModelFault.LINK,
    "manifest a link": ModelFault.LINK,
    "pipe": ModelFault.LINK,
    "pickle": ModelFault.NAME,
    "unlisted file": ModelFault.NAME,
    "path upwards": ModelFault.NAME,
    "no safetensors": ModelFault.ARRAYS,
    "wrong width": ModelFault.ARRAYS,
    "newer format": ModelFault.NEWER,
    "config changed": ModelFault.DAMAGED,
    "unknown key": ModelFault.SCHEMA,
    "manifest no JSON": ModelFault.SCHEMA,
}


@pytest.mark.parametrize("name", _FAULTS)
def test_each_fault_has_its_exit_code(name: str, folder: Path) -> None:
    """A script can tell a link from damage, and damage from a newer format, by the exit code."""
    _REFUSALS[name][0](folder)
    with pytest.raises(ModelError) as caught:
        load(folder)
    assert (caught.value.fault, caught.value.exit_code) == (_FAULTS[name], int(_FAULTS[name]))


def test_names_and_folders_without_end_are_refused(folder: Path) -> None:
    """A folder that has no place in a model, and thousands of files, are refused by name."""
    (folder / "deep").mkdir()
    with pytest.raises(ModelError, match="deep: no folder of a model; remove it"):
        load(folder)
    (folder / "deep").rmdir()
    for number in range(500):
        (folder / f"x{number}").touch()
    with pytest.raises(ModelError, match="no file of a model"):
        load(folder)


def test_a_manifest_that_is_a_pipe_does_not_hang(folder: Path) -> None:
    """What would wait for a writer for ever is never opened."""
    (folder / MANIFEST).unlink()
    os.mkfifo(folder / MANIFEST)
    with pytest.raises(ModelError, match=r"MANIFEST\.json: no plain file"):
        load(folder)


@pytest.mark.parametrize("name", [CONFIG, ARRAYS, TERMS, CARD, MANIFEST])
def test_oversized_files_are_refused_unread(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file over the cap of its kind is refused before it is read or hashed."""
    size = (folder / name).stat().st_size
    kind = name if name in manifest._LARGEST else Path(name).suffix
    monkeypatch.setitem(manifest._LARGEST, kind, size - 1)
    with pytest.raises(ModelError, match=rf"bytes, more than a model's \{Path(name).suffix} file may have"):
        load(folder)


@given(name=st.sampled_from([CONFIG, ARRAYS, TERMS, CARD]), data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_damaged_byte_is_found(name: str, data: st.DataObject, folder: Path) -> None:
    """Flip any bit of any file, or cut it anywhere, and the model is refused."""
    path = folder / name
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    if data.draw(st.booleans()):
        damaged = whole[:at]
    else:
        damaged = whole[:at] + bytes([whole[at] ^ 1 << data.draw(st.integers(0, 7))]) + whole[at + 1 :]
    path.write_bytes(damaged)
    try:
        with pytest.raises(ModelError, match=r"damaged \(size or sha256 differs from MANIFEST.json\)"):
            load(folder)
    finally:
        path.write_bytes(whole)
    load(folder)
