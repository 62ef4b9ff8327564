"""What every data step is."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from estimation.data.table import Levels


@dataclass(frozen=True)
class Step(ABC):
    """One act of data management: a value that makes variables, renames one, or drops rows.

    `kind` is what it is called in files and in the window.
    """

    kind: ClassVar[str]

    @abstractmethod
    def apply(self, levels: Levels) -> Levels:
        """Return the levels after this step; raises DataError with the variable and the remedy."""

    @abstractmethod
    def sentence(self) -> str:
        """Say what it does: "MEANSES = mean of SES in each unit"."""
