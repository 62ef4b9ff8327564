"""Keeping the rows that meet a condition."""

from dataclasses import dataclass, replace
from enum import Enum
from functools import reduce
from itertools import compress
from typing import ClassVar

import numpy as np

from estimation.arrays import Mask
from estimation.data.spread import spread
from estimation.data.steps.base import Step
from estimation.data.steps.columns import cut, equal_to, find, number, plain
from estimation.data.steps.numbers import unit_counts
from estimation.data.table import Column, Levels
from estimation.errors import DataError


class Comparison(Enum):
    """How a variable is compared; the value is how it is written."""

    EQUAL = "="
    UNEQUAL = "≠"
    BELOW = "<"
    AT_MOST = "≤"
    ABOVE = ">"
    AT_LEAST = "≥"
    ONE_OF = "is one of"
    MISSING = "is missing"
    PRESENT = "is not missing"

    @property
    def needs_value(self) -> bool:
        """Whether there is something to compare with."""
        return self not in {Comparison.MISSING, Comparison.PRESENT}


class Join(Enum):
    """How many of the conditions have to be met."""

    ALL = "and"
    ANY = "or"


_ORDERED = {
    Comparison.BELOW: np.less,
    Comparison.AT_MOST: np.less_equal,
    Comparison.ABOVE: np.greater,
    Comparison.AT_LEAST: np.greater_equal,
}


@dataclass(frozen=True)
class Condition:
    """A comparison of a variable with `values`: one, several for ONE_OF, none for missing.

    A missing value meets no condition but MISSING.
    """

    variable: str
    comparison: Comparison
    values: tuple[float | str, ...] = ()
    level: int = 1

    def met(self, levels: Levels) -> Mask:
        """Return which rows of the variable's level meet it."""
        column = find(levels, self.level, self.variable)
        if not self.comparison.needs_value:
            there = ~column.is_missing
            return there if self.comparison is Comparison.PRESENT else ~there
        if not self.values or (len(self.values) > 1 and self.comparison is not Comparison.ONE_OF):
            raise DataError(
                f"{self.variable} {self.comparison.value} needs "
                f"{'one value' if self.values else 'a value'} to compare with. Enter it."
            )
        return self._compared(column)

    def sentence(self) -> str:
        """Say it: "SES ≥ 0"."""
        values = ", ".join(map(plain, self.values))
        return f"{self.variable} {self.comparison.value} {values}".rstrip()

    def _compared(self, column: Column) -> Mask:
        if ordered := _ORDERED.get(self.comparison):
            if not column.field.numeric:
                raise DataError(
                    f"{self.variable} is text, which is not above or below anything. Compare it "
                    f"by =, ≠ or {Comparison.ONE_OF.value}."
                )
            result: Mask = ordered(column.values, number(self.values[0], column.field))
            return result
        equal = reduce(np.logical_or, (equal_to(column, value) for value in self.values))
        return ~(equal | column.is_missing) if self.comparison is Comparison.UNEQUAL else equal


@dataclass(frozen=True)
class Filter(Step):
    """Keeps the rows, or where all conditions are of level 2 the units, that meet them."""

    kind: ClassVar[str] = "filter"
    conditions: tuple[Condition, ...]
    join: Join = Join.ALL

    def apply(self, levels: Levels) -> Levels:
        """Drop the other rows, and units of which none is left."""
        if not self.conditions:
            raise DataError("The filter has no condition. Enter one.")
        rows, units = self._rows_and_units(levels)
        if rows.all():
            return levels
        if not rows.any():
            raise DataError(
                f"Nothing would be left: there is no row where {self._words()}. Look at the "
                "values of the variables, and change the condition."
            )
        sizes = unit_counts(rows, levels.offsets)[units]
        return replace(
            levels,
            unit_ids=tuple(compress(levels.unit_ids, units.tolist())),
            offsets=np.concatenate(([0], np.cumsum(sizes))).astype(np.intp),
            level1=cut(levels, 1, rows),
            level2=cut(levels, 2, units),
        )

    def sentence(self) -> str:
        """Say what it does."""
        return f"Keep the {'units' if self._of_units else 'rows'} where {self._words()}"

    @property
    def _of_units(self) -> bool:
        return bool(self.conditions) and all(each.level == 2 for each in self.conditions)

    def _words(self) -> str:
        return f" {self.join.value} ".join(each.sentence() for each in self.conditions)

    def _rows_and_units(self, levels: Levels) -> tuple[Mask, Mask]:
        """Return which rows are kept, and which units because one of theirs is."""
        join = np.logical_and if self.join is Join.ALL else np.logical_or
        if self._of_units:
            units: Mask = reduce(join, (each.met(levels) for each in self.conditions))
            return spread(units, levels.offsets), units
        rows: Mask = reduce(join, (_by_row(each, levels) for each in self.conditions))
        return rows, unit_counts(rows, levels.offsets) > 0


def _by_row(condition: Condition, levels: Levels) -> Mask:
    met = condition.met(levels)
    return met if condition.level == 1 else spread(met, levels.offsets)
