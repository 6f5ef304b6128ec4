"""Articles in the characters of a keyboard, so that a name is one name however it was set, and the way back.

Files from a Mac, a PDF or a database hold accents as characters of their own, soft hyphens, no-break spaces and double
ones. An article is read without them; what is found in it gets its places in the text as given.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from re import Match
from typing import overload
from unicodedata import combining, normalize

from stance import patterns
from stance.records import Attribution, Claim, Document, Sentence, Span

_HYPHENS = "\u2010\u2011"
_Ranges = Sequence[tuple[int, int]]


def typed(text: str) -> str:
    """The text with single spaces, plain hyphens, accented letters as one character, and nothing hidden."""
    return patterns.TYPOGRAPHY.sub(_typed, text)


def _typed(found: Match[str]) -> str:
    characters = found[0]
    if characters.isspace():
        return " "
    if characters in _HYPHENS:
        return "-"
    return normalize("NFKC", characters) if characters[0].isalnum() else ""


def bare(word: str) -> str:
    """A word without stops, apostrophes and accents: what the ways to write it have in common."""
    word = word.replace(".", "").replace("’", "").replace("'", "")
    return word if word.isascii() else "".join(one for one in normalize("NFKD", word) if not combining(one))


def _is_typed(text: str) -> bool:
    if text.isascii() and text.isprintable() and "  " not in text:  # most sentences, told without the pattern
        return True
    return patterns.TYPOGRAPHY.search(text) is None


@dataclass(frozen=True, slots=True)
class TypedDocument:
    """An article as given, and as it is read.

    Parameters
    ----------
    given, read : the same object where there is nothing to change
    before, after : where what was changed stands in the one text and in the other, in order
    """

    given: Document
    read: Document
    before: _Ranges = ()
    after: _Ranges = ()

    @classmethod
    def of(cls, given: Document) -> TypedDocument:
        """The article in the characters of a keyboard, with its sentences."""
        if all(map(_is_typed, [given.title or "", *(one.text for one in given.sentences)])):
            return cls(given, given)
        pieces, before, after = [], [], []
        at = end = 0
        for found in patterns.TYPOGRAPHY.finditer(given.text):
            pieces += [given.text[at : found.start()], _typed(found)]
            start = end + len(pieces[-2])
            at, end = found.end(), start + len(pieces[-1])
            before.append(found.span())
            after.append((start, end))
        text = "".join([*pieces, given.text[at:]])
        sentences = tuple(_placed(sentence, text, before, after) for sentence in given.sentences)
        title = typed(given.title) if given.title else given.title
        return cls(given, replace(given, text=text, sentences=sentences, title=title), before, after)

    def as_given(self, read: Document) -> Document:
        """What was found in the article as it is read, with its places in the article as given."""
        if self.read is self.given:
            return read
        return replace(
            self.given,
            claims=tuple(self._claim(one) for one in read.claims),
            attributions=tuple(self._attribution(one) for one in read.attributions),
            speakers=tuple(
                one and replace(one, span=self.span_as_given(one.span, sentence))
                for one, sentence in zip(read.speakers, self.given.sentences, strict=True)
            ),
            probabilities=read.probabilities,
            truncated=read.truncated,
        )

    def _claim(self, one: Claim) -> Claim:
        sentence = self.given.sentences[one.sentence.index]
        spans = (one.source_span, one.cue_span, one.target_span)
        source, cue, target = (self.span_as_given(span, sentence) for span in spans)
        return replace(one, sentence=sentence, source_span=source, cue_span=cue, target_span=target)

    def _attribution(self, one: Attribution) -> Attribution:
        sentence = self.given.sentences[one.sentence.index]
        content = tuple(self.span_as_given(piece, sentence) for piece in one.content)
        source, cue = (self.span_as_given(span, sentence) for span in (one.source_span, one.cue_span))
        return replace(one, sentence=sentence, content=content, source_span=source, cue_span=cue)

    @overload
    def span_as_given(self, span: Span, sentence: Sentence) -> Span: ...
    @overload
    def span_as_given(self, span: Span | None, sentence: Sentence) -> Span | None: ...
    def span_as_given(self, span: Span | None, sentence: Sentence) -> Span | None:
        """Where the words stand in the sentence as given, whose ends may cut an accent from its letter."""
        if span is None:
            return None
        start, end = _moved(span.start, span.end, self.after, self.before)
        return Span(max(start, sentence.start), min(end, sentence.end))


def _placed(sentence: Sentence, text: str, before: _Ranges, after: _Ranges) -> Sentence:
    start, end = _moved(sentence.start, sentence.end, before, after)
    return replace(sentence, start=start, end=end, text=text[start:end])


def _moved(start: int, end: int, here: _Ranges, there: _Ranges) -> tuple[int, int]:
    """Characters [start, end) of one text as those of the other; what was changed is never cut."""
    first, last = (bisect_right(here, at, key=itemgetter(0)) - 1 for at in (start, end - 1))
    begin, stop = start, end
    if first >= 0:
        begin = there[first][0] if start < here[first][1] else there[first][1] + start - here[first][1]
    if last >= 0:
        stop = there[last][1] + max(0, end - here[last][1])
    return begin, max(begin, stop)
