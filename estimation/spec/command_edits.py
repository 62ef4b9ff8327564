"""Changes of single lines in a command file; what is not changed stays letter by letter."""

import re
from collections.abc import Sequence

from estimation.spec.command_lines import WITH_SWITCH, Entry, data_span, entries

Lines = tuple[str, ...]
_HEAD = "#WHLM CMD FILE FOR "
_ORDER = (
    "l2fname", "level2id", "imputations", "nonlin", "numit", "stopval", "level1", "level2",
    "plausvals", "uncorrelated", "diagonalize", "fixsigma2", "fixtau", "lev1ols", "accel",
    "level1weight", "level2weight", "precisionweight", "varianceknown", "level1deletion",
    "level2deletion", "hypoth", "gamma", "deviance", "df", "deviancescale", "resfil1", "resfil2",
    "homvar", "constrain", "heterol1var", "heterol1likelihood", "heterol1candidates",
    "graphgammas", "lvr", "dfmethod", "effectsizes", "variancetests", "profileintervals",
    "bootstrap", "seed", "title", "output", "fulloutput", "mlf",
)  # fmt: skip
_RANK = {keyword: rank for rank, keyword in enumerate(_ORDER)}
_VALUE = re.compile(r"\A([^:]*:\s*).*?(\s*)\Z", re.DOTALL)


def put(lines: Lines, keyword: str, value: str | None) -> Lines:
    """Give a keyword a value, in its line if it has one; None takes the line out."""
    entry = next((each for each in entries(lines, "") if each.keyword == keyword), None)
    if entry is None:
        return lines if value is None else insert(lines, keyword, value)
    if value is None:
        return delete(lines, entry)
    if keyword in WITH_SWITCH:
        _, comma, switch = entry.value.partition(",")
        value += comma + switch
    return rewrite(lines, entry, value)


def rewrite(lines: Lines, entry: Entry, value: str) -> Lines:
    """Write another value into a line."""
    at = entry.number - 1
    content, ending = _parted(lines[at])
    changed = _VALUE.sub(lambda found: found[1] + value + found[2], content)
    return (*lines[:at], changed + ending, *lines[at + 1 :])


def delete(lines: Lines, entry: Entry) -> Lines:
    """Take a line out."""
    return (*lines[: entry.number - 1], *lines[entry.number :])


def insert(lines: Lines, keyword: str, value: str) -> Lines:
    """Put a new line where HLM has it: behind the last of its kind, or of those before it."""
    new = entries([f"{keyword}:"], "")[0]
    at = _place(entries(lines, ""), new)
    before, ending = _parted(lines[at - 1])
    usual = ending or _usual_ending(lines)
    return (*lines[: at - 1], before + usual, f"{keyword}:{value}{ending}", *lines[at:])


def put_data(lines: Lines, name: str) -> Lines:
    """Name the level-1 data on the first line."""
    span = data_span(lines[0])
    if span is None:
        return (f"{_HEAD}{name}{_usual_ending(lines)}", *lines)
    return (lines[0][: span[0]] + name + lines[0][span[1] :], *lines[1:])


def _place(found: Sequence[Entry], new: Entry) -> int:
    """Return the number of the line behind which a new one belongs, the first if there is none."""
    before = [(_rank(each), each.number) for each in found if _rank(each) <= _rank(new)]
    return max(before)[1] if before else 1


def _rank(entry: Entry) -> tuple[int, int]:
    """Where a line stands in HLM's order, contrasts by the number of their hypothesis."""
    if entry.hypothesis is not None:
        return _RANK["gamma"], entry.hypothesis
    return _RANK.get(entry.keyword, len(_ORDER)), 0


def _parted(line: str) -> tuple[str, str]:
    content = line.rstrip("\r\n")
    return content, line[len(content) :]


def _usual_ending(lines: Lines) -> str:
    return next((ending for _, ending in map(_parted, lines) if ending), "\n")
