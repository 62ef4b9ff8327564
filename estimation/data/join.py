"""Two tables, or one for both levels, become two levels of columns; what is lost is told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from estimation.arrays import Array, Index, Mask
from estimation.data.ids import Units, in_order, units
from estimation.data.recipe import Missing, Recipe
from estimation.data.report import Entry, Finding, count, some
from estimation.data.spread import spread
from estimation.data.table import Column, Columns, Field, Levels, Table
from estimation.errors import DataError

# How many rows tell that a variable varies within units, mostly.
_GLANCE = 100_000


@dataclass(frozen=True, eq=False)
class _Side:
    """A table with its units, and the names of the variables chosen from it."""

    table: Table
    id_name: str
    units: Units
    chosen: tuple[str, ...]

    @property
    def file(self) -> str:
        return self.table.file


def join(recipe: Recipe, level1: Table, level2: Table | None) -> tuple[Levels, tuple[Entry, ...]]:
    """Join two tables by their IDs; without `level2`, find level 2 in the level-1 table.

    Units stand in numeric order when all IDs are numbers, else in text order; rows keep their
    order within units.  Raises DataError when level-2 rows contradict each other, an ID or a
    chosen variable is not there, or no row is left.
    """
    one = _side(level1, recipe.id1, recipe.variables1, 1)
    found = _id_entries(one)
    if level2 is None:
        levels = _one_file(recipe, one, found)
    else:
        two = _side(level2, recipe.id2 or recipe.id1, recipe.variables2, 2)
        levels = _two_files(one, two, found)
    if recipe.missing is Missing.AT_MAKING:
        levels = _delete_missing(levels, found)
    return levels, tuple(found)


def identifier(table: Table, name: str) -> str:
    """Return the column meant by an ID's name, in either case but exactly first."""
    if name in table.names:
        return name
    found = [each for each in table.names if each.casefold() == name.casefold()]
    if len(found) == 1:
        return found[0]
    problem = "has more than one" if found else "has no"
    raise DataError(
        f"{table.file} {problem} column {name}, the ID that links the levels. "
        f"Its columns are: {some(table.names)}."
    )


def _side(table: Table, id_name: str, chosen: tuple[str, ...] | None, level: int) -> _Side:
    id_name = identifier(table, id_name)
    names = _chosen(table, id_name, chosen, level)
    return _Side(table, id_name, units(table, id_name), names)


def _chosen(
    table: Table, id_name: str, chosen: tuple[str, ...] | None, level: int
) -> tuple[str, ...]:
    """Return the variables of a level, all but the ID if none were chosen."""
    absent = [name for name in chosen or () if name not in table.names]
    if absent:
        raise DataError(
            f"{table.file} has no column {some(absent)}, chosen as level-{level} variable. Its "
            f"columns are: {some(table.names)}. Choose the variables again."
        )
    names = table.names if chosen is None else chosen
    return tuple(name for name in names if name != id_name)


def _id_entries(side: _Side) -> list[Entry]:
    """Rows without an ID, and IDs in several spellings."""
    found = []
    n_missing = int(np.count_nonzero(side.units.of_row < 0))
    if n_missing:
        words = f"{count(n_missing, 'row')} of {side.file} without {side.id_name} left out."
        found.append(Entry(Finding.WITHOUT_ID, words, loses=True))
    if side.units.merged:
        merged = side.units.merged
        words = f"IDs of {side.file} written in more than one way: {some(merged)}."
        found.append(Entry(Finding.SPELLINGS, words, merged, loses=True))
    return found


# ----------------------------------------------------------------------------------- two files


def _two_files(one: _Side, two: _Side, found: list[Entry]) -> Levels:
    found += _id_entries(two)
    _collapse(one, two, found)
    ids = in_order(set(one.units.ids) & set(two.units.ids))
    found += _unmatched(one, two)
    if not ids:
        raise DataError(_nothing_left(one, two))
    rows1, offsets = sorted_rows(one.units, ids)
    return Levels(
        id_name=one.id_name,
        unit_ids=ids,
        offsets=offsets,
        level1=_columns(one, one.chosen, rows1),
        level2=_columns(two, two.chosen, _first_rows(two.units, ids)),
    )


