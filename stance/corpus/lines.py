"""Bytes to lines of text: capped, numbered, in the encoding that was promised."""

from __future__ import annotations

import codecs
import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from stance.errors import InputError
from stance.visible import clean

_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
GZIP = b"\x1f\x8b"
"""What a file packed with gzip begins with."""
MAX_UNPACKED = 4 << 30
"""Bytes that a compressed file may unpack to."""
MAX_RATIO = 200
"""Times its size that a compressed file may unpack to (news text: 3 to 6), once that is more than ``FREE_UNPACKED``."""
FREE_UNPACKED = 64 << 20


@contextmanager
def opened(path: str | Path) -> Iterator[IO[bytes]]:
    """A file, packed with gzip or not, or ``-`` for standard input, as bytes.

    Raises
    ------
    InputError : missing, a folder, or not readable.
    """
    if str(path) == "-":
        yield standard_input()
        return
    path = Path(path)
    try:
        file = path.open("rb")
    except IsADirectoryError:
        raise InputError(f"{path}: a folder, where a file was expected") from None
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    with file:
        try:
            packed = path.suffix.lower() == ".gz" or file.peek(len(GZIP)).startswith(GZIP)
            yield io.BufferedReader(_Unpacked(file, str(path))) if packed else file
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise InputError(f"{path}: cannot be unpacked ({error}); compress it again") from None


def standard_input() -> IO[bytes]:
    """The bytes of standard input.

    Raises
    ------
    InputError : it is closed.
    """
    if sys.stdin is None:
        raise InputError("-: standard input is closed; give a file, or a pipe")
    return sys.stdin.buffer


def as_utf8(file: IO[bytes], encoding: str, where: str) -> tuple[IO[bytes], str]:
    """The bytes as UTF-8 where a newline of their encoding has several bytes, and the encoding to decode lines by.

    Raises
    ------
    InputError : the encoding is unknown, or (while reading) the bytes are not in it.
    """
    if not encoding.lower().replace("_", "-").startswith(("utf-16", "utf16", "utf-32", "utf32")):
        return file, encoding
    return io.BufferedReader(_Recoded(file, encoding, where)), "utf-8"


class _Unpacked(io.RawIOBase):
    """A gzip file, unpacked while it is read and only as far as an honest one goes."""

    def __init__(self, packed: IO[bytes], where: str) -> None:
        super().__init__()
        self._packed, self._where, self._done = packed, where, 0
        self._file = gzip.GzipFile(fileobj=packed)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self._done += len(data)
        if self._done > MAX_UNPACKED:
            raise InputError(
                f"{self._where}: a compressed file unpacks to more than {MAX_UNPACKED >> 30} GB; unpack it yourself"
            )
        if self._done > max(FREE_UNPACKED, MAX_RATIO * self._packed.tell()):
            raise InputError(
                f"{self._where}: unpacks to more than {MAX_RATIO} times its size; unpack it yourself if you trust it"
            )
        return len(data)


class _Recoded(io.RawIOBase):
    """A file of any encoding, read as UTF-8."""

    def __init__(self, file: IO[bytes], encoding: str, where: str) -> None:
        super().__init__()
        try:
            self._decoder = codecs.getincrementaldecoder(encoding)()
        except LookupError:
            raise InputError(_unknown(encoding)) from None
        self._file, self._encoding, self._where = file, encoding, where
        self._ready, self._ended, self._done = b"", False, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready and not self._ended:
            piece = self._file.read(1 << 16)
            self._ended = not piece
            try:
                self._ready = self._decoder.decode(piece, final=self._ended).encode("utf-8")
            except UnicodeError as error:
                raise InputError(_not_in(self._encoding, self._where, self._done + _start(error))) from None
            self._done += len(piece)
        size = min(len(buffer), len(self._ready))
        buffer[:size], self._ready = self._ready[:size], self._ready[size:]
        return size


