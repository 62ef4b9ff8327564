"""One value a unit on each of its rows."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from estimation.arrays import Index

_Value = TypeVar("_Value", bound=np.generic)
# NumPy repeats without letting other threads run; a window waits no longer than for so many rows.
_BLOCK = 1 << 20


def spread(values: NDArray[_Value], offsets: Index) -> NDArray[_Value]:
    """Return values (J,) on rows (N,): row i of unit j, `offsets[j]` ≤ i < `offsets[j + 1]`."""
    n_rows = int(offsets[-1])
    result = np.empty(n_rows, dtype=values.dtype)
    for start in range(0, n_rows, _BLOCK):
        stop = min(start + _BLOCK, n_rows)
        first = int(np.searchsorted(offsets, start, side="right")) - 1
        last = int(np.searchsorted(offsets, stop))
        sizes = np.diff(offsets[first : last + 1].clip(start, stop))
        result[start:stop] = np.repeat(values[first:last], sizes)
    return result
