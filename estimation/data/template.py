"""Templates (.mdmt): recipes as text files, in HLM's form, for `Make MDM` and `levelwise mdm`.

HLM's lines: rawdattype (only written: a file says itself what it is), l1fname, l2fname, l1missing,
timeofdeletion (now, analysis), mdmname, growthmodel (y: measures within persons), l1format and
l2format (Fortran formats of fixed-width text, whose columns are the ID and then the variables in
their order), and the blocks of variables, with the level2id of either file.  hsb.mdm means our
hsb.mdmx.  A file on a drive that is none here is looked for beside the template.

Lines of ours, written only where there is something to say:

- `structure:measures within persons`   or groups; see estimation.spec.catalogue;
- `l1sheet:Students`                    the sheet of a workbook (l2sheet, too);
- `l1text:{"separator": ";"}`           how a text file is to be read, a field each of TextFormat
  but `columns`, which l1format has (l2text, too);
- `step:{"step": ...}`                  a data step, in the order in which they are applied;
- `*all variables`                      in a block: every column but the ID.

A name is quoted as in a command file where it would be misread.  What means the same is read as
one: a second file that is the first again is none, and two files have both IDs written out.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from estimation.data.recipe import Missing, Recipe, Source, TextFormat
from estimation.data.steps import Step, from_json
from estimation.data.template_lines import Block, Entry, read_lines
from estimation.data.template_writing import implied, write_template
from estimation.errors import EstimationError, SpecError
from estimation.spec.catalogue import Structure
from estimation.spec.command_names import read_text_value
from estimation.spec.places import found, meant, with_our_suffix

__all__ = ["Template", "read_template", "write_template"]

_KNOWN = {
    *("rawdattype", "l1fname", "l2fname", "l1missing", "timeofdeletion", "mdmname"),
    *("growthmodel", "mdmtype", "l1format", "l2format"),
    *("structure", "l1sheet", "l2sheet", "l1text", "l2text", "step"),
}
_TEXT = {"separator": str, "decimal": str, "encoding": str, "header": bool, "names": list}
_T = TypeVar("_T")


@dataclass(frozen=True)
class Template:
    """A template read: the recipe, where its data file goes, and the lines passed over.

    The paths are absolute.
    """

    recipe: Recipe
    mdm_path: Path | None
    warnings: tuple[str, ...] = ()


def read_template(path: Path) -> Template:
    """Read a template, HLM's or ours; raises FileError, SpecError with the line at fault.

    What is not known is told in the warnings and passed over.
    """
    lines = read_lines(path)
    first, second = lines.blocks
    options = lines.single()
    if "l1fname" not in options:
        raise SpecError(f"{path} names no level-1 file. Add a line l1fname:, as l1fname:hsb1.sav")
    folder = path.parent.resolve()
    recipe = Recipe(
        level1=_source(options, "l1", first, folder),
        level2=_source(options, "l2", second, folder) if "l2fname" in options else None,
        id1=first.id_name,
        id2=second.id_name,
        variables1=first.names,
        variables2=second.names,
        structure=_structure(options),
        missing=_missing(options),
        steps=tuple(_step(each) for each in lines.outer if each.keyword == "step"),
    )
    if recipe.one_file:
        recipe = replace(recipe, level2=None, id2="")
    warnings = [*_passed_over((*lines.outer, *first.unknown, *second.unknown)), *_doubts(options)]
    return Template(recipe, _mdm_path(options, folder), tuple(warnings))


def _source(options: dict[str, Entry], level: str, block: Block, folder: Path) -> Source:
    name, sheet = (_text(options, f"{level}{each}") for each in ("fname", "sheet"))
    columns = _text(options, f"{level}format")
    said = _fields(options.get(f"{level}text"))
    if columns:
        said.setdefault("names", implied(block.id_name, block.names))
    path = Path(os.path.normpath(found(name, folder)))
    return Source(path, TextFormat(columns=columns, **said), sheet)


def _fields(entry: Entry | None) -> dict[str, Any]:
    """Return the fields of TextFormat that a line gives."""
    if entry is None:
        return {}
    values: Any = _parsed(entry, json.loads)
    whole = isinstance(values, dict) and all(
        name in _TEXT and isinstance(value, _TEXT[name]) for name, value in values.items()
    )
    if not whole:
        raise SpecError(
            f"{entry.where}: {entry.value} does not say how a text is to be read. Take the line "
            "out, and the program finds it out from the file."
        )
    names = {"names": tuple(map(str, values["names"]))} if "names" in values else {}
    return {**values, **names}


def _structure(options: dict[str, Entry]) -> Structure:
    entry = options.get("structure")
    if entry is None:
        grown = _text(options, "growthmodel").lower() in {"y", "yes"}
        return Structure.MEASURES_IN_PERSONS if grown else Structure.PERSONS_IN_GROUPS
    try:
        return Structure(entry.value.lower())
    except ValueError:
        known = ", ".join(each.value for each in Structure)
        raise SpecError(
            f"{entry.where}: there is no structure {entry.value}. There are: {known}."
        ) from None


def _missing(options: dict[str, Entry]) -> Missing:
    """Return what is done about missing values; nothing is deleted where the file is not clear."""
    said = _text(options, "l1missing").lower()
    if said in {"n", "no"}:
        return Missing.NONE
    deleted = said in {"y", "yes"} and _text(options, "timeofdeletion").lower() == "now"
    return Missing.AT_MAKING if deleted else Missing.AT_RUNNING


def _step(entry: Entry) -> Step:
    return _parsed(entry, lambda text: from_json(json.loads(text)))


def _parsed(entry: Entry, read: Callable[[str], _T]) -> _T:
    try:
        return read(entry.value)
    except (ValueError, RecursionError) as error:
        raise SpecError(
            f"{entry.where}: what stands after {entry.keyword}: is not whole. Take the line out, "
            "or put it right."
        ) from error
    except EstimationError as error:
        raise SpecError(f"{entry.where}: {error}") from error


def _mdm_path(options: dict[str, Entry], folder: Path) -> Path | None:
    name = _text(options, "mdmname")
    return Path(os.path.normpath(meant(with_our_suffix(name), folder))) if name else None


def _text(options: dict[str, Entry], keyword: str) -> str:
    return read_text_value(options[keyword].value) if keyword in options else ""


def _passed_over(entries: Iterable[Entry]) -> Iterator[str]:
    for entry in entries:
        if not entry.keyword:
            yield f"{entry.where}: {entry.line!r} is not of the form keyword:value; passed over."
        elif entry.keyword not in _KNOWN:
            yield f"{entry.where}: the keyword {entry.keyword!r} is not known; passed over."


def _doubts(options: dict[str, Entry]) -> Iterator[str]:
    """Say which values of HLM's keywords are not known."""
    known = {
        "l1missing": {"y", "yes", "n", "no"},
        "timeofdeletion": {"now", "analysis"},
        "growthmodel": {"y", "yes", "n", "no"},
        "mdmtype": {"0"},
    }
    for keyword, values in known.items():
        entry = options.get(keyword)
        if entry and entry.value.lower() not in values:
            yield (
                f"{entry.where}: the value {entry.value!r} of {keyword} is not known; passed over. "
                "Check the structure of the data and what is done about missing values."
            )