def _collapse(one: _Side, two: _Side, found: list[Entry]) -> None:
    """Take identical rows of a level-2 unit once; refuse rows that contradict each other."""
    sizes = two.units.sizes
    repeated = np.flatnonzero(sizes > 1)
    if not repeated.size:
        return
    if one.units.sizes.max(initial=0) <= 1:
        raise DataError(
            f"Are the files swapped? {one.file}, given as the level-1 file, has one row a unit; "
            f"{two.file}, given as the level-2 file, has more. If so, exchange the two."
        )
    conflicts = _conflicts(two, repeated)
    if conflicts:
        listed = [f"{each} ({', '.join(names)})" for each, names in conflicts.items()]
        raise DataError(
            f"{two.file} has rows that contradict each other for {count(len(conflicts), 'unit')}: "
            f"{two.id_name} {some(listed)}. A level-2 file has one row a unit: mend or delete "
            "these rows, or leave the level-2 file out if the level-1 file holds both levels."
        )
    ids = tuple(two.units.ids[each] for each in repeated.tolist())
    words = (
        f"{count(int(sizes[repeated].sum() - repeated.size), 'row')} of {two.file} repeat another "
        f"row in all variables chosen, and are taken once ({two.id_name} {some(ids)})."
    )
    found.append(Entry(Finding.REPEATED, words, ids))


def _conflicts(two: _Side, repeated: Index) -> dict[str, list[str]]:
    """Return the units whose rows differ, with the variables in which they do."""
    first = np.zeros(len(two.units.ids), dtype=np.intp)
    rows = np.flatnonzero(np.isin(two.units.of_row, repeated))
    of_row = two.units.of_row[rows]
    first[of_row[::-1]] = rows[::-1]
    found: dict[str, list[str]] = {}
    for name in two.chosen:
        column = two.table.column(name)
        same = _same(column, rows, first[of_row])
        for unit in np.unique(of_row[~same]).tolist():
            found.setdefault(two.units.ids[unit], []).append(name)
    return found


def _same(column: Column, left: Index, right: Index) -> Mask:
    """Whether a column has the same values, or no values, in these rows and those."""
    values = _comparable(column)
    a, b = values[left], values[right]
    return np.asarray((a == b) | (np.isnan(a) & np.isnan(b)))


def _comparable(column: Column) -> Array:
    """Numbers that are equal where the values are, NaN where a value is missing."""
    if isinstance(column.stored, np.ndarray):
        return column.values
    return np.where(column.is_missing, np.nan, column.codes)


def _unmatched(one: _Side, two: _Side) -> list[Entry]:
    found = []
    without2 = in_order(set(one.units.ids) - set(two.units.ids))
    if without2:
        absent = set(without2)
        lost = np.array([each in absent for each in one.units.ids])
        words = (
            f"{count(int(one.units.sizes[lost].sum()), 'row')} of {one.file} left out: "
            f"{count(len(without2), 'unit')} not in {two.file} ({one.id_name} {some(without2)})."
        )
        found.append(Entry(Finding.ONLY_LEVEL1, words, without2, loses=True))
    without1 = in_order(set(two.units.ids) - set(one.units.ids))
    if without1:
        words = (
            f"{count(len(without1), 'unit')} of {two.file} left out: no rows in {one.file} "
            f"({two.id_name} {some(without1)})."
        )
        found.append(Entry(Finding.ONLY_LEVEL2, words, without1, loses=True))
    return found


def _nothing_left(one: _Side, two: _Side | None) -> str:
    if two is None or not one.units.ids:
        return f"{one.file} has no row with a value of {one.id_name}."
    return (
        f"No {one.id_name} of {one.file} is in {two.file}. "
        "Check that both files hold the same units and that the ID is the right column."
    )


# ------------------------------------------------------------------------------------ one file


def _one_file(recipe: Recipe, one: _Side, found: list[Entry]) -> Levels:
    """Both levels from one table: level 2 is what does not vary within units."""
    ids = in_order(one.units.ids)
    if not ids:
        raise DataError(_nothing_left(one, None))
    rows, offsets = sorted_rows(one.units, ids)
    chosen2 = _chosen(one.table, one.id_name, recipe.variables2, 2)
    everything = _columns(one, one.table.names, rows)
    fixed = tuple(name for name in chosen2 if varies(everything[name], offsets) is None)
    moved = tuple(name for name in chosen2 if name not in fixed)
    if recipe.variables2 is not None and moved:
        found.append(_varying(moved))
    names1 = one.chosen if recipe.variables2 is None else tuple(dict.fromkeys(one.chosen + moved))
    starts = offsets[:-1] if rows is None else rows[offsets[:-1]]
    level1, level2 = _columns(one, names1, rows), _columns(one, fixed, starts)
    return Levels(one.id_name, ids, offsets, level1, level2)


def varies(column: Column, offsets: Index) -> int | None:
    """Return a unit within which a column has more than one value (a missing one counts)."""
    values = _comparable(column)
    glance = min(int(np.searchsorted(offsets, _GLANCE)), offsets.size - 1)
    found = _varies(values, offsets[: glance + 1])
    return _varies(values, offsets) if found is None else found


