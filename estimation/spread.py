"""Means and squares of columns that stand in parts."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from estimation.arrays import Array


class Spread(NamedTuple):
    """Of n rows with weights that add up to `weight`: weighted means, and squares around them."""

    n: int
    weight: float
    mean: Array
    squares: Array

    @property
    def variance(self) -> Array:
        """Weighted mean squares around the means (m,)."""
        return self.squares / self.weight


def spread(columns: Array, weights: Array) -> Spread:
    """Return the spread of columns (n, m)."""
    weight = float(weights.sum())
    mean = weights @ columns / (weight or 1.0)
    return Spread(len(columns), weight, mean, weights @ (columns - mean) ** 2)


def merged(spreads: Sequence[Spread]) -> Spread:
    """Put the spreads of parts together; Chan, Golub & LeVeque (1979)."""
    n, weight, mean, squares = (np.array(each) for each in zip(*spreads, strict=True))
    grand = weight @ mean / weight.sum()
    between = weight @ (mean - grand) ** 2
    return Spread(int(n.sum()), float(weight.sum()), grand, squares.sum(axis=0) + between)
