"""Files of SPSS, Stata and SAS, by ReadStat, with labels, missing values and dates.

Runs in a child process; see `process`.
"""

import re
from collections.abc import Callable, Container, Iterable, Iterator
from functools import partial
from math import nan
from pathlib import Path
from string import ascii_letters
from typing import Any

import numpy as np
import pyarrow as pa
import pyreadstat
from pyreadstat import metadata_container
from pyreadstat._readstat_parser import parser_entry_point

from estimation.data.report import some
from estimation.data.sources.formats import calendar_of, days_of, moments
from estimation.data.sources.values import infinite, kind_of
from estimation.data.sources.words import no_rows, not_finite
from estimation.data.table import Field, Kind, Table, missing_letter
from estimation.errors import DataError

Read = Callable[..., tuple[dict[str, list[Any]], metadata_container]]
# The public functions for .por and .xpt lack `user_missing`.
_READERS: dict[str, Read] = {
    "sav": pyreadstat.read_sav,
    "dta": pyreadstat.read_dta,
    "sas7bdat": pyreadstat.read_sas7bdat,
    "por": partial(parser_entry_point, parser_format="por"),
    "xport": partial(parser_entry_point, parser_format="xport"),
}
_OPTIONS = {"output_format": "dict", "user_missing": True, "disable_datetime_conversion": True}
# None: as the file says, or ReadStat supposes.
_ENCODINGS = (None, "WINDOWS-1252")
_NEW_STATA = re.compile(rb"<stata_dta><header><release>(118|119|[2-9]\d\d)")
# Missing values of Stata and SAS: .a to .z, .A to .Z, ._
_LETTERS = frozenset((*ascii_letters, "_"))
# So many values, at least and at most, are Python objects at one time.  Each bout has to pass over
# the rows of those before it, so there should be no more than a dozen.
_LEAST, _MOST, _BOUTS = 4_000_000, 40_000_000, 12
_WHOLE = {"int8": pa.int8(), "int16": pa.int16(), "int32": pa.int32()}
_TYPES = {**_WHOLE, "float": pa.float32(), "double": pa.float64(), "string": pa.string()}


def read_statistical(path: Path, form: str, most: int, tell: Callable[[float], None]) -> Table:
    """Read a file, or its first rows; `tell` is called with the share that is done."""
    meta, columns = _decoded(path, form, most, tell)
    rows = len(columns[0]) if columns else 0
    if not most:
        _check_end(path, form, meta, rows)
        if not rows:
            raise DataError(no_rows(path, ""))
    return _table(path.name, form, meta, columns)


def _decoded(
    path: Path, form: str, most: int, tell: Callable[[float], None]
) -> tuple[metadata_container, list[pa.ChunkedArray]]:
    """Read a file in the encoding that it is found to have."""
    for encoding in ("UTF-8", None) if form == "dta" and _may_be_utf8(path) else _ENCODINGS:
        read = partial(_READERS[form], str(path), encoding=encoding, **_OPTIONS)
        try:
            return _read(read, form, most, tell)
        except UnicodeDecodeError as error:
            wrong: Exception = error
        except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
            wrong = error
            if "convert" not in str(error):
                break
    raise DataError(_damaged(path, wrong)) from wrong


def _may_be_utf8(path: Path) -> bool:
    """Tell whether an older file of Stata, which does not say how it is encoded, may be UTF-8.

    ReadStat refuses other texts as such among the values, but cuts names and labels silently.
    """
    with path.open("rb") as file:
        if _NEW_STATA.match(file.read(64)):
            return False
    try:
        _, meta = _READERS["dta"](str(path), metadataonly=True, **_OPTIONS)
        labels = (text for each in meta.variable_value_labels.values() for text in each.values())
        for text in (*meta.column_names, *meta.column_labels, *labels):
            (text or "").encode("cp1252").decode("utf-8")
    except (UnicodeError, pyreadstat.ReadstatError):
        return False
    return True


def _read(
    read: Read, form: str, most: int, tell: Callable[[float], None]
) -> tuple[metadata_container, list[pa.ChunkedArray]]:
    """Return what the file says of its variables, and their values; in bouts, to save memory."""
    _, meta = read(metadataonly=True)
    names = meta.column_names
    at_once = most or _rows_at_once(meta.number_rows or 0, len(names))
    chunks: list[list[pa.Array]] = [[] for _ in names]
    done = 0
    while True:
        whole = not most and done == 0 and (meta.number_rows or at_once) < at_once
        values, _ = read(row_offset=done, row_limit=0 if whole else at_once)
        found = len(values[names[0]]) if names else 0
        for chunk, name in zip(chunks, names, strict=True):
            chunk.append(_column(values.pop(name), name, form, meta))
        done += found
        if meta.number_rows:
            tell(done / meta.number_rows)
        if most or whole or found < at_once:
            return meta, [_joined(each) for each in chunks]


