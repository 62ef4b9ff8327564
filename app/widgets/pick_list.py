"""A list whose items are picked by mouse or keyboard alike."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

_PICKING_KEYS = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}


class PickList(QListWidget):
    """A list that emits `picked` for its current item on Enter, Space and the Menu key.

    Which gesture of the mouse picks is for the owner to connect.
    """

    picked = Signal(QListWidgetItem)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSpacing(2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Enter before the dialog does, whose OK it would press."""
        item = self.currentItem()
        if event.key() in _PICKING_KEYS and item is not None:
            self.picked.emit(item)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Pick the item under the mouse, or the current one for the Menu key."""
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        item = self.itemAt(event.pos()) if by_mouse else self.currentItem()
        if item is not None:
            self.setCurrentItem(item)
            self.picked.emit(item)
