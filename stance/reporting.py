"""Attributions by their verb of saying alone, for models whose labels taught no spans.

Plain and precision first: one attribution a sentence, the source beside the first verb of saying outside quotation
marks. A trained tagger does better; this serves a classifier of one's own that only ever saw labels.
"""

from __future__ import annotations

from stance import patterns
from stance.records import Attribution, Sentence, Span

_LONGEST_SOURCE = 100  # characters; more than that is no name or description


def reported(sentence: Sentence) -> list[Attribution]:
    """The attribution of a sentence, if a verb of saying shows one."""
    text = sentence.text
    quoted = _quoted(text)
    for cue in patterns.REPORTS.finditer(text):
        if any(start <= cue.start() < end for start, end in quoted):
            continue
        around = _around(text, cue.start(), cue.end())
        if around is not None:
            source, contents = around
            return [
                Attribution(
                    sentence,
                    tuple(_span(sentence, content) for content in contents),
                    source_span=_span(sentence, source),
                    cue_span=_span(sentence, cue.span()),
                )
            ]
    return []


def _quoted(text: str) -> list[tuple[int, int]]:
    """Ranges between quotation marks; one that is not closed reaches the end."""
    marks = [match.start() for match in patterns.QUOTE_MARK.finditer(text)]
    return [(start, end) for start, end in zip(marks[::2], [*marks[1::2], len(text)], strict=False)]


def _around(text: str, begin: int, end: int) -> tuple[tuple[int, int], list[tuple[int, int]]] | None:
    """Source and content on the two sides of a cue: ``S said C``, ``C, S said``, ``C, according to S``."""
    before = _trimmed(text, _clause_start(text, begin), begin)
    after = _trimmed(text, end, _clause_end(text, end))
    head = _trimmed(text, 0, _clause_start(text, begin))
    tail = _trimmed(text, _clause_end(text, end), len(text))
    if text[begin:end].lower().startswith("according") or before is None:
        contents = [piece for piece in (head or before, tail) if piece]
        source = after
    else:
        pieces = (head, tail) if head and not _is_name(text, after) else (_trimmed(text, end, len(text)),)
        contents = [piece for piece in pieces if piece]
        source = before
    if source is None or not contents or source[1] - source[0] > _LONGEST_SOURCE:
        return None
    return source, contents


def _is_name(text: str, span: tuple[int, int] | None) -> bool:
    return span is not None and text[span[0]].isupper()


def _clause_start(text: str, begin: int) -> int:
    """Where the clause before a cue begins: behind the last comma or quotation mark."""
    last = 0
    for mark in patterns.CLAUSE_END.finditer(text, 0, begin):
        if text[mark.end() : begin].strip():
            last = mark.end()
    return last


def _clause_end(text: str, end: int) -> int:
    mark = patterns.CLAUSE_END.search(text, end)
    return mark.start() if mark is not None else len(text)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The range without space and marks at its ends; None if nothing is left."""
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip(" ,;:—–\"“”'.\t"))
    kept = piece.strip(" ,;:—–\"“”'.\t")
    return (start + left, start + left + len(kept)) if kept else None


def _span(sentence: Sentence, place: tuple[int, int]) -> Span:
    return Span(sentence.start + place[0], sentence.start + place[1])
