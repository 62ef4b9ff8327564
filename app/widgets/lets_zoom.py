"""Leaving Ctrl and the mouse wheel to the window, which zooms by them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea

_Base = QAbstractScrollArea if TYPE_CHECKING else object


class LetsZoom(_Base):
    """To be named before the scroll area that a class is made from."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll, unless the user zooms."""
        if event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        else:
            super().wheelEvent(event)
