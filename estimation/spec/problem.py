"""A reason why a model cannot be run."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

_T = TypeVar("_T")


@dataclass(frozen=True)
class Problem:
    """A reason why the model cannot be run.

    `variable` is the name at fault, if one is; `keyword` the command file's option that asks for
    what cannot be, "contrast 2" for the second of all contrasts, "level2 SES" for its equation.
    """

    message: str
    variable: str | None = None
    keyword: str | None = None


def about(keyword: str, problems: Iterable[Problem]) -> Iterator[Problem]:
    """Say of problems which option they come from, where they do not yet."""
    return (replace(each, keyword=each.keyword or keyword) for each in problems)


def twice(items: Iterable[_T]) -> Iterator[_T]:
    """Yield what is there more than once."""
    return (item for item, count in Counter(items).items() if count > 1)
