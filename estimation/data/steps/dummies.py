"""Dummy variables: one of 0 and 1 for each category but the reference."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from estimation.data.report import some
from estimation.data.steps.base import Step
from estimation.data.steps.columns import added, equal_to, find, plain, texts
from estimation.data.table import Column, Field, Levels
from estimation.errors import DataError

MOST = 60
_LONGEST = 32
_BEGINNING = 100_000


@dataclass(frozen=True)
class Category:
    """A value that a variable has, its label, and in how many rows."""

    value: float | str
    label: str
    n: int


@dataclass(frozen=True)
class Dummies(Step):
    """New variables, each 1 where `variable` has its value and 0 where it has another.

    `names` pairs values with names; `reference` is the value without a variable of its own,
    None where each has one.  Missing stays missing.
    """

    kind: ClassVar[str] = "dummy variables"
    variable: str
    reference: float | str | None
    names: tuple[tuple[float | str, str], ...]
    level: int = 1

    def apply(self, levels: Levels) -> Levels:
        """Add the variables; raises DataError for a category that has none."""
        column = find(levels, self.level, self.variable)
        self._refuse_unknown(categories(column))
        labels = dict(column.field.value_labels)
        title = column.field.label or self.variable
        for value, name in self.names:
            values = np.where(column.is_missing, np.nan, equal_to(column, value))
            meaning = isinstance(value, float | int) and labels.get(value)
            field = Field(name, label=f"{title}: {meaning or plain(value)}")
            levels = added(levels, self.level, field, values)
        return levels

    def sentence(self) -> str:
        """Say what it does."""
        names = some([name for _, name in self.names])
        reference = "without a reference" if self.reference is None else _against(self.reference)
        noun = "dummy variable" if len(self.names) == 1 else "dummy variables"
        return f"{names} = {noun} of {self.variable}, {reference}"

    def _refuse_unknown(self, found: Iterable[Category]) -> None:
        known = {value for value, _ in self.names} | {self.reference}
        new = [_called(each) for each in found if each.value not in known]
        if new:
            raise DataError(
                f"{self.variable} has values without a dummy variable: {some(new)}. Edit this "
                "step, so that each but the reference has one."
            )


def categories(column: Column) -> tuple[Category, ...]:
    """Return the values of a variable in order, each once; raises DataError when they are many."""
    counts = _number_counts(column) if column.field.numeric else _text_counts(column)
    if len(counts) > MOST:
        raise _too_many(column)
    if not counts:
        raise DataError(f"{column.field.name} has no values. Choose another variable.")
    labels = dict(column.field.value_labels)
    return tuple(
        Category(value, labels.get(value, "") if isinstance(value, float) else "", counts[value])
        for value in sorted(counts, key=lambda each: (isinstance(each, str), each))
    )


def dummy_names(
    variable: str, found: Iterable[Category], taken: Iterable[str] = ()
) -> dict[float | str, str]:
    """Propose a name for each category: that of the variable and the label, SECTOR_CATHOLIC."""
    used = set(taken)
    proposed: dict[float | str, str] = {}
    for each in found:
        words = each.label or (each.value if isinstance(each.value, str) else plain(each.value))
        words = words.upper() if variable.isupper() else words
        first = f"{variable}_{_word(words)}"[: max(_LONGEST, len(variable) + 4)].rstrip("_")
        proposed[each.value] = free_name(first, used)
        used.add(proposed[each.value])
    return proposed


def free_name(name: str, taken: Iterable[str]) -> str:
    """Return a name that is not taken: itself, or with _2, _3, ..."""
    used, number, found = set(taken), 1, name
    while found in used:
        number += 1
        found = f"{name}_{number}"
    return found


def _word(words: str) -> str:
    """Make one word of a label or a number: letters, digits and underlines."""
    sign = "MINUS_" if words[:1] in "-−" and words[1:2].isdigit() else ""
    kept = "".join(each if each.isalnum() else " " for each in words.replace("'", ""))
    return sign + "_".join(kept.split())


def _number_counts(column: Column) -> Counter[float | str]:
    values = column.values
    first = values[:_BEGINNING]
    if np.unique(first[~np.isnan(first)]).size > MOST:
        raise _too_many(column)
    counts = pc.value_counts(pa.array(values, from_pandas=True))
    pairs = zip(counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True)
    return Counter({value: number for value, number in pairs if value is not None})


def _text_counts(column: Column) -> Counter[float | str]:
    dictionary, of_row = texts(column), column.codes
    numbers = np.bincount(of_row[of_row >= 0], minlength=len(dictionary)).tolist()
    counts: Counter[float | str] = Counter()
    for text, number in zip(dictionary, numbers, strict=True):
        if number and text is not None:
            counts[text] += number
    return counts


def _too_many(column: Column) -> DataError:
    return DataError(
        f"{column.field.name} has more than {MOST} different values, so that it is no categorical "
        "variable. Put values together by Recode first, or choose another variable."
    )


def _called(category: Category) -> str:
    value = plain(category.value)
    return f"{value} ({category.label})" if category.label else value


def _against(reference: float | str) -> str:
    return f"reference {plain(reference)}"
