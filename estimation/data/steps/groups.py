"""From level 1 to level 2: mean, standard deviation and size of each unit."""

from dataclasses import dataclass
from typing import ClassVar

from estimation.data.steps.base import Step
from estimation.data.steps.columns import added, find, find_numbers
from estimation.data.steps.numbers import unit_counts, unit_means, unit_sds
from estimation.data.table import Field, Kind, Levels


@dataclass(frozen=True)
class GroupMean(Step):
    """Mean of a level-1 variable over the rows of each unit that have a value."""

    kind: ClassVar[str] = "group mean"
    variable: str
    name: str

    def apply(self, levels: Levels) -> Levels:
        """Add the level-2 variable; missing for units without values."""
        column = find_numbers(levels, 1, self.variable)
        field = column.field
        kind = Kind.NUMBER if field.kind is Kind.NUMBER else Kind.DATETIME
        new = Field(self.name, kind, f"Mean of {field.label or field.name} in each unit")
        return added(levels, 2, new, unit_means(column.values, levels.offsets))

    def sentence(self) -> str:
        """Say what it does."""
        return f"{self.name} = mean of {self.variable} in each unit"


@dataclass(frozen=True)
class GroupSD(Step):
    """Standard deviation (n - 1) of a level-1 variable within each unit."""

    kind: ClassVar[str] = "group SD"
    variable: str
    name: str

    def apply(self, levels: Levels) -> Levels:
        """Add the level-2 variable; missing for units with fewer than two values."""
        column = find_numbers(levels, 1, self.variable)
        label = f"SD of {column.field.label or self.variable} in each unit"
        new = Field(self.name, label=label)
        return added(levels, 2, new, unit_sds(column.values, levels.offsets))

    def sentence(self) -> str:
        """Say what it does."""
        return f"{self.name} = standard deviation of {self.variable} in each unit"


@dataclass(frozen=True)
class GroupSize(Step):
    """Number of rows of each unit, or with `variable` of those that have a value of it."""

    kind: ClassVar[str] = "group size"
    name: str
    variable: str = ""

    def apply(self, levels: Levels) -> Levels:
        """Add the level-2 variable."""
        sizes = levels.sizes
        if self.variable:
            there = ~find(levels, 1, self.variable).is_missing
            sizes = unit_counts(there, levels.offsets)
        return added(levels, 2, Field(self.name, label=self._what), sizes.astype(float))

    def sentence(self) -> str:
        """Say what it does."""
        return f"{self.name} = {self._what[0].lower()}{self._what[1:]}"

    @property
    def _what(self) -> str:
        counted = f"rows with a value of {self.variable}" if self.variable else "rows"
        return f"Number of {counted} in each unit"
