"""From tables in any order to `TwoLevelData`: IDs matched, rows sorted by unit, losses told."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from estimation.arrays import Array
from estimation.data.dataset import TwoLevelData
from estimation.data.describe import describe
from estimation.errors import DataError
from estimation.spec.catalogue import Catalogue

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
_SHOWN = 10
Index = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Table:
    """A file: its IDs as text (missing ones NaN), its variables, and why columns are none."""

    file: str
    id_name: str
    ids: "pd.Series[str]"
    columns: Mapping[str, Array]
    left_out: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class _Units:
    """The units of a table and, for each row, the number of its unit (-1 without an ID)."""

    ids: tuple[str, ...]
    of_row: Index


def build(
    level1: Table, level2: Table | None, *, name: str, labels: Mapping[str, str]
) -> TwoLevelData:
    """Join two tables by their IDs; without `level2`, find level 2 in the level-1 table.

    IDs match when they mean the same: 7, 7.0 and " 7" do; text is case-sensitive.  Units stand
    in numeric order when all IDs are numbers, else in text order; rows keep their order within
    units.  Raises DataError when level 2 repeats an ID or no row is left.
    """
    report: list[str] = []
    units1 = _units(level1, report)
    if level2 is None:
        ids = _in_order(units1.ids)
    else:
        units2 = _units(level2, report)
        _refuse_repeated(level1, units1, level2, units2)
        ids = _in_order(set(units1.ids) & set(units2.ids))
        report += _unmatched(level1, units1, level2, units2)
    rows, offsets = _sorted_rows(units1, ids)
    if not ids:
        raise DataError(_nothing_left(level1, level2))
    columns1 = _take(level1.columns, rows)
    if level2 is None:
        columns2 = _constant(columns1, offsets)
    else:
        columns2 = _take(level2.columns, _sorted_rows(units2, ids)[0])
    left_out = dict(level2.left_out if level2 else {}) | dict(level1.left_out)
    report += [f"{column} is left out: {reason}." for column, reason in left_out.items()]
    catalogue = Catalogue(
        describe(columns1, labels), describe(columns2, labels), tuple(left_out.items())
    )
    return TwoLevelData(
        name, level1.id_name, ids, offsets, columns1, columns2, catalogue, tuple(report)
    )


def _units(table: Table, report: list[str]) -> _Units:
    """Number the units of a table, spellings of the same ID as one."""
    codes, found = pd.factorize(table.ids)
    spellings = [str(each) for each in found]
    meant = [_canonical(each) for each in spellings]
    ids = tuple(dict.fromkeys(meant))
    number = {each: position for position, each in enumerate(ids)}
    renumbered = np.array([*(number[each] for each in meant), -1], dtype=np.intp)
    report += _id_notes(table, int((codes < 0).sum()), spellings, meant)
    return _Units(ids, renumbered[codes])


def _id_notes(
    table: Table, n_missing: int, spellings: Sequence[str], meant: Sequence[str]
) -> list[str]:
    notes = []
    if n_missing:
        rows = _count(n_missing, "row")
        notes.append(f"{rows} of {table.file} without {table.id_name} left out.")
    same = defaultdict(list)
    for spelling, each in zip(spellings, meant, strict=True):
        same[each].append(spelling)
    merged = [" = ".join(each) for each in same.values() if len(each) > 1]
    if merged:
        notes.append(f"IDs of {table.file} written in more than one way: {_some(merged)}.")
    return notes


def _canonical(text: str) -> str:
    """Write a numeric ID the shortest way; leave text as it is."""
    if not _NUMBER.fullmatch(text):
        return text
    value = Decimal(text)
    whole = value == value.to_integral_value()
    return str(int(value)) if whole else format(value.normalize(), "f")


def _in_order(ids: set[str] | Sequence[str]) -> tuple[str, ...]:
    numeric = all(_NUMBER.fullmatch(each) for each in ids)
    return tuple(sorted(ids, key=Decimal if numeric else None))


def _refuse_repeated(level1: Table, units1: _Units, level2: Table, units2: _Units) -> None:
    repeated = _repeated(units2)
    if not repeated:
        return
    if not _repeated(units1):
        raise DataError(
            f"Are the files swapped? {level1.file}, given as the level-1 file, has one row a unit; "
            f"{level2.file}, given as the level-2 file, has more. If so, exchange the two."
        )
    raise DataError(
        f"{level2.file} has more than one row for {_count(len(repeated), 'unit')} "
        f"({level2.id_name} {_some(repeated)}). A level-2 file has one row a unit: delete the "
        "repeated rows, or leave the level-2 file out if the level-1 file holds both levels."
    )


def _repeated(units: _Units) -> list[str]:
    """IDs that stand in more than one row."""
    counts = Counter(units.of_row[units.of_row >= 0].tolist())
    return [units.ids[number] for number, count in counts.items() if count > 1]


def _unmatched(level1: Table, units1: _Units, level2: Table, units2: _Units) -> list[str]:
    report = []
    without2 = _in_order(set(units1.ids) - set(units2.ids))
    if without2:
        absent = set(without2)
        numbers = [k for k, each in enumerate(units1.ids) if each in absent]
        rows = int(np.isin(units1.of_row, numbers).sum())
        report.append(
            f"{_count(rows, 'row')} of {level1.file} left out: {_count(len(without2), 'unit')} "
            f"not in {level2.file} ({level1.id_name} {_some(without2)})."
        )
    without1 = _in_order(set(units2.ids) - set(units1.ids))
    if without1:
        report.append(
            f"{_count(len(without1), 'unit')} of {level2.file} left out: no rows in "
            f"{level1.file} ({level2.id_name} {_some(without1)})."
        )
    return report


def _nothing_left(level1: Table, level2: Table | None) -> str:
    if level2 is None or not len(level1.ids):
        return f"{level1.file} has no row with a value of {level1.id_name}."
    return (
        f"No {level1.id_name} of {level1.file} is in {level2.file}. "
        "Check that both files hold the same units and that the ID is the right column."
    )


def _sorted_rows(units: _Units, ids: tuple[str, ...]) -> tuple[Index | None, Index]:
    """Positions of the rows of `ids`, in that order (None: all as they are), and offsets."""
    rank = {each: position for position, each in enumerate(ids)}
    ranks = np.array([*(rank.get(each, -1) for each in units.ids), -1], dtype=np.intp)
    of_row = ranks[units.of_row]
    n_lost = int((of_row < 0).sum())
    sizes = np.bincount(of_row[of_row >= 0], minlength=len(ids))
    offsets = np.concatenate([[0], sizes.cumsum()]).astype(np.intp)
    offsets.setflags(write=False)
    if not n_lost and bool((np.diff(of_row) >= 0).all()):
        return None, offsets
    return np.argsort(of_row, kind="stable")[n_lost:], offsets


def _take(columns: Mapping[str, Array], rows: Index | None) -> dict[str, Array]:
    return {
        name: _read_only(values if rows is None else values[rows])
        for name, values in columns.items()
    }


def _constant(columns: Mapping[str, Array], offsets: Index) -> dict[str, Array]:
    """One value a unit of the variables that do not vary within units."""
    sizes = np.diff(offsets)
    firsts = {name: values[offsets[:-1]] for name, values in columns.items()}
    return {
        name: _read_only(first)
        for name, first in firsts.items()
        if np.array_equal(np.repeat(first, sizes), columns[name], equal_nan=True)
    }


def _read_only(values: Array) -> Array:
    values = np.ascontiguousarray(values, dtype=np.float64)
    values.setflags(write=False)
    return values


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _some(names: Sequence[str]) -> str:
    rest = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
