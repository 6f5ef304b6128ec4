"""Parquet rows: measured before they are unpacked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stance.corpus import columns
from stance.corpus.columns import parquet_rows
from stance.errors import InputError

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")


def _write(path: Path, **values: Any) -> Path:
    pq.write_table(pa.table(values), path)
    return path


def test_rows_are_numbered(tmp_path: Path) -> None:
    """Text, numbers, nothing at all and lists come out as they went in, across batches."""
    values = {
        "text": [None if n % 7 == 0 else f"Text {n % 3}." for n in range(600)],
        "id": list(range(600)),
        "sentences": [["a", "b"][: n % 3] for n in range(600)],
    }
    found = list(parquet_rows(_write(tmp_path / "a.parquet", **values), 100))
    assert [number for number, _, _ in found] == list(range(1, 601))
    assert [row for _, row, _ in found] == [
        {"text": text, "id": number, "sentences": sentences}
        for text, number, sentences in zip(*values.values(), strict=True)
    ]


def test_long_rows_are_refused_alone(tmp_path: Path) -> None:
    """A row over the cap is an error in its place; those around it are read."""
    path = _write(tmp_path / "a.parquet", text=["a", "x" * 200, "b"], title=["t", "t", "t"])
    first, long, last = parquet_rows(path, 100)
    assert (first[1], last[1]) == ({"text": "a", "title": "t"}, {"text": "b", "title": "t"})
    assert isinstance(long[1], InputError)
    assert "a.parquet:2: a row of more than 100 bytes" in str(long[1])


def test_a_text_that_repeats_is_held_once(tmp_path: Path) -> None:
    """A file of kilobytes whose rows are nominally gigabytes costs no more than one of them."""
    path = tmp_path / "a.parquet"
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000), pa.array(["x" * (4 << 20)]))
    pq.write_table(pa.table({"text": text}), path, store_schema=False, dictionary_pagesize_limit=64 << 20)
    assert path.stat().st_size < 1 << 20
    before = pa.total_allocated_bytes()
    found = parquet_rows(path, 1 << 20)
    assert isinstance(next(found)[1], InputError)
    assert pa.total_allocated_bytes() - before < 64 << 20
    assert sum(isinstance(row, InputError) for _, row, _ in found) == 999


def test_bombs_are_told_by_their_ratio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A column that unpacks to hundreds of times its size is refused before it is read."""
    monkeypatch.setattr(columns, "FREE_UNPACKED", 1 << 16)
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": ["x" * (8 << 20)]}), path, compression="zstd")
    with pytest.raises(InputError, match=r"a\.parquet: text unpacks to more than 200 times its size; write the file"):
        list(parquet_rows(path, 1 << 20))


def test_text_that_is_no_text(tmp_path: Path) -> None:
    """A file whose text is not UTF-8 is refused, not half read."""
    wrong = pa.array([b"\xff\xfe"], pa.binary()).view(pa.string())
    with pytest.raises(InputError, match="not a Parquet file"):
        list(parquet_rows(_write(tmp_path / "a.parquet", text=wrong), 100))
