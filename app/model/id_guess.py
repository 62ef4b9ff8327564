"""Guessing which column is the linking ID: by its name, and by how its values repeat and match."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

from estimation.data.ids import Units, units
from estimation.data.table import Kind, Table

# Names of identifiers, and of what units are; columns that are looked at when no name tells.
_IDS = re.compile(
    r"(.*[_\W])?(id|idnr|nr|no|code|key)([_\W].*)?|id\w{0,12}|\w{0,12}id", re.IGNORECASE
)
_THINGS = (
    r"school|sch|class|classroom|group|grp|unit|cluster|subject|subj|person|pers|case|site|clinic|"
    r"hospital|district|region|country|state|team|firm|family|couple|teacher|neighbou?rhood"
)
_UNITS = re.compile(rf"({_THINGS})([_\W]?(id|nr|no|code|num|number))?", re.IGNORECASE)
_MOST = 20
# At least so much of the units of either file must be in the other, if no name tells.
_ENOUGH = 0.5
# Rows a unit, at most, in a level-2 file.
_REPEATED = 1.2
# A pair of this score has units in common, unique in one file and repeated in the other.
_GOOD = 1.5


class Link(NamedTuple):
    """The ID of either file, empty if none is known; see `Found` for `swapped`."""

    id1: str = ""
    id2: str = ""
    swapped: bool = False


class _Pair(NamedTuple):
    """Two columns that may link two files, and how well they do."""

    id1: str
    id2: str
    score: float
    swapped: bool


class _Known:
    """The units of columns of a table, each found once."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.units = cache(lambda name: units(table, name))

    def unique(self, name: str) -> bool:
        """Whether units have one row each, but for a few that may be repeated by mistake."""
        found = self.units(name)
        return int(found.sizes.sum()) <= _REPEATED * len(found.ids)


def link(one: Table, two: Table, wished: tuple[str, str] = ("", "")) -> Link:
    """Find the columns of a level-1 and a level-2 file that link them; what is wished stands."""
    known = _Known(one), _Known(two)
    wish1, wish2 = (
        name if name in t.names else "" for name, t in zip(wished, (one, two), strict=True)
    )
    pairs = [_judge(*known, *names) for names in _same_name(one, two, wish1, wish2)]
    if not any(each.score >= _GOOD for each in pairs):
        pairs += _by_values(*known, wish1, wish2)
    best = max(pairs, key=lambda each: each.score, default=None)
    if best is None or not (best.score or wish1 or wish2):
        return Link(wish1, wish2, two.n_rows > one.n_rows)
    return Link(best.id1, best.id2, best.swapped)


def unit_of(table: Table) -> str:
    """Find the column of one file for both levels that tells its units apart; empty if none does.

    It repeats, and has the name of an identifier, or the rows of each unit stand together.
    """
    known, names = _Known(table), _candidates(table)
    for name in sorted(filter(_hint, names), key=_hint, reverse=True)[:_MOST]:
        if _repeats(known.units(name)):
            return name
    blocks = [
        name
        for name in names[:_MOST]
        if _repeats(known.units(name)) and _runs(known.units(name)) == len(known.units(name).ids)
    ]
    return max(blocks, key=lambda name: len(known.units(name).ids), default="")


def _same_name(one: Table, two: Table, wish1: str, wish2: str) -> Iterator[tuple[str, str]]:
    """Yield columns that have one name in both files, but for capitals, and could be IDs."""
    second = {name.casefold(): name for name in reversed([wish2] if wish2 else _candidates(two))}
    for name in [wish1] if wish1 else _candidates(one):
        other = wish2 if wish1 and wish2 else second.get(name.casefold())
        if other is not None:
            yield name, other


def _judge(one: _Known, two: _Known, id1: str, id2: str) -> _Pair:
    """Score a pair: units in common, unique in one file and repeated in the other, its name."""
    units1, units2 = one.units(id1), two.units(id2)
    common = len(set(units1.ids) & set(units2.ids))
    share = common / max(min(len(units1.ids), len(units2.ids)), 1)
    unique1, unique2 = one.unique(id1), two.unique(id2)
    score = share * (1 + (unique1 != unique2)) + _hint(id1) / 3
    more = two.table.n_rows > one.table.n_rows
    swapped = (unique1 and not unique2) or (unique1 == unique2 and more)
    return _Pair(id1, id2, score, swapped)


def _by_values(one: _Known, two: _Known, wish1: str, wish2: str) -> Iterator[_Pair]:
    """Judge columns of different names whose values match, unique in one file only."""
    first = [wish1] if wish1 else _likely(one.table)
    second = [wish2] if wish2 else _likely(two.table)
    for id1 in first:
        for id2 in second:
            if one.unique(id1) != two.unique(id2) or (wish1 and wish2):
                units1, units2 = set(one.units(id1).ids), set(two.units(id2).ids)
                if len(units1 & units2) >= _ENOUGH * max(len(units1), len(units2)):
                    yield _judge(one, two, id1, id2)


def _likely(table: Table) -> list[str]:
    return sorted(_candidates(table), key=_hint, reverse=True)[:_MOST]


def _candidates(table: Table) -> list[str]:
    """Return the columns that hold texts or whole numbers."""
    return [
        each.name for each in table.fields if each.kind is Kind.TEXT or _whole(table, each.name)
    ]


def _whole(table: Table, name: str) -> bool:
    field = table.field(name)
    if field.kind is not Kind.NUMBER or (field.value_labels and not _hint(name)):
        return False
    values = table.column(name).values
    present = values[~np.isnan(values)]
    return bool(present.size) and bool((present == np.rint(present)).all())


def _hint(name: str) -> int:
    """Say how much a name tells: 3 for ID, 2 for another identifier, 1 for that of a unit."""
    if name.casefold() == "id":
        return 3
    return 2 if _IDS.fullmatch(name) else 1 if _UNITS.fullmatch(name) else 0


def _repeats(found: Units) -> bool:
    return 1 < len(found.ids) < int(np.count_nonzero(found.of_row >= 0))


def _runs(found: Units) -> int:
    return 1 + int(np.count_nonzero(found.of_row[1:] != found.of_row[:-1]))
