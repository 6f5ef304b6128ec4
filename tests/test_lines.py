"""Bytes to lines: capped, numbered, in the encoding that was promised."""

from __future__ import annotations

import gzip
import io
import sys
import tracemalloc
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.corpus import lines
from stance.corpus.lines import CsvLines, as_utf8, decode, opened, read_all, read_lines
from stance.errors import InputError


def _lines(data: bytes, cap: int = 100) -> list[tuple[int, bytes | None]]:
    return list(read_lines(io.BytesIO(data), cap))


def test_lines_are_numbered_without_their_ends() -> None:
    """Unix and Windows ends are cut off, blank lines count, the last line needs no end."""
    assert _lines(b"a\nb\r\n\nc") == [(1, b"a"), (2, b"b"), (3, b""), (4, b"c")]
    assert _lines(b"") == []


@given(st.lists(st.binary(max_size=30).filter(lambda line: b"\n" not in line and not line.endswith(b"\r"))))
def test_lines_come_back(written: list[bytes]) -> None:
    """Every line that fits comes back as it was, in order."""
    data = b"".join(line + b"\n" for line in written)
    assert [line for _, line in _lines(data)] == written


@given(st.lists(st.integers(0, 40), max_size=8), st.integers(1, 20))
def test_too_long_lines_are_told_and_skipped(lengths: list[int], cap: int) -> None:
    """A line over the cap comes as None under its own number, and the next line is whole again."""
    found = _lines(b"".join(b"x" * length + b"\n" for length in lengths), cap)
    assert [number for number, _ in found] == list(range(1, len(lengths) + 1))
    for (_, line), length in zip(found, lengths, strict=True):
        assert line == b"x" * length if length <= cap else line is None or length <= cap + 1


def test_a_long_line_is_never_held() -> None:
    """Fifty megabytes without a newline cost no more memory than the cap."""
    data = io.BytesIO(b"x" * (50 << 20))
    tracemalloc.start()
    assert list(read_lines(data, 1 << 20)) == [(1, None)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 << 20


def test_byte_order_mark_is_taken_off() -> None:
    """UTF-8 with the mark that Windows programs put before it is plain UTF-8."""
    assert decode(b"\xef\xbb\xbfcaf\xc3\xa9", "utf-8", "x") == "café"


@pytest.mark.parametrize(
    ("data", "encoding", "message"),
    [
        (
            b"caf\xe9",
            "utf-8",
            r"byte 3 is not utf-8; save the file in UTF-8, or give stance predict its .+ --encoding cp1252",
        ),
        ("é".encode("utf-16"), "utf-8", r"begins like UTF-16, not utf-8; save .+ --encoding utf-16$"),
        ("é".encode("utf-16-be"), "ascii", r"a\.txt: byte 1 is not ascii"),
        (b"x", "utf-9", 'unknown encoding "utf-9"; try utf-8, cp1252 or utf-16'),
        (b"x", "hex", 'unknown encoding "hex"'),
        (b"x.\xff", "idna", r"a\.txt: byte \d is not idna"),
    ],
)
def test_bytes_of_another_encoding_are_refused(data: bytes, encoding: str, message: str) -> None:
    """The message says where the first bad byte is and what to try."""
    with pytest.raises(InputError, match=message):
        decode(data, encoding, "a.txt")


_CHARACTERS = st.characters(codec="utf-8", exclude_characters="\r\n\ufeff")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "UTF_32"])
@given(written=st.lists(st.text(_CHARACTERS, max_size=9), max_size=5))
def test_lines_of_wide_encodings(encoding: str, written: list[str]) -> None:
    """A newline of two or four bytes parts lines too, and their text comes back."""
    data = "".join(line + "\n" for line in written).encode(encoding)
    file, narrow = as_utf8(io.BytesIO(data), encoding, "x")
    assert [decode(line or b"", narrow, "x") for _, line in read_lines(file, 100)] == written


def test_bad_bytes_of_wide_encodings_are_placed() -> None:
    """Half a character in UTF-16 is an error with its offset; an unknown encoding is named."""
    file, _ = as_utf8(io.BytesIO("ab\n".encode("utf-16-le") + b"\x00\xd8\x41\x00"), "utf-16-le", "x.csv")
    with pytest.raises(InputError, match=r"x\.csv: byte 6 is not utf-16-le"):
        list(read_lines(file, 100))
    with pytest.raises(InputError, match='unknown encoding "utf-16x"'):
        as_utf8(io.BytesIO(), "utf-16x", "x")


def test_packed_files_are_read(tmp_path: Path) -> None:
    """A file that ends in .gz is unpacked while it is read."""
    path = tmp_path / "a.txt.gz"
    path.write_bytes(gzip.compress("Grüße".encode()))
    with opened(path) as file:
        assert file.read() == "Grüße".encode()


