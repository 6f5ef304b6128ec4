"""The recipes of docs/batch.md, run as they stand there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from batches import kill_group
from generated import write_articles

from stance.batch import Task, predict_part, read_shards
from stance.corpus.read import ReadOptions
from stance.prediction import PredictOptions

PAGE = Path(__file__).parent.parent / "docs" / "batch.md"


def recipe(heading: str) -> str:
    """The Python block under a heading of the page."""
    section = PAGE.read_text(encoding="utf-8").split(f"# {heading}\n", 1)[1]
    return re.search(r"```python\n(.*?)```", section, re.DOTALL)[1]  # type: ignore[index]


def run(script: str, folder: Path) -> str:
    """What a script prints in a folder with ``articles.jsonl`` and ``my-model``."""
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable, "RAY_AUTH_MODE": "disabled"}
    said = folder / "said.txt"
    with said.open("wb") as file:  # a pipe would stay open as long as any daemon that the engine leaves behind
        command = [sys.executable, "-c", script]
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=file, stderr=file, start_new_session=True
        )
    try:
        assert process.wait(240) == 0, said.read_text(encoding="utf-8")[-3000:]
    finally:
        kill_group(process)
    return said.read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, tiny_folder: Path) -> Path:
    """Where the recipes run."""
    write_articles(tmp_path / "articles.jsonl", 60)
    (tmp_path / "my-model").symlink_to(tiny_folder)
    return tmp_path


@pytest.mark.parametrize(("heading", "package"), [("Spark", "pyspark"), ("Ray", "ray")])
def test_other_engines_give_the_same_claims(heading: str, package: str, folder: Path) -> None:
    """The recipe writes, in some order, the rows that a part of the same articles holds."""
    if find_spec(package) is None:
        pytest.skip(f"{package} is not installed: it is no dependency; pip install {package} to run this recipe")
    run(recipe(heading), folder)
    (shard,) = read_shards([folder / "articles.jsonl"], ReadOptions(), 100)
    part = folder / "expected.parquet"
    part.write_bytes(predict_part(shard, Task.of(folder / "my-model", PredictOptions(format="parquet"))).data)
    assert _rows(folder / f"claims-{heading.lower()}") == _rows(part)


def test_python_recipe_runs(folder: Path) -> None:
    """The library's own recipe predicts and merges."""
    assert "accusation" in run(recipe("From Python"), folder)
    assert (folder / "claims.jsonl").is_file()


def _rows(path: Path) -> list[str]:
    """The rows of a Parquet file or folder, in one order for all."""
    return sorted(json.dumps(row) for row in pq.read_table(path).to_pylist())