def _rows_at_once(rows: int, columns: int) -> int:
    values = min(max(rows * columns // _BOUTS, _LEAST), _MOST)
    return max(values // max(columns, 1), 1)


def _column(values: list[Any], name: str, form: str, meta: metadata_container) -> pa.Array:
    """Return the values of a variable; letters of missing values stand in the payload of a NaN."""
    kind = _TYPES[meta.readstat_variable_types[name]]
    if kind == pa.string():
        return pa.array(_texts(values, _gone(name, meta)), kind)
    calendar = calendar_of(form, meta.original_variable_types[name] or "")
    if any(type(each) is str for each in values):  # letters
        numbers = np.array([_number(each) for each in values], dtype=np.float64)
        return moments(numbers, calendar) if calendar else pa.array(numbers)
    plain = pa.array(values, kind)
    if not calendar:
        return plain
    return moments(plain.cast(pa.float64()).to_numpy(zero_copy_only=False), calendar)


def _texts(values: Iterable[str | None], gone: Container[str]) -> list[str | None]:
    """Strip the blanks at the end; blank texts, and those that mean missing, are missing."""
    stripped = ((each or "").rstrip(" \0") for each in values)
    return [each if each and each not in gone else None for each in stripped]


def _gone(name: str, meta: metadata_container) -> list[str]:
    """Return the texts that are user-missing."""
    ranges: list[Any] = meta.missing_ranges.get(name, [])
    return [each["lo"].rstrip() for each in ranges]


def _number(value: float | str | None) -> float:
    if isinstance(value, str):
        return missing_letter(value.lower())
    return nan if value is None else value


def _joined(chunks: list[pa.Array]) -> pa.ChunkedArray:
    """Join the chunks; whole numbers of which some are missing for a reason are float64."""
    kinds = {each.type for each in chunks}
    if len(kinds) > 1:
        chunks = [each.cast(pa.float64()) for each in chunks]
    return pa.chunked_array(chunks)


def _table(file: str, form: str, meta: metadata_container, columns: list[pa.ChunkedArray]) -> Table:
    names = meta.column_names
    fields = [
        _field(file, name, form, meta, column) for name, column in zip(names, columns, strict=True)
    ]
    notes = [note for name in names for note in _not_kept(name, meta)]
    return Table(file, tuple(fields), pa.Table.from_arrays(columns, names), tuple(notes))


def _field(
    file: str, name: str, form: str, meta: metadata_container, column: pa.ChunkedArray
) -> Field:
    kind = kind_of(column)
    label = meta.column_names_to_labels[name] or ""
    label = "" if label == name else label  # R's package foreign repeats the name
    if kind is Kind.TEXT:
        return Field(name, kind, label)
    calendar = calendar_of(form, meta.original_variable_types[name] or "")

    def meaning(value: float) -> float:
        return float(days_of(np.array([float(value)]), calendar)[0]) if calendar else float(value)

    labels: dict[Any, str] = meta.variable_value_labels.get(name, {})
    ranges: list[Any] = meta.missing_ranges.get(name, [])
    endless = infinite(column)
    return Field(
        name,
        kind,
        label,
        tuple((meaning(each), text) for each, text in labels.items() if not isinstance(each, str)),
        tuple((meaning(each["lo"]), meaning(each["hi"])) for each in ranges),
        "" if endless is None else not_finite(f"row {endless + 1}", file, name),
    )


def _not_kept(name: str, meta: metadata_container) -> Iterator[str]:
    """Say what of the labels and missing values of a variable has no place in ours."""
    labels: dict[Any, str] = meta.variable_value_labels.get(name, {})
    if meta.readstat_variable_types[name] != "string":
        letters = [f".{each.lower()} {text}" for each, text in labels.items() if each in _LETTERS]
        if letters:
            yield f"{name}: missing values are labelled {some(letters)}; these labels are not kept."
        return
    if labels:
        yield f"{name} is text: the labels of its values are not kept."
    gone = _gone(name, meta)
    if gone:
        yield f"{name} is text: its user-missing values, {some(gone)}, are read as blanks."


def _damaged(path: Path, error: Exception) -> str:
    return (
        f"{path} is damaged or cut off, or of a version that cannot be read ({error}). "
        "Save it anew in the program it comes from, or get another copy."
    )


def _check_end(path: Path, form: str, meta: metadata_container, rows: int) -> None:
    """Refuse a file that has fewer rows than it says or, in SAS's transport format, half a row."""
    expected = meta.number_rows
    if expected is not None and expected != rows:
        raise DataError(_damaged(path, ValueError(f"{rows} of {expected} rows are there")))
    if form != "xport":
        return
    content = path.read_bytes()
    start = content.find(b"HEADER RECORD*******OBS")
    rest = content[start + 80 + rows * sum(meta.variable_storage_width.values()) :]
    more = rest.startswith(b"HEADER RECORD")  # another data set
    if len(content) % 80 or (rest.strip() and not more):
        raise DataError(_damaged(path, ValueError("it ends within a row")))