@pytest.mark.parametrize(
    "data",
    [b"plain", gzip.compress(b"x" * 9999)[:-9], gzip.compress(b"xyz" * 99)[:20] + b"\xff" * 9],
    ids=["not packed", "cut", "damaged"],
)
def test_damaged_packed_files_are_refused(data: bytes, tmp_path: Path) -> None:
    """What cannot be unpacked is an input error that names the file."""
    path = tmp_path / "a.txt.gz"
    path.write_bytes(data)
    with (
        pytest.raises(InputError, match=r"a\.txt\.gz: cannot be unpacked \(.+\); compress it again"),
        opened(path) as file,
    ):
        file.read()


def test_bombs_are_not_unpacked_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A packed file of many lines stops where it unpacks to more than the cap."""
    monkeypatch.setattr(lines, "MAX_UNPACKED", 1 << 30 >> 14)
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b"{}\n" * (1 << 17)))
    with pytest.raises(InputError, match="a compressed file unpacks to more than"), opened(path) as file:
        list(read_lines(file, 100))


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.txt.gz"])
def test_bombs_are_told_by_their_ratio(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What unpacks to hundreds of times its size is no text that somebody wrote."""
    monkeypatch.setattr(lines, "FREE_UNPACKED", 1 << 16)
    path = tmp_path / name
    path.write_bytes(gzip.compress(b" " * (1 << 22)))
    with (
        pytest.raises(InputError, match=r"gz: unpacks to more than 200 times its size; unpack it"),
        opened(path) as file,
    ):
        read_all(file, 8 << 20, name)
    honest = " ".join(f"Word {number * 7919 % 100_003}." for number in range(20_000)).encode()
    path.write_bytes(gzip.compress(honest))
    with opened(path) as file:
        assert read_all(file, 8 << 20, name) == honest


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.txt", r"missing\.txt: no such file"),
        (".", "a folder, where a file was expected"),
        ("file/below.txt", r"below\.txt: cannot be read \(Not a directory\)"),
        ("x" * 300, r"cannot be read \(File name too long\)"),
    ],
)
def test_what_cannot_be_opened(name: str, message: str, tmp_path: Path) -> None:
    """A missing file, a folder and an impossible name are told apart."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError, match=message), opened(tmp_path / name):
        pass


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """A minus stands for the bytes of standard input, which stays open."""
    buffer = io.BytesIO(b"abc")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=buffer))
    with opened("-") as file:
        assert file.read() == b"abc"
    assert not buffer.closed


def test_whole_texts_have_a_cap() -> None:
    """A text over the cap is refused, with what to do."""
    assert read_all(io.BytesIO(b"1234"), 4, "a.txt") == b"1234"
    with pytest.raises(InputError, match=r"a\.txt: more than 4 bytes in one text; split it into articles"):
        read_all(io.BytesIO(b"12345"), 4, "a.txt")


def test_csv_lines_name_the_line_that_is_wrong() -> None:
    """Lines for the csv module are decoded and capped one by one."""
    assert list(CsvLines(io.BytesIO(b"a,b\r\nc\n"), "utf-8", 10, "x.csv")) == ["a,b\r\n", "c\n"]
    with pytest.raises(InputError, match=r"x\.csv:2: byte 0 is not utf-8"):
        list(CsvLines(io.BytesIO(b"a\n\xff\n"), "utf-8", 10, "x.csv"))
    with pytest.raises(InputError, match=r"x\.csv:2: a row of more than 10 bytes"):
        list(CsvLines(io.BytesIO(b"a\n" + b"b" * 99), "utf-8", 10, "x.csv"))


@pytest.mark.parametrize(
    ("bad", "instead", "even"),
    [
        (b'2,"caf\xe9,', '2,"caf\ufffd,\n', False),
        (b'2,"' + b"x" * 99, '"\n', False),
        (b'2,"' + b"x" * 99 + b'"', "\n", True),
    ],
)
def test_csv_lines_that_cannot_be_read_keep_their_quotation_marks(bad: bytes, instead: str, even: bool) -> None:
    """What stands for a bad line opens or closes a cell as the line does; the row's first error is kept."""
    lines = CsvLines(io.BytesIO(bad + b"\n\xff\nc\n"), "utf-8", 20, "x.csv")
    lines.strict = False
    assert lines.begin_row() == 1
    assert (next(lines), lines.even) == (instead, even)
    assert list(lines) == ["\ufffd\n", "c\n"]
    assert str(lines.wrong).startswith("x.csv:1: ")
    assert (lines.begin_row(), lines.wrong) == (4, None)
