"""`TwoLevelData`: a two-level data set, sorted by unit, ready for any model."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from estimation.arrays import Array, Index
from estimation.spec.catalogue import Catalogue

if TYPE_CHECKING:  # pyarrow is loaded with the first data
    from estimation.data.table import Levels


@dataclass(frozen=True, eq=False)
class TwoLevelData:
    """Rows of level 1 in runs of level-2 units, one array a variable, missing values NaN.

    Rows of unit j are `offsets[j]:offsets[j + 1]`, in the order of their file; units are in
    the order of their IDs.  A level-2 array has one value a unit.  Arrays are read-only.
    `levels` are the columns they came from, texts, labels and user-missing values included.
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
        """Digest of names and values: equal for equal data, whatever file they came from."""
        digest = blake2b(digest_size=16)
        digest.update("\0".join(self.unit_ids).encode())
        digest.update(self.offsets.tobytes())
        for level in (self.level1, self.level2):
            for name, values in level.items():
                digest.update(f"\0{name}\0".encode())
                digest.update(np.ascontiguousarray(values).tobytes())
        return digest.hexdigest()
