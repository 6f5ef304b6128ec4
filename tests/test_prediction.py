"""Files to predictions, streamed; every row is either predicted or refused."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stance import prediction
from stance.corpus.labels import parse
from stance.corpus.read import ReadOptions
from stance.errors import InputError, OutputError
from stance.model import Model
from stance.prediction import Counts, PredictOptions, predict_files
from stance.records import Document
from stance.tables import COLUMNS

_SKIP = PredictOptions(read=ReadOptions(on_error="skip"))
_SAID = "The union accused the ministry of lying."


def _write(path: Path, *rows: object) -> Path:
    path.parent.mkdir(exist_ok=True)
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


def _read(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def test_several_inputs_one_output(tiny_model: Model, tmp_path: Path) -> None:
    """Files and folders are predicted in the order given, and what was done is counted."""
    (tmp_path / "folder").mkdir()
    _write(tmp_path / "folder" / "a.txt", _SAID, "It rained.")
    table = _write(tmp_path / "b.jsonl", {"id": 1, "text": "It rained. Then she left."}, {"id": 2, "text": ""})
    counts = predict_files(tiny_model, [table, tmp_path / "folder"], tmp_path / "out.jsonl", PredictOptions())
    found = _read(tmp_path / "out.jsonl")
    assert [(row["doc"], row["sentence"]) for row in found] == [("1", 0), ("1", 1), ("2", 0), ("a", 0), ("a", 1)]
    claims = sum(len(parse(json.dumps(row), "x").claims or ()) for row in found)
    assert counts == Counts(documents=3, empty=1, sentences=5, claims=claims)
    assert counts.rows == 3


@pytest.mark.parametrize("all_sentences", [False, True])
def test_csv_has_a_row_a_claim(all_sentences: bool, tiny_model: Model, tmp_path: Path) -> None:
    """Tables have a row a claim, and with all sentences at least one a sentence."""
    path = _write(tmp_path / "a.txt", _SAID, "It rained.")
    options = PredictOptions(format="csv", all_sentences=all_sentences)
    counts = predict_files(tiny_model, [path], tmp_path / "out.csv", options)
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert counts.claims == sum(bool(row["type"]) for row in rows)
    assert {row["text"] for row in rows} == (
        {_SAID, "It rained."} if all_sentences else {row["text"] for row in rows if row["type"]}
    )
    assert list(rows[0] if rows else COLUMNS) == list(COLUMNS)


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_articles_without_text_do_not_vanish(form: Literal["jsonl", "csv"], tiny_model: Model, tmp_path: Path) -> None:
    """An article of nothing, or of white space, has a row that says so."""
    table = _write(
        tmp_path / "a.jsonl", {"id": "x", "text": ""}, {"id": "y", "text": " \n"}, {"id": "z", "sentences": []}
    )
    options = PredictOptions(format=form, all_sentences=True)
    counts = predict_files(tiny_model, [table], tmp_path / f"out.{form}", options)
    assert (counts.documents, counts.empty) == (3, 3)
    if form == "jsonl":
        rows = _read(tmp_path / "out.jsonl")
    else:
        rows = list(csv.DictReader((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()))
    assert [(row["doc"], row["text"], row["kind"]) for row in rows] == [(name, "", "empty") for name in "xyz"]


def test_improbable_claims_are_left_out(tiny_model: Model, labelled_path: Path, tmp_path: Path) -> None:
    """Claims below the asked probability do not come out, the sentences do."""
    model = replace(tiny_model, thresholds=dict.fromkeys(tiny_model.labels, 0.0))
    everything = predict_files(model, [labelled_path], tmp_path / "a.jsonl", PredictOptions())
    some = predict_files(model, [labelled_path], tmp_path / "b.jsonl", PredictOptions(min_probability=0.4))
    assert 0 < some.claims < everything.claims
    assert some.sentences == everything.sentences == 40
    assert min(_probabilities(tmp_path / "b.jsonl")) >= 0.4


def _probabilities(path: Path) -> list[float]:
    claims = [claim for row in _read(path) for claim in parse(json.dumps(row), "x").claims or ()]
    return [claim.probability or 0 for claim in claims]


def test_table_goes_to_the_callback(tiny_model: Model, tmp_path: Path) -> None:
    """With a callback each document is handed over, and nothing is written."""
    seen: list[Document] = []
    path = _write(tmp_path / "a.txt", _SAID)
    counts = predict_files(tiny_model, [path], None, PredictOptions(format="table"), on_document=seen.append)
    assert [document.id for document in seen] == ["a"]
    assert counts.documents == 1
    assert [file.name for file in tmp_path.iterdir()] == ["a.txt"]


def test_standard_output(tiny_model: Model, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a file rows go to standard output and refused ones to standard error."""
    path = _write(tmp_path / "a.jsonl", {"text": _SAID}, "no")
    counts = predict_files(tiny_model, [path], None, _SKIP)
    out, err = capsys.readouterr()
    assert [json.loads(line)["text"] for line in out.splitlines()] == [_SAID]
    assert json.loads(err)["line"] == 2
    assert (counts.refused, counts.rejects) == (1, None)


