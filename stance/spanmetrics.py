"""Citron's metrics of quotations: how exactly sources, cues and contents are found, and how many of their words.

As in the evaluation of Citron, the BBC's extractor of quotations (``citron/metrics.py``, 2021):

**Exact.** A cue is right if it is one of the gold cues. A source or content is right if it is that of a gold quote
whose cue shares a character with the cue found, all of its pieces from the first character to the last. A quote is
right if all three are the same.

**Overlap.** The words and marks that the spans found and the gold spans of a role share, as a share of those found
(precision) and of the gold ones (recall), whoever they are attributed to. A quote's are those of its three roles.

Two things are counted more strictly than there: a gold quote is found once, however often it is given; and a word
that lies in several quotes counts as often as both sides have it, where Citron counts every pair, so that nested
quotes could pass 100 %. A role that a quote does not have is not counted.

**Characters** are overlap by characters, each counted once for a role.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from stance import patterns
from stance.errors import ShapeError
from stance.metrics import PRF
from stance.records import Attribution, Span
from stance.tagger import CONTENT, CUE, SOURCE

Pieces = tuple[Span, ...]
"""Where a source, a cue or a content stands: several pieces where other words part them."""

QUOTE = "quote"
ROLES = (SOURCE, CUE, CONTENT)


@dataclass(frozen=True, slots=True)
class Quote:
    """Where an attribution stands, in characters of its article; a role that it does not have has no piece."""

    source: Pieces = ()
    cue: Pieces = ()
    content: Pieces = ()

    @classmethod
    def of(cls, found: Attribution) -> Quote:
        """The spans of an attribution."""
        source, cue = ((span,) if span is not None else () for span in (found.source_span, found.cue_span))
        return cls(source, cue, found.content)

    def pieces(self, role: str) -> Pieces:
        """The pieces of a role; of ``quote`` those of all three."""
        by_role = {SOURCE: self.source, CUE: self.cue, CONTENT: self.content}
        return by_role[role] if role != QUOTE else self.source + self.cue + self.content


@dataclass(frozen=True, slots=True)
class SpanScores:
    """The scores of one role, in percent."""

    exact: PRF
    overlap: PRF
    characters: PRF


def score_quotes(
    gold: Sequence[Sequence[Quote]], found: Sequence[Sequence[Quote]], texts: Sequence[str]
) -> dict[str, SpanScores]:
    """The scores of source, cue, content and of whole quotes.

    Parameters
    ----------
    gold, found : the quotes of each article
    texts : the articles, to count their words

    Raises
    ------
    ShapeError : the lengths differ.
    """
    _check(gold, found, texts)
    return {
        role: _scores(_having(role, gold), _having(role, found), texts, same, role) for role, same in _TESTS.items()
    }


def score_spans(
    gold: Sequence[Iterable[Pieces]], found: Sequence[Iterable[Pieces]], texts: Sequence[str]
) -> SpanScores:
    """The scores of one role on its own, whatever it belongs to: spans of each text, each counted once.

    Raises
    ------
    ShapeError : the lengths differ.
    """
    _check(gold, found, texts)
    return _scores(_as_cues(gold), _as_cues(found), texts, _TESTS[CUE], CUE)


def _having(role: str, articles: Sequence[Sequence[Quote]]) -> list[list[Quote]]:
    return [[quote for quote in quotes if quote.pieces(role)] for quotes in articles]


def _as_cues(texts: Sequence[Iterable[Pieces]]) -> list[list[Quote]]:
    return [[Quote(cue=pieces) for pieces in dict.fromkeys(spans)] for spans in texts]


_Same = Callable[[Quote, Quote], bool]


def _of_same_cue(role: str) -> _Same:
    def same(one: Quote, other: Quote) -> bool:
        beside = any(a.overlaps(b) for a in one.cue for b in other.cue)
        return beside and one.pieces(role) == other.pieces(role)

    return same


_TESTS: Mapping[str, _Same] = {
    SOURCE: _of_same_cue(SOURCE),
    CUE: lambda one, other: one.cue == other.cue,
    CONTENT: _of_same_cue(CONTENT),
    QUOTE: lambda one, other: one == other,
}


@dataclass
class _Tally:
    """Hits, found and gold, summed over texts."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, hits: int, found: int, gold: int) -> None:
        self.counts.update(hits=hits, found=found, gold=gold)

    def add_shared(self, gold: Counter[int], found: Counter[int]) -> None:
        self.add((gold & found).total(), found.total(), gold.total())

    def prf(self) -> PRF:
        return PRF.of(self.counts["hits"], self.counts["found"], self.counts["gold"])


def _scores(
    gold: Sequence[Sequence[Quote]], found: Sequence[Sequence[Quote]], texts: Sequence[str], same: _Same, role: str
) -> SpanScores:
    exact, overlap, characters = _Tally(), _Tally(), _Tally()
    for right, given, text in zip(gold, found, texts, strict=True):
        exact.add(_matched(right, given, same), len(given), len(right))
        words = [match.span() for match in patterns.WORD_OR_MARK.finditer(text)]
        sides = [[quote.pieces(role) for quote in quotes] for quotes in (right, given)]
        overlap.add_shared(*(Counter(word for pieces in side for word in _words(words, pieces)) for side in sides))
        characters.add_shared(
            *(
                Counter({at for pieces in side for span in pieces for at in range(span.start, span.end)})
                for side in sides
            )
        )
    return SpanScores(exact.prf(), overlap.prf(), characters.prf())


def _matched(gold: Sequence[Quote], found: Sequence[Quote], same: _Same) -> int:
    """How many quotes found are the same as a gold one that no earlier one has taken."""
    free = list(gold)
    for quote in found:
        hit = next((place for place, candidate in enumerate(free) if same(candidate, quote)), None)
        if hit is not None:
            del free[hit]
    return len(gold) - len(free)


def _words(words: Sequence[tuple[int, int]], pieces: Pieces) -> set[int]:
    """The words that share a character with a piece, by their number."""
    return {
        number
        for span in pieces
        for number in range(
            bisect_right(words, span.start, key=lambda word: word[1]),
            bisect_left(words, span.end, key=lambda word: word[0]),
        )
    }


def _check(gold: Sequence[object], found: Sequence[object], texts: Sequence[str]) -> None:
    if not len(gold) == len(found) == len(texts):
        raise ShapeError(
            f"spans of {len(gold)} gold texts and {len(found)} found, {len(texts)} texts; give each once, in one order"
        )
