"""A model as a directory that cannot run code: written whole or not at all, judged before it is believed.

The order of judging: names and kinds of files, sizes, sha256 of each, the strict schema of ``config.json``, then
the arrays. Nothing is ever unpickled. The manifest finds damage, not malice: malice finds no format that acts.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from stance.claims import StanceHead
from stance.corpus.labels import describe
from stance.encoder.protocol import Encoder
from stance.errors import ModelError, OutputError, StanceError
from stance.heads import LinearHead
from stance.model import Model
from stance.ngrams import NgramVocabulary
from stance.tagger import Tagger
from stance.version import __version__

FORMAT = 1
"""Version of the directory layout; a newer one is refused, an older one is read or refused by name."""

CONFIG, ARRAYS, TERMS, CARD, MANIFEST = (
    "config.json",
    "heads.safetensors",
    "terms.json",
    "README.md",
    "MANIFEST.json",
)
ENCODER = "encoder"
_ENCODER_FILES = frozenset(
    {
        "1_Pooling/config.json",
        "README.md",
        "config.json",
        "config_sentence_transformers.json",
        "model.safetensors",
        "modules.json",
        "sentence_bert_config.json",
        "special_tokens_map.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "vocab.txt",
    }
)
_LARGEST = {".json": 64 << 20, ".txt": 64 << 20, ".md": 1 << 20, ".safetensors": 4 << 30}


class EncoderConfig(BaseModel):
    """Which encoder reads the sentences; ``path`` inside the directory, or a name outside it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    kind: Literal["minilm", "sbert", "hashing"]
    name: str
    dim: int = Field(ge=1, le=65_536)
    path: Literal["encoder"] | None = None
    precision: Literal["fp32"] = "fp32"  # of the computation; adapted weights are stored in 16 bits


class HeadConfig(BaseModel):
    """The labels of the head, and from which probability each counts."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    labels: list[str] = Field(min_length=1)
    multi_label: bool
    thresholds: dict[str, float]
    ngrams: bool


class BundleConfig(BaseModel):
    """``config.json``, strictly."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    format: int
    stance: str
    encoder: EncoderConfig
    types: HeadConfig
    stances: list[str] | None
    stance_types: list[str] | None
    roles: list[str] | None
    versions: dict[str, str]
    training: dict[str, Any]
    scores: dict[str, Any]


def save(model: Model, folder: str | Path, *, force: bool = False) -> Path:
    """Write a model directory: built beside its place, then renamed, so that no half of it is ever seen.

    Parameters
    ----------
    folder : where the directory shall stand
    force : replace a model directory that stands there; anything else is never replaced

    Raises
    ------
    OutputError : something else stands there, or the disk refuses; what stood there is untouched.
    """
    folder = Path(folder)
    if folder.exists() and not (force and (folder / CONFIG).is_file()):
        hint = "give --force to replace it" if (folder / CONFIG).is_file() else "give a new path"
        raise OutputError(f"{folder}: already there; {hint}")
    building = folder.with_name(f".{folder.name}.building-{os.getpid()}")
    try:
        building.mkdir(parents=True)
        _write_parts(model, building)
        _write_manifest(building)
        _put_in_place(building, folder)
    except OSError as error:
        raise OutputError(
            f"{folder}: cannot write the model ({error.strerror or error}); nothing was changed"
        ) from None
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return folder


def load(folder: str | Path) -> Model:
    """A model from its directory.

    Raises
    ------
    ModelError : the directory is damaged, foreign, unsafe or newer than this version of stance.
    """
    folder = Path(folder)
    if not folder.is_dir():
        hint = "a model is a directory" if folder.exists() else "no such directory"
        raise ModelError(f"{folder}: {hint}; make one with: stance train LABELLED -o {folder}")
    _judge_files(folder)
    config = _read_config(folder)
    try:
        return _assemble(folder, config)
    except ModelError:
        raise
    except (StanceError, KeyError, ValueError) as error:
        raise ModelError(f"{folder}: the arrays do not fit {CONFIG} ({error}); train or copy the model again") from None


def fingerprint(folder: str | Path) -> str:
    """One sha256 for the whole directory: that of its manifest."""
    return hashlib.sha256((Path(folder) / MANIFEST).read_bytes()).hexdigest()


def versions() -> dict[str, str]:
    """Versions of what a model's numbers depend on."""
    import platform
    from importlib.metadata import version

    names = (
        "numpy",
        "scikit-learn",
        "torch",
        "sentence-transformers",
        "transformers",
        "tokenizers",
        "nupunkt",
    )
    return {"python": platform.python_version(), **{name: version(name) for name in names}}


