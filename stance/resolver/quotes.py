"""Quotations over an article: which characters stand inside quotation marks, and which sentences share a quotation."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from stance import patterns
from stance.records import Document, Sentence, Span

_FAR = 20  # sentences of one quotation that are looked at in either direction
_OPENING, _CLOSING = frozenset("“„«"), frozenset("”»")


@dataclass(frozen=True, slots=True)
class Quotation:
    """Characters [start, end) of the document between two quotation marks; ``first`` and ``last`` sentence."""

    start: int
    end: int
    first: int
    last: int


class Quotations:
    """The quotations of an article, found in one pass.

    A mark that looks the same at both ends opens or closes by turns. A paragraph ends a quotation, closed or not,
    unless the next one begins with a mark: then the speaker goes on.
    """

    def __init__(self, document: Document) -> None:
        self._of: list[list[Quotation]] = [[] for _ in document.sentences]
        self._goes_on = [False] * len(document.sentences)
        paragraphs: dict[int, list[Sentence]] = {}
        for sentence in document.sentences:
            paragraphs.setdefault(sentence.paragraph, []).append(sentence)
        left_open = False
        for sentences in paragraphs.values():
            opens = bool(patterns.QUOTE_MARK.match(sentences[0].text.lstrip()))
            self._goes_on[sentences[0].index] = left_open and opens
            left_open = self._read(sentences)

    def _read(self, sentences: Sequence[Sentence]) -> bool:
        """Note the quotations of a paragraph; whether its last one is left open."""
        begun: tuple[int, int] | None = None
        for sentence in sentences:
            for match in patterns.QUOTE_MARK.finditer(sentence.text):
                at = sentence.start + match.start()
                if begun is not None and match[0] not in _OPENING:
                    self._add(begun, at, sentence.index)
                    begun = None
                elif match[0] not in _CLOSING:
                    begun = (at + len(match[0]), sentence.index)
        if begun is None:
            return False
        last = sentences[-1]
        single = begun[1] == last.index and patterns.QUOTE_MARK.sub("", last.text).strip() == ""
        if not single:
            self._add(begun, last.end, last.index)
        return True

    def _add(self, begun: tuple[int, int], end: int, last: int) -> None:
        start, first = begun
        quotation = Quotation(start, end, first, last)
        for index in range(first, last + 1):
            self._of[index].append(quotation)

    def inside(self, sentence: int, at: int) -> bool:
        """Whether this character of the document stands in a quotation of this sentence."""
        quotations = self._of[sentence]
        before = bisect_right(quotations, at, key=lambda one: one.start)
        return before > 0 and at < quotations[before - 1].end

    def share(self, sentence: Sentence) -> float:
        """How much of the sentence is quoted, in [0, 1]."""
        size = max(1, sentence.end - sentence.start)
        quoted = sum(
            max(0, min(one.end, sentence.end) - max(one.start, sentence.start)) for one in self._of[sentence.index]
        )
        return min(1.0, quoted / size)

    def pieces(self, sentence: Sentence) -> list[Span]:
        """The quoted parts of a sentence, as spans of the document."""
        found = []
        for one in self._of[sentence.index]:
            start, end = max(one.start, sentence.start), min(one.end, sentence.end)
            if start < end:
                found.append(Span(start, end))
        return found

    def shared(self, sentence: int) -> list[int]:
        """The near sentences of the quotations that reach beyond this one: those after it first, in order."""
        near: dict[int, None] = {}
        for one in self._of[sentence]:
            near |= dict.fromkeys(range(sentence + 1, min(one.last, sentence + _FAR) + 1))
        for one in self._of[sentence]:
            near |= dict.fromkeys(range(sentence - 1, max(one.first, sentence - _FAR) - 1, -1))
        return sorted(near, key=lambda index: (index < sentence, abs(index - sentence)))

    def continues(self, sentence: int) -> bool:
        """Whether the sentence opens a paragraph in which the speaker of the last one goes on."""
        return self._goes_on[sentence]
