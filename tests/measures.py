"""What the table of docs/RELIABILITY.md counts: each function gives one figure, or a few, from a run here and now."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from unittest.mock import patch

import faults
import hostile
import malice
from generated import articles

from stance.bundle import load
from stance.config import TrainConfig
from stance.corpus.read import ReadOptions, read_labelled
from stance.errors import ModelError, StanceError
from stance.model import Model
from stance.prediction import PredictOptions, predict_files
from stance.records import Document
from stance.tables import records
from stance.training import train

ARTICLE = "The union accused the ministry of lying. “We had no choice,” she said. Its goal is to win the vote."


@dataclass(frozen=True)
class Figure:
    """One row of the table."""

    name: str
    found: str
    target: str
    met: bool


def tiny_model() -> Model:
    """A model of everything on hashed vectors, trained in a second."""
    return train(read_labelled(faults.LABELLED), TrainConfig(encoder="hashing-64", adapt=False, folds=2))


class _TooLong(BaseException):
    """More seconds of the processor than allowed."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """``_TooLong`` after so many seconds of this process's own time: a busy machine is no hang."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise _TooLong

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def measure_inputs(model: Model, work: Path, count: int) -> Figure:
    """Hostile rows of every format through the function behind ``stance predict``."""
    inputs = lost = hangs = crashes = refused = 0
    longest = 0.0
    (work / "in").mkdir()
    for number, one in enumerate(hostile.files(work / "in", count)):
        form = ("jsonl", "csv", "parquet")[number % 3]
        out = work / f"out.{form}"
        options = PredictOptions(read=ReadOptions(on_error="skip"), format=form, all_sentences=True)  # type: ignore[arg-type]
        inputs += one.inputs
        began = time.process_time()
        try:
            with within(5):
                counts = predict_files(model, [one.path], out, options)
            refused += counts.refused
            lost += one.rows is not None and counts.rows != one.rows
            lost += counts.refused > 0 and counts.rejects is None
        except StanceError:  # the file as a whole is refused, with nothing written
            refused += one.inputs
            lost += out.exists()
        except _TooLong:
            hangs += 1
        except Exception as error:  # whatever it is, it is what we look for
            print(f"{one.path}: {error!r}", file=sys.stderr)
            crashes += 1
        longest = max(longest, time.process_time() - began)
        out.unlink(missing_ok=True)
    return Figure(
        "hostile inputs through predict",
        f"{inputs:,} in {number + 1} files of {len(hostile.FORMATS)} kinds; {crashes} tracebacks, {hangs} hangs "
        f"(longest file {longest:.2f} s), {refused:,} refused, {lost} files where in ≠ out + refused",
        "at least 10,000; 0 tracebacks; 0 hangs; 0 files that lose rows",
        not (crashes or hangs or lost),
    )


def measure_spans(model: Model, count: int) -> Figure:
    """Spans of sentences, claims, attributions and speakers, read back from the text as given."""
    spans = outside = altered = 0
    given = iter([Document(text, id=str(n)) for n, text in enumerate(hostile.texts(300, seed=1))])
    made = (Document(article["text"], id=article["id"]) for article in articles(10**9, sentences=(6, 20)))

    def source() -> Iterator[Document]:
        while spans < count:
            yield next(given, None) or next(made)

    asked: dict[str, str] = {}

    def noted() -> Iterator[Document]:
        for document in source():
            asked[document.id or ""] = document.text
            yield document

    for document in model.predict_many(noted()):
        text = asked.pop(document.id or "")
        altered += document.text != text
        for row in records(document):
            for start, end, words in _spans(row):
                spans += 1
                outside += not 0 <= start < end <= len(text)
                altered += text[start:end] != words
    return Figure(
        "spans outside their text, altered text",
        f"{outside} and {altered} of {spans:,}",
        "0 and 0 of 100,000",
        not (outside or altered),
    )


def _spans(row: dict[str, object]) -> Iterator[tuple[int, int, object]]:
    if row["end"] != row["start"]:
        yield row["start"], row["end"], row["text"]  # type: ignore[misc]
    for found in (*row.get("claims", ()), *row.get("attributions", ())):  # type: ignore[misc]
        for name in ("source", "cue", "target"):
            if found.get(f"{name}_start") is not None:
                yield found[f"{name}_start"], found[f"{name}_end"], found[f"{name}_text"]
        for (start, end), words in zip(found.get("content_spans", ()), found.get("content", ()), strict=True):
            yield start, end, words


def measure_malice(folder: Path, work: Path, most_memory: float = 300) -> Figure:
    """Directories that mean harm, each loaded in a process of its own; ``most_memory`` in MB."""
    canary = work / "canary"
    attacks = malice.attacks(canary)
    refused = effects = 0
    peak, longest = 0.0, 0.0
    for number, (name, change) in enumerate(attacks.items()):
        place = work / f"malice-{number}"
        shutil.copytree(folder, place)
        change(place)
        code, seconds, memory = in_a_child(lambda place=place: _refusal(place))  # type: ignore[misc]
        if code not in (4, *range(41, 49)):
            print(f"{name}: exit code {code}", file=sys.stderr)
        refused += code in (4, *range(41, 49))
        effects += canary.exists()
        peak, longest = max(peak, memory), max(longest, seconds)
        shutil.rmtree(place)
    return Figure(
        "malicious model directories",
        f"{refused} of {len(attacks)} refused, {effects} side effects, ≤ {peak:.0f} MB, ≤ {longest:.2f} s",
        "at least 40, all refused; 0 side effects; under 300 MB; under 5 s",
        refused == len(attacks) >= 40 and not effects and peak < most_memory and longest < 5,
    )


def _refusal(place: Path) -> int:
    with patch.object(socket, "socket", side_effect=AssertionError):
        try:
            load(place)
        except ModelError as error:
            return error.exit_code
    return 0


def in_a_child(work: Callable[[], int]) -> tuple[int, float, float]:
    """Exit code, seconds of the processor and peak MB of a function in a process of its own; 120 s at most."""
    child = os.fork()
    if child == 0:
        signal.alarm(120)
        code = 99
        try:
            code = work()
        finally:
            os._exit(code)
    _, status, used = os.wait4(child, 0)
    return os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def measure_damage(folder: Path, work: Path, count: int) -> Figure:
    """Bit flips and truncations of an honest directory."""
    place = Path(shutil.copytree(folder, work / "damaged"))
    expected = records(load(place).predict(ARTICLE))
    refused = changed = 0
    for mend in malice.damages(place, count):
        try:
            changed += records(load(place).predict(ARTICLE)) != expected
        except ModelError:
            refused += 1
        mend()
    return Figure(
        "damaged model files",
        f"{refused:,} of {count:,} refused, {changed} changed predictions",
        "1,000, all refused; 0 changed",
        refused == count and not changed,
    )
