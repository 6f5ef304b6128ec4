"""Tags of many roles learned together: one pass over the vectors of the tokens serves them all.

What is minimised is the sum, over the roles, of the objective of scikit-learn's ``LogisticRegression`` (mean log loss
plus an L2 penalty of ``1 / (2 C n)``, intercept left free). The roles share no weight, so that the sum is least where
each part is. SciPy's L-BFGS does the minimising, as in scikit-learn, but along axes of like curvature, which takes two
fifths of the steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from stance.decoding import NEVER
from stance.encoder.protocol import FloatArray
from stance.errors import ShapeError

Float64Array = NDArray[np.float64]
_ROWS = 512  # at once: they stay in the processor's cache from the first product to the second
_SHARES = 4  # of the tokens, at once where there are threads; always as many, so that sums round alike everywhere
_T = TypeVar("_T")
_TAGS = np.arange(3, dtype=np.int8)[:, None]
_STOP = {"gtol": 1e-5, "ftol": 1e-7, "maxls": 50}  # what comes after does not show in spans
_STEPS = (8, 1000)  # at most, along the axes at the start and along those where these steps led


def fit_tags(
    blocks: Sequence[FloatArray], tags: NDArray[np.int8], *, strength: float = 1.0, threads: Executor | None = None
) -> tuple[Float64Array, Float64Array]:
    """Coefficients and intercepts of outside, first and inner, for each role.

    Parameters
    ----------
    blocks : vectors of the tokens, each (n_tokens_of_block, dim)
    tags : (n_roles, n_tokens), 0, 1 or 2; one that a role never has gets the intercept ``NEVER``
    strength : inverse of the regularisation (scikit-learn's ``C``)
    threads : compute shares of the tokens side by side; the result is the same without

    Returns
    -------
    (n_roles, 3, dim) and (n_roles, 3)

    Raises
    ------
    ShapeError : there are not as many tags as tokens, or none.
    """
    n = sum(map(len, blocks))
    if tags.ndim != 2 or tags.shape[1] != n or not n:
        raise ShapeError(f"tags {tags.shape} do not fit {n} tokens; need (roles, tokens), at least one token")
    from threadpoolctl import threadpool_limits

    share = (tags[:, None] == _TAGS).mean(axis=2)
    base = np.log(share, out=np.full_like(share, NEVER), where=share > 0)
    # scikit-learn has one weight where there are two classes, which costs twice what its halves cost
    penalty = np.where((share > 0).sum(axis=1) == 2, 2.0, 1.0) / (strength * n)
    weights = np.zeros((*share.shape, blocks[0].shape[1] + 1))
    with threadpool_limits(1):  # threads gain nothing on products this narrow, and the bytes would depend on them
        objective = _Objective.of(blocks, tags, base, penalty, threads)
        for steps in _STEPS:
            weights = objective.lessened(weights, steps)
    return weights[..., :-1], weights[..., -1] + base


@dataclass(frozen=True)
class _Objective:
    """What is minimised, at weights (n_roles, 3, dim + 1), the intercepts beside the base last.

    Parameters
    ----------
    shares : the tokens, some after the other in each
    base : (n_roles, 3), the scores without any feature
    penalty : (n_roles,)
    gold : (n_roles, 3, dim + 1), sum of the vectors of the tokens that have each tag, and their number last
    n : tokens
    """

    shares: Sequence[Sequence[FloatArray]]
    base: Float64Array
    penalty: Float64Array
    gold: Float64Array
    n: int
    threads: Executor | None

    @classmethod
    def of(
        cls,
        blocks: Sequence[FloatArray],
        tags: NDArray[np.int8],
        base: Float64Array,
        penalty: Float64Array,
        threads: Executor | None,
    ) -> _Objective:
        """Over these tokens."""
        (n_roles, n), dim, end = tags.shape, blocks[0].shape[1], 0
        gold = np.zeros((n_roles, 3, dim + 1))
        parts = [block[begin : begin + _ROWS] for block in blocks for begin in range(0, len(block), _ROWS)]
        for part in parts:
            has = (tags[:, None, end : (end := end + len(part))] == _TAGS).astype(np.float32)
            _add(gold, has, part)
        return cls([parts[first::_SHARES] for first in range(_SHARES)], base, penalty, gold, n, threads)

    def lessened(self, weights: Float64Array, steps: int) -> Float64Array:
        """Weights after so many steps at most, along axes of like curvature at those given."""
        from scipy.linalg import cholesky, solve_triangular
        from scipy.optimize import minimize

        unit = np.eye(weights.shape[-1])
        lower = np.stack([cholesky(curvature, lower=True) for curvature in self.curvature(weights)])
        axes = np.stack([solve_triangular(one, unit, lower=True) for one in lower])

        def loss(along: Float64Array) -> tuple[float, Float64Array]:
            found, gradient = self.loss(along.reshape(weights.shape) @ axes)
            return found, (gradient @ axes.swapaxes(1, 2)).ravel()

        options = {**_STOP, "maxiter": steps}
        found = minimize(loss, (weights @ lower).ravel(), jac=True, method="L-BFGS-B", options=options)
        return found.x.reshape(weights.shape) @ axes

    def loss(self, weights: Float64Array) -> tuple[float, Float64Array]:
        """Mean log loss with penalty, and its gradient."""
        narrow = self._narrow(weights)

        def of(share: Sequence[FloatArray]) -> tuple[float, Float64Array]:
            loss, gradient = 0.0, np.zeros_like(self.gold)
            for part, odds, total in _odds(share, narrow):
                loss += total.sum(dtype=np.float64)
                _add(gradient, odds, part)
            return loss, gradient

        losses, gradients = zip(*self._each(of), strict=True)
        loss, gradient = sum(losses) - (narrow * self.gold).sum(), sum(gradients) - self.gold
        coef, penalty = weights[..., :-1], self.penalty[:, None, None]
        gradient /= self.n
        gradient[..., :-1] += penalty * coef
        return float(loss / self.n + (penalty * coef**2).sum() / 2), gradient

    def curvature(self, weights: Float64Array) -> Float64Array:
        """The second derivative of each role's objective, a mean over its tags, (n_roles, dim + 1, dim + 1)."""
        n_roles, _, width = weights.shape
        alike = not weights.any()  # all tokens are, so that what one role needs serves all
        narrow = self._narrow(weights)

        def of(share: Sequence[FloatArray]) -> Float64Array:
            curvature = np.zeros((n_roles, width, width))
            for part, odds, _ in _odds(share, narrow):
                wide = np.concatenate([part, np.ones((len(part), 1), np.float32)], axis=1)
                spread = (odds * (1 - odds)).mean(axis=1) / self.n
                if alike:
                    curvature += spread[:, :1, None] * (wide.T @ wide)
                    continue
                for role in range(n_roles):
                    scaled = wide * np.sqrt(spread[role, :, None])
                    curvature[role] += scaled.T @ scaled
            return curvature

        return sum(self._each(of), self.penalty[:, None, None] * np.eye(width))

    def _each(self, act: Callable[[Sequence[FloatArray]], _T]) -> Iterator[_T]:
        """What ``act`` makes of each share, in order."""
        return map(act, self.shares) if self.threads is None else self.threads.map(act, self.shares)

    def _narrow(self, weights: Float64Array) -> FloatArray:
        """Weights as tokens are multiplied with them, the base in the intercepts."""
        whole = weights.copy()
        whole[..., -1] += self.base
        return whole.astype(np.float32)


def _odds(share: Sequence[FloatArray], narrow: FloatArray) -> Iterator[tuple[FloatArray, FloatArray, FloatArray]]:
    """Tokens, the probability of each tag, (n_roles, 3, n_tokens), and the logarithm of what the odds add up to."""
    coef, intercept = narrow[..., :-1].reshape(narrow.shape[0] * 3, -1), narrow[..., -1:]
    for part in share:
        scores = np.ascontiguousarray((part @ coef.T).T).reshape(len(narrow), 3, -1)  # the faster way round
        scores += intercept
        highest = scores.max(axis=1, keepdims=True)
        scores -= highest
        odds = np.exp(scores, out=scores)
        total = odds.sum(axis=1, keepdims=True)
        odds /= total
        yield part, odds, highest + np.log(total)


def _add(sums: Float64Array, shares: FloatArray, part: FloatArray) -> None:
    """Add vectors of tokens, each by its share in every tag, (n_roles, 3, n_tokens), and the shares themselves last."""
    n_roles, n_tags, n = shares.shape
    sums[..., :-1] += (shares.reshape(n_roles * n_tags, n) @ part).reshape(n_roles, n_tags, -1)
    sums[..., -1] += shares.sum(axis=2, dtype=np.float64)
