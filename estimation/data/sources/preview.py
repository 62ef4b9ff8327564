"""`look`: what a file is and how it begins, quickly."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from estimation.data.sources.kinds import Form, form_of
from estimation.data.sources.reading import careful

if TYPE_CHECKING:
    import pyarrow as pa

    from estimation.data.recipe import Source, TextFormat
    from estimation.data.table import Field, Table

ROWS = 50


@dataclass(frozen=True)
class Look:
    """A first look at a file: its kind ("SPSS"), and its first rows as texts.

    `text` says how a text file is read, everything found out; None for other files.  `sheets` are
    those of a workbook; `fields` is empty where the file would have to be read whole to tell.
    """

    kind: str
    text: "TextFormat | None"
    sheets: tuple[str, ...]
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    fields: "tuple[Field, ...]" = ()


def look(source: "Source") -> Look:
    """Look at a file; raises FileError or DataError, with the remedy."""
    with careful(source.path):
        form = form_of(source.path)
        return _look_at_text(source, form) if form.form == "text" else _look_at_table(source, form)


def _look_at_text(source: "Source", form: Form) -> Look:
    from estimation.data.sources.text import look_at_text  # noqa: PLC0415 - each kind its own

    text, names, rows = look_at_text(source.path, source.text)
    return Look(form.kind.label, text, (), names, rows)


def _look_at_table(source: "Source", form: Form) -> Look:
    sheets: tuple[str, ...] = ()
    if form.form in {"parquet", "arrow", "stream", "feather"}:
        from estimation.data.sources import columnar  # noqa: PLC0415 - each kind its own

        table = columnar.first_rows(source.path, form.form, ROWS)
    else:
        from estimation.data.sources import process  # noqa: PLC0415 - each kind its own

        table, sheets = process.first_rows(source, form, ROWS)
    fields = () if form.form == "workbook" else table.fields
    return Look(form.kind.label, None, sheets, table.names, _shown(table), fields)


def _shown(table: "Table") -> tuple[tuple[str, ...], ...]:
    columns = [[_text(value) for value in _values(column)] for column in table.arrow.columns]
    return tuple(zip(*columns, strict=True))


def _values(column: "pa.ChunkedArray") -> list[object]:
    try:
        return list(column.to_pylist())
    except (OverflowError, ValueError):  # a date that Python does not know, such as the year 50000
        return list(column.cast("string").to_pylist())


def _text(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return ""
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)
