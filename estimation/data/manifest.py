"""What a data file (.mdmx) says of itself, in JSON: variables, sources, recipe, report."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import inf, isnan
from pathlib import Path
from typing import Any

import numpy as np

from estimation import __version__
from estimation.data import recipe_json
from estimation.data.make import Assembled, Stamp, data_of, sealed
from estimation.data.recipe import Recipe
from estimation.data.report import Entry, Finding, JoinReport
from estimation.data.table import Field, Kind, letters, missing_letter
from estimation.data.usable import Variables
from estimation.spec.catalogue import Variable
from estimation.spec.places import found, named, place

FORMAT, VERSION = "levelwise data file", 1
_OPEN = {"-inf": -inf, "inf": inf}

# Fields, each with the name of the column that holds it.
Places = tuple[tuple[Field, str], ...]


@dataclass(frozen=True)
class Manifest:
    """All of a data file but the values: for each level, a field and a description a column.

    `base` are those of each level before the steps; `base_apart` says that their columns are
    members of their own, as the steps drop rows.
    """

    id_name: str
    n_rows: int
    n_units: int
    fingerprint: str
    recipe: Recipe
    stamps: tuple[Stamp, ...]
    report: JoinReport
    fields: tuple[tuple[Field, ...], tuple[Field, ...]]
    variables: Variables
    base: tuple[Places, Places]
    base_apart: bool = False


def manifest_of(
    made: Assembled, stored: tuple[Mapping[str, str], Mapping[str, str]] | None
) -> Manifest:
    """Describe assembled levels; `stored` names the column of each base column, None: apart."""
    base = tuple(
        tuple((each, stored[level - 1][each.name] if stored else each.name) for each in fields)
        for level in (1, 2)
        for fields in [made.base.fields(level)]
    )
    return Manifest(
        id_name=made.levels.id_name,
        n_rows=made.levels.n_rows,
        n_units=made.levels.n_units,
        fingerprint=data_of(made, "").fingerprint,
        recipe=made.recipe,
        stamps=tuple(map(sealed, made.stamps)),
        report=made.report,
        fields=(made.levels.fields(1), made.levels.fields(2)),
        variables=made.variables,
        base=(base[0], base[1]),
        base_apart=stored is None,
    )


def to_json(manifest: Manifest, folder: Path) -> dict[str, object]:
    """Return a manifest as JSON values, for a file in `folder`."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "program": f"levelwise {__version__}",
        "id": manifest.id_name,
        "rows": manifest.n_rows,
        "units": manifest.n_units,
        "structure": manifest.recipe.structure.value,
        "level1": _level_to_json(manifest, 0),
        "level2": _level_to_json(manifest, 1),
        "sources": [
            asdict(each) | {"path": named(Path(each.path), folder)} for each in manifest.stamps
        ],
        "report": [
            {"finding": each.finding.name, "message": each.message}
            | {"items": list(each.items), "loses": each.loses}
            for each in manifest.report.entries
        ],
        "recipe": recipe_json.to_json(manifest.recipe, folder),
        "base": [[_base_to_json(*each) for each in level] for level in manifest.base],
        "base_apart": manifest.base_apart,
        "fingerprint": manifest.fingerprint,
    }


def from_json(values: Mapping[str, Any], folder: Path) -> Manifest:
    """Return the manifest of a file in `folder`; raises KeyError, TypeError, ValueError."""
    levels = values["level1"], values["level2"]
    fields = [tuple(_field(each) for each in level) for level in levels]
    variables = [tuple(_variable(each) for each in level) for level in levels]
    base = [
        tuple((_field(each["field"]), str(each["column"])) for each in level)
        for level in values["base"]
    ]
    return Manifest(
        id_name=str(values["id"]),
        n_rows=int(values["rows"]),
        n_units=int(values["units"]),
        fingerprint=str(values["fingerprint"]),
        recipe=recipe_json.from_json(values["recipe"], folder),
        stamps=tuple(_stamp(each, folder) for each in values["sources"]),
        report=JoinReport(tuple(map(_entry, values["report"]))),
        fields=(fields[0], fields[1]),
        variables=(variables[0], variables[1]),
        base=(base[0], base[1]),
        base_apart=bool(values["base_apart"]),
    )


def _level_to_json(manifest: Manifest, level: int) -> list[dict[str, object]]:
    return [
        _field_to_json(field) | _variable_to_json(variable)
        for field, variable in zip(manifest.fields[level], manifest.variables[level], strict=True)
    ]


def _field_to_json(field: Field) -> dict[str, object]:
    return {
        "name": field.name,
        "kind": field.kind.value,
        "label": field.label,
        "value_labels": [[_number_to_json(value), text] for value, text in field.value_labels],
        "user_missing": [list(map(_number_to_json, each)) for each in field.missing],
        "note": field.note,
    }


def _variable_to_json(variable: Variable) -> dict[str, object]:
    names = ("n", "n_missing", "mean", "sd", "minimum", "maximum")
    return {name: getattr(variable, name) for name in names} | {
        "histogram": list(variable.histogram)
    }


def _base_to_json(field: Field, column: str) -> dict[str, object]:
    return {"field": _field_to_json(field), "column": column}


def _field(values: Mapping[str, Any]) -> Field:
    return Field(
        name=str(values["name"]),
        kind=Kind(values["kind"]),
        label=str(values["label"]),
        value_labels=tuple((_number(value), str(text)) for value, text in values["value_labels"]),
        missing=tuple((_number(low), _number(high)) for low, high in values["user_missing"]),
        note=str(values["note"]),
    )


def _variable(values: Mapping[str, Any]) -> Variable:
    field = _field(values)
    mean, sd, low, high = (
        None if values[name] is None else float(values[name])
        for name in ("mean", "sd", "minimum", "maximum")
    )
    return Variable(
        *(field.name, field.label, int(values["n"]), mean, sd, low, high),
        n_missing=int(values["n_missing"]),
        histogram=tuple(map(int, values["histogram"])),
        value_labels=field.value_labels,
    )


def _stamp(values: Mapping[str, Any], folder: Path) -> Stamp:
    path = str(place(found(str(values["path"]), folder)))
    return Stamp(path, int(values["size"]), int(values["modified"]), str(values["checksum"]))


def _entry(values: Mapping[str, Any]) -> Entry:
    items = tuple(map(str, values["items"]))
    return Entry(Finding[values["finding"]], str(values["message"]), items, bool(values["loses"]))


def _number_to_json(value: float) -> float | str:
    """JSON has neither infinity nor NaN: "inf", "-inf", ".a"."""
    if isnan(value):
        return "." + next(iter(letters(np.array([value]))), "")
    return str(value) if value in _OPEN.values() else value


def _number(value: float | str) -> float:
    if not isinstance(value, str):
        return float(value)
    return _OPEN[value] if value in _OPEN else missing_letter(value[1:])
