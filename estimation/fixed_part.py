"""The columns of X in standard coordinates, X = X̃ T_X, unit by unit (E19)."""

import numpy as np

from estimation.arrays import Array, Index
from estimation.columns import Block
from estimation.coordinates import Coordinates
from estimation.design import Design, X
from estimation.errors import SpecError
from estimation.factors import DUST, factor, orthogonal, span, together, triangular
from estimation.stacks import times

# Share of a column outside the others' span that its cross-products with them still tell well.
DOUBTFUL = 1e-5


def multipliers(design: Design, at: Coordinates, T_X: Array) -> Array:
    """V_j (a, f, J) with X̃_j = Ã_j V_j."""
    raw = _raw_multipliers(design, at)
    a, f, J = raw.shape
    V = np.linalg.solve(T_X.T, raw.swapaxes(0, 1).reshape(f, a * J)).reshape(f, a, J)
    V[np.abs(V) < DUST] = 0
    return np.ascontiguousarray(V.swapaxes(0, 1))


def _raw_multipliers(design: Design, at: Coordinates) -> Array:
    """V_j (a, f, J) with X_j = Ã_j V_j."""
    by_gamma: Array = at.T_A[:, design.level1, None] * design.W
    return np.asarray(np.einsum("agj,gf->afj", by_gamma, design.R))


def factor_of_X(design: Design, at: Coordinates, S: Array) -> Array:
    """T_X (f, f), from the units' cross-products S of Ã where they have the digits for it."""
    T = _factor_by_unit(design, at, S)
    return factor_by_rows(design) if T is None else T


def factor_by_rows(design: Design) -> Array:
    """T_X (f, f), from the rows; raises SpecError where a column of X repeats others."""
    found = design.rows.map(_factor, design.level1, design.R)
    low, high = span([ends for _, ends in found])
    R = together([R for R, _ in found])
    return triangular(R, design.n_rows, design.column_words, low == high)


def _factor(block: Block, level1: Index, R: Array) -> tuple[Array, Array]:
    columns = X(block, level1, R)
    return factor(columns), np.stack((columns.min(axis=0), columns.max(axis=0)))


def _factor_by_unit(design: Design, at: Coordinates, S: Array) -> Array | None:
    """T_X from cross-products; None where they have no digits for it.

    The level-2 predictors of an equation are made orthogonal first, then the equations to each
    other by the Cholesky factor of their cross-products.
    """
    if len(design.R) != design.R.shape[1]:
        return None
    n, f = design.n_rows, len(design.W)
    T = np.zeros((f, f))
    for column in np.unique(design.level1):
        own = np.flatnonzero(design.level1 == column)
        if own.size > design.n_units:
            return None
        t = at.T_A[:, column]
        length = np.sqrt(np.maximum(np.einsum("a,abj,b->j", t, S, t), 0) / n)
        rows = (design.W[own] * length).T * np.sqrt(len(length))
        try:
            T[np.ix_(own, own)] = orthogonal(rows, ["predictor"] * own.size)[1]
        except SpecError:
            return None
    V = _raw_multipliers(design, at)
    a, _, J = V.shape
    V = np.linalg.solve(T.T, V.swapaxes(0, 1).reshape(f, a * J)).reshape(f, a, J).swapaxes(0, 1)
    gram = np.einsum("afj,agj->fg", V, times(S, V), optimize=True) / n
    try:
        root = np.linalg.cholesky(gram)
    except np.linalg.LinAlgError:
        return None
    return None if root.diagonal().min() < DOUBTFUL else np.asarray(root.T @ T)
