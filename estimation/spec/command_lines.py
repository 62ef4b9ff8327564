"""The lines of a command file: which keywords there are, and which are refused or announced."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from estimation.errors import SpecError
from estimation.spec.command_names import NEUTRAL

_READ = {
    "level1", "level2", "numit", "stopval", "lev1ols", "mlf", "title", "output", "heterol1var",
    "heterol1likelihood", "heterol1candidates", "l2fname", "level2id", "level1weight",
    "level2weight", "precisionweight", "varianceknown", "level1deletion", "level2deletion",
    "constrain", "deviance", "df", "deviancescale", "homvar", "fixsigma2", "diagonalize",
    "uncorrelated", "lvr", "plausvals", "imputations", "dfmethod", "effectsizes", "variancetests",
    "profileintervals", "bootstrap", "seed",
}  # fmt: skip
_SAME = dict.fromkeys(("diagonalise", "diagonalizetau", "diagonaltau"), "diagonalize")
_REFUSED = {"nonlin": "models for outcomes that are not normal"}  # they change the numbers
_ANNOUNCED = {  # they add to the output
    "resfil1": "level-1 residual file",
    "resfil2": "level-2 residual file",
    "fulloutput": "full output",
    "printvariance-covariance": "printed variance-covariance matrices (the JSON result holds them)",
}
# `hypoth:n` stands in HLM's files even where there are hypotheses.
_SILENT = {"fixtau", "accel", "graphgammas", "hypoth", "resfiltype", "resfil1name", "resfil2name"}
_KNOWN = _READ | _REFUSED.keys() | _ANNOUNCED.keys() | _SILENT
WITH_SWITCH = {"numit", "stopval", "lev1ols"}  # HLM writes numit:100,n, too
_GAMMA = re.compile(r"gamma([1-9][0-9]{0,3})")
_DATA = re.compile(r"#\s*\w*\s*CMD FILE FOR\s+(\S.*?)\s*$", re.IGNORECASE)
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


@dataclass(frozen=True)
class Entry:
    """A line `keyword:value`; `number` counts from 1, `where` names file and line.

    Of a keyword that is spelled in several ways `keyword` is the usual one.  A line that is not of
    this form has no keyword, and is a value as a whole.
    """

    number: int
    where: str
    keyword: str
    value: str

    @property
    def known(self) -> bool:
        """Whether the keyword is one of HLM's or of ours."""
        return self.keyword in _KNOWN or self.hypothesis is not None

    @property
    def neutral(self) -> bool:
        """Whether the value says no."""
        return self.value.lower() in NEUTRAL

    @property
    def hypothesis(self) -> int | None:
        """The number of the hypothesis of which this is a contrast."""
        found = _GAMMA.fullmatch(self.keyword)
        return int(found[1]) if found else None


def split_lines(text: str) -> tuple[str, ...]:
    """Split a text into its lines, their endings kept; a name may hold what Unicode breaks at."""
    return tuple(_LINE.findall(text))


def data_span(line: str) -> tuple[int, int] | None:
    """Return where in the first line the data are named, if it does."""
    found = _DATA.match(line)
    return found.span(1) if found else None


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
    """Every entry but level-2 equations and contrasts by its keyword; none may stand twice."""
    by_keyword: dict[str, Entry] = {}
    for entry in found:
        if entry.keyword == "level2" or entry.hypothesis is not None:
            continue
        first = by_keyword.setdefault(entry.keyword, entry)
        if first is not entry:
            raise SpecError(
                f"{entry.where}: {entry.keyword} stands a second time (first in {first.where}). "
                "Delete one of the two."
            )
    return by_keyword


def warnings(found: Sequence[Entry]) -> Iterator[str]:
    """Say what the file asks for and does not get."""
    for entry in found:
        if entry.keyword in _ANNOUNCED and not entry.neutral:
            yield f"{entry.where}: this version has no {_ANNOUNCED[entry.keyword]}."


def _entry(name: str, number: int, line: str) -> Entry:
    where = f"{name}, line {number}"
    keyword, colon, value = (each.strip() for each in line.partition(":"))
    if not colon or not keyword:
        return Entry(number, where, "", line)
    keyword = keyword.lower()
    entry = Entry(number, where, _SAME.get(keyword, keyword), value)
    if entry.keyword in _REFUSED and not entry.neutral:
        raise SpecError(
            f"{where}: this version has no {_REFUSED[entry.keyword]}, and the estimates would "
            f"differ. Take {line!r} out to run the model without."
        )
    return entry
