"""Parts to one file: in order, checked, and if asked for without what comes twice."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from batches import InProcess
from generated import articles

from stance.batch import Batch, BatchSettings, merge, predict_batch
from stance.errors import ConfigError, InputError
from stance.model import Model
from stance.prediction import PredictOptions, predict_files


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve articles, of which the last comes again under its id and once more under another, and a broken row."""
    rows = list(articles(12))
    rows += [rows[-1], rows[-1] | {"id": "other"}]
    path = tmp_path_factory.mktemp("articles") / "input.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + "{broken\n", encoding="utf-8")
    return path


def batch_of(path: Path, folder: Path, model: Path, form: str, *, all_sentences: bool = False) -> Batch:
    """A finished batch, four rows a shard."""
    read = replace(PredictOptions().read, on_error="skip")
    options = PredictOptions(format=form, read=read, all_sentences=all_sentences)  # type: ignore[arg-type]
    return predict_batch([path], folder, options, BatchSettings(shard_size=4), model=model).batch


@pytest.fixture(autouse=True)
def _in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shards are predicted in this process: the parts are the subject here, not the workers."""
    monkeypatch.setattr(BatchSettings, "build", lambda self, task: InProcess(task))


@pytest.mark.parametrize(
    ("form", "suffix"),
    [("jsonl", "jsonl"), ("jsonl", "parquet"), ("jsonl", "csv"), ("parquet", "parquet"), ("parquet", "csv")],
)
@pytest.mark.parametrize("all_sentences", [False, True])
def test_merged_is_what_predict_writes(
    form: str, suffix: str, all_sentences: bool, path: Path, tiny_folder: Path, tiny_model: Model, tmp_path: Path
) -> None:
    """Parts of either form merge into the very rows that ``predict`` writes of the same input, text to the byte."""
    batch = batch_of(path, tmp_path / "out", tiny_folder, form, all_sentences=all_sentences)
    merged = merge(batch, tmp_path / f"merged.{suffix}")
    read = replace(PredictOptions().read, on_error="skip")
    options = PredictOptions(format=suffix, read=read, all_sentences=all_sentences)  # type: ignore[arg-type]
    counts = predict_files(tiny_model, [path], tmp_path / f"whole.{suffix}", options)
    if suffix == "parquet":
        table = pq.read_table(merged.path)
        assert table.equals(pq.read_table(tmp_path / "whole.parquet"))
        assert table.schema.metadata[b"precision"] == b"fp32"
    else:
        assert merged.path.read_bytes() == (tmp_path / f"whole.{suffix}").read_bytes()
    assert (merged.articles, merged.sentences, merged.refused) == (14, counts.sentences, 1)
    assert (sum(merged.claims.values()), merged.duplicates) == (counts.claims, 0)
    (refused,) = (tmp_path / f"merged.{suffix}.rejects.jsonl").read_text().splitlines()
    assert json.loads(refused)["line"] == 15


@pytest.mark.parametrize(("same", "left_out", "kept"), [("id", 1, {"other": 1}), ("text", 2, {})])
@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_duplicates_are_left_out(
    same: str, left_out: int, kept: dict[str, int], form: str, path: Path, tiny_folder: Path, tmp_path: Path
) -> None:
    """An article whose id, or whose text, came before is left out whole; the first one stays."""
    batch = batch_of(path, tmp_path / "out", tiny_folder, form, all_sentences=same == "text")
    every = merge(batch, tmp_path / "every.csv")
    once = merge(batch, tmp_path / f"once.{form}", same=same)  # type: ignore[arg-type]
    assert once.duplicates == left_out
    assert every.rows - merge(batch, tmp_path / "once.csv", same=same).rows > 0  # type: ignore[arg-type]
    if form == "jsonl":
        rows = [json.loads(line) for line in once.path.read_text(encoding="utf-8").splitlines()]
        assert Counter(row["doc"] for row in rows if row["sentence"] == 0) == Counter(
            {f"a{number:07}": 1 for number in range(12)} | kept
        )
        assert sum(once.claims.values()) == sum(len(row.get("claims", [])) for row in rows)


_QUOTED = "The union accused the ministry of hiding the report."


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_neighbours_of_one_id_are_two_articles(form: str, tiny_folder: Path, tmp_path: Path) -> None:
    """Of two articles of one sentence each that stand side by side under one id, the second is left out."""
    path = tmp_path / "two.jsonl"
    path.write_text(f"{json.dumps({'id': 'a', 'text': _QUOTED})}\n" * 2, encoding="utf-8")
    merged = merge(batch_of(path, tmp_path / "out", tiny_folder, form), tmp_path / f"once.{form}", same="id")
    assert (merged.articles, merged.duplicates, merged.rows) == (2, 1, 1)


def test_articles_that_share_a_sentence_are_no_duplicates(tiny_folder: Path, tmp_path: Path) -> None:
    """Texts are compared whole: tables of claims alone are refused, and nothing is left out for one sentence."""
    path = tmp_path / "two.jsonl"
    rows = [{"id": "a", "text": f"{_QUOTED} Rain fell."}, {"id": "b", "text": f"{_QUOTED} Snow fell."}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    claims = batch_of(path, tmp_path / "claims", tiny_folder, "parquet")
    with pytest.raises(ConfigError, match="whole texts cannot be compared; give --deduplicate id, or predict again"):
        merge(claims, tmp_path / "once.parquet", same="text")
    whole = batch_of(path, tmp_path / "whole", tiny_folder, "parquet", all_sentences=True)
    assert merge(whole, tmp_path / "once.parquet", same="text").duplicates == 0


def test_unfinished_batches_are_merged_on_request_only(path: Path, tiny_folder: Path, tmp_path: Path) -> None:
    """Where shards are missing, merging is refused, or with ``partial`` takes what is there."""
    batch = batch_of(path, tmp_path / "out", tiny_folder, "jsonl")
    half = replace(batch, parts={index: entry for index, entry in batch.parts.items() if index != 1})
    with pytest.raises(InputError, match="3 of 4 shards done; finish it with --resume, or merge what is there with"):
        merge(half, tmp_path / "merged.jsonl")
    assert not (tmp_path / "merged.jsonl").exists()
    assert merge(half, tmp_path / "merged.jsonl", partial=True).articles == 10


def test_damaged_parts_are_refused(path: Path, tiny_folder: Path, tmp_path: Path) -> None:
    """A part that is not what was entered is named, and nothing is written."""
    batch = batch_of(path, tmp_path / "out", tiny_folder, "jsonl")
    (batch.folder / "part-00002.jsonl").write_bytes(b"{}\n")
    with pytest.raises(InputError, match=r"part-00002\.jsonl: missing or damaged; run the batch again with --resume"):
        merge(batch, tmp_path / "merged.jsonl")
    assert not (tmp_path / "merged.jsonl").exists()


def test_forms_that_do_not_fit_are_refused(path: Path, tiny_folder: Path, tmp_path: Path) -> None:
    """Tables have lost what JSONL needs, and other suffixes mean nothing."""
    batch = batch_of(path, tmp_path / "out", tiny_folder, "parquet")
    with pytest.raises(ConfigError, match=r"the parts are tables of claims; merge them into \.parquet or \.csv"):
        merge(batch, tmp_path / "merged.jsonl")
    with pytest.raises(ConfigError, match=r"merged into \.jsonl, \.csv or \.parquet"):
        merge(batch, tmp_path / "merged.txt")


def test_no_part_is_merged_over(path: Path, tiny_folder: Path, tmp_path: Path) -> None:
    """The parts and the list of them stay; another file may stand beside them."""
    batch = batch_of(path, tmp_path / "out", tiny_folder, "jsonl")
    for name in ("parts.jsonl", "part-00000.jsonl"):
        before = (batch.folder / name).read_bytes()
        with pytest.raises(ConfigError, match=f"{name}: this name is for the parts"):
            merge(batch, batch.folder / name)
        assert (batch.folder / name).read_bytes() == before
    assert merge(batch, batch.folder / "all.jsonl").articles == 14