def read_lines(file: IO[bytes], cap: int) -> Iterator[tuple[int, bytes | None]]:
    """Number and bytes of each line without its end; None for one over the cap, which is never held whole."""
    number, too_long = 0, False
    while True:
        piece = file.readline(cap + 2)
        if not piece:
            return
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
        if data.startswith(mark) and is_utf8(encoding):
            raise InputError(f"{where}: begins like {name.upper()}, not {encoding}; {_instead(name)}")
    try:
        text = data.removeprefix(_BOM).decode(encoding)
    except UnicodeError as error:
        raise InputError(_not_in(encoding, where, _start(error))) from None
    except LookupError:
        raise InputError(_unknown(encoding)) from None
    return clean(text)


def is_utf8(encoding: str) -> bool:
    """Whether a name of an encoding is one of UTF-8, without a byte-order mark."""
    return encoding.lower().replace("-", "") == "utf8"


def _start(error: UnicodeError) -> int:
    return error.start if isinstance(error, UnicodeDecodeError) else 0


def _not_in(encoding: str, where: str, byte: int) -> str:
    return f"{where}: byte {byte} is not {encoding}; {_instead('cp1252')}"


def _instead(encoding: str) -> str:
    """What to do: labels are read in UTF-8 alone. Windows writes cp1252, of which latin-1 has no quotation marks."""
    return f"save the file in UTF-8, or give stance predict its encoding, such as --encoding {encoding}"


def _unknown(encoding: str) -> str:
    return f'unknown encoding "{encoding}"; try utf-8, cp1252 or utf-16'


def read_all(file: IO[bytes], cap: int, where: str) -> bytes:
    """The whole file, refused where it is larger than the cap."""
    data = file.read(cap + 1)
    if len(data) > cap:
        raise InputError(f"{where}: more than {cap:,} bytes in one text; split it into articles")
    return data


class CsvLines:
    """Lines of text with their ends for the csv module, each capped and decoded.

    Parameters
    ----------
    file, encoding, where : bytes, how to decode them, and their name for messages
    cap : longest line in bytes; where it is not strict, also what the lines of one row may hold together

    Attributes
    ----------
    number : of the line that was read last
    even : whether that line has an even number of quotation marks, so that no cell goes on behind it
    strict : whether a line that cannot be read is raised; if not, one with as many cells stands for it
    wrong : what is wrong with the first line of the row for which another one stands
    """

    def __init__(self, file: IO[bytes], encoding: str, cap: int, where: str) -> None:
        self._file, self._encoding = as_utf8(file, encoding, where)
        self._cap, self._where, self._size = cap, where, 0
        self.number, self._begin, self.even, self.strict = 0, 1, True, True
        self.wrong: InputError | None = None

    def begin_row(self) -> int:
        """The number of the line that begins the next row; what was wrong with the last one is forgotten."""
        self._size, self.wrong, self._begin = 0, None, self.number + 1
        return self._begin

    def __iter__(self) -> CsvLines:
        return self

    def __next__(self) -> str:
        line = self._file.readline(self._cap + 2)
        if not line:
            raise StopIteration
        self.number += 1
        self.even = line.count(b'"') % 2 == 0
        where = f"{self._where}:{self.number}"
        too_long = len(line) > self._cap and not line.endswith(b"\n")
        try:
            if too_long:
                raise InputError(f"{where}: a row of more than {self._cap:,} bytes")
            text = decode(line, self._encoding, where)
        except InputError as error:
            if self.strict:
                raise
            self.wrong = self.wrong or error
            text = self._skip(line) if too_long else line.decode("ascii", "replace")  # what parts cells is ASCII
        self._size += len(text)
        if self._size > self._cap + 2 and not self.strict:
            raise InputError(
                f"{self._where}:{self._begin}: a row of more than {self._cap:,} bytes, "
                "or a quotation mark lacks its closing one"
            )
        return text

    def _skip(self, piece: bytes) -> str:
        """The rest of a line is passed over; what stands for it opens or closes a cell as the line does."""
        while piece and not piece.endswith(b"\n"):
            piece = self._file.readline(self._cap + 2)
            self.even ^= piece.count(b'"') % 2 == 1
        return "\n" if self.even else '"\n'
