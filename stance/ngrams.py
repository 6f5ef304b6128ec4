"""Word n-grams of a sentence as sparse features beside its vector: exact words that an embedding blurs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from stance.encoder.protocol import FloatArray
from stance.errors import ShapeError
from stance.patterns import WORD


def word_ngrams(sentence: str, longest: int = 2) -> list[str]:
    """Lower-cased words and runs of up to ``longest`` words; quotation marks and dashes count as words."""
    words = [match[0].lower() for match in WORD.finditer(sentence)]
    found = list(words)
    for length in range(2, longest + 1):
        found += (" ".join(words[i : i + length]) for i in range(len(words) - length + 1))
    return found


@dataclass(frozen=True)
class NgramVocabulary:
    """The n-grams a head knows, each with its inverse document frequency.

    Parameters
    ----------
    terms : the n-grams, sorted
    idf : (n_terms,), above 0, smoothed inverse document frequency (as scikit-learn's ``TfidfTransformer``)
    """

    terms: tuple[str, ...]
    idf: FloatArray = field(repr=False)

    def __post_init__(self) -> None:
        if self.idf.shape != (len(self.terms),) or not (self.idf > 0).all():
            raise ShapeError(f"{len(self.terms)} n-grams need as many positive idf; got {self.idf.shape}")

    @classmethod
    def learn(cls, sentences: Iterable[str], *, min_count: int = 2, max_terms: int = 20_000) -> NgramVocabulary:
        """The n-grams that stand in at least ``min_count`` sentences, the most frequent ``max_terms`` of them."""
        counts: Counter[str] = Counter()
        n_sentences = 0
        for sentence in sentences:
            counts.update(set(word_ngrams(sentence)))
            n_sentences += 1
        frequent = sorted(
            ((term, count) for term, count in counts.items() if count >= min_count),
            key=lambda item: (-item[1], item[0]),
        )[:max_terms]
        terms = tuple(sorted(term for term, _ in frequent))
        df = np.array([counts[term] for term in terms], np.float64)
        idf = np.log((1 + n_sentences) / (1 + df)) + 1
        return cls(terms, idf.astype(np.float32))

    def __len__(self) -> int:
        return len(self.terms)

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {term: column for column, term in enumerate(self.terms)}

    def columns_of(self, sentence: str) -> tuple[NDArray[np.int64], FloatArray]:
        """Columns and values of one sentence: sublinear TF-IDF of unit length."""
        counts = Counter(column for term in word_ngrams(sentence) if (column := self._columns.get(term)) is not None)
        columns = np.fromiter(sorted(counts), np.int64, len(counts))
        if not len(columns):
            return columns, np.zeros(0, np.float32)
        tf = 1 + np.log(np.array([counts[int(column)] for column in columns], np.float32))
        values = tf * self.idf[columns]
        return columns, (values / np.linalg.norm(values)).astype(np.float32)

    def scores(self, sentences: Sequence[str], coef: FloatArray) -> FloatArray:
        """What the n-grams add to each label's score, (n_sentences, n_labels), for ``coef`` (n_labels, n_terms)."""
        added = np.zeros((len(sentences), len(coef)), np.float32)
        for row, sentence in enumerate(sentences):
            columns, values = self.columns_of(sentence)
            added[row] = coef[:, columns] @ values
        return added
