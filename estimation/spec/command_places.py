"""Where in a command file a problem of its model comes from."""

from collections.abc import Iterator

from estimation.spec.command_file import CommandFile
from estimation.spec.command_lines import Entry, entries
from estimation.spec.problem import Problem


def place(file: CommandFile, problem: Problem) -> str:
    """Name the file, and the line if one can be told: of the option, or else of the variable."""
    found = entries(file.lines, file.name)
    wanted = problem.keyword
    if wanted and wanted.startswith("hypothesis "):
        wanted = _gamma(found, int(wanted.removeprefix("hypothesis ")))
    places = [each.where for each in found if each.keyword == wanted]
    return next(iter([*places, *_of_variable(file, problem.variable), file.name]))


def _gamma(found: tuple[Entry, ...], number: int) -> str:
    """Keyword of the hypothesis of this number, counted in the order of the gamma lines."""
    numbers = sorted({each.hypothesis for each in found if each.hypothesis is not None})
    return f"gamma{numbers[number - 1]}"


def _of_variable(file: CommandFile, variable: str | None) -> Iterator[str]:
    for (_, name), where in file.where.items():
        if variable is not None and name.casefold() == variable.casefold():
            yield where
