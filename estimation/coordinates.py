"""Coordinates in which every number of a design is of order one, and rows put into them (E19)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from estimation.arrays import Array, Index
from estimation.columns import Block
from estimation.crossproducts import Standard, cross_products
from estimation.factors import factor, times_inverse

# The scale of the rows need not be known better than to 1 part in so many of its logarithm.
STEPS = 16


class Extent(NamedTuple):
    """Of a block: least and largest y (2,), A (2, a), C (2, k), ln_scale (2,); Σ C (k,).

    `tally` (2, ·) counts the values of ln_scale, rounded.
    """

    y: Array
    A: Array
    C: Array
    ln_scale: Array
    C_total: Array
    tally: Array


def extent(block: Block) -> Extent:
    """Measure a block, its predictors without the constant."""
    o = np.zeros(1) if block.ln_scale is None else block.ln_scale
    return Extent(
        y=_ends(block.y),
        A=_ends(block.A),
        C=_ends(block.C[:, 1:]),
        ln_scale=_ends(o),
        C_total=block.C[:, 1:].sum(axis=0),
        tally=np.stack(np.unique(np.round(o * STEPS), return_counts=True)),
    )


def typical(tallies: Sequence[Array]) -> float:
    """Return the median, to the nearest step, of what has been tallied."""
    values, counts = np.concatenate(tallies, axis=1)
    order = np.argsort(values)
    reached = np.cumsum(counts[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)] / STEPS)


def factors(block: Block, C_mean: Array) -> tuple[Array, Array]:
    """Triangular factors of A and of the predictors C around their means."""
    return factor(block.A), factor(block.C[:, 1:] - C_mean)


def _ends(columns: Array) -> Array:
    return np.stack((columns.min(axis=0), columns.max(axis=0)))


@dataclass(frozen=True, eq=False)
class Coordinates:
    """The way of a block into standard coordinates, as far as it is known.

    A, its columns in `order`, = Ã T; y = size (Xb + s ỹ) with `gamma` (f,) = b where it is known;
    C = C_mean + C̃ T_C, its columns between `C_ends` (2, k − 1).  If they are `weighted`, rows are
    multiplied by the square root of their design weight times known precision, that of a
    `typical` ln_scale being 1.
    """

    order: Index
    T: Array
    level1: Index
    size: float
    C_ends: Array
    C_mean: Array
    T_C: Array
    typical: float
    gamma: Array | None = None
    s: float = 1.0
    weighted: bool = False

    @property
    def T_A(self) -> Array:
        """T with its columns in the order of A."""
        result = np.empty_like(self.T)
        result[:, self.order] = self.T
        return result

    def A(self, block: Block) -> Array:
        """Ã (n, a)."""
        return times_inverse(block.A[:, self.order], self.T)

    def rows(self, block: Block) -> Array:
        """[Ã ỹ] (n, a + 1), weighted."""
        A = self.A(block)
        y = block.y / self.size
        if self.gamma is not None:
            sizes = np.diff(block.offsets)
            for column, beta in zip(A.T, self._beta(block.W, self.gamma), strict=True):
                y -= column * np.repeat(beta, sizes)
            y /= self.s
        result = np.asfortranarray(np.column_stack((A, y)))
        root = self._root(block)
        return result if root is None else np.asfortranarray(result * root[:, None])

    def predictors(self, block: Block) -> Array:
        """C̃ (n, k − 1), without the constant."""
        return self.standard_C(block.C[:, 1:])

    def standard_C(self, C: Array) -> Array:
        """C̃ of rows C, without the constant."""
        return times_inverse(C - self.C_mean, self.T_C)

    def _beta(self, W: Array, gamma: Array) -> Array:
        """Coefficients (a, J) of Ã in Xb."""
        beta = np.zeros((len(self.T), W.shape[1]))
        np.add.at(beta, self.level1, gamma[:, None] * W)
        return np.asarray(self.T_A @ beta)

    def _root(self, block: Block) -> Array | None:
        if not self.weighted:
            return None
        ln_weights = np.zeros(1) if block.ln_scale is None else self.typical - block.ln_scale
        weights = np.exp(ln_weights)
        root: Array = np.sqrt(weights if block.row_weights is None else weights * block.row_weights)
        return root


def products(block: Block, at: Coordinates) -> Array:
    """[Ã ỹ]'[Ã ỹ] by unit (a + 1, a + 1, J)."""
    return cross_products(at.rows(block), None, block.offsets[:-1])


def ln_scales(block: Block, typical: float) -> Array:
    """Σ (ln_scale − typical) by unit (J,), rows counted by their design weights (E27)."""
    if block.ln_scale is None:
        return np.zeros(block.offsets.size - 1)
    values = block.ln_scale - typical
    weighted = values if block.row_weights is None else values * block.row_weights
    return np.asarray(np.add.reduceat(weighted, block.offsets[:-1]))


def standard(block: Block, at: Coordinates) -> Standard:
    """Return the rows in standard coordinates."""
    return Standard(at.rows(block), at.predictors(block), block.offsets, block.row_weights)
