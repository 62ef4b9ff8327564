"""From a recipe to two-level data: read, join, delete, apply the steps, describe."""

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

import numpy as np

from estimation.data.dataset import TwoLevelData
from estimation.data.describe import describe_values
from estimation.data.findings import after_steps
from estimation.data.join import identifier, join
from estimation.data.recipe import Recipe
from estimation.data.report import Entry, Finding, JoinReport
from estimation.data.sources import read
from estimation.data.steps import apply_all
from estimation.data.table import Column, Levels, Table
from estimation.data.usable import Variables, two_level_data
from estimation.errors import DataError, FileError
from estimation.files import in_words
from estimation.progress import Cancelled, Reading, Watcher, ignore
from estimation.spec.catalogue import Variable

# Files are read, and columns described, by so many threads at a time.
_THREADS = 2
# What `assemble` finds out anew after the steps.
_AFTER_STEPS = {
    Finding.COUNTS,
    Finding.SINGLE,
    Finding.CONSTANT,
    Finding.MISSING,
    Finding.LEFT_OUT,
    Finding.STEP,
}


@dataclass(frozen=True)
class Stamp:
    """A source file as it was when it was read: name as given, size, time (ns), SHA-256.

    The checksum is found when a data file is written, and empty where the source had changed by
    then, or was no more.
    """

    path: str
    size: int
    modified: int
    checksum: str = ""


@dataclass(frozen=True, eq=False)
class Tables:
    """The files of a recipe, read."""

    level1: Table
    level2: Table | None
    stamps: tuple[Stamp, ...] = ()


@dataclass(frozen=True, eq=False)
class Assembled:
    """Two levels of columns before (`base`) and after the steps, and what was found on the way.

    `variables` describe the columns of each level after the steps, texts included.
    """

    recipe: Recipe
    base: Levels
    levels: Levels
    report: JoinReport
    stamps: tuple[Stamp, ...]
    variables: Variables


# ------------------------------------------------------------------------------------- reading


def read_tables(recipe: Recipe, watch: Watcher = ignore) -> Tables:
    """Read the one or two files of a recipe; raises FileError, DataError."""
    stop = Event()

    def watch_all(event: Reading) -> None:
        if stop.is_set():
            raise Cancelled
        watch(event)

    with ThreadPoolExecutor(_THREADS, "read") as pool:
        try:
            stamps = tuple(stamp(each.path) for each in recipe.sources)
            tables = [pool.submit(read, each, watch_all) for each in recipe.sources]
            found = [each.result() for each in tables]
            second = found[1] if found[1:] else None
            return Tables(found[0], second, stamps)
        finally:  # when one fails, or is cancelled, the other need not go on
            stop.set()


def stamp(path: Path) -> Stamp:
    """Return size and time of a file; raises FileError."""
    try:
        status = path.stat()
    except OSError as error:
        raise in_words("read", path, error) from error
    return Stamp(str(path), status.st_size, status.st_mtime_ns)


def sealed(old: Stamp) -> Stamp:
    """Add the checksum, if the file is what it was."""
    path = Path(old.path)
    try:
        with path.open("rb") as file:
            checksum = hashlib.file_digest(file, "sha256").hexdigest()
        return replace(old, checksum=checksum) if stamp(path) == replace(old, checksum="") else old
    except (OSError, FileError):
        return old


# ----------------------------------------------------------------------------------- assembling


def assemble(recipe: Recipe, tables: Tables, watch: Watcher = ignore) -> Assembled:
    """Join the tables of a recipe and apply its steps; raises DataError with the remedy."""
    watch(Reading("Joining the levels"))
    base, found = join(recipe, tables.level1, tables.level2)
    read = [each for each in (tables.level1, tables.level2) if each is not None]
    notes = [Entry(Finding.FILE, note, loses=True) for table in read for note in table.notes]
    recipe = replace(recipe, id1=base.id_name, id2=_second_id(recipe, tables))
    return _finish(recipe, base, [*notes, *found], tables.stamps, watch)


def assemble_base(
    recipe: Recipe,
    base: Levels,
    report: JoinReport,
    stamps: tuple[Stamp, ...] = (),
    watch: Watcher = ignore,
) -> Assembled:
    """Apply the steps of a recipe to levels that were joined before."""
    kept = [each for each in report.entries if each.finding not in _AFTER_STEPS]
    return _finish(recipe, base, kept, stamps, watch)


def data_of(made: Assembled, name: str) -> TwoLevelData:
    """Return the data that models use, called `name`."""
    return two_level_data(name, made.levels, made.variables, made.report, made.recipe.structure)


def _second_id(recipe: Recipe, tables: Tables) -> str:
    if tables.level2 is None:
        return ""
    return identifier(tables.level2, recipe.id2 or recipe.id1)


def _finish(
    recipe: Recipe, base: Levels, found: list[Entry], stamps: tuple[Stamp, ...], watch: Watcher
) -> Assembled:
    levels = apply_all(base, recipe.steps, watch)
    if not levels.n_units:
        raise DataError("The data steps leave no row. Change or remove the filter.")
    watch(Reading("Describing the variables"))
    variables = _describe(levels, 1, watch), _describe(levels, 2, watch)
    found = [*found, *after_steps(recipe, base, levels, variables)]
    found.sort(key=lambda entry: list(Finding).index(entry.finding))
    return Assembled(recipe, base, levels, JoinReport(tuple(found)), stamps, variables)


def _describe(levels: Levels, level: int, watch: Watcher) -> tuple[Variable, ...]:
    columns = levels.level(level)
    with ThreadPoolExecutor(_THREADS, "describe") as pool:
        described = []
        try:
            for found in [pool.submit(_described, columns, name) for name in columns]:
                described.append(found.result())
                watch(Reading("Describing the variables", len(described) / len(columns)))
        finally:
            pool.shutdown(cancel_futures=True)
    return tuple(described)


def _described(columns: Mapping[str, Column], name: str) -> Variable:
    column = columns[name]
    if column.field.numeric:
        return describe_values(column.field, column.values)
    missing = int(np.count_nonzero(column.is_missing))
    n = len(column.is_missing) - missing
    return Variable(name, column.field.label, n, None, None, None, None, n_missing=missing)
