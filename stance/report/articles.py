"""Predicted documents to one HTML page, or one document to a fragment for a notebook."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence

from stance.records import Document, Kind
from stance.report.page import kinds, page, render, style
from stance.report.passages import Article, Numbered, lay_out
from stance.report.relations import relations

MOST_ARTICLES = 100
"""Articles that a page shows in full; beyond them it still counts every claim."""

MOST_CLAIMS = 2_000
"""Rows of the table of claims."""


def report(documents: Iterable[Document], *, title: str | None = None, most: int = MOST_ARTICLES) -> str:
    """A page of articles with their claims marked, a table of the claims, and who accuses whom.

    Parameters
    ----------
    documents : predicted, or read back from predictions (``stance.restoring``)
    title : of the page; without it the article's own, or how many there are
    most : articles shown in full; claims of the others are in the table and in the counts
    """
    given = list(documents)
    colours = kinds(claim.type for document in given for claim in document.claims)
    articles = _lay_out_all(given, colours)
    claims = [claim for article in articles for claim in article.claims]
    shown = articles[:most]
    return page(
        "articles.html",
        title=title or (articles[0].title if len(articles) == 1 else f"Claims in {len(articles):,} articles"),
        articles=shown,
        all_articles=len(articles),
        sentences=sum(sentence.kind is Kind.PROSE for document in given for sentence in document.sentences),
        claims=claims[:MOST_CLAIMS],
        all_claims=len(claims),
        kinds={label: kind for label, kind in colours.items() if any(c.claim.type == label for c in claims)},
        counts=Counter(numbered.claim.type for numbered in claims),
        choices=_choices(claims[:MOST_CLAIMS]),
        relations=relations(claims),
        explained=any(numbered.claim.explanation is not None for numbered in claims),
        with_stance=any(numbered.claim.stance is not None for numbered in claims),
        with_target=any(numbered.claim.target is not None for numbered in claims),
        linked=sum(len(article.claims) for article in shown),
        prefix="",
    )


def fragment(document: Document) -> str:
    """One article with its claims marked, and a table of them: what a notebook shows for a document."""
    article = lay_out(document, kinds(claim.type for claim in document.claims))
    name = hashlib.sha256(f"{document.id}\n{document.text}".encode("utf-8", "replace")).hexdigest()[:8]
    return render(
        "fragment.html",
        style=style(),
        article=article,
        kinds=kinds(claim.type for claim in document.claims),
        counts=Counter(numbered.claim.type for numbered in article.claims),
        explained=any(numbered.claim.explanation is not None for numbered in article.claims),
        with_stance=any(numbered.claim.stance is not None for numbered in article.claims),
        with_target=any(numbered.claim.target is not None for numbered in article.claims),
        prefix=f"s{name}-",
    )


def _lay_out_all(documents: Sequence[Document], colours: dict[str, int]) -> list[Article]:
    articles, first = [], 1
    for number, document in enumerate(documents, start=1):
        articles.append(lay_out(document, colours, number=number, first=first))
        first += len(document.claims)
    return articles


def _choices(claims: Sequence[Numbered]) -> dict[str, list[str]]:
    """What each filter offers; names by how often they occur."""
    found: dict[str, Counter[str]] = {name: Counter() for name in ("type", "source", "target", "stance")}
    for numbered in claims:
        claim = numbered.claim
        found["type"][claim.type] += 1
        found["source"][numbered.source] += 1
        if claim.target is not None:
            found["target"][claim.target] += 1
        if claim.stance is not None:
            found["stance"][claim.stance.value] += 1
    return {name: sorted(counts, key=lambda value: (-counts[value], value)) for name, counts in found.items()}
