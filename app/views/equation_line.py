"""`EquationLine`: one typeset equation that wraps, and that mouse and keyboard act on."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontInfo,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import mixed, scaled
from app.views.typeset import Glyph, typeset
from app.widgets.focus_ring import SHOWS_FOCUS
from estimation.spec.equations import Line, Piece, Role, plain

_Role = QPalette.ColorRole
_SCALE = 1.25
# What stands left and right of an equation; headings keep the same distance.
MARGIN = 8
_BAR = 4
_ONE_ROW = 1e6
# Share of the highlight's colour behind the chosen equation, and behind what a click switches.
_TINT = 0.16
_SWITCH_TIP = "Switch this random effect on or off (Space)"
_SWITCHES = {Role.ERROR, Role.ERROR_OFF}


class EquationLine(QWidget):
    """An equation; one with a `name` can be chosen, and the u of a coefficient's switched.

    `chosen` on a click or Enter, `switched` on a click on the u or Space.  It shows by itself
    that it has the focus.
    """

    chosen = Signal(str)
    switched = Signal(str)
    visited = Signal(QWidget)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line: Line = ()
        self._by_width: dict[float, tuple[Glyph, ...]] = {}
        self._name = ""
        self._marked = self._over_switch = False
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMouseTracking(True)
        self.setProperty(SHOWS_FOCUS, True)

    def set_line(self, line: Line, name: str = "", *, marked: bool = False) -> None:
        """Show an equation; without a name it only shows, and mouse and keyboard pass it by."""
        if line != self._line:
            self._line = line
            self._typeset_anew()
        self._name, self._marked = name, marked
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if name else Qt.FocusPolicy.NoFocus)
        off = any(piece.role is Role.ERROR_OFF for piece in line)
        self.setAccessibleName(plain(line) + (", its random effect switched off" if off else ""))
        self.update()

    def error_term(self) -> QRectF:
        """Where the u stands that is switched: its piece has the name of the equation."""
        return next((each.box for each in self._glyphs() if self._is_switch(each.piece)), QRectF())

    def sizeHint(self) -> QSize:
        """All in one row."""
        return _extent(self._set(_ONE_ROW))

    def minimumSizeHint(self) -> QSize:
        """Every term in a row of its own."""
        return QSize(_extent(self._set(0)).width(), 0)

    def heightForWidth(self, width: int) -> int:
        """Height of the rows that the width makes necessary."""
        return _extent(self._set(width - 2 * MARGIN)).height()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the equation on the marks of choice and focus."""
        painter = QPainter(self)
        self._paint_marks(painter)
        painter.translate(MARGIN, MARGIN / 2)
        for glyph in self._glyphs():
            painter.setPen(self._pen(glyph))
            glyph.draw(painter, self._size())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Switch the error term, or choose the equation."""
        if not self._name or event.button() is not Qt.MouseButton.LeftButton:
            event.ignore()
        elif self._on_error(event.position()):
            self.switched.emit(self._name)
        else:
            self.chosen.emit(self._name)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show where a click switches."""
        self._hover(over_switch=bool(self._name) and self._on_error(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Show no more where a click switches."""
        self._hover(over_switch=False)
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell where the keyboard is."""
        super().focusInEvent(event)
        self.visited.emit(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do by keyboard what a click does."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.chosen.emit(self._name)
        elif event.key() == Qt.Key.Key_Space and not self.error_term().isNull():
            self.switched.emit(self._name)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Break the rows anew."""
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the program's font."""
        if event.type() is QEvent.Type.FontChange:
            self._typeset_anew()
        super().changeEvent(event)

    def _size(self) -> float:
        return QFontInfo(self.font()).pointSizeF() * _SCALE

    def _glyphs(self) -> tuple[Glyph, ...]:
        return self._set(self.width() - 2 * MARGIN)

    def _set(self, width: float) -> tuple[Glyph, ...]:
        """Typeset for a width; a layout asks for the same ones again and again."""
        if width not in self._by_width:
            self._by_width[width] = typeset(self._line, self._size(), width)
        return self._by_width[width]

    def _typeset_anew(self) -> None:
        self._by_width.clear()
        self.updateGeometry()
        self.update()

    def _hover(self, *, over_switch: bool) -> None:
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if over_switch else Qt.CursorShape.ArrowCursor
        )
        self.setToolTip(_SWITCH_TIP if over_switch else "")
        if over_switch != self._over_switch:
            self._over_switch = over_switch
            self.update()

    def _pen(self, glyph: Glyph) -> QColor:
        if self._over_switch and self._is_switch(glyph.piece):
            role = _Role.Link
        else:
            role = _Role.PlaceholderText if glyph.greyed else _Role.Text
        return self.palette().color(QPalette.ColorGroup.Active, role)

    def _is_switch(self, piece: Piece) -> bool:
        return piece.role in _SWITCHES and piece.name == self._name

    def _on_error(self, position: QPointF) -> bool:
        return self.error_term().contains(position - QPointF(MARGIN, MARGIN / 2))

    def _paint_marks(self, painter: QPainter) -> None:
        palette, active = self.palette(), QPalette.ColorGroup.Active
        highlight, base = palette.color(active, _Role.Highlight), palette.color(active, _Role.Base)
        if self._marked:
            painter.fillRect(self.rect(), mixed(highlight, base, _TINT))
            painter.fillRect(0, 0, _BAR, self.height(), highlight)
        if self._over_switch:
            place = self.error_term().translated(MARGIN, MARGIN / 2).adjusted(-2, 0, 2, 0)
            painter.fillRect(place, mixed(highlight, base, _TINT))
        if self.hasFocus():
            painter.setPen(QPen(palette.color(active, _Role.Link), scaled(2)))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))


def _extent(glyphs: tuple[Glyph, ...]) -> QSize:
    right = max((glyph.box.right() for glyph in glyphs), default=0.0)
    bottom = max((glyph.box.bottom() for glyph in glyphs), default=0.0)
    return QSize(int(right + 1) + 2 * MARGIN, int(bottom + 1) + MARGIN)
