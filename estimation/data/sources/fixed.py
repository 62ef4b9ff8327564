"""Text files of fixed width, cut up as a Fortran format says.

As in Fortran a number without a point has the decimals of its format; other than in Fortran a
blank is missing, never zero.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from estimation.data.recipe import TextFormat
from estimation.data.report import count
from estimation.data.sources.finishing import Cell, Draft, finished
from estimation.data.sources.fortran import Cut, cuts_of
from estimation.data.sources.names import numbered
from estimation.data.sources.narrow import Narrowed, narrow
from estimation.data.sources.sniff import NEXT_ENCODING, SHOWN, beginning
from estimation.data.sources.values import kind_of
from estimation.data.sources.watching import Halt, Stream
from estimation.data.sources.words import no_rows
from estimation.data.table import Kind, Table
from estimation.errors import DataError

# No text has it: the whole line is one value.
_NO_SEPARATOR = "\x01"
_IMPLIED = r"^[+-]?[0-9]+([EeDd]?[+-][0-9]+|[EeDd][0-9]+)?$"


def read_fixed(path: Path, form: TextFormat, halt: Halt) -> Table:
    """Read a file of fixed width by the Fortran format `form.columns`."""
    cuts = cuts_of(form.columns)
    names = names_of(form, cuts)
    lines, encoding = _lines(path, form, halt)
    per_row = max(each.line for each in cuts) + 1
    if len(lines) % per_row:
        raise DataError(
            f"{path} has {count(len(lines), 'line')}, but by the format {form.columns} a row takes "
            f"{per_row} lines. Check the format, and whether lines are missing."
        )
    columns = []
    for cut in cuts:
        halt.check()
        columns.append(_judged(_cut(lines, cut, per_row), cut, form.decimal or "."))

    def places(cells: Sequence[Cell]) -> dict[Cell, str]:
        at = _line_numbers(path, form, encoding, halt)
        return {cell: f"line {at[cell[0] * per_row + cuts[cell[1]].line]}" for cell in cells}

    table = finished(Draft(path.name, names, tuple(columns)), places)
    if not table.n_rows:
        raise DataError(no_rows(path, " below line 1" if form.header else ""))
    return table


def names_of(form: TextFormat, cuts: tuple[Cut, ...]) -> tuple[str, ...]:
    """Return the names given, or V1 to Vn; raises DataError if they do not fit the format."""
    names = form.names or numbered(len(cuts))
    if len(names) != len(cuts):
        raise DataError(
            f"The format {form.columns} has {count(len(cuts), 'value')}, but there are "
            f"{count(len(names), 'name')}. Give each value a name."
        )
    repeated = sorted({each for each in names if names.count(each) > 1})
    if repeated:
        raise DataError(
            f"More than one column is called {', '.join(repeated)}. Give each a name of its own."
        )
    return names


def look_at_fixed(
    path: Path, form: TextFormat
) -> tuple[TextFormat, tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return how the file is read, all found out, its names, and its first rows as they stand."""
    cuts = cuts_of(form.columns)
    names = names_of(form, cuts)
    text, encoding = beginning(path, form.encoding)
    skip = int(bool(form.header))
    lines = [each for each in re.split(r"\r\n|\r|\n", text)[skip:] if each]
    per_row = max(each.line for each in cuts) + 1
    rows = [lines[start : start + per_row] for start in range(0, len(lines), per_row)]
    shown = tuple(
        tuple(row[each.line][each.start : each.stop].strip() for each in cuts)
        for row in rows[:SHOWN]
        if len(row) == per_row
    )
    known = replace(
        form, encoding=encoding, header=bool(skip), decimal=form.decimal or ".", names=names
    )
    return known, names, shown


def _lines(path: Path, form: TextFormat, halt: Halt) -> tuple[pa.ChunkedArray, str]:
    """Return the lines that are not empty, and the encoding."""
    _, encoding = beginning(path, form.encoding)
    while True:
        try:
            return _parse(path, encoding, int(bool(form.header)), halt), encoding
        except (pa.ArrowInvalid, UnicodeDecodeError) as error:
            halt.check()
            if form.encoding or encoding not in NEXT_ENCODING:
                raise DataError(
                    f"{path} cannot be read as text in the encoding {encoding}. Choose another "
                    "one, such as cp1252 for older files of Windows."
                ) from error
            encoding = NEXT_ENCODING[encoding]


def _parse(path: Path, encoding: str, skip: int, halt: Halt) -> pa.ChunkedArray:
    plain = "utf8" if encoding in {"utf-8", "utf-8-sig"} else encoding
    read = pyarrow.csv.ReadOptions(column_names=["line"], skip_rows=skip, encoding=plain)
    parse = pyarrow.csv.ParseOptions(delimiter=_NO_SEPARATOR, quote_char=False)
    convert = pyarrow.csv.ConvertOptions(
        column_types={"line": pa.string()}, strings_can_be_null=False
    )
    with Stream(path, halt) as stream:
        return pyarrow.csv.read_csv(stream, read, parse, convert).column(0)


def _line_numbers(path: Path, form: TextFormat, encoding: str, halt: Halt) -> list[int]:
    """Return the numbers of the lines that are not empty."""
    with Stream(path, halt) as stream:
        text = stream.read().decode(encoding, errors="replace")
    lines = enumerate(re.split(r"\r\n|\r|\n", text), 1)
    return [number for number, line in lines if line and number > int(bool(form.header))]


def _cut(lines: pa.ChunkedArray, cut: Cut, per_row: int) -> pa.ChunkedArray:
    if per_row > 1:
        lines = lines.take(pa.array(range(cut.line, len(lines), per_row)))
    return pc.utf8_trim(
        pc.utf8_slice_codeunits(lines, cut.start, cut.stop), characters=" \t\x1a\u00a0"
    )


def _judged(texts: pa.ChunkedArray, cut: Cut, mark: str) -> Narrowed:
    if cut.kind == "A":
        return Narrowed(pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts))
    if not cut.decimals:
        return narrow(_with_e(texts), mark)
    implied = pc.match_substring_regex(texts, _IMPLIED)
    plain = narrow(_with_e(texts), mark)
    if kind_of(plain.column) is not Kind.NUMBER or not pc.any(implied).as_py():
        return plain
    values = plain.column.cast(pa.float64())
    scaled = pc.divide(values, 10.0**cut.decimals)
    return Narrowed(pc.if_else(implied, scaled, values))


def _with_e(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write Fortran's exponents, 1.5D3, 1.5D+3 and 1.5+3, as others do."""
    number = r"^([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))"
    texts = pc.replace_substring_regex(texts, number + r"[Dd]?([+-][0-9]+)$", r"\1E\2")
    return pc.replace_substring_regex(texts, number + r"[Dd]([0-9]+)$", r"\1E\2")
