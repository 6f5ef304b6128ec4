"""What many tests share: fixed seeds, forty labelled sentences, and a tiny model trained on them."""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess, run
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
import pytest
import watching
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from stance.corpus.labels import Record
    from stance.model import Model

DATA = Path(__file__).parent / "data"
ROOT = Path(__file__).parent.parent
TRAINING = ROOT / "training"

settings.register_profile("stance", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("stance")

_WATCHED = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """From here on, what tests and the programs that they start reach for is noted, and an interrupt ends them.

    A shell that starts the tests in the background has interrupts ignored, by them and by what they start.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    folder = tempfile.TemporaryDirectory(prefix="stance-watch-")
    config.add_cleanup(folder.cleanup)
    config.stash[_WATCHED] = Path(folder.name) / "log"
    os.environ.update(watching.start(config.stash[_WATCHED]))
    watching.watch()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A socket that somebody reached for fails the run, also where its program went on without."""
    if watching.read(session.config.stash[_WATCHED]).stopped:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """What was reached for in the whole run."""
    found = watching.read(config.stash[_WATCHED])
    terminalreporter.write_line(
        f"network: {len(found.stopped)} sockets in {found.programs} watched programs, and {found.looks} looks of "
        f"urllib3 for IPv6, all stopped; {found.loopback} on loopback, where a test is of Dask"
    )
    for line in found.stopped:
        terminalreporter.write_line(f"network: {line}")


@pytest.fixture(autouse=True)
def _seeds() -> None:
    """Every test draws the same random numbers each time."""
    random.seed(0)
    np.random.seed(0)


@pytest.fixture
def recipe(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """A file of ``training/`` as a module."""
    monkeypatch.syspath_prepend(str(TRAINING))

    def load(name: str) -> ModuleType:
        return __import__(name)

    return load


@pytest.fixture(scope="session")
def labelled_path() -> Path:
    """Ten short articles, forty sentences, in the exchange form, with claims, spans and attributions."""
    return DATA / "labelled.jsonl"


@pytest.fixture(scope="session")
def labelled(labelled_path: Path) -> list[Record]:
    """The records of ``labelled_path``."""
    from stance.corpus.labels import parse

    lines = labelled_path.read_text(encoding="utf-8").splitlines()
    return [parse(line, f"{labelled_path}:{number}") for number, line in enumerate(lines, start=1)]


@pytest.fixture(scope="session")
def tiny_model(labelled: list[Record]) -> Model:
    """A model of everything (types, spans, stance) on hashed vectors, trained in a second; it makes mistakes."""
    from stance.config import TrainConfig
    from stance.training import train

    return train(labelled, TrainConfig(encoder="hashing-64", adapt=False, folds=2, strength=1.0))


@pytest.fixture(scope="session")
def tiny_folder(tiny_model: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model as a directory; tests that change one copy it first."""
    from stance.bundle import save

    return save(tiny_model, tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def stance_command() -> Callable[..., CompletedProcess[str]]:
    """``python -m stance ARGUMENTS`` in a process of its own, its output captured."""

    def call(*arguments: object, stdin: str | None = None, **environment: str) -> CompletedProcess[str]:
        return run(
            [sys.executable, "-m", "stance", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=ROOT,
            env={**os.environ, "PYTHONUTF8": "1", "COLUMNS": "80", **environment},
            timeout=120,
            check=False,
        )

    return call
