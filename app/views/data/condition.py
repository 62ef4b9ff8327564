"""Reading a condition off what a user types, with what is wrong in words."""

from datetime import datetime
from math import isfinite

from app.views.data.arrangement import FOR_NUMBERS, FOR_TEXTS, Comparison, Condition
from estimation.data.table import Field, Kind
from estimation.errors import DataError

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - files have no time zones
_DAY = 86_400
_EXAMPLES = {Kind.DATE: "2001-05-31", Kind.DATETIME: "2001-05-31 14:30"}


def comparisons(field: Field) -> tuple[Comparison, ...]:
    """Return the comparisons that make sense for a column."""
    return FOR_NUMBERS if field.numeric else FOR_TEXTS


def example(field: Field) -> str:
    """Say how a value of a column is written."""
    return _EXAMPLES.get(field.kind, "a text" if not field.numeric else "a number")


def condition(name: str | None, field: Field, test: Comparison, text: str) -> Condition:
    """Return the condition; raises DataError with the remedy."""
    if not test.needs_value:
        return Condition(name, test)
    if not text.strip():
        raise DataError(f"Enter {example(field)} to compare {field.name} with.")
    return Condition(name, test, value(field, text) if field.numeric else text)


def value(field: Field, text: str) -> float:
    """Read a value: its label, a date, or a number with a decimal point or comma."""
    wanted = text.strip().casefold()
    labelled = {label.casefold(): value for value, label in reversed(field.value_labels)}
    if wanted in labelled:
        return labelled[wanted]
    found = _moment(wanted) if field.kind in _EXAMPLES else _number(wanted)
    if found is not None:
        return found
    if field.kind in _EXAMPLES:
        raise DataError(f"“{text}” is no date. Write it as in {_EXAMPLES[field.kind]}.")
    also = ", or one of its value labels" if field.value_labels else ""
    raise DataError(f"{field.name} is a number, and “{text}” is none. Enter a number{also}.")


def _number(text: str) -> float | None:
    try:
        found = float(text.replace("−", "-").replace(",", "."))
    except ValueError:
        return None
    return found if isfinite(found) else None


def _moment(text: str) -> float | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return _number(text)
    return (found.replace(tzinfo=None) - _EPOCH).total_seconds() / _DAY
