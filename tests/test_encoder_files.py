"""The files of an encoder stay what they were, or the change is told."""

from __future__ import annotations

import os
import pickle
from hashlib import sha256
from pathlib import Path

import pytest

from stance.encoder.files import CONFIG, TOKENIZER, WEIGHTS, EncoderFiles, file_sha256, folder_sha256, together
from stance.errors import ModelError, ModelFault

_NAMES = (CONFIG, WEIGHTS, TOKENIZER)
_CHANGED = "changed since the model was loaded; load the model again"


def _folder(place: Path, content: bytes = b"old") -> Path:
    place.mkdir()
    for name in _NAMES:
        (place / name).write_bytes(content + name.encode())
    return place


def _judged(folder: Path) -> EncoderFiles:
    return EncoderFiles.judged(folder, {name: file_sha256(folder / name) for name in _NAMES})


def _replace(folder: Path) -> None:
    folder.rename(folder.with_name("aside"))
    _folder(folder, b"new")


def test_open_files_outlive_their_folder(tmp_path: Path) -> None:
    """Another encoder in the place of a loaded one changes nothing, nor does its removal."""
    files = _judged(_folder(tmp_path / "encoder"))
    _replace(tmp_path / "encoder")
    assert {name: bytes(data) for name, data in files.read().items()} == {
        name: b"old" + name.encode() for name in _NAMES
    }
    assert files.sha256(WEIGHTS) == sha256(b"old" + WEIGHTS.encode()).hexdigest()
    (tmp_path / "encoder").rename(tmp_path / "gone")
    assert files.read()[WEIGHTS][:3] == b"old"


def test_a_copy_finds_the_same_or_is_refused(tmp_path: Path) -> None:
    """A worker reads the files again; other ones, or none, are an error that tells the mend."""
    files = _judged(_folder(tmp_path / "encoder"))
    assert pickle.loads(pickle.dumps(files)).read()[WEIGHTS][:3] == b"old"  # noqa: S301  # our own bytes
    _replace(tmp_path / "encoder")
    with pytest.raises(ModelError, match=_CHANGED) as caught:
        pickle.loads(pickle.dumps(files)).read()  # noqa: S301
    assert caught.value.fault is ModelFault.DAMAGED
    (tmp_path / "encoder").rename(tmp_path / "gone")
    with pytest.raises(ModelError, match=r"encoder/\S+: cannot be read \(No such file.+ load it from where it is now"):
        pickle.loads(pickle.dumps(files)).read()  # noqa: S301


@pytest.mark.parametrize("content", [b"other" + WEIGHTS.encode(), b"new" + WEIGHTS.encode(), b""])
def test_writing_into_the_weights_is_noticed(content: bytes, tmp_path: Path) -> None:
    """What is mapped changes with its file, so that nothing may be read of it any more."""
    files = _judged(_folder(tmp_path / "encoder"))
    files.read()
    weights = tmp_path / "encoder" / WEIGHTS
    weights.write_bytes(content)
    os.utime(weights, ns=(0, 1))  # a clock may be too coarse to tell two writes of one test apart
    with pytest.raises(ModelError, match=_CHANGED):
        files.read()


def test_the_working_directory_may_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path means the place where it was given."""
    monkeypatch.chdir(tmp_path)
    files = EncoderFiles(_folder(Path("encoder")))
    monkeypatch.chdir(tmp_path.parent)
    assert files.read()[CONFIG] == b"old" + CONFIG.encode()


def test_digest_of_a_folder(tmp_path: Path) -> None:
    """It is that of the digests of its files, in whatever order they come, without what nobody reads."""
    folder = _folder(tmp_path / "encoder")
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / CONFIG).write_bytes(b"{}")
    (folder / "README.md").write_bytes(b"x")
    names = ("README.md", *_NAMES, f"1_Pooling/{CONFIG}")
    assert together({name: file_sha256(folder / name) for name in names}) == folder_sha256(folder)
    assert together({name: file_sha256(folder / name) for name in names[1:-1]}) != folder_sha256(folder)
