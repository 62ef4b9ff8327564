"""Weighted cross-products by unit: all that the likelihood needs of the rows (E3).

For w_ij = exp(-c_ij'α) and every pair k ≤ l of variance predictors (predictor 0 is the
constant), D_kl,j = M_j' W_j diag(c_k c_l) M_j with M = [Z X y].  D_00 is section 1's S_j.
Within a unit the columns of M are combinations of its few level-1 predictors and y, M_j = A_j T_j,
so that the rows are asked for A_j' W_j diag(c_k c_l) A_j alone.

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
from estimation.stacks import times, transposed

# Rows of a chunk: its temporaries stay in the processor's cache.
CHUNK = 65_536
# Products of few rows are formed at once, for it is the calls that cost then.
AT_ONCE = 500_000
# Values of a column that are looked for one by one.
FEW = 8
# Cells pay when they are several times fewer than rows: one costs p × p numbers, a row p.
ROWS_PER_CELL = 4


Pairs = tuple[tuple[int, int], ...]
EVERY = slice(None)


def pairs(k: int) -> Pairs:
    """Pairs (a, b), a ≤ b, of variance predictors, those with the constant first."""
    return tuple((a, b) for a in range(k) for b in range(a, k))


@dataclass(frozen=True, eq=False)
class Cells:
    """Rows grouped by unit and distinct row of C: `products` (p, p, n_cells), `counts`.

    The cells of unit j are `starts[j]:starts[j + 1]`; `C` (n_cells, k).  Counts are sums of
    design weights where there are some.
    """

    C: Array
    products: Array
    counts: Array
    starts: Index

    def moments(self, alpha: Array, which: Pairs, units: slice = EVERY) -> Array:
        """D_kl,j of the pairs in `which` for some units: (len(which), p, p, n_units)."""
        first, last, _ = units.indices(self.starts.size - 1)
        cells = slice(self.starts[first], self.starts[last])
        C, products = self.C[cells], self.products[..., cells]
        starts = self.starts[first:last] - self.starts[first]
        w = np.exp(-C @ alpha)
        D = np.empty((len(which), *products.shape[:2], starts.size))
        for number, (a, b) in enumerate(which):
            weighted = w * C[:, a] * C[:, b] * products
            D[number] = _added(weighted, starts)
        return D

    @cached_property
    def sums(self) -> Array:
        """Σ_i c_ij by unit: (k, J)."""
        total: Array = np.add.reduceat((self.C * self.counts[:, None]).T, self.starts[:-1], axis=-1)
        return total

    def gram(self, unit_weights: Array | None) -> Array:
        """Σ_ij c_ij c_ij' (k, k), units weighted."""
        counts = self.counts
        if unit_weights is not None:
            counts = counts * np.repeat(unit_weights, np.diff(self.starts))
        return self.C.T @ (self.C * counts[:, None])


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows themselves: `A` (N, a + 1) and `C` (N, k), column-major; unit offsets (J + 1,).

    `T` (a + 1, p, J) gives M_j = A_j T_j; `counts` (N,) are the design weights of the rows, if
    there are some.
    """

    A: Array
    T: Array
    C: Array
    offsets: Index
    counts: Array | None = None

    def moments(self, alpha: Array, which: Pairs, units: slice = EVERY) -> Array:
        """D_kl,j of the pairs in `which` for some units: (len(which), p, p, n_units)."""
        p = self.T.shape[1]
        first, last, _ = units.indices(self.offsets.size - 1)
        D = np.empty((len(which), p, p, last - first))
        for rows, chunk, starts in self._chunks(first, last):
            A, C, T = self.A[rows], self.C[rows], self.T[:, :, first:last][:, :, chunk]
            w = np.exp(-C @ alpha)
            for number, (a, b) in enumerate(which):
                products = cross_products(A, w * C[:, a] * C[:, b], starts)
                D[number, ..., chunk] = congruent(T, products)
        return D

    @cached_property
    def sums(self) -> Array:
        """Σ_i c_ij by unit: (k, J)."""
        C = self.C if self.counts is None else self.C * self.counts[:, None]
        total: Array = np.add.reduceat(C.T, self.offsets[:-1], axis=-1)
        return total

    def gram(self, unit_weights: Array | None) -> Array:
        """Σ_ij c_ij c_ij' (k, k), units weighted."""
        counts = self.counts
        if unit_weights is not None:
            spread = np.repeat(unit_weights, np.diff(self.offsets))
            counts = spread if counts is None else counts * spread
        return self.C.T @ (self.C if counts is None else self.C * counts[:, None])

    def _chunks(self, first: int, end: int) -> Iterator[tuple[slice, slice, Index]]:
        """Yield (rows, units from `first`, unit starts within the rows) of runs of whole units."""
        offsets, begin = self.offsets, first
        while first < end:
            last = int(np.searchsorted(offsets, offsets[first] + CHUNK, side="right")) - 1
            last = min(max(last, first + 1), end)
            starts = offsets[first:last] - offsets[first]
            chunk = slice(first - begin, last - begin)
            yield slice(offsets[first], offsets[last]), chunk, starts
            first = last


