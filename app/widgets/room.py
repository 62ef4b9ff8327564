"""Room on the screen: windows no larger than it, and parts that scroll where it is short."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from app.theme import scaled

# What the frame of a window takes.
_FRAME = QSize(16, 48)
_LEAST_HEIGHT = 120


def fit_screen(window: QWidget, width: int, height: int) -> None:
    """Give a window a size, or as much of it as the screen has."""
    window.resize(QSize(width, height).boundedTo(window.screen().availableSize() - _FRAME))


class Scrolled(QScrollArea):
    """Shows a widget as a whole where there is room, else a part of its height."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._content = content
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def sizeHint(self) -> QSize:
        """As large as the content wants to be."""
        return self._with_bar(self._content.sizeHint())

    def minimumSizeHint(self) -> QSize:
        """As wide as the content has to be, with the scroll bar, but not as high."""
        return self._with_bar(QSize(self._content.minimumSizeHint().width(), scaled(_LEAST_HEIGHT)))

    def _with_bar(self, size: QSize) -> QSize:
        return size + QSize(self.verticalScrollBar().sizeHint().width(), 0)
