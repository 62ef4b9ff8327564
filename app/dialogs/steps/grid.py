"""A small table to write in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from app.theme import scaled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent

_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_ROWS = 7


class Grid(QTableWidget):
    """A table whose cells are edited by typing, F2 or a double click.

    The Tab key leaves it; while a cell is edited it leads to the next one.  Enter edits, or ends
    editing, and Delete empties what is selected.
    """

    def __init__(self, name: str, titles: Sequence[str], tips: Sequence[str] = ()) -> None:
        super().__init__(0, len(titles))
        self.setHorizontalHeaderLabels(list(titles))
        for column, tip in enumerate(tips):
            header = self.horizontalHeaderItem(column)
            if header is not None:
                header.setToolTip(tip)
        self.setAccessibleName(name)
        self.setTabKeyNavigation(False)
        self.setAlternatingRowColors(True)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMinimumHeight(scaled(_ROWS * 24))

    def text(self, row: int, column: int) -> str:
        """Return what stands in a cell, without blanks around it."""
        item = self.item(row, column)
        return item.text().strip() if item is not None else ""

    def put(self, row: int, texts: Sequence[str], fixed: Sequence[int] = ()) -> None:
        """Fill a row; the columns that are `fixed` cannot be edited."""
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            if column in fixed:
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            self.setItem(row, column, item)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Edit by Enter, which would press the dialog's OK; empty cells by Delete."""
        editing = self.state() is QAbstractItemView.State.EditingState
        if event.key() in _ENTER:
            if not editing and self.currentItem() is not None:
                self.editItem(self.currentItem())
            event.accept()
        elif event.key() == Qt.Key.Key_Delete and not editing:
            self._empty()
        else:
            super().keyPressEvent(event)

    def _empty(self) -> None:
        for item in self.selectedItems():
            if item.flags() & Qt.ItemFlag.ItemIsEditable:
                item.setText("")
