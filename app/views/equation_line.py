"""`EquationLine`: one typeset equation that wraps, and that mouse and keyboard act on."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import mixed
from app.views.typeset import Glyph, typeset
from estimation.spec.equations import Line, Piece, Role, plain

_SCALE = 1.25
_MARGIN = 8
_SWITCHES = {Role.ERROR, Role.ERROR_OFF}


class EquationLine(QWidget):
    """An equation; one with a `name` can be chosen, and the u of a coefficient's switched.

    `chosen` on a click or Enter, `switched` on a click on the u or Space.
    """

    chosen = Signal(str)
    switched = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line: Line = ()
        self._glyphs: tuple[Glyph, ...] = ()
        self._name = ""
        self._marked = False
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMouseTracking(True)

    def set_line(self, line: Line, name: str = "", *, marked: bool = False) -> None:
        """Show an equation; without a name it only shows, and mouse and keyboard pass it by."""
        self._line, self._name, self._marked = line, name, marked
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if name else Qt.FocusPolicy.NoFocus)
        off = any(piece.role is Role.ERROR_OFF for piece in line)
        self.setAccessibleName(plain(line) + (", its random effect switched off" if off else ""))
        self._typeset()
        self.updateGeometry()
        self.update()

    def error_term(self) -> QRectF:
        """Where the u stands that is switched: its piece has the name of the equation."""
        return next((each.box for each in self._glyphs if self._is_switch(each.piece)), QRectF())

    def sizeHint(self) -> QSize:
        """All in one row."""
        return _extent(typeset(self._line, self._size(), 1e6))

    def minimumSizeHint(self) -> QSize:
        """Every term in a row of its own."""
        return QSize(_extent(typeset(self._line, self._size(), 0)).width(), 0)

    def heightForWidth(self, width: int) -> int:
        """Height of the rows that the width makes necessary."""
        return _extent(typeset(self._line, self._size(), width - 2 * _MARGIN)).height()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the equation on the marks of choice and focus."""
        painter = QPainter(self)
        self._paint_marks(painter)
        painter.translate(_MARGIN, _MARGIN / 2)
        palette = self.palette()
        for glyph in self._glyphs:
            group = QPalette.ColorGroup.Disabled if glyph.greyed else QPalette.ColorGroup.Active
            painter.setPen(palette.color(group, QPalette.ColorRole.Text))
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
        switch = bool(self._name) and self._on_error(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if switch else Qt.CursorShape.ArrowCursor)
        self.setToolTip("Click to switch this random effect on or off" if switch else "")

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
        self._typeset()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the program's font."""
        if event.type() is QEvent.Type.FontChange:
            self._typeset()
            self.updateGeometry()
        super().changeEvent(event)

    def _size(self) -> float:
        return self.font().pointSizeF() * _SCALE

    def _typeset(self) -> None:
        self._glyphs = typeset(self._line, self._size(), self.width() - 2 * _MARGIN)

    def _is_switch(self, piece: Piece) -> bool:
        return piece.role in _SWITCHES and piece.name == self._name

    def _on_error(self, position: QPointF) -> bool:
        return self.error_term().contains(position - QPointF(_MARGIN, _MARGIN / 2))

    def _paint_marks(self, painter: QPainter) -> None:
        palette = self.palette()
        highlight = palette.color(QPalette.ColorRole.Highlight)
        if self._marked:
            painter.fillRect(self.rect(), mixed(highlight, palette.base().color(), 0.16))
            painter.fillRect(0, 0, 3, self.height(), highlight)
        if self.hasFocus():
            painter.setPen(highlight)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


def _extent(glyphs: tuple[Glyph, ...]) -> QSize:
    right = max((glyph.box.right() for glyph in glyphs), default=0.0)
    bottom = max((glyph.box.bottom() for glyph in glyphs), default=0.0)
    return QSize(int(right + 1) + 2 * _MARGIN, int(bottom + 1) + _MARGIN)
