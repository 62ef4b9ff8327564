"""What stands in a cell: numbers with all their digits, labels, dates, and kinds of missing."""

from datetime import date
from math import isfinite, isnan

import numpy as np

from app.views.data.sheet import distinct
from app.widgets.numbers import letter
from estimation.data.table import Column, Field, Kind

# Values looked at to find how many decimals a column has, and to which number they are filled up.
_SAMPLE, _FILLED = 200, 4
# Longer numbers may be ones of 32 bits, which need but nine digits.
_LONG, _LARGEST_SINGLE = 11, 3e38
# Characters of a text that are shown in a cell and in its tip.
_CELL, _TIP = 200, 1000
# So many distinct texts are offered to be chosen from.
_FEW = 500
_EPOCH = date(1970, 1, 1).toordinal()
_DAY_MS = 86_400_000


class Cells:
    """A column and how its values are written."""

    def __init__(self, column: Column) -> None:
        self.column, self.field = column, column.field
        self._stored = column.stored
        self._labels = {key(value): label for value, label in column.field.value_labels}
        self._decimals = _decimals(column) if column.field.kind is Kind.NUMBER else 0

    def text(self, row: int, *, labels: bool) -> str:
        """Write the value of a row, or its label, as it fits a cell."""
        if not self.field.numeric:
            return _one_line(self._stored[row].as_py() or "")
        value = float(self._stored[row])
        label = self._labels.get(key(value)) if labels else None
        return _one_line(label) if label else self._written(value)

    def whole(self, row: int, *, labels: bool = False) -> str:
        """Write all of the value of a row, or of its label; a missing one is empty."""
        if not self.field.numeric:
            return self._stored[row].as_py() or ""
        value = float(self._stored[row])
        if labels and (label := self._labels.get(key(value))):
            return label
        if key(value) == ".":
            return ""
        number = self.field.kind is Kind.NUMBER and not isnan(value)
        return plain(value) if number else self._written(value)

    def is_missing(self, row: int) -> bool:
        """Whether the value counts as missing, for the system or for the user."""
        if not self.field.numeric:
            return self._stored[row].as_py() is None
        value = float(self._stored[row])
        return isnan(value) or any(low <= value <= high for low, high in self.field.missing)

    def tip(self, row: int) -> str:
        """Say what cannot be seen in the cell; empty if nothing."""
        if not self.field.numeric:
            text = self._stored[row].as_py()
            if text is None:
                return "missing"
            cut = _one_line(text) != text or len(text) > _LONG
            return text[:_TIP] if cut else ""
        value = float(self._stored[row])
        label = self._labels.get(key(value), "")
        if not self.is_missing(row):
            return f"{self.whole(row)} = {label}" if label else ""
        kind = "missing" if isnan(value) else "user-missing"
        written = "" if key(value) == "." else f": {self._written(value)}"
        return f"{kind}{written}" + (f" “{label}”" if label else "")

    def texts(self) -> list[str]:
        """Return the distinct texts, if they are few."""
        known = distinct(self.column)
        return known.to_pylist() if len(known) <= _FEW else []

    def _written(self, value: float) -> str:
        if isnan(value):
            return str(key(value))
        if self.field.kind is Kind.NUMBER:
            return number(value, self._decimals)
        return moment(value, time=self.field.kind is Kind.DATETIME)


def key(value: float) -> float | str:
    """Return a value; of a missing one its letter, as in ".a", or "."."""
    return letter(value) if isnan(value) else value


def plain(value: float) -> str:
    """Write a number with the digits that it needs, one of 32 bits with no more than it has."""
    text = f"{value:.15g}"
    if len(text) > _LONG and abs(value) < _LARGEST_SINGLE and not value.is_integer():
        single = np.float32(value)
        return str(single) if float(single) == value else text
    return text


def number(value: float, decimals: int) -> str:
    """Write a number with at least so many decimals."""
    text = plain(value)
    if not decimals or "e" in text or not isfinite(value):
        return text
    whole, _, rest = text.partition(".")
    return f"{whole}.{rest:0<{decimals}}"


def moment(days: float, *, time: bool) -> str:
    """Write days since 1970-01-01 as a date, or with the time of the day."""
    ms = round(days * _DAY_MS) if isfinite(days) and abs(days) < _EPOCH * 10 else None
    day, within = divmod(ms, _DAY_MS) if ms is not None else (None, 0)
    if day is None or not 1 <= day + _EPOCH <= date.max.toordinal():
        return plain(days)
    written = date.fromordinal(day + _EPOCH).isoformat()
    if not time and not within:
        return written
    seconds, fraction = divmod(within, 1000)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{written} {clock}" + (f".{fraction:03}" if fraction else "")


def _decimals(column: Column) -> int:
    """Return the number of decimals of a column's first values; 0 if they are too many to fill."""
    sample = column.stored[:_SAMPLE]
    texts = [plain(float(each)) for each in sample if isfinite(each)]
    found = max((len(each.partition(".")[2]) for each in texts if "e" not in each), default=0)
    return found if found <= _FILLED else 0


def _one_line(text: str) -> str:
    """Return what fits a cell."""
    return " ".join(text[:_CELL].splitlines()) + ("…" if len(text) > _CELL else "")


def kind_in_words(field: Field) -> str:
    """Say of what kind a column is, if it is not one of numbers."""
    if field.note:
        return f"text: {field.note}"
    return "" if field.kind is Kind.NUMBER else field.kind.value
