"""Where the recipes find their sentences: the project's own corpus, and public articles that a reader brings along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from stance.corpus.labels import Record
from stance.corpus.read import read_labelled
from stance.corpus.standoff import join

ROOT = Path(__file__).parent.parent
ARTICLES = ROOT / "data" / "articles"
SHARED = ROOT.parent / "shared"
"""Where the texts of public articles and the development sentences are looked for, beside the project."""

WIKINEWS, GUM, DEV = (
    SHARED / "gold" / "news-train.jsonl",
    SHARED / "corpora" / "gum" / "coref",
    SHARED / "gold" / "dev.jsonl",
)


def ours() -> list[Record]:
    """The sentences written for this project."""
    return [record for path in sorted(ARTICLES.glob("*.jsonl")) for record in read_labelled(path)]


def share_of(articles: Iterable[str], share: float, seed: int) -> set[str]:
    """A random share of the articles, the same for the same seed."""
    drawn = sorted(set(articles))
    np.random.default_rng(seed).shuffle(drawn)
    return set(drawn[: round(share * len(drawn))])


def public(wikinews: Path = WIKINEWS, gum: Path = GUM) -> Iterator[Record]:
    """Labelled sentences of public articles, where their texts are at hand; says which are not."""
    for name, texts in (("wikinews", wikinews), ("gum", gum)):
        if not texts.exists():
            print(f"{name}: no texts at {texts}; left out (see data/{name}/README.md for where to get them)")
            continue
        joined = join(ROOT / "data" / name / "labels.jsonl", texts)
        print(f"{name}: {len(joined.records)} sentences")
        yield from joined.records