def cross_products(M: Array, weights: Array, starts: Index) -> Array:
    """Σ_i weight_i m_i m_i' over each run of rows: (p, p, runs)."""
    p = M.shape[1]
    if M.size * p <= AT_ONCE:
        columns = np.ascontiguousarray(M.T)
        rows: Array = (weights * columns)[:, None] * columns
        return np.asarray(np.add.reduceat(rows, starts, axis=-1))
    result = np.empty((p, p, starts.size))
    for a in range(p):
        weighted = weights * M[:, a]
        for b in range(a + 1):
            result[a, b] = result[b, a] = np.add.reduceat(weighted * M[:, b], starts)
    return result


def congruent(T: Array, products: Array) -> Array:
    """T_j' S_j T_j: (a, p, J) and (a, a, J) to (p, p, J)."""
    return times(transposed(T), times(products, T))


def _added(stack: Array, starts: Index) -> Array:
    """Add up what is stacked by cell, cells last, within units."""
    if starts.size == stack.shape[-1]:  # a cell a unit
        return stack
    return np.asarray(np.add.reduceat(stack, starts, axis=-1))


def source(
    A: Array, T: Array, C: Array, offsets: Index, counts: Array | None = None
) -> Cells | Rows:
    """Choose the cheaper source of the moments for these rows, which `counts` weight."""
    pattern = distinct_rows(C)
    if pattern is None:
        return Rows(A, T, C, offsets, counts)
    unit = np.repeat(np.arange(offsets.size - 1), np.diff(offsets))
    cell = unit * (int(pattern.max()) + 1) + pattern
    order = np.argsort(cell, kind="stable") if pattern.any() else np.arange(cell.size)
    starts = np.flatnonzero(np.diff(cell[order], prepend=-1))
    if starts.size * ROWS_PER_CELL > cell.size and starts.size > offsets.size - 1:
        return Rows(A, T, C, offsets, counts)
    products = cross_products(A[order] if pattern.any() else A, np.ones(cell.size), starts)
    return Cells(
        C=C[order[starts]],
        products=congruent(T[:, :, unit[order[starts]]], products),
        counts=_cell_counts(counts, order, starts),
        starts=np.searchsorted(unit[order[starts]], np.arange(offsets.size)),
    )


def _cell_counts(counts: Array | None, order: Index, starts: Index) -> Array:
    if counts is None:
        return np.diff(starts, append=order.size).astype(float)
    total: Array = np.add.reduceat(counts[order], starts)
    return total


def distinct_rows(C: Array) -> Index | None:
    """Number the distinct rows of C; None as soon as they are too many to be categories."""
    most = max(len(C), ROWS_PER_CELL) // ROWS_PER_CELL
    code, codes = np.zeros(len(C), dtype=np.intp), 1
    for column in C.T:
        size, inverse = _distinct(column)
        if size > most:
            return None
        if size > 1:
            code, codes = _renumbered(code * size + inverse, codes * size)
    return code


def _distinct(column: Array) -> tuple[int, Index]:
    """Return the number of distinct values, and that of each; few are found without sorting."""
    values: list[float] = []
    rest = column
    while rest.size and len(values) < FEW:
        values.append(rest[0])
        rest = rest[rest != rest[0]]
    if rest.size:
        found, inverse = np.unique(column, return_inverse=True)
        return found.size, inverse
    return len(values), np.searchsorted(np.sort(values), column)


def _renumbered(code: Index, codes: int) -> tuple[Index, int]:
    """Number the codes that occur from 0, in their order."""
    if codes > code.size:
        found, inverse = np.unique(code, return_inverse=True)
        return inverse, found.size
    occurs = np.bincount(code, minlength=codes) > 0
    return (np.cumsum(occurs) - 1)[code], int(occurs.sum())
