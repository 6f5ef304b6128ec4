"""Bytes to lines of text: capped, numbered, in the encoding that was promised."""

from __future__ import annotations

import gzip
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from stance.errors import InputError

_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_SURROGATE = re.compile("[\ud800-\udfff]")
MAX_UNPACKED = 4 << 30
"""Bytes that a compressed file may unpack to."""


@contextmanager
def opened(path: str | Path) -> Iterator[IO[bytes]]:
    """A file, a ``.gz`` file or ``-`` for standard input, as bytes.

    Raises
    ------
    InputError : missing, a folder, or not readable.
    """
    if str(path) == "-":
        yield sys.stdin.buffer
        return
    path = Path(path)
    try:
        with path.open("rb") as file:
            yield file if path.suffix != ".gz" else gzip.GzipFile(fileobj=file)  # type: ignore[misc]
    except IsADirectoryError:
        raise InputError(f"{path}: a folder, where a file was expected") from None
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except (PermissionError, gzip.BadGzipFile, EOFError) as error:
        raise InputError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})") from None


def read_lines(file: IO[bytes], cap: int) -> Iterator[tuple[int, bytes | None]]:
    """Number and bytes of each line without its end; None for a line over the cap, which is never held in memory."""
    number, total, too_long = 0, 0, False
    while True:
        piece = file.readline(cap + 2)
        if not piece:
            return
        total += len(piece)
        if total > MAX_UNPACKED and isinstance(file, gzip.GzipFile):
            raise InputError(f"a compressed file unpacks to more than {MAX_UNPACKED >> 30} GB; unpack it yourself")
        whole = piece.endswith(b"\n")
        if not too_long:
            number += 1
        if not whole and len(piece) > cap:
            if not too_long:
                yield number, None
            too_long = True
            continue
        if too_long:
            too_long = not whole
            continue
        yield number, piece.rstrip(b"\r\n")


def decode(data: bytes, encoding: str, where: str) -> str:
    """Text of the bytes, without a byte-order mark at its start; lone surrogates become U+FFFD.

    Raises
    ------
    InputError : the bytes are not in that encoding; the message gives the offset.
    """
    for mark, name in _WIDE_BOMS.items():
        if data.startswith(mark) and encoding.lower().replace("-", "") == "utf8":
            raise InputError(f"{where}: begins like {name.upper()}, not {encoding}; give --encoding {name}")
    try:
        text = data.removeprefix(_BOM).decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{where}: byte {error.start} is not {encoding}; give the file's encoding, such as --encoding latin-1"
        ) from None
    except LookupError:
        raise InputError(f'unknown encoding "{encoding}"; try utf-8, latin-1 or utf-16') from None
    return clean(text)


def clean(text: str) -> str:
    """The text with U+FFFD for lone surrogates, which no file can hold."""
    return _SURROGATE.sub("\ufffd", text)


def read_all(file: IO[bytes], cap: int, where: str) -> bytes:
    """The whole file, refused where it is larger than the cap."""
    data = file.read(cap + 1)
    if len(data) > cap:
        raise InputError(f"{where}: more than {cap:,} bytes in one text; split it into articles")
    return data


class CsvLines:
    """Lines of text for the csv module, each capped and decoded."""

    def __init__(self, file: IO[bytes], encoding: str, cap: int, where: str) -> None:
        self._lines = read_lines(file, cap)
        self._encoding, self._cap, self._where = encoding, cap, where

    def __iter__(self) -> CsvLines:
        return self

    def __next__(self) -> str:
        number, line = next(self._lines)
        if line is None:
            raise InputError(f"{self._where}:{number}: a row of more than {self._cap:,} bytes")
        return decode(line, self._encoding, f"{self._where}:{number}") + "\n"
