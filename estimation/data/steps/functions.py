"""Products, logarithms and square roots."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from estimation.arrays import Array, Mask
from estimation.data.spread import spread
from estimation.data.steps.base import Step
from estimation.data.steps.columns import added, find_numbers, plain, rows_of
from estimation.data.table import Field, Levels
from estimation.errors import DataError


@dataclass(frozen=True)
class Product(Step):
    """The product of two variables; of a level-1 and a level-2 one it is a level-1 variable."""

    kind: ClassVar[str] = "product"
    variable: str
    other: str
    name: str
    level: int = 1
    other_level: int = 1

    def apply(self, levels: Levels) -> Levels:
        """Add the product at the lower of the two levels."""
        level = min(self.level, self.other_level)
        one = _at(levels, self.level, self.variable, level)
        other = _at(levels, self.other_level, self.other, level)
        with np.errstate(over="ignore"):
            values = one * other
        return added(
            levels, level, Field(self.name, label=f"{self.variable} × {self.other}"), values
        )

    def sentence(self) -> str:
        """Say what it does."""
        return f"{self.name} = {self.variable} × {self.other}"


@dataclass(frozen=True)
class Logarithm(Step):
    """The natural logarithm of a variable plus a constant, ln(x + c)."""

    kind: ClassVar[str] = "logarithm"
    variable: str
    name: str
    level: int = 1
    shift: float = 0.0

    def apply(self, levels: Levels) -> Levels:
        """Add the new variable; raises DataError where x + c is not above 0."""
        shifted = _shifted(levels, self.level, self.variable, self.shift)
        _refuse(shifted <= 0, shifted, self, zero=True)
        return added(levels, self.level, _field(self), np.log(shifted))

    def sentence(self) -> str:
        """Say what it does."""
        return f"{self.name} = ln({_inside(self)})"


@dataclass(frozen=True)
class SquareRoot(Step):
    """The square root of a variable plus a constant, √(x + c)."""

    kind: ClassVar[str] = "square root"
    variable: str
    name: str
    level: int = 1
    shift: float = 0.0

    def apply(self, levels: Levels) -> Levels:
        """Add the new variable; raises DataError where x + c is below 0."""
        shifted = _shifted(levels, self.level, self.variable, self.shift)
        _refuse(shifted < 0, shifted, self, zero=False)
        return added(levels, self.level, _field(self), np.sqrt(shifted))

    def sentence(self) -> str:
        """Say what it does."""
        return f"{self.name} = √({_inside(self)})"


_Shifted = Logarithm | SquareRoot


def _at(levels: Levels, level: int, name: str, wanted: int) -> Array:
    """Return the values of a variable, a level-2 one spread over rows where they are wanted."""
    values = find_numbers(levels, level, name).values
    return spread(values, levels.offsets) if level > wanted else values


def _shifted(levels: Levels, level: int, name: str, shift: float) -> Array:
    values = find_numbers(levels, level, name).values
    return values + shift if shift else values


def _field(step: _Shifted) -> Field:
    return Field(step.name, label=step.sentence().partition(" = ")[2])


def _inside(step: _Shifted) -> str:
    if not step.shift:
        return step.variable
    return f"{step.variable} {'+' if step.shift > 0 else '−'} {plain(abs(step.shift))}"


def _refuse(bad: Mask, shifted: Array, step: _Shifted, *, zero: bool) -> None:
    """Raise DataError where the function is not defined; `zero` tells that it is so at 0, too."""
    found = int(np.count_nonzero(bad))
    if not found:
        return
    lowest = float(np.nanmin(shifted)) - step.shift
    enough = f"{'above' if zero else 'of at least'} {plain(0 - lowest)}"
    raise DataError(
        f"{_inside(step)} is {'0 or below' if zero else 'below 0'} in "
        f"{rows_of(step.level, found)} (the lowest {step.variable} is {plain(lowest)}), and has no "
        f"{step.kind} there. Add a constant {enough}, or "
        "leave the rows out by a filter before this step."
    )
