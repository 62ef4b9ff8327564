"""Means and standard deviations, of all values and unit by unit; missing values are left out.

Those of a constant are exact, as rounding noise would pass for a variable; those of huge numbers
do not overflow.
"""

from typing import NamedTuple

import numpy as np

from estimation.arrays import Array, Index, Mask

# Squares of larger values overflow.
_LARGE = 1e150


class Moments(NamedTuple):
    """Mean and SD (n - 1) of all values; NaN of too few."""

    mean: float
    sd: float


def moments(values: Array) -> Moments:
    """Return mean and SD of the values that are there."""
    everything = np.array([0, values.size])
    return Moments(float(unit_means(values, everything)[0]), float(unit_sds(values, everything)[0]))


def unit_counts(there: Mask, offsets: Index) -> Index:
    """Return how many rows of each unit are there."""
    total = np.concatenate(([0], np.cumsum(there, dtype=np.intp)))
    return np.diff(total[offsets])


def unit_means(values: Array, offsets: Index) -> Array:
    """Return the mean of each unit, NaN for one without values."""
    present, sizes = _present(values, offsets)
    return _means(present, sizes)


def unit_sds(values: Array, offsets: Index) -> Array:
    """Return the SD of each unit, NaN for one with fewer than two values."""
    present, sizes = _present(values, offsets)
    scale = _scale(present)
    present = present / scale if scale != 1 else present
    squares = np.square(present - np.repeat(_means(present, sizes), sizes))
    sums = _sums(squares, sizes)
    return np.where(sizes > 1, np.sqrt(sums / np.maximum(sizes - 1, 1)) * scale, np.nan)


def _present(values: Array, offsets: Index) -> tuple[Array, Index]:
    """Return the values that are there, and how many each unit has."""
    gone = np.isnan(values)
    if not gone.any():
        return values, np.diff(offsets)
    return values[~gone], unit_counts(~gone, offsets)


def _means(present: Array, sizes: Index) -> Array:
    """Return means that are exact where all values of a unit are the same."""
    result = np.full(sizes.size, np.nan)
    if not present.size:
        return result
    scale = _scale(present)
    some = sizes > 0
    starts = (np.cumsum(sizes) - sizes)[some]
    firsts = present[starts]
    constant = np.maximum.reduceat(present, starts) == np.minimum.reduceat(present, starts)
    scaled = present / scale if scale != 1 else present
    means = np.add.reduceat(scaled, starts) / sizes[some] * scale
    result[some] = np.where(constant, firsts, means)
    return result


def _sums(values: Array, sizes: Index) -> Array:
    result = np.zeros(sizes.size)
    some = sizes > 0
    if values.size:
        result[some] = np.add.reduceat(values, (np.cumsum(sizes) - sizes)[some])
    return result


def _scale(present: Array) -> float:
    if not present.size:
        return 1.0
    largest = max(float(present.max()), -float(present.min()))
    return largest if largest > _LARGE else 1.0
