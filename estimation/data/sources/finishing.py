"""The last step of reading: fields with their remarks, without blank rows and nameless columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from estimation.data.sources.narrow import Narrowed
from estimation.data.sources.normal import filled_rows
from estimation.data.sources.values import infinite, kind_of
from estimation.data.sources.words import not_a_number, not_finite
from estimation.data.table import Field, Table

Cell = tuple[int, int]
# Says where some cells (row, column) stand in the file: "line 12", "cell C7".
Places = Callable[[Sequence[Cell]], Mapping[Cell, str]]


@dataclass(frozen=True)
class Draft:
    """The columns of a file: its name, their names, what they are narrowed to.

    `blank_rows` tells whether rows without any value are rows.
    """

    file: str
    names: tuple[str, ...]
    columns: tuple[Narrowed, ...]
    blank_rows: bool = False


def finished(draft: Draft, places: Places) -> Table:
    """Return the table; the remark of a field says why it cannot be a variable."""
    filled = None if draft.blank_rows else filled_rows([each.column for each in draft.columns])
    notes = _notes(draft, places)
    fields, columns, nameless = [], [], []
    for position, (name, each) in enumerate(zip(draft.names, draft.columns, strict=True)):
        if name:
            fields.append(Field(name, kind_of(each.column), note=notes.get(position, "")))
            columns.append(each.column if filled is None else each.column.filter(filled))
        elif each.column.null_count < len(each.column):
            nameless.append(f"Column {position + 1} is left out: it has no name in {draft.file}.")
    arrow = pa.Table.from_arrays(columns, [each.name for each in fields])
    return Table(draft.file, tuple(fields), arrow, tuple(nameless))


def _notes(draft: Draft, places: Places) -> dict[int, str]:
    """Say of each column in which one cell is in the way what that cell is."""
    cells: dict[Cell, str | None] = {}
    for position, each in enumerate(draft.columns):
        endless = infinite(each.column)
        if each.bad is not None:
            cells[each.bad, position] = each.text
        elif endless is not None:
            cells[endless, position] = None
    found = places(list(cells)) if cells else {}
    return {
        at: (
            not_finite(found[row, at], draft.file, draft.names[at])
            if text is None
            else not_a_number(found[row, at], draft.file, draft.names[at], text)
        )
        for (row, at), text in cells.items()
    }
