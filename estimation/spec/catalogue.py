"""What the model may be made of: the variables of a data set, without their values."""

from dataclasses import dataclass
from enum import Enum


class Structure(Enum):
    """What the levels are, in HLM's words; it changes only the letters of the equations.

    β and γ for persons within groups, π and β for repeated measures.
    """

    PERSONS_IN_GROUPS = "persons within groups"
    MEASURES_IN_PERSONS = "measures within persons"
    MEASURES_IN_GROUPS = "measures within groups"


@dataclass(frozen=True)
class Variable:
    """A variable and its description over the non-missing values (None where there are none).

    `histogram` counts the values in bars of equal width from minimum to maximum; whole numbers of
    a range below 20 have a bar each.  `value_labels` pairs values with their meaning.
    """

    name: str
    label: str
    n: int
    mean: float | None
    sd: float | None
    minimum: float | None
    maximum: float | None
    n_missing: int = 0
    histogram: tuple[int, ...] = ()
    value_labels: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """The variables of either level, in the order of their files, the ID left out.

    `left_out` pairs the columns that are no variables with the reason ("line 7 of ...").
    """

    level1: tuple[Variable, ...] = ()
    level2: tuple[Variable, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    structure: Structure = Structure.PERSONS_IN_GROUPS

    def names(self, level: int) -> tuple[str, ...]:
        """Names of the variables of a level (1 or 2)."""
        return tuple(each.name for each in (self.level1 if level == 1 else self.level2))