def _write_parts(model: Model, folder: Path) -> None:
    from safetensors.numpy import save_file

    from stance.modelcard import card

    arrays = _arrays(model)
    save_file(arrays, folder / ARRAYS)
    if model.types.vocabulary is not None:
        _write_json(folder / TERMS, list(model.types.vocabulary.terms))
    own = bool(model.settings.get("adapted"))
    if own:
        _save_encoder(model.encoder, folder / ENCODER)
    settings = model.settings
    config = BundleConfig(
        format=FORMAT,
        stance=__version__,
        encoder=EncoderConfig(
            kind=_kind(model.encoder, folder / ENCODER),
            name=str(settings.get("base_encoder", model.encoder.name)),
            dim=model.encoder.dim,
            path="encoder" if own else None,
        ),
        types=HeadConfig(
            labels=list(model.types.labels),
            multi_label=model.types.multi_label,
            thresholds=dict(model.thresholds),
            ngrams=model.types.vocabulary is not None,
        ),
        stances=list(model.stances.head.labels) if model.stances else None,
        stance_types=list(model.stances.types) if model.stances else None,
        roles=list(model.tagger.roles) if model.tagger else None,
        versions=versions(),
        training=dict(settings.get("training", {})),
        scores=dict(settings.get("scores", {})),
    )
    _write_json(folder / CONFIG, config.model_dump(mode="json"))
    _write_text(folder / CARD, card(config))


def _arrays(model: Model) -> dict[str, np.ndarray]:
    arrays = {"types.coef": model.types.coef, "types.intercept": model.types.intercept}
    if model.types.vocabulary is not None and model.types.ngram_coef is not None:
        arrays |= {"types.ngram_coef": model.types.ngram_coef, "types.idf": model.types.vocabulary.idf}
    if model.tagger is not None:
        arrays |= {
            "tagger.coef": model.tagger.coef,
            "tagger.intercept": model.tagger.intercept,
            "tagger.transition": model.tagger.transition,
        }
    if model.stances is not None:
        arrays |= {"stances.coef": model.stances.head.coef, "stances.intercept": model.stances.head.intercept}
    return {name: np.ascontiguousarray(array, np.float32) for name, array in arrays.items()}


def _assemble(folder: Path, config: BundleConfig) -> Model:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        arrays = load_file(folder / ARRAYS)
    except SafetensorError as error:
        raise ModelError(f"{folder / ARRAYS}: not a safetensors file ({error}); copy the model again") from None
    for name, array in arrays.items():
        if array.dtype != np.float32 or not np.isfinite(array).all():
            raise ModelError(f"{folder / ARRAYS}: {name} holds other things than finite 32-bit numbers")
    vocabulary = None
    if config.types.ngrams:
        terms = json.loads((folder / TERMS).read_bytes())
        if not isinstance(terms, list) or not all(isinstance(term, str) for term in terms):
            raise ModelError(f"{folder / TERMS}: not a list of n-grams; copy the model again")
        vocabulary = NgramVocabulary(tuple(terms), arrays["types.idf"])
    types = LinearHead(
        tuple(config.types.labels),
        arrays["types.coef"],
        arrays["types.intercept"],
        config.types.multi_label,
        vocabulary,
        arrays["types.ngram_coef"] if vocabulary is not None else None,
    )
    tagger = stances = None
    if config.roles is not None:
        parts = (arrays[f"tagger.{name}"] for name in ("coef", "intercept", "transition"))
        tagger = Tagger(tuple(config.roles), *parts)
    if config.stances is not None and config.stance_types is not None:
        head = LinearHead(tuple(config.stances), arrays["stances.coef"], arrays["stances.intercept"], multi_label=False)
        stances = StanceHead(head, tuple(config.stance_types))
    settings: dict[str, Any] = {
        "path": str(folder),
        "adapted": config.encoder.path is not None,
        "base_encoder": config.encoder.name,
        "training": config.training,
        "scores": config.scores,
        "versions": config.versions,
    }
    return Model(_encoder(folder, config.encoder), types, config.types.thresholds, tagger, stances, settings)


def _encoder(folder: Path, config: EncoderConfig) -> Encoder:
    if config.kind == "hashing":
        from stance.encoder.hashing import HashingEncoder

        return HashingEncoder(config.dim)
    if config.kind == "minilm":
        from stance.encoder.minilm import minilm_path
        from stance.encoder.runtime import RuntimeEncoder

        return RuntimeEncoder(folder / ENCODER if config.path else minilm_path(), config.name)
    from stance.encoder.sbert import SbertEncoder

    return SbertEncoder(str(folder / ENCODER) if config.path else config.name)


def _kind(encoder: Encoder, saved: Path) -> Literal["minilm", "sbert", "hashing"]:
    """How the encoder will be loaded; an adapted one that was saved with three files runs without torch."""
    from stance.encoder.hashing import HashingEncoder
    from stance.encoder.runtime import RuntimeEncoder

    if isinstance(encoder, HashingEncoder):
        return "hashing"
    compact = saved.is_dir() and not (saved / "modules.json").exists()
    return "minilm" if compact or isinstance(encoder, RuntimeEncoder) else "sbert"


