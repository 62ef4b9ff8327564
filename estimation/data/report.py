"""What was found, and what was done about it, when two files became two-level data."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

_SHOWN = 10


class Finding(Enum):
    """Kinds of findings; the value is the heading under which they are shown."""

    COUNTS = "Rows and units"
    ONLY_LEVEL1 = "Units of the level-1 file only"
    ONLY_LEVEL2 = "Units of the level-2 file only"
    WITHOUT_ID = "Rows without an ID"
    SPELLINGS = "IDs written in more than one way"
    REPEATED = "Repeated level-2 rows"
    SINGLE = "Units with one row"
    VARYING = "Level-2 variables that vary within units"
    CONSTANT = "Variables with one value"
    MISSING = "Missing values"
    DELETED = "Rows deleted for missing values"
    LEFT_OUT = "Columns that are no variables"
    STEP = "Data steps"
    FILE = "Notes on the files"


@dataclass(frozen=True)
class Entry:
    """One finding: a sentence, and all the IDs or variables that it is about.

    `loses` tells that rows, units or columns are not in the data because of it.
    """

    finding: Finding
    message: str
    items: tuple[str, ...] = ()
    loses: bool = False


@dataclass(frozen=True)
class JoinReport:
    """All findings, in the order of `Finding`."""

    entries: tuple[Entry, ...] = ()

    @property
    def messages(self) -> tuple[str, ...]:
        """What was lost or repaired, a sentence each."""
        return tuple(each.message for each in self.entries if each.loses)

    def text(self) -> str:
        """Return the whole report as text, with every ID and variable listed."""
        lines: list[str] = []
        for finding in Finding:
            entries = [each for each in self.entries if each.finding is finding]
            if entries:
                lines += ["", finding.value, "-" * len(finding.value)]
            for entry in entries:
                lines.append(entry.message)
                if len(entry.items) > _SHOWN:
                    lines.append(f"    all of them: {', '.join(entry.items)}")
        return "\n".join(lines[1:]) + "\n"


def count(number: int, noun: str) -> str:
    """Return "1 row", "2 rows", "10,000 rows"."""
    return f"{grouped(number)} {noun}{'' if number == 1 else 's'}"


def grouped(number: int) -> str:
    """Write a number, its thousands apart from five digits on."""
    return f"{number:,}" if number >= 10_000 else str(number)


def some(names: Sequence[str]) -> str:
    """List the first names and say how many more there are."""
    rest = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
