"""Articles of a few sentences with their spans in ``<s>``, ``<c>`` and ``<q>``, for tests of the resolver."""

from __future__ import annotations

import re
from collections.abc import Sequence

from stance.records import Attribution, Document, Span
from stance.resolver import Aliases, Resolution, resolve

_TAG = re.compile(r"<(/?)([scq])>")


def read(*sentences: str, title: str | None = None, paragraphs: Sequence[int] | None = None, **fields: str) -> Document:
    """The article without its marks."""
    bare = [_TAG.sub("", sentence) for sentence in sentences]
    return Document.from_sentences(bare, paragraphs=paragraphs, title=title, **fields)


def linked(document: Document, sentences: Sequence[str]) -> list[Attribution]:
    """One attribution for each sentence that has content marked, or a cue."""
    found = []
    for sentence, marked in zip(document.sentences, sentences, strict=True):
        places = _places(marked, sentence.start)
        if places["q"] or places["c"]:
            source, cue = (places[part][0] if places[part] else None for part in "sc")
            found.append(Attribution(sentence, tuple(places["q"]), source_span=source, cue_span=cue))
    return found


def resolved(
    *sentences: str,
    title: str | None = None,
    aliases: Aliases | None = None,
    paragraphs: Sequence[int] | None = None,
) -> Resolution:
    """What the resolver makes of the article."""
    document = read(*sentences, title=title, paragraphs=paragraphs)
    return resolve(document, linked(document, sentences), aliases)


def last(*sentences: str, title: str | None = None) -> tuple[str | None, str | None]:
    """Name and rule of the source of the last attribution."""
    source = resolved(*sentences, title=title).attributions[-1].source
    return (source.name, source.rule) if source is not None else (None, None)


def _places(marked: str, start: int) -> dict[str, list[Span]]:
    places: dict[str, list[Span]] = {"s": [], "c": [], "q": []}
    opened: dict[str, int] = {}
    at, before = start, 0
    for tag in _TAG.finditer(marked):
        at += tag.start() - before
        before = tag.end()
        if tag[1]:
            places[tag[2]].append(Span(opened.pop(tag[2]), at))
        else:
            opened[tag[2]] = at
    return places
