"""Claims and attributed stance in news: who accuses, justifies or aims at what, and which words show it.

    >>> import stance
    >>> model = stance.load()
    >>> doc = model.predict("The union accused the ministry of hiding the report.")
    >>> [(claim.type, claim.source.name, claim.target, claim.stance.value) for claim in doc.claims]
    [('accusation', 'union', 'ministry', 'oppose')]

Every name and module is loaded when it is first used, so that importing ``stance`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from stance.version import __version__

if TYPE_CHECKING:
    from stance.bundle import save
    from stance.classifier import ClaimClassifier
    from stance.config import TrainConfig
    from stance.encoder import Encoder
    from stance.encoder.hashing import HashingEncoder
    from stance.encoder.sbert import SbertEncoder
    from stance.errors import (
        ConfigError,
        InputError,
        LabelError,
        MissingExtraError,
        ModelError,
        OutputError,
        ShapeError,
        SpanError,
        StanceError,
    )
    from stance.evaluation import Evaluation, evaluate
    from stance.explanation import explain
    from stance.library import attributions, load, predict, train
    from stance.model import Model
    from stance.records import (
        Attribution,
        Claim,
        ClaimType,
        Document,
        Explanation,
        Sentence,
        Source,
        Span,
        Speaker,
        Stance,
    )
    from stance.resolver import Aliases

_HOMES = {
    "stance.bundle": ("save",),
    "stance.classifier": ("ClaimClassifier",),
    "stance.config": ("TrainConfig",),
    "stance.encoder": ("Encoder",),
    "stance.encoder.hashing": ("HashingEncoder",),
    "stance.encoder.sbert": ("SbertEncoder",),
    "stance.errors": (
        *("ConfigError", "InputError", "LabelError", "MissingExtraError", "ModelError", "OutputError"),
        *("ShapeError", "SpanError", "StanceError"),
    ),
    "stance.evaluation": ("Evaluation", "evaluate"),
    "stance.explanation": ("explain",),
    "stance.library": ("attributions", "load", "predict", "train"),
    "stance.model": ("Model",),
    "stance.records": (
        *("Attribution", "Claim", "ClaimType", "Document", "Explanation", "Sentence", "Source", "Span", "Speaker"),
        "Stance",
    ),
    "stance.resolver": ("Aliases",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Aliases",
    "Attribution",
    "Claim",
    "ClaimClassifier",
    "ClaimType",
    "ConfigError",
    "Document",
    "Encoder",
    "Evaluation",
    "Explanation",
    "HashingEncoder",
    "InputError",
    "LabelError",
    "MissingExtraError",
    "Model",
    "ModelError",
    "OutputError",
    "SbertEncoder",
    "Sentence",
    "ShapeError",
    "Source",
    "Span",
    "SpanError",
    "Speaker",
    "Stance",
    "StanceError",
    "TrainConfig",
    "__version__",
    "attributions",
    "evaluate",
    "explain",
    "load",
    "predict",
    "save",
    "train",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        value = getattr(import_module(_HOME[name]), name)
        globals()[name] = value
        return value
    return submodule("stance", name)


def submodule(package: str, name: str) -> Any:
    """A module of a package as its attribute, for those who did not import it by itself (``stance.batch``).

    Raises
    ------
    AttributeError : the package has no such module.
    """
    from importlib.util import find_spec

    if name.startswith("_") or find_spec(f"{package}.{name}") is None:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    return import_module(f"{package}.{name}")


def __dir__() -> list[str]:
    return sorted(__all__)
