"""Headers of safetensors files, judged before any array is read: every byte belongs to one array, and to one only."""

from __future__ import annotations

import math
import os
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.errors import ModelError, ModelFault
from stance.strictjson import parse_json

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_WIDTHS = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}
_KINDS = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U8": "u1"}
"""What numpy reads; it has no number of the kind BF16."""

FileBytes = mmap | bytes
"""What a file holds, mapped where there is something to map."""

_LONGEST_HEADER = 1 << 20
_MOST_DIMENSIONS = 8


def judge_tensors(path: Path) -> None:
    """The header fits the file: arrays of known kinds, one after the other, without gap or overlap.

    Raises
    ------
    ModelError : the header is cut, too long, no JSON, or tells of arrays that cannot be.
    """
    _arrays(map_file(path), path)


def map_file(path: Path) -> FileBytes:
    """The bytes of a file, in place: what is read of them is read from the disk's cache, once.

    They stay when the file is removed or another one is renamed over it, but not when somebody writes into it.
    """
    with path.open("rb") as file:
        empty = os.fstat(file.fileno()).st_size == 0  # nothing that could be mapped
        return b"" if empty else mmap(file.fileno(), 0, access=ACCESS_READ)


def tensors(data: FileBytes, path: Path) -> dict[str, NDArray[np.generic]]:
    """The arrays of a file, as read-only views of its bytes; ``path`` is what errors call it.

    Raises
    ------
    ModelError : the header is no good, or an array is of a kind that numpy does not have.
    """
    import numpy as np

    header, begin = _arrays(data, path)
    unread = next((name for name, entry in header.items() if entry["dtype"] not in _KINDS), None)
    if unread is not None:
        raise _refused(path, f"{unread[:80]} is of the kind {header[unread]['dtype']}, which is not read here")
    return {
        name: np.ndarray(entry["shape"], _KINDS[entry["dtype"]], data, begin + entry["data_offsets"][0])
        for name, entry in header.items()
    }


def _arrays(data: FileBytes, path: Path) -> tuple[dict[str, Any], int]:
    """What the header says of each array, judged, and where in the file the first array begins."""
    size, length = len(data), int.from_bytes(data[:8], "little")
    if size < 8 or not 2 <= length <= min(size - 8, _LONGEST_HEADER):
        raise _refused(path, f"a header of {length} bytes cannot be")
    try:
        header = parse_json(data[8 : 8 + length].decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise _refused(path, f"its header is no JSON: {error}") from None
    if not isinstance(header, dict):
        raise _refused(path, "its header is no object")
    header.pop("__metadata__", None)
    _judge_places(path, {name: _place(path, name, entry) for name, entry in header.items()}, size - 8 - length)
    return header, 8 + length


def _place(path: Path, name: str, entry: Any) -> tuple[int, int]:
    """Bytes [begin, end) of one array, which are as many as its shape asks for."""
    if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"}:
        raise _refused(path, f"{name[:80]} is not described by dtype, shape and data_offsets")
    width, shape, offsets = _WIDTHS.get(str(entry["dtype"])), entry["shape"], entry["data_offsets"]
    if width is None:
        raise _refused(path, f"{name[:80]} is of the unknown kind {str(entry['dtype'])[:20]!r}")
    if not _whole(shape) or len(shape) > _MOST_DIMENSIONS or not _whole(offsets) or len(offsets) != 2:
        raise _refused(path, f"shape or offsets of {name[:80]} are no whole numbers")
    begin, end = offsets
    if math.prod(shape) * width != end - begin:
        raise _refused(path, f"{name[:80]} has {end - begin} bytes, its shape needs {math.prod(shape) * width}")
    return begin, end


def _judge_places(path: Path, places: dict[str, tuple[int, int]], size: int) -> None:
    reached = 0
    for name, (begin, end) in sorted(places.items(), key=lambda item: item[1]):
        if begin != reached:
            what = "overlaps the array before it" if begin < reached else "leaves a gap before it"
            raise _refused(path, f"{name[:80]} {what}")
        reached = end
    if reached != size:
        raise _refused(path, f"its arrays fill {reached} of {size} bytes")


def _whole(values: Any) -> bool:
    return isinstance(values, list) and all(type(value) is int and 0 <= value < 1 << 40 for value in values)


def _refused(path: Path, reason: str) -> ModelError:
    return ModelError(f"{path}: not a safetensors file ({reason}); copy the model again", ModelFault.ARRAYS)
