"""A list of data steps that is edited with undo and redo, and what each does to the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from estimation.data.steps import change
from estimation.errors import DataError
from estimation.progress import Reading, ignore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from estimation.data.steps import Change, Step
    from estimation.data.table import Levels
    from estimation.progress import Watcher

Steps = tuple["Step", ...]


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a step does to the levels `before` it, or in `fault` why it cannot be applied.

    Without `before` it waits for an earlier step that cannot be.
    """

    before: Levels | None = None
    after: Levels | None = None
    change: Change | None = None
    fault: str = ""

    @property
    def sound(self) -> bool:
        """Whether it could be applied."""
        return self.after is not None


def outcome(before: Levels, step: Step) -> Outcome:
    """Apply a step, and describe what it changes."""
    try:
        after = step.apply(before)
    except DataError as error:
        return Outcome(before, fault=str(error))
    return Outcome(before, after, change(before, after))


def outcomes(
    base: Levels, steps: Steps, known: Mapping[Steps, Outcome], watch: Watcher = ignore
) -> dict[Steps, Outcome]:
    """Apply steps in their order, and give the outcome of each under the steps up to it.

    What is `known` already is taken from there.  Steps after one that cannot be applied wait.
    """
    found: dict[Steps, Outcome] = {}
    levels: Levels | None = base
    for number, step in enumerate(steps):
        watch(Reading(step.sentence(), number / len(steps)))
        upto = steps[: number + 1]
        if levels is None:
            found[upto] = Outcome()
        else:
            found[upto] = known.get(upto) or outcome(levels, step)
        levels = found[upto].after
    return found


class StepList:
    """The steps as they are now, as they were, and as they were before an undo."""

    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        self._past: list[Steps] = []
        self._future: list[Steps] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is a change to make again."""
        return bool(self._future)

    def undo(self) -> None:
        """Take the last change back."""
        self._future.append(self.steps)
        self.steps = self._past.pop()

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        self._past.append(self.steps)
        self.steps = self._future.pop()

    def insert(self, place: int, step: Step) -> None:
        """Put a step in."""
        self._become((*self.steps[:place], step, *self.steps[place:]))

    def replace(self, place: int, step: Step) -> None:
        """Put a step in the place of another."""
        self._become((*self.steps[:place], step, *self.steps[place + 1 :]))

    def remove(self, place: int) -> None:
        """Take a step out."""
        self._become((*self.steps[:place], *self.steps[place + 1 :]))

    def move(self, place: int, by: int) -> None:
        """Move a step up (-1) or down (1)."""
        rest = [*self.steps]
        rest.insert(place + by, rest.pop(place))
        self._become(tuple(rest))

    def _become(self, steps: Steps) -> None:
        if steps != self.steps:
            self._past.append(self.steps)
            self._future.clear()
            self.steps = steps
