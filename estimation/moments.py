"""Where the likelihood has its moments from: cells of rows that are alike, or the rows (E3).

Three sources give the same numbers.  `Cells` holds the cross-products of rows that share unit
and variance predictors, so that an iteration never looks at the rows again: for a homogeneous
model (one cell a unit) and for variance predictors with few distinct values.  `Rows` makes
a pass over the parts of the rows: for continuous variance predictors.  `Turned` gives another
source's in coordinates of u and of the variance predictors that are turned.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np

from estimation.arrays import Array, Index
from estimation.crossproducts import (
    EVERY,
    Pair,
    Pairs,
    Standard,
    congruent,
    cross_products,
    pairs,
)
from estimation.factors import span
from estimation.parts import Parts

# ln σ² of some rows can be moved alone if that of the others moves by less than this.
APART = 1e-6


class Products(Protocol):
    """The cross-products D_kl,j of some pairs at some α."""

    def of(self, pair: Pair, units: slice = EVERY) -> Array:
        """D_kl,j of a pair for some units: (p, p, n_units)."""


class Source(ABC):
    """Where the likelihood has its moments from."""

    @property
    @abstractmethod
    def size(self) -> int:
        """Number of rows, or cells of rows, that a pass goes through."""

    @property
    @abstractmethod
    def sums(self) -> Array:
        """Σ_i c_ij by unit: (k, J)."""

    @abstractmethod
    def gram(self, unit_weights: Array | None) -> Array:
        """Σ_ij c_ij c_ij' (k, k), units weighted."""

    @abstractmethod
    def products(self, alpha: Array, which: Pairs) -> Products:
        """Return the cross-products of some pairs, in one pass over the rows."""

    @abstractmethod
    def extremes(self, alpha: Array) -> Array:
        """The c_ij (2, k) with the least and the largest c_ij'α."""

    @abstractmethod
    def apart(self, alpha: Array) -> Array | None:
        """Return d (k,) with c'd = −1 where c'α is within 1 of the least, else 0; None without."""

    def within(self, alpha: Array, low: float, high: float) -> bool:
        """Whether low ≤ c_ij'α ≤ high in all rows."""
        least, largest = self.extremes(alpha) @ alpha
        return bool(low <= least and largest <= high)

    def S(self, alpha: Array) -> Array:
        """S_j = D_00,j (p, p, J)."""
        return self.products(alpha, ((0, 0),)).of((0, 0))


@dataclass(frozen=True, eq=False)
class Cells(Source):
    """Rows grouped by unit and distinct row of C: `squares` (a + 1, a + 1, n_cells), `counts`.

    The cells of unit j are `starts[j]:starts[j + 1]`; `C` (n_cells, k); `T` (a + 1, p, J) gives
    M_j = A_j T_j.  Counts are sums of design weights where there are some.
    """

    C: Array
    squares: Array
    counts: Array
    starts: Index
    T: Array

    @property
    def size(self) -> int:
        """Number of cells."""
        return len(self.C)

    def products(self, alpha: Array, which: Pairs) -> Products:  # noqa: ARG002 - at no cost
        """Return the cross-products of all pairs."""
        return _OfCells(self, np.exp(-self.C @ alpha))

    @cached_property
    def sums(self) -> Array:
        """Σ_i c_ij by unit: (k, J)."""
        return _added((self.C * self.counts[:, None]).T, self.starts[:-1])

    def gram(self, unit_weights: Array | None) -> Array:
        """Σ_ij c_ij c_ij' (k, k), units weighted."""
        counts = self.counts
        if unit_weights is not None:
            counts = counts * np.repeat(unit_weights, np.diff(self.starts))
        return self.C.T @ (self.C * counts[:, None])

    def extremes(self, alpha: Array) -> Array:
        """The c_ij (2, k) with the least and the largest c_ij'α."""
        return _extremes(self.C, alpha)

    def apart(self, alpha: Array) -> Array | None:
        """Return d (k,) with c'd = −1 where c'α is within 1 of the least, else 0; None without."""
        lowest = _lowest(self.C, alpha, self.extremes(alpha)[0])
        d: Array = -np.linalg.lstsq(self.C, lowest, rcond=None)[0]
        return d if np.abs(self.C @ d + lowest).max() <= APART else None


