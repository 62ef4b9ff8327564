"""The example that ships with the program, the lesson on it, and the data of command files."""

import json
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from estimation.data.dataset import TwoLevelData
from estimation.data.recipe import Recipe, Source
from estimation.progress import Watcher, ignore
from estimation.spec import ModelSpec
from estimation.spec.command_file import CommandFile, DataFile, DataFiles, parse

if TYPE_CHECKING:
    from estimation.data.table import Table

NAME = "High School & Beyond"
LESSON_FILE = "hsb2.hlm"
_FOLDER = files("resources") / "examples"


def hsb() -> TwoLevelData:
    """Return the data: 7185 students in 160 schools, with labels."""
    labels = json.loads((_FOLDER / "hsb.json").read_text(encoding="utf-8"))
    with as_file(_FOLDER / "hsb1.csv") as level1, as_file(_FOLDER / "hsb2.csv") as level2:
        return _made(Recipe(Source(level1), Source(level2), id1="ID"), NAME, labels=labels)


def read_data(files: DataFile | DataFiles | None, watch: Watcher = ignore) -> TwoLevelData:
    """Return the data that a command file names, None for the example's.

    Raises FileError, DataError.
    """
    if files is None:
        return hsb()
    if isinstance(files, DataFile):
        return _stored(files)
    level2 = Source(files.level2) if files.level2 else None
    recipe = Recipe(Source(files.level1), level2, id1=files.id_name)
    return _made(recipe, ", ".join(each.path.name for each in recipe.sources), watch)


def _stored(file: DataFile) -> TwoLevelData:
    from estimation.data.store import open_data_file  # noqa: PLC0415 - as below

    data = open_data_file(file.path).data
    return replace(data, report=(file.note, *data.report)) if file.note else data


def _made(
    recipe: Recipe, name: str, watch: Watcher = ignore, *, labels: Mapping[str, str] | None = None
) -> TwoLevelData:
    from estimation.data.make import (  # noqa: PLC0415 - readers are loaded with the first data
        assemble,
        data_of,
        read_tables,
    )

    tables = read_tables(recipe, watch)
    if labels is not None:
        level2 = tables.level2 and _labelled(tables.level2, labels)
        tables = replace(tables, level1=_labelled(tables.level1, labels), level2=level2)
    return data_of(assemble(recipe, tables, watch), name)


def _labelled(table: "Table", labels: Mapping[str, str]) -> "Table":
    """Give the columns the labels that a text file cannot hold."""
    fields = (replace(each, label=labels.get(each.name, "")) for each in table.fields)
    return replace(table, fields=tuple(fields))


def lesson_path() -> Path | None:
    """Return where the command file of the lesson lies, None inside an archive."""
    file = _FOLDER / LESSON_FILE
    return file.resolve() if isinstance(file, Path) else None


def lesson_file() -> CommandFile:
    """Return the command file of the finished lesson."""
    return parse((_FOLDER / LESSON_FILE).read_text(encoding="utf-8"), LESSON_FILE)


def lesson_spec() -> ModelSpec:
    """Return the finished lesson: MATHACH on FEMALE, level-1 variance by FEMALE."""
    return lesson_file().spec
