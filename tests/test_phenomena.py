"""The phenomena of attribution, each in at least twenty short articles: what the resolver makes of gold spans."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from attribution_suite import articles, by_resolver, document, failures, rates, table

from stance.corpus.labels import parse

_DEFAULT = Path(__file__).parent.parent / "stance" / "default"
_ENOUGH = 20  # articles of each phenomenon
_FLOOR = 0.9  # share of them that passes
_PHENOMENA = 17


@pytest.fixture(scope="module")
def resolver_rates() -> dict[str, tuple[int, int]]:
    """Articles that pass and articles that there are, with sources for gold spans."""
    found = rates(by_resolver)
    print(f"\nresolver, from gold spans\n{table(found)}")  # noqa: T201  # shown by pytest -s
    return found


def test_every_phenomenon_has_its_articles(resolver_rates: dict[str, tuple[int, int]]) -> None:
    """Twenty articles at least, and no phenomenon without a name."""
    assert len(resolver_rates) == _PHENOMENA
    assert {name: count for name, (_, count) in resolver_rates.items() if count < _ENOUGH} == {}


def test_the_resolver_passes_each(resolver_rates: dict[str, tuple[int, int]]) -> None:
    """No phenomenon falls below its floor; what fails is named."""
    below = {name: passed for name, (passed, count) in resolver_rates.items() if passed < _FLOOR * count}
    assert below == {}, "\n".join(failures(by_resolver))


def test_the_articles_are_sound() -> None:
    """Every record is one of the exchange form whose spans hold the words that it gives."""
    for rows in articles():
        for row in rows:
            parse(json.dumps(_plain({**row, "attributions": [_plain(one) for one in row["attributions"]]})), row["doc"])
        text = document(rows).text
        for gold in (one for row in rows for one in row["attributions"]):
            assert [text[start:end] for start, end in gold["content_spans"]] == gold["content"]
            for part in ("source", "cue"):
                if gold[f"{part}_text"] is not None:
                    assert text[gold[f"{part}_start"] : gold[f"{part}_end"]] == gold[f"{part}_text"]


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != "phenomena"}


@pytest.mark.slow
@pytest.mark.skipif(not (_DEFAULT / "config.json").is_file(), reason="no model in stance/default yet")
def test_the_shipped_model() -> None:
    """The whole model on the bare articles: its rates are shown, and it finds most of what the resolver finds."""
    import stance

    model = stance.load()
    found = rates(lambda rows: model.predict(document(rows)))
    print(f"\nshipped model, from the text alone\n{table(found)}")  # noqa: T201  # shown by pytest -s
    assert sum(passed for passed, _ in found.values()) > 0.5 * sum(count for _, count in found.values())
