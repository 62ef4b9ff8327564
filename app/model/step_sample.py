"""The first rows of what a data step makes, beside what it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.model.step_list import Outcome
    from estimation.data.steps import Step
    from estimation.data.table import Column, Levels

_ROWS = 8


class Sample(NamedTuple):
    """Titles and rows of a small table; both are empty where there is nothing to show."""

    titles: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def first_rows(step: Step, outcome: Outcome) -> Sample:
    """Show the ID, the variables that a step uses, and those that it makes."""
    if outcome.after is None or outcome.change is None or not outcome.change.new:
        return Sample()
    levels, new = outcome.after, [each.name for _, each in outcome.change.new]
    level = outcome.change.new[0][0]
    shown = [each for each in _used(step) if each[0] >= level and each[1]]
    shown = list(dict.fromkeys([*shown, *((level, name) for name in new)]))
    rows = np.arange(min(_ROWS, levels.n_rows if level == 1 else levels.n_units))
    units = _units(levels, rows) if level == 1 else rows
    columns = [[levels.unit_ids[unit] for unit in units.tolist()]]
    columns += [
        _texts(levels.level(of)[name], rows if of == level else units) for of, name in shown
    ]
    titles = (levels.id_name, *(name for _, name in shown))
    return Sample(titles, tuple(zip(*columns, strict=True)))


def _used(step: Step) -> list[tuple[int, str]]:
    """List the variables that a step is made of, each behind its level."""
    return [
        (getattr(step, "level", 1), getattr(step, "variable", "")),
        (getattr(step, "other_level", 1), getattr(step, "other", "")),
        (1, getattr(step, "order", "")),
    ]


def _units(levels: Levels, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    return np.searchsorted(levels.offsets, rows, side="right") - 1


def _texts(column: Column, rows: NDArray[np.intp]) -> list[str]:
    part = column.take(rows)
    if part.field.numeric:
        return ["missing" if np.isnan(each) else f"{each:.6g}" for each in part.values.tolist()]
    stored = part.stored
    assert not isinstance(stored, np.ndarray)
    return ["missing" if each is None else each for each in stored.to_pylist()]
