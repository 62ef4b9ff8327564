"""One or two files of any readable kind as a two-level data set, with all their variables."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from estimation.data.dataset import TwoLevelData
from estimation.data.make import Assembled, assemble, data_of, read_tables
from estimation.data.recipe import Recipe, Source
from estimation.progress import Watcher, ignore
from estimation.spec.catalogue import Variable


def read_two_level(
    level1: Path,
    level2: Path | None,
    id_name: str,
    *,
    name: str = "",
    labels: Mapping[str, str] | None = None,
    watch: Watcher = ignore,
) -> TwoLevelData:
    """Read one or two files and join them by the variable `id_name`.

    Without `level2` (or with the same file) the level-1 file holds both levels.  `name` is what
    the data are called, by default the names of the files; `labels` are put on variables without.
    Raises FileError or DataError; what was left out without being an error is said in the
    `report` of the data.
    """
    recipe = recipe_of(level1, level2, id_name)
    title = name or ", ".join(each.path.name for each in recipe.sources)
    made = assemble(recipe, read_tables(recipe, watch), watch)
    return data_of(_labelled(made, labels or {}), title)


def recipe_of(level1: Path, level2: Path | None, id_name: str) -> Recipe:
    """Return the recipe that takes all variables of one or two files."""
    two = level2 is not None and level2.resolve() != level1.resolve()
    return Recipe(Source(level1), Source(level2) if two and level2 else None, id_name)


def _labelled(made: Assembled, labels: Mapping[str, str]) -> Assembled:
    level1, level2 = made.variables
    return replace(made, variables=(_with(level1, labels), _with(level2, labels)))


def _with(variables: tuple[Variable, ...], labels: Mapping[str, str]) -> tuple[Variable, ...]:
    return tuple(replace(each, label=each.label or labels.get(each.name, "")) for each in variables)
