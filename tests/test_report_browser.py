"""The page of articles in a real browser: filters, keyboard, hover, accessibility, console, without script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import SIZES, needs_chromium, open_browser, open_page, violations

from stance.corpus.labels import Record
from stance.report import report
from stance.restoring import restore

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests here."""
    yield from open_browser()


@pytest.fixture(scope="module")
def pages(labelled: list[Record], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A page of ten articles, and one of a single article."""
    folder = tmp_path_factory.mktemp("pages")
    documents = list(restore(labelled))
    paths = {"many": folder / "many.html", "one": folder / "one.html"}
    paths["many"].write_text(report(documents), encoding="utf-8")
    paths["one"].write_text(report(documents[:1]), encoding="utf-8")
    return paths


def _visible_rows(page: Page) -> int:
    return page.locator("#claims tbody tr:visible").count()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["one", "many"])
def test_axe_and_console_find_nothing(
    browser: Browser, pages: dict[str, Path], name: str, size: str, scheme: str
) -> None:
    """At phone and desktop width, light and dark: no accessibility violation, nothing in the console, no request."""
    page = open_page(browser, pages[name], size, scheme)
    assert violations(page) == []
    page.focus("#mark-1")
    assert violations(page) == []
    assert page.said == []  # type: ignore[attr-defined]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.close()


def test_filters_show_what_they_say(browser: Browser, pages: dict[str, Path]) -> None:
    """Each filter leaves the rows that fit, counts them, and fades other marks; the button shows all again."""
    page = open_page(browser, pages["many"])
    assert _visible_rows(page) == 30
    page.select_option("select[name=type]", "accusation")
    assert _visible_rows(page) == 10
    assert page.inner_text("#shown") == "10 of 30 claims"
    page.select_option("select[name=source]", "union")
    assert _visible_rows(page) == page.locator("#claims tr:visible[data-source=union][data-type=accusation]").count()
    assert page.locator(".marker.faded").count() == 30 - _visible_rows(page)
    page.click("#filters button[type=reset]")
    page.wait_for_function("document.getElementById('shown').textContent === '30 claims'")
    assert _visible_rows(page) == 30
    for name in ("target", "stance"):
        value = page.locator(f"select[name={name}] option").nth(1).get_attribute("value")
        page.select_option(f"select[name={name}]", value)
        assert 0 < _visible_rows(page) < 30
        page.click("#filters button[type=reset]")
    assert page.said == []  # type: ignore[attr-defined]
    page.close()


def test_matrix_leads_to_its_claims(browser: Browser, pages: dict[str, Path]) -> None:
    """A count in the matrix opens the table with just these claims."""
    page = open_page(browser, pages["many"])
    cell = page.locator(".matrix a").first
    count, source = int(cell.inner_text().split()[-1]), cell.get_attribute("data-source")
    cell.click()
    assert _visible_rows(page) == count
    assert page.input_value("select[name=source]") == source
    page.close()


def test_claims_by_keyboard(browser: Browser, pages: dict[str, Path]) -> None:
    """Tab goes from claim to claim, each shows its card and its line; Escape closes the card; Enter goes to the row."""
    page = open_page(browser, pages["one"])
    page.focus("nav li:last-child a")
    for number in (1, 2, 3):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == f"mark-{number}"
        assert page.is_visible(f"#card-{number}")
        assert page.locator(".arc").count() == 1
        assert page.locator(".card:visible").count() == 1
    assert "goal" in page.inner_text("#card-3")
    assert page.locator(".lit").all_inner_texts() == ["The company", "rehire every worker"]
    page.keyboard.press("Escape")
    assert not page.is_visible("#card-3")
    page.keyboard.press("Enter")
    assert page.url.endswith("#claim-3")
    page.close()


def test_hover_shows_stance_and_probability(browser: Browser, pages: dict[str, Path]) -> None:
    """The pointer over a mark shows type, probability, who, about whom and stance, and may move onto the card."""
    page = open_page(browser, pages["one"])
    page.hover("#mark-1")
    assert " ".join(page.inner_text("#card-1").split()) == ("accusation 1.00 union → , about ministry stance: oppose")
    page.hover("#card-1 .inside")
    assert page.is_visible("#card-1")
    page.mouse.move(5, 5)
    assert not page.is_visible("#card-1")
    page.close()


def test_without_script(browser: Browser, pages: dict[str, Path]) -> None:
    """Without script the article, every claim, the matrix and the cards are there; only filters and lines are not."""
    page = open_page(browser, pages["many"], script=False)
    assert page.locator("#claims tbody tr:visible").count() == 30
    assert not page.is_visible("#filters")
    assert page.is_visible(".matrix")
    page.hover("#mark-1")
    assert page.is_visible("#card-1")
    page.close()


def test_print_leaves_out_controls(browser: Browser, pages: dict[str, Path]) -> None:
    """On paper there are no filters, and the dark scheme does not apply."""
    page = open_page(browser, pages["many"], scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.is_visible("#filters")
    assert page.is_visible("#claims tbody tr >> nth=0")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.close()
