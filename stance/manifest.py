"""The files of a model directory: which may stand there, how large, and the sha256 of each."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from stance.errors import ModelError, ModelFault
from stance.strictjson import parse_json
from stance.tensors import judge_tensors

CONFIG, ARRAYS, TERMS, CARD, MANIFEST = (
    "config.json",
    "heads.safetensors",
    "terms.json",
    "README.md",
    "MANIFEST.json",
)
ENCODER = "encoder"
_ENCODER_FILES = (
    "1_Pooling/config.json README.md config.json config_sentence_transformers.json model.safetensors modules.json "
    "sentence_bert_config.json special_tokens_map.json tokenizer.json tokenizer_config.json vocab.txt"
).split()
_ALLOWED = frozenset({CONFIG, ARRAYS, TERMS, CARD, MANIFEST, *(f"{ENCODER}/{name}" for name in _ENCODER_FILES)})
_FOLDERS = frozenset({ENCODER, f"{ENCODER}/1_Pooling"})
_MOST_ENTRIES = 100  # of a directory that is listed; one with more holds names that are refused
_LARGEST = {
    CONFIG: 4 << 20,
    MANIFEST: 1 << 20,
    ARRAYS: 512 << 20,
    TERMS: 8 << 20,
    ".json": 32 << 20,
    ".txt": 32 << 20,
    ".md": 1 << 20,
    ".safetensors": 4 << 30,
}
"""Bytes by name, or by suffix; a model's weights are the only thing that may be large."""


def judge_files(folder: Path) -> dict[str, dict[str, Any]]:
    """Names, kinds, sizes and hashes, before any content is believed; ``size`` and ``sha256`` of each file.

    Raises
    ------
    ModelError : something is missing, of another kind, too large, damaged, or has no place in a model.
    """
    listed = _listed(folder)
    found = list_files(folder)
    if found.keys() - {MANIFEST} != listed.keys():
        differing = sorted((found.keys() - {MANIFEST}) ^ listed.keys())
        raise ModelError(
            f"{folder}: the files differ from {MANIFEST}: {', '.join(differing[:3])}; copy the model again",
            ModelFault.NAME,
        )
    for name in listed:
        _judge_size(folder / name, found[name])
    for name, entry in listed.items():
        if entry != {"size": found[name], "sha256": _sha256(folder / name)}:
            raise ModelError(
                f"{folder / name}: damaged (size or sha256 differs from {MANIFEST}); copy the model again",
                ModelFault.DAMAGED,
            )
        if name.endswith(".safetensors"):
            judge_tensors(folder / name)
    return listed


def judge_unchanged(folder: Path, judged: Mapping[str, Mapping[str, Any]]) -> None:
    """All that was read since ``judge_files`` gave ``judged`` is of one model.

    Raises
    ------
    ModelError : another one was put in its place meanwhile.
    """
    if _listed(folder) != judged:
        raise ModelError(f"{folder}: replaced while it was read; load it again", ModelFault.DAMAGED)


def _listed(folder: Path) -> dict[str, Any]:
    """What the manifest says of each file."""
    manifest = read_json(folder / MANIFEST)
    listed = manifest.get("files") if isinstance(manifest, dict) else None
    if not isinstance(listed, dict):
        raise ModelError(f"{folder / MANIFEST}: not a manifest; copy the model again", ModelFault.SCHEMA)
    return listed


def list_files(folder: Path) -> dict[str, int]:
    """Relative name and size of every file.

    Raises
    ------
    ModelError : there is a link, a device or an unexpected name, or a file that every model has is missing.
    """
    found: dict[str, int] = {}
    for path in sorted(islice(folder.rglob("*"), _MOST_ENTRIES)):
        name = path.relative_to(folder).as_posix()
        status = path.lstat()
        if stat.S_ISDIR(status.st_mode):
            if name not in _FOLDERS:
                raise ModelError(f"{path}: no folder of a model; remove it", ModelFault.NAME)
            continue
        if not stat.S_ISREG(status.st_mode):
            raise ModelError(f"{path}: a link or special file has no place in a model; remove it", ModelFault.LINK)
        if name not in _ALLOWED:
            raise ModelError(
                f"{path}: no file of a model; a model holds {', '.join(sorted(_ALLOWED)[:4])} …; remove it",
                ModelFault.NAME,
            )
        found[name] = status.st_size
    for needed in (CONFIG, ARRAYS):
        if needed not in found:
            raise ModelError(f"{folder}: {needed} is missing; this is no complete model directory")
    return found


def read_json(path: Path) -> Any:
    """The value of one JSON file of a model, strictly.

    Raises
    ------
    ModelError : it is missing, a link, too large, or not JSON.
    """
    try:
        if path.is_symlink():
            raise ModelError(f"{path}: a link has no place in a model; remove it", ModelFault.LINK)
        if path.exists() and not path.is_file():
            raise ModelError(f"{path}: no plain file; this is no complete model directory", ModelFault.LINK)
        _judge_size(path, path.stat().st_size)
        return parse_json(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}); this is no complete model directory") from None
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path}: not JSON ({error}); copy the model again", ModelFault.SCHEMA) from None


def write_json(path: Path, value: Any) -> None:
    """One JSON file, indented for people."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n", encoding="utf-8")


def write_manifest(folder: Path) -> None:
    """``MANIFEST.json`` for the files that stand in the directory."""
    files: Mapping[str, Any] = {
        path.relative_to(folder).as_posix(): {"size": path.stat().st_size, "sha256": _sha256(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / MANIFEST
    }
    write_json(folder / MANIFEST, {"files": files})


def fingerprint(folder: str | Path) -> str:
    """One sha256 for the whole directory: that of its manifest."""
    return _sha256(Path(folder) / MANIFEST)


def _judge_size(path: Path, size: int) -> None:
    largest = _LARGEST[path.name if path.parent.name != ENCODER and path.name in _LARGEST else path.suffix]
    if size > largest:
        raise ModelError(
            f"{path}: {size} bytes, more than a model's {path.suffix} file may have ({largest})", ModelFault.SIZE
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
