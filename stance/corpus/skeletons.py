"""Skeletons that come back: runs of words, names and numbers masked, that many articles share.

Text that was written from a template teaches a model the template. In text by many hands long runs are seldom shared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stance.patterns import WORD

LENGTH = 6
"""Masked words in a run."""

_MIN_ARTICLES = 3
_MIN_PLAIN = 4  # words of a run that are neither name nor number
_SHOWN = 20
_NAME, _NUMBER = "NAME", "NUMBER"


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A run of masked words, how many articles hold it, and a sentence that does."""

    words: str
    articles: int
    index: int


def skeletons(texts: Sequence[str], articles: Sequence[str]) -> list[Skeleton]:
    """The runs that most articles share, most frequent first; overlapping runs of the same articles once.

    Parameters
    ----------
    texts : sentences
    articles : the article of each
    """
    places: dict[tuple[str, ...], dict[str, int]] = {}
    for index, (text, article) in enumerate(zip(texts, articles, strict=True)):
        for run in _runs(masked(text)):
            places.setdefault(run, {}).setdefault(article, index)
    shared = [(run, where) for run, where in places.items() if len(where) >= _MIN_ARTICLES]
    shared.sort(key=lambda item: (-len(item[1]), item[0]))
    told: list[frozenset[int]] = []
    found: list[Skeleton] = []
    for run, where in shared:
        sentences = frozenset(where.values())
        if any(2 * len(sentences & other) >= len(sentences) for other in told):
            continue  # the same sentences, a word further on
        told.append(sentences)
        found.append(Skeleton(" ".join(run), len(where), min(where.values())))
        if len(found) == _SHOWN:
            break
    return found


def masked(text: str) -> list[str]:
    """Lower-cased words; runs of capitalised words inside the sentence become NAME, digits NUMBER."""
    words: list[str] = []
    for match in WORD.finditer(text):
        word = match[0]
        if not word[0].isalnum():
            continue
        mask = _NUMBER if word[0].isdigit() else _NAME if word[0].isupper() and words else None
        if mask is None:
            words.append(word.lower())
        elif words[-1:] != [mask]:
            words.append(mask)
    return words


def _runs(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for start in range(len(words) - LENGTH + 1):
        run = tuple(words[start : start + LENGTH])
        if sum(word not in (_NAME, _NUMBER) for word in run) >= _MIN_PLAIN:
            yield run
