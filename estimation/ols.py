"""Level-1 ordinary least squares, unit by unit."""

import numpy as np

from estimation.arrays import Array
from estimation.crossproducts import cross_products
from estimation.design import Design
from estimation.result import UnitRegression, UnitRegressions
from estimation.standardise import orthogonal
from estimation.start import full_rank


def unit_regressions(design: Design, first: int) -> UnitRegressions:
    """Regress the outcome on all level-1 predictors in each estimable unit.

    The first `first` estimable units are listed; the average is over all of them.
    """
    good, beta = _coefficients(design)
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


def _coefficients(design: Design) -> tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], Array]:
    """Say which units are estimable, and give their coefficients (n_estimable, a)."""
    Q, T = orthogonal(design.A, design.coefficients)
    starts = design.offsets[:-1]
    gram = cross_products(Q, np.ones(len(Q)), starts)
    good = full_rank(gram)
    cross = np.add.reduceat(Q * design.y[:, None], starts)[good]
    beta = np.linalg.solve(np.moveaxis(gram[..., good], -1, 0), cross[:, :, None])[:, :, 0]
    return good, np.linalg.solve(T, beta.T).T
