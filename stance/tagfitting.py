"""Tags of many roles learned together: one pass over the vectors of the tokens serves them all.

What is minimised is the sum, over the roles, of the objective of scikit-learn's ``LogisticRegression`` (mean log loss
plus an L2 penalty of ``1 / (2 C n)``, intercept left free). The roles share no weight, so that the sum is least where
each part is. SciPy's L-BFGS does the minimising, as in scikit-learn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stance.decoding import NEVER
from stance.encoder.protocol import FloatArray
from stance.errors import ShapeError

Float64Array = NDArray[np.float64]
_ROWS = 2048  # at once: what comes of them stays in the processor's cache
_TAGS = np.arange(3, dtype=np.int8)[:, None]
_STOP = {"gtol": 1e-5, "ftol": 1e-7, "maxiter": 1000, "maxls": 50}  # what comes after does not show in spans


def fit_tags(
    blocks: Sequence[FloatArray], tags: NDArray[np.int8], *, strength: float = 1.0
) -> tuple[Float64Array, Float64Array]:
    """Coefficients and intercepts of outside, first and inner, for each role.

    Parameters
    ----------
    blocks : vectors of the tokens, each (n_tokens_of_block, dim)
    tags : (n_roles, n_tokens), 0, 1 or 2; one that a role never has gets the intercept ``NEVER``
    strength : inverse of the regularisation (scikit-learn's ``C``)

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
    from scipy.optimize import minimize
    from threadpoolctl import threadpool_limits

    share = (tags[:, None] == _TAGS).mean(axis=2)
    base = np.log(share, out=np.full_like(share, NEVER), where=share > 0)
    # scikit-learn has one weight where there are two classes, which costs twice what its halves cost
    penalty = np.where((share > 0).sum(axis=1) == 2, 2.0, 1.0) / (strength * n)
    objective = _Objective(blocks, tags, base, penalty[:, None, None])
    start = np.zeros(share.size * (blocks[0].shape[1] + 1))
    with threadpool_limits(1):  # threads gain nothing on products this narrow, and the bytes would depend on them
        found = minimize(objective, start, jac=True, method="L-BFGS-B", options=_STOP)
    weights = found.x.reshape(*share.shape, -1)
    return weights[..., :-1], weights[..., -1] + base


@dataclass(frozen=True)
class _Objective:
    """Loss and gradient; ``base``, (n_roles, 3), are the scores without any feature, ``penalty`` is (n_roles, 1, 1)."""

    blocks: Sequence[FloatArray]
    tags: NDArray[np.int8]
    base: Float64Array
    penalty: Float64Array

    def __call__(self, flat: Float64Array) -> tuple[float, Float64Array]:
        """At weights (n_roles, 3, dim + 1), laid flat, the intercept beside the base last."""
        weights, (n_roles, n) = flat.reshape(*self.base.shape, -1), self.tags.shape
        coef = weights[..., :-1].reshape(3 * n_roles, -1).astype(np.float32)
        intercept = (weights[..., -1] + self.base).astype(np.float32)[..., None]
        loss, gradient = 0.0, np.zeros_like(weights)
        for block, tags in self._parts():
            scores = (coef @ block.T).reshape(n_roles, 3, -1) + intercept
            scores -= scores.max(axis=1, keepdims=True)
            gold = tags[:, None] == _TAGS
            loss -= scores.sum(where=gold, dtype=np.float64)
            odds = np.exp(scores)
            total = odds.sum(axis=1, keepdims=True)
            loss += np.log(total).sum(dtype=np.float64)
            residuals = odds / total - gold
            gradient[..., :-1] += (residuals.reshape(3 * n_roles, -1) @ block).reshape(n_roles, 3, -1)
            gradient[..., -1] += residuals.sum(axis=2, dtype=np.float64)
        gradient /= n
        gradient[..., :-1] += self.penalty * weights[..., :-1]
        penalty = (self.penalty * weights[..., :-1] ** 2).sum() / 2
        return float(loss / n + penalty), gradient.ravel()

    def _parts(self) -> Iterator[tuple[FloatArray, NDArray[np.int8]]]:
        end = 0
        for block in self.blocks:
            for begin in range(0, len(block), _ROWS):
                part = block[begin : begin + _ROWS]
                yield part, self.tags[:, end : (end := end + len(part))]
