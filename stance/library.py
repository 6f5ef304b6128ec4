"""The four verbs of the library: load, train, predict, attributions."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance import bundle
from stance.model import Model
from stance.modelencoder import at_precision
from stance.records import Attribution, Document

if TYPE_CHECKING:
    from stance.corpus.read import Labelled
    from stance.encoder.cache import VectorCache
    from stance.encoder.precision import Precision

DEFAULT = Path(__file__).parent / "default"
"""The model that ships inside the package."""


def load(
    folder: str | Path | None = None,
    *,
    allow_version_mismatch: bool = False,
    cache: str | Path | VectorCache | None = None,
    precision: Precision = "auto",
) -> Model:
    """The embedded default model, or a model from its directory.

    It stays what it is when another model takes its place. A pickled copy reads the encoder's files again, and raises a
    ``ModelError`` if they are others by then.

    Parameters
    ----------
    allow_version_mismatch : take a model that gives other probabilities with the libraries installed here
    cache : folder in which the vectors of sentences stay, so that reading them again takes no time; none without it
    precision : ``auto`` for the fastest that gives the same labels here, ``fp32``, ``bf16`` or ``int8``

    Raises
    ------
    ModelError : the directory is damaged, foreign, unsafe or newer than this version of stance.
    ConfigError : the encoder, or this machine, does not compute with that precision.
    """
    model = bundle.load(DEFAULT if folder is None else folder, allow_version_mismatch=allow_version_mismatch)
    model = replace(model, encoder=at_precision(model.encoder, precision))
    if cache is None:
        return model
    from stance.encoder.cached import CachedEncoder

    return replace(model, encoder=CachedEncoder(model.encoder, cache))


def train(
    labelled: Labelled,
    *,
    cache: str | Path | VectorCache | None = None,
    jobs: int = 1,
    **options: Any,
) -> Model:
    """A model of one's own from labelled sentences; options are the fields of ``TrainConfig``.

    Parameters
    ----------
    cache : folder in which the vectors of sentences stay for the next training without adaptation
    jobs : processes in which the encoders of an average are fine-tuned, each of which may need 6 GB

    Examples
    --------
    >>> model = stance.train("labels.jsonl", adapt=False)
    >>> stance.save(model, "my-model")
    """
    from stance import training
    from stance.config import TrainConfig

    return training.train(labelled, TrainConfig().updated(options), cache=cache, jobs=jobs)


def predict(text: str | Document) -> Document:
    """The claims of one article by the embedded default model."""
    return _default().predict(text)


def attributions(text: str | Document) -> tuple[Attribution, ...]:
    """Every attributed statement of an article, claim or not: source, cue and content with their offsets."""
    return _default().attributions(text)


@lru_cache(maxsize=1)
def _default() -> Model:
    return load()
