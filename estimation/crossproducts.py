"""Weighted cross-products by unit: all that the likelihood needs of the rows (E3).

For w_ij = exp(-c_ij'α) and every pair k ≤ l of variance predictors (predictor 0 is the
constant), D_kl,j = M_j' W_j diag(c_k c_l) M_j with M = [Z X y].  D_00 is section 1's S_j.

Two sources give the same numbers.  `Cells` holds the cross-products of rows that share unit
and variance predictors, so that an iteration never looks at the rows again: for a homogeneous
model (one cell a unit) and for variance predictors with few distinct values.  `Rows` makes
one chunked pass over the rows: for continuous variance predictors.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from estimation.arrays import Array, Index

# Rows of a chunk: its temporaries stay in the processor's cache.
CHUNK = 65_536
# Cells pay when they are several times fewer than rows: one costs p × p numbers, a row p.
ROWS_PER_CELL = 4


def pairs(k: int) -> tuple[tuple[int, int], ...]:
    """Pairs (a, b), a ≤ b, of variance predictors, those with the constant first."""
    return tuple((a, b) for a in range(k) for b in range(a, k))


@dataclass(frozen=True, eq=False)
class Cells:
    """Rows grouped by unit and distinct row of C: `products` (n_cells, p, p), `counts`.

    The cells of unit j are `starts[j]:starts[j + 1]` (the last unit's run to the end);
    `C` (n_cells, k).
    """

    C: Array
    products: Array
    counts: Array
    starts: Index

    def moments(self, alpha: Array, which: tuple[tuple[int, int], ...]) -> Array:
        """D_kl,j for the pairs in `which`: (len(which), J, p, p)."""
        w = np.exp(-self.C @ alpha)
        weights = (w * self.C[:, a] * self.C[:, b] for a, b in which)
        return np.stack(
            [np.add.reduceat(c[:, None, None] * self.products, self.starts) for c in weights]
        )

    @cached_property
    def sums(self) -> Array:
        """Σ_i c_ij by unit: (J, k)."""
        total: Array = np.add.reduceat(self.C * self.counts[:, None], self.starts)
        return total

    @cached_property
    def gram(self) -> Array:
        """Σ_ij c_ij c_ij' (k, k)."""
        return self.C.T @ (self.C * self.counts[:, None])


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows themselves: `M` (N, p) and `C` (N, k), column-major; unit offsets (J + 1,)."""

    M: Array
    C: Array
    offsets: Index

    def moments(self, alpha: Array, which: tuple[tuple[int, int], ...]) -> Array:
        """D_kl,j for the pairs in `which`: (len(which), J, p, p)."""
        p = self.M.shape[1]
        D = np.empty((len(which), self.offsets.size - 1, p, p))
        for rows, units, starts in self._chunks():
            M, C = self.M[rows], self.C[rows]
            w = np.exp(-C @ alpha)
            for number, (a, b) in enumerate(which):
                D[number, units] = cross_products(M, w * C[:, a] * C[:, b], starts)
        return D

    @cached_property
    def sums(self) -> Array:
        """Σ_i c_ij by unit: (J, k)."""
        total: Array = np.add.reduceat(self.C, self.offsets[:-1])
        return total

    @cached_property
    def gram(self) -> Array:
        """Σ_ij c_ij c_ij' (k, k)."""
        return self.C.T @ self.C

    def _chunks(self) -> Iterator[tuple[slice, slice, Index]]:
        """Yield (rows, units, unit starts within the rows) of runs of whole units."""
        offsets, first = self.offsets, 0
        while first < offsets.size - 1:
            last = int(np.searchsorted(offsets, offsets[first] + CHUNK, side="right")) - 1
            last = max(last, first + 1)
            starts = offsets[first:last] - offsets[first]
            yield slice(offsets[first], offsets[last]), slice(first, last), starts
            first = last


def cross_products(M: Array, weights: Array, starts: Index) -> Array:
    """Σ_i weight_i m_i m_i' over each run of rows: (runs, p, p)."""
    p = M.shape[1]
    result = np.empty((starts.size, p, p))
    for a in range(p):
        weighted = weights * M[:, a]
        for b in range(a + 1):
            result[:, a, b] = result[:, b, a] = np.add.reduceat(weighted * M[:, b], starts)
    return result


def source(M: Array, C: Array, offsets: Index) -> Cells | Rows:
    """Choose the cheaper source of the moments for these rows."""
    unit = np.repeat(np.arange(offsets.size - 1), np.diff(offsets))
    pattern = distinct_rows(C)
    if pattern is None:
        return Rows(M, C, offsets)
    cell = unit * (int(pattern.max()) + 1) + pattern
    order = np.argsort(cell, kind="stable") if pattern.any() else np.arange(cell.size)
    starts = np.flatnonzero(np.diff(cell[order], prepend=-1))
    if starts.size * ROWS_PER_CELL > cell.size and starts.size > offsets.size - 1:
        return Rows(M, C, offsets)
    return Cells(
        C=C[order[starts]],
        products=cross_products(M[order] if pattern.any() else M, np.ones(cell.size), starts),
        counts=np.diff(starts, append=cell.size).astype(float),
        starts=np.searchsorted(unit[order[starts]], np.arange(offsets.size - 1)),
    )


def distinct_rows(C: Array) -> Index | None:
    """Number the distinct rows of C; None as soon as they are too many to be categories."""
    code = np.zeros(len(C), dtype=np.intp)
    for column in C.T:
        values, inverse = np.unique(column, return_inverse=True)
        if values.size * ROWS_PER_CELL > max(len(C), ROWS_PER_CELL):
            return None
        code = np.unique(code * values.size + inverse, return_inverse=True)[1]
    return code
