"""Rows to files: whole or not at all, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stance.corpus.formulas import FORMULA_STARTS, guard, unguard
from stance.corpus.write import encode, open_writer, replaced, write_text
from stance.errors import OutputError
from stance.tables import COLUMNS

_ROW: dict[str, Any] = dict.fromkeys(COLUMNS) | {
    "doc": "d",
    "sentence": 3,
    "text": '=1+1, "quoted"\nand “more” é😀',
    "probability": 0.25,
    "truncated": True,
    "start": 0,
}
_FORMS = ["jsonl", "csv", "parquet"]


def _write(path: Path | None, form: str, rows: Iterable[dict[str, Any]], *, raw: bool = False) -> None:
    with open_writer(path, form, raw=raw) as writer:
        for row in rows:
            writer.write(row)


def _read(path: Path, form: str) -> list[dict[str, Any]]:
    if form == "parquet":
        import pyarrow.parquet as pq

        return list(pq.ParquetFile(path).read().to_pylist())
    text = path.read_bytes().decode("utf-8")
    if form == "jsonl":
        return [json.loads(line) for line in text.split("\n") if line]
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
@pytest.mark.parametrize("n_rows", [0, 1, 9_000])
def test_rows_come_back(form: str, n_rows: int, tmp_path: Path) -> None:
    """Numbers, truth values, text and nothing at all come back as they were written, many rows or none."""
    rows = [{**_ROW, "sentence": n} for n in range(n_rows)]
    _write(tmp_path / "out", form, rows)
    assert _read(tmp_path / "out", form) == rows


@pytest.mark.parametrize("raw", [False, True])
def test_csv_has_every_column(raw: bool, tmp_path: Path) -> None:
    """A table has its header even without a row; cells that a spreadsheet would run are guarded unless asked not to."""
    _write(tmp_path / "out.csv", "csv", [], raw=raw)
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == ",".join(COLUMNS) + "\n"
    _write(tmp_path / "out.csv", "csv", [_ROW], raw=raw)
    (row,) = _read(tmp_path / "out.csv", "csv")
    assert list(row) == list(COLUMNS)
    assert row["text"] == ("" if raw else "'") + _ROW["text"]
    assert (row["sentence"], row["probability"], row["title"]) == ("3", "0.25", "")


@pytest.mark.parametrize("form", _FORMS)
def test_encode_gives_the_same_bytes(form: str, tmp_path: Path) -> None:
    """The bytes in memory are those of the file."""
    _write(tmp_path / "out", form, [_ROW, _ROW])
    assert encode([_ROW, _ROW], form) == (tmp_path / "out").read_bytes()


@given(st.text(max_size=8) | st.tuples(st.sampled_from([*FORMULA_STARTS, "'"]), st.text(max_size=5)).map("".join))
@example("'=1")
@example("''")
@example("")
def test_guard_can_be_taken_back(cell: str) -> None:
    """No guarded cell begins like a formula, and taking the guard away gives back every cell."""
    assert not str(guard(cell)).startswith(FORMULA_STARTS)
    assert unguard(guard(cell)) == cell


@pytest.mark.parametrize("value", [-1, 0.5, None, True])
def test_only_text_is_guarded(value: object) -> None:
    """A negative number is a number."""
    assert guard(value) is value


@given(st.lists(st.text(max_size=12), max_size=5))
def test_csv_cells_come_back(texts: list[str]) -> None:
    """Whatever stands in a cell, a CSV reader and ``unguard`` give it back."""
    data = encode([{"text": text} for text in texts], "csv").decode("utf-8", "replace")
    found = [unguard(row["text"]) for row in csv.DictReader(io.StringIO(data, newline=""))]
    assert found == [text.encode("utf-8", "replace").decode() for text in texts]


def test_lone_surrogates_do_not_stop_a_file(tmp_path: Path) -> None:
    """Half a character that came in by the library is replaced on the way out."""
    _write(tmp_path / "a.jsonl", "jsonl", [{"text": "a\ud800b"}])
    assert _read(tmp_path / "a.jsonl", "jsonl") == [{"text": "a?b"}]


def test_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a path rows go to standard output, except Parquet, which no pipe can take."""
    _write(None, "jsonl", [{"text": "é"}])
    assert capsys.readouterr().out == '{"text": "é"}\n'
    with pytest.raises(OutputError, match=r"Parquet cannot be written to a pipe; give a file with -o OUT\.parquet"):
        _write(None, "parquet", [])


def _rows_that_end_early() -> Iterator[dict[str, Any]]:
    yield _ROW
    raise ZeroDivisionError


@pytest.mark.parametrize("form", _FORMS)
@pytest.mark.parametrize("there", [False, True])
def test_failure_leaves_the_old_file(form: str, there: bool, tmp_path: Path) -> None:
    """After an error in the middle the old file is untouched, or there is none; no temporary file is left."""
    path = tmp_path / "out"
    if there:
        path.write_text("old", encoding="utf-8")
    with pytest.raises(ZeroDivisionError):
        _write(path, form, _rows_that_end_early())
    assert [file.name for file in tmp_path.iterdir()] == ["out"] * there
    assert not there or path.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize(("holder", "name"), [(os, "fsync"), (Path, "replace"), (os, "fchmod"), (Path, "open")])
def test_full_disk(holder: object, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever step the disk refuses, the message says so and the old file stays."""
    path = tmp_path / "out.jsonl"
    path.write_text("old", encoding="utf-8")

    def fail(*arguments: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(holder, name, fail)
        message = r"out\.jsonl: cannot write \(No space left on device\); nothing was changed there"
        with pytest.raises(OutputError, match=message):
            _write(path, "jsonl", [_ROW])
    assert path.read_text(encoding="utf-8") == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["out.jsonl"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: p.mkdir(), r"out: no plain file stands there; give another name"),
        (os.mkfifo, "out: no plain file stands there"),
        (lambda p: p.symlink_to("/dev/null"), "out: no plain file stands there"),
        (lambda p: p.symlink_to(p.parent / "none" / "x"), r"out: cannot write there \(No such file or directory\)"),
    ],
    ids=["folder", "pipe", "device", "link to nowhere"],
)
def test_places_that_are_no_files(make: Callable[[Path], object], message: str, tmp_path: Path) -> None:
    """Folders, pipes and devices are never replaced by a file."""
    path = tmp_path / "out"
    make(path)
    before = os.lstat(path)
    with pytest.raises(OutputError, match=message):
        write_text(path, "new")
    after = os.lstat(path)
    # Not the whole record: following a link is an access, and changes its time of access.
    assert (after.st_mode, after.st_ino, after.st_mtime_ns) == (before.st_mode, before.st_ino, before.st_mtime_ns)


def test_missing_folder(tmp_path: Path) -> None:
    """A folder that is not there is an output error."""
    with pytest.raises(
        OutputError, match=r"a\.csv: cannot write there \(No such file or directory\); give another folder"
    ):
        _write(tmp_path / "none" / "a.csv", "csv", [])


def test_link_stays_a_link(tmp_path: Path) -> None:
    """Writing to a link writes what it leads to."""
    (tmp_path / "real").write_text("old", encoding="utf-8")
    (tmp_path / "link").symlink_to("real")
    write_text(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text(encoding="utf-8") == "new"


def test_permissions_are_the_usual_ones(tmp_path: Path) -> None:
    """A new file is as readable as any that the user makes."""
    mask = os.umask(0o022)
    try:
        with replaced(tmp_path / "a") as temporary:
            temporary.write_text("x", encoding="utf-8")
            assert not (tmp_path / "a").exists()
    finally:
        os.umask(mask)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o644
