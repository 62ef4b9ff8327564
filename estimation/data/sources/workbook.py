"""Sheets of workbooks (.xlsx .xlsm .xls .xlsb .ods), by calamine.

Runs in a child process; see `process`.
"""

import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import python_calamine as calamine

from estimation.data.report import some
from estimation.data.sources.finishing import Cell, Draft, finished
from estimation.data.sources.names import all_numbers, numbered
from estimation.data.sources.narrow import Narrowed, narrow
from estimation.data.sources.values import MICROSECONDS
from estimation.data.table import Table
from estimation.errors import DataError

# An honest sheet shrinks to a tenth or so; more than this, and more bytes than that, is a trap.
_RATIO, _SUSPECT, _TOO_LARGE = 200, 10**9, 8 * 10**9
_DURATION = re.compile(r"PT(\d+)H(\d+)M(\d+(?:\.\d+)?)S")
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_workbook(path: Path, sheet: str, most: int) -> tuple[Table, tuple[str, ...]]:
    """Read a sheet, "" for the first with data, or its first rows; return the sheets' names, too.

    The first row with a value has the names; rows and columns without any are left out.
    """
    _refuse_bombs(path)
    book = _open(path)
    sheets = tuple(book.sheet_names)
    rows, (top, left) = _rows(path, book, sheet)
    if not rows:
        if most:
            return Table(path.name, (), pa.table({})), sheets
        raise DataError(_nothing(path, sheet))
    header = not all_numbers(_shown(each) for each in rows[0])
    names = tuple(map(_name, rows[0])) if header else numbered(len(rows[0]))
    rows = rows[int(header) :]
    if not most:
        _check_names(path, names)
        if not any(map(_filled, rows)):
            raise DataError(_nothing(path, sheet))
    columns = _columns(rows[:most] if most else rows, len(names))

    def places(cells: Sequence[Cell]) -> dict[Cell, str]:
        first = top + 1 + int(header)
        return {(row, at): f"cell {_letters(left + at)}{first + row}" for row, at in cells}

    return finished(Draft(path.name, names, columns), places), sheets


def _refuse_bombs(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        full = sum(each.file_size for each in archive.infolist())
    packed = max(path.stat().st_size, 1)
    if full > _TOO_LARGE or (full > _SUSPECT and full > _RATIO * packed):
        raise DataError(
            f"{path} would unpack to {full / 1e9:.1f} GB, which no sheet of data needs. If you "
            "trust it, open it in Excel or LibreOffice and save the sheet as CSV."
        )


def _open(path: Path) -> calamine.CalamineWorkbook:
    with path.open("rb") as file:
        if file.read(len(_OLE)) == _OLE and _ENCRYPTED in path.read_bytes():
            raise DataError(_protected(path))
    try:
        return calamine.CalamineWorkbook.from_path(path)
    except calamine.PasswordError as error:
        raise DataError(_protected(path)) from error
    except calamine.CalamineError as error:
        return _open_by_content(path, error)


def _open_by_content(path: Path, first: calamine.CalamineError) -> calamine.CalamineWorkbook:
    """Open a workbook whose name ends like that of another kind."""
    try:
        with path.open("rb") as file:
            return calamine.CalamineWorkbook.from_filelike(file)
    except calamine.CalamineError as error:
        raise DataError(_damaged(path, first)) from error


def _protected(path: Path) -> str:
    return (
        f"{path} is protected by a password. Open it in Excel or LibreOffice, save a copy without "
        "password, and choose the copy."
    )


def _damaged(path: Path, error: Exception) -> str:
    return (
        f"{path} is no workbook, or it is damaged or cut off ({error}). Open it in Excel or "
        "LibreOffice and save it anew, or get another copy."
    )


def _nothing(path: Path, sheet: str) -> str:
    where = f"Sheet {sheet} of {path}" if sheet else f"{path}"
    return f"{where} has no row with values. It must hold a row of variable names, then the data."


def _rows(
    path: Path, book: calamine.CalamineWorkbook, sheet: str
) -> tuple[list[list[Any]], tuple[int, int]]:
    """Return the rows of a sheet from the first with a value on, and where they begin."""
    if sheet and sheet not in book.sheet_names:
        raise DataError(f"{path} has no sheet {sheet}. Its sheets are: {some(book.sheet_names)}.")
    for name in [sheet] if sheet else book.sheet_names:
        try:
            found = book.get_sheet_by_name(name)
            rows = found.to_python(skip_empty_area=True)
        except calamine.WorksheetNotFound:  # a sheet of nothing but a chart
            continue
        except calamine.CalamineError as error:
            raise DataError(_damaged(path, error)) from error
        first = next((at for at, row in enumerate(rows) if _filled(row)), None)
        if first is not None:
            top, left = found.start or (0, 0)
            return rows[first:], (top + first, left)
    return [], (0, 0)


def _filled(row: Iterable[Any]) -> bool:
    return any(each != "" and not (isinstance(each, str) and each.isspace()) for each in row)


def _check_names(path: Path, names: tuple[str, ...]) -> None:
    repeated = [name for name, count in Counter(names).items() if count > 1 and name]
    if repeated:
        raise DataError(
            f"{path}: more than one column is called {some(repeated)}. "
            "Give each column a name of its own."
        )


def _name(cell: object) -> str:
    return _shown(cell).strip()


def _shown(cell: object) -> str:
    """Write a cell as a text, whole numbers without a point."""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}"
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date().isoformat()
    return cell.isoformat(" ") if isinstance(cell, datetime) else str(cell)


def _columns(rows: list[list[Any]], count: int) -> tuple[Narrowed, ...]:
    columns = zip(*rows, strict=True) if rows else [()] * count
    return tuple(map(_column, columns))


def _column(cells: Sequence[Any]) -> Narrowed:
    """Return the cells as what they are, or as texts that are then judged."""
    values = [None if each == "" else _or_duration(each) for each in cells]
    kinds = {type(each) for each in values} - {type(None)}
    if kinds <= {int, float, bool}:
        return _whole([None if each is None else float(each) for each in values])
    if kinds <= {time, timedelta}:
        return _whole([_seconds(each) for each in values])
    if kinds <= {date, datetime}:
        if all(each is None or _is_day(each) for each in values):
            return _whole(values, pa.date32())
        return _whole([_moment(each) for each in values], MICROSECONDS)
    return narrow(pa.chunked_array([[None if each is None else _shown(each) for each in values]]))


def _or_duration(cell: Any) -> Any:  # noqa: ANN401 - as calamine has it
    """Return a cell; what OpenDocument says of a duration of a day or more as such."""
    found = _DURATION.fullmatch(cell) if isinstance(cell, str) else None
    if not found:
        return cell
    hours, minutes, seconds = map(float, found.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _whole(values: list[Any], kind: pa.DataType | None = None) -> Narrowed:
    return Narrowed(pa.chunked_array([pa.array(values, kind or pa.float64())]))


def _seconds(value: time | timedelta | None) -> float | None:
    if isinstance(value, time):
        value = timedelta(
            hours=value.hour,
            minutes=value.minute,
            seconds=value.second,
            microseconds=value.microsecond,
        )
    return None if value is None else value.total_seconds()


def _is_day(value: date) -> bool:
    return not isinstance(value, datetime) or value.time() == time()


def _moment(value: date | None) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a workbook has no zones


def _letters(column: int) -> str:
    """Name a column as a workbook does, A for 0, AA for 26."""
    name = ""
    while column >= 0:
        column, rest = divmod(column, 26)
        name, column = chr(ord("A") + rest) + name, column - 1
    return name
