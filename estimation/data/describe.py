"""Descriptions of variables."""

from collections.abc import Iterator, Mapping
from math import fsum, sqrt

import numpy as np

from estimation.arrays import Array
from estimation.data.table import Field
from estimation.spec.catalogue import Variable

BARS = 20
# Squares of larger values overflow.
_LARGE = 1e150
# So many values at a time stay in the processor's cache, and no other thread waits for them.
_BLOCK = 1 << 16


def describe(columns: Mapping[str, Array], labels: Mapping[str, str]) -> tuple[Variable, ...]:
    """Describe each variable, given its label."""
    return tuple(
        describe_values(Field(name, label=labels.get(name, "")), values)
        for name, values in columns.items()
    )


def describe_values(field: Field, values: Array) -> Variable:
    """Describe a variable over its finite values (SD with n - 1; 0 for n < 2)."""
    n_missing = sum(int(np.count_nonzero(np.isnan(each))) for each in _blocks(values))
    ranges = [(each.min(), each.max(), each.size) for each in _finite(values)]
    n = sum(size for _, _, size in ranges)
    if not n:
        nothing = (None, None, None, None)
        return Variable(field.name, field.label, 0, *nothing, n_missing, (), field.value_labels)
    low, high = float(min(low for low, _, _ in ranges)), float(max(top for _, top, _ in ranges))
    mean, sd = _moments(values, n, max(abs(low), abs(high)))
    return Variable(
        *(field.name, field.label, n, mean, sd, low, high),
        n_missing=n_missing,
        histogram=_histogram(values, low, high),
        value_labels=field.value_labels,
    )


def _blocks(values: Array) -> Iterator[Array]:
    return (values[start : start + _BLOCK] for start in range(0, values.size, _BLOCK))


def _finite(values: Array) -> Iterator[Array]:
    """Return the finite values, in blocks that have some."""
    for block in _blocks(values):
        finite = np.isfinite(block)
        found = block if finite.all() else block[finite]
        if found.size:
            yield found


def _moments(values: Array, n: int, largest: float) -> tuple[float, float]:
    """Mean and SD, without overflow."""
    scale = largest if largest > _LARGE else 1.0
    mean = fsum(float((each / scale).sum()) for each in _finite(values)) / n
    squares = fsum(float(((each / scale - mean) ** 2).sum()) for each in _finite(values))
    return mean * scale, sqrt(squares / (n - 1)) * scale if n > 1 else 0.0


def _histogram(values: Array, low: float, high: float) -> tuple[int, ...]:
    """Counts in bars of equal width; whole numbers of a small range have a bar each."""
    if low == high:
        bars, width = 1, 1.0
    elif high - low < BARS and all((each == np.rint(each)).all() for each in _finite(values)):
        bars, width = int(high - low) + 1, 1.0
    else:
        bars, width = BARS, high / BARS - low / BARS
    counts = np.zeros(bars, dtype=np.int64)
    for each in _finite(values):
        position = np.minimum((each / width - low / width).astype(np.int32), bars - 1)
        counts += np.bincount(position, minlength=bars)
    return tuple(counts.tolist())
