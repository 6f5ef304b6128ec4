"""What the documentation shows is what happens."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
import typer.main

from stance.cli.app import app

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [README, *(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md")))]


def _block(after: str, kind: str = "") -> str:
    """The first fenced block of a kind behind some words of the README."""
    match = re.compile(rf"```{kind}\n(.*?)```", re.DOTALL).search(README, README.index(after))
    assert match is not None
    return match[1]


def test_every_command_is_documented() -> None:
    """Each command of the program stands in the README or in docs/."""
    group = typer.main.get_command(app)
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        assert any(f"stance {name}" in page for page in PAGES), name
        for part in getattr(command, "commands", {}):
            assert any(re.search(rf"stance {name} [\w|]*\b{part}\b", page) for page in PAGES), f"{name} {part}"


@pytest.mark.slow
def test_demo_shows_what_the_readme_says(stance_command: Callable[..., CompletedProcess[str]]) -> None:
    """The demo's claims are those that the README prints."""
    done = stance_command("predict", "data/demo.txt", "--format", "table", "--no-color", COLUMNS="100")
    assert done.returncode == 0, done.stderr
    shown = [line.rstrip() for line in done.stdout.splitlines()]
    assert shown == [line.rstrip() for line in _block("make demo").splitlines()]


@pytest.mark.slow
def test_python_of_the_readme_prints_what_it_says() -> None:
    """The library's example runs and prints the lines below it."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(_block("## The library", "python"), {})  # noqa: S102  # the README's own code
    assert printed.getvalue()
    assert f"```\n{printed.getvalue()}```" in README


def test_links_lead_somewhere() -> None:
    """Every link of the README to a file of the project has its file."""
    for link in re.findall(r"\]\(((?!http)[^)#]+)", README):
        assert (ROOT / link).exists(), link
