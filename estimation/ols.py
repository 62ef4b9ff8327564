"""Level-1 ordinary least squares, unit by unit."""

import numpy as np

from estimation.arrays import Array, Mask
from estimation.columns import Block
from estimation.coordinates import Coordinates
from estimation.crossproducts import cross_products
from estimation.design import Design
from estimation.result import UnitRegression, UnitRegressions
from estimation.start import full_rank


def unit_regressions(design: Design, at: Coordinates, first: int) -> UnitRegressions:
    """Regress the outcome on all level-1 predictors in each estimable unit.

    The first `first` estimable units are listed; the average is over all of them.
    """
    good, beta = _coefficients(design, at)
    listed = tuple(
        UnitRegression(design.unit_ids[j], int(size), tuple(map(float, row)))
        for j, size, row in zip(
            np.flatnonzero(good)[:first], np.diff(design.offsets)[good], beta, strict=False
        )
    )
    return UnitRegressions(
        names=design.coefficients,
        units=listed,
        average=tuple(map(float, beta.mean(axis=0))) if len(beta) else None,
        n_estimable=len(beta),
    )


def _coefficients(design: Design, at: Coordinates) -> tuple[Mask, Array]:
    """Say which units are estimable, and give their coefficients (n_estimable, a)."""
    S = np.concatenate(design.rows.map(_products, at), axis=-1)
    good = full_rank(S[:-1, :-1])
    design.rows.attend()
    S = np.moveaxis(S[..., good], -1, 0)
    beta = np.linalg.solve(S[:, :-1, :-1], S[:, :-1, -1:])[:, :, 0]
    return good, np.linalg.solve(at.T_A, beta.T).T


def _products(block: Block, at: Coordinates) -> Array:
    """[Ã y]'[Ã y] by unit (a + 1, a + 1, J)."""
    columns = np.asfortranarray(np.column_stack((at.A(block), block.y)))
    return cross_products(columns, None, block.offsets[:-1])
