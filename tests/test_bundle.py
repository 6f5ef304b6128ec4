"""A model as a directory: the same after saving and loading, whole or not there at all."""

from __future__ import annotations

import json
import os
import pickle
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors import SafetensorError

from stance import bundle, modelconfig
from stance.bundle import fingerprint, load, save, versions
from stance.corpus.labels import Record
from stance.encoder.fingerprint import fingerprint as fingerprint_of
from stance.encoder.hashing import HashingEncoder
from stance.errors import ConfigError, ModelError, OutputError
from stance.library import DEFAULT
from stance.manifest import CARD, CONFIG, ENCODER, MANIFEST, write_manifest
from stance.model import Model
from stance.modelconfig import BundleConfig
from stance.tables import records

TEXT = "The union accused the ministry of lying. The mayor wants to rebuild the bridge because it is old, she said."


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_loaded_model_predicts_the_same(tiny_model: Model, tiny_folder: Path, labelled: list[Record]) -> None:
    """Save, load, predict: every figure is equal."""
    loaded = load(tiny_folder)
    for text in (TEXT, " ".join(record.text for record in labelled)):
        assert records(loaded.predict(text)) == records(tiny_model.predict(text))
    assert loaded.labels == tiny_model.labels
    assert loaded.thresholds == tiny_model.thresholds


@pytest.mark.parametrize("config", [{"ngrams": False}, {"ngrams": True}])
@pytest.mark.parametrize("form", ["label", "labels"])
def test_small_models_make_the_round_trip_too(config: dict[str, bool], form: str, tmp_path: Path) -> None:
    """Models of plain labels, exclusive or several, with and without n-grams, come back as they were."""
    from stance.config import TrainConfig
    from stance.training import train

    texts = [f"{word} number {n}" for n in range(6) for word in ("Bread", "Stone")]
    labelled = [Record(text=text, **{form: text[:5] if form == "label" else [text[:5]]}) for text in texts]
    model = train(labelled, TrainConfig(encoder="hashing-16", adapt=False, folds=2, **config))
    loaded = load(save(model, tmp_path / "model"))
    assert (loaded.tagger, loaded.stances) == (None, None)
    assert loaded.types.multi_label == (form == "labels")
    assert (loaded.types.vocabulary is None) == (not config["ngrams"])
    assert records(loaded.predict("Bread is no stone.")) == records(model.predict("Bread is no stone."))


def test_saving_twice_gives_the_same_bytes(tiny_model: Model, tiny_folder: Path, tmp_path: Path) -> None:
    """One model has one fingerprint, and a loaded model saved again is the same directory."""
    again = save(load(tiny_folder), tmp_path / "again")
    assert _files(again) == _files(tiny_folder)
    assert fingerprint(again) == fingerprint(tiny_folder)
    other = save(replace(tiny_model, thresholds=dict.fromkeys(tiny_model.labels, 0.25)), tmp_path / "other")
    assert fingerprint(other) != fingerprint(tiny_folder)


