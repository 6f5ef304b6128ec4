"""With what numbers the encoder computes: what a machine has is chosen, what it lacks is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import get_args

import numpy as np
import pytest

from stance.bundle import load as load_bundle
from stance.cli import options
from stance.encoder import precision
from stance.encoder.backends import described
from stance.encoder.build import build_encoder
from stance.encoder.fingerprint import fingerprint
from stance.encoder.precision import PRECISIONS, Precision, chosen
from stance.encoder.quantised import quantise
from stance.encoder.runtime import RuntimeEncoder
from stance.encoder.sbert import SbertEncoder
from stance.errors import ConfigError, MissingExtraError
from stance.library import load
from stance.modelencoder import at_precision, backend_of, resolved

_SENTENCES = [
    "The union accused the ministry of hiding the safety report.",
    "“No!”",
    "",
    *(f"Sentence number {n} of {n % 7} speaks of {'very ' * (n % 23)}little." for n in range(40)),
]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Set what the processor and the installation have."""

    def pretend(*flags: str, openvino: bool = False) -> None:
        monkeypatch.setattr(precision, "_processor", lambda: frozenset(flags))
        monkeypatch.setattr(precision, "has_openvino", lambda: openvino)

    return pretend


def _runtime(computed: Precision) -> RuntimeEncoder:
    encoder = at_precision(build_encoder("all-MiniLM-L6-v2"), computed)
    assert isinstance(encoder, RuntimeEncoder)
    return encoder


def test_auto_takes_what_gives_the_same_labels(machine: Callable[..., None]) -> None:
    """bf16 where processor and library have it, else 32-bit floats; int8 never without being asked for."""
    machine("avx512_bf16", "avx512_vnni", openvino=True)
    assert chosen("auto") == "bf16"
    machine("avx512_bf16", "avx512_vnni")
    assert (chosen("auto"), chosen("fp32")) == ("fp32", "fp32")
    machine("avx_vnni", openvino=True)
    assert (chosen("auto"), chosen("int8")) == ("fp32", "int8")
    machine("sse4_2", openvino=True)
    assert chosen("auto") == "fp32"


def test_what_a_machine_lacks_is_said(machine: Callable[..., None]) -> None:
    """The message says what is missing and what to do."""
    machine("sse4_2", openvino=True)
    with pytest.raises(ConfigError, match=r"no instructions for bf16 \(avx512_bf16 or amx_bf16\); take auto or fp32"):
        chosen("bf16")
    with pytest.raises(ConfigError, match=r"no instructions for int8 \(VNNI\); take auto or fp32"):
        chosen("int8")
    machine("amx_bf16")
    with pytest.raises(MissingExtraError, match=r"bf16 needs the package openvino; .+'\.\[openvino\]'"):
        chosen("bf16")
    machine("avx512_vnni")
    with pytest.raises(MissingExtraError, match="int8 needs the package openvino"):
        chosen("int8")
    with pytest.raises(ConfigError, match='precision "fp8": expected one of auto, fp32, bf16, int8'):
        chosen("fp8")  # type: ignore[arg-type]  # what a user may write


