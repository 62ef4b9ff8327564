"""Reading, joining and writing for the making of data files: plain functions for a worker thread.

They alone call the readers, and load them when they are first called.
"""
# ruff: noqa: PLC0415 - as said above

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from app.model.making import Fact, FileRead, Found
from estimation.data.recipe import Recipe, Source
from estimation.errors import EstimationError
from estimation.files import write_text
from estimation.progress import Reading

if TYPE_CHECKING:
    from app.model.making import Draft
    from estimation.data.make import Assembled, Stamp
    from estimation.data.sources import Look
    from estimation.data.table import Column, Table
    from estimation.data.template import Template
    from estimation.progress import Watcher
    from estimation.spec.catalogue import Catalogue

Known = dict[Source, FileRead]
_SHOWN, _SAMPLE = 3, 1000


def read_files(draft: Draft, known: Known, watch: Watcher) -> Found | None:
    """Read the files of a draft that are not `known` as they are now, and find the IDs.

    What was read is known from then on, whatever comes of the rest.  None without level 1.
    """
    needed = [each for each in draft.sources if not _fresh(known.get(each))]
    if needed:
        _read(needed, known, watch)
    if draft.level1 is None:
        return None
    watch(Reading("Looking for the ID"))
    one = known[draft.level1]
    if draft.level2 is None or draft.one_file:
        return _one_file(draft, one)
    return _two_files(draft, one, known[draft.level2])


def _read(needed: list[Source], known: Known, watch: Watcher) -> None:
    from estimation.data.make import read_tables

    recipe = Recipe(needed[0], needed[1] if needed[1:] else None)
    tables = read_tables(recipe, watch)
    read = [each for each in (tables.level1, tables.level2) if each is not None]
    for source, table, stamp in zip(needed, read, tables.stamps, strict=True):
        known[source] = _file_read(source, table, stamp, watch)


def _file_read(source: Source, table: Table, stamp: Stamp, watch: Watcher) -> FileRead:
    from estimation.data.sources.kinds import WORKBOOK, form_of

    facts = []
    for number, name in enumerate(table.names):
        watch(Reading(f"Counting missing values of {table.file}", number / len(table.names)))
        facts.append(_fact(table.column(name)))
    kind = form_of(source.path).kind
    sheets = look_at(source, watch).sheets if kind is WORKBOOK else ()
    return FileRead(source, kind.label, sheets, table, stamp, tuple(facts))


def _fresh(file: FileRead | None) -> bool:
    """Whether a file is as it was when it was read."""
    if file is None:
        return False
    try:
        status = os.stat(file.source.path)  # noqa: PTH116 - as for Path.is_file
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == (file.stamp.size, file.stamp.modified)


def _fact(column: Column) -> Fact:
    import numpy as np

    from estimation.data.usable import unusable

    n_missing = int(np.count_nonzero(column.is_missing))
    return Fact(column.field, _in_words(column), n_missing, unusable(column.field))


def _in_words(column: Column) -> str:
    """Say which values a column has: its labels, its range, or some of its texts."""
    import numpy as np

    labels = column.field.value_labels
    if labels:
        shown = [f"{_number(value)} = {label}" for value, label in labels[:_SHOWN]]
        return ", ".join(shown) + (" …" if len(labels) > _SHOWN else "")
    if not isinstance(column.stored, np.ndarray):
        texts = dict.fromkeys(column.stored[:_SAMPLE].drop_null().to_pylist())
        return ", ".join(list(texts)[:_SHOWN]) + (" …" if len(texts) > _SHOWN else "")
    present = column.values[~np.isnan(column.values)]
    if not present.size:
        return "no values"
    low, high = (_value(column, float(each)) for each in (present.min(), present.max()))
    return low if low == high else f"{low} to {high}"


def _value(column: Column, value: float) -> str:
    import numpy as np

    from estimation.data.table import Kind

    if column.field.kind is Kind.NUMBER or not abs(value) < 1e6:
        return _number(value)
    return str(np.datetime64(int(value // 1), "D"))


def _number(value: float) -> str:
    return f"{value:.6g}".replace("-", "−")


def _one_file(draft: Draft, one: FileRead) -> Found:
    from app.model.id_guess import unit_of

    id_name = _meant(draft.id1, one) or unit_of(one.table)
    fixed = _fixed(one, id_name) if id_name else frozenset()
    return Found(one, None, id_name, id_name, fixed)


def _meant(name: str, file: FileRead) -> str:
    """Return the column of that name, in either case but exactly first; empty if there is none."""
    if name in file.names:
        return name
    return next((each for each in file.names if each.casefold() == name.casefold()), "")


def _fixed(one: FileRead, id_name: str) -> frozenset[str]:
    """Return the columns that do not vary within units."""
    from estimation.data.join import join

    recipe = Recipe(one.source, id1=id_name, variables1=())
    try:
        levels, _ = join(recipe, one.table, None)
    except EstimationError:  # it will be told when the levels are joined
        return frozenset()
    return frozenset(levels.level2)


def _two_files(draft: Draft, one: FileRead, two: FileRead) -> Found:
    from app.model.id_guess import link

    found = link(one.table, two.table, (_meant(draft.id1, one), _meant(draft.id2, two)))
    if draft.loose and found.swapped:
        return Found(two, one, found.id2, found.id1)
    return Found(one, two, found.id1, found.id2, swapped=found.swapped)


def assembled(recipe: Recipe, found: Found, watch: Watcher) -> Assembled:
    """Join the levels, and apply the steps; raises DataError."""
    from estimation.data.make import Tables, assemble

    files = [each for each in (found.level1, found.level2) if each is not None]
    second = found.level2.table if found.level2 is not None else None
    stamps = tuple(each.stamp for each in files)
    return assemble(recipe, Tables(found.level1.table, second, stamps), watch)


def written(path: Path, made: Assembled, watch: Watcher) -> Path:
    """Write a data file, whole or not at all; raises FileError."""
    from estimation.data.store import write

    write(path, made, watch)
    return path


def catalogue_of(made: Assembled, name: str) -> Catalogue:
    """Describe the variables that models would use; quick, as all is known."""
    from estimation.data.make import data_of

    return data_of(made, name).catalogue


def is_text(path: Path) -> bool:
    """Whether a file is text, by its beginning; it may be one that cannot be read as it is."""
    from estimation.data.sources.kinds import TEXT, form_of

    try:
        return form_of(path).kind is TEXT
    except (EstimationError, OSError):
        return False


def look_at(source: Source, _watch: Watcher) -> Look:
    """Look at the first rows of a file; raises FileError, DataError."""
    from estimation.data.sources import look

    return look(source)


# ----------------------------------------------------------------------------------- templates


def template_read(path: Path, _watch: Watcher) -> Template:
    """Read a template; raises FileError, SpecError."""
    from estimation.data.template import read_template

    return read_template(path)


def template_written(path: Path, recipe: Recipe, target: Path | None, _watch: Watcher) -> Path:
    """Write a template; raises FileError, SpecError."""
    from estimation.data.template import write_template

    write_template(path, recipe, target)
    return path


def template_edited(path: Path, text: str, watch: Watcher) -> Template:
    """Write a template as text if it can be read; raises FileError, SpecError."""
    with TemporaryDirectory() as folder:
        trial = Path(folder, path.name)
        write_text(trial, text)
        try:
            template_read(trial, watch)
        except EstimationError as error:
            words = str(error).replace(str(trial), str(path)).replace(folder, str(path.parent))
            raise type(error)(words) from error
    write_text(path, text)
    return template_read(path, watch)
