"""The command line: one line for every error, a documented exit code, and nothing half done."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE, CompletedProcess, Popen, run

import pytest
from typer.testing import CliRunner

from stance.cli.app import app
from stance.version import __version__

_SAID = "The union accused the ministry of lying."
_HEAVY = ("torch", "transformers", "sklearn", "pandas", "numpy", "scipy", "onnxruntime", "nupunkt")


@pytest.fixture
def there(tmp_path: Path, tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a model, good and bad inputs."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(tiny_folder, "model")
    shutil.copytree(tiny_folder, "newer")
    config = Path("newer/config.json").read_text(encoding="utf-8").replace('"format": 1', '"format": 2')
    Path("newer/config.json").write_text(config, encoding="utf-8")
    from stance.manifest import write_manifest

    write_manifest(Path("newer"))
    good = json.dumps({"text": _SAID}) + "\n"
    labelled = json.dumps({"text": "a", "claims": [{"type": "acusation"}]}) + "\n"
    files: dict[str, str | bytes] = {
        "good.txt": _SAID,
        "good.jsonl": good,
        "line418.jsonl": good * 417 + '{"text": \n' + good,
        "labelled418.jsonl": '{"text": "a", "claims": []}\n' * 417 + labelled,
        "one.csv": "text,label\na,x\nb,x\n",
        "ab.csv": "text,label\na,y\nb,z\nc,y\nd,z\n",
        "column.csv": "id,body\n1,a\n",
        "quote.csv": 'id,text\n1,"a\n2,b\n',
        "wide.txt": "é".encode("utf-16"),
        "latin.csv": b"text\ncaf\xe9\n",
        "empty.txt": "",
        "empty.jsonl": "",
        "bad.toml": "epoch = 3\n",
        "page.html": "<html><body><p>x</p></body></html>",
        "article.docx": "",
    }
    for name, content in files.items():
        Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
    Path("folder").mkdir()
    return tmp_path


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _train(labelled: str, *more: str) -> list[str]:
    return ["train", labelled, "-o", "new", "--encoder", "hashing-16", "--no-adapt", *more]


def _predict(inputs: str, *more: str) -> list[str]:
    return ["predict", inputs, "--model", "model", *more]


_BAD: dict[str, tuple[list[str], int, str]] = {
    "missing file": (_predict("none.txt"), 3, "none.txt: no such file"),
    "folder without a text": (_predict("folder"), 3, "folder: a folder without a readable file"),
    "unknown kind": (_predict("article.docx"), 3, 'article.docx: unknown kind of file ".docx"'),
    "folder of parts": (_predict("good.txt", "-o", "parts"), 2, "or give --format; a folder of parts needs --shard"),
    "bad JSON": (_predict("line418.jsonl", "-o", "out.jsonl"), 3, "line418.jsonl:418: not a JSON object"),
    "bad JSON, Parquet": (_predict("line418.jsonl", "-o", "out.parquet"), 3, "line418.jsonl:418: not a JSON object"),
    "missing column": (
        _predict("column.csv", "-o", "out.csv"),
        3,
        'column.csv:2: no "text" among id, body; name it with',
    ),
    "unclosed quote": (_predict("quote.csv"), 3, "quote.csv:2: a quotation mark may lack its closing one"),
    "utf-16": (_predict("wide.txt"), 3, "wide.txt: begins like UTF-16, not utf-8; save the file in UTF-8"),
    "latin-1": (_predict("latin.csv"), 3, "latin.csv:2: byte 3 is not utf-8; save the file in UTF-8"),
    "unknown encoding": (_predict("good.txt", "--encoding", "utf-9"), 3, 'unknown encoding "utf-9"; try utf-8'),
    "missing aliases": (_predict("good.txt", "--aliases", "none.csv"), 3, "none.csv: no such file"),
    "missing model": (["predict", "good.txt", "--model", "none"], 4, "none: no such directory; make one with: stance"),
    "model a file": (["predict", "good.txt", "--model", "good.txt"], 4, "good.txt: a model is a directory"),
    "newer model": (
        ["predict", "good.txt", "--model", "newer"],
        45,
        f"newer: model format 2, but stance {__version__}",
    ),
    "newer model, info": (["info", "--model", "newer"], 45, "newer: model format 2"),
    "missing out folder": (_predict("good.txt", "-o", "none/out.csv"), 5, "none/out.csv: cannot write there (No such"),
    "unknown format": (
        _predict("good.txt", "-o", "out.xlsx"),
        2,
        "out.xlsx: the suffix gives the format, one of .jsonl",
    ),
    "table to a file": (
        _predict("good.txt", "-o", "out.txt", "--format", "table"),
        2,
        "a table is for the terminal; leave -o",
    ),
    "Parquet to a pipe": (_predict("good.txt", "--format", "parquet"), 5, "Parquet cannot be written to a pipe"),
    "train, missing file": (_train("none.jsonl"), 3, "none.jsonl: no such file"),
    "train, unknown label": (_train("labelled418.jsonl"), 3, 'labelled418.jsonl:418: unknown claim type "acusation"'),
    "train, missing column": (_train("column.csv"), 3, "column.csv:1: columns id, body; expected text and label"),
    "train, one label": (_train("one.csv"), 3, 'all 2 sentences have the label "x"; training needs at least two'),
    "train, empty file": (_train("empty.jsonl"), 3, "none of 0 sentences carries a label"),
    "train, unknown key": (_train("one.csv", "--config", "bad.toml"), 2, 'bad.toml: unknown key "epoch"; did you mean'),
    "train, missing config": (_train("one.csv", "--config", "none.toml"), 2, "none.toml: cannot be read (No such file"),
    "train, no width": (_train("one.csv", "--encoder", "hashing-x"), 3, 'all 2 sentences have the label "x"'),
    "train, missing dev": (_train("ab.csv", "--dev", "none.csv"), 3, "none.csv: no such file"),
    "train, dev of other labels": (
        _train("ab.csv", "--dev", "one.csv"),
        3,
        "one.csv: its labels (x) are none of those to learn (y, z); give --dev sentences that are labelled alike",
    ),
    "train, dev without labels": (_train("ab.csv", "--dev", "empty.jsonl"), 3, "empty.jsonl: its labels (none) are"),
    "train, model there": (["train", "one.csv", "-o", "model"], 5, "model: already there; give --force to replace"),
    "train, file there": (["train", "one.csv", "-o", "good.txt"], 5, "good.txt: already there"),
}


@pytest.mark.parametrize("name", _BAD)
def test_error_is_one_line(name: str, there: Path) -> None:
    """An error is one line on stderr with what, where and what to do; nothing on stdout, no file left or changed."""
    arguments, code, message = _BAD[name]
    before = _files(there)
    result = CliRunner().invoke(app, arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith("stance: ")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert _files(there) == before


def test_missing_package(there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A feature whose package is not installed says how to install it, with its own exit code."""
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    result = CliRunner().invoke(app, _predict("page.html"))
    assert result.exit_code == 6
    message = "reading HTML needs the package trafilatura; in the checkout of stance run: pip install '.[web]'"
    assert result.stderr == f"stance: {message}\n"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyboardInterrupt(), 130),
        (OSError(28, "No space left on device"), 5),
        (MemoryError(), 1),
        (RuntimeError("can't start new thread"), 1),
    ],
)
def test_interrupt_and_full_disk(error: BaseException, code: int, there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C and a full disk in the middle end in one line and leave no half-written file."""
    from stance import prediction

    def stop(*arguments: object) -> None:
        raise error

    monkeypatch.setattr(prediction, "output_rows", stop)
    before = _files(there)
    result = CliRunner().invoke(app, _predict("good.jsonl", "-o", "out.jsonl"))
    assert result.exit_code == code
    assert result.stderr.count("\n") == 1
    assert _files(there) == before


@pytest.mark.parametrize("name", ["empty.txt", "empty.jsonl"])
def test_nothing_to_predict(name: str, there: Path) -> None:
    """An empty file is a warning, an empty output and success."""
    result = CliRunner().invoke(app, _predict(name, "-o", "out.csv"))
    assert result.exit_code == 0
    assert result.stderr == "stance: the input holds no text, and the output no claims\n"
    assert Path("out.csv").read_text(encoding="utf-8").startswith("doc,title,")


def test_bad_rows_can_be_skipped(there: Path) -> None:
    """With --on-error skip the good rows come out, the bad one is counted and kept beside them."""
    result = CliRunner().invoke(app, _predict("line418.jsonl", "-o", "out.jsonl", "--on-error", "skip"))
    assert result.exit_code == 0
    assert result.stderr == "stance: 1 of 419 rows refused; see out.jsonl.rejects.jsonl\n" + (
        "stance: wrote out.jsonl (articles: 418, claims: 418)\n"
    )
    assert len(Path("out.jsonl").read_text(encoding="utf-8").splitlines()) == 418


def test_odd_articles_are_told(there: Path) -> None:
    """What is odd about the input is a line on stderr; the articles are predicted all the same."""
    Path("odd.csv").write_text(f"ID,Text,section\n1,{_SAID},x\n1,<p>{_SAID}</p>,x\n", encoding="utf-8")
    result = CliRunner().invoke(app, _predict("odd.csv", "--format", "jsonl"))
    told = [
        "odd.csv: not used: section; read",
        "articles with the id of an earlier one: 1, such as 1",
        "articles whose",
    ]
    assert result.exit_code == 0
    for line, said in zip(result.stderr.splitlines(), told, strict=True):
        assert line.startswith(f"stance: {said}")


@pytest.mark.parametrize("form", ["jsonl", "csv", "table"])
def test_predict_to_standard_output(form: str, there: Path) -> None:
    """Predictions go to stdout in the form asked for, and nothing else does."""
    result = CliRunner().invoke(app, _predict("good.txt", "--format", form, "--all"))
    assert (result.exit_code, result.stderr) == (0, "")
    assert _SAID in result.stdout
    if form == "jsonl":
        assert json.loads(result.stdout)["doc"] == "good"
    assert CliRunner().invoke(app, ["predict", "-", "--model", "model", "--format", "csv"], input=_SAID).exit_code == 0


def test_minus_is_standard_output(there: Path) -> None:
    """``-o -`` writes to stdout what a pipe gets, or the form asked for; where it cannot, no file has that name."""
    piped = CliRunner().invoke(app, _predict("good.txt", "-o", "-"))
    assert (piped.exit_code, piped.stderr, json.loads(piped.stdout)["doc"]) == (0, "", "good")
    table = CliRunner().invoke(app, _predict("good.txt", "-o", "-", "--format", "csv"))
    assert table.stdout.startswith("doc,title,")
    Path("claims.jsonl").write_text(piped.stdout, encoding="utf-8")
    page = CliRunner().invoke(app, ["report", "claims.jsonl", "-o", "-"])
    assert (page.exit_code, page.stderr) == (0, "")
    assert page.stdout.rstrip().endswith("</html>")
    parts = CliRunner().invoke(app, _predict("good.txt", "-o", "-", "--jobs", "2"))
    assert (parts.exit_code, "give one with -o OUT_DIR/" in parts.stderr) == (2, True)
    scores = CliRunner().invoke(app, ["evaluate", "model", "good.jsonl", "--report", "-"])
    assert scores.stderr == "stance: -: this cannot be written to standard output; give the name of a file\n"
    assert not Path("-").exists()


def test_train_then_predict(there: Path, labelled_path: Path) -> None:
    """A trained model predicts; training says what it learned on stderr, and its scores on stdout where asked."""
    result = CliRunner().invoke(app, _train(str(labelled_path), "--dev", str(labelled_path), "--seed", "1"))
    assert result.exit_code == 0
    assert "learned accusation, justification, goal from 40 sentences in 10 articles" in result.stderr
    assert "wrote new" in result.stderr
    assert "accusation" in result.stdout
    assert CliRunner().invoke(app, ["predict", "good.txt", "--model", "new", "-o", "out.jsonl"]).exit_code == 0
    assert Path("out.jsonl").stat().st_size


def test_info(there: Path) -> None:
    """What a model knows, for people and as JSON."""
    plain = CliRunner().invoke(app, ["info", "--model", "model"])
    assert "labels" in plain.stdout
    found = json.loads(CliRunner().invoke(app, ["info", "--model", "model", "--json"]).stdout)
    assert found["labels"] == ["accusation", "justification", "goal"]
    assert (found["stance"], found["encoder"]) == (__version__, "hashing-64")
    assert CliRunner().invoke(app, ["info", "model"]).stdout == plain.stdout


def test_names_of_files_cannot_play_with_the_terminal(there: Path) -> None:
    """Control characters in a name come out as replacement characters, line breaks as spaces."""
    result = CliRunner().invoke(app, _predict("a\x1b[31mb\nc.txt"))
    assert result.exit_code == 3
    assert result.stderr == "stance: a�[31mb c.txt: no such file\n"


Command = Callable[..., CompletedProcess[str]]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--help"], 0),
        (["--version"], 0),
        (["predict", "--help"], 0),
        (["train", "--help"], 0),
        ([], 2),
        (["bogus"], 2),
        (["predict"], 2),
        (["predict", "a.txt", "--min-probability", "7"], 2),
        (["train", "a.csv", "-o", "x", "--seed", "many"], 2),
    ],
)
def test_help_and_usage_errors_wake_nothing_heavy(arguments: list[str], code: int) -> None:
    """Help, version and usage errors are instant: no library that a command needs is imported."""
    source = (
        "import sys\nfrom stance.__main__ import main\nsys.argv = ['stance', *sys.argv[1:]]\n"
        "try:\n    main()\nfinally:\n"
        f"    woken = [name for name in {_HEAVY!r} if name in sys.modules]\n"
        "    print('woken:', woken, file=sys.stderr)\n"
    )
    done = run([sys.executable, "-c", source, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert done.stderr.endswith("woken: []\n")
    assert "Traceback" not in done.stderr
    assert (f"stance {__version__}\n" == done.stdout) == (arguments == ["--version"])


def test_completion_wakes_nothing_heavy() -> None:
    """Pressing tab imports no heavy library either, and offers the commands."""
    source = (
        "import sys\nfrom stance.__main__ import main\nsys.argv = ['stance']\n"
        f"try:\n    main()\nfinally:\n    print([one for one in {_HEAVY!r} if one in sys.modules], file=sys.stderr)\n"
    )
    environment = {**os.environ, "_STANCE_COMPLETE": "complete_bash", "COMP_WORDS": "stance pr", "COMP_CWORD": "1"}
    done = run([sys.executable, "-c", source], capture_output=True, text=True, env=environment, check=False)
    assert done.stdout.split() == ["predict"]
    assert done.stderr == "[]\n"


def test_module_is_the_program(stance_command: Command, there: Path) -> None:
    """``python -m stance`` predicts from standard input to standard output, in UTF-8 whatever the locale says."""
    done = stance_command(
        "predict", "-", "--model", there / "model", stdin="“漢字” he said.", PYTHONIOENCODING="latin-1"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["text"] == "“漢字” he said."


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize("command", ["predict good.jsonl --model model", "info --model model", "--help"])
def test_full_device(command: str, there: Path) -> None:
    """A full disk behind standard output is one line and exit code 5."""
    with Path("/dev/full").open("w") as full:
        done = run([sys.executable, "-m", "stance", *command.split()], stdout=full, stderr=PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (5, "stance: No space left on device\n")


def test_closed_pipe(there: Path) -> None:
    """When the reader has enough, the program stops quietly, with the exit code that shells give for it."""
    Path("many.jsonl").write_text((json.dumps({"text": f"{_SAID} It rained."}) + "\n") * 2000, encoding="utf-8")
    with Popen(
        [sys.executable, "-m", "stance", "predict", "many.jsonl", "--model", "model"],
        stdout=PIPE,
        stderr=PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait() == 141


def test_closed_streams(there: Path) -> None:
    """Started without standard streams, the program still ends with its own exit code."""
    words = f"{sys.executable} -m stance predict - --model model"
    for redirect, code in (("<&-", 3), ("<good.txt >&-", 0), ("<good.txt 2>&-", 0)):
        assert run(f"{words} {redirect}", shell=True, capture_output=True, check=False).returncode == code  # noqa: S602
