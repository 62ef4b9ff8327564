"""Templates (.mdmt) as they are saved; see estimation.data.template for the form."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from estimation.data.recipe import Missing, Recipe, Source
from estimation.data.steps import to_json
from estimation.data.template_lines import ALL, ID
from estimation.files import write_text
from estimation.spec.catalogue import Structure
from estimation.spec.command_names import quoted_text, text_value
from estimation.spec.places import named

_HEAD = "#HLM2 MDM CREATION TEMPLATE"
_TEXT = ("separator", "decimal", "encoding", "header")
_PACKAGES = {
    **dict.fromkeys((".sav", ".zsav", ".por"), "spss"),
    **dict.fromkeys((".sas7bdat", ".xpt"), "sas"),
    **dict.fromkeys((".xlsx", ".xls", ".ods"), "excel"),
    **dict.fromkeys((".parquet", ".feather"), "arrow"),
    ".dta": "stata",
}
_MISSING = {
    Missing.NONE: ("n", "now"),
    Missing.AT_MAKING: ("y", "now"),
    Missing.AT_RUNNING: ("y", "analysis"),
}


def write_template(path: Path, recipe: Recipe, mdm_path: Path | None) -> None:
    """Write a template, whole or not at all; raises FileError, SpecError."""
    write_text(path, "\n".join([*_lines(recipe, mdm_path, path.parent), ""]))


def _lines(recipe: Recipe, mdm_path: Path | None, folder: Path) -> Iterator[str]:
    second = recipe.level1 if recipe.level2 is None else recipe.level2
    id2 = recipe.id1 if recipe.one_file else recipe.id2 or recipe.id1
    missing, time = _MISSING[recipe.missing]
    yield _HEAD
    yield f"rawdattype:{_PACKAGES.get(recipe.level1.path.suffix.lower(), 'ascii')}"
    yield f"l1fname:{text_value(named(recipe.level1.path, folder))}"
    yield f"l2fname:{text_value(named(second.path, folder))}"
    yield f"l1missing:{missing}"
    yield f"timeofdeletion:{time}"
    if mdm_path is not None:
        yield f"mdmname:{text_value(named(mdm_path, folder))}"
    if recipe.structure is not Structure.PERSONS_IN_GROUPS:
        yield f"structure:{recipe.structure.value}"
    yield from _source_lines("l1", recipe.level1, implied(recipe.id1, recipe.variables1))
    yield from _source_lines("l2", second, implied(id2, recipe.variables2))
    for step in recipe.steps:
        yield f"step:{_json(to_json(step))}"
    yield from _block_lines("l1vars", recipe.id1, recipe.variables1)
    yield from _block_lines("l2vars", id2, recipe.variables2)


def _source_lines(level: str, source: Source, usual: tuple[str, ...]) -> Iterator[str]:
    text = source.text
    if source.sheet:
        yield f"{level}sheet:{text_value(source.sheet)}"
    if text.columns:
        yield f"{level}format:{text_value(text.columns)}"
    values = {each: getattr(text, each) for each in _TEXT}
    said: dict[str, object] = {name: each for name, each in values.items() if each is not None}
    if text.names != (usual if text.columns else ()):
        said["names"] = list(text.names)
    if said:
        yield f"{level}text:{_json(said)}"


def _block_lines(block: str, id_name: str, names: Sequence[str] | None) -> Iterator[str]:
    yield f"*begin {block}"
    yield f"{ID}:{text_value(id_name) if id_name else ''}"
    yield from [ALL] if names is None else map(_name, names)
    yield f"*end {block}"


def _name(name: str) -> str:
    return quoted_text(name) if ":" in name or name.startswith(("*", "#")) else text_value(name)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def implied(id_name: str, names: Sequence[str] | None) -> tuple[str, ...]:
    """Names of the columns of a fixed-width file of HLM's: the ID, then the variables."""
    return () if names is None else (id_name, *names)
