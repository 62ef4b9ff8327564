"""What can be told of two levels: sizes, missing values, constants, what the steps do."""

import numpy as np

from estimation.data.recipe import Missing, Recipe
from estimation.data.report import Entry, Finding, count, some
from estimation.data.table import Column, Levels, letters, user_missing
from estimation.data.usable import Variables, left_out
from estimation.spec.catalogue import Variable


def after_steps(
    recipe: Recipe,
    base: Levels,
    levels: Levels,
    variables: Variables,
) -> list[Entry]:
    """What can be told of the levels as they will be."""
    found = [_counts(levels)]
    single = [levels.unit_ids[each] for each in np.flatnonzero(levels.sizes == 1).tolist()]
    if single:
        words = f"{count(len(single), 'unit')} with one row only ({levels.id_name} {some(single)})."
        found.append(Entry(Finding.SINGLE, words, tuple(single)))
    for level, described in enumerate(variables, 1):
        found += _constants(level, described)
        missing = [(each, levels.level(level)[each.name]) for each in described if each.n_missing]
        found += [_missing(recipe, level, each, column) for each, column in missing]
    found += [
        Entry(Finding.LEFT_OUT, f"{name} cannot be a variable: {why}.", (name,))
        for name, why in left_out(levels)
    ]
    found += [Entry(Finding.STEP, f"{step.sentence()}.") for step in recipe.steps]
    if levels.n_rows < base.n_rows:
        lost = count(base.n_rows - levels.n_rows, "row")
        units = count(base.n_units - levels.n_units, "unit")
        found.append(Entry(Finding.STEP, f"The data steps drop {lost} and {units}."))
    return found


def _counts(levels: Levels) -> Entry:
    low, high = int(levels.sizes.min()), int(levels.sizes.max())
    rows = count(low, "row") if low == high else f"{low} to {count(high, 'row')}"
    words = f"{count(levels.n_rows, 'row')} in {count(levels.n_units, 'unit')}, {rows} a unit."
    if levels.n_units > 1:
        return Entry(Finding.COUNTS, words)
    more = (
        f" A two-level model needs several units: look whether {levels.id_name} is the right "
        "linking variable."
    )
    return Entry(Finding.COUNTS, words + more, levels.unit_ids)


def _constants(level: int, variables: tuple[Variable, ...]) -> list[Entry]:
    return [
        Entry(
            Finding.CONSTANT,
            f"{each.name} (level {level}) has one value only, {each.minimum:.6g}.",
            (each.name,),
        )
        for each in variables
        if each.minimum is not None and each.minimum == each.maximum
    ]


def _missing(recipe: Recipe, level: int, variable: Variable, column: Column) -> Entry:
    noun = "row" if level == 1 else "unit"
    total = variable.n + variable.n_missing
    words = f"{variable.name}: missing in {variable.n_missing} of {count(total, noun)}"
    kinds = _kinds_of_missing(column)
    against = recipe.missing is Missing.NONE
    why = ", though Missing Data? says No" if against else ""
    return Entry(Finding.MISSING, f"{words}{kinds}{why}.", (variable.name,), loses=against)


def _kinds_of_missing(column: Column) -> str:
    """Count user-missing values and letters: " (5 are 99 refused, 2 are .a)"."""
    if not isinstance(column.stored, np.ndarray):
        return ""
    gone = column.stored[user_missing(column.stored, column.field.missing)]
    values, counts = np.unique(gone, return_counts=True)
    labels = dict(column.field.value_labels)
    kinds = [
        f"{n} are {value:g} {labels.get(value, '')}".rstrip()
        for value, n in zip(values.tolist(), counts.tolist(), strict=True)
    ]
    kinds += [f"{n} are .{letter}" for letter, n in letters(column.stored).items()]
    return f" ({some(kinds)})" if kinds else ""
