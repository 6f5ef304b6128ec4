"""A model as a directory that cannot run code: written whole or not at all, judged before it is believed.

The order of judging: names and kinds of files, sizes, sha256 of each, the strict schema of ``config.json``, the
arrays, and under other library versions what the model says of its probe sentences. Nothing is ever unpickled.
The manifest finds damage, not malice: malice finds no format that acts.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from stance.claims import StanceHead
from stance.corpus.write import sync
from stance.encoder.protocol import Encoder, FloatArray
from stance.errors import ConfigError, ModelError, ModelFault, OutputError, ShapeError, StanceError
from stance.features import WITH_ENDS
from stance.heads import LinearHead
from stance.manifest import (
    ARRAYS,
    CARD,
    CONFIG,
    ENCODER,
    TERMS,
    fingerprint,
    judge_files,
    judge_unchanged,
    list_files,
    read_json,
    write_json,
    write_manifest,
)
from stance.model import Model
from stance.modelconfig import FORMAT, BundleConfig, EncoderConfig, HeadConfig, read_config
from stance.modelencoder import kind_of, load_encoder, save_encoder, sha256_of
from stance.ngrams import NgramVocabulary
from stance.probes import TOLERANCE, ask, differing_versions, largest_difference
from stance.tagger import Tagger
from stance.version import __version__

__all__ = ["fingerprint", "load", "save", "versions"]


def save(model: Model, folder: str | Path, *, force: bool = False) -> Path:
    """Write a model directory: built beside its place, then renamed, so that no half of it is ever seen.

    Parameters
    ----------
    model : as ``load`` or ``train`` gives it
    folder : where the directory shall stand
    force : replace a model directory that stands there; anything else is never replaced

    Raises
    ------
    OutputError : something else stands there, or the disk refuses; what stood there is untouched.
    ConfigError : what is given first is no model.
    """
    from safetensors import SafetensorError

    if not isinstance(model, Model):
        raise ConfigError(f"the first argument is of type {type(model).__name__}; expected save(model, folder)")
    folder = Path(folder)
    _judge_place(folder, force)
    place = folder.resolve()
    building = place.with_name(f".{place.name}.building-{os.getpid()}")
    try:
        building.mkdir(parents=True)
        _write_parts(model, building)
        write_manifest(building)
        _put_in_place(building, place)
    except (OSError, SafetensorError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise OutputError(f"{folder}: cannot write the model ({reason}); nothing was changed") from None
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return folder


def _judge_place(folder: Path, force: bool) -> None:
    """Whether the model may stand there: nothing does yet, or a model that ``force`` gives up."""
    if not folder.exists():
        return
    try:
        list_files(folder)
    except ModelError:
        raise OutputError(f"{folder}: already there, and not a model alone; give a new path") from None
    if not force:
        raise OutputError(f"{folder}: already there; give --force to replace it")


def load(folder: str | Path, *, allow_version_mismatch: bool = False) -> Model:
    """A model from its directory.

    Parameters
    ----------
    allow_version_mismatch : take a model that gives other probabilities with the libraries installed here

    Raises
    ------
    ModelError : the directory is damaged, foreign, unsafe or newer than this version of stance; its ``fault`` says
        which.
    """
    folder = Path(folder)
    if not folder.is_dir():
        hint = "a model is a directory" if folder.exists() else "no such directory"
        raise ModelError(f"{folder}: {hint}; make one with: stance train LABELLED -o {folder}")
    judged = judge_files(folder)
    config = read_config(folder)
    try:
        stated = {name: entry["sha256"] for name, entry in judged.items()}
        model = _assemble(folder, config, load_encoder(folder, config.encoder, stated))
    except ModelError:
        raise
    except (StanceError, KeyError, ValueError) as error:
        message = f"{folder}: the arrays do not fit {CONFIG} ({error}); train or copy the model again"
        raise ModelError(message, ModelFault.ARRAYS) from None
    judge_unchanged(folder, judged)
    if not allow_version_mismatch:
        _judge_probes(folder, config, model)
    return model


def _judge_probes(folder: Path, config: BundleConfig, model: Model) -> None:
    """With other versions of the libraries, the model must say what it said when it was saved."""
    differing = differing_versions(config.versions, versions())
    if not differing:
        return
    difference = largest_difference(config.probes, model.encoder, model.types)
    if difference > TOLERANCE:
        raise ModelError(
            f"{folder}: with the libraries installed here its probabilities differ by up to {difference:.4f} from "
            f"those it was saved with ({', '.join(differing[:3])}); install its versions, train it again, or give "
            "--allow-version-mismatch",
            ModelFault.VERSIONS,
        )


def versions() -> dict[str, str]:
    """Versions of what a model's numbers depend on."""
    import platform
    from importlib.metadata import version

    names = "numpy scikit-learn torch sentence-transformers transformers tokenizers nupunkt onnxruntime".split()
    return {"python": platform.python_version(), **{name: version(name) for name in names}}