@dataclass(frozen=True, eq=False)
class Rows(Source):
    """The rows themselves, in `parts`; `T` (a + 1, p, J) gives M_j = A_j T_j."""

    parts: Parts[Standard]
    T: Array

    @cached_property
    def size(self) -> int:
        """Number of rows."""
        return sum(self.parts.map(_n_rows))

    def products(self, alpha: Array, which: Pairs) -> Products:
        """Return the cross-products of some pairs, in one pass over the rows."""
        found = zip(*self.parts.map(_weighted, alpha, which), strict=True)
        by_pair = zip(which, (np.concatenate(each, axis=-1) for each in found), strict=True)
        return _OfRows(dict(by_pair), self.T)

    @cached_property
    def sums(self) -> Array:
        """Σ_i c_ij by unit: (k, J)."""
        return np.concatenate(self.parts.map(_sums), axis=1)

    def gram(self, unit_weights: Array | None) -> Array:
        """Σ_ij c_ij c_ij' (k, k), units weighted."""
        by_unit = np.concatenate(self.parts.map(_grams), axis=-1)
        return np.asarray(by_unit.sum(axis=-1) if unit_weights is None else by_unit @ unit_weights)

    def extremes(self, alpha: Array) -> Array:
        """The c_ij (2, k) with the least and the largest c_ij'α."""
        return _extremes(np.concatenate(self.parts.map(_extremes_of, alpha)), alpha)

    def within(self, alpha: Array, low: float, high: float) -> bool:
        """Whether low ≤ c_ij'α ≤ high in all rows; told by the predictors' ranges, if they can."""
        ends = np.sort(self._ends * alpha, axis=0).sum(axis=1)
        if low <= ends[0] and ends[1] <= high:
            return True
        return super().within(alpha, low, high)

    @cached_property
    def _ends(self) -> Array:
        """Least and largest c_ij of each predictor (2, k)."""
        return span(self.parts.map(_range))

    def apart(self, alpha: Array) -> Array | None:
        """Return d (k,) with c'd = −1 where c'α is within 1 of the least, else 0; None without."""
        least = self.extremes(alpha)[0]
        total, gram = zip(*self.parts.map(_of_lowest, alpha, least), strict=True)
        d: Array = -np.linalg.solve(sum(gram), sum(total))
        return d if max(self.parts.map(_misfit, alpha, least, d)) <= APART else None


def _n_rows(part: Standard) -> int:
    return len(part.A)


def _weighted(part: Standard, alpha: Array, which: Pairs) -> list[Array]:
    """A_j' W_j diag(c_k c_l) A_j of the pairs in `which`: (a + 1, a + 1, J) each."""
    with np.errstate(over="ignore", invalid="ignore"):
        w, found = np.exp(-alpha[0] - part.C @ alpha[1:]), []
        for pair in which:
            weights = w
            for column in pair:
                weights = weights * part.C[:, column - 1] if column else weights
            found.append(cross_products(part.A, weights, part.offsets[:-1]))
    return found


def _sums(part: Standard) -> Array:
    C = part.with_constant
    weighted = C if part.counts is None else C * part.counts[:, None]
    return np.asarray(np.add.reduceat(weighted, part.offsets[:-1], axis=0).T)


def _grams(part: Standard) -> Array:
    return cross_products(part.with_constant, part.counts, part.offsets[:-1])


def _range(part: Standard) -> Array:
    ends = np.stack((part.C.min(axis=0), part.C.max(axis=0)))
    return np.column_stack((np.ones(2), ends))


def _extremes_of(part: Standard, alpha: Array) -> Array:
    return _extremes(part.with_constant, alpha)


def _of_lowest(part: Standard, alpha: Array, least: Array) -> tuple[Array, Array]:
    C = part.with_constant
    return _lowest(C, alpha, least) @ C, C.T @ C


def _misfit(part: Standard, alpha: Array, least: Array, d: Array) -> float:
    C = part.with_constant
    return float(np.abs(C @ d + _lowest(C, alpha, least)).max())


