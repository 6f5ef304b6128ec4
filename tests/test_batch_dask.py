"""Batches on a real Dask scheduler and workers, each a process of its own on the loopback address."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from batches import DaskCluster, dask_cluster, parts, poisoned, rejects
from generated import articles, write_articles
from reliability_batch import kill_workers, lose_scheduler
from watching import LOOPBACK

from stance.batch import BatchSettings, predict_batch, read_batch

Command = Callable[..., CompletedProcess[str]]


@pytest.fixture(scope="module", autouse=True)
def _loopback() -> Iterator[None]:
    """Dask's processes talk over this machine's own address, and over no other."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv(LOOPBACK, "1")
        yield


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thousand articles."""
    return write_articles(tmp_path_factory.mktemp("articles") / "input.jsonl", 1_000)


@pytest.fixture(scope="module")
def expected(path: Path, tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The parts of a run in one process of this machine."""
    folder = tmp_path_factory.mktemp("expected") / "out"
    predict_batch([path], folder, settings=BatchSettings(shard_size=20), model=tiny_folder)
    return parts(folder)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """Two workers, in which poisoned articles do their harm."""
    folder = tmp_path_factory.mktemp("dask")
    with dask_cluster(folder, 2, **poisoned(folder / "site")) as cluster:
        yield cluster


def test_a_cluster_gives_the_same_parts(
    stance_command: Command,
    cluster: DaskCluster,
    path: Path,
    expected: dict[str, bytes],
    tiny_folder: Path,
    tmp_path: Path,
) -> None:
    """The same command with the scheduler's address gives the same bytes in every part."""
    options = ("--shard-size", 20, "--model", tiny_folder, "--engine", "dask", "--scheduler", cluster.address)
    done = stance_command("predict", path, "-o", tmp_path / "out", *options)
    assert (done.returncode, done.stderr.startswith("stance: 50 parts written; merge them")) == (0, True)
    assert parts(tmp_path / "out") == expected


def test_poison_rows_are_named(
    stance_command: Command, cluster: DaskCluster, tiny_folder: Path, tmp_path: Path
) -> None:
    """Dask gives up a shard that kills worker after worker; its poison is named, the rest of it done."""
    rows = list(articles(40))
    rows.insert(25, {"id": "poison", "text": "Rain fell. The KILLWORKER stood."})
    path = tmp_path / "input.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    options = ("--shard-size", 10, "--model", tiny_folder, "--engine", "dask", "--scheduler", cluster.address)
    done = stance_command("predict", path, "-o", tmp_path / "out", *options, **poisoned(tmp_path / "site"))
    assert (done.returncode, done.stderr.splitlines()[0][:23]) == (0, "stance: 1 row refused; ")
    assert [(row["doc"], row["reason"]) for row in rejects(tmp_path / "out")] == [
        ("poison", "killed its worker (SIGKILL(-9))")
    ]
    assert read_batch(tmp_path / "out").total("articles") == 40


def test_killed_workers_lose_nothing(path: Path, expected: dict[str, bytes], tiny_folder: Path, tmp_path: Path) -> None:
    """Workers killed at random moments: Dask runs their shards again, and every part is as if nothing had happened."""
    draw = random.Random(3)
    kills = kill_workers(path, tiny_folder, tmp_path / "out", tmp_path / "dask", draw=draw)
    assert kills >= 1
    assert parts(tmp_path / "out") == expected


def test_a_lost_scheduler_is_resumed(path: Path, expected: dict[str, bytes], tiny_folder: Path, tmp_path: Path) -> None:
    """The death of the scheduler ends the run with one line; on another cluster it goes on where it was."""
    finished = lose_scheduler(path, tiny_folder, tmp_path / "out", tmp_path / "dask")
    assert 3 <= finished < 50
    assert parts(tmp_path / "out") == expected


def test_trouble_with_the_cluster_is_said(
    stance_command: Command, cluster: DaskCluster, path: Path, tiny_folder: Path, tmp_path: Path
) -> None:
    """No scheduler at the address is one line and exit code 1; a missing address is a wrong usage."""
    options = ("predict", path, "-o", tmp_path / "out", "--model", tiny_folder, "--engine", "dask")
    nobody = stance_command(
        *options, "--scheduler", "tcp://127.0.0.1:9", DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT="1s"
    )
    assert (nobody.returncode, nobody.stderr.count("\n")) == (1, 1)
    assert "tcp://127.0.0.1:9: no Dask scheduler answers" in nobody.stderr
    unnamed = stance_command(*options)
    assert (unnamed.returncode, "engine dask and a scheduler belong together" in unnamed.stderr) == (2, True)


def test_grid_search_runs_on_the_cluster(cluster: DaskCluster, labelled_path: Path) -> None:
    """The Dask backend of joblib runs scikit-learn's grid search over ``ClaimClassifier`` with the same scores."""
    script = f"""
import joblib
from distributed import Client
from sklearn.model_selection import GridSearchCV
from stance import ClaimClassifier
from stance.corpus.read import read_labelled

records = list(read_labelled({str(labelled_path)!r}))
X, y = [one.text for one in records], ["claim" if one.claims else "none" for one in records]
search = GridSearchCV(ClaimClassifier("hashing-64", folds=0), {{"strength": [0.1, 1.0]}}, cv=2, n_jobs=-1)
with Client({cluster.address!r}) as client, joblib.parallel_config("dask", client=client):
    there = search.fit(X, y).cv_results_["mean_test_score"].tolist()
assert search.set_params(n_jobs=1).fit(X, y).cv_results_["mean_test_score"].tolist() == there
print(len(there))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, "2\n"), done.stderr
