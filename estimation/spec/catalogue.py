"""What the model may be made of: the variables of a data set, without their values."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Variable:
    """A variable and its description over the non-missing values (None where there are none)."""

    name: str
    label: str
    n: int
    mean: float | None
    sd: float | None
    minimum: float | None
    maximum: float | None


@dataclass(frozen=True)
class Catalogue:
    """The variables of either level, in the order of their files, the ID left out.

    `left_out` pairs the columns that are no variables with the reason ("line 7 of ...").
    """

    level1: tuple[Variable, ...] = ()
    level2: tuple[Variable, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()

    def names(self, level: int) -> tuple[str, ...]:
        """Names of the variables of a level (1 or 2)."""
        return tuple(each.name for each in (self.level1 if level == 1 else self.level2))
