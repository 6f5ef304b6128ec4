"""Logistic regression of many labels at once: one matrix product serves them all.

The objective is that of scikit-learn's ``LogisticRegression`` (mean log loss plus an L2 penalty of ``1 / (2 C n)``,
intercept left free), and so is the minimum. It is found by L-BFGS (Liu and Nocedal 1989), started from the bound of the
second derivative that the features alone give (Böhning 1992), which needs a fifth of the steps; and without importing
scikit-learn, which takes longer than to fit a thousand sentences.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from stance.encoder.protocol import FloatArray
from stance.errors import ShapeError

Float64Array = NDArray[np.float64]
_MEMORY, _MOST_STEPS, _HALVINGS = 10, 1000, 30
_ROWS = 2048  # at once: what comes of them stays in the cache
_SUFFICIENT = 1e-4  # of the decrease that the slope promises


@dataclass(frozen=True)
class Sparse:
    """Few non-zero features beside the dense ones, one entry each.

    Parameters
    ----------
    rows, columns, values : (n_entries,)
    width : number of columns
    """

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: FloatArray
    width: int

    def times(self, weights: NDArray[np.floating], n: int) -> FloatArray:
        """(n_outputs, n) for weights (n_outputs, width) and n rows."""
        products = [np.bincount(self.rows, self.values * one[self.columns], n) for one in weights]
        return np.array(products, np.float32).reshape(len(weights), n)

    def gathered(self, residuals: FloatArray) -> Float64Array:
        """(n_outputs, width) for residuals (n_outputs, n): the transposed product."""
        return np.stack([np.bincount(self.columns, self.values * one[self.rows], self.width) for one in residuals])


@dataclass(frozen=True)
class Features:
    """What a label is read from; the dense part may come in blocks of rows, so that it is never copied to one.

    Parameters
    ----------
    blocks : each (n_rows_of_block, dim)
    sparse : beside the vectors, where there is one block
    """

    blocks: Sequence[FloatArray]
    sparse: Sparse | None = None

    @property
    def dim(self) -> int:
        """Width of the dense part."""
        return int(self.blocks[0].shape[1])

    @property
    def width(self) -> int:
        """Width of both parts."""
        return self.dim + (self.sparse.width if self.sparse is not None else 0)

    def __len__(self) -> int:
        return sum(len(block) for block in self.blocks)


def fit_logistic(
    features: Features, targets: NDArray[np.bool_], *, strength: float = 1.0, tolerance: float = 1e-5
) -> Float64Array:
    """Coefficients of several independent regressions over the same rows.

    Parameters
    ----------
    features : of n rows
    targets : (n_classes, n_regressions, n), exactly one class a row and regression; or one class alone, which holds
        or not
    strength : inverse of the regularisation (scikit-learn's ``C``)
    tolerance : of the largest entry of the gradient

    Returns
    -------
    (n_classes, n_regressions, width + 1), the intercept last

    Raises
    ------
    ShapeError : features and targets have not as many rows.
    """
    if targets.ndim != 3 or targets.shape[2] != len(features) or not len(features):
        raise ShapeError(f"targets {targets.shape} do not fit {len(features)} rows; need (classes, regressions, rows)")
    objective = _Objective(features, targets, 1.0 / (strength * len(features)))
    start = np.zeros((len(targets) * targets.shape[1], features.width + 1))
    start[:, -1] = _prior(targets)
    with threadpool_limits(1):  # threads gain nothing on products this narrow, and the bytes would depend on them
        found = _minimise(objective, start, _precondition(objective), tolerance)
    return found.reshape(*targets.shape[:2], -1)


def _prior(targets: NDArray[np.bool_]) -> Float64Array:
    """The intercepts without any feature."""
    share = np.clip(targets.mean(axis=2), 1e-4, 1 - 1e-4).reshape(-1)
    return np.asarray(np.log(share / (1 - share) if len(targets) == 1 else share))


@dataclass(frozen=True)
class _Objective:
    features: Features
    targets: NDArray[np.bool_]
    penalty: float

    def __call__(self, weights: Float64Array) -> tuple[float, Float64Array]:
        """Mean loss and its gradient at weights (n_outputs, width + 1)."""
        dim, sparse, n = self.features.dim, self.features.sparse, len(self.features)
        dense, intercept = weights[:, :dim].astype(np.float32), weights[:, -1:].astype(np.float32)
        added = sparse.times(weights[:, dim:-1], n) if sparse is not None else None
        gradient = np.zeros_like(weights)
        residuals, total, begin = np.empty((len(weights), n), np.float32), 0.0, 0
        for block in self._blocks():
            rows = slice(begin, begin := begin + len(block))
            scores = dense @ block.T + intercept
            if added is not None:
                scores += added[:, rows]
            loss, residuals[:, rows] = _loss(scores, self.targets[:, :, rows])
            total += loss
            gradient[:, :dim] += residuals[:, rows] @ block
        gradient[:, -1] = residuals.sum(axis=1, dtype=np.float64)
        if sparse is not None:
            gradient[:, dim:-1] = sparse.gathered(residuals)
        gradient /= n
        gradient[:, :-1] += self.penalty * weights[:, :-1]
        return total / n + self.penalty / 2 * float((weights[:, :-1] ** 2).sum()), gradient

    def _blocks(self) -> Iterator[FloatArray]:
        for block in self.features.blocks:
            for begin in range(0, len(block), _ROWS):
                yield block[begin : begin + _ROWS]


def _loss(scores: FloatArray, targets: NDArray[np.bool_]) -> tuple[float, FloatArray]:
    """Summed loss, and how far each score is too high, (n_outputs, n)."""
    if len(targets) == 1:
        holds = targets[0]
        loss = np.logaddexp(0, np.where(holds, -scores, scores)).sum(dtype=np.float64)
        return float(loss), 1 / (1 + np.exp(-np.clip(scores, -80, 80))) - holds
    by_class = scores.reshape(targets.shape)
    by_class = by_class - by_class.max(axis=0)
    odds = np.exp(by_class)
    total = odds.sum(axis=0)
    loss = np.log(total).sum(dtype=np.float64) - (by_class * targets).sum(dtype=np.float64)
    return float(loss), (odds / total - targets).reshape(scores.shape)


def _precondition(objective: _Objective) -> Callable[[Float64Array], Float64Array]:
    """Gradient to step: the inverse of a bound of the second derivative, the sparse part by its diagonal."""
    features, n = objective.features, len(objective.features)
    dim = features.dim
    curvature = np.zeros((dim + 1, dim + 1))
    for block in features.blocks:
        curvature[:dim, :dim] += block.T @ block
        curvature[:dim, dim] += block.sum(axis=0, dtype=np.float64)
    curvature[dim, :dim], curvature[dim, dim] = curvature[:dim, dim], n
    bound = curvature / (4 * n) + np.diag([*[objective.penalty] * dim, 1e-8])
    inverse = np.linalg.inv(bound)
    dense = [*range(dim), features.width]
    diagonal = np.zeros(0)
    if features.sparse is not None:
        squares = np.bincount(features.sparse.columns, features.sparse.values**2, features.sparse.width)
        diagonal = 1 / (squares / (4 * n) + objective.penalty)

    def step(gradient: Float64Array) -> Float64Array:
        moved = np.empty_like(gradient)
        moved[:, dense] = gradient[:, dense] @ inverse
        moved[:, dim:-1] = gradient[:, dim:-1] * diagonal
        return moved

    return step


def _minimise(
    objective: Callable[[Float64Array], tuple[float, Float64Array]],
    point: Float64Array,
    precondition: Callable[[Float64Array], Float64Array],
    tolerance: float,
) -> Float64Array:
    """Where a smooth convex function is least."""
    value, gradient = objective(point)
    past: deque[tuple[Float64Array, Float64Array, float]] = deque(maxlen=_MEMORY)
    for _ in range(_MOST_STEPS):
        if np.abs(gradient).max() <= tolerance:
            break
        direction = _direction(gradient, past, precondition)
        slope, length = float((gradient * direction).sum()), 1.0
        for _ in range(_HALVINGS):
            candidate = point + length * direction
            new_value, new_gradient = objective(candidate)
            if new_value <= value + _SUFFICIENT * length * slope:
                break
            length /= 2
        else:
            break  # no decrease that 32-bit features can show
        moved, turned = candidate - point, new_gradient - gradient
        along = float((moved * turned).sum())
        if along > 0:
            past.append((moved, turned, 1 / along))
        point, value, gradient = candidate, new_value, new_gradient
    return point


def _direction(
    gradient: Float64Array,
    past: Sequence[tuple[Float64Array, Float64Array, float]],
    precondition: Callable[[Float64Array], Float64Array],
) -> Float64Array:
    """The quasi-Newton step: what the last steps taught about the second derivative, on top of the bound."""
    left = gradient.copy()
    shares = []
    for moved, turned, inverse in reversed(past):
        shares.append(inverse * float((moved * left).sum()))
        left -= shares[-1] * turned
    step = precondition(left)
    if past:
        moved, turned, inverse = past[-1]
        step /= inverse * float((turned * precondition(turned)).sum())
    for (moved, turned, inverse), share in zip(past, reversed(shares), strict=True):
        step += moved * (share - inverse * float((turned * step).sum()))
    return -step
