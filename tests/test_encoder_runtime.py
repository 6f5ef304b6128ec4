"""The fast encoder gives the vectors of the slow one."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from stance.encoder import Encoder
from stance.encoder.build import build_encoder
from stance.encoder.files import CONFIG, TOKENIZER, WEIGHTS
from stance.encoder.minilm import minilm_path
from stance.encoder.runtime import RuntimeEncoder, cores
from stance.encoder.sbert import SbertEncoder
from stance.errors import ModelError

_SENTENCES = [
    "The union accused the ministry of hiding the safety report.",
    "“No!”",
    "",
    " ",
    "Crème brûlée für Özlem in 東京 😀 a\u0301",
    "\x00\u200b\u202e ﬁ ½ İ",
    "x" * 5_000,
    "word " * 600,
    *(f"Sentence number {n} of {n % 7} speaks of {'very ' * (n % 23)}little." for n in range(60)),
]


@pytest.fixture(scope="module")
def encoder() -> RuntimeEncoder:
    """The base model in the runtime."""
    built = build_encoder("all-MiniLM-L6-v2")
    assert isinstance(built, RuntimeEncoder)
    return built


@pytest.mark.slow
def test_same_vectors_as_sentence_transformers(encoder: RuntimeEncoder) -> None:
    """Sentence vectors, token vectors, offsets and truncation are those of the model that it runs without."""
    slow = SbertEncoder()
    assert isinstance(slow, Encoder)
    assert slow.dim == encoder.dim == 384
    np.testing.assert_allclose(encoder.encode(_SENTENCES), slow.encode(_SENTENCES), atol=1e-5)
    assert slow.encode([]).shape == encoder.encode([]).shape == (0, 384)
    for sentence, fast, reference in zip(
        _SENTENCES, encoder.encode_tokens(_SENTENCES), slow.encode_tokens(_SENTENCES), strict=True
    ):
        np.testing.assert_array_equal(fast.offsets, reference.offsets)
        np.testing.assert_allclose(fast.pooled, reference.pooled, atol=1e-5)
        np.testing.assert_allclose(fast.vectors, reference.vectors, atol=2e-4)
        assert fast.truncated == reference.truncated == (sentence.count("word") == 600)


@pytest.mark.slow
def test_encoder_keeps_the_protocol(encoder: RuntimeEncoder) -> None:
    """Unit length, 32 bits, offsets inside the sentence, and pooled vectors equal to sentence vectors."""
    assert isinstance(encoder, Encoder)
    vectors = encoder.encode(_SENTENCES)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for sentence, vector, one in zip(_SENTENCES, vectors, encoder.encode_tokens(_SENTENCES), strict=True):
        assert one.pooled.dtype == one.vectors.dtype == np.float32
        np.testing.assert_array_equal(one.pooled, vector)
        assert one.vectors.shape == (len(one.offsets), 384)
        assert all(0 <= start < end <= len(sentence) for start, end in one.offsets)
    assert encoder.encode_tokens([]) == []


@pytest.mark.slow
@pytest.mark.parametrize("batch_tokens", [1, 64, 100_000])
def test_batches_and_order_change_nothing(encoder: RuntimeEncoder, batch_tokens: int) -> None:
    """One sentence at a time, many together, or backwards: no vector moves by more than 1e-5."""
    few = [sentence[:200] for sentence in _SENTENCES[::3]]
    reference = encoder.encode(few)
    other = RuntimeEncoder(encoder.files.folder, "other", batch_tokens=batch_tokens, threads=1)
    np.testing.assert_allclose(other.encode(few[::-1])[::-1], reference, atol=1e-5)


@pytest.mark.slow
def test_saved_and_pickled_encoders_are_the_same(encoder: RuntimeEncoder, tmp_path: Path) -> None:
    """A copy in another folder or another process loads the weights again and gives the same vectors."""
    encoder.save(tmp_path / "copy")
    assert sorted(path.name for path in (tmp_path / "copy").iterdir()) == sorted([CONFIG, WEIGHTS, TOKENIZER])
    reference = encoder.encode(["A sentence."])
    packed = pickle.dumps(encoder)
    assert len(packed) < 1000
    for other in (RuntimeEncoder(tmp_path / "copy", "copy"), pickle.loads(packed)):  # noqa: S301  # our own bytes
        np.testing.assert_array_equal(other.encode(["A sentence."]), reference)


@pytest.mark.slow
@pytest.mark.parametrize("bits", [8, 16])
def test_weights_of_fewer_bits(bits: int, encoder: RuntimeEncoder, tmp_path: Path) -> None:
    """Weights stored in 16 bits, or in 8 with a scale a row, give nearly the same vectors."""
    encoder.save(tmp_path / "small")
    small: dict[str, np.ndarray] = {}
    for name, array in load_file(encoder.files.folder / WEIGHTS).items():
        if array.dtype != np.float32:
            continue
        if bits == 8 and array.ndim == 2:
            scale = np.abs(array).max(axis=1, keepdims=True) / 127
            small |= {name: np.round(array / scale).astype(np.int8), name + ".scale": scale}
        else:
            small[name] = array.astype(np.float16)
    save_file(small, tmp_path / "small" / WEIGHTS)
    found = RuntimeEncoder(tmp_path / "small", "small").encode(_SENTENCES[:5])
    cosines = (found * encoder.encode(_SENTENCES[:5])).sum(axis=1)
    assert cosines.min() > (0.9999 if bits == 16 else 0.98)


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    """A tokenizer or weights that cannot be read are a model error that names the file."""
    for name in (CONFIG, TOKENIZER, WEIGHTS):
        with pytest.raises(
            ModelError, match=r"\.\w+: cannot be read \(No such file.+\); copy the model again, or load it"
        ):
            RuntimeEncoder(tmp_path, "damaged").encode(["a"])
        (tmp_path / name).write_bytes(b"x" * 50)
    with pytest.raises(ModelError, match=r"tokenizer\.json: not a tokenizer \(.+\); copy the model again"):
        RuntimeEncoder(tmp_path, "damaged").encode(["a"])
    (tmp_path / TOKENIZER).write_bytes((minilm_path() / TOKENIZER).read_bytes())
    with pytest.raises(ModelError, match=r"model\.safetensors: not a safetensors file"):
        RuntimeEncoder(tmp_path, "damaged").encode(["a"])


@pytest.mark.slow
def test_more_words_than_vectors_are_refused(encoder: RuntimeEncoder, tmp_path: Path) -> None:
    """A tokenizer of another model would ask for rows that are not there."""
    encoder.save(tmp_path / "cut")
    weights = load_file(encoder.files.folder / WEIGHTS)
    name = "embeddings.word_embeddings.weight"
    save_file(weights | {name: weights[name][:100].copy()}, tmp_path / "cut" / WEIGHTS)
    with pytest.raises(ModelError, match=r"tokenizer\.json has more words than model\.safetensors; copy"):
        RuntimeEncoder(tmp_path / "cut", "cut").encode(["a"])


@pytest.mark.parametrize(("asked", "limit"), [("1", 1), ("0", None), ("many", None), ("", None), ("999", None)])
def test_cores(asked: str, limit: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """``OMP_NUM_THREADS`` lowers the number of threads and never raises it above the cores of this process."""
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    every = cores()
    monkeypatch.setenv("OMP_NUM_THREADS", asked)
    assert cores() == (limit or every)


@pytest.mark.slow
def test_unknown_models_are_not_looked_for_on_the_network(tmp_path: Path) -> None:
    """A name that is not on this machine is an error that says what to do, at once."""
    with pytest.raises(
        ModelError, match=r"no/such-model: cannot load this sentence-transformers model .+--allow-network"
    ):
        SbertEncoder("no/such-model").encode(["a"])
    (tmp_path / "modules.json").write_text(
        '[{"idx": 0, "name": "0", "path": "", "type": "evil.Evil"}]', encoding="utf-8"
    )
    with pytest.raises(ModelError, match="cannot load this sentence-transformers model"):
        SbertEncoder(str(tmp_path)).encode(["a"])


@pytest.mark.slow
def test_adapted_weights_go_from_one_encoder_to_the_other(tmp_path: Path) -> None:
    """What the slow encoder saves, in fewer bits, the fast one reads."""
    slow = SbertEncoder()
    slow.save(tmp_path / "saved")
    assert sorted(path.name for path in (tmp_path / "saved").iterdir()) == sorted([CONFIG, WEIGHTS, TOKENIZER])
    found = RuntimeEncoder(tmp_path / "saved", "saved").encode(_SENTENCES[:6])
    assert (found * slow.encode(_SENTENCES[:6])).sum(axis=1).min() > 0.999
    assert len(pickle.dumps(slow)) < 1000
