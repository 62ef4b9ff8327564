"""Weighted cross-products by unit: all that the likelihood needs of the rows (E3).

For w_ij = exp(-c_ij'α) and every pair k ≤ l of variance predictors (predictor 0 is the
constant), D_kl,j = M_j' W_j diag(c_k c_l) M_j with M = [Z X y].  D_00 is section 1's S_j.
Within a unit the columns of M are combinations of its few level-1 predictors and y, M_j = A_j T_j,
so that the rows are asked for A_j' W_j diag(c_k c_l) A_j alone.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from estimation.arrays import Array, Index
from estimation.stacks import times, transposed

# Products of few rows are formed at once, for it is the calls that cost then.
AT_ONCE = 500_000

Pair = tuple[int, int]
Pairs = tuple[Pair, ...]
EVERY = slice(None)


def pairs(k: int) -> Pairs:
    """Pairs (a, b), a ≤ b, of variance predictors, those with the constant first."""
    return tuple((a, b) for a in range(k) for b in range(a, k))


class Standard(NamedTuple):
    """Rows of some units: A (n, a + 1), C (n, k − 1) without the constant; `offsets` (J + 1,).

    `counts` (n,) are the design weights of the rows, if there are some.
    """

    A: Array
    C: Array
    offsets: Index
    counts: Array | None

    @property
    def with_constant(self) -> Array:
        """[1 C] (n, k)."""
        n, others = self.C.shape
        C = np.ones((n, others + 1), order="F")
        C[:, 1:] = self.C
        return C


def joined(parts: Sequence[Standard]) -> Standard:
    """Put parts together."""
    A, C, offsets, counts = zip(*parts, strict=True)
    sizes = np.concatenate([np.diff(each) for each in offsets])
    return Standard(
        np.asfortranarray(np.concatenate(A)),
        np.asfortranarray(np.concatenate(C)),
        np.concatenate(([0], np.cumsum(sizes))),
        None if counts[0] is None else np.concatenate(counts),
    )


def cross_products(M: Array, weights: Array | None, starts: Index) -> Array:
    """Σ_i weight_i m_i m_i' over each run of rows: (p, p, runs)."""
    p = M.shape[1]
    if M.size * p <= AT_ONCE:
        columns = np.ascontiguousarray(M.T)
        left = columns if weights is None else weights * columns
        return np.asarray(np.add.reduceat(left[:, None] * columns, starts, axis=-1))
    result = np.empty((p, p, starts.size))
    for a in range(p):
        weighted = M[:, a] if weights is None else weights * M[:, a]
        for b in range(a + 1):
            result[a, b] = result[b, a] = np.add.reduceat(weighted * M[:, b], starts)
    return result


def congruent(T: Array, products: Array) -> Array:
    """T_j' S_j T_j: (a, p, J) and (a, a, J) to (p, p, J)."""
    return times(transposed(T), times(products, T))
