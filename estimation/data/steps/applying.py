"""Applying steps one after the other, and what one has changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from estimation.data.describe import describe_values
from estimation.data.steps.base import Step
from estimation.data.table import Levels
from estimation.errors import DataError
from estimation.progress import Reading, Watcher, ignore
from estimation.spec.catalogue import Variable


@dataclass(frozen=True)
class Change:
    """What a step did: new variables and renamed ones (old, new), each behind its level; losses."""

    new: tuple[tuple[int, Variable], ...] = ()
    renamed: tuple[tuple[int, str, str], ...] = ()
    rows_dropped: int = 0
    units_dropped: int = 0


def change(before: Levels, after: Levels) -> Change:
    """Describe what one step has done."""
    new: list[tuple[int, Variable]] = []
    renamed: list[tuple[int, str, str]] = []
    for level in (1, 2):
        old, now = before.level(level), after.level(level)
        gone = [name for name in old if name not in now]
        come = [name for name in now if name not in old]
        renamed += [(level, *each) for each in zip(gone, come, strict=False)]
        columns = (now[name] for name in come[len(gone) :])
        new += [(level, describe_values(each.field, each.values)) for each in columns]
    return Change(
        tuple(new),
        tuple(renamed),
        before.n_rows - after.n_rows,
        before.n_units - after.n_units,
    )


def apply_all(levels: Levels, steps: Sequence[Step], watch: Watcher = ignore) -> Levels:
    """Apply steps in their order; raises DataError that names the step which cannot be."""
    for number, step in enumerate(steps, 1):
        sentence = step.sentence()
        watch(Reading(sentence, (number - 1) / len(steps)))
        try:
            levels = step.apply(levels)
        except DataError as error:
            raise DataError(f"Step {number} ({sentence}) cannot be applied. {error}") from error
    return levels
