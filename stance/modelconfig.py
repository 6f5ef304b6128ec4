"""``config.json`` of a model directory: a strict schema, judged before any array is read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from stance.corpus.labels import describe
from stance.errors import ModelError, ModelFault
from stance.manifest import CONFIG, read_json
from stance.records import Stance
from stance.version import __version__

FORMAT = 1
"""Version of the directory layout; a newer one is refused, an older one is read or refused by name."""


def _different(names: list[str]) -> list[str]:
    if len(set(names)) < len(names):
        raise ValueError("a name stands there twice")
    return names


def _known(stances: list[str]) -> list[str]:
    if not set(stances) <= set(Stance):
        raise ValueError(f"expected {', '.join(Stance)}")
    return stances


_Names = Annotated[list[str], Field(min_length=1), AfterValidator(_different)]
_Stances = Annotated[_Names, AfterValidator(_known)]


class _Strict(BaseModel):
    """Unknown keys, NaN and wrong types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class EncoderConfig(_Strict):
    """Which encoder reads the sentences; ``path`` inside the directory, or a name outside it.

    ``sha256`` is of the files outside, where they are known; models of older versions have none.
    """

    kind: Literal["minilm", "sbert", "hashing"]
    name: str
    dim: int = Field(ge=1, le=65_536)
    path: Literal["encoder"] | None = None
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None
    precision: Literal["fp32"] = "fp32"  # of the computation; adapted weights are stored in 16 bits


class HeadConfig(_Strict):
    """The labels of the head, and from which probability each counts."""

    labels: _Names
    multi_label: bool
    thresholds: dict[str, Annotated[float, Field(ge=0, le=1)]]
    ngrams: bool


class ProbeConfig(_Strict):
    """A sentence, and the probability of each label when the model was saved."""

    text: Annotated[str, Field(max_length=2_000)]
    probabilities: dict[str, Annotated[float, Field(ge=0, le=1)]]


class BundleConfig(_Strict):
    """``config.json``, strictly."""

    format: int
    stance: str
    encoder: EncoderConfig
    types: HeadConfig
    stances: _Stances | None
    stance_types: _Names | None
    roles: _Names | None
    versions: dict[str, str]
    training: dict[str, Any]
    scores: dict[str, Any]
    probes: Annotated[list[ProbeConfig], Field(max_length=100)] = []  # models of older versions have none


def read_config(folder: Path) -> BundleConfig:
    """The config of a model directory.

    Raises
    ------
    ModelError : it breaks the schema, or is of a format that this version of stance does not read.
    """
    raw = read_json(folder / CONFIG)
    version = raw.get("format") if isinstance(raw, dict) else None
    if isinstance(version, int) and version > FORMAT:
        raise ModelError(
            f"{folder}: model format {version}, but stance {__version__} reads up to {FORMAT}; upgrade stance",
            ModelFault.NEWER,
        )
    if version != FORMAT:
        found = "no model format" if version is None else f"model format {version!r}"
        raise ModelError(
            f"{folder / CONFIG}: {found}; expected {FORMAT}; train or copy the model again", ModelFault.SCHEMA
        )
    try:
        return BundleConfig.model_validate(raw)
    except ValidationError as error:
        message = f"{folder / CONFIG}: {describe(error)}; copy or train the model again"
        raise ModelError(message, ModelFault.SCHEMA) from None
