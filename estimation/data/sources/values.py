"""What the values of an Arrow column are; without pyarrow.compute, which is slow to load."""

import numpy as np
import pyarrow as pa

from estimation.data.table import Kind

MICROSECONDS = pa.timestamp("us")


def kind_of(column: pa.ChunkedArray) -> Kind:
    """Say what the values of a column of a `Table` are."""
    if pa.types.is_date(column.type):
        return Kind.DATE
    if pa.types.is_timestamp(column.type):
        return Kind.DATETIME
    return Kind.NUMBER if is_number(column.type) else Kind.TEXT


def is_number(kind: pa.DataType) -> bool:
    """Whether values of an Arrow type are numbers, but no dates."""
    types = pa.types
    return bool(types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind))


def infinite(column: pa.ChunkedArray) -> int | None:
    """Return the first row that is infinite, if any."""
    if not pa.types.is_floating(column.type):
        return None
    start = 0
    for chunk in column.chunks:
        found = np.isinf(chunk.to_numpy(zero_copy_only=False))
        if found.any():
            return start + int(found.argmax())
        start += len(chunk)
    return None
