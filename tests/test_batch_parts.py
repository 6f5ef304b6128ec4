"""The pure function from a shard to a part, and its form for frames."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from generated import articles, write_articles

from stance.batch import SPARK_SCHEMA, Task, predict_frame, predict_frames, predict_part, read_shards
from stance.batch.watchdog import Watchdog
from stance.corpus.read import ReadOptions
from stance.errors import ConfigError, InputError, ModelError
from stance.model import Model
from stance.prediction import PredictOptions, predict_files
from stance.resolver import Aliases
from stance.resolver.aliases import Named
from stance.tables import COLUMNS


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty articles."""
    return write_articles(tmp_path_factory.mktemp("articles") / "thirty.jsonl", 30)


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_parts_are_the_rows_of_predict(
    form: str, path: Path, tiny_folder: Path, tiny_model: Model, tmp_path: Path
) -> None:
    """The parts of the shards hold, row for row, what one file of predictions holds."""
    options = PredictOptions(format=form)  # type: ignore[arg-type]
    task = Task.of(tiny_folder, options)
    parts = [predict_part(shard, task) for shard in read_shards([path], ReadOptions(), 7)]
    whole = tmp_path / f"whole.{form}"
    counts = predict_files(tiny_model, [path], whole, options)
    if form == "jsonl":
        assert b"".join(part.data for part in parts) == whole.read_bytes()
    else:
        tables = pd.concat([pd.read_parquet(BytesIO(part.data)) for part in parts], ignore_index=True)
        pd.testing.assert_frame_equal(tables, pd.read_parquet(whole))
    assert sum(part.articles for part in parts) == 30
    assert sum(part.sentences for part in parts) == counts.sentences
    assert sum(sum(part.claims.values()) for part in parts) == counts.claims


def test_same_shard_same_part(path: Path, tiny_folder: Path) -> None:
    """The function is pure: called again, with a limit that is not reached, it gives the same bytes."""
    task = Task.of(tiny_folder, PredictOptions(format="parquet"))
    (shard,) = read_shards([path], ReadOptions(), 50)
    assert predict_part(shard, task) == predict_part(shard, task) == predict_part(shard, replace(task, time_limit=60.0))


def test_other_model_or_version_is_refused(path: Path, tiny_folder: Path, tmp_path: Path) -> None:
    """A worker with another model or another stance than the run's says so and predicts nothing."""
    task = Task.of(tiny_folder, PredictOptions())
    (shard,) = read_shards([path], ReadOptions(), 50)
    with pytest.raises(ModelError, match=r"another model \([0-9a-f]{12}…\) than the run's \(0000"):
        predict_part(shard, replace(task, fingerprint="0" * 64))
    with pytest.raises(ModelError, match=r"the run is of stance 9\.9, this machine has"):
        predict_part(shard, replace(task, version="9.9"))
    with pytest.raises(ModelError, match="no such model directory"):
        Task.of(tmp_path / "nothing", PredictOptions())


def test_fingerprint_is_of_the_files_that_are_loaded(path: Path, tiny_folder: Path, tmp_path: Path) -> None:
    """A copy of the model elsewhere has the same fingerprint; a damaged copy is refused as it is loaded."""
    copy = shutil.copytree(tiny_folder, tmp_path / "copy")
    task = Task.of(copy, PredictOptions())
    assert task.fingerprint == Task.of(tiny_folder, PredictOptions()).fingerprint
    (copy / "heads.safetensors").write_bytes(b"damaged")
    (shard,) = read_shards([path], ReadOptions(), 50)
    with pytest.raises(ModelError, match="damaged"):
        predict_part(shard, task)


