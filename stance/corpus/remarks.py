"""What is odd about the articles of a run, though each can be read: told once, with a count and an example."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from stance.corpus.naming import listed
from stance.patterns import HTML
from stance.records import Document

_MOST_IDS = 250_000  # that are remembered, as numbers: 16 MB, however long the stream
_LONG = 500  # characters, which few sentences have

_SPLIT = ("sentences", "paragraphs")  # keys of an article that is split already

_LINES = {
    "columns": "{example}",
    "id": "articles with the id of an earlier one: {count:,}, such as {example}; give each an id of its own and keep "
    "the rows of one article together, as reports and counts take what has one id for one article",
    "html": "articles whose text holds HTML: {count:,}, such as {example}; take tags and entities out of it first",
    "long": f"rows with labels that are longer than {_LONG} characters: {{count:,}}, such as {{example}}; each is "
    "read as one sentence, so give whole articles an id instead of doc, or take the labels away",
}


class Remarks:
    """Gathers what is odd while articles are read."""

    def __init__(self) -> None:
        self._ids: set[int] = set()
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, str] = {}
        self._file = ""

    def article(self, document: Document) -> None:
        """Look at an article: whether its id came before, and whether its text is that of a page."""
        identity = hash(document.id)
        if identity in self._ids:
            self._add("id", document.id)
        elif len(self._ids) < _MOST_IDS:
            self._ids.add(identity)
        if found := HTML.search(document.text):
            self._add("html", f"{found[0]} in {document.id}")

    def labelled(self, where: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Look at rows with labels, which are taken for sentences."""
        for row in rows:
            if len(str(row.get("text"))) > _LONG:
                self._add("long", where)

    def columns(self, path: str, names: Iterable[str], read: Collection[str]) -> None:
        """Look at the names of the first row of a file that holds an article."""
        if path == self._file:
            return
        self._file = path
        unused = [name for name in names if name and name not in (*read, *_SPLIT)]
        if unused:
            self._add("columns", f"{path}: not used: {listed(unused)}; read are {listed(read)}")

    def lines(self) -> list[str]:
        """What there is to say, a line each."""
        return [
            line.format(count=self._counts[what], example=self._examples[what])
            for what, line in _LINES.items()
            if what in self._examples
        ]

    def _add(self, what: str, example: str) -> None:
        self._counts[what] += 1
        self._examples.setdefault(what, example)
