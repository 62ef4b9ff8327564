"""A frame around the widget in focus, whichever it is: that of Fusion is faint, or not there."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QRegion
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QCheckBox,
    QRadioButton,
    QStyle,
    QTabBar,
    QWidget,
)
from shiboken6 import isValid

from app.theme import scaled

# Widgets with this property set show by themselves that they have the focus.
SHOWS_FOCUS = "showsFocus"
# How wide the frame is, and how far it reaches beyond the widget, whose own frame it covers.
_WIDTH, _BEYOND = 2, 1
_MOVES = {QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide}
# Where else the frame of a part of a widget may have to go.
_CHANGES = _MOVES | {QEvent.Type.Paint, QEvent.Type.FontChange}


class FocusRing(QObject):
    """Frames the focus of the whole program from now on.

    A style or a style sheet would have to do so for each kind of widget, a style written in
    Python at each painting; Qt's own QFocusFrame stays under its widget with Fusion.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._frame: _Frame | None = None
        self._widget: QWidget | None = None
        self._watched: list[QWidget] = []
        app.focusChanged.connect(self._follow)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the widget, and what holds it, when they move."""
        kinds = _CHANGES if watched is self._widget else _MOVES
        if event.type() in kinds:
            self._place()
        return False

    def _follow(self, _old: QWidget | None, new: QWidget | None) -> None:
        for each in filter(isValid, self._watched):
            each.removeEventFilter(self)
        self._widget = new if new is not None and _wants_frame(new) else None
        self._watched = _line_of(self._widget) if self._widget else []
        for each in self._watched:
            each.installEventFilter(self)
        self._place()

    def _place(self) -> None:
        widget = self._widget
        if widget is None or not isValid(widget) or not widget.isVisible():
            if self._frame is not None and isValid(self._frame):
                self._frame.hide()
            return
        window = widget.window()
        if self._frame is None or not isValid(self._frame) or self._frame.parent() is not window:
            self._drop()
            self._frame = _Frame(window)
        self._frame.surround(_place_of(widget))

    def _drop(self) -> None:
        """Leave the frame of another window, which may be gone and its frame with it."""
        if self._frame is not None and isValid(self._frame):
            self._frame.hide()
            self._frame.deleteLater()


class _Frame(QWidget):
    """The frame itself, over everything in its window, and nothing to the mouse."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def surround(self, place: QRect) -> None:
        """Stand around a place, as far as the window reaches."""
        width, beyond = scaled(_WIDTH), scaled(_BEYOND)
        outer = place.adjusted(-beyond, -beyond, beyond, beyond) & self.window().rect()
        if outer != self.geometry() or not self.isVisible():
            inner = outer.translated(-outer.topLeft()).adjusted(width, width, -width, -width)
            self.setGeometry(outer)
            self.setMask(QRegion(QRect(QPoint(), outer.size())) - QRegion(inner))
            self.show()
            self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Fill what the mask leaves."""
        QPainter(self).fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Link))


def _wants_frame(widget: QWidget) -> bool:
    popup = widget.window().windowType() in {Qt.WindowType.Popup, Qt.WindowType.ToolTip}
    return not (popup or widget.isWindow() or widget.property(SHOWS_FOCUS))


def _line_of(widget: QWidget) -> list[QWidget]:
    """List a widget and what holds it, up to its window."""
    found = [widget]
    while not found[-1].isWindow() and (parent := found[-1].parentWidget()) is not None:
        found.append(parent)
    return found


def _place_of(widget: QWidget) -> QRect:
    """Give the place of a widget, or of its part in focus, in its window, as far as it is seen."""
    window = widget.window()
    place = _part_of(widget)
    place.moveTopLeft(widget.mapTo(window, place.topLeft()))
    for holder in _line_of(widget)[1:-1]:
        if isinstance(holder.parentWidget(), QAbstractScrollArea):
            place &= QRect(holder.mapTo(window, QPoint()), holder.size())
    return place


def _part_of(widget: QWidget) -> QRect:
    """Leave out the empty part of a choice that is laid out wide; of tabs take the current one."""
    if isinstance(widget, QTabBar):
        return widget.tabRect(widget.currentIndex())
    if isinstance(widget, QRadioButton | QCheckBox):
        hint = widget.sizeHint().boundedTo(widget.size())
        alignment = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        found = QStyle.alignedRect(widget.layoutDirection(), alignment, hint, widget.rect())
        return found.adjusted(-2, 0, 2, 0)
    return widget.rect()
