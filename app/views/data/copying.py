"""Selected cells as text for other programs; it works beside the window."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.jobs import Listener
from app.views.data.cells import Cells
from app.views.data.sheet import Sheet
from estimation.data.report import count, grouped
from estimation.errors import DataError
from estimation.progress import Reading

MOST = 1_000_000
_A_WHILE = 1000


@dataclass(frozen=True)
class Copied:
    """Text with a tab between cells, and what it is in words."""

    text: str
    words: str


def check_size(n_rows: int, n_columns: int) -> None:
    """Raise DataError if so many cells are more than the clipboard of a computer is made for."""
    if n_rows * n_columns > MOST:
        raise DataError(
            f"{count(n_rows, 'row')} × {count(n_columns, 'column')} are too many to copy. "
            f"Select at most {grouped(MOST)} cells."
        )


def copied(
    sheet: Sheet, rows: Sequence[int], names: Sequence[str], listen: Listener, *, labels: bool
) -> Copied:
    """Copy cells under the names of their variables; of whole rows also ID and number."""
    columns = [Cells(sheet.columns[name]) for name in names]
    whole = list(names) == list(sheet.names)
    heads = [*_placed(sheet, whole=whole), *names]
    lines = ["\t".join(map(_cell, heads))]
    for done, row in enumerate(rows):
        if done % _A_WHILE == 0:
            listen(Reading("Copying", done / len(rows)))
        place = map(str, sheet.place(row)) if whole else ()
        values = (each.whole(row, labels=labels) for each in columns)
        lines.append("\t".join(map(_cell, (*place, *values))))
    words = f"Copied {count(len(rows), 'row')} × {count(len(names), 'variable')}"
    return Copied("\n".join([*lines, ""]), words)


def _placed(sheet: Sheet, *, whole: bool) -> Iterator[str]:
    if whole:
        yield sheet.id_name
        yield "row" if sheet.level == 1 else "rows"


def _cell(text: str) -> str:
    """Return a text without what parts cells and lines."""
    return " ".join(text.replace("\t", " ").splitlines())
