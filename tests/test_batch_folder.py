"""The folder of a batch: what is entered is there, what is stale is made anew, what is of another run is refused."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest
from batches import InProcess, parts
from generated import articles, write_articles

from stance.batch import BatchSettings, Part, Run, Shard, merge, predict_batch, read_batch, status_of
from stance.batch.parts import Refusal, make_part, predict_articles
from stance.corpus.read import ReadOptions
from stance.errors import ClusterError, ConfigError, InputError, OutputError
from stance.prediction import PredictOptions
from stance.resolver import Aliases

Predict = Callable[..., Run]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty articles."""
    return write_articles(tmp_path_factory.mktemp("articles") / "twenty.jsonl", 20)


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shards are predicted in this process: the folder is the subject here, not the workers."""
    monkeypatch.setattr(BatchSettings, "build", lambda self, task: InProcess(task))


@pytest.fixture
def predict(tmp_path: Path, tiny_folder: Path, in_process: None) -> Predict:
    """``predict_batch`` into ``tmp_path / "out"``, five articles a shard."""

    def call(path: Path, options: PredictOptions | None = None, **settings: object) -> Run:
        given = BatchSettings(**{"shard_size": 5, **settings})  # type: ignore[arg-type]
        return predict_batch([path], tmp_path / "out", options, given, model=tiny_folder)

    return call


def test_a_run_writes_parts_and_manifest(predict: Predict, path: Path, tiny_folder: Path) -> None:
    """The manifest says what made the parts; each part is entered with hashes and counts of what went in and out."""
    run = predict(path)
    assert (run.made, run.kept, run.batch.complete) == (4, 0, True)
    manifest = json.loads((run.batch.folder / "manifest.json").read_text())
    assert manifest["options"]["shard_size"] == 5
    assert (manifest["shards"], manifest["articles"]) == (4, 20)
    entries = run.batch.parts
    assert [entries[index].name for index in range(4)] == [f"part-0000{index}.jsonl" for index in range(4)]
    assert run.batch.total("articles") == 20
    assert run.batch.total("rows") == sum(data.count(b"\n") for data in parts(run.batch.folder).values())
    assert all(len(entry.input) == len(entry.output) == 64 for entry in entries.values())


def test_resume_makes_only_what_is_missing_or_damaged(predict: Predict, path: Path) -> None:
    """A part that is gone, and one that was changed, are made anew; the others are not touched."""
    folder = predict(path).batch.folder
    before = parts(folder)
    (folder / "part-00001.jsonl").unlink()
    with (folder / "part-00002.jsonl").open("ab") as file:
        file.write(b"{}\n")
    kept = (folder / "part-00000.jsonl").stat().st_mtime_ns
    run = predict(path, resume=True)
    assert (run.made, run.kept) == (2, 2)
    assert parts(folder) == before
    assert (folder / "part-00000.jsonl").stat().st_mtime_ns == kept


def test_a_part_that_is_gone_is_not_done(predict: Predict, path: Path, tmp_path: Path) -> None:
    """Of parts that were removed or cut the status says that they are left, and a partial merge does without them."""
    folder = predict(path).batch.folder
    (folder / "part-00001.jsonl").unlink()
    with (folder / "part-00002.jsonl").open("ab") as file:
        file.truncate(10)
    status = status_of(read_batch(folder))
    assert (status.state, status.shards_done, status.articles_left) == ("stopped", 2, 10)
    assert merge(read_batch(folder), tmp_path / "merged.jsonl", partial=True).articles == 10
    assert predict(path, resume=True).batch.complete


def test_a_part_without_its_refused_rows_is_not_done(predict: Predict, path: Path, tmp_path: Path) -> None:
    """The file of refused rows belongs to its part."""
    broken = tmp_path / "broken.jsonl"
    broken.write_bytes(path.read_bytes() + b"{broken\n")
    options = PredictOptions(read=ReadOptions(on_error="skip"))
    folder = predict(broken, options).batch.folder
    (folder / "part-00004.rejects.jsonl").unlink()
    assert not read_batch(folder).complete
    assert predict(broken, options, resume=True).made == 1


def test_resume_follows_a_changed_input_where_it_is_asked_to(predict: Predict, tmp_path: Path) -> None:
    """With ``redo`` a shard whose articles changed is made anew, and parts of a shorter input are removed."""
    path = tmp_path / "input.jsonl"
    rows = list(articles(18))

    def write(rows: list[dict[str, object]]) -> None:
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    write(rows)
    folder = predict(path).batch.folder
    before = parts(folder)
    rows[7]["text"] = "The council accused the mill of delay."
    write(rows[:14])
    run = predict(path, resume=True, redo="changed")
    assert (run.made, run.kept, run.batch.shards) == (2, 1, 3)
    after = parts(folder)
    assert list(after) == ["part-00000.jsonl", "part-00001.jsonl", "part-00002.jsonl"]
    assert after["part-00000.jsonl"] == before["part-00000.jsonl"]
    assert b"of delay" in after["part-00001.jsonl"]


@pytest.mark.parametrize("slices", [(1, 18), (0, 10), (0, 0)], ids=["another first", "shorter", "empty"])
def test_parts_of_articles_that_the_input_lacks_are_kept(
    slices: tuple[int, int], predict: Predict, tmp_path: Path
) -> None:
    """An input that finished parts were not made of is refused, and nothing in the folder changes."""
    rows = [json.dumps(row) + "\n" for row in articles(18)]
    (tmp_path / "input.jsonl").write_text("".join(rows), encoding="utf-8")
    (tmp_path / "other.jsonl").write_text("".join(rows[slice(*slices)]), encoding="utf-8")
    folder = predict(tmp_path / "input.jsonl").batch.folder
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(
        InputError, match=r"of 4 finished parts \(part-0000\d.jsonl first\) .*input\.jsonl.*--redo changed"
    ):
        predict(tmp_path / "other.jsonl", resume=True)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_resume_follows_an_input_that_grows(predict: Predict, tmp_path: Path) -> None:
    """Rows put to the end fill the last part, bad ones too; a last part of other articles is not taken for it."""
    path, options = tmp_path / "input.jsonl", PredictOptions(read=ReadOptions(on_error="skip"))
    rows = [json.dumps(row) + "\n" for row in articles(9)]
    path.write_text("".join([*rows[:6], "{broken\n"]), encoding="utf-8")
    assert predict(path, options).batch.shards == 2
    path.write_text("".join([*rows[:6], "{broken\n", rows[6], "{worse\n", *rows[7:]]), encoding="utf-8")
    run = predict(path, options, resume=True)
    assert (run.made, run.kept, run.batch.total("articles"), run.batch.total("refused")) == (2, 1, 9, 2)
    path.write_text("".join([*rows[:6], "{broken\n", rows[7], "{worse\n", *rows]), encoding="utf-8")
    with pytest.raises(InputError, match="2 of 3 finished parts"):
        predict(path, options, resume=True)


def test_an_input_by_another_path_is_the_same(
    predict: Predict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason of a refused row holds its path, which is no part of what the input holds."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.jsonl").write_text('{"text": "Rain fell."}\n{broken\n', encoding="utf-8")
    options = PredictOptions(read=ReadOptions(on_error="skip"))
    predict(Path("bad.jsonl"), options)
    assert predict(tmp_path / "bad.jsonl", options, resume=True).kept == 1


def test_lost_articles_are_tried_again_where_it_is_asked(
    predict: Predict, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With ``redo`` parts that lack an article are made anew, and stand until then; the status counts such articles."""
    with monkeypatch.context() as patch:
        patch.setattr(InProcess, "submit", _lose_one)
        status = status_of(predict(path).batch)
    assert (status.state, status.articles_done, status.lost) == ("complete", 20, 1)
    assert predict(path, resume=True).made == 0
    with monkeypatch.context() as patch:
        patch.setattr(InProcess, "submit", _end)
        with pytest.raises(ClusterError):
            predict(path, resume=True, redo="lost")
    assert read_batch(status.folder).complete
    run = predict(path, resume=True, redo="lost")
    assert (run.made, run.kept, run.batch.total("lost"), run.batch.total("articles")) == (1, 3, 0, 20)
    assert not list(run.batch.folder.glob("*.rejects.jsonl"))