def test_a_system_that_tells_nothing_has_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a list of instruction sets it is 32-bit floats."""
    precision._processor.cache_clear()
    monkeypatch.setattr(precision, "_CPUINFO", tmp_path / "none")
    assert chosen("auto") == "fp32"
    (tmp_path / "none").write_text("model name : x\nflags : fpu avx_vnni\n", encoding="ascii")
    precision._processor.cache_clear()
    monkeypatch.setattr(precision, "has_openvino", lambda: True)
    assert chosen("int8") == "int8"
    precision._processor.cache_clear()


def test_other_encoders_know_less(machine: Callable[..., None]) -> None:
    """Hashed vectors have one precision, sentence-transformers two; what they lack is refused."""
    machine("avx512_bf16")
    assert resolved("sbert", "bf16") == "bf16"
    assert resolved("sbert", "auto") == resolved("hashing", "auto") == "fp32"
    with pytest.raises(ConfigError, match="precision int8: a sentence-transformers model has fp32 and bf16"):
        resolved("sbert", "int8")
    with pytest.raises(ConfigError, match="precision bf16: hashed vectors are fp32"):
        at_precision(build_encoder("hashing-8"), "bf16")
    found = at_precision(SbertEncoder("some/model", allow_network=True), "bf16")
    assert isinstance(found, SbertEncoder)
    assert (found.precision, found.model_name, found.allow_network) == ("bf16", "some/model", True)
    machine()
    with pytest.raises(ConfigError, match="no instructions for bf16; take --precision fp32"):
        resolved("sbert", "bf16")


def test_the_command_line_offers_the_same() -> None:
    """The choices of ``--precision`` are those of the library."""
    assert tuple(options.Precision) == PRECISIONS == get_args(Precision)


def test_a_layer_in_8_bits() -> None:
    """Its outputs move by little of their size, though some entries are fifty times as large as others."""
    rng = np.random.default_rng(0)
    weight, bias = rng.normal(size=(64, 20)).astype(np.float32), rng.normal(size=20).astype(np.float32)
    sizes = np.where(np.arange(64) % 16, 1, 50)
    entering = (rng.normal(size=(400, 64)) * sizes + 0.3).astype(np.float32)
    layer = quantise(weight, bias, entering)
    assert layer.weight.shape == (20, 64)
    assert layer.weight.dtype == np.int8
    assert (layer.rounded(np.zeros((1, 64), np.float32)) == 0).all()
    exact = entering @ weight + bias
    found = layer.rounded(entering) @ (layer.weight * layer.scale[:, None]).T + layer.bias
    assert np.abs(found - exact).mean() < 0.02 * np.abs(exact).mean()
    np.testing.assert_allclose(found.mean(axis=0), exact.mean(axis=0), atol=1e-3)


def test_a_layer_that_nothing_enters() -> None:
    """Entries that were never other than zero leave a layer of finite numbers."""
    layer = quantise(np.zeros((4, 3), np.float32), np.ones(3, np.float32), np.zeros((5, 4), np.float32))
    assert np.isfinite(layer.divisor).all()
    assert (layer.weight == 0).all()
    np.testing.assert_array_equal(layer.bias, np.ones(3))


@pytest.mark.slow
@pytest.mark.parametrize("computed", ["int8", "bf16"])
def test_nearly_the_same_vectors(computed: Precision) -> None:
    """Fewer bits give nearly the vectors of 32; neighbours in a batch change a sentence by next to nothing."""
    try:
        encoder = _runtime(computed)
    except (ConfigError, MissingExtraError) as error:
        pytest.skip(str(error))
    reference, found = _runtime("fp32"), encoder.encode(_SENTENCES)
    assert found.dtype == np.float32
    cosines = (found * reference.encode(_SENTENCES)).sum(axis=1)
    assert cosines.min() > (0.999 if computed == "bf16" else 0.99)
    alone = np.concatenate([encoder.encode([sentence]) for sentence in _SENTENCES[:8]])
    assert (alone * found[:8]).sum(axis=1).min() > 0.999
    assert encoder.backend == described(encoder.precision)
    assert encoder.backend.endswith(computed)
    assert fingerprint(encoder) != fingerprint(reference)


@pytest.mark.slow
def test_sentence_transformers_in_bf16() -> None:
    """Vectors come back in 32 bits and nearly the same."""
    encoder = SbertEncoder().at("bf16")
    found = encoder.encode(_SENTENCES[:6])
    assert found.dtype == np.float32
    assert (found * SbertEncoder().encode(_SENTENCES[:6])).sum(axis=1).min() > 0.999
    assert backend_of(encoder).endswith(", bf16")


def test_loaded_models_know_theirs(tiny_folder: Path, tmp_path: Path) -> None:
    """A model computes in what was asked for; its own files are judged in 32 bits before."""
    assert backend_of(load(tiny_folder).encoder).startswith("hashes, numpy")
    with pytest.raises(ConfigError, match="precision int8: hashed vectors are fp32"):
        load(tiny_folder, precision="int8")
    assert load(precision="fp32").encoder.precision == "fp32"  # type: ignore[attr-defined]  # the default's has it
    assert backend_of(load_bundle(tiny_folder).encoder).startswith("hashes")
    assert backend_of(load(tiny_folder, cache=tmp_path).encoder).startswith("hashes")


def test_info_and_parts_say_it(
    stance_command: Callable[..., CompletedProcess[str]], tiny_folder: Path, tmp_path: Path
) -> None:
    """``stance info`` names backend and precision; a folder of parts and a Parquet file keep it; no other goes on."""
    shown = stance_command("info", "--json", "--precision", "fp32")
    assert json.loads(shown.stdout)["backend"].endswith(", fp32")
    (tmp_path / "a.txt").write_text("The union blamed the ministry.", encoding="utf-8")
    out = tmp_path / "out"
    done = stance_command("predict", tmp_path / "a.txt", "-o", out, "--shard-size", 5, "--model", tiny_folder)
    assert done.returncode == 0, done.stderr
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["options"]["precision"] == "fp32"
    table = tmp_path / "a.parquet"
    assert stance_command("predict", tmp_path / "a.txt", "-o", table, "--model", tiny_folder).returncode == 0
    kept = pytest.importorskip("pyarrow.parquet").read_schema(table).metadata
    assert kept[b"backend"].startswith(b"hashes, numpy")
    manifest["options"]["precision"] = "bf16"
    (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    again = stance_command("predict", tmp_path / "a.txt", "-o", out, "--resume", "--model", tiny_folder)
    assert again.returncode == 2
    assert "begun with another precision (bf16, now fp32)" in again.stderr
    refused = stance_command("predict", tmp_path / "a.txt", "--model", tiny_folder, "--precision", "int8")
    assert refused.returncode == 2
    assert refused.stderr == "stance: precision int8: hashed vectors are fp32\n"
