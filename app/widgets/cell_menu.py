"""The menu of a cell, or of the head of its column."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QTableView, QWidget

_LETTERS = 20


class Entry(NamedTuple):
    """What a menu offers; without a meaning it parts what is before it from what follows."""

    text: str = ""
    act: Callable[[], object] | None = None
    keys: str = ""


def menu_of(parent: QWidget, *entries: Entry) -> QMenu:
    """Return a menu that is gone when it is closed."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for entry in entries:
        if entry.act is None:
            menu.addSeparator()
            continue
        # The key is the window's or the table's own: here it is only shown.
        shown = f"{entry.text}\t{entry.keys}" if entry.keys else entry.text
        action = menu.addAction(shown)
        action.triggered.connect(lambda _checked=False, act=entry.act: act())
    return menu


def sort_entries(table: QTableView, column: int) -> list[Entry]:
    """Offer to sort a table by a column, for who has no mouse to click on its head."""
    orientation, order = Qt.Orientation.Horizontal, Qt.SortOrder
    name = named(str(table.model().headerData(column, orientation)))
    return [
        Entry(f"Sort {name} &upwards", partial(table.sortByColumn, column, order.AscendingOrder)),
        Entry(
            f"Sort {name} &downwards", partial(table.sortByColumn, column, order.DescendingOrder)
        ),
        Entry("&Order of the file", partial(table.sortByColumn, -1, order.AscendingOrder)),
    ]


def named(text: str) -> str:
    """Return a text as it may stand in a menu, where & has a meaning."""
    short = text if len(text) <= _LETTERS else f"{text[:_LETTERS]}…"
    return short.replace("&", "&&")
