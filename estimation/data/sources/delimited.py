"""Separated values, by Arrow's reader, whose guesses are mended where later lines defy them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from estimation.data.recipe import TextFormat
from estimation.data.sources.finishing import Cell, Draft, finished
from estimation.data.sources.lines import lines_of, malformed
from estimation.data.sources.narrow import MISSING, Narrowed, narrow
from estimation.data.sources.normal import normal
from estimation.data.sources.sniff import BLANKS, NEXT_ENCODING, Sniffed, sniff, tidied
from estimation.data.sources.watching import Halt, Stream
from estimation.data.sources.words import no_rows
from estimation.data.table import Table
from estimation.errors import DataError

_NULLS = [*MISSING, *(" " * blanks for blanks in range(1, 13))]
# A line must fit into a block.
_BLOCK, _LINES_IN_BLOCK = 1 << 20, 4
_TEXT = pa.dictionary(pa.int32(), pa.string())
_LONG_WHOLE = 2.0**63


@dataclass(frozen=True)
class _Plan:
    """How the file is parsed at the next try: `types` are those of some columns, by position.

    A type is guessed from the beginning of the file, for Arrow keeps the whole text in memory
    while it guesses by itself.
    """

    encoding: str
    newlines: bool
    types: Mapping[int, pa.DataType]


def read_delimited(path: Path, given: TextFormat, halt: Halt) -> Table:
    """Read a file of separated values; what is not `given` is found out."""
    found = sniff(path, given)
    _check_names(path, found)
    columns, plan = _columns(path, given, found, halt)
    marks = found.text.decimal or "."
    if given.decimal is None and found.text.separator != ",":
        marks += {".": ",", ",": "."}[marks]
    narrowed: list[Narrowed] = []
    while columns:
        halt.check()
        narrowed.append(_judged(columns.pop(0), marks))

    def places(cells: Sequence[Cell]) -> dict[Cell, str]:
        lines = lines_of(path, found, plan.encoding, (row for row, _ in cells), halt)
        return {cell: f"line {lines[cell[0]]}" for cell in cells}

    table = finished(Draft(path.name, found.names, tuple(narrowed)), places)
    if not table.n_rows:
        raise DataError(no_rows(path, _below(found)))
    return table


def _below(found: Sniffed) -> str:
    return f" below the names in line {found.name_line}" if found.name_line else ""


def _check_names(path: Path, found: Sniffed) -> None:
    repeated = [name for name, count in Counter(found.names).items() if count > 1 and name]
    if repeated:
        raise DataError(
            f"{path}, line {found.name_line}: more than one column is called "
            f"{', '.join(repeated)}. Give each column a name of its own."
        )


def _judged(column: pa.ChunkedArray, marks: str) -> Narrowed:
    if pa.types.is_string(column.type) or pa.types.is_dictionary(column.type):
        return narrow(column, marks)
    return Narrowed(normal(column))  # Arrow guesses none of the types that are not ours


def _columns(
    path: Path, given: TextFormat, found: Sniffed, halt: Halt
) -> tuple[list[pa.ChunkedArray], _Plan]:
    """Parse the file, again where a guess was wrong, until it is read."""
    plan = _Plan(found.text.encoding or "utf-8", found.quoted, _guessed(found))
    while True:
        halt.check()
        try:
            table, quoted = _parse(path, found, plan, halt)
        except UnicodeDecodeError:
            plan = _other_encoding(path, given, plan)
        except pa.ArrowInvalid as error:
            halt.check()
            if "invalid UTF8" in str(error):
                plan = _other_encoding(path, given, plan)
            elif not plan.types or "conversion error" not in str(error):
                raise DataError(malformed(path, found, plan.encoding, halt)) from error
            else:
                plan = replace(plan, types={})
        else:
            if any(map(pa.types.is_binary, table.schema.types)):
                plan = _other_encoding(path, given, plan)
            elif doubts := _doubts(plan, table, quoted=quoted):
                plan = doubts
            else:
                _check_quotes(path, found, plan, table, halt)
                return table.columns, plan


def _guessed(found: Sniffed) -> dict[int, pa.DataType]:
    text = tidied(found.sample, found.text.separator or ",")
    try:
        table = _table(pa.BufferReader(text.encode()), found, _Plan("utf-8", found.quoted, {}))
    except pa.ArrowInvalid:
        return {}
    types = enumerate(table.schema.types)
    return {
        position: _TEXT if pa.types.is_string(kind) else kind
        for position, kind in types
        if not pa.types.is_null(kind)
    }


def _parse(path: Path, found: Sniffed, plan: _Plan, halt: Halt) -> tuple[pa.Table, bool]:
    with Stream(path, halt) as stream:
        if not found.untidy:
            return _table(stream, found, plan), stream.quoted
        text = stream.read().decode(plan.encoding).removeprefix("\ufeff")
        tidy = pa.BufferReader(tidied(text, found.text.separator or " ").encode())
        return _table(tidy, found, replace(plan, encoding="utf-8")), stream.quoted


def _table(source: Stream | pa.BufferReader, found: Sniffed, plan: _Plan) -> pa.Table:
    names = [str(position) for position in range(len(found.names))]
    return pyarrow.csv.read_csv(
        source,
        pyarrow.csv.ReadOptions(
            column_names=names,
            skip_rows=found.skip,
            block_size=max(_BLOCK, _LINES_IN_BLOCK * found.longest),
            encoding="utf8" if plan.encoding in {"utf-8", "utf-8-sig"} else plan.encoding,
        ),
        pyarrow.csv.ParseOptions(
            delimiter=found.text.separator,
            newlines_in_values=plan.newlines,
            invalid_row_handler=_blank_or_wrong,
        ),
        pyarrow.csv.ConvertOptions(
            column_types={names[each]: kind for each, kind in plan.types.items()},
            null_values=_NULLS,
            strings_can_be_null=True,
            decimal_point=found.text.decimal,
        ),
    )


def _blank_or_wrong(row: pyarrow.csv.InvalidRow) -> str:
    """Skip lines of nothing but separators, whatever their number."""
    return "error" if row.text.strip(BLANKS) else "skip"


def _other_encoding(path: Path, given: TextFormat, plan: _Plan) -> _Plan:
    encoding = NEXT_ENCODING.get(plan.encoding)
    if given.encoding is None and encoding:
        return replace(plan, encoding=encoding)
    raise DataError(
        f"{path} is not written in the encoding {plan.encoding}. Choose another one, "
        "such as cp1252 for older files of Windows."
    )


def _doubts(plan: _Plan, table: pa.Table, *, quoted: bool) -> _Plan | None:
    """Return what to try because of what was seen in the whole file, None if all is well."""
    if quoted and not plan.newlines:  # a line may end within a quoted value
        return replace(plan, newlines=True)
    long = {
        position: _TEXT
        for position, column in enumerate(table.columns)
        if plan.types.get(position) != _TEXT and _may_be_long(column)
    }
    return replace(plan, types={**plan.types, **long}) if long else None


def _may_be_long(column: pa.ChunkedArray) -> bool:
    """Tell whether numbers may be IDs of so many digits that they were rounded."""
    if not pa.types.is_floating(column.type):
        return False
    ends = pc.min_max(column)
    low, high = ends["min"].as_py(), ends["max"].as_py()
    return high is not None and max(-low, high) >= _LONG_WHOLE


def _check_quotes(path: Path, found: Sniffed, plan: _Plan, table: pa.Table, halt: Halt) -> None:
    """Refuse a quotation mark that is never closed: its value would be the rest of the file."""
    last = table.slice(max(table.num_rows - 1, 0)).to_pylist()
    values = [each for row in last for each in row.values() if isinstance(each, str)]
    if plan.newlines and any("\n" in each or "\r" in each for each in values):
        words = malformed(path, found, plan.encoding, halt, quotes_only=True)
        if words:
            raise DataError(words)
