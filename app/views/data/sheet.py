"""A level of two-level data as a sheet: its rows, their units, and columns yet to be loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from estimation.arrays import Index
from estimation.data import TwoLevelData
from estimation.data.ids import canonical
from estimation.data.table import Column, Field, Kind
from estimation.spec import Variable


@dataclass(frozen=True, eq=False)
class Sheet:
    """The rows of level 1, or the units of level 2.

    `columns` may take a while to give one; `fields` and `variables`, which has no texts, do not.
    """

    level: int
    id_name: str
    unit_ids: tuple[str, ...]
    offsets: Index
    fields: Mapping[str, Field]
    variables: Mapping[str, Variable]
    columns: Mapping[str, Column]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self.fields)

    @property
    def n_rows(self) -> int:
        """Number of rows, at level 2 of units."""
        return int(self.offsets[-1]) if self.level == 1 else len(self.unit_ids)

    @cached_property
    def longest(self) -> tuple[str, int]:
        """The longest ID and the largest number that `place` gives."""
        return max(self.unit_ids, key=len, default=""), int(np.diff(self.offsets).max(initial=0))

    def place(self, row: int) -> tuple[str, int]:
        """Return the unit of a row and its number in the unit; at level 2 the unit and its size."""
        if self.level == 2:
            return self.unit_ids[row], int(self.offsets[row + 1] - self.offsets[row])
        unit = self.unit_of(row)
        return self.unit_ids[unit], row - int(self.offsets[unit]) + 1

    def unit_of(self, row: int) -> int:
        """Return the position of a row's unit."""
        if self.level == 2:
            return row
        return int(np.searchsorted(self.offsets, row, side="right")) - 1

    def rows_of(self, unit: int) -> range:
        """Return the rows of the unit at a position."""
        if self.level == 2:
            return range(unit, unit + 1)
        return range(int(self.offsets[unit]), int(self.offsets[unit + 1]))

    def ids(self) -> Column:
        """Return the unit IDs of the rows as a column of texts."""
        codes = np.arange(len(self.unit_ids), dtype=np.int32)
        if self.level == 1:
            codes = np.repeat(codes, np.diff(self.offsets))
        texts = pa.array(self.unit_ids, pa.string())
        field = Field(self.id_name, Kind.TEXT)
        return Column(field, pa.DictionaryArray.from_arrays(pa.array(codes), texts))

    def find_unit(self, text: str) -> int | None:
        """Return the position of the unit with an ID, however a number is written."""
        found = (each for each in (text.strip(), canonical(text)) if each in self.unit_ids)
        wanted = next(found, None)
        return None if wanted is None else self.unit_ids.index(wanted)


def sheet(data: TwoLevelData, level: int) -> Sheet:
    """Return a level of data with all its columns, texts included; without any, its variables."""
    described = data.catalogue.level1 if level == 1 else data.catalogue.level2
    variables = {each.name: each for each in described}
    columns: Mapping[str, Column]
    if data.levels is not None:
        fields = {each.name: each for each in data.levels.fields(level)}
        columns = data.levels.level(level)
    else:
        arrays = data.level1 if level == 1 else data.level2
        fields = {name: _field(name, variables.get(name)) for name in arrays}
        columns = {name: Column(fields[name], values) for name, values in arrays.items()}
    return Sheet(level, data.id_name, data.unit_ids, data.offsets, fields, variables, columns)


def distinct(column: Column) -> pa.Array:
    """Return the texts that a column of texts has, each once; raises TypeError for numbers."""
    if isinstance(column.stored, np.ndarray):
        raise TypeError(f"{column.field.name} is no text")
    return column.stored.dictionary


def _field(name: str, variable: Variable | None) -> Field:
    if variable is None:
        return Field(name)
    return Field(name, label=variable.label, value_labels=variable.value_labels)
