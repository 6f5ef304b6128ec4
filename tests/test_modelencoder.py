"""The encoder that a model directory names or holds: which class it becomes, and how it is saved."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stance.encoder import minilm, precision
from stance.encoder.cached import CachedEncoder
from stance.encoder.files import CONFIG, TOKENIZER, WEIGHTS
from stance.encoder.hashing import HashingEncoder
from stance.encoder.protocol import Encoder
from stance.encoder.runtime import RuntimeEncoder
from stance.encoder.sbert import SbertEncoder
from stance.errors import ConfigError, ModelError, OutputError
from stance.modelconfig import EncoderConfig
from stance.modelencoder import at_precision, backend_of, kind_of, load_encoder, resolved, save_encoder, sha256_of

Processor = Callable[..., None]


class _Foreign:
    """An encoder of the user's own."""

    dim, name = 4, "foreign"


class _Prompted(SbertEncoder):
    """Might read other words than it is given."""


@pytest.fixture
def processor(monkeypatch: pytest.MonkeyPatch) -> Processor:
    """Set what the processor has; OpenVINO is there."""
    monkeypatch.setattr(precision, "has_openvino", lambda: True)
    return lambda *flags: monkeypatch.setattr(precision, "_processor", lambda: frozenset(flags))


def _config(kind: str, name: str, path: str | None = None) -> EncoderConfig:
    settings: dict[str, Any] = {"kind": kind, "name": name, "dim": 384, "path": path}
    return EncoderConfig(**settings)


def test_hashed_vectors_are_made_again() -> None:
    """A model on hashed vectors holds nothing but their width."""
    found = load_encoder(Path("model"), _config("hashing", "hashing-384"))
    assert (type(found), found.dim) == (HashingEncoder, 384)


