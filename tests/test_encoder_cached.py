"""An encoder with a cache before it: the same bytes, and each sentence computed once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

import stance
from stance.classifier import ClaimClassifier
from stance.corpus.labels import Record
from stance.encoder import Encoder, TokenVectors
from stance.encoder.cache import FILE, VectorCache
from stance.encoder.cached import CachedEncoder, uncached
from stance.encoder.fingerprint import fingerprint
from stance.encoder.hashing import HashingEncoder
from stance.encoder.runtime import RuntimeEncoder
from stance.encoder.sbert import SbertEncoder
from stance.errors import ConfigError
from stance.library import DEFAULT
from stance.manifest import ENCODER

_TEXTS = ["The union blamed the ministry.", "", "“No!”", "漢字 \ud83d", "The union blamed the ministry.", "\x00\u200b"]


class Counting(HashingEncoder):
    """Notes what it was asked to compute."""

    def __init__(self, dim: int = 8) -> None:
        super().__init__(dim)
        self.asked: list[str] = []

    def encode_tokens(self, sentences: Sequence[str]) -> list[TokenVectors]:
        """As ever."""
        self.asked += sentences
        return super().encode_tokens(sentences)


def _same(found: Sequence[TokenVectors], expected: Sequence[TokenVectors]) -> bool:
    return all(
        (one.pooled.tobytes(), one.vectors.tobytes(), one.offsets.tobytes(), one.offsets.dtype, one.truncated)
        == (
            other.pooled.tobytes(),
            other.vectors.tobytes(),
            other.offsets.tobytes(),
            other.offsets.dtype,
            other.truncated,
        )
        for one, other in zip(found, expected, strict=True)
    )


def test_cold_and_warm_give_the_encoders_bytes(tmp_path: Path) -> None:
    """Sentence and token vectors, offsets and what was cut are the same with an empty and a full cache."""
    plain = HashingEncoder(8)
    for _ in range(2):
        cached = CachedEncoder(HashingEncoder(8), tmp_path)
        assert isinstance(cached, Encoder)
        assert _same(cached.encode_tokens(_TEXTS), plain.encode_tokens(_TEXTS))
        assert cached.encode(_TEXTS).tobytes() == plain.encode(_TEXTS).tobytes()
        assert cached.encode([]).shape == (0, 8)
        assert cached.encode_tokens([]) == []
    assert (cached.name, cached.dim) == ("hashing-8", 8)
    assert uncached(cached) is cached.encoder


class Double:
    """Gives 64-bit floats, as plain numpy does."""

    name, dim, fingerprint = "double", 8, "double"

    def encode(self, sentences: Sequence[str]) -> Any:
        """As a hash gives them, in more bytes."""
        return HashingEncoder(8).encode(sentences).astype(np.float64)

    def encode_tokens(self, sentences: Sequence[str]) -> list[Any]:
        """The same for word pieces."""
        return [
            TokenVectors(one.pooled.astype(np.float64), one.vectors.astype(np.float64), one.offsets)  # type: ignore[arg-type]
            for one in HashingEncoder(8).encode_tokens(sentences)
        ]


def test_longer_floats_are_stored_as_32_bits(tmp_path: Path) -> None:
    """An encoder that gives 64-bit floats has the same vectors from an empty, a part-filled and a full cache."""
    plain = HashingEncoder(8)
    for asked in (_TEXTS[:2], _TEXTS, _TEXTS):
        assert CachedEncoder(Double(), tmp_path / "a").encode(asked).tobytes() == plain.encode(asked).tobytes()
        tokens = CachedEncoder(Double(), tmp_path / "b").encode_tokens(asked)
        assert _same(tokens, plain.encode_tokens(asked))
        assert {one.vectors.dtype for one in tokens} == {np.dtype(np.float32)}


def test_each_sentence_is_computed_once(tmp_path: Path) -> None:
    """Only what is new is computed; token vectors bring the sentence's vector along."""
    encoder = Counting()
    cached = CachedEncoder(encoder, tmp_path)
    cached.encode_tokens(_TEXTS[:3])
    encoder.asked.clear()
    cached.encode_tokens([*_TEXTS[:3], "new"])
    assert encoder.asked == ["new"]
    cached.encode(["new", "newer", _TEXTS[0]])
    assert encoder.asked == ["new", "newer"]


def test_truncation_is_kept(tmp_path: Path) -> None:
    """Whether words did not fit is remembered too."""

    class Cutting(HashingEncoder):
        def encode_tokens(self, sentences: Sequence[str]) -> list[TokenVectors]:
            found = super().encode_tokens(sentences)
            return [TokenVectors(one.pooled, one.vectors, one.offsets, truncated=True) for one in found]

    for _ in range(2):
        assert CachedEncoder(Cutting(4), tmp_path).encode_tokens(["a b"])[0].truncated


def test_other_encoders_have_other_vectors(tmp_path: Path) -> None:
    """Models share a cache without mixing their vectors."""
    for dim in (4, 8, 4):
        assert CachedEncoder(HashingEncoder(dim), tmp_path).encode(["a"]).shape == (1, dim)


