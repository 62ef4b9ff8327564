"""The values of single lines of a command file; a line that is not there has the default."""

import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from math import isfinite
from typing import TypeVar

from estimation.errors import SpecError
from estimation.spec.command_lines import WITH_SWITCH, Entry
from estimation.spec.command_names import read_items, read_name, read_text_value

Options = Mapping[str, Entry]
_E = TypeVar("_E", bound=Enum)
_N = TypeVar("_N", int, float)
_SWITCH = re.compile(r"\s*,\s*[a-z]\Z", re.IGNORECASE)
# Python itself reads more: 1_000, digits of other scripts.
_WHOLE = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)


def asked(options: Options, keyword: str) -> Entry | None:
    """Return the line of an option, unless it says no."""
    entry = options.get(keyword)
    return None if entry is None or entry.neutral else entry


def yes(options: Options, keyword: str) -> bool:
    """Read a switch."""
    entry = asked(options, keyword)
    if entry is not None and entry.value.lower() not in {"y", "yes"}:
        raise SpecError(f"{entry.where}: {entry.keyword} takes y or n, not {entry.value!r}.")
    return entry is not None


def one_of(options: Options, keyword: str, words: Mapping[str, _E], default: _E) -> _E:
    """Read a choice between words."""
    entry = asked(options, keyword)
    if entry is None:
        return default
    choice = words.get(entry.value.lower())
    if choice is None:
        *others, last = words
        raise SpecError(
            f"{entry.where}: {entry.keyword} takes {', '.join(others)} or {last}, "
            f"not {entry.value!r}."
        )
    return choice


def number(options: Options, keyword: str, default: float) -> float:
    """Read a number, 0 or more."""
    return _read(options, keyword, default, read_number)


def whole(options: Options, keyword: str, default: int) -> int:
    """Read a whole number, 0 or more."""
    return _read(options, keyword, default, read_whole)


def text(options: Options, keyword: str) -> str | None:
    """Read a free text; None where there is none, which is not the empty text in quotes."""
    entry = options.get(keyword)
    return read_text_value(entry.value) if entry and entry.value else None


def name(options: Options, keyword: str) -> str | None:
    """Read the name of a variable."""
    entry = asked(options, keyword)
    return read_name(entry.value, entry.where) if entry else None


def names(options: Options, keyword: str) -> tuple[str, ...]:
    """Read names of variables with commas between them."""
    entry = asked(options, keyword)
    return read_items(entry.value, entry.where, read_name) if entry else ()


def read_number(entry: Entry, value: str, least: float = 0.0) -> float:
    """Read a finite number, at least the least one."""
    found = _converted(float, _NUMBER, value)
    if found is None or not isfinite(found) or found < least:
        raise _wrong(entry, value, "a number" if least else "a number, 0 or more")
    return found


def read_whole(entry: Entry, value: str) -> int:
    """Read a whole number, 0 or more."""
    found = _converted(int, _WHOLE, value)
    if found is None or found < 0:
        raise _wrong(entry, value, "a whole number, 0 or more")
    return found


def in_order(entry: Entry, things: Sequence[str], of: str) -> tuple[str, ...]:
    """Split a line that has a value for each of the things in order, none left out."""
    values = tuple(each.strip() for each in entry.value.split(",")) if entry.value else ()
    n, given = len(things), len(values)
    if given != n:
        remedy = f"Write one for each, in this order: {', '.join(things)}." if n else "Take it out."
        raise SpecError(
            f"{entry.where}: {entry.keyword} has {given} value{'s' * (given != 1)}, but the model "
            f"has {n} {of}{'s' * (n != 1)}. {remedy}"
        )
    return values


def _read(options: Options, keyword: str, default: _N, read: Callable[[Entry, str], _N]) -> _N:
    entry = asked(options, keyword)
    if entry is None:
        return default
    return read(entry, _SWITCH.sub("", entry.value) if keyword in WITH_SWITCH else entry.value)


def _converted(kind: type[_N], form: re.Pattern[str], value: str) -> _N | None:
    try:
        return kind(value) if form.fullmatch(value) else None
    except ValueError:
        return None


def _wrong(entry: Entry, value: str, takes: str) -> SpecError:
    return SpecError(
        f"{entry.where}: {entry.keyword} takes {takes}, not {value!r}. Write it as in 1000 or "
        "0.000001: a point before decimals, no other marks."
    )
