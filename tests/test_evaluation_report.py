"""The page of an evaluation: its figures are the evaluation's, it is inert, and a browser shows it without fault."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import TYPE_CHECKING

import pytest
from browser import SIZES, needs_chromium, open_browser, open_page, violations

from stance.analysis.learning import LearningCurve, Point
from stance.comparison import compare
from stance.corpus.labels import ClaimRecord, Record
from stance.evaluation import Evaluation, evaluate
from stance.model import Model
from stance.report import evaluation_report

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAYLOAD = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def evaluated(tiny_model: Model, labelled: list[Record]) -> Evaluation:
    """The tiny model on its own sentences, of two outlets."""
    named = [record.model_copy(update={"outlet": "Post" if record.doc == "mill" else "Mail"}) for record in labelled]
    return evaluate(tiny_model, named, resamples=50, name="tiny")


@pytest.fixture(scope="module")
def page(evaluated: Evaluation, labelled: list[Record], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page with a comparison, in a file."""
    silent = evaluate([r.model_copy(update={"claims": []}) for r in labelled], labelled, resamples=0, name="silent")
    path = tmp_path_factory.mktemp("evaluation") / "scores.html"
    return evaluated.save(path, comparison=compare(silent, evaluated, resamples=20))


def _words(html: str) -> str:
    without = re.sub(r"<(style|script)>.*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL)
    return " ".join(without.split())


def test_figures_are_those_of_the_evaluation(page: Path, evaluated: Evaluation) -> None:
    """Every F1 and interval, the comparison and the parts stand on the page."""
    words = _words(page.read_text(encoding="utf-8"))
    assert "40 sentences in 10 articles" in words
    for name, row in evaluated.rows().items():
        between = evaluated.intervals[name]
        shown = f"{row.precision:.1f} {row.recall:.1f} {row.f1:.1f} {between.low:.1f}–{between.high:.1f}"
        assert f"{name.removeprefix('type ')} {shown}" in words
    assert f"Macro F1 of the gold labels is 0.0 for silent and {evaluated.macro_f1:.1f} for tiny" in words
    assert "By outlet" in words
    assert "Mail 36 9" in words
    assert evaluated.mistakes()[0].text in words


def test_pictures_are_inside_and_the_same_each_time(page: Path, evaluated: Evaluation) -> None:
    """Each picture has words for who cannot see it, a form for dark pages, and the same bytes each time."""
    html = page.read_text(encoding="utf-8")
    light = re.findall(r'<img src="data:image/svg\+xml;base64,([^"]+)" alt="[^"]+">', html)
    dark = re.findall(r'srcset="data:image/svg\+xml;base64,([^"]+)"', html)
    assert len(light) == len(dark) == 6
    assert all(b"<svg" in base64.b64decode(one) for one in light)
    assert light[0] != dark[0]
    again = re.findall(r'<img src="data:image/svg\+xml;base64,([^"]+)"', evaluation_report(evaluated))
    assert again == light
    assert "http" not in re.sub(
        r"data:image[^\"]+|http-equiv|<style>.*?</style>|<script>.*?</script>", "", html, flags=re.DOTALL
    )


def test_nothing_from_outside_acts() -> None:
    """Labels, sources, outlets, text and names of a file of predictions are escaped."""
    claim = ClaimRecord(type=PAYLOAD, source=PAYLOAD)
    gold = [
        Record(doc=f"{PAYLOAD}{n}", sentence=0, text=PAYLOAD, outlet=f"{PAYLOAD}{n}", claims=[claim]) for n in range(2)
    ]
    found = [
        record.model_copy(update={"claims": [claim.model_copy(update={"source": "other"})] * n})
        for n, record in enumerate(gold)
    ]
    html = evaluation_report(evaluate(found, gold, resamples=0, name=PAYLOAD))
    assert html.count("<script") == 1
    assert PAYLOAD not in html
    assert _words(html).count("&lt;script&gt;alert(1)&lt;/script&gt;") > 5


def test_notebook_shows_scores(evaluated: Evaluation) -> None:
    """An evaluation's own display is its table of scores, without script."""
    html = evaluated._repr_html_()
    assert f"<strong>{evaluated.macro_f1:.1f}</strong>" in html
    assert "<script" not in html


def test_labels_without_claims_or_probabilities_have_a_page() -> None:
    """Own labels without probabilities: scores and confusions, no empty parts."""
    rows = [Record(text=f"Words {n}.", label="x" if n % 2 else "y") for n in range(6)]
    words = _words(evaluation_report(evaluate(rows, rows, resamples=0)))
    assert "Gold against found" in words
    assert "Reliability" not in words
    assert "Mistakes" not in words


def test_command_writes_the_page(
    stance_command: Callable[..., CompletedProcess[str]], labelled_path: Path, tmp_path: Path
) -> None:
    """``stance evaluate --report`` prints the scores and writes the page."""
    out = tmp_path / "scores.html"
    done = stance_command("evaluate", labelled_path, labelled_path, "--no-intervals", "--report", out)
    assert done.returncode == 0
    assert "macro" in done.stdout
    assert f"stance: wrote {out}" in done.stderr
    assert "<strong>100.0</strong>" in out.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests here."""
    yield from open_browser()


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_and_console_find_nothing(browser: Browser, page: Path, size: str, scheme: str) -> None:
    """At phone and desktop width, light and dark: no accessibility violation, nothing in the console, all pictures."""
    opened = open_page(browser, page, size, scheme)
    assert violations(opened) == []
    assert opened.said == []  # type: ignore[attr-defined]
    assert opened.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert opened.evaluate("[...document.images].every(image => image.naturalWidth > 100)")
    opened.close()


def test_learning_curve_is_a_picture(evaluated: Evaluation) -> None:
    """A learning curve comes as one more picture, its figures as the words for who cannot see it."""
    points = tuple(Point(20 * n, n / 2, 0, {"accusation": 40.0, "macro": 30.0 * n}) for n in (1, 2))
    html = evaluation_report(evaluated, curve=LearningCurve(points, 40))
    assert "<strong>Learning curve</strong>" in html
    assert 'alt="Macro F1: 20 sentences 30.0, 40 sentences 60.0"' in html
    assert html.count("<figure>") == 7