def _lose_one(engine: InProcess, shard: Shard) -> Future[Part]:
    """The first article of the second shard cannot be predicted."""
    lost = [
        Refusal("twenty.jsonl", None, one.id, "killed its worker", "") for one in shard.documents[: shard.index == 1]
    ]
    future: Future[Part] = Future()
    found = predict_articles(shard.documents[len(lost) :], engine.task)
    future.set_result(make_part(shard, found, engine.task, tuple(lost)))
    return future


def _end(engine: InProcess, shard: Shard) -> Future[Part]:
    raise ClusterError("the scheduler is gone")


def test_resume_forgets_what_was_never_entered(predict: Predict, path: Path) -> None:
    """A half-written entry, a part without an entry and temporary files are what a kill leaves; they are made anew."""
    folder = predict(path).batch.folder
    before = parts(folder)
    journal = folder / "parts.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:-1]) + lines[-1][:40])
    (folder / ".part-00003.jsonl.abc.part").write_bytes(b"half")
    assert len(read_batch(folder).parts) == 3
    assert predict(path, resume=True).made == 1
    assert parts(folder) == before
    assert not list(folder.glob(".*"))


def test_a_run_killed_at_its_first_file_begins_anew(predict: Predict, path: Path, tmp_path: Path) -> None:
    """A folder with nothing in it but a half-written manifest counts as empty."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".manifest.json.abc.part").write_bytes(b"{")
    assert predict(path).batch.complete
    assert not list((tmp_path / "out").glob(".*"))


@pytest.mark.parametrize(
    ("name", "options", "settings"),
    [
        ("min_probability", PredictOptions(min_probability=0.5), {}),
        ("format", PredictOptions(format="parquet"), {}),
        ("all_sentences", PredictOptions(all_sentences=True), {}),
        ("text_column", PredictOptions(read=ReadOptions(text_column="title")), {}),
        ("shard_size", PredictOptions(), {"shard_size": 6}),
        ("aliases", PredictOptions(aliases=Aliases()), {}),
    ],
)
def test_another_option_is_refused(
    name: str, options: PredictOptions, settings: dict[str, int], predict: Predict, path: Path
) -> None:
    """Going on with another option names it, and leaves the folder as it is."""
    folder = predict(path).batch.folder
    before = parts(folder)
    with pytest.raises(ConfigError, match=f"this batch was begun with another {name} .*give the same again"):
        predict(path, options, resume=True, **settings)
    assert parts(folder) == before


def test_another_model_or_version_is_refused(predict: Predict, path: Path) -> None:
    """Going on with another model, or another version of stance, is refused."""
    folder = predict(path).batch.folder
    text = (folder / "manifest.json").read_text()
    manifest = json.loads(text)
    for changed, name in ((manifest | {"stance": "0.0.1"}, "stance"), (manifest | {"model": {}}, "model")):
        (folder / "manifest.json").write_text(json.dumps(changed))
        with pytest.raises(ConfigError, match=f"another {name} "):
            predict(path, resume=True)


def test_folders_of_others_are_left_alone(predict: Predict, path: Path, tmp_path: Path) -> None:
    """A folder that holds other files, or a batch where ``resume`` is not given, is refused."""
    out = tmp_path / "out"
    out.write_text("mine")
    with pytest.raises(OutputError, match=r"no folder can be made there \(File exists\); give a new one"):
        predict(path)
    out.unlink()
    out.mkdir()
    (out / "thesis.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"not empty \(thesis.txt\) and no batch; give a new folder"):
        predict(path, resume=True)
    (out / "thesis.txt").unlink()
    predict(path)
    with pytest.raises(OutputError, match="holds a batch already; go on with --resume"):
        predict(path)


def test_one_process_at_a_time(predict: Predict, path: Path) -> None:
    """While a process is at work the status says so, and a second one is refused."""
    folder = predict(path).batch.folder
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert read_batch(folder).running
        with pytest.raises(OutputError, match="another process is at work on this batch"):
            predict(path, resume=True)
    finally:
        os.close(held)
    assert not read_batch(folder).running


def test_damaged_folders_are_refused(predict: Predict, path: Path, tmp_path: Path) -> None:
    """A folder without a batch, with a broken manifest or of a newer format is refused by name."""
    with pytest.raises(InputError, match="no batch here; make one with: stance predict"):
        read_batch(tmp_path)
    folder = predict(path).batch.folder
    text = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(text.replace('"format": 1', '"format": 2', 1))
    with pytest.raises(InputError, match="batch format 2, this version of stance reads 1"):
        read_batch(folder)
    (folder / "manifest.json").write_text(text[:50])
    with pytest.raises(InputError, match="the batch's own files are damaged"):
        read_batch(folder)


def test_settings_are_checked() -> None:
    """An impossible setting is refused as it is made."""
    for settings, message in (
        ({"shard_size": 0}, "shard_size = 0: expected 1 or more"),
        ({"time_limit": 0}, "expected more than 0 seconds"),
        ({"redo": "lost"}, "redo lost is of a run that is resumed; give --resume too"),
        ({"engine": "dask"}, "engine dask and a scheduler belong together"),
    ):
        with pytest.raises(ConfigError, match=message):
            BatchSettings(**settings)  # type: ignore[arg-type]


def test_status_tells_rate_and_rest(predict: Predict, path: Path) -> None:
    """Of an unfinished run the status tells what is done, at what rate, and how long the rest takes."""
    batch = predict(path).batch
    status = status_of(batch)
    assert (status.state, status.articles_left, status.seconds_left) == ("complete", 0, 0)
    half = replace(batch, parts={index: batch.parts[index] for index in (0, 1)})
    status = status_of(half)
    assert (status.state, status.shards_done, status.articles_done, status.articles_left) == ("stopped", 2, 10, 10)
    assert status.articles_per_second is not None
    assert status.articles_per_second > 0
    assert status_of(replace(half, parts={})).seconds_left is None
