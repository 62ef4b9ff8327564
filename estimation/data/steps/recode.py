"""Recode: a small table of values and ranges, and what each becomes."""

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

import numpy as np

from estimation.arrays import Array, Mask
from estimation.data.steps.base import Step
from estimation.data.steps.columns import added, equal_to, find, number, plain
from estimation.data.table import Column, Field, Levels
from estimation.errors import DataError


class Others(Enum):
    """What becomes of values that no rule names."""

    MISSING = "missing"
    KEEP = "keep"
    VALUE = "value"


@dataclass(frozen=True)
class Rule:
    """Values from `low` to `high`, both included, become `to`, or missing if that is None.

    None for `low` or `high` is the lowest or the highest value.  A text, and one value, stands in
    both; a date is written 2001-12-31.
    """

    low: float | str | None
    high: float | str | None
    to: float | None

    def sentence(self) -> str:
        """Say what it does: "lowest to 17 → 0"."""
        return f"{self._values()} → {_new(self.to)}"

    def holds(self, column: Column) -> Mask:
        """Return where a column has these values."""
        if self.low is not None and self.low == self.high:
            return equal_to(column, self.low)
        if not column.field.numeric:
            raise DataError(
                f"{column.field.name} is text, and {self._values()} is a range. Give one text a "
                "row of the table."
            )
        low = -np.inf if self.low is None else number(self.low, column.field)
        high = np.inf if self.high is None else number(self.high, column.field)
        if low > high:
            raise DataError(f"The range {self._values()} is empty. Exchange its ends.")
        return (column.values >= low) & (column.values <= high)

    def _values(self) -> str:
        if self.low is not None and self.low == self.high:
            return plain(self.low)
        low = "lowest" if self.low is None else plain(self.low)
        return f"{low} to {'highest' if self.high is None else plain(self.high)}"


@dataclass(frozen=True)
class Recode(Step):
    """A new variable by a table of rules, of which the first that holds counts.

    `others` says what the other values become, with `value` for VALUE.  Missing values become
    `missing`, and stay missing where that is None.
    """

    kind: ClassVar[str] = "recode"
    variable: str
    name: str
    rules: tuple[Rule, ...]
    level: int = 1
    others: Others = Others.MISSING
    value: float | None = None
    missing: float | None = None
    value_labels: tuple[tuple[float, str], ...] = ()

    def apply(self, levels: Levels) -> Levels:
        """Add the new variable at the level of the old one."""
        column = find(levels, self.level, self.variable)
        values = self._others(column)
        for rule in reversed(self.rules):
            values[rule.holds(column)] = _or_nan(rule.to)
        values[column.is_missing] = _or_nan(self.missing)
        label = column.field.label or self.variable
        field = Field(self.name, label=f"{label}, recoded", value_labels=self._labels(column))
        return added(levels, self.level, field, values)

    def sentence(self) -> str:
        """Say what it does."""
        others = {Others.KEEP: "kept", Others.MISSING: "missing"}
        parts = [each.sentence() for each in self.rules]
        parts.append(f"else → {others.get(self.others) or _new(self.value)}")
        if self.missing is not None:
            parts.append(f"missing → {_new(self.missing)}")
        return f"{self.name} = {self.variable} recoded: {'; '.join(parts)}"

    def _others(self, column: Column) -> Array:
        """Return the new values where no rule holds."""
        if self.others is not Others.KEEP:
            fixed = self.value if self.others is Others.VALUE else None
            return np.full(column.is_missing.size, _or_nan(fixed))
        if not column.field.numeric:
            raise DataError(
                f"{column.field.name} is text, which cannot be kept among numbers. Let everything "
                "else be missing, or give it a number."
            )
        return column.values.copy()

    def _labels(self, column: Column) -> tuple[tuple[float, str], ...]:
        kept = column.field.value_labels if self.others is Others.KEEP else ()
        return tuple(sorted({**dict(kept), **dict(self.value_labels)}.items()))


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else value


def _new(value: float | None) -> str:
    return "missing" if value is None else plain(value)
