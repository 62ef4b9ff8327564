"""The outline of an output: its headings, to jump by."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QFont, QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QListWidget, QListWidgetItem

from app.widgets.lets_zoom import LetsZoom

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from estimation.report import Heading

_INDENT = 6
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Outline(LetsZoom, QListWidget):
    """A list of headings; `asked` brings the line to jump to, as soon as one is chosen.

    `left` follows Enter, and the mouse: the choice is made.
    """

    asked = Signal(int)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._headings: tuple[Heading, ...] = ()
        self._indent = _blank_icon()
        self.setIconSize(QSize(_INDENT, 1))
        self.setAccessibleName("Outline")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setWordWrap(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        # Qt would scroll an entry that is seen well enough away from under the mouse.
        self.setAutoScroll(False)
        self.currentRowChanged.connect(self._ask)
        self.itemClicked.connect(self._click)

    def show_headings(self, headings: Sequence[Heading]) -> None:
        """Show the headings of another output."""
        if headings == self._headings:
            return
        with QSignalBlocker(self):
            self.clear()
            self._headings = tuple(headings)
            for each in headings:
                self._add(each)

    def follow(self, line: int) -> None:
        """Mark the heading that a line stands under."""
        lines = [_first_line(each) for each in self._headings]
        with QSignalBlocker(self):
            self.setCurrentRow(max(bisect_right(lines, line) - 1, 0))
        self._reveal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the list by Enter, and by Esc where it is a pop-up."""
        escaped = event.key() == Qt.Key.Key_Escape and self.isWindow()
        if escaped or event.key() in _ENTER:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _reveal(self) -> None:
        """Scroll only as far as the current entry is not seen."""
        place = self.visualRect(self.currentIndex())
        if not self.viewport().rect().contains(place):
            self.scrollTo(self.currentIndex())

    def _add(self, heading: Heading) -> None:
        top = heading.level == 1
        item = QListWidgetItem(heading.text, self)
        if not top:
            item.setIcon(self._indent)
        item.setToolTip(heading.text)
        font = QFont()
        font.setBold(top)
        item.setFont(font)

    def _ask(self, row: int) -> None:
        if row >= 0:
            self.asked.emit(_first_line(self._headings[row]))
            self._reveal()

    def _click(self, item: QListWidgetItem) -> None:
        self._ask(self.row(item))
        self.left.emit()


def _first_line(heading: Heading) -> int:
    """Return the line to show at the top: a title's rule, else the heading itself."""
    return heading.line - 1 if heading.level == 1 else heading.line


def _blank_icon() -> QIcon:
    """Return an icon that shows nothing: lines that are folded keep clear of it, too."""
    blank = QPixmap(_INDENT, 1)
    blank.fill(Qt.GlobalColor.transparent)
    return QIcon(blank)
