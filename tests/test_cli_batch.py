"""Sharded runs as people call them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from generated import write_articles

from stance.batch import read_batch

Command = Callable[..., CompletedProcess[str]]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty articles."""
    return write_articles(tmp_path_factory.mktemp("articles") / "thirty.jsonl", 30)


def test_predict_status_merge(stance_command: Command, path: Path, tiny_folder: Path, tmp_path: Path) -> None:
    """A run, its status, its resumption and the merged file; reports go to stderr, answers to stdout."""
    out = tmp_path / "claims"
    first = stance_command("predict", path, "-o", out, "--shard-size", 8, "--format", "parquet", "--model", tiny_folder)
    assert (first.returncode, first.stdout) == (0, "")
    assert first.stderr == f"stance: 4 parts written; merge them with: stance batch merge {out} -o all.parquet\n"
    again = stance_command("predict", path, "-o", out, "--resume", "--model", tiny_folder)
    assert (again.returncode, "0 parts written, 4 were done before" in again.stderr) == (0, True)
    status = stance_command("batch", "status", out)
    assert (status.returncode, status.stderr) == (0, "")
    lines = status.stdout.splitlines()
    assert lines[:3] == [f"{out}: complete", "shards     4 of 4 done", "articles   30 of 30 (100.0 %)"]
    assert lines[4].startswith("refused    0 rows")
    assert lines[5].endswith(" articles/s")
    facts = json.loads(stance_command("batch", "status", out, "--json").stdout)
    assert (facts["state"], facts["engine"], facts["articles_left"]) == ("complete", "1 process", 0)
    merged = stance_command("batch", "merge", out, "-o", tmp_path / "all.csv", "--json")
    assert (merged.returncode, merged.stderr) == (0, "")
    assert json.loads(merged.stdout)["articles"] == 30
    assert (tmp_path / "all.csv").read_text(encoding="utf-8").startswith("doc,title,")
    told = stance_command("batch", "merge", out, "-o", tmp_path / "all.parquet", "--deduplicate", "id").stdout
    assert "articles   30 predicted, 0 of them left out as duplicates" in told


def test_mistakes_are_one_line(stance_command: Command, path: Path, tiny_folder: Path, tmp_path: Path) -> None:
    """Each mistake is one line on stderr with its exit code, and nothing is written."""
    out = tmp_path / "out"
    file = write_articles(tmp_path / "file", 1)
    for arguments, code, message in (
        (("predict", path, "--shard-size", 5), 2, "a sharded run writes a folder of parts; give one with -o OUT_DIR/"),
        (("predict", "-", "-o", out, "--shard-size", 5), 3, "reads its input twice, so it cannot be standard input"),
        (("predict", path, "-o", out, "--jobs", 2, "--format", "csv"), 2, "parts are jsonl or parquet, not csv"),
        (("predict", path, "-o", file, "--jobs", 2), 5, f"{file}: no folder can be made there (File exists); give a"),
        (("predict", path, "-o", f"{out}.parquet", "--jobs", 2), 2, f"batch merge {out} -o {out}.parquet"),
        (("predict", path, "-o", out, "--scheduler", "tcp://h:1"), 2, "engine dask and a scheduler belong together"),
        (("predict", tmp_path / "none.jsonl", "-o", out, "--jobs", 2), 3, "none.jsonl: no such file"),
        (("batch", "status", out), 3, f"no batch here; make one with: stance predict INPUT -o {out}/ --shard-size"),
        (("batch", "merge", tmp_path, "-o", out), 3, "no batch here"),
    ):
        model = ("--model", tiny_folder) if arguments[0] == "predict" else ()
        done = stance_command(*arguments, *model, stdin="")
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1), done.stderr
        assert message in done.stderr
        assert not out.exists()


def test_workers_do_without_closed_streams(path: Path, tiny_folder: Path, tmp_path: Path) -> None:
    """Started without standard streams, as under a daemon, a sharded run loses no article."""
    words = f"{sys.executable} -m stance predict {path} -o {tmp_path / 'out'} --shard-size 20 --model {tiny_folder}"
    for closed in ("2>&-", "<&- >&- 2>&-"):
        assert subprocess.run(f"{words} {closed}", shell=True, timeout=120, check=False).returncode == 0  # noqa: S602
        assert read_batch(tmp_path / "out").total("articles") == 30
        shutil.rmtree(tmp_path / "out")


def test_commands_wake_nothing_heavy() -> None:
    """Importing the commands of batches loads neither joblib nor Dask nor numpy."""
    script = (
        "import sys, stance.cli.batch\n"
        "print(sorted({'joblib', 'distributed', 'numpy', 'sklearn', 'pyarrow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"
