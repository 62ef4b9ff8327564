"""A reason why a model cannot be run."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

_T = TypeVar("_T")


@dataclass(frozen=True)
class Problem:
    """A reason why the model cannot be run; `variable` is the name at fault, if one is."""

    message: str
    variable: str | None = None


def twice(items: Iterable[_T]) -> Iterator[_T]:
    """Yield what is there more than once."""
    return (item for item, count in Counter(items).items() if count > 1)
