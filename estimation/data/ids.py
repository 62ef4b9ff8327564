"""Linking IDs: which rows belong to one unit, whatever the ID looks like in either file.

IDs match when they mean the same: "1224", 1224, 1224.0 and " 1224 " do; text is case-sensitive.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import isnan

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from estimation.arrays import Index, Mask
from estimation.data.sources.narrow import MISSING
from estimation.data.sources.values import is_number
from estimation.data.spread import spread
from estimation.data.table import Table, user_missing

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
_WHOLE = re.compile(r"-?[1-9]\d{0,17}|0", re.ASCII)


@dataclass(frozen=True, eq=False)
class Units:
    """The units of a file in the order of their first rows, and the number of each row's unit.

    The number is -1 for a row without an ID.  `merged` lists spellings that mean the same ID.
    """

    ids: tuple[str, ...]
    of_row: Index
    merged: tuple[str, ...] = ()

    @property
    def sizes(self) -> Index:
        """Number of rows of each unit."""
        return np.bincount(self.of_row[self.of_row >= 0], minlength=len(self.ids))


def units(table: Table, name: str) -> Units:
    """Find the units of a file by its column `name`."""
    codes, spellings = _spellings(table, name)
    meant = [canonical(each) for each in spellings]
    ids = tuple(dict.fromkeys(each for each in meant if each is not None))
    if len(ids) == len(meant):
        return Units(ids, codes)
    number: dict[str | None, int] = {each: position for position, each in enumerate(ids)}
    renumbered = np.array([*(number.get(each, -1) for each in meant), -1], dtype=np.intp)
    return Units(ids, renumbered[codes], _merged(spellings, meant))


def canonical(text: str) -> str | None:
    """Write a numeric ID the shortest way, and text without the blanks around it; None: missing."""
    if _WHOLE.fullmatch(text):
        return text
    text = text.strip()
    if text in MISSING:
        return None
    if not _NUMBER.fullmatch(text):
        return text
    plain = _plain(Decimal(text) or Decimal())  # not -0
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def in_order(ids: Iterable[str]) -> tuple[str, ...]:
    """Sort IDs as numbers if all of them are, else as texts."""
    ids = tuple(ids)
    if all(map(_WHOLE.fullmatch, ids)):
        return tuple(sorted(ids, key=int))
    numeric = all(map(_NUMBER.fullmatch, ids))
    return tuple(sorted(ids, key=Decimal if numeric else None))


def _spellings(table: Table, name: str) -> tuple[Index, list[str]]:
    """Return the distinct values of a column as texts, and each row's number (-1: missing)."""
    position = table.names.index(name)
    values, of_run, heads = _runs(table.arrow.column(position))
    gone = _not_there(values, table.fields[position].missing)
    texts = ["" if each else text for text, each in zip(_as_texts(values), gone, strict=True)]
    codes = of_run if heads is None else spread(of_run, heads)
    return codes.astype(np.intp, copy=False), texts


def _runs(chunks: pa.ChunkedArray) -> tuple[pa.Array, Index, Index | None]:
    """Return distinct values, the number of each run of equal ones (-1: null), and where it begins.

    Rows of a unit mostly stand together, and whole numbers are quickly compared with their
    neighbours: then only the heads of runs are looked up.  None: every row is a run.
    """
    offsets = None
    if pa.types.is_integer(chunks.type) and not chunks.null_count and len(chunks):
        rows = chunks.to_numpy()
        heads = np.flatnonzero(rows[1:] != rows[:-1]) + 1
        offsets = np.concatenate([[0], heads, [rows.size]])
        chunks = pa.chunked_array([pa.array(rows[offsets[:-1]])])
    if not pa.types.is_dictionary(chunks.type):
        chunks = chunks.dictionary_encode()
    encoded = pa.concat_arrays(chunks.unify_dictionaries().chunks or [_EMPTY])
    codes = encoded.indices.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
    values, codes = _met(encoded.dictionary, codes)
    return values, codes, offsets


def _met(values: pa.Array, codes: Index) -> tuple[pa.Array, Index]:
    """Drop the values of a dictionary that no row has, such as categories of other files."""
    met = np.bincount(codes + 1, minlength=len(values) + 1)[1:] > 0
    if met.all():
        return values, codes
    number = np.append(np.cumsum(met) - 1, -1)
    return values.filter(pa.array(met)), number[codes]


_EMPTY = pa.array([], pa.string()).dictionary_encode()


def _not_there(values: pa.Array, ranges: tuple[tuple[float, float], ...]) -> Mask:
    """Where the value itself means that there is none."""
    if not is_number(values.type):
        return np.zeros(len(values), dtype=bool)
    numbers = values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return np.asarray(np.isnan(numbers) | user_missing(numbers, ranges))


def _as_texts(values: pa.Array) -> list[str]:
    if pa.types.is_floating(values.type):
        return [_as_text(each) for each in values.cast(pa.float64()).to_pylist()]
    if pa.types.is_decimal(values.type):
        return ["" if each is None else _plain(each) for each in values.to_pylist()]
    if pa.types.is_boolean(values.type):
        values = values.cast(pa.int8())
    return [each or "" for each in pc.cast(values, pa.string()).to_pylist()]


def _as_text(value: float | None) -> str:
    if value is None or isnan(value):
        return ""
    return str(int(value)) if value.is_integer() else _plain(Decimal(repr(value)))


def _plain(value: Decimal) -> str:
    """Write a number without an exponent."""
    return format(value, "f")


def _merged(spellings: list[str], meant: list[str | None]) -> tuple[str, ...]:
    same: dict[str, list[str]] = defaultdict(list)
    for spelling, each in zip(spellings, meant, strict=True):
        if each is not None:
            same[each].append(spelling)
    return tuple(" = ".join(each) for each in same.values() if len(each) > 1)