def _extremes(C: Array, alpha: Array) -> Array:
    ln_sigma2 = C @ alpha
    return C[[ln_sigma2.argmin(), ln_sigma2.argmax()]]


def _lowest(C: Array, alpha: Array, least: Array) -> Array:
    """1 where c'α is within 1 of the least, else 0: (n,)."""
    lowest: Array = (C @ alpha <= least @ alpha + 1).astype(float)
    return lowest


@dataclass(frozen=True, eq=False)
class Turned(Source):
    """The moments of `source` with M_j U for M_j and C M for C: `U` (p, p), `M` (k, k)."""

    source: Source
    U: Array
    M: Array

    @property
    def size(self) -> int:
        """Number of rows, or cells of rows, that a pass goes through."""
        return self.source.size

    def products(self, alpha: Array, which: Pairs) -> Products:
        """Return the cross-products of some pairs, in one pass over the rows."""
        M, every = self.M, pairs(len(self.M))
        shares = {
            (a, b): np.array([M[k, a] * M[m, b] + (k < m) * M[m, a] * M[k, b] for k, m in every])
            for a, b in which
        }
        used = [pair for pair, *share in zip(every, *shares.values(), strict=True) if any(share)]
        return _Turned(self, self.source.products(M @ alpha, tuple(used)), shares)

    @cached_property
    def sums(self) -> Array:
        """Σ_i c_ij by unit: (k, J)."""
        return self.M.T @ self.source.sums

    def gram(self, unit_weights: Array | None) -> Array:
        """Σ_ij c_ij c_ij' (k, k), units weighted."""
        return self.M.T @ self.source.gram(unit_weights) @ self.M

    def extremes(self, alpha: Array) -> Array:
        """The c_ij (2, k) with the least and the largest c_ij'α."""
        return self.source.extremes(self.M @ alpha) @ self.M

    def within(self, alpha: Array, low: float, high: float) -> bool:
        """Whether low ≤ c_ij'α ≤ high in all rows."""
        return self.source.within(self.M @ alpha, low, high)

    def apart(self, alpha: Array) -> Array | None:
        """Return d (k,) with c'd = −1 where c'α is within 1 of the least, else 0; None without."""
        d = self.source.apart(self.M @ alpha)
        return None if d is None else np.linalg.solve(self.M, d)


@dataclass(frozen=True, eq=False)
class _OfCells:
    """The products of cells that weigh `w` (n_cells,)."""

    cells: Cells
    w: Array

    def of(self, pair: Pair, units: slice = EVERY) -> Array:
        """D_kl,j of a pair for some units: (p, p, n_units)."""
        it = self.cells
        first, last, _ = units.indices(it.starts.size - 1)
        cells = slice(it.starts[first], it.starts[last])
        a, b = pair
        weights = self.w[cells] * it.C[cells, a] * it.C[cells, b]
        starts = it.starts[first:last] - it.starts[first]
        return congruent(it.T[..., units], _added(weights * it.squares[..., cells], starts))


class _OfRows(NamedTuple):
    """The products by unit of the columns of A (a + 1, a + 1, J), by pair, and T."""

    by_pair: dict[Pair, Array]
    T: Array

    def of(self, pair: Pair, units: slice = EVERY) -> Array:
        """D_kl,j of a pair for some units: (p, p, n_units)."""
        return congruent(self.T[..., units], self.by_pair[pair][..., units])


class _Turned(NamedTuple):
    """The products of `turned` from those of its source, of which each pair has `shares`."""

    turned: Turned
    products: Products
    shares: dict[Pair, Array]

    def of(self, pair: Pair, units: slice = EVERY) -> Array:
        """D_kl,j of a pair for some units: (p, p, n_units)."""
        every, U = pairs(len(self.turned.M)), self.turned.U
        shares = zip(every, self.shares[pair], strict=True)
        D = sum(share * self.products.of(each, units) for each, share in shares if share)
        return np.asarray(np.einsum("pa,pqj,qb->abj", U, D, U, optimize=True))


def _added(stack: Array, starts: Index) -> Array:
    """Add up what is stacked by cell, cells last, within units."""
    if starts.size == stack.shape[-1]:  # a cell a unit
        return stack
    return np.asarray(np.add.reduceat(stack, starts, axis=-1))
