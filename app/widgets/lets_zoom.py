"""Leaving Ctrl and the mouse wheel to the window, which zooms by them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget as _Base
else:
    _Base = object


class LetsZoom(_Base):
    """To be named before the widget that a class is made from."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll, unless the user zooms."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        else:
            super().wheelEvent(event)
