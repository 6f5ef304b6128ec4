"""Token vectors to spans: source, cue, content, and the target of each claim type.

Each role is tagged on its own (a target lies inside the content, a source may lie inside another's content), as
outside, first or inner token, and decoded by the best valid sequence, many sentences at a time. The encoder has seen
the whole sentence, so its scores know what follows what: only validity is added (an inner token has a first one before
it), no counted transitions, which would count the same evidence twice and lose short spans.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stance import patterns
from stance.decoding import FIRST, INNER, NEVER, OUTSIDE, Stretches, inside, likeliest, stretches
from stance.encoder.protocol import FloatArray, TokenVectors
from stance.errors import ShapeError
from stance.products import narrow_product
from stance.records import Span
from stance.tagfitting import fit_tags

SOURCE, CUE, CONTENT = "source", "cue", "content"
_TARGET, _HOLDER = "target:", "holder:"
_TOGETHER = 512
_LONGEST_WORD = 40  # characters before a hyphen
_OPEN_ENDS = 2  # "of" and the article behind it
_GONE = TokenVectors(np.zeros(0, np.float32), np.zeros((0, 0), np.float32), np.zeros((0, 2), np.int64))


def target_role(claim_type: str) -> str:
    """The role of the targets of one claim type; its spans mean something where the sentence makes such a claim."""
    return f"{_TARGET}{claim_type}"


def holder_role(claim_type: str) -> str:
    """The role of whoever makes claims of a type without being reported to: the actor of a narrated plan."""
    return f"{_HOLDER}{claim_type}"


@dataclass(frozen=True, slots=True)
class Tagged:
    """A span of one sentence, counted from its start, and how sure it is that its tokens are inside, in [0, 1]."""

    span: Span
    probability: float


Tags = Mapping[str, tuple[Tagged, ...]]
"""Spans by role, in order of their start; of a target the likeliest first."""


@dataclass(frozen=True)
class Tagger:
    """Three scores a token and role, and what may follow what.

    Parameters
    ----------
    roles : names of the roles
    coef : (n_roles, 3, dim), for outside, first and inner
    intercept : (n_roles, 3)
    """

    roles: tuple[str, ...]
    coef: FloatArray
    intercept: FloatArray

    def __post_init__(self) -> None:
        n = len(self.roles)
        shapes = (self.coef.shape[:2], self.intercept.shape)
        if self.coef.ndim != 3 or shapes != ((n, 3), (n, 3)):
            raise ShapeError(f"a tagger of {n} roles cannot have arrays of shapes {shapes}")

    def tag(self, sentences: Sequence[str], encoded: Sequence[TokenVectors]) -> list[Tags]:
        """The spans of each sentence; ``encoded`` are the token vectors of the same sentences."""
        if len(sentences) != len(encoded):
            raise ShapeError(f"{len(sentences)} sentences, {len(encoded)} encodings")
        lengths = [len(one.vectors) for one in encoded]
        order = np.argsort(lengths, kind="stable")
        tags: list[Tags] = [{} for _ in encoded]
        for rows in np.array_split(order, max(1, len(order) // 64)):
            chunk = [int(row) for row in rows if lengths[row]]
            if not chunk:
                continue
            scores = self._log_probabilities([encoded[row].vectors for row in chunk])
            for row, found in zip(chunk, self._found(scores), strict=True):
                tags[row] = self._named(sentences[row], encoded[row].offsets, found)
        return tags

    def _log_probabilities(self, vectors: Sequence[FloatArray]) -> FloatArray:
        """(n_sentences, longest, n_roles, 3); padding is certainly outside."""
        longest = max(len(one) for one in vectors)
        scores = np.full((len(vectors), longest, len(self.roles), 3), NEVER, np.float32)
        scores[..., OUTSIDE] = 0
        flat = narrow_product(np.concatenate(vectors), self.coef.reshape(-1, self.coef.shape[2]))
        flat = flat.reshape(-1, len(self.roles), 3) + self.intercept
        flat = flat - np.logaddexp.reduce(flat, axis=2, keepdims=True)
        begin = 0
        for row, one in enumerate(vectors):
            scores[row, : len(one)] = flat[begin : begin + len(one)]
            begin += len(one)
        return scores

    def _found(self, scores: FloatArray) -> list[dict[int, list[_Found]]]:
        """The spans of each sentence by the column of their role; of a target the likeliest first.

        A claim has a target, so that the likeliest is taken however unlikely; others are what the best sequence tags.
        Nothing else is asked of a holder than who is likeliest.
        """
        one = [column for column, role in enumerate(self.roles) if role.startswith((_TARGET, _HOLDER))]
        several = [column for column, role in enumerate(self.roles) if not role.startswith(_HOLDER)]
        found: list[dict[int, list[_Found]]] = [{} for _ in scores]
        best, likely = likeliest(scores[:, :, one])
        for probable, span in zip(likely, _measured(scores[:, :, one], best), strict=True):
            column = one[span.column]
            if probable or self.roles[column].startswith(_TARGET):
                found[span.row][column] = [span]
        for span in _measured(scores[:, :, several], stretches(inside(scores[:, :, several]))):
            spans = found[span.row].setdefault(several[span.column], [])
            if not (spans and self.roles[several[span.column]].startswith(_TARGET) and _overlap(span, spans[0])):
                spans.append(span)
        return found

    def _named(
        self, sentence: str, offsets: NDArray[np.int64], found: Mapping[int, Sequence[_Found]]
    ) -> dict[str, tuple[Tagged, ...]]:
        phrases = {
            column: target_phrase if self.roles[column].startswith(_TARGET) else whole_phrase for column in found
        }
        return {
            self.roles[column]: tuple(
                Tagged(
                    phrases[column](sentence, int(offsets[span.first, 0]), int(offsets[span.last, 1])), span.probability
                )
                for span in found[column]
            )
            for column in sorted(found)
        }


@dataclass(frozen=True, slots=True)
class _Found:
    """A stretch of tokens and how sure it is that they are inside."""

    row: int
    column: int
    first: int
    last: int
    probability: float


def _measured(scores: FloatArray, found: Stretches) -> Iterator[_Found]:
    outside = np.zeros((scores.shape[0], scores.shape[1] + 1, scores.shape[2]))
    outside[:, 1:] = np.cumsum(scores[..., OUTSIDE], axis=1, dtype=np.float64)
    sums = outside[found.row, found.last + 1, found.column] - outside[found.row, found.first, found.column]
    probabilities = 1 - np.exp(sums / (found.last + 1 - found.first))
    columns = (found.row, found.column, found.first, found.last, probabilities)
    return map(_Found, *(column.tolist() for column in columns))


def _overlap(one: _Found, other: _Found) -> bool:
    return one.first <= other.last and other.first <= one.last


def whole_phrase(sentence: str, start: int, end: int) -> Span:
    """The span moved out to whole words, and to the next one where it ends in an article or the like."""
    span = whole_words(sentence, start, end)
    for _ in range(_OPEN_ENDS):
        following = patterns.NEXT_WORD.match(sentence, span.end)
        if following is None or not patterns.OPEN_END.search(sentence[span.start : span.end]):
            break
        span = Span(span.start, following.end())
    return span


def target_phrase(sentence: str, start: int, end: int) -> Span:
    """The whole phrase, without comma, preposition or the like at its end: "strike" in "to strike from July".

    It cuts no word at a hyphen either: "al-Qaeda".
    """
    span = whole_phrase(sentence, *_over_hyphens(sentence, whole_words(sentence, start, end)))
    words = sentence[span.start : span.end]
    dangling = patterns.DANGLING.search(words)
    return span if dangling is None else Span(span.start, span.start + dangling.start())


def _over_hyphens(sentence: str, span: Span) -> tuple[int, int]:
    before = patterns.HYPHENATED.search(sentence[max(0, span.start - _LONGEST_WORD) : span.start])
    behind = patterns.HYPHEN_ENDS.match(sentence, span.end)
    return span.start - len(before[0] if before else ""), behind.end() if behind else span.end


def whole_words(sentence: str, start: int, end: int) -> Span:
    """The span moved out to the borders of the words that it cuts."""
    while start > 0 and sentence[start].isalnum() and sentence[start - 1].isalnum():
        start -= 1
    while end < len(sentence) and sentence[end].isalnum() and sentence[end - 1].isalnum():
        end += 1
    return Span(start, end)


def token_tags(offsets: NDArray[np.int64], spans: Sequence[Span]) -> NDArray[np.int8]:
    """Outside, first or inner for each token, (n_tokens,); a token belongs to the span that it overlaps."""
    tags = np.zeros(len(offsets), np.int8)
    for span in spans:
        inside = np.flatnonzero((offsets[:, 0] < span.end) & (offsets[:, 1] > span.start))
        tags[inside] = INNER
        if len(inside):
            tags[inside[0]] = FIRST
    return tags


def fit_tagger(
    encoded: Sequence[TokenVectors],
    spans: Sequence[Mapping[str, Sequence[Span]]],
    *,
    strength: float = 1.0,
    threads: Executor | None = None,
) -> Tagger | None:
    """A tagger by logistic regressions on token vectors, one for each role; None if no sentence has a span.

    Parameters
    ----------
    encoded : token vectors of the sentences
    spans : spans by role of the same sentences, counted from the sentence's start; a sentence without a role
        at all says nothing about it, one with an empty list says that there is none
    threads : to compute in; the tagger is the same without
    """
    by_role: dict[str, list[int]] = defaultdict(list)
    for row, known in enumerate(spans):
        for role in known:
            by_role[role].append(row)
    roles = sorted(role for role, rows in by_role.items() if any(spans[row][role] for row in rows))
    if not roles:
        return None
    alike: dict[tuple[int, ...], list[int]] = defaultdict(list)  # roles known in the same sentences
    for place, role in enumerate(roles):
        alike[tuple(by_role[role])].append(place)
    coef = np.zeros((len(roles), 3, encoded[0].vectors.shape[1]), np.float32)
    intercept = np.zeros((len(roles), 3), np.float32)

    def fit(group: tuple[Sequence[int], Sequence[int]], threads: Executor | None = None) -> None:
        rows, places = group
        tags = [
            np.concatenate([token_tags(encoded[row].offsets, spans[row][roles[place]]) for row in rows])
            for place in places
        ]
        blocks = _blocks([encoded[row].vectors for row in rows])
        coef[places], intercept[places] = fit_tags(blocks, np.stack(tags), strength=strength, threads=threads)

    largest, *others = sorted(alike.items(), key=lambda group: -len(group[0]))
    beside = map(fit, others) if threads is None else threads.map(fit, others)
    fit(largest, threads)
    for _ in beside:  # waits for each, or does it now
        pass
    return Tagger(tuple(roles), coef, intercept)


def side_by_side(encoded: list[TokenVectors]) -> list[TokenVectors]:
    """The same vectors, of many sentences in one array each, so that fitting copies none; the list given is emptied."""
    moved: list[TokenVectors] = []
    for begin in range(0, len(encoded), _TOGETHER):
        group = encoded[begin : begin + _TOGETHER]
        encoded[begin : begin + _TOGETHER] = [_GONE] * len(group)  # what was padded round them can go
        block = np.concatenate([one.vectors for one in group])
        ends = np.cumsum([len(one.vectors) for one in group])
        moved += [
            replace(one, vectors=block[end - len(one.vectors) : end]) for one, end in zip(group, ends, strict=True)
        ]
    encoded.clear()
    return moved


def _blocks(vectors: Sequence[FloatArray]) -> list[FloatArray]:
    """The tokens of many sentences as a few arrays; those that lie side by side are taken as they are."""
    return [_joined(vectors[begin : begin + _TOGETHER]) for begin in range(0, len(vectors), _TOGETHER)]


def _joined(vectors: Sequence[FloatArray]) -> FloatArray:
    some = [one for one in vectors if len(one)]
    base = some[0].base if some else None
    if isinstance(base, np.ndarray) and all(one.base is base for one in some) and sum(map(len, some)) == len(base):
        places = [one.ctypes.data for one in some]
        ends = [place + one.nbytes for place, one in zip(places, some, strict=True)]
        if [*places, ends[-1]] == [base.ctypes.data, *ends]:
            return base
    return np.concatenate(vectors)


def mean_vector(encoded: TokenVectors, span: Span | None) -> FloatArray:
    """Mean of the token vectors that a span covers, (dim,); zeros for no span. The stance head reads it."""
    if span is not None:
        inside = (encoded.offsets[:, 0] < span.end) & (encoded.offsets[:, 1] > span.start)
        if inside.any():
            return encoded.vectors[inside].mean(axis=0)
    return np.zeros(len(encoded.pooled), np.float32)
