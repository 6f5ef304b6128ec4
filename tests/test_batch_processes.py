"""Batches in worker processes: the same parts whatever the number of workers, kills and poison."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess

import psutil
import pytest
from batches import kill_group, parts, poisoned, rejects, start, times_each
from generated import articles, write_articles
from reliability_batch import Pace, kill_until_done

from stance.batch import BatchSettings, Task, predict_batch, processes, read_batch, read_shards
from stance.batch.isolation import Isolation
from stance.batch.processes import Processes
from stance.corpus.read import ReadOptions
from stance.errors import ModelError, StanceError
from stance.prediction import PredictOptions
from stance.workers import Pool

Command = Callable[..., CompletedProcess[str]]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six hundred articles."""
    return write_articles(tmp_path_factory.mktemp("articles") / "input.jsonl", 600)


@pytest.fixture(scope="module")
def expected(path: Path, tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run in one worker process."""
    folder = tmp_path_factory.mktemp("expected") / "out"
    run = predict_batch([path], folder, settings=BatchSettings(shard_size=20), model=tiny_folder)
    assert (run.made, run.batch.complete) == (30, True)
    return folder


def test_two_processes_give_the_same_parts(path: Path, expected: Path, tiny_folder: Path, tmp_path: Path) -> None:
    """One worker or two: the same bytes in every part, every sentence once."""
    said: list[tuple[int, int | None]] = []
    run = predict_batch(
        [path],
        tmp_path / "out",
        settings=BatchSettings(shard_size=20, jobs=2),
        model=tiny_folder,
        progress=lambda done, total: said.append((done, total)),
    )
    assert parts(run.batch.folder) == parts(expected)
    assert set(times_each(expected).values()) == {1}
    assert len({doc for doc, _ in times_each(expected)}) == 600
    assert said[-1] == (600, 600)


def test_killed_runs_end_as_if_nothing_had_happened(
    path: Path, expected: Path, tiny_folder: Path, tmp_path: Path
) -> None:
    """Runs killed at random moments and resumed until done: byte-identical parts, no row lost, none twice."""
    kills = kill_until_done(
        path, tiny_folder, tmp_path / "out", expected, at_most=4, draw=random.Random(1), pace=Pace()
    )
    assert kills >= 1
    assert parts(tmp_path / "out") == parts(expected)
    assert read_batch(tmp_path / "out").complete
    assert not list((tmp_path / "out").glob(".*"))


def test_workers_leave_with_their_parent(path: Path, tiny_folder: Path, tmp_path: Path) -> None:
    """When only the parent is killed, its workers end by themselves."""
    out = tmp_path / "out"
    process = start("predict", path, "-o", out, "--shard-size", 10, "--jobs", 2, "--model", tiny_folder)
    try:
        while not list(out.glob("part-*")):
            assert process.poll() is None
            time.sleep(0.02)
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        gone, alive = psutil.wait_procs(children, timeout=10)
        assert (len(gone) >= 2, alive) == (True, [])
    finally:
        kill_group(process)


def test_interrupt_is_quiet(path: Path, tiny_folder: Path, tmp_path: Path) -> None:
    """Ctrl-C ends run and workers with one line and exit code 130; finished parts are kept."""
    out = tmp_path / "out"
    process = start("predict", path, "-o", out, "--shard-size", 2, "--jobs", 2, "--model", tiny_folder)
    try:
        while not list(out.glob("part-*")):
            assert process.poll() is None
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=20)
    finally:
        kill_group(process)
    assert said == b"stance: interrupted; files under their final names are complete\n"
    assert process.returncode == 130


def test_poison_rows_are_named_and_the_rest_is_done(stance_command: Command, tiny_folder: Path, tmp_path: Path) -> None:
    """Articles that kill, hang or break their worker are refused with the reason; all others are as without them."""
    rows = list(articles(120))
    healthy = _jsonl(tmp_path / "healthy.jsonl", rows)
    for place, word in ((100, "BREAKWORKER"), (70, "HANGWORKER"), (31, "KILLWORKER")):
        rows.insert(place, {"id": word, "text": f"The council said so. {word} fell over the dam."})
    path = _jsonl(tmp_path / "poisoned.jsonl", rows)
    options = ("--model", tiny_folder, "--jobs", 2, "--time-limit", 4, "--shard-size", 30)
    done = stance_command("predict", path, "-o", tmp_path / "out", *options, **poisoned(tmp_path / "site"))
    assert (done.returncode, done.stderr.splitlines()[0][:24]) == (0, "stance: 3 rows refused; ")
    named = [(row["doc"], row["reason"]) for row in rejects(tmp_path / "out")]
    assert named == [
        ("KILLWORKER", "killed its worker (SIGKILL(-9))"),
        ("HANGWORKER", "took longer than 4 s"),
        ("BREAKWORKER", "ValueError: !"),
    ]
    assert stance_command("predict", healthy, "-o", tmp_path / "all.jsonl", "--model", tiny_folder).returncode == 0
    assert b"".join(parts(tmp_path / "out").values()) == (tmp_path / "all.jsonl").read_bytes()
    batch = read_batch(tmp_path / "out")
    assert (batch.complete, batch.total("lost"), batch.total("articles")) == (True, 3, 120)
    assert "123 of 123 (100.0 %), 3 without a result\n" in stance_command("batch", "status", tmp_path / "out").stdout
    again = stance_command("predict", path, "-o", tmp_path / "out", *options, "--resume", "--redo", "lost")
    assert again.stderr.startswith("stance: 3 parts written, 2 were done before")


def test_trouble_that_is_in_no_row_stops_the_run(stance_command: Command, tiny_folder: Path, tmp_path: Path) -> None:
    """Where every article of a shard fails, the run ends with an error instead of refusing all of its input."""
    rows = [{"id": str(number), "text": "BREAKWORKER"} for number in range(3)]
    path = _jsonl(tmp_path / "input.jsonl", rows)
    options = ("--model", tiny_folder, "--shard-size", 3)
    done = stance_command("predict", path, "-o", tmp_path / "out", *options, **poisoned(tmp_path / "site"))
    assert done.returncode == 1
    assert "shard 0: each of its 3 articles fails (ValueError: !); the trouble is in the machine" in done.stderr
    assert parts(tmp_path / "out") == {}


def test_a_lone_article_is_not_blamed_for_the_machine(
    path: Path, tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a known sentence fails as well, the only article of a shard is not refused."""
    monkeypatch.setattr(Isolation, "_call", lambda *call: (None, "killed its worker (EXIT(1))"))
    (shard, *_) = read_shards([path], ReadOptions(), 1)
    told = pytest.raises(StanceError, match=r"even a known sentence fails \(killed its worker .* in the machine")
    with Isolation(Task.of(tiny_folder, PredictOptions())) as isolation, told:
        isolation.submit(shard).result(60)


def test_a_pool_that_gives_out_no_work_is_no_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where joblib's own thread dies, as without memory for another, waiting ends with an error, and the pool ends."""
    monkeypatch.setattr("joblib.externals.loky.process_executor._ExecutorManagerThread.run", lambda thread: None)
    pool = Pool(1, 1)
    with pytest.raises(StanceError, match="the worker processes get no work"):
        pool.wait(pool.call(os.getpid))
    pool.close()


def test_threads_are_bounded(path: Path, tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers times threads are never more than the cores that the process may use."""
    made: list[tuple[int, int]] = []
    monkeypatch.setattr(processes, "Pool", lambda jobs, threads: made.append((jobs, threads)))
    monkeypatch.setattr(processes, "cores", lambda: 6)
    for jobs in (1, 2, 4, 8):
        processes.Processes(None, jobs)  # type: ignore[arg-type]  # the task is not looked at
    assert made == [(1, 6), (2, 3), (4, 1), (8, 1)]


def test_workers_compute_with_so_many_threads() -> None:
    """The bound is in the environment of each worker before any library is loaded."""
    pool = Pool(1, 3)
    try:
        assert pool.call(_environment, "OMP_NUM_THREADS").result(30) == "3"
    finally:
        pool.close()


def test_errors_of_the_run_are_no_poison(path: Path, tiny_folder: Path, tmp_path: Path) -> None:
    """A worker that finds another model than the run's ends the run; no row is blamed."""
    task = replace(Task.of(tiny_folder, PredictOptions()), fingerprint="0" * 64)
    (shard, *_) = read_shards([path], ReadOptions(), 5)
    with Processes(task, 1) as engine, pytest.raises(ModelError, match="another model"):
        engine.submit(shard).result(60)
    with Isolation(task) as isolation, pytest.raises(ModelError, match="another model"):
        isolation.submit(shard).result(60)


def _environment(name: str) -> str | None:
    return os.environ.get(name)


def _jsonl(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path
