"""``stance train`` and the names of models, as people call them without reading on."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

Command = Callable[..., CompletedProcess[str]]


def test_embedded_model_has_a_name(stance_command: Command) -> None:
    """``default`` is the embedded model wherever a model is asked for."""
    done = stance_command("info", "--model", "default", "--json")
    assert json.loads(done.stdout)["model"] == "embedded default"


def test_training_says_what_it_chose(stance_command: Command, tmp_path: Path) -> None:
    """Fine-tuning is told where it was done, a label that may mean none, and sentences without an article."""
    path = tmp_path / "rows.csv"
    rows = "".join(f"Sentence {n} of {n % 2}.,{('a', 'NA')[n % 2]}\n" for n in range(12))
    path.write_text(f"text,label\n{rows}", encoding="utf-8")
    done = stance_command("train", path, "-o", tmp_path / "new", "--encoder", "hashing-16")
    assert done.returncode == 0
    assert "fine-tuned" not in done.stderr  # hashes cannot be
    assert 'the label "NA" was learned like any other; stance data check tells what to do' in done.stderr
    assert "no sentence names its article (column doc), so each counts as one of its own" in done.stderr


def test_scikit_learn_wakes_alone() -> None:
    """Training does not wait for pandas, which stays there for whoever asks for it later."""
    program = (
        "import sys\n"
        "from stance.cli.train import _wake_scikit_learn\n"
        "_wake_scikit_learn()\n"
        "assert 'sklearn.linear_model' in sys.modules and 'pandas' not in sys.modules\n"
        "import pandas, rich.progress\n"
        "from sklearn.linear_model import LogisticRegression\n"
        "fitted = LogisticRegression().fit(pandas.DataFrame({'x': [0.0, 1.0]}), [0, 1])\n"
        "print(fitted.feature_names_in_[0])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.returncode) == ("x\n", 0), done.stderr
