"""Rows that are alike in their predictors of level-1 variance."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from estimation.arrays import Array, Index
from estimation.parts import Parts

# Patterns are categories when they are several times fewer than rows, and not thousands.
ROWS_PER_PATTERN, MOST = 4, 2000
# Values of a column that are looked for one by one.
FEW = 8


class Patterns(NamedTuple):
    """Distinct rows `values` (P, k), in the order of their numbers, and how many rows are each."""

    values: Array
    counts: Index


def patterns(rows: Parts[Array], n: int) -> Patterns | None:
    """Return the distinct ones of n rows (n, k); None as soon as they are too many.

    That shows in few parts, so that twice as many are looked at each time.
    """
    most, first = min(max(n // ROWS_PER_PATTERN, 1), MOST), 0
    found: list[Patterns] = []
    while first < len(rows):
        last = min(max(2 * first, 1), len(rows))
        for each in rows.some(range(first, last)).map(_patterns, most):
            if each is None:
                return None
            found.append(each)
        found = [_together(found)]
        if len(found[0].values) > most:
            return None
        first = last
    return found[0]


def _patterns(C: Array, most: int) -> Patterns | None:
    number = distinct_rows(C, most)
    if number is None:
        return None
    counts = np.bincount(number)
    first = np.empty(counts.size, dtype=np.intp)
    first[number[::-1]] = np.arange(number.size)[::-1]
    return Patterns(C[first], counts)


def _together(found: Sequence[Patterns]) -> Patterns:
    values, inverse = np.unique(
        np.concatenate([each.values for each in found]), axis=0, return_inverse=True
    )
    counts = np.concatenate([each.counts for each in found])
    return Patterns(values, np.bincount(inverse.ravel(), counts).astype(np.intp))


def distinct_rows(C: Array, most: int | None = None) -> Index | None:
    """Number the distinct rows of C; None as soon as a column has more than `most` values.

    By default more than leave several rows to each: they are no categories then.
    """
    if most is None:
        most = max(len(C), ROWS_PER_PATTERN) // ROWS_PER_PATTERN
    code, codes = np.zeros(len(C), dtype=np.intp), 1
    for column in C.T:
        size, inverse = _distinct(column)
        if size > most:
            return None
        if size > 1:
            code, codes = renumbered(code * size + inverse, codes * size)
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


def renumbered(code: Index, codes: int) -> tuple[Index, int]:
    """Number the codes that occur from 0, in their order."""
    if codes > code.size:
        found, inverse = np.unique(code, return_inverse=True)
        return inverse, found.size
    occurs = np.bincount(code, minlength=codes) > 0
    return (np.cumsum(occurs) - 1)[code], int(occurs.sum())
