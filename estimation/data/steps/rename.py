"""Another name for a variable."""

from dataclasses import dataclass
from typing import ClassVar

from estimation.data.steps.base import Step
from estimation.data.steps.columns import refuse_name, renamed, require
from estimation.data.table import Levels


@dataclass(frozen=True)
class Rename(Step):
    """Calls a variable otherwise; it keeps its place, its label and its values."""

    kind: ClassVar[str] = "rename"
    variable: str
    name: str
    level: int = 1

    def apply(self, levels: Levels) -> Levels:
        """Rename the variable."""
        require(levels, self.level, self.variable)
        refuse_name(levels, self.level, self.name)
        return renamed(levels, self.level, self.variable, self.name)

    def sentence(self) -> str:
        """Say what it does."""
        return f"Rename the level-{self.level} variable {self.variable} to {self.name}"
