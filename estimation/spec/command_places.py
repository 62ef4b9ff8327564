"""Where in a command file a problem of its model comes from."""

from estimation.spec.command_file import CommandFile
from estimation.spec.command_lines import Entry, entries
from estimation.spec.command_model import find, level2_equation
from estimation.spec.problem import Problem


def place(file: CommandFile, problem: Problem) -> str:
    """Name the file, and the line if one can be told: of the option, or else of the variable."""
    option = _of_option(entries(file.lines, file.name), problem.keyword or "")
    return option or place_of_variable(file, problem.variable) or file.name


def place_of_variable(file: CommandFile, variable: str | None) -> str | None:
    """Name the line where a variable is named first, unless there is one of each level."""
    lines = {
        where
        for (_, name), where in file.where.items()
        if variable is not None and name.casefold() == variable.casefold()
    }
    return lines.pop() if len(lines) == 1 else None


def _of_option(found: tuple[Entry, ...], keyword: str) -> str | None:
    kind, _, which = keyword.partition(" ")
    if kind == "contrast":
        # Contrasts are counted by the numbers of their hypotheses, then by their lines.
        numbered = ((each.hypothesis, each) for each in found if each.hypothesis is not None)
        return sorted(numbered, key=lambda it: it[0])[int(which) - 1][1].where
    if kind == "level2":
        places = [each for each in found if each.keyword == kind and _explains(each, which)]
    else:
        places = [each for each in found if each.keyword == keyword]
    return places[0].where if places else None


def _explains(entry: Entry, coefficient: str) -> bool:
    return find(level2_equation(entry)[0], (coefficient,)) is not None
