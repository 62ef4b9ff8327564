"""Tables whose cells and heads have a menu."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QTableView, QWidget


class CellTable(QTableView):
    """Wants a menu by `menu_asked`, with row (-1 for a head), column, and place on the screen.

    The right button, the Menu key and Shift+F10, which is that of keyboards without one, ask.
    """

    menu_asked = Signal(int, int, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setAlternatingRowColors(True)

    def offer_at_heads(self) -> None:
        """Have the heads of the columns ask for a menu, too, from now on."""
        heads = self.horizontalHeader()
        heads.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        heads.customContextMenuRequested.connect(self._ask_at_head)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the cell under the mouse, or for the current one."""
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            index = self.indexAt(event.pos())
            if index.isValid():
                self.menu_asked.emit(index.row(), index.column(), event.globalPos())
        else:
            self._ask_at_current()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask by Shift+F10."""
        shift = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        if event.key() == Qt.Key.Key_F10 and shift:
            self._ask_at_current()
        else:
            super().keyPressEvent(event)

    def _ask_at_current(self) -> None:
        index = self.currentIndex()
        if index.isValid():
            place = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
            self.menu_asked.emit(index.row(), index.column(), place)

    def _ask_at_head(self, place: QPoint) -> None:
        heads = self.horizontalHeader()
        column = heads.logicalIndexAt(place)
        if column >= 0:
            self.menu_asked.emit(-1, column, heads.mapToGlobal(place))
