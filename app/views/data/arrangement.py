"""Which rows are shown, in which order; it works beside the window."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
import pyarrow.compute as pc

from app.views.data.sheet import Sheet, distinct
from estimation.arrays import Array, Index, Mask
from estimation.data.table import Column, user_missing
from estimation.progress import Reading, Watcher, ignore

# Numbers are written with 15 digits: what is equal to so many is equal.
_SAME = 1e-14
_LARGEST_SINGLE = 3e38


class Comparison(Enum):
    """How a value is compared; the value of a member is its sign."""

    EQUAL = "="
    OTHER = "≠"
    LESS = "<"
    AT_MOST = "≤"
    GREATER = ">"
    AT_LEAST = "≥"
    CONTAINS = "contains"
    BEGINS = "begins with"
    MISSING = "is missing"
    THERE = "is not missing"

    @property
    def needs_value(self) -> bool:
        """Whether there is something to compare with."""
        return self not in {Comparison.MISSING, Comparison.THERE}


_OF_TEXTS = (Comparison.CONTAINS, Comparison.BEGINS)
_OF_SIZE = (Comparison.LESS, Comparison.AT_MOST, Comparison.GREATER, Comparison.AT_LEAST)
FOR_NUMBERS = tuple(each for each in Comparison if each not in _OF_TEXTS)
FOR_TEXTS = tuple(each for each in Comparison if each not in _OF_SIZE)


@dataclass(frozen=True)
class Condition:
    """What rows must fulfil; no name is the unit's ID.  Texts are compared whatever their case."""

    name: str | None
    test: Comparison
    value: float | str = ""


@dataclass(frozen=True)
class Sorting:
    """By which column rows are sorted; missing values come last either way."""

    name: str
    descending: bool = False


def arrange(
    sheet: Sheet,
    condition: Condition | None = None,
    sorting: Sorting | None = None,
    watch: Watcher = ignore,
) -> Index | None:
    """Return the rows to be shown, in their order; None is all of them as in the file."""
    rows = None
    if condition is not None:
        watch(Reading("Filtering"))
        column = sheet.ids() if condition.name is None else sheet.columns[condition.name]
        rows = _small(np.flatnonzero(matching(column, condition)), sheet.n_rows)
    if sorting is not None:
        watch(Reading(f"Sorting by {sorting.name}"))
        keys = _keys(sheet.columns[sorting.name])
        keys = keys if rows is None else keys[rows]
        order = _small(_order(keys, descending=sorting.descending), sheet.n_rows)
        rows = order if rows is None else rows[order]
    watch(Reading("Showing the rows"))
    return rows


def matching(column: Column, condition: Condition) -> Mask:
    """Return where a column fulfils a condition; a missing value fulfils none but its own."""
    test, value = condition.test, condition.value
    if not column.field.numeric:
        return _matching_texts(column, test, str(value))
    stored = np.asarray(column.stored)
    if test is Comparison.EQUAL:  # of user-missing values, too, for who asks for them
        return _same(stored, float(value))
    gone = np.isnan(stored) | user_missing(stored, column.field.missing)
    if test is Comparison.MISSING:
        return np.asarray(gone)
    found = (
        np.ones(stored.shape, dtype=bool)
        if test is Comparison.THERE
        else _compared(stored, test, float(value))
    )
    return np.asarray(found & ~gone)


def _compared(values: Array, test: Comparison, value: float) -> Mask:
    if test is Comparison.OTHER:
        return ~_same(values, value)
    compare = {
        Comparison.LESS: np.less,
        Comparison.AT_MOST: np.less_equal,
        Comparison.GREATER: np.greater,
        Comparison.AT_LEAST: np.greater_equal,
    }[test]
    return np.asarray(compare(values, value))


def _same(values: Array, value: float) -> Mask:
    """Return where values are written like a number, those of 32 bits included."""
    found = np.abs(values - value) <= _SAME * abs(value)
    if abs(value) < _LARGEST_SINGLE:
        found |= values == float(np.float32(value))
    return np.asarray(found)


def _matching_texts(column: Column, test: Comparison, value: str) -> Mask:
    """Compare each distinct text once."""
    codes = column.codes
    if test in {Comparison.MISSING, Comparison.THERE}:
        return np.asarray((codes < 0) == (test is Comparison.MISSING))
    texts, wanted = pc.utf8_lower(distinct(column)), value.lower()
    compare = {
        Comparison.CONTAINS: pc.match_substring,
        Comparison.BEGINS: pc.starts_with,
    }.get(test, pc.equal)
    found = compare(texts, wanted).to_numpy(zero_copy_only=False).astype(bool)
    found = ~found if test is Comparison.OTHER else found
    return np.asarray(np.append(found, False)[codes])


def _keys(column: Column) -> Array:
    """Return numbers whose order is that of the values, NaN where they are missing."""
    if column.field.numeric:
        stored = np.asarray(column.stored)
        gone = user_missing(stored, column.field.missing)
        return np.where(gone, np.nan, stored) if gone.any() else stored
    order = pc.sort_indices(pc.utf8_lower(distinct(column))).to_numpy()
    ranks = np.empty(len(order) + 1, dtype=np.float64)
    ranks[order] = np.arange(len(order))
    ranks[-1] = np.nan
    return ranks[column.codes]


def _order(keys: Array, *, descending: bool) -> Index:
    """Sort stably, NaN last."""
    return np.argsort(-keys if descending else keys, kind="stable")


def _small(rows: Index, n_rows: int) -> Index:
    """Halve the memory where numbers of rows allow it."""
    return rows.astype(np.int32) if n_rows < 2**31 else rows
