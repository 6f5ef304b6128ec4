"""Headers of safetensors files: what does not fit its file is refused before an array is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from stance.errors import ModelError, ModelFault
from stance.tensors import judge_tensors, map_file, tensors


def _file(path: Path, header: Any, data: bytes = b"", *, length: int | None = None) -> Path:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes((len(raw) if length is None else length).to_bytes(8, "little") + raw + data)
    return path


def _array(begin: int, end: int, shape: Any = None, dtype: str = "U8") -> dict[str, Any]:
    return {"dtype": dtype, "shape": [end - begin] if shape is None else shape, "data_offsets": [begin, end]}


def test_what_safetensors_writes_passes(tmp_path: Path) -> None:
    """Arrays of several kinds and shapes, an empty one, and none at all."""
    arrays = {"a": np.ones((2, 3), np.float32), "b": np.ones(3, np.float16), "c": np.zeros((0, 4), np.int8)}
    for content in (arrays, {}):
        save_file(content, tmp_path / "x.safetensors", {"note": "x"})
        judge_tensors(tmp_path / "x.safetensors")


@pytest.mark.parametrize(
    ("header", "size", "message"),
    [
        ({"a": _array(0, 4), "b": _array(2, 6)}, 6, "b overlaps the array before it"),
        ({"a": _array(0, 4), "b": _array(0, 4)}, 4, "b overlaps the array before it"),
        ({"a": _array(0, 4), "b": _array(5, 6)}, 6, "b leaves a gap before it"),
        ({"a": _array(0, 4)}, 9, "its arrays fill 4 of 9 bytes"),
        ({"a": _array(0, 1 << 30)}, 4, "its arrays fill 1073741824 of 4 bytes"),
        ({"a": _array(0, 4, [2])}, 4, "a has 4 bytes, its shape needs 2"),
        ({"a": _array(0, 4, [1 << 39, 1 << 39], "F32")}, 4, "its shape needs"),
        ({"a": _array(0, 4, [-4])}, 4, "no whole numbers"),
        ({"a": _array(0, 4, [True, 4])}, 4, "no whole numbers"),
        ({"a": _array(0, 1, [1] * 9)}, 1, "no whole numbers"),
        ({"a": _array(0, 4, dtype="O")}, 4, "a is of the unknown kind 'O'"),
        ({"a": {"dtype": "U8"}}, 0, "a is not described by dtype, shape and data_offsets"),
        ({"a": _array(0, 4) | {"code": "x"}}, 4, "a is not described by"),
        ([], 0, "its header is no object"),
        (b'{"a": 1, "a": 2}', 0, 'its header is no JSON: the key "a" stands there twice'),
        (b"\xff\xff", 0, "its header is no JSON"),
    ],
)
def test_headers_that_lie_are_refused(header: Any, size: int, message: str, tmp_path: Path) -> None:
    """Overlaps, gaps, forged shapes and sizes, unknown kinds: each with its reason."""
    path = _file(tmp_path / "x.safetensors", header, bytes(size))
    with pytest.raises(
        ModelError, match=rf"x\.safetensors: not a safetensors file \(.*{message}.*copy the mod"
    ) as caught:
        judge_tensors(path)
    assert caught.value.fault is ModelFault.ARRAYS


@pytest.mark.parametrize("length", [0, 1, 3, 1 << 20, 1 << 62])
def test_lengths_that_cannot_be(length: int, tmp_path: Path) -> None:
    """A header that is longer than the file, or too short for JSON, is never read."""
    with pytest.raises(ModelError, match=r"a header of .* bytes cannot be"):
        judge_tensors(_file(tmp_path / "x.safetensors", {}, length=length))


def test_a_cut_file_is_refused(tmp_path: Path) -> None:
    """Less than the eight bytes that every such file begins with."""
    (tmp_path / "x").write_bytes(b"\x02")
    with pytest.raises(ModelError, match="cannot be"):
        judge_tensors(tmp_path / "x")


def test_arrays_are_read_in_place(tmp_path: Path) -> None:
    """What safetensors writes comes back the same, empty arrays too, and cannot be changed."""
    arrays = {
        "a": np.arange(6, dtype=np.float32).reshape(2, 3),
        "b": np.ones(3, np.float16),
        "c": np.zeros((0, 4), "i1"),
    }
    save_file(arrays, tmp_path / "x.safetensors")
    path = tmp_path / "x.safetensors"
    found = tensors(map_file(path), path)
    assert found.keys() == arrays.keys()
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)
    assert not found["a"].flags.writeable


def test_kinds_that_numpy_lacks_are_refused(tmp_path: Path) -> None:
    """The header passes, but the array cannot be read here."""
    path = _file(tmp_path / "x.safetensors", {"a": _array(0, 4, [2], "BF16")}, b"0000")
    judge_tensors(path)
    with pytest.raises(ModelError, match=r"a is of the kind BF16, which is not read here"):
        tensors(map_file(path), path)
