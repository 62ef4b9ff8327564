"""The table model over a sheet: what a cell shows, wherever its row is."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QPalette

from app.views.data.cells import Cells
from app.views.data.sheet import Sheet
from estimation.arrays import Index

_Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole
_RIGHT = (Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter).value
_LEFT = (Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter).value
_CENTRE = Qt.AlignmentFlag.AlignCenter.value
_NOWHERE = QModelIndex()
LOADING = "…"
_FAILED = "?"


class RowsModel(QAbstractTableModel):
    """Shows the rows of a sheet in an order; `most` of them, as Qt counts pixels in 31 bits.

    `cells` holds the columns that are loaded, `faults` those that cannot be.  `sort_asked` names
    the column by which the user wants to sort, or none, and tells whether downwards.
    """

    sort_asked = Signal(object, bool)

    def __init__(
        self,
        sheet: Sheet,
        cells: Mapping[str, Cells],
        faults: Mapping[str, str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.sheet, self.names = sheet, sheet.names
        self._cells, self._faults = cells, faults
        self._rows: Index | None = None
        self._count = sheet.n_rows
        self._most = 2**31 - 1
        self._labels = False

    @property
    def rows(self) -> Index | None:
        """The rows shown in their order; None is all of them as in the file."""
        return self._rows

    @property
    def labels(self) -> bool:
        """Whether labels are shown in place of the values that have one."""
        return self._labels

    def show_rows(self, rows: Index | None) -> None:
        """Show other rows, or the same ones in another order."""
        self.beginResetModel()
        self._rows = rows
        self._count = self.sheet.n_rows if rows is None else len(rows)
        self.endResetModel()

    def show_labels(self, *, on: bool) -> None:
        """Show labels in place of values."""
        if on != self._labels:
            self._labels = on
            self.refresh(0, len(self.names) - 1)

    def limit(self, most: int) -> None:
        """Show no more rows than there is room for."""
        if min(most, self._count) != self.rowCount():
            self.beginResetModel()
            self._most = most
            self.endResetModel()
        self._most = most

    def refresh(self, first: int, last: int) -> None:
        """Have columns drawn anew."""
        if self.rowCount() and last >= 0:
            corners = self.index(0, first), self.index(self.rowCount() - 1, last)
            self.dataChanged.emit(*corners)

    def row_at(self, position: int) -> int:
        """Return the row of the sheet that is shown at a position."""
        return position if self._rows is None else int(self._rows[position])

    def text(self, position: int, name: str) -> str:
        """Return what the cell shows."""
        cells = self._cells.get(name)
        if cells is None:
            return _FAILED if name in self._faults else LOADING
        return cells.text(self.row_at(position), labels=self._labels)

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """Return the number of rows shown."""
        return 0 if parent.isValid() else min(self._count, self._most)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.names)

    def data(self, index: _Index, role: int = _ROLE.DisplayRole) -> Any:  # noqa: ANN401 - Qt's
        """Return what a cell shows, how, and what its tip says."""
        if role == _ROLE.DisplayRole:
            return self.text(index.row(), self.names[index.column()])
        if role in {_ROLE.TextAlignmentRole, _ROLE.ForegroundRole, _ROLE.ToolTipRole}:
            name = self.names[index.column()]
            cells = self._cells.get(name)
            if cells is None:
                return self._of_none(name, role)
            return self._of(cells, self.row_at(index.row()), role)
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = _ROLE.DisplayRole,
    ) -> Any:  # noqa: ANN401 - Qt's
        """Name the variable, or for who cannot see it the unit and the row."""
        if orientation is Qt.Orientation.Horizontal:
            return self.names[section] if role == _ROLE.DisplayRole else None
        if role == _ROLE.AccessibleTextRole and section < self.rowCount():
            unit, number = self.sheet.place(self.row_at(section))
            what = "row" if self.sheet.level == 1 else "rows:"
            return f"{self.sheet.id_name} {unit}, {what} {number}"
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Ask for it: it may take a while."""
        name = self.names[column] if column >= 0 else None
        self.sort_asked.emit(name, order is Qt.SortOrder.DescendingOrder)

    def _of(self, cells: Cells, row: int, role: int) -> object:
        if role == _ROLE.ToolTipRole:
            return cells.tip(row) or None
        if role == _ROLE.ForegroundRole:
            return _pale() if cells.is_missing(row) else None
        numeric = cells.field.numeric and not (self._labels and cells.field.value_labels)
        return _RIGHT if numeric else _LEFT

    def _of_none(self, name: str, role: int) -> object:
        if role == _ROLE.ToolTipRole:
            return self._faults.get(name, "being loaded")
        return _pale() if role == _ROLE.ForegroundRole else _CENTRE


def _pale() -> object:
    return QGuiApplication.palette().brush(QPalette.ColorRole.PlaceholderText)