def _varies(values: Array, offsets: Index) -> int | None:
    firsts, own = spread(values[offsets[:-1]], offsets), values[: offsets[-1]]
    if np.array_equal(firsts, own, equal_nan=True):
        return None
    same = (firsts == own) | (np.isnan(firsts) & np.isnan(own))
    return int(np.searchsorted(offsets, np.argmin(same), side="right")) - 1


def _varying(names: tuple[str, ...]) -> Entry:
    them = "it is" if len(names) == 1 else "they are"
    words = (
        f"{some(names)} {'varies' if len(names) == 1 else 'vary'} within units, and cannot be "
        f"level-2 variables: {them} taken as level-1 variables. A data step can make group means."
    )
    return Entry(Finding.VARYING, words, names, loses=True)


# --------------------------------------------------------------------------------------- rows


def sorted_rows(found: Units, ids: tuple[str, ...]) -> tuple[Index | None, Index]:
    """Positions of the rows of `ids`, in that order (None: all as they are), and offsets."""
    rank = {each: position for position, each in enumerate(ids)}
    ranks = np.array([*(rank.get(each, -1) for each in found.ids), -1], dtype=np.intp)
    of_row = ranks[found.of_row]
    n_lost = int(np.count_nonzero(of_row < 0))
    sizes = np.bincount(of_row[of_row >= 0] if n_lost else of_row, minlength=len(ids))
    offsets = np.concatenate([[0], sizes.cumsum()]).astype(np.intp)
    offsets.setflags(write=False)
    if not n_lost and bool((of_row[1:] >= of_row[:-1]).all()):
        return None, offsets
    return np.argsort(of_row, kind="stable")[n_lost:], offsets


def _first_rows(found: Units, ids: tuple[str, ...]) -> Index:
    """Position of the first row of each of `ids`."""
    first = np.zeros(len(found.ids), dtype=np.intp)
    rows = np.flatnonzero(found.of_row >= 0)[::-1]
    first[found.of_row[rows]] = rows
    number = {each: position for position, each in enumerate(found.ids)}
    return first[[number[each] for each in ids]]


def _columns(side: _Side, names: Sequence[str], rows: Index | None) -> Columns:
    fields: list[Field] = [side.table.field(name) for name in names]
    load: Callable[[str], Column] = side.table.column
    if rows is None:
        return Columns(fields, load, side.table.chunks)
    return Columns(fields, lambda name: load(name).take(rows))


def _delete_missing(levels: Levels, found: list[Entry]) -> Levels:
    """Delete rows and units with a missing value in any variable, as HLM does when making."""
    rows = _complete(levels, 1, levels.n_rows)
    units_ = _complete(levels, 2, levels.n_units)
    kept = rows & spread(units_, levels.offsets)
    if kept.all():
        return levels
    result = keep_rows(levels, kept)
    lost = [f"{count(levels.n_rows - result.n_rows, 'row')} deleted"]
    if result.n_units < levels.n_units:
        lost.append(f"with them {count(levels.n_units - result.n_units, 'unit')}")
    where = [f"{count(n, noun)}" for n, noun in _incomplete(rows, units_) if n]
    words = f"{', '.join(lost)}: a value is missing in {' and in '.join(where)}."
    if not result.n_units:
        raise DataError(
            "No row has values in all variables chosen. Leave out variables with many missing "
            "values, or delete missing data when running analyses."
        )
    found.append(Entry(Finding.DELETED, words, loses=True))
    return result


def _incomplete(rows: Mask, units_: Mask) -> tuple[tuple[int, str], ...]:
    return (int((~rows).sum()), "level-1 row"), (int((~units_).sum()), "level-2 unit")


def _complete(levels: Levels, level: int, size: int) -> Mask:
    complete = np.ones(size, dtype=bool)
    for column in levels.level(level).values():
        complete &= ~column.is_missing
    return complete


def keep_rows(levels: Levels, kept: Mask) -> Levels:
    """Return the level-1 rows `kept` and the units that still have rows."""
    sizes = np.add.reduceat(kept, levels.offsets[:-1], dtype=np.intp)
    left = sizes > 0
    rows, units_ = np.flatnonzero(kept), np.flatnonzero(left)
    offsets = np.concatenate([[0], sizes[left].cumsum()]).astype(np.intp)
    offsets.setflags(write=False)
    return Levels(
        levels.id_name,
        tuple(levels.unit_ids[each] for each in units_.tolist()),
        offsets,
        Columns(levels.fields(1), partial(_taken, levels.level1, rows)),
        Columns(levels.fields(2), partial(_taken, levels.level2, units_)),
    )


def _taken(columns: Mapping[str, Column], rows: Index, name: str) -> Column:
    return columns[name].take(rows)