@pytest.mark.parametrize(("path", "folder"), [(None, "installed"), ("encoder", "model/encoder")])
def test_small_encoders_run_without_torch(path: str | None, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The base model is read from its package, an adapted one from the directory; neither before its first use."""
    monkeypatch.setattr(minilm, "minilm_path", lambda: Path("installed"))
    found = load_encoder(Path("model"), _config("minilm", "all-MiniLM-L6-v2", path))
    assert isinstance(found, RuntimeEncoder)
    assert (found.files.folder, found.name, found.precision) == (Path(folder).absolute(), "all-MiniLM-L6-v2", "fp32")


@pytest.mark.parametrize(("path", "source"), [(None, "someone/model"), ("encoder", "model/encoder")])
def test_other_encoders_go_through_sentence_transformers(path: str | None, source: str) -> None:
    """By their name, or from the directory; never from the network unless the user says so."""
    found = load_encoder(Path("model"), _config("sbert", "someone/model", path))
    assert isinstance(found, SbertEncoder)
    assert (found.model_name, found.allow_network) == (str(Path(source).absolute()) if path else source, False)


def test_an_encoder_that_changed_outside_is_refused(tmp_path: Path) -> None:
    """A model remembers the files of an encoder in a folder of its own; one that remembers none is read as before."""
    (tmp_path / "model.safetensors").write_bytes(b"1")
    known = sha256_of(SbertEncoder(str(tmp_path)))
    config = _config("sbert", str(tmp_path)).model_copy(update={"sha256": known})
    assert isinstance(load_encoder(Path("model"), config), SbertEncoder)
    (tmp_path / "model.safetensors").write_bytes(b"2")
    with pytest.raises(ModelError, match="is another one than the model was trained with; put the old one back, or"):
        load_encoder(Path("model"), config)
    assert isinstance(load_encoder(Path("model"), _config("sbert", str(tmp_path))), SbertEncoder)
    (tmp_path / "model.safetensors").unlink()
    tmp_path.rmdir()
    with pytest.raises(ModelError, match=r"the encoder .+ that the model was trained with is not there; put that fold"):
        load_encoder(Path("model"), config)


def test_what_is_known_of_encoders_outside() -> None:
    """The base model is the official file; hashed vectors and names that are not here have no files."""
    assert sha256_of(RuntimeEncoder(minilm.minilm_path(), minilm.MINILM)) == minilm.MINILM_SHA256
    assert sha256_of(HashingEncoder(4)) is None
    assert sha256_of(SbertEncoder("someone/model")) is None


def test_an_encoder_that_no_name_brings_back_is_refused(tmp_path: Path) -> None:
    """Classes of the user's own, weights in memory, and files other than the base model's."""
    for name in (WEIGHTS, "tokenizer.json", "config.json"):
        (tmp_path / name).write_bytes(b"1")
    adapted = RuntimeEncoder(tmp_path, minilm.MINILM)
    in_memory = SbertEncoder("someone/model")
    in_memory.in_memory = True
    for encoder in (_Foreign(), _Prompted(), adapted, in_memory):
        name = f'of class {type(encoder).__name__} does not come back by its name "{encoder.name}", so the model cannot'
        with pytest.raises(OutputError, match=rf"{name} .+; give the model SbertEncoder\(folder\)"):
            sha256_of(encoder)
    with pytest.raises(OutputError, match="of class _Prompted cannot be saved with its weights; give the model"):
        save_encoder(_Prompted(), tmp_path / "saved")


def test_precisions_of_each_kind(processor: Processor) -> None:
    """MiniLM has what the machine has, sentence-transformers two, hashed vectors one; what is missing is said."""
    processor("avx512_bf16", "avx512_vnni")
    assert [resolved("minilm", asked) for asked in ("auto", "fp32", "int8")] == ["bf16", "fp32", "int8"]
    assert [resolved("sbert", asked) for asked in ("auto", "fp32", "bf16")] == ["fp32", "fp32", "bf16"]
    assert [resolved("hashing", asked) for asked in ("auto", "fp32")] == ["fp32", "fp32"]
    with pytest.raises(ConfigError, match="precision int8: a sentence-transformers model has fp32 and bf16"):
        resolved("sbert", "int8")
    with pytest.raises(ConfigError, match="precision bf16: hashed vectors are fp32"):
        resolved("hashing", "bf16")
    processor()
    with pytest.raises(ConfigError, match="this processor has no instructions for bf16; take --precision fp32"):
        resolved("sbert", "bf16")


def test_encoders_at_a_precision(processor: Processor) -> None:
    """A copy computes in another precision; an encoder that is in it already, or knows only one, stays itself."""
    processor("avx512_bf16", "avx512_vnni")
    small = at_precision(RuntimeEncoder("folder", "small", threads=3), "int8")
    assert isinstance(small, RuntimeEncoder)
    assert (small.precision, small.files.folder, small.threads) == ("int8", Path("folder").absolute(), 3)
    large = SbertEncoder("someone/model", batch_tokens=7)
    assert at_precision(large, "fp32") is large
    halved = at_precision(large, "bf16")
    assert isinstance(halved, SbertEncoder)
    assert (halved.precision, halved.batch_tokens) == ("bf16", 7)
    hashed = HashingEncoder(8)
    assert at_precision(hashed, "auto") is hashed


@pytest.mark.parametrize(
    ("encoder", "backend"),
    [
        (RuntimeEncoder("folder", "small"), r"ONNX Runtime \d[\d.]+, fp32"),
        (SbertEncoder("someone/model"), r"sentence-transformers \d\S+, torch \d\S+, fp32"),
        (HashingEncoder(8), r"hashes, numpy \d[\d.]+"),
        (_Foreign(), "_Foreign"),
    ],
)
def test_what_computes_the_vectors(encoder: Encoder, backend: str, tmp_path: Path) -> None:
    """Library, version and precision; of an encoder of the user's own, its class; through a cache all the same."""
    assert re.fullmatch(backend, backend_of(encoder))
    assert backend_of(CachedEncoder(encoder, tmp_path)) == backend_of(encoder)


def test_how_a_saved_encoder_is_loaded(tmp_path: Path) -> None:
    """By the class, and for one with its own weights by the files that were saved."""
    assert kind_of(CachedEncoder(HashingEncoder(8), tmp_path / "cache"), tmp_path / "none") == "hashing"
    assert kind_of(RuntimeEncoder("folder", "small"), tmp_path / "none") == "minilm"
    assert kind_of(SbertEncoder("someone/model"), tmp_path / "none") == "sbert"
    (tmp_path / "compact").mkdir()
    assert kind_of(SbertEncoder("someone/model"), tmp_path / "compact") == "minilm"
    (tmp_path / "whole").mkdir()
    (tmp_path / "whole" / "modules.json").write_text("[]", encoding="utf-8")
    assert kind_of(SbertEncoder("someone/model"), tmp_path / "whole") == "sbert"


def test_an_encoder_with_files_is_copied(tmp_path: Path) -> None:
    """The three files of a small encoder go along, through a cache too; one without files is refused."""
    source = tmp_path / "source"
    source.mkdir()
    for name in (CONFIG, TOKENIZER, WEIGHTS):
        (source / name).write_text(name, encoding="utf-8")
    save_encoder(CachedEncoder(RuntimeEncoder(source, "small"), tmp_path / "cache"), tmp_path / "saved")
    assert {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "saved").iterdir()} == {
        name: name for name in (CONFIG, TOKENIZER, WEIGHTS)
    }
    with pytest.raises(OutputError, match="an encoder of class HashingEncoder cannot be saved with its weights"):
        save_encoder(HashingEncoder(8), tmp_path / "other")
