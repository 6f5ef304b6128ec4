"""Sentences that stand in a corpus twice, word for word or nearly so.

Likeness is the Jaccard index of character 5-grams. Two sets with an index of at least t share one of the rarest
``n - ceil(t * n) + 1`` grams of each (prefix filtering, Bayardo et al. 2007), so only sentences that meet there are
compared: exact, and far from all pairs.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

LIKE = 0.8
"""Jaccard index from which two sentences are near duplicates."""

MIN_WORDS = 6
"""Shorter sentences ("He declined to comment.") come back by themselves."""

_GRAM = 5


@dataclass(frozen=True, slots=True)
class Repeat:
    """A sentence and the first earlier one that it repeats; likeness in [0, 1], 1 for the same words."""

    index: int
    earlier: int
    likeness: float


def repeats(texts: Sequence[str]) -> Iterator[Repeat]:
    """Sentences that repeat an earlier one, in order; each is compared with sentences that repeat none themselves."""
    firsts: dict[str, int] = {}
    same: dict[int, int] = {}
    for index, text in enumerate(texts):
        words = text.casefold().split()
        if len(words) >= MIN_WORDS:
            earlier = firsts.setdefault(" ".join(words), index)
            if earlier != index:
                same[index] = earlier
    near = _near(list(firsts.values()), list(firsts))
    for index in range(len(texts)):
        if index in same:
            yield Repeat(index, same[index], 1.0)
        elif index in near:
            yield Repeat(index, *near[index])


def _near(indices: Sequence[int], texts: Sequence[str]) -> dict[int, tuple[int, float]]:
    """For each near duplicate the most alike earlier text that is none itself, and how alike they are."""
    grams = _ranked(texts)
    holding: dict[int, list[int]] = {}
    found: dict[int, tuple[int, float]] = {}
    for row, own in enumerate(grams):
        prefix = own[: len(own) - math.ceil(LIKE * len(own)) + 1]
        met = {other for gram in prefix for other in holding.get(gram, ())}
        likeness, earlier = max(((_jaccard(own, grams[other]), -other) for other in met), default=(0.0, 0))
        if likeness >= LIKE:
            found[indices[row]] = (indices[-earlier], likeness)
            continue
        for gram in prefix:
            holding.setdefault(gram, []).append(row)
    return found


def _ranked(texts: Iterable[str]) -> list[list[int]]:
    """The distinct grams of each text as numbers, the rarest in the corpus first."""
    sets = [{text[i : i + _GRAM] for i in range(max(1, len(text) - _GRAM + 1))} for text in texts]
    counts = Counter(gram for grams in sets for gram in grams)
    rank = {
        gram: number for number, (gram, _) in enumerate(sorted(counts.items(), key=lambda item: (item[1], item[0])))
    }
    return [sorted(rank[gram] for gram in grams) for grams in sets]


def _jaccard(one: Sequence[int], other: Sequence[int]) -> float:
    if min(len(one), len(other)) < LIKE * max(len(one), len(other)):
        return 0.0  # lengths alone rule it out
    shared = len(set(one).intersection(other))
    return shared / (len(one) + len(other) - shared)
