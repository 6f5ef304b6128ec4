"""Stretches of tokens: valid, best, and the same for one sentence or many."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from stance.decoding import FIRST, INNER, NEVER, OUTSIDE, inside, likeliest, stretches


def _scores(rng: np.random.Generator, lengths: list[int], n_roles: int, outside: float = 1) -> np.ndarray:
    """Log-probabilities, padded with what is certainly outside."""
    scores = np.full((len(lengths), max(lengths), n_roles, 3), NEVER, np.float32)
    scores[..., OUTSIDE] = 0
    for row, length in enumerate(lengths):
        scores[row, :length] = np.log(rng.dirichlet([outside, 1, 1], size=(length, n_roles)))
    return scores


def _score(scores: np.ndarray, path: tuple[int, ...]) -> float:
    """Log-probability of a whole sequence; minus infinity for one with an inner token that has no first."""
    before = [OUTSIDE, *path[:-1]]
    if any(one == OUTSIDE and other == INNER for one, other in zip(before, path, strict=True)):
        return -np.inf
    return float(sum(scores[t, tag] for t, tag in enumerate(path)))


@pytest.mark.parametrize("n_roles", [1, 4])
@pytest.mark.parametrize("seed", range(8))
def test_decoding_is_valid_and_best(seed: int, n_roles: int) -> None:
    """No valid sequence that tags other tokens scores higher; padding is never tagged."""
    lengths = [1, 5, 2]
    scores = _scores(np.random.default_rng(seed), lengths, n_roles)
    tagged = inside(scores)
    assert tagged.shape == (3, 5, n_roles)
    for row, length in enumerate(lengths):
        assert not tagged[row, length:].any()
        for role in range(n_roles):
            every = {path: _score(scores[row, :, role], path) for path in product(range(3), repeat=length)}
            same = [
                score for path, score in every.items()
                if [tag != OUTSIDE for tag in path] == tagged[row, :length, role].tolist()
            ]  # fmt: skip
            assert max(same) == pytest.approx(max(every.values()), abs=1e-4)


def test_others_change_nothing() -> None:
    """A sentence is decoded the same alone and beside longer ones."""
    rng = np.random.default_rng(0)
    scores = _scores(rng, [3, 9, 6], 3)
    together = inside(scores)
    for row, length in enumerate([3, 9, 6]):
        np.testing.assert_array_equal(inside(scores[row : row + 1, :length])[0], together[row, :length])


@pytest.mark.parametrize("seed", range(5))
def test_likeliest_stretch(seed: int) -> None:
    """The one with the highest odds in sum, however unlikely, and whether it is likelier than none."""
    lengths = [7, 1, 4]
    scores = _scores(np.random.default_rng(seed), lengths, 2, outside=4)
    found, likely = likeliest(scores)
    odds = np.logaddexp(scores[..., FIRST], scores[..., INNER]) - scores[..., OUTSIDE]
    for row, column, first, last, is_likely in zip(
        found.row, found.column, found.first, found.last, likely, strict=True
    ):
        places = [(a, b) for a in range(lengths[row]) for b in range(a, lengths[row])]
        sums = {(a, b): odds[row, a : b + 1, column].sum() for a, b in places}
        assert (first, last) == max(sums, key=lambda place: sums[place])
        assert is_likely == (sums[first, last] > 0)
    assert sorted(zip(found.row.tolist(), found.column.tolist(), strict=True)) == [
        (r, c) for r in range(3) for c in (0, 1)
    ]


def test_stretches_of_tagged_tokens() -> None:
    """By sentence, then role, then place; tokens that touch are one stretch."""
    tagged = np.zeros((2, 4, 2), bool)
    tagged[0, :2, 1] = tagged[0, 3, 1] = tagged[0, 2:, 0] = tagged[1, :, 0] = True
    found = stretches(tagged)
    rows = zip(found.row, found.column, found.first, found.last, strict=True)
    assert [tuple(map(int, row)) for row in rows] == [(0, 0, 2, 3), (0, 1, 0, 1), (0, 1, 3, 3), (1, 0, 0, 3)]
    assert len(stretches(np.zeros((2, 3, 1), bool)).row) == 0
