"""How a running analysis, or the making of data, tells where it is, and how it is cancelled.

The numerical code knows one callable.  An observer that wants the run to end raises
`Cancelled`; it passes through every layer untouched.
"""

from dataclasses import dataclass
from typing import Protocol

from estimation.constants import LN_2PI


class Cancelled(Exception):  # noqa: N818 - a request of the user, not an error
    """Raised by an observer to end the run; never caught inside `estimation`."""


@dataclass(frozen=True)
class Progress:
    """One sign of life: stage ("preparing", "homogeneous", "heterogeneous"), iteration, -2 log L.

    While preparing, `iteration` is 0 and `m2ll` None.  `run` counts the starting values tried.
    `part` is the analysis ("Plausible value 2 of 5") of a run that has several.  In the stages
    "variance tests", "profile intervals", "bootstrap" `iteration` counts what is done of `total`.
    """

    stage: str
    iteration: int = 0
    m2ll: float | None = None
    run: int = 1
    part: str = ""
    total: int = 0

    @property
    def deviance(self) -> float | None:
        """HLM's Deviance, -2 log L - ln 2π."""
        return None if self.m2ll is None else self.m2ll - LN_2PI


@dataclass(frozen=True)
class Reading:
    """One sign of life while data are read, joined or written: what is done, what share of it.

    The share lies between 0 and 1; None where it is not known.
    """

    words: str
    share: float | None = None


class Observer(Protocol):
    """Called from the thread that runs the analysis, at least once an iteration."""

    def __call__(self, event: Progress, /) -> None:
        """Take note of `event`; raise `Cancelled` to end the run."""


class Repeated:
    """An observer whose last sign of life can be given once more, while nothing else is new."""

    def __init__(self, observer: Observer) -> None:
        self._observer, self._last = observer, Progress("preparing")

    def __call__(self, event: Progress, /) -> None:
        """Pass the event on."""
        self._last = event
        self._observer(event)

    def again(self) -> None:
        """Pass the last event on once more."""
        self._observer(self._last)


class Watcher(Protocol):
    """Called while data are read, joined or written, some ten times a second or more."""

    def __call__(self, event: Reading, /) -> None:
        """Take note of `event`; raise `Cancelled` to end the work."""


def ignore(event: Progress | Reading, /) -> None:
    """Observe nothing."""
