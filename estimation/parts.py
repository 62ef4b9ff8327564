"""Rows in parts of whole units, wherever they are.

All that is done to the rows is said as a function of one part: its result is collected (`map`), or
becomes a part again (`then`).  So the same mathematics runs over parts in memory and over files
that together do not fit in it, on two threads, or on a cluster.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np

from estimation.arrays import Index

S = TypeVar("S")
T = TypeVar("T")
P = TypeVar("P")
P_co = TypeVar("P_co", covariant=True)

THREADS = 2
# Numbers of rows that are held rather than made anew for each pass: what takes a quarter of a
# gigabyte would come on top of data of that size.
ROOM = 2**25


class Step(NamedTuple):
    """A function of a part and its further arguments."""

    function: Callable[..., Any]
    arguments: tuple[object, ...]


def made(part: Any, steps: Sequence[Step]) -> Any:  # noqa: ANN401 - a part of any kind
    """Return what the steps make of a part, one after the other."""
    for function, arguments in steps:
        part = function(part, *arguments)
    return part


def nothing() -> None:
    """Attend to nothing."""


def in_threads(
    function: Callable[[S], T], items: Sequence[S], attend: Callable[[], None] = nothing
) -> list[T]:
    """Return function(item) of each item, two at a time; `attend` is called after each.

    Both come from the thread that asks; it is there that exceptions are raised.
    """
    if len(items) == 1:
        results = [function(items[0])]
        attend()
        return results
    errors, results = np.geterr(), []

    def of(item: S) -> T:
        with np.errstate(**errors):
            return function(item)

    with ThreadPoolExecutor(THREADS, "rows") as pool:
        futures = [pool.submit(of, item) for item in items]
        try:
            for future in futures:
                results.append(future.result())
                attend()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return results


class Parts(ABC, Generic[P_co]):
    """Parts of the rows, in the order of their units."""

    @property
    @abstractmethod
    def attend(self) -> Callable[[], None]:
        """What is called while parts are made, and may raise."""

    @abstractmethod
    def __len__(self) -> int:
        """Return the number of parts."""

    @abstractmethod
    def map(self, function: Callable[..., T], *arguments: object) -> list[T]:
        """Return function(part, *arguments) of each part."""

    @abstractmethod
    def then(self, function: Callable[..., T], *arguments: object) -> "Parts[T]":
        """Return parts function(part, *arguments), made anew whenever they are asked for."""

    @abstractmethod
    def kept(self, numbers: int) -> "Parts[P_co]":
        """Return the same parts, made once and for all if so many numbers find room."""

    @abstractmethod
    def some(self, numbers: Sequence[int]) -> "Parts[P_co]":
        """Return some of the parts."""

    @abstractmethod
    def attended(self, attend: Callable[[], None]) -> "Parts[P_co]":
        """Return the same parts; `attend` is called while they are made, and may raise."""


def in_memory(parts: Sequence[P]) -> "Local[P]":
    """Return parts that are at hand."""
    return Local(parts)


@dataclass(frozen=True, eq=False)
class Local(Parts[P]):
    """Parts on this machine: what the `steps` make of each of the `sources`.

    `kept` makes them in memory if there is `room` for so many numbers.
    """

    sources: Sequence[Any]
    steps: tuple[Step, ...] = ()
    room: int = ROOM
    attend: Callable[[], None] = nothing

    def __len__(self) -> int:
        """Return the number of parts."""
        return len(self.sources)

    def map(self, function: Callable[..., T], *arguments: object) -> list[T]:
        """Return function(part, *arguments) of each part, two at a time."""
        steps = (*self.steps, Step(function, arguments))
        return in_threads(partial(made, steps=steps), self.sources, self.attend)

    def then(self, function: Callable[..., T], *arguments: object) -> "Local[T]":
        """Return parts function(part, *arguments), made anew whenever they are asked for."""
        return Local(self.sources, (*self.steps, Step(function, arguments)), self.room, self.attend)

    def kept(self, numbers: int) -> "Local[P]":
        """Return the same parts, in memory if so many numbers are not too many for it."""
        if numbers > self.room:
            return self
        return replace(self, sources=self.map(itself), steps=())

    def some(self, numbers: Sequence[int]) -> "Local[P]":
        """Return some of the parts."""
        return replace(self, sources=[self.sources[number] for number in numbers])

    def attended(self, attend: Callable[[], None]) -> "Local[P]":
        """Return the same parts; `attend` is called after each is made."""
        return replace(self, attend=attend)


def itself(part: P) -> P:
    """Return the part."""
    return part


def runs(offsets: Index, most: int) -> list[slice]:
    """Cut units into runs of at most so many rows, or of one unit that has more."""
    found, first, J = [], 0, offsets.size - 1
    while first < J:
        last = int(np.searchsorted(offsets, offsets[first] + most, side="right")) - 1
        found.append(slice(first, min(max(last, first + 1), J)))
        first = found[-1].stop
    return found