def test_fingerprint_changes_with_the_weights(tmp_path: Path) -> None:
    """Files, precision and libraries are in the line; the name of the folder is not."""
    folder = shutil.copytree(DEFAULT / ENCODER, tmp_path / "encoder")
    line = fingerprint(RuntimeEncoder(folder, "x"))
    assert line == fingerprint(RuntimeEncoder(DEFAULT / ENCODER, "y"))
    assert "onnxruntime" in line
    weights = folder / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    assert fingerprint(RuntimeEncoder(folder, "x")) != line


def test_fingerprint_of_a_sentence_transformers_folder(tmp_path: Path) -> None:
    """The model need not be loaded for it."""
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"1")
    encoder = SbertEncoder(str(tmp_path))
    line = fingerprint(encoder)
    (tmp_path / "model.safetensors").write_bytes(b"2")
    assert fingerprint(encoder) != line
    assert encoder._model is None


def test_encoders_of_ones_own_say_what_they_are(tmp_path: Path) -> None:
    """A class that nobody knows needs an attribute; without it the error says so."""

    class Own:
        name, dim = "own", 2

        def encode(self, sentences: Sequence[str]) -> np.ndarray:
            return np.ones((len(sentences), 2), np.float32)

        def encode_tokens(self, sentences: Sequence[str]) -> list[TokenVectors]:
            return []

    own = Own()
    with pytest.raises(ConfigError, match="class Own cannot be cached: give it an attribute fingerprint"):
        CachedEncoder(own, tmp_path).encode(["a"])
    own.fingerprint = "own 1"  # type: ignore[attr-defined]
    assert CachedEncoder(own, tmp_path).encode(["a"]).tolist() == [[1, 1]]


def test_training_gives_the_same_model(labelled: list[Record], tmp_path: Path) -> None:
    """The files of a model are the same bytes without a cache, with an empty one and with a full one."""
    saved = []
    for number, cache in enumerate((None, tmp_path / "cache", tmp_path / "cache")):
        model = stance.train(labelled, encoder="hashing-32", adapt=False, folds=2, cache=cache)
        folder = stance.save(model, tmp_path / f"model-{number}")
        saved.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert saved[0] == saved[1] == saved[2]
    assert (tmp_path / "cache" / FILE).is_file()


def test_loaded_models_use_it(tiny_folder: Path, tmp_path: Path) -> None:
    """Predictions are the same; the vectors are there afterwards."""
    text = "The union accused the ministry of hiding the report. It wants an inquiry."
    expected = stance.load(tiny_folder).predict(text)
    for _ in range(2):
        assert stance.load(tiny_folder, cache=tmp_path).predict(text) == expected
    facts = VectorCache(tmp_path).facts()
    assert facts is not None
    assert facts.entries == 4  # two sentences, two kinds of vectors


def test_estimators_take_it(tmp_path: Path) -> None:
    """A cached encoder goes into a scikit-learn estimator, is cloned with it, and computes once for many fits."""
    encoder = Counting()
    classifier = ClaimClassifier(CachedEncoder(encoder, tmp_path), folds=0)
    sentences, labels = ["good day", "bad day", "good sun", "bad rain"], ["g", "b", "g", "b"]
    for strength in (0.1, 1.0):
        assert clone(classifier).set_params(strength=strength).fit(sentences, labels).predict(["good"]) == ["g"]
    assert len(set(VectorCache(tmp_path).get([])) | set(encoder.asked)) <= 5


def test_commands_keep_vectors_where_they_are_told(
    labelled_path: Path, tmp_path: Path, stance_command: Callable[..., CompletedProcess[str]]
) -> None:
    """``STANCE_CACHE`` and ``--cache`` place it, ``info`` tells of it, and the results are the same."""
    (tmp_path / "train.toml").write_text('encoder = "hashing-32"\nadapt = false\nfolds = 2\n')
    train = ("train", labelled_path, "--config", tmp_path / "train.toml", "-o")
    plain = stance_command(*train, tmp_path / "plain")
    kept = stance_command(*train, tmp_path / "kept", STANCE_CACHE=str(tmp_path / "cache"))
    assert (plain.returncode, kept.returncode) == (0, 0), kept.stderr
    assert (tmp_path / "plain" / "config.json").read_bytes() == (tmp_path / "kept" / "config.json").read_bytes()
    evaluate = ("evaluate", tmp_path / "kept", labelled_path, "--no-intervals")
    without = stance_command(*evaluate)
    assert stance_command(*evaluate, "--cache", tmp_path / "cache").stdout == without.stdout
    told = stance_command("info", "--model", tmp_path / "plain", "--cache", tmp_path / "cache").stdout
    assert f"{tmp_path / 'cache' / FILE}: " in told
    assert "vectors" in told
    assert "cache        none" in stance_command("info", "--model", tmp_path / "plain").stdout


def test_commands_go_on_without_it(
    labelled_path: Path, tiny_folder: Path, tmp_path: Path, stance_command: Callable[..., CompletedProcess[str]]
) -> None:
    """A cache that cannot be used is one line on stderr; a size that is no number is a wrong setting."""
    (tmp_path / "file").write_text("mine")
    evaluate = ("evaluate", tiny_folder, labelled_path, "--no-intervals", "--cache", tmp_path / "file")
    done = stance_command(*evaluate)
    assert done.returncode == 0
    assert done.stderr.count("the cache is not used") == 1
    wrong = stance_command(*evaluate, STANCE_CACHE_MB="many")
    assert wrong.returncode == 2
    assert 'STANCE_CACHE_MB is "many": expected a whole number of megabytes' in wrong.stderr
