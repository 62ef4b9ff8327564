"""The lines of a command file: which keywords there are, and which are refused or announced."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from estimation.errors import SpecError
from estimation.spec.command_names import NEUTRAL, split

_READ = {
    "level1", "level2", "numit", "stopval", "lev1ols", "mlf", "title", "output", "heterol1var",
    "heterol1likelihood", "l2fname", "level2id",
}  # fmt: skip
_REFUSED = {  # they change the numbers
    "nonlin": "models for outcomes that are not normal",
    "level1weight": "level-1 weights",
    "level2weight": "level-2 weights",
    "varianceknown": "known level-1 variances",
    "level1deletion": "level-1 deletion variables",
    "level2deletion": "level-2 deletion variables",
    "constrain": "constraints on fixed effects",
    "fixsigma2": "fixed sigma^2",
    "diagonalize": "diagonal Tau",
    "diagonalise": "diagonal Tau",
    "diagonalizetau": "diagonal Tau",
}
_ANNOUNCED = {  # they add to the output
    "hypoth": "tests of linear hypotheses",
    "deviance": "test against another model",
    "df": "test against another model",
    "homvar": "test of homogeneity of level-1 variance",
    "resfil1": "level-1 residual file",
    "resfil2": "level-2 residual file",
    "lvr": "latent variable regression",
    "fulloutput": "full output",
    "printvariance-covariance": "printed variance-covariance matrices (the JSON result holds them)",
}
_IDLE = {"fixtau": "3", "accel": "5"}  # HLM's defaults of what has no counterpart here
_SILENT = {"graphgammas", "resfiltype", "resfil1name", "resfil2name"}
_KNOWN = _READ | _REFUSED.keys() | _ANNOUNCED.keys() | _IDLE.keys() | _SILENT
_GAMMA = re.compile(r"gamma\d+")
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


@dataclass(frozen=True)
class Entry:
    """A line `keyword:value`; `number` counts from 1, `where` names file and line.

    A line that is not of this form has no keyword, and is a value as a whole.
    """

    number: int
    where: str
    keyword: str
    value: str

    @property
    def known(self) -> bool:
        """Whether the keyword is one of HLM's or of ours."""
        return self.keyword in _KNOWN or bool(_GAMMA.fullmatch(self.keyword))

    @property
    def neutral(self) -> bool:
        """Whether the value says no."""
        return self.value.lower() in NEUTRAL

    @property
    def candidates(self) -> str:
        """What stands after the slash of a level-2 equation."""
        _, *rest = split(self.value, "/", 1) if self.keyword == "level2" else ("",)
        return rest[0].strip() if rest else ""


def split_lines(text: str) -> tuple[str, ...]:
    """Split a text into its lines, their endings kept; a name may hold what Unicode breaks at."""
    return tuple(_LINE.findall(text))


def entries(lines: Sequence[str], name: str) -> tuple[Entry, ...]:
    """Read the lines of the file `name`; raises SpecError at one that cannot be obeyed."""
    stripped = ((number, line.strip()) for number, line in enumerate(lines, 1))
    return tuple(_entry(name, *each) for each in stripped if each[1] and each[1][0] != "#")


def unknown(found: Sequence[Entry]) -> Iterator[str]:
    """Say which lines this program does not understand."""
    for entry in (each for each in found if not each.known):
        if entry.keyword:
            yield (
                f"{entry.where}: the keyword {entry.keyword!r} is not known. "
                "Correct it, or take the line out if the model does not need it."
            )
        else:
            yield f"{entry.where}: {entry.value!r} is not of the form keyword:value. Correct it."


def single(found: Sequence[Entry]) -> dict[str, Entry]:
    """Every entry but the level-2 equations by its keyword; none may stand twice."""
    by_keyword: dict[str, Entry] = {}
    for entry in (each for each in found if each.keyword != "level2"):
        first = by_keyword.setdefault(entry.keyword, entry)
        if first is not entry:
            raise SpecError(
                f"{entry.where}: {entry.keyword} stands a second time (first in {first.where}). "
                "Delete one of the two."
            )
    return by_keyword


def warnings(found: Sequence[Entry]) -> Iterator[str]:
    """Say what the file asks for and does not get."""
    hypotheses = not any(each.keyword == "hypoth" and each.neutral for each in found)
    for entry in found:
        if entry.keyword in _ANNOUNCED and not entry.neutral:
            yield f"{entry.where}: this version has no {_ANNOUNCED[entry.keyword]}."
        elif _GAMMA.fullmatch(entry.keyword) and hypotheses:
            yield f"{entry.where}: this version has no {_ANNOUNCED['hypoth']}."
        elif entry.keyword in _IDLE and entry.value not in {"", _IDLE[entry.keyword]}:
            yield f"{entry.where}: {entry.keyword}:{entry.value} has no effect in this program."
        elif entry.candidates:
            yield (
                f"{entry.where}: this version has no exploratory analysis; "
                f"the model does not use {entry.candidates}."
            )


def _entry(name: str, number: int, line: str) -> Entry:
    where = f"{name}, line {number}"
    keyword, colon, value = (each.strip() for each in line.partition(":"))
    if not colon or not keyword:
        return Entry(number, where, "", line)
    entry = Entry(number, where, keyword.lower(), value)
    if entry.keyword in _REFUSED and not entry.neutral:
        raise SpecError(
            f"{where}: this version has no {_REFUSED[entry.keyword]}, and the estimates would "
            f"differ. Take {line!r} out to run the model without."
        )
    return entry
