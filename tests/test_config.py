"""Settings of a training, from TOML or from code."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from pathlib import Path
from typing import Any

import pytest

from stance.config import TrainConfig
from stance.encoder.hashing import HashingEncoder
from stance.errors import ConfigError


def _toml(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "train.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_toml_changes_what_it_names(tmp_path: Path) -> None:
    """Keys of the file are set, the others keep their defaults, an empty file changes nothing."""
    config = TrainConfig.from_toml(_toml(tmp_path, 'encoder = "hashing-32"\nadapt = false\nfolds = 3\nstrength = 2\n'))
    assert config == TrainConfig(encoder="hashing-32", adapt=False, folds=3, strength=2)
    assert TrainConfig.from_toml(_toml(tmp_path, "")) == TrainConfig()


def test_every_key_can_be_set_to_its_own_value(tmp_path: Path) -> None:
    """The dictionary that a model keeps of its config makes the same config."""
    config = TrainConfig(encoder="hashing-8", ngrams=True, seed=5)
    assert TrainConfig().updated(config.to_dict()) == config
    assert list(config.to_dict()) == [field.name for field in fields(TrainConfig)]


def test_updated_leaves_the_first_alone() -> None:
    """A config is frozen; a change makes another."""
    config = TrainConfig()
    assert config.updated({"seed": 3}).seed == 3
    assert config.seed == 0
    with pytest.raises(FrozenInstanceError):
        config.seed = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"epoch": 3}, r'^unknown key "epoch"; did you mean "epochs"\? \(known: encoder, adapt, ngrams, folds'),
        ({"zzz": 3}, r'^unknown key "zzz" \(known: '),
        ({"adapt": "yes"}, "^adapt = 'yes': expected true or false"),
        ({"adapt": 1}, "^adapt = 1: expected true or false"),
        ({"seed": None}, "^seed = None: expected a number, such as 0"),
        ({"ngrams": 2}, "^ngrams = 2: expected true or false"),
        ({"encoder": 5}, "^encoder = 5: expected text, such as 'all-MiniLM-L6-v2'"),
        ({"folds": "5"}, "^folds = '5': expected a number$"),
        ({"folds": True}, "^folds = True: expected a number$"),
        ({"strength": "3"}, "^strength = '3': expected a number, such as 3.0"),
        ({"folds": 1}, "^folds = 1: expected a number from 2 to 100"),
        ({"folds": 2.5}, "^folds = 2.5: expected a whole number"),
        ({"seed": -1}, "^seed = -1: expected a number from 0 to 4294967295"),
        ({"strength": 0}, "^strength = 0: expected a number from 1e-06 to 1000000.0"),
        ({"strength": float("nan")}, "^strength = nan: expected a number from"),
        ({"learning_rate": 2}, "^learning_rate = 2: expected a number from 1e-07 to 1.0"),
        ({"batch_size": 0}, "^batch_size = 0: expected a number from 1 to 4096"),
    ],
)
def test_impossible_values_are_refused(values: dict[str, Any], message: str) -> None:
    """The message says the key, what was given, and what was expected."""
    with pytest.raises(ConfigError, match=message):
        TrainConfig().updated(values)


@pytest.mark.parametrize("name", ["adapt", "ngrams", "folds", "epochs", "learning_rate", "batch_size"])
def test_some_values_can_be_left_to_the_training(name: str) -> None:
    """None is their default, and can be given."""
    assert getattr(TrainConfig(), name) is None
    assert getattr(TrainConfig(adapt=True, ngrams=True, folds=3).updated({name: None}), name) is None


def test_valid_from_birth() -> None:
    """The constructor refuses what a file could not hold either."""
    with pytest.raises(ConfigError, match="epochs = 0: expected a number from 1 to 100"):
        TrainConfig(epochs=0)
    with pytest.raises(ConfigError, match="min_examples = True: expected a number"):
        TrainConfig(min_examples=True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("epochs = ", r"train\.toml: not TOML: Invalid value"),
        (b"encoder = '\xff'", r"train\.toml: not TOML: 'utf-8' codec can't decode byte 0xff"),
        ("epochs = 500", r"train\.toml: epochs = 500: expected a number from 1 to 100"),
        ("epochs = '5'", r"train\.toml: epochs = '5': expected a number$"),
        ("[train]\nepochs = 5", r'train\.toml: unknown key "train" \(known: encoder'),
    ],
)
def test_bad_files_are_named(text: str | bytes, message: str, tmp_path: Path) -> None:
    """What is wrong in a file is said with the file's name, in one line."""
    with pytest.raises(ConfigError, match=message) as caught:
        TrainConfig.from_toml(_toml(tmp_path, text))
    assert "\n" not in str(caught.value)


def test_missing_file(tmp_path: Path) -> None:
    """A file that is not there, or is a folder, is a config error."""
    with pytest.raises(ConfigError, match=r"none\.toml: cannot be read \(No such file or directory\)"):
        TrainConfig.from_toml(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match=r"cannot be read \(Is a directory\)"):
        TrainConfig.from_toml(tmp_path)


def test_config_builds_its_encoder() -> None:
    """The name becomes the encoder."""
    encoder = TrainConfig(encoder="hashing-48").build_encoder()
    assert isinstance(encoder, HashingEncoder)
    assert encoder.dim == 48