def _save_encoder(encoder: Encoder, folder: Path) -> None:
    """An adapted encoder's own weights."""
    from stance.encoder.runtime import RuntimeEncoder
    from stance.encoder.sbert import SbertEncoder

    if not isinstance(encoder, (RuntimeEncoder, SbertEncoder)):
        raise OutputError(f"an encoder of class {type(encoder).__name__} cannot be saved with its weights")
    encoder.save(folder)


def _judge_files(folder: Path) -> None:
    """Names, kinds, sizes and hashes, before any content is believed."""
    manifest = _read_json(folder / MANIFEST)
    listed = manifest.get("files") if isinstance(manifest, dict) else None
    if not isinstance(listed, dict):
        raise ModelError(f"{folder / MANIFEST}: not a manifest; copy the model again")
    found = _list_files(folder)
    if found.keys() - {MANIFEST} != listed.keys():
        differing = sorted((found.keys() - {MANIFEST}) ^ listed.keys())
        raise ModelError(
            f"{folder}: the files differ from {MANIFEST}: {', '.join(differing[:3])}; copy the model again"
        )
    for name in listed:
        _judge_size(folder / name, found[name])
        entry = listed[name]
        if (
            not isinstance(entry, dict)
            or entry.get("size") != found[name]
            or entry.get("sha256") != _sha256(folder / name)
        ):
            raise ModelError(f"{folder / name}: damaged (size or sha256 differs from {MANIFEST}); copy the model again")


def _list_files(folder: Path) -> dict[str, int]:
    """Relative name and size of every file; links, devices and unexpected names are refused."""
    allowed = {CONFIG, ARRAYS, TERMS, CARD, MANIFEST} | {f"{ENCODER}/{name}" for name in _ENCODER_FILES}
    found: dict[str, int] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        status = path.lstat()
        if stat.S_ISDIR(status.st_mode):
            continue
        if not stat.S_ISREG(status.st_mode):
            raise ModelError(f"{path}: a link or special file has no place in a model; remove it")
        if name not in allowed:
            raise ModelError(f"{path}: no file of a model; a model holds {', '.join(sorted(allowed)[:4])} …; remove it")
        found[name] = status.st_size
    for needed in (CONFIG, ARRAYS):
        if needed not in found:
            raise ModelError(f"{folder}: {needed} is missing; this is no complete model directory")
    return found


def _judge_size(path: Path, size: int) -> None:
    if size > _LARGEST[path.suffix]:
        raise ModelError(
            f"{path}: {size} bytes, more than a model's {path.suffix} file may have ({_LARGEST[path.suffix]})"
        )


def _read_config(folder: Path) -> BundleConfig:
    raw = _read_json(folder / CONFIG)
    version = raw.get("format") if isinstance(raw, dict) else None
    if isinstance(version, int) and version > FORMAT:
        raise ModelError(
            f"{folder}: model format {version}, but stance {__version__} reads up to {FORMAT}; upgrade stance"
        )
    if version != FORMAT:
        raise ModelError(f"{folder / CONFIG}: no model format given; expected {FORMAT}")
    try:
        return BundleConfig.model_validate(raw)
    except ValidationError as error:
        raise ModelError(f"{folder / CONFIG}: {describe(error)}; copy or train the model again") from None


def _read_json(path: Path) -> Any:
    try:
        if path.is_symlink():
            raise ModelError(f"{path}: a link has no place in a model; remove it")
        _judge_size(path, path.stat().st_size)
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not JSON"
        raise ModelError(f"{path}: cannot be read ({reason}); this is no complete model directory") from None


def _write_manifest(folder: Path) -> None:
    files: Mapping[str, Any] = {
        path.relative_to(folder).as_posix(): {"size": path.stat().st_size, "sha256": _sha256(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    _write_json(folder / MANIFEST, {"files": files})


def _put_in_place(building: Path, folder: Path) -> None:
    """Rename; an old model is set aside first and comes back if the rename fails."""
    for path in building.rglob("*"):
        _sync(path)
    _sync(building)
    aside = folder.with_name(f".{folder.name}.replaced-{os.getpid()}")
    replacing = folder.exists()
    if replacing:
        folder.rename(aside)
    try:
        building.rename(folder)
    except OSError:
        if replacing:
            aside.rename(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)
    with suppress(OSError):  # some file systems cannot sync a folder; the model is in place either way
        _sync(folder.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_json(path: Path, value: Any) -> None:
    _write_text(path, json.dumps(value, ensure_ascii=False, indent=2, sort_keys=False) + "\n")


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
