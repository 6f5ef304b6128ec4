"""``stance data`` as people call it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from noisy import FLIPPED, noisy_records

from stance.corpus.labels import json_schema, to_json
from stance.corpus.read import labelled_records

Command = Callable[..., CompletedProcess[str]]


def test_a_clean_corpus_exits_with_0(stance_command: Command, labelled_path: Path) -> None:
    """Nothing to say on standard output; the count goes to standard error."""
    done = stance_command("data", "check", labelled_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "stance: 40 sentences in 10 articles: 0 errors, 0 warnings\n"


def test_problems_are_lines_and_exit_with_3(stance_command: Command, tmp_path: Path) -> None:
    """Each problem is one line with its place, and nothing in it can play with the terminal."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "Rain.", "speaker_text": "x\\u001b[2J"}\n{"text": 1}\n', encoding="utf-8")
    done = stance_command("data", "check", path)
    assert done.returncode == 3
    assert done.stdout.splitlines() == [
        f'{path}:1: speaker_text "x\ufffd[2J" does not stand in the sentence',
        f"{path}:2: text: Input should be a valid string",
    ]
    assert "2 errors, 0 warnings" in done.stderr


def test_warnings_alone_exit_with_0(stance_command: Command, tmp_path: Path) -> None:
    """What is odd is told, and is no failure."""
    path = tmp_path / "a.csv"
    text = "The ferry will sail again in the spring of next year."
    path.write_text(f"text,label\n{text},x\n{text},y\n", encoding="utf-8")
    done = stance_command("data", "check", path)
    assert (done.returncode, done.stdout) == (
        0,
        f"{path}:3: warning: the same as {path}:2, but labelled y, not x\n",
    )


def test_sentences_below_a_merged_cell_are_told(stance_command: Command, tmp_path: Path) -> None:
    """Where only some rows name their article, how many do not is said."""
    path = tmp_path / "a.csv"
    path.write_text("doc,text,label\nd1,The ferry sails.,x\n,It rained.,y\n", encoding="utf-8")
    assert "1 of 2 sentences do not name their article" in stance_command("data", "check", path).stderr


def test_noise_is_asked_for(stance_command: Command, tmp_path: Path) -> None:
    """Candidates come as warnings with their probability; the encoder can be named."""
    path = tmp_path / "a.jsonl"
    path.write_text("".join(to_json(record) + "\n" for record in noisy_records()), encoding="utf-8")
    done = stance_command("data", "check", path, "--noise", "--encoder", "hashing-64")
    assert done.returncode == 0, done.stderr
    told = [line.split(": warning: labelled ") for line in done.stdout.splitlines() if "% probable" in line]
    assert {place for place, _ in told} == {f"{path}:{index + 1}" for index in FLIPPED}
    assert all(message.startswith(("rain, which", "sport, which")) for _, message in told)


def test_split_writes_three_parts(stance_command: Command, labelled_path: Path, tmp_path: Path) -> None:
    """All records, each in one part; parts that stand there are kept unless told otherwise."""
    done = stance_command("data", "split", labelled_path, "-o", tmp_path / "parts", "--parts", "0.6,0.2,0.2")
    assert (done.returncode, done.stdout) == (0, "")
    names = ("train", "validation", "test")
    parts = {name: list(labelled_records(tmp_path / "parts" / f"{name}.jsonl")) for name in names}
    assert [len(part) for part in parts.values()] == [24, 8, 8]
    assert "train.jsonl: 24 sentences in 6 articles; 6 accusation, 6 goal, 6 justification" in done.stderr
    again = stance_command("data", "split", labelled_path, "-o", tmp_path / "parts")
    assert again.returncode == 5
    assert "give --force" in again.stderr
    assert stance_command("data", "split", labelled_path, "-o", tmp_path / "parts", "--force").returncode == 0
    assert stance_command("data", "check", tmp_path / "parts").returncode == 0
    two = stance_command("data", "split", labelled_path, "-o", tmp_path / "parts", "--parts", "0.8,0.2", "--force")
    assert (two.returncode, (tmp_path / "parts" / "validation.jsonl").exists()) == (0, False)


def test_split_refuses_broken_labels_and_shares(stance_command: Command, labelled_path: Path, tmp_path: Path) -> None:
    """Nothing is written from a broken file, and shares are numbers."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": 1}\n{"text": 2}\n', encoding="utf-8")
    done = stance_command("data", "split", path, "-o", tmp_path / "parts")
    assert done.returncode == 3
    assert "a.jsonl:1: text: Input should be a valid string (and 1 more; see stance data check)" in done.stderr
    assert not (tmp_path / "parts").exists()
    done = stance_command("data", "split", labelled_path, "-o", tmp_path / "parts", "--parts", "80/20")
    assert (done.returncode, "expected numbers with commas between" in done.stderr) == (2, True)


def test_convert_by_suffix_and_by_name(stance_command: Command, labelled_path: Path, tmp_path: Path) -> None:
    """The suffix tells the form, or ``--to`` and ``--from`` do."""
    done = stance_command("data", "convert", labelled_path, "-o", tmp_path / "tasks.json")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"stance: {tmp_path / 'tasks.json'}: 40 sentences\n"
    assert len(json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))) == 40
    assert stance_command("data", "convert", tmp_path / "tasks.json", "-o", tmp_path / "a.md").returncode == 0
    assert stance_command("data", "check", tmp_path / "a.md").returncode == 0
    rows = stance_command("data", "convert", tmp_path / "a.md", "-o", tmp_path / "a.jsonl", "--to", "prodigy")
    assert rows.returncode == 0
    back = tmp_path / "b.jsonl"
    assert stance_command("data", "convert", tmp_path / "a.jsonl", "--from", "prodigy", "-o", back).returncode == 0
    told = [(record.doc, record.sentence, record.types) for record in labelled_records(labelled_path)]
    assert [(record.doc, record.sentence, record.types) for record in labelled_records(back)] == told


def test_convert_says_what_it_leaves_out(stance_command: Command, tmp_path: Path) -> None:
    """Sentences without labels have no row in a table of labels."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "Rain.", "label": "x"}\n{"text": "Sun."}\n', encoding="utf-8")
    done = stance_command("data", "convert", path, "-o", tmp_path / "a.csv")
    assert done.stderr == f"stance: {tmp_path / 'a.csv'}: 1 sentences; 1 without labels left out\n"
    assert stance_command("data", "convert", path, "-o", tmp_path / "a.xml").returncode == 2


@pytest.mark.parametrize("command", ["convert", "split"])
def test_columns_that_are_lost_are_told(command: str, stance_command: Command, tmp_path: Path) -> None:
    """Records have a place for the number of a sentence, and none for who labelled it."""
    path = tmp_path / "a.csv"
    path.write_text(
        "doc,sentence,text,label,coder\n" + "".join(f"{doc},4,Rain.,x,ann\n" for doc in "abc"), encoding="utf-8"
    )
    out = tmp_path / ("b.jsonl" if command == "convert" else "parts")
    done = stance_command("data", command, path, "-o", out)
    assert done.stderr.splitlines()[-1] == f"stance: {path}: not kept, as records have no place for it: coder"
    assert {record.sentence for record in labelled_records(out if command == "convert" else out / "train.jsonl")} == {4}


def test_schema_is_printed(stance_command: Command) -> None:
    """The JSON Schema of a record, on standard output."""
    assert json.loads(stance_command("data", "schema").stdout) == json_schema()
