"""The four verbs of the library: load, train, predict, attributions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance import bundle
from stance.model import Model
from stance.records import Attribution, Document

if TYPE_CHECKING:
    from stance.corpus.labels import Record

DEFAULT = Path(__file__).parent / "default"
"""The model that ships inside the package."""


def load(folder: str | Path | None = None, *, allow_version_mismatch: bool = False) -> Model:
    """The embedded default model, or a model from its directory.

    Parameters
    ----------
    allow_version_mismatch : take a model that gives other probabilities with the libraries installed here

    Raises
    ------
    ModelError : the directory is damaged, foreign, unsafe or newer than this version of stance.
    """
    return bundle.load(DEFAULT if folder is None else folder, allow_version_mismatch=allow_version_mismatch)


def train(labelled: str | Path | Sequence[str | Path] | Iterable[Record], **options: Any) -> Model:
    """A model of one's own from labelled sentences; options are the fields of ``TrainConfig``.

    Examples
    --------
    >>> model = stance.train("labels.jsonl", adapt=False)
    >>> stance.save(model, "my-model")
    """
    from stance import training
    from stance.config import TrainConfig

    return training.train(labelled, TrainConfig().updated(options))


def predict(text: str | Document) -> Document:
    """The claims of one article by the embedded default model."""
    return _default().predict(text)


def attributions(text: str | Document) -> tuple[Attribution, ...]:
    """Every attributed statement of an article, claim or not: source, cue and content with their offsets."""
    return _default().attributions(text)


@lru_cache(maxsize=1)
def _default() -> Model:
    return load()
