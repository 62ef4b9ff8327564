"""The tabs of the output pane, one an output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRectF, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import QLineEdit, QMenu, QTabBar, QToolButton, QWidget

from app.icons import icon
from app.widgets.lets_zoom import LetsZoom

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent

    from app.model.document import Output

OTHER_MODEL = "Of another model than the one shown"
_LONGEST = 72  # characters of a title before it is cut
_SHORTEST = 24  # and those that are left of it before the tabs scroll
_Side = QTabBar.ButtonPosition


class OutputTabs(LetsZoom, QTabBar):
    """A tab an output, by its number: to choose, rename and close it.

    A full dot marks the output of the model shown, a ring those of others.
    """

    chosen = Signal(int)
    renamed = Signal(int, str)
    closed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, expanding=False, usesScrollButtons=True, drawBase=False)
        self._outputs: tuple[Output, ...] = ()
        self._current: list[bool] = []
        self._editor: _TitleEdit | None = None
        self._edited: Output | None = None
        self.setAccessibleName("Outputs")
        self.setElideMode(Qt.TextElideMode.ElideMiddle)
        self.currentChanged.connect(self._tell_chosen)
        self.tabBarDoubleClicked.connect(self._rename_at)

    @property
    def number(self) -> int | None:
        """The number of the output whose tab is in front."""
        return self._number_at(self.currentIndex())

    def show_outputs(
        self, outputs: Sequence[Output], shown: Output | None, is_current: Callable[[Output], bool]
    ) -> None:
        """Show a tab for each, that of `shown` in front."""
        others = [each.number for each in outputs] != [each.number for each in self._outputs]
        if others:
            self._take_title()
        self._outputs = tuple(outputs)
        self._current = [is_current(each) for each in outputs]
        with QSignalBlocker(self):
            self._show_all(rebuild=others)
            if shown in self._outputs:
                self.setCurrentIndex(self._outputs.index(shown))

    def step(self, by: int) -> None:
        """Go on by so many tabs, round the ends."""
        if self.count():
            self.setCurrentIndex((self.currentIndex() + by) % self.count())

    def rename(self) -> None:
        """Let the title of the tab in front be edited in its place; Esc leaves it."""
        self._rename_at(self.currentIndex())

    def tabSizeHint(self, index: int) -> QSize:
        """As wide as the title, within reason."""
        size = super().tabSizeHint(index)
        most = self.fontMetrics().averageCharWidth() * _LONGEST
        return size.boundedTo(QSize(most, size.height()))

    def minimumTabSizeHint(self, index: int) -> QSize:
        """Wide enough to be told apart: before they are narrower, the tabs scroll."""
        size = self.tabSizeHint(index)
        least = self.fontMetrics().averageCharWidth() * _SHORTEST
        return QSize(min(size.width(), least), size.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a line over the tab in front: in the dark its grey is hard to tell from others'."""
        super().paintEvent(event)
        place = self.tabRect(self.currentIndex())
        thickness = max(self.fontMetrics().height() // 7, 2)
        place.adjust(1, 0, -1, thickness - place.height())
        QPainter(self).fillRect(place, self.palette().color(QPalette.ColorRole.Highlight))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Close a tab by the middle button."""
        number = self._number_at(self.tabAt(event.position().toPoint()))
        if event.button() is Qt.MouseButton.MiddleButton and number is not None:
            self.closed.emit(number)
        else:
            super().mouseReleaseEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to rename or close the tab under the mouse, or the one in front."""
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        index = self.tabAt(event.pos()) if by_mouse else self.currentIndex()
        if index >= 0:
            corner = self.tabRect(index).bottomLeft()
            self._open_menu(index, event.globalPos() if by_mouse else self.mapToGlobal(corner))

    def changeEvent(self, event: QEvent) -> None:
        """Take on other colours and another size of letters."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.PaletteChange}:
            with QSignalBlocker(self):
                self._show_all(rebuild=event.type() is QEvent.Type.FontChange)

    def _show_all(self, *, rebuild: bool) -> None:
        if rebuild:
            self._rebuild()
        for index, (output, current) in enumerate(zip(self._outputs, self._current, strict=True)):
            self._show(index, output, current=current)

    def _rebuild(self) -> None:
        front = self.currentIndex()
        self._end_editing()
        while self.count():
            self.removeTab(0)
        for index, output in enumerate(self._outputs):
            self.addTab("")
            self.setTabData(index, output.number)
            self.setTabButton(index, _Side.LeftSide, _Dot(self))
            self.setTabButton(index, _Side.RightSide, self._close_button(output.number))
        self.setCurrentIndex(front)
        self.updateGeometry()  # Qt itself does so only while the bar is visible

    def _show(self, index: int, output: Output, *, current: bool) -> None:
        tip = output.title if current else f"{output.title}\n{OTHER_MODEL}"
        text = output.title.replace("&", "&&")
        if text != self.tabText(index):
            self.setTabText(index, text)
        self.setTabToolTip(index, tip)
        self.setAccessibleTabName(index, tip.replace("\n", ": "))
        dot, close = (self.tabButton(index, side) for side in (_Side.LeftSide, _Side.RightSide))
        if isinstance(dot, _Dot):
            dot.show_full(current)
        close.setAccessibleName(f"Close output {output.title}")
        role = QPalette.ColorRole.WindowText if current else QPalette.ColorRole.PlaceholderText
        self.setTabTextColor(index, self.palette().color(role))

    def _close_button(self, number: int) -> QToolButton:
        button = QToolButton(self, autoRaise=True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setText("×")
        button.setIcon(icon("close"))
        button.setToolTip("Close this output (Ctrl+W)")
        button.setIconSize(QSize(1, 1) * (self.fontMetrics().height() * 2 // 3))
        button.setFixedSize(button.sizeHint())
        button.clicked.connect(lambda: self.closed.emit(number))
        return button

    def _open_menu(self, index: int, place: QPoint) -> None:
        number = self._number_at(index)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("&Rename…\tF2").triggered.connect(lambda: self._rename_at(index))
        menu.addAction("&Close\tCtrl+W").triggered.connect(lambda: self.closed.emit(number))
        menu.popup(place)

    def _number_at(self, index: int) -> int | None:
        number = self.tabData(index) if index >= 0 else None
        return number if isinstance(number, int) else None

    def _tell_chosen(self, index: int) -> None:
        self._end_editing()
        number = self._number_at(index)
        if number is not None:
            self.chosen.emit(number)

    def _rename_at(self, index: int) -> None:
        if not 0 <= index < len(self._outputs):
            return
        self.setCurrentIndex(index)
        self._end_editing()
        output, place = self._outputs[index], self.tabRect(index)
        title_and_margins = self.fontMetrics().horizontalAdvance(f"{output.title}MMMM")
        place.setWidth(max(place.width(), title_and_margins))
        place.moveLeft(max(0, min(place.left(), self.width() - place.width())))
        self._edited = output
        self._editor = _TitleEdit(output.title, self)
        self._editor.setGeometry(place.intersected(self.rect()))
        self._editor.done.connect(lambda title: self._retitle(output, title))
        self._editor.show()
        self._editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _retitle(self, output: Output, title: str) -> None:
        self._end_editing()
        if title and title != output.title:
            self.renamed.emit(output.number, title)

    def _take_title(self) -> None:
        """End the editing because the tabs change; what was typed counts when they stand."""
        editor, output = self._editor, self._edited
        if editor is None or output is None:
            return
        title = editor.text().strip()
        editor.done.disconnect()
        self._end_editing()
        QTimer.singleShot(0, self, lambda: self._retitle(output, title))

    def _end_editing(self) -> None:
        editor, self._editor = self._editor, None
        if editor is not None:
            if editor.hasFocus():
                self.setFocus(Qt.FocusReason.OtherFocusReason)
            editor.deleteLater()
            editor.hide()


class _TitleEdit(QLineEdit):
    """Takes a title in the place of a tab; `done` brings it, once, empty after Esc."""

    done = Signal(str)

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.setAccessibleName("Title of the output")
        self.selectAll()
        self._is_done = False

    def event(self, event: QEvent) -> bool:
        """Keep Esc from the menus: here it leaves the title as it was."""
        if event.type() is QEvent.Type.ShortcutOverride and _key(event) == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes the title, Esc does not."""
        if event.key() == Qt.Key.Key_Escape:
            self._end("")
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._end(self.text().strip())
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the title when the user turns elsewhere in the window."""
        super().focusOutEvent(event)
        elsewhere = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
        if event.reason() not in elsewhere:
            self._end(self.text().strip())

    def _end(self, title: str) -> None:
        if not self._is_done:
            self._is_done = True
            self.done.emit(title)


class _Dot(QWidget):
    """A full dot, or a ring."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._full = True
        side = self.fontMetrics().height() * 2 // 3
        self.setFixedSize(side, side)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_full(self, full: bool) -> None:
        """Show the one or the other."""
        self._full = full
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it in the palette's colours."""
        role = QPalette.ColorRole.Link if self._full else QPalette.ColorRole.PlaceholderText
        colour, side = self.palette().color(role), self.width()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, side / 8))
        if self._full:
            painter.setBrush(colour)
        painter.drawEllipse(QRectF(0.2 * side, 0.2 * side, 0.6 * side, 0.6 * side))


def _key(event: QEvent) -> object:
    return getattr(event, "key", lambda: None)()
