"""The files of a model directory: which may stand there, how large, and the sha256 of each."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stance.errors import ModelError

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
_LARGEST = {".json": 64 << 20, ".txt": 64 << 20, ".md": 1 << 20, ".safetensors": 4 << 30}


def judge_files(folder: Path) -> None:
    """Names, kinds, sizes and hashes, before any content is believed.

    Raises
    ------
    ModelError : something is missing, of another kind, too large, damaged, or has no place in a model.
    """
    manifest = read_json(folder / MANIFEST)
    listed = manifest.get("files") if isinstance(manifest, dict) else None
    if not isinstance(listed, dict):
        raise ModelError(f"{folder / MANIFEST}: not a manifest; copy the model again")
    found = list_files(folder)
    if found.keys() - {MANIFEST} != listed.keys():
        differing = sorted((found.keys() - {MANIFEST}) ^ listed.keys())
        raise ModelError(
            f"{folder}: the files differ from {MANIFEST}: {', '.join(differing[:3])}; copy the model again"
        )
    for name, entry in listed.items():
        _judge_size(folder / name, found[name])
        if entry != {"size": found[name], "sha256": _sha256(folder / name)}:
            raise ModelError(f"{folder / name}: damaged (size or sha256 differs from {MANIFEST}); copy the model again")


def list_files(folder: Path) -> dict[str, int]:
    """Relative name and size of every file.

    Raises
    ------
    ModelError : there is a link, a device or an unexpected name, or a file that every model has is missing.
    """
    found: dict[str, int] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        status = path.lstat()
        if stat.S_ISDIR(status.st_mode):
            continue
        if not stat.S_ISREG(status.st_mode):
            raise ModelError(f"{path}: a link or special file has no place in a model; remove it")
        if name not in _ALLOWED:
            raise ModelError(
                f"{path}: no file of a model; a model holds {', '.join(sorted(_ALLOWED)[:4])} …; remove it"
            )
        found[name] = status.st_size
    for needed in (CONFIG, ARRAYS):
        if needed not in found:
            raise ModelError(f"{folder}: {needed} is missing; this is no complete model directory")
    return found


def read_json(path: Path) -> Any:
    """The value of one JSON file of a model; NaN and infinity are refused.

    Raises
    ------
    ModelError : it is missing, a link, too large, or not JSON.
    """
    try:
        if path.is_symlink():
            raise ModelError(f"{path}: a link has no place in a model; remove it")
        _judge_size(path, path.stat().st_size)
        return json.loads(path.read_bytes(), parse_constant=_refuse)
    except (OSError, ValueError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not JSON"
        raise ModelError(f"{path}: cannot be read ({reason}); this is no complete model directory") from None


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


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number in JSON")


def _judge_size(path: Path, size: int) -> None:
    if size > _LARGEST[path.suffix]:
        raise ModelError(
            f"{path}: {size} bytes, more than a model's {path.suffix} file may have ({_LARGEST[path.suffix]})"
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
