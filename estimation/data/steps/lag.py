"""The value of an earlier row of the same unit."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from estimation.arrays import Array, Index
from estimation.data.report import count
from estimation.data.spread import spread
from estimation.data.steps.base import Step
from estimation.data.steps.columns import added, find_numbers
from estimation.data.table import Levels
from estimation.errors import DataError


@dataclass(frozen=True)
class Lag(Step):
    """A level-1 variable `by` rows earlier in its unit, missing at the unit's beginning.

    Earlier as the rows stand, or in the order of the level-1 variable `order`: rows equal in it
    follow each other as they stand; one without it comes after no row, and has no row after it.
    """

    kind: ClassVar[str] = "lag"
    variable: str
    name: str
    by: int = 1
    order: str = ""

    def apply(self, levels: Levels) -> Levels:
        """Add the lagged variable."""
        if self.by < 1:
            raise DataError(f"A lag of {self.by} rows is none. Enter 1 or more.")
        column = find_numbers(levels, 1, self.variable)
        if self.order:
            times = find_numbers(levels, 1, self.order).values
            values = _in_order(column.values, times, levels.offsets, self.by)
        else:
            values = _lagged(column.values, levels.offsets, self.by)
        label = f"{column.field.label or self.variable}, {count(self.by, 'row')} before"
        field = replace(column.field, name=self.name, label=label, missing=(), note="")
        return added(levels, 1, field, values)

    def sentence(self) -> str:
        """Say what it does."""
        order = f", in the order of {self.order}" if self.order else ""
        return f"{self.name} = {self.variable} {count(self.by, 'row')} before in its unit{order}"


def _lagged(values: Array, offsets: Index, by: int) -> Array:
    result = np.full(values.size, np.nan)
    result[by:] = values[:-by]
    position = np.arange(values.size) - spread(offsets[:-1], offsets)
    result[position < by] = np.nan
    return result


def _in_order(values: Array, times: Array, offsets: Index, by: int) -> Array:
    if _stands_in_order(times, offsets):
        return _lagged(values, offsets, by)
    unit = spread(np.arange(offsets.size - 1), offsets)
    # Stable, and NaN last within each unit.
    rows = np.lexsort((times, unit))
    result = np.empty(values.size)
    result[rows] = _lagged(values[rows], offsets, by)
    result[np.isnan(times)] = np.nan
    return result


def _stands_in_order(times: Array, offsets: Index) -> bool:
    """Tell whether no time is missing and none within a unit is before the one above it."""
    rises = np.diff(times) >= 0
    inner_bounds = offsets[(offsets > 0) & (offsets < times.size)]
    rises[inner_bounds - 1] = True
    return bool(rises.all()) and not np.isnan(times).any()
