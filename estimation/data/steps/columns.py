"""Finding the columns that a step needs, and levels with columns added, renamed or cut.

Columns may stand in a file: none is touched that is not asked for, neither by a step nor by what
follows it.
"""

from dataclasses import replace
from typing import Any
from unicodedata import category

import numpy as np

from estimation.arrays import Array, Mask
from estimation.data.report import count, some
from estimation.data.table import Column, Columns, Field, Kind, Levels
from estimation.errors import DataError
from estimation.spec.model import INTRCPT1, INTRCPT2

# Control characters, halves of characters, and what parts lines and paragraphs.
_UNFIT = {"Cc", "Cs", "Zl", "Zp"}
_SHOWN = 12
_DAY = np.timedelta64(1, "D")
_EPOCH = np.datetime64("1970-01-01")


def find(levels: Levels, level: int, name: str) -> Column:
    """Return a column; raises DataError with the remedy where there is none."""
    require(levels, level, name)
    return levels.level(level)[name]


def require(levels: Levels, level: int, name: str) -> None:
    """Raise DataError with the remedy where there is no such variable."""
    if level not in {1, 2}:
        raise DataError(f"There is no level {level}: {name} must be of level 1 or 2.")
    columns = levels.level(level)
    if name in columns:
        return
    if name in levels.level(3 - level):
        raise DataError(
            f"{name} is a variable of level {3 - level}; here one of level {level} is needed. "
            "Choose another variable."
        )
    here = f" They are {_some(list(columns))}." if columns else ""
    raise DataError(
        f"There is no level-{level} variable {name}. Choose another one, or put the step that "
        f"makes it before this one.{here}"
    )


def find_numbers(levels: Levels, level: int, name: str) -> Column:
    """Return a column of finite numbers; raises DataError with the remedy for any other."""
    column = find(levels, level, name)
    if not column.field.numeric:
        why = f" ({column.field.note})" if column.field.note else ""
        raise DataError(
            f"{name} is text{why}, and this step needs numbers. Choose another variable, or make "
            "numbers of it by Recode or Dummy variables first."
        )
    infinite = int(np.count_nonzero(np.isinf(column.values)))
    if infinite:
        raise DataError(
            f"{name} is infinite in {rows_of(level, infinite)}, which nothing can be computed "
            "with. Leave them out by a filter, or make them missing by Recode, before this step."
        )
    return column


def refuse_name(levels: Levels, level: int, name: str) -> None:
    """Raise DataError where a new variable of that level cannot have that name."""
    if not name.strip():
        raise DataError("The new variable has no name. Enter one.")
    if name != name.strip() or any(category(each) in _UNFIT for each in name):
        raise DataError(
            f"The name {' '.join(name.split())!r} has blanks at its ends, a line break or a "
            "control character. Take them out."
        )
    if name.upper() in {INTRCPT1, INTRCPT2}:
        raise DataError(f"{name} is the name of an intercept. Give the variable another one.")
    if name == levels.id_name:
        raise DataError(f"{name} is the linking ID. Give the new variable another name.")
    if name in levels.level(level):
        raise DataError(
            f"There is a level-{level} variable {name} already. Give the new one another name."
        )


def added(levels: Levels, level: int, field: Field, values: Array) -> Levels:
    """Return the levels with a new variable at the end of its level."""
    refuse_name(levels, level, field.name)
    too_large = int(np.count_nonzero(np.isinf(values)))
    if too_large:
        raise DataError(
            f"{field.name} would be too large a number in {rows_of(level, too_large)}. Divide or "
            "standardise what it is made of first."
        )
    base, column = levels.level(level), Column(field, values)

    def load(name: str) -> Column:
        return column if name == field.name else base[name]

    return _with(levels, level, Columns((*levels.fields(level), field), load))


def renamed(levels: Levels, level: int, old: str, new: str) -> Levels:
    """Return the levels with a variable called otherwise, in its place."""
    base = levels.level(level)
    fields = {
        each.name: replace(each, name=new) if each.name == old else each
        for each in levels.fields(level)
    }

    def load(name: str) -> Column:
        return Column(fields[old], base[old].stored) if name == new else base[name]

    return _with(levels, level, Columns(fields.values(), load))


def cut(levels: Levels, level: int, rows: Mask) -> Columns:
    """Return the columns of a level with only some of their rows."""
    base = levels.level(level)
    return Columns(levels.fields(level), lambda name: base[name].take(rows))


def _with(levels: Levels, level: int, columns: Columns) -> Levels:
    return replace(levels, level1=columns) if level == 1 else replace(levels, level2=columns)


def equal_to(column: Column, value: float | str) -> Mask:
    """Return where a column has a value; never where it is missing."""
    if column.field.numeric:
        return np.asarray(column.values == number(value, column.field))
    if not isinstance(value, str):
        raise DataError(
            f"{column.field.name} is text, and {plain(value)} is a number. Give a text."
        )
    wanted = np.array([*(each == value for each in texts(column)), False], dtype=bool)
    return wanted[column.codes]


def texts(column: Column) -> list[str | None]:
    """Return the dictionary of a column of text; `column.codes` lead into it."""
    stored: Any = column.stored
    found: list[str | None] = stored.dictionary.to_pylist()
    return found


def number(value: float | str, field: Field) -> float:
    """Return a value to compare with: of a date, written 2001-12-31, the day's number."""
    if not isinstance(value, str):
        return float(value)
    if field.kind in {Kind.DATE, Kind.DATETIME}:
        try:
            return float((np.datetime64(value) - _EPOCH) / _DAY)
        except ValueError:
            raise DataError(
                f"{value!r} is no date, as {field.name} needs. Write year, month and day: "
                "2001-12-31."
            ) from None
    raise DataError(f"{field.name} is numeric, and {value!r} is no number. Give a number.")


def plain(value: float | str) -> str:
    """Write a value: numbers as short as they can be, texts in quotes."""
    return f"“{value}”" if isinstance(value, str) else f"{value:.15g}"


def rows_of(level: int, number_: int) -> str:
    """Return "3 rows", at level 2 "3 units"."""
    return count(number_, "row" if level == 1 else "unit")


def _some(names: list[str]) -> str:
    return some(names) if len(names) > _SHOWN else ", ".join(names)
