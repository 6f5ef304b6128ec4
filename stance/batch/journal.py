"""Writing a batch: the folder is checked against the run, then takes part after part, each whole and entered once."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any, Literal

from stance.batch.folder import FORMAT, JOURNAL, MANIFEST, Batch, Entry, part_name, read_batch, rejects_name, sha256
from stance.batch.parts import Part, Task
from stance.batch.shards import Plan
from stance.corpus.write import replaced, write_text
from stance.errors import ConfigError, InputError, OutputError
from stance.resolver import Aliases

_TEMPORARY = ".*.part"  # what a run that is killed leaves half-written

Redo = Literal["changed", "lost"]
"""Finished parts that are made anew: of articles that have changed since, or that could not be predicted."""


def describe_run(task: Task, plan: Plan) -> dict[str, Any]:
    """The manifest of a run."""
    options, read = task.options, task.options.read
    return {
        "format": FORMAT,
        "stance": task.version,
        "model": {"path": str(task.model or "embedded default"), "fingerprint": task.fingerprint},
        "options": {
            "format": options.format,
            "shard_size": plan.size,
            "precision": task.precision,
            "all_sentences": options.all_sentences,
            "min_probability": options.min_probability,
            "aliases": _aliases_digest(options.aliases),
            "text_column": read.text_column,
            "encoding": read.encoding,
            "max_row_bytes": read.max_row_bytes,
        },
        "inputs": list(map(str, plan.inputs)),
        "shards": len(plan.digests),
        "articles": plan.articles,
        "unreadable": plan.refused,
    }


class BatchWriter:
    """The one process that writes into a folder; made by ``begin``."""

    def __init__(self, folder: Path, form: str, done: frozenset[int], journal: IO[bytes]) -> None:
        self._folder, self._form, self._journal = folder, form, journal
        self.done = done
        """Shards that need not be predicted: their part is there, whole, of the input as it is now, and good enough."""

    def add(self, part: Part) -> None:
        """Put a part in its place, then enter it; what is entered is on the disk.

        Raises
        ------
        OutputError : the disk refuses.
        """
        rejects = self._folder / rejects_name(part.index)
        if part.refused:
            lines = [json.dumps(asdict(row), ensure_ascii=True) + "\n" for row in part.refused]
            write_text(rejects, "".join(lines))
        else:
            rejects.unlink(missing_ok=True)
        name = part_name(part.index, self._form)
        with replaced(self._folder / name) as temporary:
            temporary.write_bytes(part.data)
        entry = Entry(
            name=name,
            input=part.input,
            output=hashlib.sha256(part.data).hexdigest(),
            articles=part.articles,
            sentences=part.sentences,
            rows=part.rows,
            claims=part.claims,
            refused=len(part.refused),
            lost=sum(row.doc is not None for row in part.refused),
            seconds=round(part.seconds, 3),
            finished=_now(),
            size=len(part.data),
        )
        self._enter({"index": part.index, **asdict(entry)})

    def open_session(self, engine: str) -> None:
        """Enter that work begins."""
        self._enter({"began": _now(), "engine": engine})

    def _enter(self, line: dict[str, Any]) -> None:
        self._journal.write(_line(line))
        self._journal.flush()
        os.fsync(self._journal.fileno())


@contextmanager
def begin(
    folder: Path, manifest: Mapping[str, Any], plan: Plan, *, resume: bool, redo: Redo | None
) -> Iterator[BatchWriter]:
    """The folder, ready for the parts that are missing or to be redone, and for no other process.

    A part that the input has no shard for is removed; any other stands until a new one takes its place.

    Raises
    ------
    InputError : finished parts are of other articles, and ``redo`` is not ``changed``.
    OutputError : the folder holds a batch and ``resume`` is not given, or other files, or another process is at work;
        or no folder can be made there.
    ConfigError : the batch there is of another model, version or option.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: no folder can be made there ({error.strerror}); give a new one") from None
    with _alone(folder):
        old = _standing(folder, manifest, resume)
        if old is not None and redo != "changed":
            _refuse_other_input(old, plan)
        valid = _valid(old, plan) if old is not None else {}
        _drop_others(folder, manifest["options"]["format"], len(plan.digests))
        write_text(folder / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2) + "\n")
        sessions = [asdict(session) for session in old.sessions] if old is not None else []
        entries = [{"index": index, **asdict(entry)} for index, entry in sorted(valid.items())]
        write_text(folder / JOURNAL, b"".join(map(_line, [*sessions, *entries])).decode("ascii"))
        with (folder / JOURNAL).open("ab") as journal:
            done = frozenset(index for index, entry in valid.items() if not (redo == "lost" and entry.lost))
            yield BatchWriter(folder, manifest["options"]["format"], done, journal)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """The folder's lock, which goes with the process that holds it, however that ends."""
    lock = os.open(folder, os.O_RDONLY)
    try:
        for patience in (0.1, 0.2, 0.4, None):  # whoever asks for the status holds the lock for a moment
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if patience is None:
                    raise OutputError(
                        f"{folder}: another process is at work on this batch; wait for it, or end it"
                    ) from None
                time.sleep(patience)
        yield
    finally:
        os.close(lock)


