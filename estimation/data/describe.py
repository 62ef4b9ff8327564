"""Descriptions of variables."""

from collections.abc import Mapping

import numpy as np

from estimation.arrays import Array
from estimation.data.table import Field
from estimation.spec.catalogue import Variable

BARS = 20
# Squares of larger values overflow.
_LARGE = 1e150


def describe(columns: Mapping[str, Array], labels: Mapping[str, str]) -> tuple[Variable, ...]:
    """Describe each variable, given its label."""
    return tuple(
        describe_values(Field(name, label=labels.get(name, "")), values)
        for name, values in columns.items()
    )


def describe_values(field: Field, values: Array) -> Variable:
    """Describe a variable over its finite values (SD with n - 1; 0 for n < 2)."""
    finite = np.isfinite(values)
    present = values if finite.all() else values[finite]
    n_missing = int(np.count_nonzero(np.isnan(values))) if present is not values else 0
    if not present.size:
        nothing = (None, None, None, None)
        return Variable(field.name, field.label, 0, *nothing, n_missing, (), field.value_labels)
    low, high = float(present.min()), float(present.max())
    mean, sd = _moments(present, max(abs(low), abs(high)))
    return Variable(
        *(field.name, field.label, present.size, mean, sd, low, high),
        n_missing=n_missing,
        histogram=_histogram(present, low, high),
        value_labels=field.value_labels,
    )


def _moments(present: Array, largest: float) -> tuple[float, float]:
    """Mean and SD, without overflow."""
    if largest > _LARGE:
        mean, sd = _moments(present / largest, 1.0)
        return mean * largest, sd * largest
    mean = float(present.mean())
    return mean, float(present.std(ddof=1, mean=mean)) if present.size > 1 else 0.0


def _histogram(present: Array, low: float, high: float) -> tuple[int, ...]:
    """Counts in bars of equal width; whole numbers of a small range have a bar each."""
    if low == high:
        return (int(present.size),)
    if high - low < BARS and low == int(low) and bool((present == np.rint(present)).all()):
        bars, width = int(high - low) + 1, 1.0
    else:
        bars, width = BARS, high / BARS - low / BARS
    position = np.minimum((present / width - low / width).astype(np.int32), bars - 1)
    return tuple(np.bincount(position, minlength=bars).tolist())