def test_a_step_over_the_limit_ends_the_process() -> None:
    """A hang becomes a death of the process with exit code 1; an article's length adds to its time."""
    script = (
        "import time\nfrom stance.batch.watchdog import Watchdog\n"
        "with Watchdog(0.3) as watchdog:\n"
        "    watchdog.take(4000); time.sleep(1)\n    watchdog.give(4000); print('slept', flush=True)\n"
        "    watchdog.take(0); time.sleep(30)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (1, "slept\n", "")


def test_short_articles_share_a_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Setting the timer costs a thread, so it is set once a second, or where a limit moves by as much."""
    now, limits = [100.0], []
    monkeypatch.setattr("stance.batch.watchdog.time.monotonic", lambda: now[0])
    monkeypatch.setattr("faulthandler.dump_traceback_later", lambda limit, **_: limits.append(limit))
    with Watchdog(60) as watchdog:
        for _ in range(100):
            watchdog.take(10)
            watchdog.give(10)
        assert limits == [pytest.approx(62.005)]
        watchdog.take(4_000)  # needs two seconds more than the timer has
        assert limits[1:] == [64]
        watchdog.give(4_000)
        assert limits[2:] == [62]
        now[0] += 1
        watchdog.take(0)
    assert limits[3:] == [62]


def test_frames_hold_the_same_claims(path: Path, tiny_folder: Path) -> None:
    """The function for frames gives the table of claims of the part, with columns for every engine."""
    frame = pd.DataFrame(articles(30))
    claims = predict_frame(frame, model=tiny_folder)
    (shard,) = read_shards([path], ReadOptions(), 50)
    part = predict_part(shard, Task.of(tiny_folder, PredictOptions(format="parquet")))
    expected = pq.read_table(BytesIO(part.data))
    assert pa.Table.from_pandas(claims, expected.schema, preserve_index=False) == expected
    assert [column.split("`")[1] for column in SPARK_SCHEMA.split(", ")] == list(claims.columns) == list(COLUMNS)
    halves = list(predict_frames([frame[:15], frame[15:]], model=tiny_folder))
    pd.testing.assert_frame_equal(pd.concat(halves, ignore_index=True), claims)


def test_frames_without_claims_keep_their_columns(tiny_folder: Path) -> None:
    """No claim gives no row, and still every column with its type."""
    empty = predict_frame(pd.DataFrame({"text": [""]}), model=tiny_folder)
    assert (len(empty), list(empty.columns)) == (0, list(COLUMNS))
    assert str(empty["start"].dtype) == "Int64"


def test_dates_of_any_kind_are_text(tiny_folder: Path) -> None:
    """A date that an engine turned into a time comes out as it was given; an empty one as none."""
    text = "The union accused the ministry of hiding the report."
    frame = pd.DataFrame(
        {"text": [text] * 3, "date": [pd.Timestamp("2026-03-05"), pd.NaT, pd.Timestamp("2026-03-05 07:30")]}
    )
    claims = predict_frame(frame, model=tiny_folder, all_sentences=True).drop_duplicates("doc")
    assert claims["date"].tolist() == ["2026-03-05", pd.NA, "2026-03-05T07:30:00"]


def test_numbers_are_dates_and_empty_cells_nothing(tmp_path: Path, tiny_folder: Path, tiny_model: Model) -> None:
    """A table read by pandas gives the claims that its file gives: dates of digits, cells without text, title or id."""
    text = "The union accused the ministry of hiding the report."
    path = tmp_path / "articles.csv"
    path.write_text(f"id,date,title,text\n7,20190304,Mill,{text}\n8,2019,,\n,,,{text}\n", encoding="utf-8")
    predict_files(tiny_model, [path], tmp_path / "found.parquet", PredictOptions(format="parquet", all_sentences=True))
    claims = predict_frame(pd.read_csv(path), model=tiny_folder, all_sentences=True)
    expected = pq.read_table(tmp_path / "found.parquet")
    found = pa.Table.from_pandas(claims, expected.schema, preserve_index=False)
    assert found.drop_columns("doc") == expected.drop_columns("doc")
    assert claims["doc"].tolist() == ["7", "8", "row 2"]
    assert claims["date"].tolist() == ["20190304", "2019", pd.NA]


def test_frames_take_names_of_ones_own(tiny_folder: Path) -> None:
    """The user's table of names counts for frames too; the model is loaded once, whatever the names."""
    frame = pd.DataFrame({"text": ["Poole accused the ministry of hiding the report."]})
    named = predict_frame(frame, model=tiny_folder, aliases=Aliases({"poole": Named("Ann Poole", "Q7")}))
    assert named[["source", "source_id"]].values.tolist() == [["Ann Poole", "Q7"]]
    assert predict_frame(frame, model=tiny_folder)["source"].tolist() == ["Poole"]
    with pytest.raises(InputError, match="aliases of type dict; read a table"):
        predict_frame(frame, model=tiny_folder, aliases={})  # type: ignore[arg-type]


def test_whole_numbers_stay_ids_where_one_is_missing(tiny_folder: Path) -> None:
    """An id that pandas made a fraction of comes back as it was; a row without one is named by its place."""
    frame = pd.DataFrame({"id": [101, None], "text": ["Rain fell."] * 2})
    claims = predict_frame(frame, model=tiny_folder, all_sentences=True)
    assert claims["doc"].unique().tolist() == ["101", "row 1"]


def test_frames_say_what_they_lack(tiny_folder: Path, tiny_model: Model) -> None:
    """A frame without the text column, or with something else in it, is refused."""
    with pytest.raises(InputError, match='no column "text" among body; give text_column'):
        predict_frame(pd.DataFrame({"body": ["Rain fell."]}), model=tiny_folder)
    with pytest.raises(ConfigError, match="model of type Model; give its directory"):
        predict_frame(pd.DataFrame({"text": ["Rain fell."]}), model=tiny_model)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="row 1: text must be text; found int"):
        predict_frame(pd.DataFrame({"text": ["Rain fell.", 7]}), model=tiny_folder)


def test_rejected_rows_are_in_the_part(tmp_path: Path, tiny_folder: Path) -> None:
    """Rows that could not be read are refused by the part of the shard that they stood in."""
    path = tmp_path / "bad.jsonl"
    path.write_text('{"id": "1", "text": "Rain fell."}\n{"id": 2}\n', encoding="utf-8")
    (shard,) = read_shards([path], ReadOptions(on_error="skip"), 5)
    part = predict_part(shard, Task.of(tiny_folder, PredictOptions()))
    (refused,) = part.refused
    assert (refused.line, refused.doc) == (2, None)
    assert 'no "text" among id' in refused.reason
    assert [json.loads(line)["doc"] for line in part.data.splitlines()] == ["1"]
