"""Recipes in JSON, as a data file keeps them: paths relative to its folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from estimation.data.recipe import Missing, Recipe, Source, TextFormat
from estimation.data.steps import from_json as step_from_json
from estimation.data.steps import to_json as step_to_json
from estimation.spec.catalogue import Structure
from estimation.spec.places import found, named, place


def to_json(recipe: Recipe, folder: Path) -> dict[str, object]:
    """Return a recipe as JSON values, its paths relative to `folder` where they can be."""
    return {
        "level1": _source_to_json(recipe.level1, folder),
        "level2": None if recipe.level2 is None else _source_to_json(recipe.level2, folder),
        "id1": recipe.id1,
        "id2": recipe.id2,
        "variables1": None if recipe.variables1 is None else list(recipe.variables1),
        "variables2": None if recipe.variables2 is None else list(recipe.variables2),
        "structure": recipe.structure.value,
        "missing": recipe.missing.value,
        "steps": [step_to_json(each) for each in recipe.steps],
    }


def from_json(values: Mapping[str, Any], folder: Path) -> Recipe:
    """Return the recipe kept in a file in `folder`; raises KeyError, TypeError, ValueError."""
    level2 = values["level2"]
    return Recipe(
        level1=_source_from_json(values["level1"], folder),
        level2=None if level2 is None else _source_from_json(level2, folder),
        id1=str(values["id1"]),
        id2=str(values["id2"]),
        variables1=_names(values["variables1"]),
        variables2=_names(values["variables2"]),
        structure=Structure(values["structure"]),
        missing=Missing(values["missing"]),
        steps=tuple(step_from_json(each) for each in values["steps"]),
    )


def _source_to_json(source: Source, folder: Path) -> dict[str, object]:
    text = source.text
    return {
        "path": named(source.path, folder),
        "sheet": source.sheet,
        "text": {
            "separator": text.separator,
            "decimal": text.decimal,
            "encoding": text.encoding,
            "header": text.header,
            "columns": text.columns,
            "names": list(text.names),
        },
    }


def _source_from_json(values: Mapping[str, Any], folder: Path) -> Source:
    text = dict(values["text"])
    names = tuple(map(str, text.pop("names")))
    return Source(
        place(found(str(values["path"]), folder)),
        TextFormat(**text, names=names),
        str(values["sheet"]),
    )


def _names(values: "list[str] | None") -> tuple[str, ...] | None:
    return None if values is None else tuple(map(str, values))
