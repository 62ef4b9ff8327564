"""Columns as files hold them, and two levels of them sorted by unit.

Numbers are float64 with NaN where a value is missing.  Dates are numbers, too: days since
1970-01-01.  What SPSS calls user-missing stands in `Field.missing` and stays in `Column.stored`;
`Column.values`, which models see, has NaN there.  The letter of a missing value of Stata or SAS
(.a to .z) is kept in the payload of its NaN, as R's haven does.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from weakref import WeakValueDictionary

import numpy as np
import pyarrow as pa

from estimation.arrays import Array, Index, Mask

_QUIET_NAN = 0x7FF8 << 48
_LETTER = 0xFF


class Kind(Enum):
    """What the values of a column are.  A date-time has a fraction of a day."""

    NUMBER = "number"
    DATE = "date"
    DATETIME = "date and time"
    TEXT = "text"


@dataclass(frozen=True)
class Field:
    """What is known of a column: `value_labels` pairs values with their meaning.

    `missing` holds ranges (low, high), both ends included, of user-missing values.  `note` says
    why a column that looks numeric is text ("line 12 has 'abc'").
    """

    name: str
    kind: Kind = Kind.NUMBER
    label: str = ""
    value_labels: tuple[tuple[float, str], ...] = ()
    missing: tuple[tuple[float, float], ...] = ()
    note: str = ""

    @property
    def numeric(self) -> bool:
        """Whether a model can use it."""
        return self.kind is not Kind.TEXT


@dataclass(frozen=True, eq=False)
class Column:
    """A field and its values: float64, or for text an Arrow dictionary array of strings."""

    field: Field
    stored: "Array | pa.DictionaryArray"

    @cached_property
    def values(self) -> Array:
        """Numbers with NaN for every missing value; read-only.  Raises TypeError for text."""
        if not isinstance(self.stored, np.ndarray):
            raise TypeError(f"{self.field.name} is text")
        gone = user_missing(self.stored, self.field.missing)
        values = np.where(gone, np.nan, self.stored) if gone.any() else self.stored.view()
        values.setflags(write=False)
        return values

    @property
    def codes(self) -> Index:
        """Number of each text in the dictionary, -1 where it is missing."""
        if isinstance(self.stored, np.ndarray):
            raise TypeError(f"{self.field.name} is no text")
        indices = self.stored.indices.cast(pa.int64()).fill_null(-1)
        return np.asarray(indices.to_numpy(zero_copy_only=False), dtype=np.intp)

    @cached_property
    def is_missing(self) -> Mask:
        """Where a value is missing, whatever the kind."""
        if isinstance(self.stored, np.ndarray):
            return np.isnan(self.values)
        return np.asarray(self.codes < 0)

    def take(self, rows: "Index | Mask") -> "Column":
        """Return the rows chosen."""
        if isinstance(self.stored, np.ndarray):
            return Column(self.field, self.stored[rows])
        positions = np.flatnonzero(rows) if rows.dtype == bool else rows
        return Column(self.field, self.stored.take(pa.array(positions)))


@dataclass(frozen=True, eq=False)
class Table:
    """A file as it was read: `file` is its name, the columns in its order.

    `arrow` holds each column in the narrowest sense the file allows (whole numbers stay whole, so
    that long IDs are exact); `fields` says what they mean, in the same order.  `notes` tell, in
    words, what could not be taken over.
    """

    file: str
    fields: tuple[Field, ...]
    arrow: pa.Table
    notes: tuple[str, ...] = ()

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return int(self.arrow.num_rows)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(each.name for each in self.fields)

    def field(self, name: str) -> Field:
        """Return what is known of a column."""
        return self.fields[self.names.index(name)]

    def chunks(self, name: str) -> pa.ChunkedArray:
        """Return a column as it was read."""
        return self.arrow.column(self.names.index(name))

    def column(self, name: str) -> Column:
        """Return a column with its values as numbers, or as a dictionary of texts."""
        field, chunks = self.field(name), self.chunks(name)
        return Column(field, numbers(chunks) if field.numeric else texts(chunks))


class Columns(Mapping[str, Column]):
    """Columns that are loaded when they are asked for, and kept while somebody else keeps them.

    `arrow` gives a column as it was read, if its rows stand in the order of the file.
    """

    def __init__(
        self,
        fields: Iterable[Field],
        load: Callable[[str], Column],
        arrow: "Callable[[str], pa.ChunkedArray] | None" = None,
    ) -> None:
        self._fields = {each.name: each for each in fields}
        self._load, self.arrow = load, arrow
        self._loaded: WeakValueDictionary[str, Column] = WeakValueDictionary()

    def __getitem__(self, name: str) -> Column:
        """Return a column, loaded now or still there."""
        column = self._loaded.get(name)
        if column is None:
            if name not in self._fields:
                raise KeyError(name)
            column = self._loaded[name] = self._load(name)
        return column

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __contains__(self, name: object) -> bool:
        """Tell without loading."""
        return name in self._fields

    def field(self, name: str) -> Field:
        """Return what is known of a column without loading it."""
        return self._fields[name]


@dataclass(frozen=True, eq=False)
class Levels:
    """Two levels of columns: rows of unit j are `offsets[j]:offsets[j + 1]` at level 1.

    Level 2 has one row a unit, in the order of `unit_ids`.
    """

    id_name: str
    unit_ids: tuple[str, ...]
    offsets: Index
    level1: Mapping[str, Column]
    level2: Mapping[str, Column]

    @property
    def n_rows(self) -> int:
        """Number of level-1 rows."""
        return int(self.offsets[-1])

    @property
    def n_units(self) -> int:
        """Number of level-2 units."""
        return len(self.unit_ids)

    @property
    def sizes(self) -> Index:
        """Number of rows of each unit."""
        return np.diff(self.offsets)

    def level(self, level: int) -> Mapping[str, Column]:
        """Columns of level 1 or 2."""
        return self.level1 if level == 1 else self.level2

    def fields(self, level: int) -> tuple[Field, ...]:
        """What is known of the columns of a level; loads none."""
        columns = self.level(level)
        know: Callable[[str], Field] | None = getattr(columns, "field", None)
        return tuple(know(name) if know else columns[name].field for name in columns)


def user_missing(values: Array, ranges: Sequence[tuple[float, float]]) -> Mask:
    """Return where values lie in a range, both ends included."""
    gone = np.zeros(values.shape, dtype=bool)
    for low, high in ranges:
        gone |= (values >= low) & (values <= high)
    return gone


def numbers(chunks: pa.ChunkedArray) -> Array:
    """Return an Arrow column as float64: nulls NaN, dates in days since 1970-01-01."""
    kind = chunks.type
    if pa.types.is_date(kind):
        chunks = chunks.cast(pa.date32()).cast(pa.int32())
    elif pa.types.is_timestamp(kind):
        moments = chunks.cast(pa.timestamp("us")).to_numpy().astype("datetime64[us]")
        days = moments.astype(np.int64) / 86_400e6
        return np.where(np.isnat(moments), np.nan, days)
    if not pa.types.is_floating(kind) or kind.bit_width != 64:
        chunks = chunks.cast(pa.float64(), safe=False)
    return np.ascontiguousarray(chunks.to_numpy(zero_copy_only=False), dtype=np.float64)


def texts(chunks: pa.ChunkedArray) -> pa.DictionaryArray:
    """Return an Arrow column of strings as one dictionary array."""
    if not pa.types.is_dictionary(chunks.type):
        chunks = chunks.cast(pa.string()).dictionary_encode()
    return pa.concat_arrays(chunks.unify_dictionaries().chunks or [pa.array([], chunks.type)])


def missing_letter(letter: str) -> float:
    """Return the NaN that stands for .a to .z (or ._, SAS's)."""
    return float(np.uint64(_QUIET_NAN | ord(letter)).view(np.float64))


def letters(values: Array) -> dict[str, int]:
    """Count the missing values of each letter."""
    missing = values[np.isnan(values)]
    payload = np.ascontiguousarray(missing).view(np.uint64) & np.uint64(_LETTER)
    found, counts = np.unique(payload[payload > 0], return_counts=True)
    return {chr(each): int(n) for each, n in zip(found.tolist(), counts.tolist(), strict=True)}