def test_progress_is_told(tiny_model: Model, labelled_path: Path, tmp_path: Path) -> None:
    """The sentences done so far only grow, up to all of them."""
    told: list[int] = []
    predict_files(
        tiny_model,
        [labelled_path],
        tmp_path / "out.jsonl",
        PredictOptions(),
        progress=lambda done, total: told.append(done),
    )
    assert told == sorted(told)
    assert told[-1] == 40


def test_input_is_read_lazily(tiny_model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are read only as fast as documents are predicted: memory does not grow with the input."""
    read = written = 0
    ahead: list[int] = []

    def documents(*of_a_file: object) -> Iterator[Document]:
        nonlocal read
        for _ in range(1000):
            read += 1
            yield Document(text=f"{_SAID} It rained.")

    def count(document: Document, options: PredictOptions) -> list[dict[str, object]]:
        nonlocal written
        written += 1
        ahead.append(read - written)
        return []

    monkeypatch.setattr(prediction, "read_documents", documents)
    monkeypatch.setattr(prediction, "output_rows", count)
    counts = predict_files(tiny_model, ["x"], tmp_path / "out.jsonl", PredictOptions())
    assert counts.documents == written == 1000
    assert max(ahead) <= 256


def test_a_bad_row_stops_everything(tiny_model: Model, tmp_path: Path) -> None:
    """By default the first bad row is an error, and no output appears, or the old one stays."""
    path = _write(tmp_path / "a.jsonl", {"text": _SAID}, {"body": "x"})
    out = _write(tmp_path / "out.jsonl", "old")
    with pytest.raises(InputError, match=r'a\.jsonl:2: no "text" among body'):
        predict_files(tiny_model, [path], out, PredictOptions())
    assert out.read_text(encoding="utf-8") == "old\n"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.jsonl", "out.jsonl"]


def test_no_output_replaces_an_input_or_becomes_one(tiny_model: Model, tmp_path: Path) -> None:
    """An input is not written over, also by another name of it, nor is anything written into a folder that is read."""
    path = _write(tmp_path / "folder" / "a.jsonl", {"text": _SAID})
    (tmp_path / "link.jsonl").symlink_to(path)
    for output, read in ((tmp_path / "link.jsonl", path), (path.parent / "out.jsonl", path.parent)):
        with pytest.raises(OutputError, match="is read, and must not be written to"):
            predict_files(tiny_model, [read], output, PredictOptions())
    assert [file.name for file in path.parent.iterdir()] == ["a.jsonl"]
    assert _read(path) == [{"text": _SAID}]


def test_refused_rows_are_kept_beside_the_output(tiny_model: Model, tmp_path: Path) -> None:
    """With skipping, each refused row stands in a file of its own with place, reason and beginning."""
    path = _write(tmp_path / "a.jsonl", {"text": _SAID}, "no", {"text": 5})
    counts = predict_files(tiny_model, [path], tmp_path / "out.jsonl", _SKIP)
    assert counts.rejects == tmp_path / "out.jsonl.rejects.jsonl"
    refused = _read(counts.rejects)
    assert [(row["path"], row["line"], row["raw"]) for row in refused] == [
        (str(path), 2, "no"),
        (str(path), 3, '{"text": 5}'),
    ]
    assert str(refused[1]["reason"]).startswith(f"{path}:3: text must be text")
    assert len(_read(tmp_path / "out.jsonl")) == 1


def test_no_refused_rows_no_file(tiny_model: Model, tmp_path: Path) -> None:
    """The file of refused rows appears only with the first of them."""
    path = _write(tmp_path / "a.jsonl", {"text": _SAID})
    counts = predict_files(tiny_model, [path], tmp_path / "out.jsonl", _SKIP)
    assert counts.rejects is None
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.jsonl", "out.jsonl"]


def test_refused_rows_that_cannot_be_kept(tiny_model: Model, tmp_path: Path) -> None:
    """Where the file of refused rows cannot be written, that is an error and nothing is lost silently."""
    path = _write(tmp_path / "a.jsonl", "no")
    (tmp_path / "out.jsonl.rejects.jsonl").mkdir()
    with pytest.raises(OutputError, match=r"rejects\.jsonl: no plain file stands there"):
        predict_files(tiny_model, [path], tmp_path / "out.jsonl", _SKIP)
    assert not (tmp_path / "out.jsonl").exists()


_ROWS = st.lists(
    st.sampled_from(
        ['{"text": "She lied."}', '{"text": ""}', "no", "[1]", '{"text": 1}', '{"sentences": ["A.", ""]}', ""]
    ),
    max_size=8,
)


@given(rows=_ROWS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_goes_in_comes_out_or_is_refused(rows: list[str], tiny_model: Model, tmp_path: Path) -> None:
    """Rows in = documents out + rows refused, whatever the rows are."""
    counts = predict_files(tiny_model, [_write(tmp_path / "a.jsonl", *rows)], tmp_path / "out.jsonl", _SKIP)
    assert counts.documents + counts.refused == counts.rows == sum(bool(row) for row in rows)
    refused = _read(counts.rejects) if counts.rejects else []
    assert len(refused) == counts.refused
    assert len(_read(tmp_path / "out.jsonl")) == counts.sentences


def test_twice_gives_the_same_bytes(tiny_model: Model, labelled_path: Path, tmp_path: Path) -> None:
    """Same input, same model, same options: byte-identical output, in every format."""
    for form in ("jsonl", "csv", "parquet"):
        options = replace(PredictOptions(), format=form)
        for name in ("a", "b"):
            predict_files(tiny_model, [labelled_path], tmp_path / name, options)
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_damaged_files_are_set_aside(tiny_model: Model, tmp_path: Path) -> None:
    """Tables that cannot be read, or no further, stop no run that skips; the next clean run leaves no rejects."""
    folder = tmp_path / "in"
    folder.mkdir()
    whole = _write(folder / "a.jsonl", {"id": "a", "text": _SAID})
    packed = gzip.compress(b"".join(b'{"text": "Rain fell %d."}\n' % number for number in range(5000)))
    (folder / "b.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    (folder / "c.parquet").write_bytes(b"PAR1PAR1")
    (folder / "d.csv").write_bytes(b"text,text\nRain,fell\n")
    counts = predict_files(tiny_model, [folder], tmp_path / "out.jsonl", _SKIP)
    assert counts.rejects is not None
    assert [Path(str(row["path"])).name for row in _read(counts.rejects)] == ["b.jsonl.gz", "c.parquet", "d.csv"]
    assert (counts.refused, counts.documents > 100) == (3, True)
    predict_files(tiny_model, [whole], tmp_path / "out.jsonl", _SKIP)
    assert not counts.rejects.exists()
