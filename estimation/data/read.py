"""CSV files as data frames, and two of them as a two-level data set.

Comma, semicolon or tab between the values, a point or (unless commas separate) a comma before
the decimals, names in the first line.  A blank is missing, never zero.
"""

import csv
import io
import re
import warnings
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from estimation.arrays import Array
from estimation.data.build import Table, build
from estimation.data.dataset import TwoLevelData
from estimation.errors import DataError
from estimation.files import read_text
from estimation.spec.model import INTRCPT1, INTRCPT2

MISSING = ("", ".", "NA", "N/A", "#N/A", "NaN", "nan", "NULL", "null")
_LOGICAL = {"true": 1.0, "false": 0.0}
_RAGGED = re.compile(r"fields in line (\d+)")
_UNCLOSED = re.compile(r"EOF inside string starting at row (\d+)")


def read_two_level(
    level1: Path,
    level2: Path | None,
    id_name: str,
    *,
    name: str = "",
    labels: Mapping[str, str] | None = None,
) -> TwoLevelData:
    """Read one or two CSV files and join them by the variable `id_name`.

    Without `level2` (or with the same file) the level-1 file holds both levels.  `name` is what
    the data are called, by default the names of the files.  Raises FileError or DataError; what
    was left out without being an error is said in the `report` of the data.
    """
    two = level2 is not None and level2.resolve() != level1.resolve()
    paths = [level1, level2] if two and level2 is not None else [level1]
    tables = [read_table(path, id_name) for path in paths]
    title = name or ", ".join(path.name for path in paths)
    return build(tables[0], tables[1] if two else None, name=title, labels=labels or {})


@dataclass(frozen=True)
class _Text:
    """A file's text, how it is separated, its names, and the number of the line they stand in."""

    path: Path
    text: str
    separator: str
    names: tuple[str, ...]
    header_line: int


def read_table(path: Path, id_name: str) -> Table:
    """Read one CSV file, its column `id_name` as text and the others as numbers."""
    source = _open(path)
    identifier = _identifier(source, id_name)
    frame = _parse(source, identifier)
    variables: dict[str, Array] = {}
    left_out: dict[str, str] = {}
    for position, name in enumerate(source.names):
        if name == identifier:
            continue
        column = frame[position]
        values = _numbers(column, decimal_comma=source.separator != ",")
        reason = _not_a_variable(source, name, column, values)
        if reason and not column.isna().all():
            left_out[name or f"Column {position + 1}"] = reason
        elif not reason:
            variables[name] = values
    ids = frame[source.names.index(identifier)].str.strip()
    return Table(path.name, identifier, ids.mask(ids.isin(MISSING)), variables, left_out)


def _open(path: Path) -> _Text:
    text = read_text(path).replace("\r\n", "\n").replace("\r", "\n")
    lines = io.StringIO(text)
    number, header = next(
        ((number, line) for number, line in enumerate(lines, 1) if line.strip(" \t\r\n,;")), (0, "")
    )
    if not header:
        raise DataError(f"{path} is empty. It must hold a line of variable names, then the data.")
    separator = max(",;\t", key=header.count)
    names = tuple(each.strip() for each in next(csv.reader([header], delimiter=separator)))
    _check_names(path, number, names)
    return _Text(path, text, separator, names, number)


def _check_names(path: Path, line: int, names: tuple[str, ...]) -> None:
    if all(_is_number(name) for name in names):
        raise DataError(
            f"{path}, line {line}: there are no variable names, only numbers. "
            "Put the names of the variables into the first line."
        )
    repeated = [name for name, count in Counter(names).items() if count > 1 and name]
    if repeated:
        raise DataError(
            f"{path}, line {line}: more than one column is called {', '.join(repeated)}. "
            "Give each column a name of its own."
        )


def _identifier(source: _Text, id_name: str) -> str:
    if id_name in source.names:
        return id_name
    found = [name for name in source.names if name.casefold() == id_name.casefold()]
    if len(found) == 1:
        return found[0]
    problem = "has more than one" if found else "has no"
    raise DataError(
        f"{source.path} {problem} column {id_name}, the ID that links the levels. "
        f"Its columns are: {', '.join(filter(None, source.names))}."
    )


def _parse(source: _Text, identifier: str) -> pd.DataFrame:
    """Read the lines below the names; row k of the frame is line header_line + 1 + k."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        try:
            frame = pd.read_csv(
                io.StringIO(source.text),
                sep=source.separator,
                header=None,
                names=range(len(source.names)),
                skiprows=source.header_line,
                index_col=False,
                dtype={source.names.index(identifier): str},
                na_values=list(MISSING),
                keep_default_na=False,
                skipinitialspace=True,
                skip_blank_lines=False,
                low_memory=False,
            )
        except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
            raise DataError(_malformed(source, str(error))) from error
    return frame.dropna(how="all")


def _malformed(source: _Text, error: str) -> str:
    unclosed = _UNCLOSED.search(error)
    if unclosed:
        line = int(unclosed[1]) + 1
        return f"{source.path}, line {line}: a quotation mark is opened and never closed."
    ragged = _RAGGED.search(error)
    line = int(ragged[1]) if ragged else source.header_line + 1
    return (
        f"{source.path}, line {line}: there are more values than the {len(source.names)} names in "
        "the first line. Check the separators, and put a text that contains one into quotes."
    )


def _numbers(column: pd.Series, *, decimal_comma: bool) -> Array:
    """Return the values of a column; infinite where a text is not a number."""
    if not pd.api.types.is_object_dtype(column) and not pd.api.types.is_string_dtype(column):
        return column.to_numpy(dtype=np.float64)
    texts = column.astype("str").str.strip()
    if decimal_comma:
        texts = texts.str.replace(",", ".", regex=False)
    values = pd.to_numeric(texts, errors="coerce").to_numpy(dtype=np.float64, copy=True)
    logical = texts.str.lower().map(_LOGICAL).to_numpy(dtype=np.float64)
    np.copyto(values, logical, where=np.isnan(values))
    missing = (column.isna() | texts.isin(MISSING)).to_numpy()
    values[np.isnan(values) & ~missing] = np.inf
    return values


def _not_a_variable(source: _Text, name: str, column: pd.Series, values: Array) -> str | None:
    """Say why a column cannot be a variable, if it cannot."""
    if not name:
        return f"it has no name in {source.path.name}"
    if name in (INTRCPT1, INTRCPT2):
        return f"column {name} of {source.path.name} has the name of an intercept; rename it"
    bad = np.isinf(values)
    if not bad.any():
        return None
    row = column.index[int(bad.argmax())]
    line = source.header_line + 1 + int(row)
    return (
        f"line {line} of {source.path.name} has {str(column[row]).strip()!r} in column {name}, "
        "which is not a number; correct it, or leave it blank if it is missing"
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
