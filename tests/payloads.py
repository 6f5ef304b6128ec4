"""What a text could try on whoever opens our output, and whether anything of it is alive there."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from stance.cli.terminal import show
from stance.corpus.formulas import FORMULA_STARTS, unguard
from stance.corpus.write import encode
from stance.records import Document, Source
from stance.report import report
from stance.tables import rows

_FORMULAS = [
    *(f"{start}1+1" for start in FORMULA_STARTS),
    '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0", "+IMPORTXML(A1)", "@SUM(1)", "-2+3+cmd|'x'!A0", "\t=1", "=1;2",
    "＝1+1", "'=1", "''=1", '"=1"', "=1\n=2", "\r=1", "=WEBSERVICE(A1)", "%0A=1", "= 1",
]  # fmt: skip
_MARKUP = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "</style><script>x</script>",
    '"><script>x</script>', "' onmouseover='alert(1)", '" autofocus onfocus="x', "javascript:alert(1)",
    "<a href=javascript:x>y</a>", "<iframe srcdoc='<script>x</script>'>", "<base href=//evil>", "<!--<script>x-->",
    "<meta http-equiv=refresh content=0>", "{{7*7}}", "{% raw %}", "${7*7}", "&lt;script&gt;", "]]><script>x",
    "<math><mtext></p><script>x", "<link rel=stylesheet href=//x>", "<object data=x>", "<embed src=x>",
    "</textarea><script>",
    "<form action=//x>", "<details open ontoggle=x>", "\x00<script>x</script>", "<scr\x00ipt>x", "<body onload=x>",
]  # fmt: skip
_TERMINAL = [
    "\x1b[31mred", "\x1b]0;title\x07", "\x1b[2J", "\x9b31m", "\x1bc", "\x07\x08\x7f", "\r overwritten", "\x1b]8;;http://x\x07",
    "[bold red]x[/]", "[/]", "[link=http://x]y", "\u202eevil", "\u2066x\u2069", "\u200bzero", "\x85next",
    "\u2028line", ":smile:",
]  # fmt: skip
PAYLOADS = [*_FORMULAS, *_MARKUP, *_TERMINAL]
PLACES = ("text", "title", "outlet", "source", "target", "type")


def documents(read: Document) -> Iterator[tuple[str, str, Document]]:
    """Payload, place, and a document with claims that carries the payload there."""
    for payload in PAYLOADS:
        for place in PLACES:
            yield payload, place, planted(read, payload, place)


def planted(read: Document, payload: str, place: str) -> Document:
    """A predicted document with a payload in its text, its fields or its claims."""
    if place == "text":
        made = Document.from_sentences([payload] * len(read.sentences), id="x")
        claims = tuple(
            replace(
                claim,
                sentence=made.sentences[claim.sentence.index],
                source_span=None,
                cue_span=None,
                target_span=None,
            )
            for claim in read.claims
        )
        return replace(made, claims=claims)
    if place in ("title", "outlet"):
        return replace(read, **{place: payload})
    changed: dict[str, Any] = {"source": Source(payload)} if place == "source" else {place: payload}
    return replace(read, claims=tuple(replace(claim, **changed) for claim in read.claims))


class _Alive(HTMLParser):
    """Counts what a browser would run or fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.alive: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "object", "embed", "base", "form", "math", "link", "img", "svg", "meta"):
            self.tags.append(tag)
        for name, value in attrs:
            address = name in ("href", "src", "action", "formaction", "data", "xlink:href", "srcdoc", "style")
            if name.startswith("on") or (address and "javascript:" in (value or "").lower()):
                self.alive.append(f"{tag} {name}={value}")


def html_alive(document: Document, plain: Document) -> list[str]:
    """What of a page runs that does not in the page of the same document without the payload."""
    found, usual = _Alive(), _Alive()
    found.feed(report([document]))
    usual.feed(report([plain]))
    extra = [tag for tag in found.tags if found.tags.count(tag) > usual.tags.count(tag)]
    return [*found.alive, *extra]


def csv_alive(document: Document) -> list[str]:
    """Cells of the CSV that a spreadsheet would run; those that do not come back count too."""
    given = rows(document, all_sentences=True)
    data = encode(given, "csv").decode("utf-8")
    cells = list(csv.DictReader(io.StringIO(data, newline="")))
    numeric = ("probability", "stance_probability", "source_confidence", "start", "end", "sentence")
    alive = [
        cell for row in cells for name, cell in row.items() if name not in numeric and cell.startswith(FORMULA_STARTS)
    ]
    wanted = [{name: value for name, value in row.items() if isinstance(value, str)} for row in given]
    lost = [
        name
        for row, want in zip(cells, wanted, strict=True)
        for name, value in want.items()
        if unguard(row[name]) != value.encode("utf-8", "replace").decode()
    ]
    return [*alive, *lost]


def jsonl_lost(document: Document) -> list[str]:
    """Rows of the JSONL that do not come back, or that break the line."""
    given = rows(document, all_sentences=True)
    data = encode(given, "jsonl").decode("utf-8")
    return [] if [json.loads(line) for line in data.split("\n") if line] == given else ["jsonl"]


def parquet_lost(document: Document) -> list[str]:
    """Whether the Parquet file does not come back."""
    import pyarrow.parquet as pq

    given = rows(document, all_sentences=True)
    return [] if pq.read_table(io.BytesIO(encode(given, "parquet"))).to_pylist() == given else ["parquet"]


def terminal_alive(document: Document) -> list[str]:
    """Characters that would play with a terminal; our own colours are off."""
    text = io.StringIO()
    with redirect_stdout(text):
        show(all_sentences=True, color=False)(document)
    return [repr(c) for c in text.getvalue() if c != "\n" and not c.isprintable()]