def _write_parts(model: Model, folder: Path) -> None:
    from safetensors.numpy import save_file

    from stance.modelcard import card

    arrays = _arrays(model)
    save_file(arrays, folder / ARRAYS)
    if model.types.vocabulary is not None:
        write_json(folder / TERMS, list(model.types.vocabulary.terms))
    own = bool(model.settings.get("adapted"))
    if own:
        save_encoder(model.encoder, folder / ENCODER)
    settings = model.settings
    config = BundleConfig(
        format=FORMAT,
        stance=__version__,
        encoder=EncoderConfig(
            kind=kind_of(model.encoder, folder / ENCODER),
            name=str(settings.get("base_encoder", model.encoder.name)) if own else model.encoder.name,
            dim=model.encoder.dim,
            path="encoder" if own else None,
            sha256=None if own else sha256_of(model.encoder),
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
    encoder = load_encoder(folder, config.encoder) if own else model.encoder
    stored = _assemble(folder, config, encoder)  # what will be loaded, not what was trained
    config = config.model_copy(update={"probes": ask(stored.encoder, stored.types)})
    write_json(folder / CONFIG, config.model_dump(mode="json"))
    (folder / CARD).write_text(card(config), encoding="utf-8")


def _arrays(model: Model) -> dict[str, FloatArray]:
    arrays = {"types.coef": model.types.coef, "types.intercept": model.types.intercept}
    if model.types.vocabulary is not None and model.types.ngram_coef is not None:
        arrays |= {"types.ngram_coef": model.types.ngram_coef, "types.idf": model.types.vocabulary.idf}
    if model.tagger is not None:
        arrays |= {
            "tagger.coef": model.tagger.coef,
            "tagger.intercept": model.tagger.intercept,
        }
    if model.stances is not None:
        arrays |= {"stances.coef": model.stances.head.coef, "stances.intercept": model.stances.head.intercept}
    return {name: np.ascontiguousarray(array, np.float32) for name, array in arrays.items()}


def _assemble(folder: Path, config: BundleConfig, encoder: Encoder) -> Model:
    """The model that the files and the encoder make."""
    arrays = _read_arrays(folder / ARRAYS)
    vocabulary = NgramVocabulary(_read_terms(folder / TERMS), arrays["types.idf"]) if config.types.ngrams else None
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
        parts = (arrays[f"tagger.{name}"] for name in ("coef", "intercept"))
        tagger = Tagger(tuple(config.roles), *parts)
    if config.stances is not None and config.stance_types is not None:
        head = LinearHead(tuple(config.stances), arrays["stances.coef"], arrays["stances.intercept"], multi_label=False)
        stances = StanceHead(head, tuple(config.stance_types))
    settings: dict[str, Any] = {
        "adapted": config.encoder.path is not None,
        "base_encoder": config.encoder.name,
        "training": config.training,
        "scores": config.scores,
        "versions": config.versions,
    }
    model = Model(encoder, types, config.types.thresholds, tagger, stances, settings)
    _judge_widths(model, config.encoder.dim)
    if arrays.keys() != _arrays(model).keys():
        raise ShapeError(f"unknown array {min(arrays.keys() - _arrays(model).keys())}")
    return model


def _read_arrays(path: Path) -> dict[str, FloatArray]:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        arrays = load_file(path)
    except SafetensorError as error:
        raise ModelError(f"{path}: not a safetensors file ({error}); copy the model again", ModelFault.ARRAYS) from None
    for name, array in arrays.items():
        if array.dtype != np.float32 or not np.isfinite(array).all():
            raise ModelError(f"{path}: {name} holds other things than finite 32-bit numbers", ModelFault.ARRAYS)
    return arrays


def _read_terms(path: Path) -> tuple[str, ...]:
    terms = read_json(path)
    if not isinstance(terms, list) or not all(isinstance(term, str) for term in terms):
        raise ModelError(f"{path}: not a list of n-grams; copy the model again", ModelFault.SCHEMA)
    return tuple(terms)


def _judge_widths(model: Model, dim: int) -> None:
    """Heads and tagger read vectors as wide as the encoder's."""
    found = {"types": model.types.coef.shape[1]}
    if found["types"] == WITH_ENDS * dim:
        found["types"] = dim
    if model.tagger is not None:
        found["tagger"] = model.tagger.coef.shape[2]
    if model.stances is not None:
        found["stances"] = (model.stances.head.coef.shape[1] - len(model.stances.types)) / 2
    for name, width in found.items():
        if width != dim:
            raise ShapeError(f"{name} read vectors of width {width:g}, the encoder gives {dim}")


def _put_in_place(building: Path, folder: Path) -> None:
    """Rename; an old model is set aside first and comes back if the rename fails."""
    for path in building.rglob("*"):
        sync(path)
    sync(building)
    aside = folder.with_name(f".{folder.name}.replaced-{os.getpid()}")
    replacing = folder.exists()
    if replacing:
        folder.rename(aside)
    try:
        building.rename(folder)
    finally:
        if replacing and not folder.exists():
            aside.rename(folder)
    shutil.rmtree(aside, ignore_errors=True)
    with suppress(OSError):  # some file systems cannot sync a folder; the model is in place either way
        sync(folder.parent)
