"""Arrow columns of any type as the few types a `Table` has, and what cannot be taken over."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from estimation.data.sources.values import MICROSECONDS

# So many decimal digits are told apart by a float64.
DIGITS = 15


def normal(column: pa.ChunkedArray) -> pa.ChunkedArray | str:
    """Return a column as numbers, dates, date-times in microseconds or texts; else what it holds.

    Whole numbers stay whole, logical values are 1 and 0, times of day and durations are seconds.
    Decimals stay decimals where neither a whole number nor a float64 holds all their digits.
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _of_dictionary(column)
    if isinstance(kind, pa.BaseExtensionType):
        return normal(pa.chunked_array([each.storage for each in column.chunks], kind.storage_type))
    if pa.types.is_timestamp(kind):
        return column.cast(pa.timestamp("us", kind.tz), safe=False).cast(MICROSECONDS)
    if pa.types.is_time(kind) or pa.types.is_duration(kind):
        return _seconds(column)
    if pa.types.is_decimal(kind):
        return _of_decimals(column)
    return "lists or records" if pa.types.is_nested(kind) else _cast(column)


def _cast(column: pa.ChunkedArray) -> pa.ChunkedArray | str:
    kind = column.type
    for belongs, ours in _OURS:
        if belongs(kind):
            return column if kind == ours else column.cast(ours)
    return column if pa.types.is_integer(kind) else _NOT_OURS.get(str(kind), "bytes")


def _is_text(kind: pa.DataType) -> bool:
    types = pa.types
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def _is_real(kind: pa.DataType) -> bool:
    return bool(pa.types.is_floating(kind) or pa.types.is_null(kind))


_OURS = (
    (_is_text, pa.string()),
    (lambda kind: kind == pa.float32(), pa.float32()),
    (_is_real, pa.float64()),
    (pa.types.is_boolean, pa.int8()),
    (pa.types.is_date, pa.date32()),
)
_NOT_OURS = {"month_day_nano_interval": "intervals"}


def _of_decimals(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if column.type.precision <= DIGITS:
        return column.cast(pa.float64())
    try:
        return column.cast(pa.int64())
    except pa.ArrowInvalid:  # a fraction, or too large
        wide = pa.decimal256 if column.type.bit_width > 128 else pa.decimal128
        return column.cast(wide(column.type.precision, column.type.scale))


def _of_dictionary(column: pa.ChunkedArray) -> pa.ChunkedArray | str:
    """Texts stay a dictionary; other values are written out."""
    values = column.type.value_type
    if values == pa.string():
        return column
    return normal(column.cast(values))


def _seconds(column: pa.ChunkedArray) -> pa.ChunkedArray:
    unit = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[column.type.unit]
    whole = pa.int32() if column.type.bit_width == 32 else pa.int64()
    ticks = column.cast(whole).cast(pa.float64(), safe=False)
    return pc.divide(ticks, float(unit))


def filled_rows(columns: Sequence[pa.ChunkedArray]) -> pa.ChunkedArray | None:
    """Return which rows have a value at all, None if every row has."""
    if not columns or not all(each.null_count for each in columns):
        return None
    filled = columns[0].is_valid()
    for each in columns[1:]:
        filled = pc.or_(filled, each.is_valid())
    return None if pc.all(filled).as_py() else filled
