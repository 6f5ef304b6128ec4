"""Disks that refuse and processes that die: under a name stands the old file or the new one afterwards, whole."""

from __future__ import annotations

import os
import random
import resource
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from generated import write_articles

from stance.bundle import load, save
from stance.config import TrainConfig
from stance.corpus.read import read_labelled
from stance.errors import OutputError
from stance.model import Model
from stance.prediction import PredictOptions, predict_files
from stance.training import train

LABELLED = Path(__file__).parent / "data" / "labelled.jsonl"
CALLS = [(os, "fsync"), (Path, "replace"), (Path, "rename"), (Path, "mkdir"), (Path, "open"), (os, "fchmod")]
JOBS = ("jsonl", "csv", "parquet", "model", "train")
Work = Callable[[Path], object]


def works(model: Model, folder: Path) -> dict[str, Work]:
    """What writes: predictions in each form, and a model over another one."""
    articles = write_articles(folder / "articles.jsonl", 8, sentences=(2, 4))

    def predicted(form: str) -> Work:
        options = PredictOptions(format=form)  # type: ignore[arg-type]
        return lambda place: predict_files(model, [articles], place / f"out.{form}", options)

    other = replace(model, thresholds=dict.fromkeys(model.labels, 0.25))
    return {
        **{form: predicted(form) for form in ("jsonl", "csv", "parquet")},
        "model": lambda place: save(other, place / "model", force=True),
        "train": training,
    }


def training(place: Path) -> None:
    """Train on hashed vectors, and save over what stands there."""
    save(
        train(read_labelled(LABELLED), TrainConfig(encoder="hashing-16", adapt=False, folds=2)),
        place / "model",
        force=True,
    )


def contents(place: Path) -> dict[str, bytes]:
    """Every file below the place that has no temporary name, and its bytes."""
    files = [path for path in place.rglob("*") if path.is_file()]
    shown = [path for path in files if not any(part.startswith(".") for part in path.relative_to(place).parts)]
    return {str(path.relative_to(place)): path.read_bytes() for path in shown}


def refuse_each_call(work: Work, prepare: Callable[[Path], None], place: Path) -> tuple[int, int]:
    """Let call 1, 2, 3 … of each function that touches the disk fail, until none is left.

    Returns how many calls failed, and after how many of them something was torn, left over, or not reported.
    """
    faults = wrong = 0
    for holder, name in CALLS:
        for at in range(1_000):
            folder = place / f"{name}-{at}"
            prepare(folder)
            before = contents(folder)
            original, calls = getattr(holder, name), iter(range(1_000_000))
            hit = False

            def failing(*arguments: object, **options: object) -> object:
                nonlocal hit
                writes = name != "open" or (len(arguments) > 1 and str(arguments[1])[0] in "wx")  # noqa: B023  # called at once
                if writes and next(calls) == at:  # noqa: B023
                    hit = True
                    raise OSError(28, "No space left on device")
                return original(*arguments, **options)  # noqa: B023

            reported = False
            with patch.object(holder, name, failing):
                try:
                    work(folder)
                except OutputError:
                    reported = True
            if not hit:
                break
            faults += 1
            hidden = [path for path in folder.iterdir() if path.name.startswith(".")]
            wrong += bool(hidden) or reported != (contents(folder) == before)
    return faults, wrong


def fill_disk(work: Work, prepare: Callable[[Path], None], place: Path, sizes: list[int]) -> tuple[int, int]:
    """Let no file grow beyond each of the sizes, in a process of its own; returns how often, and how often wrong."""
    faults = wrong = 0
    for size in sizes:
        folder = place / f"full-{size}"
        prepare(folder)
        before = contents(folder)
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
            with suppress(OutputError):
                work(folder)
                os._exit(0)
            os._exit(5)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        faults += code != 0
        wrong += code not in (0, 5) or (code == 5 and contents(folder) != before)
    return faults, wrong


def kill_at_random(
    work: Work, prepare: Callable[[Path], None], place: Path, count: int, seed: int = 0
) -> tuple[int, int]:
    """SIGKILL a process at a random moment of its work, so often; returns the kills that hit it, and torn results."""
    draw = random.Random(seed)
    folder = place / "killed"
    prepare(folder)
    old = contents(folder)
    began = time.monotonic()
    work(folder)
    longest = time.monotonic() - began
    new = contents(folder)
    kills = torn = 0
    while kills < count:
        prepare(folder)
        child = os.fork()
        if child == 0:
            with suppress(OutputError):
                work(folder)
            os._exit(0)
        time.sleep(draw.uniform(0, longest))
        os.kill(child, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        kills += code == -signal.SIGKILL
        longest = longest * 0.98 if code == 0 else longest
        found = contents(folder)
        torn += found not in (old, new) and not _whole(found, old, new, folder)
    return kills, torn


def _whole(found: dict[str, bytes], old: dict[str, bytes], new: dict[str, bytes], folder: Path) -> bool:
    """Whether every name is there and holds old or new bytes; a model must load too, for it may not be a mixture."""
    if found.keys() not in (old.keys(), new.keys()):
        return False
    load(folder / "model")
    return all(data in (old.get(name), new.get(name)) for name, data in found.items())
