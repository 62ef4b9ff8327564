"""A field that narrows the list under it."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

_DOWN = {Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_Return, Qt.Key.Key_Enter}


class FilterField(QLineEdit):
    """Narrows by `textChanged`; Esc empties it, and `left_down` asks for the list.

    While there is something to empty, Esc is no shortcut of the window.
    """

    left_down = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(name)
        self.setAccessibleName(name)

    def event(self, event: QEvent) -> bool:
        """Keep Esc from shortcuts."""
        is_escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if event.type() is QEvent.Type.ShortcutOverride and is_escape and self.text():
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Empty the field, or go down to the list."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in _DOWN:
            self.left_down.emit()
        else:
            super().keyPressEvent(event)