def test_directory_holds_what_it_says(tiny_folder: Path) -> None:
    """The config names format, labels, encoder and versions; the card and the manifest stand beside it."""
    config = json.loads((tiny_folder / CONFIG).read_text(encoding="utf-8"))
    assert config["format"] == 1
    assert config["encoder"] == {
        "kind": "hashing",
        "name": "hashing-64",
        "dim": 64,
        "path": None,
        "sha256": None,
        "precision": "fp32",
    }
    assert config["types"]["labels"] == ["accusation", "justification", "goal"]
    assert config["versions"] == versions()
    assert (tiny_folder / CARD).read_text(encoding="utf-8").startswith("---\nlicense:")
    listed = json.loads((tiny_folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    assert set(listed) == set(_files(tiny_folder)) - {MANIFEST}


@pytest.mark.parametrize("content", ["config", "other", "config and more", "file"])
@pytest.mark.parametrize("force", [False, True])
def test_save_never_replaces_other_things(content: str, force: bool, tiny_folder: Path, tmp_path: Path) -> None:
    """A folder that holds anything but a model, and a plain file, stay as they are, with or without force."""
    place = tmp_path / "work"
    if content == "file":
        place.write_text("mine", encoding="utf-8")
    else:
        place.mkdir()
        if content != "other":
            (place / CONFIG).write_text("{}", encoding="utf-8")
        if content == "config and more":
            shutil.copytree(tiny_folder, place, dirs_exist_ok=True)
        if content != "config":
            (place / "notes.txt").write_text("mine", encoding="utf-8")
    before = _files(tmp_path)
    with pytest.raises(OutputError, match="already there, and not a model alone; give a new path"):
        save(load(tiny_folder), place, force=force)
    assert _files(tmp_path) == before


def test_force_replaces_a_model(tiny_model: Model, tiny_folder: Path, tmp_path: Path) -> None:
    """An old model is replaced when asked for, and only then; nothing is left beside it."""
    place = tmp_path / "model"
    shutil.copytree(tiny_folder, place)
    changed = replace(tiny_model, thresholds=dict.fromkeys(tiny_model.labels, 0.25))
    with pytest.raises(OutputError, match=r"model: already there; give --force to replace it"):
        save(changed, place)
    save(changed, place, force=True)
    assert set(load(place).thresholds.values()) == {0.25}
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_force_replaces_the_working_directory(
    tiny_model: Model, tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative path without a name of its own is a place like any other."""
    place = tmp_path / "model"
    shutil.copytree(tiny_folder, place)
    monkeypatch.chdir(place)
    save(tiny_model, ".", force=True)
    assert load(place).labels == tiny_model.labels


@pytest.mark.slow
def test_a_loaded_model_outlives_its_replacement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads, saves and is cached as before, wherever the program goes; a copy in another process is refused."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(DEFAULT, "live")
    loaded = load("live", allow_version_mismatch=True)
    packed, line = pickle.dumps(loaded), fingerprint_of(loaded.encoder)
    weights = Path("live", ENCODER, "model.safetensors")
    data = bytearray(weights.read_bytes())
    data[-400_000:] = bytes(400_000)
    shutil.copytree("live", "other")
    Path("other", ENCODER, weights.name).write_bytes(data)
    write_manifest(Path("other"))
    save(load("other", allow_version_mismatch=True), "live", force=True)
    monkeypatch.chdir("/")
    assert fingerprint_of(loaded.encoder) == line
    assert records(loaded.predict(TEXT)) == records(load(DEFAULT, allow_version_mismatch=True).predict(TEXT))
    assert _files(save(loaded, tmp_path / "saved") / ENCODER) == _files(DEFAULT / ENCODER)
    with pytest.raises(
        ModelError, match=r"live/encoder/model\.safetensors: changed since the model was loaded; load the"
    ):
        pickle.loads(packed).predict(TEXT)  # noqa: S301  # our own bytes


def test_a_model_is_not_read_of_two(tiny_model: Model, tiny_folder: Path, tmp_path: Path) -> None:
    """Another model that takes its place while it is read is noticed."""
    place = shutil.copytree(tiny_folder, tmp_path / "model")
    changed = replace(tiny_model, thresholds=dict.fromkeys(tiny_model.labels, 0.25))

    def read_config(folder: Path) -> BundleConfig:
        save(changed, folder, force=True)
        return modelconfig.read_config(folder)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bundle, "read_config", read_config)
        with pytest.raises(ModelError, match="model: replaced while it was read; load it again"):
            load(place)
    assert set(load(place).thresholds.values()) == {0.25}


def _broken(original: Callable[..., object], at: int, error: BaseException) -> Callable[..., object]:
    """The original, but its call number ``at``, counted from 0, raises."""
    calls = iter(range(1_000))

    def call(*arguments: object, **options: object) -> object:
        if next(calls) == at:
            raise error
        return original(*arguments, **options)

    return call


_FULL = OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("holder", "name", "at", "error"),
    [
        *((Path, "write_text", n, _FULL) for n in range(4)),
        *((os, "fsync", n, _FULL) for n in range(6)),
        (Path, "rename", 0, _FULL),
        (Path, "mkdir", 0, OSError(30, "Read-only file system")),
        (bundle, "_arrays", 0, SafetensorError("I/O error: No space left on device")),
    ],
)
@pytest.mark.parametrize("replacing", [False, True])
def test_failure_in_the_middle_changes_nothing(
    holder: object,
    name: str,
    at: int,
    error: Exception,
    replacing: bool,
    tiny_model: Model,
    tiny_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Wherever the disk fails, the old model is whole or there is none, and no half of the new one is left."""
    place = tmp_path / "model"
    if replacing:
        shutil.copytree(tiny_folder, place)
    before = _files(tmp_path)
    changed = replace(tiny_model, thresholds=dict.fromkeys(tiny_model.labels, 0.25))
    with monkeypatch.context() as patch:
        patch.setattr(holder, name, _broken(getattr(holder, name), at, error))
        with pytest.raises(OutputError, match=r"cannot write the model \(.*(space|Read-only).*\); nothing was changed"):
            save(changed, place, force=True)
    assert _files(tmp_path) == before


@pytest.mark.parametrize("error", [KeyboardInterrupt(), _FULL], ids=["interrupt", "disk full"])
def test_failure_between_the_renames_brings_the_old_model_back(
    error: BaseException, tiny_model: Model, tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C or a failing disk at the worst moment leaves the old model under its name."""
    place = tmp_path / "model"
    shutil.copytree(tiny_folder, place)
    before = _files(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", _broken(Path.rename, 1, error))
        with pytest.raises((KeyboardInterrupt, OutputError)):
            save(tiny_model, place, force=True)
    assert _files(tmp_path) == before


def test_place_that_cannot_hold_a_folder(tiny_model: Model, tmp_path: Path) -> None:
    """A parent that is a file is an output error, not a traceback."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match=r"cannot write the model \(.+\); nothing was changed"):
        save(tiny_model, tmp_path / "file" / "model")


def test_other_encoders_cannot_be_saved_with_their_weights(tiny_model: Model, tmp_path: Path) -> None:
    """Only encoders with files of their own can be stored in a model."""
    model = replace(tiny_model, settings={**tiny_model.settings, "adapted": True})
    with pytest.raises(OutputError, match="an encoder of class HashingEncoder cannot be saved with its weights"):
        save(model, tmp_path / "model")
    assert not list(tmp_path.iterdir())


def test_a_model_names_its_own_encoder(tiny_model: Model, tmp_path: Path) -> None:
    """Not the one it was trained on; one that would not come back is refused, and nothing is written."""

    class Own(HashingEncoder):
        name = "own"

    model = replace(tiny_model, encoder=Own(64))
    with pytest.raises(OutputError, match='of class Own does not come back by its name "own", so the model cannot be'):
        save(model, tmp_path / "own")
    assert not list(tmp_path.iterdir())
    other = replace(tiny_model, settings={**tiny_model.settings, "base_encoder": "all-MiniLM-L6-v2"})
    assert load(save(other, tmp_path / "hashed")).settings["base_encoder"] == "hashing-64"


def test_arrays_are_stored_in_32_bits(tiny_folder: Path) -> None:
    """What is stored is what is computed with."""
    assert load(tiny_folder).types.coef.dtype == np.float32


def test_saving_needs_a_model(tmp_path: Path) -> None:
    """The model comes first, then the folder."""
    with pytest.raises(ConfigError, match=r"of type \w+Path; expected save\(model, folder\)"):
        save(tmp_path / "a", tmp_path / "b")  # type: ignore[arg-type]
