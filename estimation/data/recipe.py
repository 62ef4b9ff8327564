"""How a data file is made: a value that can be kept, compared, repeated and edited.

Free of arrays.  Paths are as the user gave them; a recipe kept in a file has them relative to it.
"""

from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from estimation.spec.catalogue import Structure

if TYPE_CHECKING:  # a window can hold a recipe before data, and what reads them, are loaded
    from estimation.data.steps import Step


@dataclass(frozen=True)
class TextFormat:
    """How a text file is to be read; None: found out from the file.

    `separator` is "," ";" tab, "|" or " " (any number of blanks), `decimal` "." or ",",
    `header` whether the first line has the names.  `columns` is a Fortran format such as
    "(A4,4F12.3)" for a file of fixed width, whose columns are then called by `names`.
    """

    separator: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    header: bool | None = None
    columns: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """A file, how its text is to be read, and which sheet of a workbook ("": the first)."""

    path: Path
    text: TextFormat = TextFormat()
    sheet: str = ""


class Missing(Enum):
    """What is done about missing values: HLM's three answers to `Missing Data?`.

    NONE: there should not be any; those found are reported and handled as AT_RUNNING.
    """

    NONE = "no"
    AT_MAKING = "delete when making mdm"
    AT_RUNNING = "when running analyses"


@dataclass(frozen=True)
class Recipe:
    """One or two files, their linking IDs, the variables chosen, and what is done to them.

    Without `level2` (or with the level-1 source again) the level-1 file serves both levels.
    `variables1` and `variables2` in their order; None for all (of one file that serves both
    levels: at level 2, all that do not vary within units).
    """

    level1: Source
    level2: Source | None = None
    id1: str = ""
    id2: str = ""
    variables1: tuple[str, ...] | None = None
    variables2: tuple[str, ...] | None = None
    structure: Structure = Structure.PERSONS_IN_GROUPS
    missing: Missing = Missing.AT_RUNNING
    steps: "tuple[Step, ...]" = ()

    @property
    def one_file(self) -> bool:
        """Whether one file serves both levels."""
        return self.level2 is None or self.level2 == self.level1

    @property
    def sources(self) -> tuple[Source, ...]:
        """The files, each once."""
        return (
            (self.level1,) if self.level2 is None or self.one_file else (self.level1, self.level2)
        )

    def with_steps(self, steps: "tuple[Step, ...]") -> "Recipe":
        """Return the recipe with other data steps."""
        return replace(self, steps=steps)
