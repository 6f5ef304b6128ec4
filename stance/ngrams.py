"""Word n-grams of a sentence as sparse features beside its vector: exact words that an embedding blurs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stance.encoder.protocol import FloatArray
from stance.errors import ShapeError
from stance.patterns import WORD_OR_PAUSE

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


_BEGIN, _END = "<", ">"  # never words of a sentence


def word_ngrams(sentence: str, longest: int = 2) -> list[str]:
    """Lower-cased words and runs of up to ``longest`` words; marks such as quotation marks and commas count as words.

    Begin and end of the sentence stand in runs as words do: "but" at the start says more than elsewhere.
    """
    words = [match[0].lower() for match in WORD_OR_PAUSE.finditer(sentence)]
    found = list(words)
    if words:
        words = [_BEGIN, *words, _END]
    for length in range(2, longest + 1):
        found += (" ".join(words[i : i + length]) for i in range(len(words) - length + 1))
    return found


@dataclass(frozen=True)
class Counted:
    """How often each n-gram stands in each sentence: counted once, used by every fold.

    Parameters
    ----------
    terms : the n-grams, each once, in order of appearance
    rows, ids, counts : (n_entries,), sentence, n-gram and how often
    n_sentences : sentences in all, with and without n-grams
    """

    terms: Sequence[str]
    rows: NDArray[np.int64]
    ids: NDArray[np.int64]
    counts: FloatArray
    n_sentences: int

    @classmethod
    def of(cls, sentences: Sequence[str] | Counted) -> Counted:
        """The n-grams of sentences, or what has been counted already."""
        if isinstance(sentences, Counted):
            return sentences
        known: dict[str, int] = {}
        ids: list[int] = []
        counts: list[int] = []
        sizes: list[int] = []
        for sentence in sentences:
            found = Counter(word_ngrams(sentence))
            sizes.append(len(found))
            ids += [known.setdefault(term, len(known)) for term in found]
            counts += found.values()
        rows = np.repeat(np.arange(len(sizes)), np.array(sizes, np.int64))
        return cls(list(known), rows, np.array(ids, np.int64), np.array(counts, np.float32), len(sizes))

    def __len__(self) -> int:
        return self.n_sentences

    def take(self, rows: NDArray[np.int64]) -> Counted:
        """Some of the sentences, in ascending order, with the same n-grams."""
        place = np.full(self.n_sentences, -1)
        place[rows] = np.arange(len(rows))
        kept = place[self.rows] >= 0
        return Counted(self.terms, place[self.rows[kept]], self.ids[kept], self.counts[kept], len(rows))


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
    def learn(
        cls, sentences: Sequence[str] | Counted, *, min_count: int = 2, max_terms: int = 20_000
    ) -> NgramVocabulary:
        """The n-grams that stand in at least ``min_count`` sentences, the most frequent ``max_terms`` of them."""
        counted = Counted.of(sentences)
        df = np.bincount(counted.ids, minlength=len(counted.terms))
        frequent = [(counted.terms[place], int(df[place])) for place in map(int, np.flatnonzero(df >= min_count))]
        kept = sorted(sorted(frequent, key=lambda item: (-item[1], item[0]))[:max_terms])
        of_term = np.array([count for _, count in kept], np.float64)
        idf = np.log((1 + len(counted)) / (1 + of_term)) + 1
        return cls(tuple(term for term, _ in kept), idf.astype(np.float32))

    def __len__(self) -> int:
        return len(self.terms)

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {term: column for column, term in enumerate(self.terms)}

    def matrix(self, sentences: Sequence[str] | Counted) -> csr_matrix:
        """Sublinear TF-IDF, (n_sentences, n_terms): rows of unit length, empty where no n-gram is known."""
        from scipy.sparse import csr_matrix

        counted = Counted.of(sentences)
        rows, columns, values = self._entries(counted)
        return csr_matrix((values, (rows, columns)), shape=(len(counted), len(self)))

    def scores(self, sentences: Sequence[str] | Counted, coef: FloatArray) -> FloatArray:
        """What the n-grams add to each label's score, (n_sentences, n_labels), for ``coef`` (n_labels, n_terms).

        The product with ``matrix``, without SciPy, which a prediction does not import.
        """
        rows, columns, values = self._entries(Counted.of(sentences))
        products = [np.bincount(rows, values * of_label[columns], len(sentences)) for of_label in coef]
        return np.array(products, np.float32).reshape(len(coef), len(sentences)).T

    def _entries(self, counted: Counted) -> tuple[NDArray[np.int64], NDArray[np.int64], FloatArray]:
        """Sentence, n-gram and value of what is not 0."""
        column_of = np.array([self._columns.get(term, -1) for term in counted.terms], np.int64)
        columns = column_of[counted.ids]
        kept = columns >= 0
        rows, columns = counted.rows[kept], columns[kept]
        values = (1 + np.log(counted.counts[kept])) * self.idf[columns]
        length = np.sqrt(np.bincount(rows, values.astype(np.float64) ** 2, len(counted)))
        return rows, columns, (values / length[rows]).astype(np.float32)
