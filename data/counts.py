"""Count what data/articles holds, put the tables into README.md, and write MANIFEST.json.

    python data/counts.py [--print]

The tables stand in README.md between the lines ``<!-- counts -->`` and ``<!-- /counts -->``; with ``--print`` they go
to standard output and no file changes. The comparison with real news needs ``../shared/gold/news-train.jsonl``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from areas import area_of, decade_of, style_of
from likeness import compare
from phenomena import PHENOMENA, phenomena

from stance.corpus.labels import HARD_NEGATIVES, Record
from stance.corpus.read import read_labelled
from stance.errors import LabelError
from stance.records import ClaimType, Stance

HERE = Path(__file__).parent
ARTICLES = HERE / "articles"
README, MANIFEST = HERE / "README.md", HERE / "MANIFEST.json"
REAL = HERE.parent.parent / "shared" / "gold" / "news-train.jsonl"
BEGIN, END = "<!-- counts -->", "<!-- /counts -->"

Article = Sequence[Record]


def main() -> None:
    """Refresh the tables and the manifest, or print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--print", action="store_true", help="print the tables; change nothing")
    given = parser.parse_args()
    articles = read_articles()
    if not articles:
        sys.exit(f"{ARTICLES}: no articles; convert some with: stance data convert FILE.txt -o {ARTICLES}/FILE.jsonl")
    text = tables(articles)
    if given.print:
        print(text)
        return
    README.write_text(between(README.read_text(encoding="utf-8"), text), encoding="utf-8")
    MANIFEST.write_text(json.dumps(manifest(), indent=2) + "\n", encoding="utf-8")
    print(f"{README.name} and {MANIFEST.name}: {len(articles)} articles")


def read_articles(folder: Path = ARTICLES) -> list[Article]:
    """The articles of all files, their sentences in order."""
    found: dict[str, list[Record]] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for record in read_labelled(path):
            found.setdefault(f"{path.name} {record.doc}", []).append(record)
    return [sorted(records, key=lambda record: record.sentence or 0) for records in found.values()]


def tables(articles: Sequence[Article]) -> str:
    """All tables as Markdown."""
    records = [record for article in articles for record in article]
    parts = [
        f"{len(articles)} articles, {len(records):,} sentences.",
        _by("area", articles, lambda record: area_of(record.topic)),
        _by("style", articles, lambda record: style_of(record.style)),
        _by("English", articles, lambda record: record.variety or "unnamed"),
        _by("decade", articles, lambda record: decade_of(record.date)),
        _claims(records),
        _table(("hard negative", "sentences"), _hard(records)),
        _table(("attribution", "sentences"), _attributed(articles)),
    ]
    if REAL.exists():
        parts.append(compare(records, list(read_labelled(REAL))))
    return "\n\n".join(parts)


def between(page: str, text: str) -> str:
    """The page with new text between its two marks.

    Raises
    ------
    LabelError : a mark is missing.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise LabelError(f"{README}: expected the lines {BEGIN} and {END}; put them where the tables go")
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{after}"


def manifest() -> dict[str, dict[str, str]]:
    """The sha256 of every file of texts or labels, by its name in this folder."""
    files = sorted(path for path in HERE.rglob("*") if path.suffix in (".jsonl", ".txt"))
    return {"sha256": {path.relative_to(HERE).as_posix(): _sha256(path) for path in files}}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _by(name: str, articles: Sequence[Article], key: Callable[[Record], str]) -> str:
    """Articles, sentences, sentences of each claim type, and of none, by some property of the article."""
    groups: dict[str, list[Article]] = {}
    for article in articles:
        groups.setdefault(key(article[0]), []).append(article)
    rows = []
    for value, group in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        records = [record for article in group for record in article]
        types = [sum(kind in (record.types or ()) for record in records) for kind in ClaimType]
        rows.append((value, len(group), len(records), *types))
    return _table((name, "articles", "sentences", *ClaimType), rows)


def _claims(records: Sequence[Record]) -> str:
    """Sentences and claims of each type, and the stances of the claims."""
    rows = []
    for kind in ClaimType:
        claims = [claim for record in records for claim in record.claims or () if claim.type == kind]
        stances = Counter(claim.stance for claim in claims)
        sentences = sum(kind in (record.types or ()) for record in records)
        rows.append((kind, sentences, len(claims), *(stances[stance] for stance in Stance)))
    several = sum(len(record.types or ()) > 1 for record in records)
    silent = sum(not record.types and record.speaker is None for record in records)
    return "\n\n".join(
        [
            _table(("claim type", "sentences", "claims", *Stance), rows),
            f"{several:,} sentences carry two types or more; {silent:,} ({silent / len(records):.0%}) "
            "carry neither claim nor speaker.",
        ]
    )


def _hard(records: Sequence[Record]) -> list[tuple[str, int]]:
    counts = Counter(reason for record in records for reason in record.hard_negative or ())
    marked = sum(bool(record.hard_negative) for record in records)
    return [*((reason, counts[reason]) for reason in HARD_NEGATIVES), ("sentences marked", marked)]


def _attributed(articles: Sequence[Article]) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for article in articles:
        counts += phenomena(article)
    return [(name, counts[name]) for name in PHENOMENA]


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table, numbers to the right."""
    lines = [" | ".join(head), "---|" + "|".join("---:" for _ in head[1:])]
    lines += [" | ".join(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row) for row in rows]
    return "\n".join(f"| {line} |" if not line.startswith("---") else f"|{line}|" for line in lines)


if __name__ == "__main__":
    main()
