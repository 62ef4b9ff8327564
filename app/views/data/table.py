"""The table of the rows: its headers, which stay in place, and what the keyboard does in it."""

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from app.theme import scaled
from app.views.data.headers import Corner, UnitHeader, VariableHeader
from app.views.data.model import RowsModel
from app.widgets.cell_table import CellTable

# At 100 %: the widths of columns, and the room around texts.
_NARROWEST, _WIDEST, _ROOM = 56, 260, 8
_SAMPLE = 60
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
# What a header's length in pixels may be at most: Qt counts them in 31 bits.
_LONGEST = 2**31 - 2**20
_Select = QItemSelectionModel.SelectionFlag


class RowsTable(CellTable):
    """A table of any number of rows.

    `opened` follows Enter and a double click with the row of the sheet; `painted` tells that other
    columns may be in sight.
    """

    opened = Signal(int)
    painted = Signal()

    def __init__(self, model: RowsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows, self._measured = model, set[str]()
        self._heads, self._units = VariableHeader(model, self), UnitHeader(model, self)
        self.setModel(model)
        self.setHorizontalHeader(self._heads)
        self.setVerticalHeader(self._units)
        for header in (self._heads, self._units):
            header.keep_apart()
        self._corner = Corner(self, model.sheet)
        self.setSortingEnabled(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.offer_at_heads()
        self.doubleClicked.connect(lambda index: self.opened.emit(model.row_at(index.row())))
        self.fit()

    def fit(self) -> None:
        """Take the heights and widths that the font asks for."""
        height = self.fontMetrics().height() + scaled(_ROOM)
        self._rows.limit(_LONGEST // height)
        self._units.setDefaultSectionSize(height)
        self._units.fit(self._corner.title, self._corner.heading)
        self._heads.blockSignals(True)  # two thousand columns are laid out once
        for column, name in enumerate(self._rows.names):
            self._heads.resizeSection(column, self._width_of_head(name))
        self._heads.blockSignals(False)
        for name in self._measured:
            self._widen(name)
        self.updateGeometries()

    def fit_column(self, name: str, *, again: bool = False) -> None:
        """Widen a column for what it shows, when that is first known or has changed."""
        if again or name not in self._measured:
            self._measured.add(name)
            self._widen(name)

    def show_sorting(self, name: str | None, *, descending: bool) -> None:
        """Show the arrow where it belongs, without sorting."""
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self._heads.blockSignals(True)
        self._heads.setSortIndicator(-1 if name is None else self._rows.names.index(name), order)
        self._heads.blockSignals(False)

    def names_seen(self) -> Iterator[str]:
        """Yield the names of the columns that are in sight."""
        names = self._rows.names
        first, last = self.columnAt(0), self.columnAt(self.viewport().width() - 1)
        if first >= 0:
            yield from names[first : last + 1 if last >= 0 else len(names)]

    def chosen(self) -> tuple[list[range], list[int]]:
        """Return the runs of rows and the columns that are selected."""
        spans = [each for each in self.selectionModel().selection().toList() if each.isValid()]
        columns = {k for each in spans for k in range(each.left(), each.right() + 1)}
        return _joined([range(each.top(), each.bottom() + 1) for each in spans]), sorted(columns)

    def go_to(self, position: int, rows: int = 1) -> None:
        """Make a cell of a row the current one, and select so many rows from there."""
        column = max(self.currentIndex().column(), 0)
        first = self._rows.index(position, column)
        self.setCurrentIndex(first)
        if rows > 1:
            last = self._rows.index(position + rows - 1, self._rows.columnCount() - 1)
            span = QItemSelection(self._rows.index(position, 0), last)
            self.selectionModel().select(span, _Select.ClearAndSelect)
        self.scrollTo(first, QAbstractItemView.ScrollHint.PositionAtTop)

    def select_current_column(self) -> None:
        """Select the column of the current cell."""
        if self.currentIndex().isValid():
            self.selectColumn(self.currentIndex().column())

    def keyboardSearch(self, search: str) -> None:
        """Do nothing: to seek a text in all rows would take too long."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open a row by Enter."""
        if event.key() in _ENTER and self.currentIndex().isValid():
            self.opened.emit(self._rows.row_at(self.currentIndex().row()))
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the program's font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell that something else may be in sight."""
        super().paintEvent(event)
        self.painted.emit()

    def _widen(self, name: str) -> None:
        column, metrics = self._rows.names.index(name), self.fontMetrics()
        shown = range(min(self._rows.rowCount(), _SAMPLE))
        texts = (self._rows.text(row, name) for row in shown)
        width = max(map(metrics.horizontalAdvance, texts), default=0) + 2 * scaled(_ROOM)
        if width > self._heads.sectionSize(column):
            self._heads.resizeSection(column, min(width, scaled(_WIDEST)))

    def _width_of_head(self, name: str) -> int:
        """Room for the name and the arrow of sorting."""
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(name) + metrics.height() + scaled(_ROOM)
        return min(max(width, scaled(_NARROWEST)), scaled(_WIDEST))


def _joined(runs: list[range]) -> list[range]:
    """Return runs in order, those that overlap or touch as one."""
    result: list[range] = []
    for run in sorted(runs, key=lambda each: each.start):
        if result and run.start <= result[-1].stop:
            result[-1] = range(result[-1].start, max(result[-1].stop, run.stop))
        else:
            result.append(run)
    return result
