"""Rows condensed into cells of rows that are alike, where that pays (E3)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from estimation.arrays import Array, Index
from estimation.crossproducts import Standard, cross_products
from estimation.moments import Cells, Rows
from estimation.parts import Parts
from estimation.patterns import distinct_rows, renumbered

# Cells pay when they are several times fewer than rows: one costs p × p numbers, a row p.
ROWS_PER_CELL = 4
# A part of so many rows, and hardly fewer cells, tells that cells will not pay.
TELLING = 1000


def a_cell_a_unit(squares: Array, counts: Array, T: Array) -> Cells:
    """Return the moments with C = 1, from A_j'A_j (a + 1, a + 1, J) and numbers of rows (J,)."""
    J = counts.size
    return Cells(np.ones((J, 1)), squares, counts, np.arange(J + 1), T)


def source(rows: Parts[Standard], T: Array, n: int) -> Cells | Rows:
    """Choose the cheaper source of the moments of n rows with M_j = A_j T_j."""
    tried = rows.some([0]).map(_condensed)[0]
    if tried is not None and (len(rows) == 1 or tried.pays()):
        found = rows.map(_condensed, n // ROWS_PER_CELL)
        complete = [each for each in found if each is not None]
        if len(complete) == len(found):
            it = _joined(complete)
            if it.pays():
                starts = np.concatenate(([0], np.cumsum(it.per_unit)))
                return Cells(it.C, it.squares, it.counts, starts, T)
    return Rows(rows.kept(n * sum(rows.some([0]).map(_width))), T)


class _Condensed(NamedTuple):
    """Cells of n rows, `per_unit` (J,) of them, without T."""

    C: Array
    squares: Array
    counts: Array
    per_unit: Index
    n: int

    def pays(self) -> bool:
        """Whether the cells are few among the rows, or one a unit."""
        return len(self.C) * ROWS_PER_CELL <= self.n or len(self.C) == self.per_unit.size


def _width(part: Standard) -> int:
    return int(part.A.shape[1] + part.C.shape[1])


def _joined(parts: Sequence[_Condensed]) -> _Condensed:
    C, products, counts, per_unit, n = zip(*parts, strict=True)
    return _Condensed(
        np.concatenate(C),
        np.concatenate(products, axis=-1),
        np.concatenate(counts),
        np.concatenate(per_unit),
        sum(n),
    )


def _condensed(part: Standard, most: int | None = None) -> _Condensed | None:
    pattern = distinct_rows(part.C, most)
    if pattern is None:
        return None
    patterns, sizes, starts = int(pattern.max()) + 1, np.diff(part.offsets), part.offsets[:-1]
    if patterns == 1:
        counts = sizes if part.counts is None else np.add.reduceat(part.counts, starts)
        C = np.repeat(part.with_constant[:1], sizes.size, axis=0)
        products = cross_products(part.A, None, starts)
        return _Condensed(C, products, counts.astype(float), np.ones_like(sizes), len(part.A))
    unit = np.repeat(np.arange(sizes.size), sizes)
    cell, n_cells = renumbered(unit * patterns + pattern, sizes.size * patterns)
    if n_cells * 2 > cell.size > TELLING and n_cells > sizes.size:
        return None
    first = np.empty(n_cells, dtype=np.intp)
    first[cell[::-1]] = np.arange(cell.size)[::-1]
    return _Condensed(
        part.with_constant[first],
        _products_by_cell(part.A, cell, n_cells),
        np.bincount(cell, part.counts, n_cells).astype(float),
        np.bincount(unit[first], minlength=sizes.size),
        len(part.A),
    )


def _products_by_cell(A: Array, cell: Index, n_cells: int) -> Array:
    """Σ_i a_i a_i' over the rows of each cell: (a + 1, a + 1, n_cells)."""
    p = A.shape[1]
    products = np.empty((p, p, n_cells))
    for a in range(p):
        for b in range(a + 1):
            total = np.bincount(cell, A[:, a] * A[:, b], n_cells)
            products[a, b] = products[b, a] = total
    return products
