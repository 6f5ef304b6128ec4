"""Labelled records to the articles that they come from."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence

from stance.corpus.labels import Record
from stance.corpus.read import sentences_document
from stance.errors import LabelError
from stance.records import Document

Key = tuple[str, int]
"""A sentence: its article and its position in it."""


def by_key(labelled: Iterable[Record]) -> dict[Key, Record]:
    """Records by article and position in it; a row without ``doc`` is an article of its own.

    Raises
    ------
    LabelError : two records are of one sentence.
    """
    keyed: dict[Key, Record] = {}
    sizes: Counter[str] = Counter()
    for row, record in enumerate(labelled):
        doc = record.doc if record.doc is not None else f"row {row}"
        key = (doc, record.sentence if record.sentence is not None else sizes[doc])
        if key in keyed:
            raise LabelError(f"sentence {key[1]} of {doc} stands there twice; give each (doc, sentence) once")
        sizes[doc] += 1
        keyed[key] = record
    return keyed


def keys_by_article(keyed: Iterable[Key]) -> list[list[Key]]:
    """The keys of each article in reading order; articles as they come first."""
    articles: dict[str, list[Key]] = {}
    for key in keyed:
        articles.setdefault(key[0], []).append(key)
    return [sorted(keys) for keys in articles.values()]


def predictions_of(gold: Mapping[Key, Record], predicted: Mapping[Key, Record]) -> dict[Key, Record]:
    """The prediction of each gold sentence that has one, by its article and position.

    A row without ``doc`` was read alone, whatever its article is called now: there the text decides.
    """
    sizes = Counter(doc for doc, _ in predicted)
    alone: dict[str, deque[Record]] = {}
    for (doc, _), record in predicted.items():
        if sizes[doc] == 1:
            alone.setdefault(_words(record), deque()).append(record)
    found = {}
    for key, record in gold.items():
        if key in predicted:
            found[key] = predicted[key]
        elif record.doc is None and alone.get(_words(record)):
            found[key] = alone[_words(record)].popleft()
    return found


def _words(record: Record) -> str:
    return " ".join(record.text.split())


def documents(keyed: Mapping[Key, Record], articles: Iterable[Sequence[Key]]) -> Iterator[Document]:
    """Each article with its sentences as given, at their offsets where all have them."""
    for keys in articles:
        rows = [keyed[key] for key in keys]
        head = {name: getattr(rows[0], name) for name in ("title", "date", "outlet")}
        sentences = [
            {"sentence": key[1], "text": row.text, "start": row.start, "paragraph": row.paragraph}
            for key, row in zip(keys, rows, strict=True)
        ]
        yield sentences_document(sentences, keys[0][0], {"id": keys[0][0], **head})
