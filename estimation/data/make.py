"""From a recipe to two-level data: read, join, delete, apply the steps."""

from collections.abc import Callable
from dataclasses import dataclass

from estimation.data.recipe import Recipe
from estimation.data.report import JoinReport
from estimation.data.table import Levels, Table


@dataclass(frozen=True)
class Stamp:
    """A source file as it was when it was read: name as given, size, time (ns), SHA-256."""

    path: str
    size: int
    modified: int
    checksum: str


@dataclass(frozen=True, eq=False)
class Tables:
    """The files of a recipe, read."""

    level1: Table
    level2: Table | None
    stamps: tuple[Stamp, ...] = ()


@dataclass(frozen=True, eq=False)
class Assembled:
    """Two levels of columns before (`base`) and after the steps, and what was found on the way."""

    recipe: Recipe
    base: Levels
    levels: Levels
    report: JoinReport
    stamps: tuple[Stamp, ...] = ()


__all__ = ["Assembled", "Callable", "Stamp", "Tables"]
