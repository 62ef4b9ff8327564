"""`TwoLevelData`: a two-level data set, sorted by unit, ready for any model."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

import numpy as np

from estimation.arrays import Array, Index
from estimation.parts import Parts, in_memory, runs
from estimation.spec.catalogue import Catalogue

if TYPE_CHECKING:  # pyarrow is loaded with the first data
    from estimation.data.table import Column, Levels

_THREADS = 2
# Rows of a part: its temporaries stay in the processor's cache.
CHUNK = 65_536


class Data(Protocol):
    """Two-level data that a model can be run on, wherever their rows are."""

    @property
    def name(self) -> str:
        """What the output calls them."""

    @property
    def id_name(self) -> str:
        """The variable that links the levels."""

    @property
    def n_rows(self) -> int:
        """Number of level-1 rows."""

    @property
    def catalogue(self) -> Catalogue:
        """The variables."""

    @property
    def report(self) -> tuple[str, ...]:
        """What happened when they were made."""

    @property
    def fingerprint(self) -> str:
        """Digest: other data have another."""

    def parts(self, names: Iterable[tuple[int, str]]) -> "Parts[TwoLevelData]":
        """Return the rows, in the variables (level, name), in parts."""


@dataclass(frozen=True, eq=False)
class TwoLevelData:
    """Rows of level 1 in runs of level-2 units, one array a variable, missing values NaN.

    Rows of unit j are `offsets[j]:offsets[j + 1]`, in the order of their file; units are in
    the order of their IDs.  A level-2 array has one value a unit.  Arrays are read-only.
    `levels` are the columns they came from, texts, labels and user-missing values included;
    `digest` is the fingerprint where it is known beforehand.
    """

    name: str
    id_name: str
    unit_ids: tuple[str, ...]
    offsets: Index
    level1: Mapping[str, Array]
    level2: Mapping[str, Array]
    catalogue: Catalogue
    report: tuple[str, ...] = ()
    levels: "Levels | None" = None
    digest: str = ""

    @property
    def n_rows(self) -> int:
        """Number of level-1 rows."""
        return int(self.offsets[-1])

    @property
    def n_units(self) -> int:
        """Number of level-2 units."""
        return len(self.unit_ids)

    @cached_property
    def fingerprint(self) -> str:
        """Digest of structure, names and values: equal for equal data from whatever file."""
        if self.digest:
            return self.digest
        digest = sha256("\0".join([self.catalogue.structure.value, *self.unit_ids]).encode())
        digest.update(np.ascontiguousarray(self.offsets, dtype=np.int64).data)
        columns = [*_passing(self.level1), *_passing(self.level2)]
        with ThreadPoolExecutor(_THREADS, "digest") as pool:
            for (name, _), values in zip(columns, pool.map(_digest, columns), strict=True):
                digest.update(f"\0{name}\0".encode() + values)
        return digest.hexdigest()[:32]

    def parts(self, names: Iterable[tuple[int, str]]) -> Parts["TwoLevelData"]:
        """Return the rows, in the variables (level, name), in parts of some `CHUNK` rows."""
        names = tuple(names)
        chosen = replace(
            self,
            level1={name: self.level1[name] for level, name in names if level == 1},
            level2={name: self.level2[name] for level, name in names if level == 2},
            report=(),
            levels=None,
        )
        return in_memory([chosen.of_units(units) for units in runs(self.offsets, CHUNK)])

    def of_units(self, units: slice) -> "TwoLevelData":
        """Return the rows of some units."""
        first, last = int(self.offsets[units.start]), int(self.offsets[units.stop])
        return replace(
            self,
            unit_ids=self.unit_ids[units],
            offsets=self.offsets[units.start : units.stop + 1] - first,
            level1={name: values[first:last] for name, values in self.level1.items()},
            level2={name: values[units] for name, values in self.level2.items()},
        )


class NumberColumns(Mapping[str, Array]):
    """The numbers of columns, loaded when they are first asked for."""

    def __init__(self, columns: "Mapping[str, Column]", names: Iterable[str]) -> None:
        self._columns, self._names = columns, dict.fromkeys(names)
        self._loaded: dict[str, Array] = {}

    def __getitem__(self, name: str) -> Array:
        """Return the values of a column, and keep them."""
        if name not in self._loaded:
            self._loaded[name] = self.passing(name)
        return self._loaded[name]

    def passing(self, name: str) -> Array:
        """Return the values of a column without keeping them."""
        if name not in self._names:
            raise KeyError(name)
        return self._columns[name].values

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        """Tell without loading."""
        return name in self._names


def _passing(columns: Mapping[str, Array]) -> Iterable[tuple[str, Callable[[str], Array]]]:
    load = columns.passing if isinstance(columns, NumberColumns) else columns.__getitem__
    return [(name, load) for name in columns]


def _digest(column: tuple[str, Callable[[str], Array]]) -> bytes:
    name, load = column
    return sha256(np.ascontiguousarray(load(name)).data).digest()