def _standing(folder: Path, manifest: Mapping[str, Any], resume: bool) -> Batch | None:
    """The batch that is there already, if it is the same run."""
    if not (folder / MANIFEST).exists():
        others = sorted(path.name for path in folder.iterdir() if not path.match(_TEMPORARY))
        if others:
            raise OutputError(f"{folder}: not empty ({', '.join(others[:3])}) and no batch; give a new folder")
        return None
    if not resume:
        raise OutputError(f"{folder}: holds a batch already; go on with --resume, or give a new folder")
    old = read_batch(folder)
    _refuse_other_run(old.manifest, manifest, folder)
    return old


def _refuse_other_run(old: Mapping[str, Any], new: Mapping[str, Any], folder: Path) -> None:
    pairs = {
        "stance": (old.get("stance"), new["stance"]),
        "model": (old.get("model", {}).get("fingerprint"), new["model"]["fingerprint"]),
        **{name: (old.get("options", {}).get(name), value) for name, value in new["options"].items()},
    }
    for name, (before, now) in pairs.items():
        if before != now:
            raise ConfigError(
                f"{folder}: this batch was begun with another {name} ({_short(before)}, now {_short(now)}); "
                "give the same again, or begin in a new folder"
            )


def _refuse_other_input(old: Batch, plan: Plan) -> None:
    other = [entry.name for index, entry in sorted(old.parts.items()) if not _is_of(plan, index, entry)]
    if other:
        raise InputError(
            f"{old.folder}: {len(other)} of {len(old.parts)} finished parts ({other[0]} first) hold articles that are "
            f"changed in the input, or not there; give what they came from ({', '.join(old.manifest['inputs'][:3])}), "
            "which may grow at its end, or another folder; or make them anew with --redo changed"
        )


def _is_of(plan: Plan, index: int, entry: Entry) -> bool:
    """Whether a part is of the input as it is now, or as it was before it grew at its end."""
    if index >= len(plan.digests):
        return False
    if entry.input == plan.digests[index]:
        return True
    if entry.articles + entry.refused >= plan.size:
        return False
    shard = next(islice(plan.shards(), index, None))
    return entry.input == shard.digest_of_first(entry.articles + entry.lost, entry.refused - entry.lost)


def _valid(old: Batch, plan: Plan) -> dict[int, Entry]:
    """Parts of the input as it is now whose file is whole."""
    return {
        index: entry
        for index, entry in old.parts.items()
        if index < len(plan.digests)
        and entry.input == plan.digests[index]
        and _is_whole(old.folder / entry.name, entry)
    }


def _is_whole(part: Path, entry: Entry) -> bool:
    try:
        return sha256(part) == entry.output
    except OSError:
        return False


def _drop_others(folder: Path, form: str, shards: int) -> None:
    """Remove parts that have no shard, and what a run that was killed left half-written."""
    kept = {name for index in range(shards) for name in (part_name(index, form), rejects_name(index))}
    for path in (*folder.glob("part-[0-9]*"), *folder.glob(_TEMPORARY)):
        if path.name not in kept:
            path.unlink(missing_ok=True)


def _aliases_digest(aliases: Aliases | None) -> str | None:
    if aliases is None:
        return None
    entries = sorted((alias, named.name, named.id) for alias, named in aliases.table.items())
    return hashlib.sha256(json.dumps(entries).encode("ascii")).hexdigest()


def _line(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values).encode("ascii") + b"\n"


def _short(value: Any) -> str:
    text = str(value)
    return text[:12] + "…" if len(text) > 40 else text


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
