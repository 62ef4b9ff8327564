"""Lists whose items are picked by mouse or keyboard alike."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget


class PickList(QListWidget):
    """A list that emits `picked` for its current item on Space; Enter is left to the dialog.

    Which gesture of the mouse picks is for the owner to connect.
    """

    picked = Signal(QListWidgetItem)
    keys = frozenset({Qt.Key.Key_Space})

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSpacing(2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pick by one of the keys."""
        item = self.currentItem()
        if event.key() in self.keys and item is not None:
            self.picked.emit(item)
        else:
            super().keyPressEvent(event)


class MenuList(PickList):
    """A list whose items open a menu: Enter, the Menu key and the right button pick, too."""

    keys = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space})

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Pick the item under the mouse, or the current one for the Menu key."""
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        item = self.itemAt(event.pos()) if by_mouse else self.currentItem()
        if item is not None:
            self.setCurrentItem(item)
            self.picked.emit(item)
