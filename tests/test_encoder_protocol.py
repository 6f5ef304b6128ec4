"""What every encoder promises, kept by the one without a model; and how sentences are batched."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.encoder import Encoder, TokenVectors
from stance.encoder.build import build_encoder
from stance.encoder.hashing import HashingEncoder
from stance.encoder.minilm import MINILM, is_minilm
from stance.encoder.protocol import by_length, unit_length
from stance.encoder.runtime import RuntimeEncoder
from stance.encoder.sbert import SbertEncoder
from stance.errors import ConfigError

_SENTENCES = ["The union blamed the ministry.", "", "“No!”", "漢字 😀", "a " * 300, "\x00\u200b", "Ünï ünï"]


@given(st.lists(st.integers(0, 300), max_size=40), st.integers(1, 1000))
def test_batches_hold_every_row_once(lengths: list[int], budget: int) -> None:
    """Each row comes in one batch, shortest first; a padded batch stays in the budget unless it is one row."""
    batches = list(by_length(lengths, budget))
    assert sorted(row for batch in batches for row in batch) == list(range(len(lengths)))
    flat = [lengths[row] for batch in batches for row in batch]
    assert flat == sorted(lengths)
    assert all(len(batch) == 1 or len(batch) * lengths[batch[-1]] <= budget for batch in batches)


def test_batches_of_one_article_pad_little() -> None:
    """Few sentences of many lengths are not padded to the longest of them, nor computed one by one."""
    lengths = [5, 9, 14, 17, 18, 22, 25, 25, 29, 31, 33, 40, 47, 52, 60, 75, 118]
    batches = list(by_length(lengths, 1024))
    padded = sum(len(batch) * -(-lengths[batch[-1]] // 8) * 8 for batch in batches)
    assert padded < 1.3 * sum(lengths)
    assert len(batches) < len(lengths) / 1.5
    assert len(list(by_length([30] * 20, 1024))) == 1


@pytest.mark.parametrize("shape", [(0, 3), (1, 3), (4, 2)])
def test_unit_length(shape: tuple[int, int]) -> None:
    """Rows get length one; a row of zeros stays."""
    vectors = np.arange(np.prod(shape), dtype=np.float32).reshape(shape) - 2
    found = unit_length(vectors)
    assert found.shape == shape
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)
    assert unit_length(np.zeros((1, 2), np.float32)).tolist() == [[0, 0]]


@pytest.mark.parametrize("dim", [1, 64])
def test_hashing_encoder_keeps_the_protocol(dim: int) -> None:
    """Shapes, lengths, offsets: what the real encoders promise holds for the one of the tests."""
    encoder = HashingEncoder(dim)
    assert isinstance(encoder, Encoder)
    assert (encoder.name, encoder.dim) == (f"hashing-{dim}", dim)
    vectors, encoded = encoder.encode(_SENTENCES), encoder.encode_tokens(_SENTENCES)
    assert (vectors.shape, vectors.dtype) == ((len(_SENTENCES), dim), np.float32)
    for sentence, vector, one in zip(_SENTENCES, vectors, encoded, strict=True):
        np.testing.assert_array_equal(vector, one.pooled)
        assert one.vectors.shape == (len(one.offsets), dim)
        assert one.vectors.dtype == np.float32
        assert not one.truncated
        assert all(0 <= start < end <= len(sentence) for start, end in one.offsets)
        norm = np.linalg.norm(vector)
        assert norm == pytest.approx(1 if len(one.offsets) else 0, abs=1e-6)
    assert encoder.encode([]).shape == (0, dim)
    assert encoder.encode_tokens([]) == []


def test_hashing_tokens_are_words_and_marks() -> None:
    """A token is a word or a mark; case makes no difference."""
    (one,) = HashingEncoder(8).encode_tokens(["No, no"])
    assert one.offsets.tolist() == [[0, 2], [2, 3], [4, 6]]
    np.testing.assert_array_equal(one.vectors[0], one.vectors[2])


@given(st.lists(st.text(max_size=12), max_size=6), st.randoms())
def test_company_and_order_change_no_hashed_vector(sentences: list[str], random: object) -> None:
    """A sentence has one vector, whoever stands beside it."""
    encoder = HashingEncoder(16)
    order = list(range(len(sentences)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = encoder.encode([sentences[row] for row in order])
    np.testing.assert_array_equal(shuffled, encoder.encode(sentences)[order])


def test_hashed_vectors_are_the_same_in_every_process() -> None:
    """Nothing depends on the process's own hash seed."""
    code = "from stance.encoder.hashing import HashingEncoder as H; print(H(4).encode(['a union'])[0].tolist())"
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in "12"
    }
    assert runs == {f"{HashingEncoder(4).encode(['a union'])[0].tolist()}\n"}


def test_token_vectors_are_whole_by_default() -> None:
    """An encoding is not truncated unless it says so."""
    assert not TokenVectors(np.zeros(1), np.zeros((0, 1)), np.zeros((0, 2))).truncated


@pytest.mark.parametrize(
    ("name", "kind", "called"),
    [
        ("hashing-64", HashingEncoder, "hashing-64"),
        ("hashing-1", HashingEncoder, "hashing-1"),
        ("all-MiniLM-L6-v2", RuntimeEncoder, MINILM),
        (MINILM, RuntimeEncoder, MINILM),
        ("BAAI/bge-small-en", SbertEncoder, "BAAI/bge-small-en"),
        ("./my-model", SbertEncoder, "./my-model"),
    ],
)
def test_names_build_encoders(name: str, kind: type, called: str) -> None:
    """A name is enough to know the encoder, and loads no model yet."""
    encoder = build_encoder(name)
    assert type(encoder) is kind
    assert encoder.name == called
    assert not getattr(encoder, "allow_network", False)
    assert len(pickle.dumps(encoder)) < 1000


def test_folders_are_found_from_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder keeps its whole path, so that a model finds it from any working directory."""
    (tmp_path / "mine").mkdir()
    monkeypatch.chdir(tmp_path)
    assert build_encoder("mine").name == str(tmp_path / "mine")


@pytest.mark.parametrize("name", ["hashing", "hashing-", "hashing-0", "hashing-x", "hashing-٣", "hashing-123456"])
def test_impossible_widths_are_refused(name: str) -> None:
    """A hashing encoder needs a width in plain digits."""
    with pytest.raises(ConfigError, match=f'encoder "{name}": expected a width, such as hashing-64'):
        build_encoder(name)


def test_network_only_where_allowed() -> None:
    """Downloading is an option that is handed on."""
    encoder = build_encoder("some/model", allow_network=True)
    assert isinstance(encoder, SbertEncoder)
    assert encoder.allow_network


def test_base_model_has_two_names() -> None:
    """With and without its organisation; no other name means it."""
    assert is_minilm("all-MiniLM-L6-v2")
    assert is_minilm("sentence-transformers/all-MiniLM-L6-v2")
    assert not is_minilm("all-MiniLM-L12-v2")
