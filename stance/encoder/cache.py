"""Vectors kept on the disk between runs: one sqlite file that several processes share.

A cache never breaks what it serves. Every entry has a checksum, and one that does not fit counts as absent; a damaged
file is made anew; a file that is locked, full or out of reach is left alone for the rest of the process, with one
warning. Deleting the folder empties it.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import warnings
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from stance.errors import ConfigError

FILE = "vectors-1.sqlite3"
MEGABYTES = 512
"""How large a cache grows unless it is told otherwise."""

_T = TypeVar("_T")
_APPLICATION = 5744846
_TOGETHER = 500
_OVERHEAD = 100  # bytes that an entry takes beside its data, about
_TRIES = 100
_WAIT = 10.0  # seconds for another process to finish its batch
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_SCHEMA = """
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS entries (
    id INTEGER PRIMARY KEY, key BLOB NOT NULL, used INTEGER NOT NULL, size INTEGER NOT NULL, crc INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS vectors (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS by_use ON entries (used, id);
CREATE TABLE IF NOT EXISTS total (bytes INTEGER NOT NULL);
INSERT INTO total SELECT 0 WHERE NOT EXISTS (SELECT * FROM total);
CREATE TRIGGER IF NOT EXISTS grown AFTER INSERT ON entries BEGIN UPDATE total SET bytes = bytes + NEW.size; END;
CREATE TRIGGER IF NOT EXISTS shrunk AFTER DELETE ON entries BEGIN
    UPDATE total SET bytes = bytes - OLD.size;
    DELETE FROM vectors WHERE id = OLD.id;
END;
PRAGMA application_id = 5744846;
COMMIT;
"""  # what is used is noted apart from the vectors, which would be written anew with each note


@dataclass(frozen=True, slots=True)
class CacheFacts:
    """Where a cache is and what it holds; ``size`` in bytes on the disk."""

    path: Path
    entries: int
    size: int


class VectorCache:
    """Keys to bytes, in batches; when it is full, what was used longest ago goes first.

    What this object itself used stays: a run over more than fits would push out its own beginning, and the next run
    would find nothing.

    Parameters
    ----------
    folder : where the file is, made at first use
    megabytes : how large it may grow
    on_trouble : told once, in one line, when the cache cannot be used; a warning without it
    """

    def __init__(
        self, folder: str | Path, *, megabytes: int = MEGABYTES, on_trouble: Callable[[str], None] | None = None
    ) -> None:
        if megabytes < 1:
            raise ConfigError(f"a cache of {megabytes} MB: expected at least 1")
        self.folder = Path(folder).absolute()
        self.megabytes = megabytes
        self._on_trouble = on_trouble or _warn
        self._off = False
        self._connection: sqlite3.Connection | None = None
        self._owner = 0
        self._now = 0
        self._lock = threading.Lock()

    def __getstate__(self) -> dict[str, Any]:
        return {"folder": self.folder, "megabytes": self.megabytes}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]  # a worker opens the file again

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / FILE

    def get(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """What is there, by its key of 16 bytes."""
        return self._safely(lambda connection: _get(connection, keys, self._now)) or {}

    def put(self, entries: Iterable[tuple[bytes, bytes]]) -> None:
        """Keep some more; what is there already stays."""
        self._safely(lambda connection: _put(connection, iter(entries), self.megabytes * 1_000_000, self._now))

    def facts(self) -> CacheFacts | None:
        """What the cache holds; None if there is none yet, or none that can be read."""
        if not self.path.is_file():
            return None
        counted = self._safely(lambda connection: connection.execute("SELECT count(*) FROM entries").fetchone()[0])
        size = sum(path.stat().st_size for path in self.folder.glob(f"{FILE}*"))
        return None if counted is None else CacheFacts(self.path, int(counted), size)

    def _safely(self, act: Callable[[sqlite3.Connection], _T]) -> _T | None:
        """Whatever the file does, the caller goes on."""
        with self._lock:
            for made_anew in (False, True):
                if self._off:
                    return None
                try:
                    return act(self._open())
                except (sqlite3.DatabaseError, OSError) as error:
                    self._close()
                    if made_anew or getattr(error, "sqlite_errorcode", 0) & 0xFF not in _DAMAGED:
                        self._off = True
                        self._on_trouble(f"{self.path}: the cache is not used ({error}); give another folder")
                        return None
                    self._on_trouble(f"{self.path}: the cache was damaged; it is made anew")
                    self._off = not self._remove()
        return None

    def _open(self) -> sqlite3.Connection:
        if self._connection is not None and self._owner == os.getpid():
            return self._connection
        self.folder.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
        self._connection, self._owner = connection, os.getpid()
        (found,) = connection.execute("PRAGMA application_id").fetchone()
        if found != _APPLICATION:
            _create(connection)
        self._now = _newest(connection) + 1
        connection.execute("PRAGMA synchronous = OFF")  # what a power cut damages is made anew
        return connection

    def _close(self) -> None:
        if self._connection is not None and self._owner == os.getpid():
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None

    def _remove(self) -> bool:
        """Whether the file could be taken away."""
        try:
            for path in self.folder.glob(f"{FILE}*"):
                path.unlink(missing_ok=True)
        except OSError:
            return False
        return True


def _create(connection: sqlite3.Connection) -> None:
    """The tables, unless another process makes them at this moment."""
    for _ in range(_TRIES):
        try:
            if connection.execute("SELECT count(*) FROM sqlite_master WHERE name != 'entries'").fetchone()[0]:
                (found,) = connection.execute("PRAGMA application_id").fetchone()
                if found != _APPLICATION:
                    raise sqlite3.OperationalError("another program's database stands there")
                return
            connection.executescript(_SCHEMA)
            return
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
            time.sleep(0.05)
    raise sqlite3.OperationalError("locked by another process")


def _get(connection: sqlite3.Connection, keys: Sequence[bytes], now: int) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    old: list[tuple[int]] = []
    for begin in range(0, len(keys), _TOGETHER):
        ids = [_id(key) for key in keys[begin : begin + _TOGETHER]]
        marks = ",".join("?" * len(ids))
        rows = connection.execute(
            f"SELECT id, key, used, crc, data FROM entries JOIN vectors USING (id) WHERE id IN ({marks})",  # noqa: S608
            ids,
        )
        for row, key, used, crc, data in rows:
            if zlib.crc32(data) == crc:
                found[key] = data
                if used < now:
                    old.append((row,))
    if old:
        with suppress(sqlite3.OperationalError), _transaction(connection):  # not worth waiting or failing for
            connection.executemany(f"UPDATE entries SET used = {now} WHERE id = ?", old)  # noqa: S608
    return found


def _put(connection: sqlite3.Connection, entries: Iterator[tuple[bytes, bytes]], limit: int, now: int) -> None:
    while batch := [(_id(key), key, data) for key, data in islice(entries, _TOGETHER)]:
        with _transaction(connection):
            connection.executemany("DELETE FROM entries WHERE id = ?", [(row,) for row, _, _ in batch])
            room = _make_room(connection, sum(len(data) + _OVERHEAD for *_, data in batch), limit, now)
            kept = []
            for row, key, data in batch:
                room -= len(data) + _OVERHEAD
                if room < 0:
                    break
                kept.append((row, key, now, len(data) + _OVERHEAD, zlib.crc32(data), data))
            connection.executemany("INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?, ?)", [one[:5] for one in kept])
            connection.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", [(one[0], one[5]) for one in kept])
        if len(kept) < len(batch):
            return  # what one run uses does not fit: what came first stays


def _make_room(connection: sqlite3.Connection, needed: int, limit: int, now: int) -> int:
    """Bytes that are free after entries of earlier runs went."""
    (held,) = connection.execute("SELECT bytes FROM total").fetchone()
    free = limit - int(held)
    if free >= needed:
        return free
    gone: list[tuple[int]] = []
    for row, size in connection.execute("SELECT id, size FROM entries WHERE used < ? ORDER BY used, id", (now,)):
        if free >= needed + limit // 20:
            break
        free += size
        gone.append((row,))
    connection.executemany("DELETE FROM entries WHERE id = ?", gone)
    return free


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _newest(connection: sqlite3.Connection) -> int:
    """The number of the last run that used it."""
    return int(connection.execute("SELECT coalesce(max(used), 0) FROM entries").fetchone()[0])


def _id(key: bytes) -> int:
    """Where an entry stands; the whole key is compared when it is read."""
    return int.from_bytes(key[:8], "little") >> 1


def _warn(message: str) -> None:
    warnings.warn(message, RuntimeWarning, stacklevel=2)
