"""``stance evaluate`` as people call it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

Command = Callable[..., CompletedProcess[str]]


def test_table_on_stdout(stance_command: Command, tiny_folder: Path, labelled_path: Path) -> None:
    """Scores go to standard output, nothing to standard error."""
    done = stance_command("evaluate", tiny_folder, labelled_path, "--no-intervals")
    assert (done.returncode, done.stderr) == (0, "")
    assert "40 sentences in 10 articles" in done.stdout
    assert "macro" in done.stdout


def test_json(stance_command: Command, tiny_folder: Path, labelled_path: Path) -> None:
    """``--json`` prints one object with every score and interval."""
    done = stance_command("evaluate", tiny_folder, labelled_path, "--json")
    scores = json.loads(done.stdout)
    low, high = scores["intervals"]["macro"]
    assert low <= scores["macro_f1"] <= high
    assert scores["name"] == str(tiny_folder)


def test_compare_with_predictions(
    stance_command: Command, tiny_folder: Path, labelled_path: Path, tmp_path: Path
) -> None:
    """Predictions written by ``predict`` compare with the model that made them: no difference."""
    found = tmp_path / "found.jsonl"
    assert stance_command("predict", labelled_path, "-o", found, "--model", tiny_folder).returncode == 0
    done = stance_command("evaluate", tiny_folder, labelled_path, "--compare", found, "--json", "--no-intervals")
    values = json.loads(done.stdout)
    assert values["comparison"]["difference"] == 0.0
    assert values["first"]["types"] == values["second"]["types"]
    table = stance_command("evaluate", tiny_folder, labelled_path, "--compare", found)
    assert "difference +0.0 (95 % interval +0.0 to +0.0, p 1.000), by 10 articles" in table.stdout


def test_unknown_labels_are_said(stance_command: Command, tiny_folder: Path, tmp_path: Path) -> None:
    """Labels that the model never gives are named on standard error."""
    path = tmp_path / "own.csv"
    path.write_text("text,label\nThe union accused the ministry.,accusation\nRain fell.,weather\n", encoding="utf-8")
    done = stance_command("evaluate", tiny_folder, path, "--no-intervals")
    assert done.returncode == 0
    assert "never gives weather; they count as not found" in done.stderr


def test_bad_labels_exit_with_3(stance_command: Command, tiny_folder: Path, tmp_path: Path) -> None:
    """A broken label file is one line on standard error and exit code 3; a missing model is exit code 4."""
    path = tmp_path / "bad.jsonl"
    path.write_text('{"text": "Rain fell.", "lable": "x"}\n', encoding="utf-8")
    done = stance_command("evaluate", tiny_folder, path)
    assert (done.returncode, done.stdout) == (3, "")
    assert "bad.jsonl:1: unknown key" in done.stderr
    assert stance_command("evaluate", tmp_path / "nothing", path).returncode == 4


def test_report_that_cannot_be_written(
    stance_command: Command, tiny_folder: Path, labelled_path: Path, tmp_path: Path
) -> None:
    """A place where no page can stand is refused before the model is even looked for."""
    done = stance_command("evaluate", tmp_path / "nothing", labelled_path, "--report", tmp_path / "none" / "page.html")
    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr.endswith("page.html: cannot write there (No such file or directory); give another folder\n")
    written = stance_command("evaluate", tiny_folder, labelled_path, "--no-intervals", "--report", tmp_path / "s.html")
    assert (written.returncode, "macro" in written.stdout) == (0, True)
    assert [path.name for path in tmp_path.iterdir()] == ["s.html"]


def test_learning_curve_on_request(stance_command: Command, tiny_folder: Path, labelled_path: Path) -> None:
    """``--learning-curve`` trains on more and more articles and scores every run on the labelled sentences."""
    words = ("evaluate", tiny_folder, labelled_path, "--learning-curve", labelled_path, "--no-intervals")
    done = stance_command(*words)
    assert (done.returncode, done.stderr) == (0, "")
    curve = done.stdout.split("\n\n")[-1].splitlines()
    assert curve[0] == "learning curve: mean F1 of runs with a share of the articles each, on 40 sentences"
    assert curve[1].split() == [
        *("share", "runs", "sentences", "accusation", "justification", "goal", "macro", "lowest-highest")
    ]
    assert curve[-1].split()[:3] == ["100%", "1", "40"]
    runs = json.loads(stance_command(*words, "--json").stdout)["learning_curve"]["runs"]
    assert runs[-1]["share"] < 1
    assert {run["sentences"] for run in runs if run["share"] == 1} == {40}


def test_sentences_without_predictions_are_said(stance_command: Command, tmp_path: Path) -> None:
    """A second coder who left rows out is scored on all of them, and the command says so."""
    (tmp_path / "one.csv").write_text("text,label\nRain fell.,x\nShe left.,y\n", encoding="utf-8")
    (tmp_path / "two.csv").write_text("text,label\nRain fell.,x\n", encoding="utf-8")
    done = stance_command("evaluate", tmp_path / "two.csv", tmp_path / "one.csv", "--no-intervals")
    assert "no prediction for 1 of them; they count as without labels" in done.stdout.splitlines()
