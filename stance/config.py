"""How a model is trained: a frozen dataclass, read from TOML; unknown keys are refused."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from stance.corpus.labels import suggestion
from stance.encoder.protocol import Encoder
from stance.errors import ConfigError

AVERAGE_FROM = 1_000
"""Examples of the rarest label from which a fine-tuned encoder is the average of one for each fold."""

_CHOSEN = {"adapt": bool, "ngrams": bool, "folds": int, "epochs": int, "learning_rate": float, "batch_size": int}
"""Kinds of what may be None, which leaves the choice to training."""


@dataclass(frozen=True)
class TrainConfig:
    """Everything that ``stance train`` can be told.

    Parameters
    ----------
    encoder : ``all-MiniLM-L6-v2``, any other sentence-transformers name or path, or ``hashing-64`` for dry runs
    adapt : fine-tune the encoder on the labels too: better, but minutes instead of seconds; None: if it can be
    ngrams : give the head the sentence's word n-grams beside its vector; None: unless encoders are averaged
    folds : folds of the cross-validation (by article) that thresholds and calibration come from; None: 5, but where
        the encoder is fine-tuned and not averaged 3, on fewer than a hundred sentences 2
    repeats : how often averaged encoders learn from all folds, which are drawn anew: so many times ``folds`` members
    strength : inverse regularisation of the heads (scikit-learn's ``C``)
    epochs, learning_rate, batch_size : of the fine-tuning; None: by the number of sentences (``stance.training``)
    seed : of everything random
    min_examples : fewer examples of a label than this are an error
    allow_network : whether an encoder that is not on this machine may be downloaded
    """

    encoder: str = "all-MiniLM-L6-v2"
    adapt: bool | None = None
    ngrams: bool | None = None
    folds: int | None = None
    repeats: int = 1
    strength: float = 3.0
    epochs: int | None = None
    learning_rate: float | None = None
    batch_size: int | None = None
    seed: int = 0
    min_examples: int = 2
    allow_network: bool = False

    def __post_init__(self) -> None:
        limits = {
            "folds": (2, 100),
            "repeats": (1, 100),
            "strength": (1e-6, 1e6),
            "epochs": (1, 100),
            "learning_rate": (1e-7, 1.0),
            "batch_size": (1, 4096),
            "seed": (0, 2**32 - 1),
            "min_examples": (1, 10_000),
        }
        for name, (low, high) in limits.items():
            value = getattr(self, name)
            if value is None and name in _CHOSEN:
                continue
            if not isinstance(value, (int, float)) or isinstance(value, bool) or not low <= value <= high:
                raise ConfigError(f"{name} = {value!r}: expected a number from {low} to {high}")
            if isinstance(high, int) and not isinstance(value, int):  # whole limits are those of whole numbers
                raise ConfigError(f"{name} = {value!r}: expected a whole number")

    @classmethod
    def from_toml(cls, path: str | Path) -> TrainConfig:
        """The config of a TOML file.

        Raises
        ------
        ConfigError : the file cannot be read, or has a key or a value that is unknown or out of range.
        """
        path = Path(path)
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read ({error.strerror})") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path}: not TOML: {error}") from None
        return cls().updated(values, where=f"{path}: ")

    def updated(self, values: dict[str, Any], *, where: str = "") -> TrainConfig:
        """The same with some values changed; unknown names and wrong types are refused."""
        known = [field.name for field in fields(self)]
        for name, value in values.items():
            if name not in known:
                raise ConfigError(f'{where}unknown key "{name}"{suggestion(name, known)} (known: {", ".join(known)})')
            expected = _expected(name, getattr(self, name), value)
            if expected is not None:
                raise ConfigError(f"{where}{name} = {value!r}: expected {expected}")
        try:
            return replace(self, **values)
        except ConfigError as error:
            raise ConfigError(f"{where}{error}") from None

    def build_encoder(self) -> Encoder:
        """The encoder that the config names."""
        from stance.encoder.build import build_encoder

        return build_encoder(self.encoder, allow_network=self.allow_network)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for ``config.json`` of a model."""
        return asdict(self)


def _expected(name: str, current: Any, value: Any) -> str | None:
    """What the key should hold; None if the value is of that kind."""
    kind = _CHOSEN.get(name, type(current))
    if value is None and name in _CHOSEN:
        return None
    if kind is bool:
        return None if isinstance(value, bool) else "true or false"
    if kind is str:
        return None if isinstance(value, str) else f"text, such as {current!r}"
    example = "" if current is None else f", such as {current!r}"
    return None if isinstance(value, (int, float)) and not isinstance(value, bool) else f"a number{example}"
