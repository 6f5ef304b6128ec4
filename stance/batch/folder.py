"""The folder of a batch: finished parts, what made them, and what is left; nothing half-done has a name in it.

* ``manifest.json``            the run: model, options, shard size, inputs, how much there is
* ``parts.jsonl``              one line a finished part: hashes of input and output, counts, seconds; and one a session
* ``part-00000.jsonl``         a part, or ``.parquet``
* ``part-00000.rejects.jsonl`` its refused rows, where it has any
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stance.errors import InputError

FORMAT = 1
MANIFEST, JOURNAL = "manifest.json", "parts.jsonl"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is kept of a finished part beside its file.

    Parameters
    ----------
    name : of the file
    input, output : sha256 of the shard and of the file
    articles, sentences, rows : predicted, in it, written
    claims : by type
    refused : rows without a result
    lost : those of them that were read, but could not be predicted
    seconds : that the worker took
    finished : when, ISO 8601 in UTC
    size : bytes of the file; None in folders of older versions
    """

    name: str
    input: str
    output: str
    articles: int
    sentences: int
    rows: int
    claims: Mapping[str, int]
    refused: int
    lost: int
    seconds: float
    finished: str
    size: int | None = None


@dataclass(frozen=True)
class Session:
    """One call of the run: when it began, and with what engine and how many workers."""

    began: str
    engine: str


@dataclass(frozen=True)
class Batch:
    """A folder of parts as it is now.

    Parameters
    ----------
    folder : where it is
    manifest : what ``manifest.json`` says
    parts : finished parts by their index; one whose files are gone or were cut is not finished
    sessions : calls of the run so far, the last one last
    running : whether a process is at work on it
    """

    folder: Path
    manifest: Mapping[str, Any]
    parts: Mapping[int, Entry] = field(default_factory=dict)
    sessions: tuple[Session, ...] = ()
    running: bool = False

    @property
    def shards(self) -> int:
        """Shards of the whole input."""
        return int(self.manifest["shards"])

    @property
    def complete(self) -> bool:
        """Whether every shard is done."""
        return len(self.parts) == self.shards

    @property
    def form(self) -> str:
        """``jsonl`` or ``parquet``."""
        return str(self.manifest["options"]["format"])

    def total(self, name: str) -> int:
        """Sum of a count over the finished parts."""
        return sum(getattr(entry, name) for entry in self.parts.values())

    def files(self) -> Iterator[Path]:
        """The finished parts in the order of the input."""
        for _, entry in sorted(self.parts.items()):
            yield self.folder / entry.name

    def rejects(self) -> Iterator[Path]:
        """The files of refused rows in the order of the input."""
        for index, entry in sorted(self.parts.items()):
            if entry.refused:
                yield self.folder / rejects_name(index)


def part_name(index: int, form: str) -> str:
    """File name of a part."""
    return f"part-{index:05}.{form}"


def rejects_name(index: int) -> str:
    """File name of a part's refused rows."""
    return f"part-{index:05}.rejects.jsonl"


def read_batch(folder: str | Path) -> Batch:
    """A folder of parts as it is now, whether a run is at work on it or not.

    Raises
    ------
    InputError : the folder holds no batch, or a damaged one.
    """
    folder = Path(folder)
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        entries, sessions = _journal(folder / JOURNAL)
        known = manifest["format"]
    except FileNotFoundError:
        raise InputError(
            f"{folder}: no batch here; make one with: stance predict INPUT -o {folder}/ --shard-size 1000"
        ) from None
    except (NotADirectoryError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{folder}: the batch's own files are damaged ({error}); begin again in a new folder"
        ) from None
    if known != FORMAT:
        raise InputError(f"{folder}: batch format {known}, this version of stance reads {FORMAT}; upgrade stance")
    there = {index: entry for index, entry in entries.items() if _is_there(folder, index, entry)}
    return Batch(folder, manifest, there, sessions, _is_locked(folder))


def _journal(path: Path) -> tuple[dict[int, Entry], tuple[Session, ...]]:
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []  # the piece after the last end was never done
    entries: dict[int, Entry] = {}
    sessions = []
    for line in map(json.loads, lines):
        if "engine" in line:
            sessions.append(Session(**line))
        else:
            index = line.pop("index")
            entries[index] = Entry(**line)
    return entries, tuple(sessions)


def _is_there(folder: Path, index: int, entry: Entry) -> bool:
    """Whether the files of a part stand there, as large as they were; no content is read for it."""
    if entry.refused and not (folder / rejects_name(index)).is_file():
        return False
    try:
        size = (folder / entry.name).stat().st_size
    except FileNotFoundError:
        return False
    return entry.size in (None, size)


def _is_locked(folder: Path) -> bool:
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def sha256(path: Path) -> str:
    """Hash of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
