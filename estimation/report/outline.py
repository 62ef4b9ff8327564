"""The outline of an output: which of its lines are headings."""

from collections.abc import Sequence
from typing import NamedTuple, Self


class Heading(NamedTuple):
    """A heading, the line it stands on (from 0), and its level: 1 between rules, else 2."""

    line: int
    level: int
    text: str


class Page(NamedTuple):
    """A whole output: its text, and its headings from first to last."""

    text: str
    outline: tuple[Heading, ...]


class HeadingLine(str):
    """A line that is a heading of some level; a text like any other to whoever prints it."""

    __slots__ = ("level",)
    level: int

    def __new__(cls, line: str, level: int) -> Self:
        """Mark a line."""
        self = super().__new__(cls, line)
        self.level = level
        return self


def page(lines: Sequence[str]) -> Page:
    """Join lines into a text that ends with a line feed, and note where its headings are."""
    outline = []
    number = 0
    for line in lines:
        if isinstance(line, HeadingLine):
            outline.append(Heading(number, line.level, line.strip().removesuffix(":")))
        number += line.count("\n") + 1
    return Page("\n".join([*lines, ""]), tuple(outline))
