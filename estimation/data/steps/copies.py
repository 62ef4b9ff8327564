"""Centred and standardised copies of a variable."""

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

import numpy as np

from estimation.arrays import Array
from estimation.data.spread import spread
from estimation.data.steps.base import Step
from estimation.data.steps.columns import added, find_numbers
from estimation.data.steps.numbers import moments, unit_means, unit_sds
from estimation.data.table import Field, Levels
from estimation.errors import DataError


class Around(Enum):
    """Whose mean is subtracted: that of all rows (at level 2, units), or of each unit."""

    GRAND = "grand mean"
    GROUP = "group mean"


@dataclass(frozen=True)
class Centred(Step):
    """A copy of a variable less its mean."""

    kind: ClassVar[str] = "centred copy"
    variable: str
    name: str
    level: int = 1
    around: Around = Around.GRAND

    def apply(self, levels: Levels) -> Levels:
        """Add the copy at the variable's own level."""
        column = find_numbers(levels, self.level, self.variable)
        label = f"{column.field.label or self.variable}, centred around the {self._mean}"
        values = column.values - _means(column.values, levels, self.level, self.around)
        return added(levels, self.level, Field(self.name, label=label), values)

    def sentence(self) -> str:
        """Say what it does."""
        return f"{self.name} = {self.variable} centred around the {self._mean}"

    @property
    def _mean(self) -> str:
        return _words(self.around, self.level)


@dataclass(frozen=True)
class Standardised(Step):
    """A copy of a variable with mean 0 and SD 1 (n - 1), over all or within each unit."""

    kind: ClassVar[str] = "standardised copy"
    variable: str
    name: str
    level: int = 1
    around: Around = Around.GRAND

    def apply(self, levels: Levels) -> Levels:
        """Add the copy; missing in units whose values do not vary, if they are standardised."""
        column = find_numbers(levels, self.level, self.variable)
        label = f"{column.field.label or self.variable}, standardised {self._where}"
        sd = self._sd(column.values, levels)
        mean = _means(column.values, levels, self.level, self.around)
        return added(levels, self.level, Field(self.name, label=label), (column.values - mean) / sd)

    def sentence(self) -> str:
        """Say what it does."""
        return f"{self.name} = {self.variable} standardised {self._where}"

    @property
    def _where(self) -> str:
        if self.around is Around.GROUP:
            return "within each unit"
        return f"over all {'rows' if self.level == 1 else 'units'}"

    def _sd(self, values: Array, levels: Levels) -> Array:
        """Return the SD to divide by, NaN instead of 0."""
        group = self.around is Around.GROUP
        sd = unit_sds(values, levels.offsets) if group else np.array([moments(values).sd])
        sd = np.where(sd > 0, sd, np.nan)
        if np.isnan(sd).all():
            raise DataError(
                f"{self.variable} does not vary {self._where}, so that it cannot be standardised. "
                "Choose another variable."
            )
        return spread(sd, levels.offsets) if group else sd


def _means(values: Array, levels: Levels, level: int, around: Around) -> Array:
    """Return what to subtract, one number a row or one for all."""
    if around is Around.GRAND:
        return np.array([moments(values).mean])
    if level == 2:
        raise DataError(
            "A level-2 variable has one value a unit, so that it has no group mean. "
            "Take the grand mean."
        )
    return spread(unit_means(values, levels.offsets), levels.offsets)


def _words(around: Around, level: int) -> str:
    if around is Around.GROUP:
        return "mean of its unit"
    return f"mean of all {'rows' if level == 1 else 'units'}"
