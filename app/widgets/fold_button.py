"""A heading that folds and unfolds what stands under it."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import (
    QPainter,
    QPaintEvent,
    QPalette,
    QPolygonF,
    QTransform,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.theme import bold
from app.widgets.drawn_button import DrawnButton

_FLAGS = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextShowMnemonic


class FoldButton(DrawnButton, QAbstractButton):
    """Bold text and an arrow, no button's frame; mouse, Space and Enter fold and unfold."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCheckable(True)
        self.setFont(bold())
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Room for the text and the arrow, which is as large as a letter."""
        metrics = self.fontMetrics()
        size = metrics.size(Qt.TextFlag.TextShowMnemonic, self.text())
        return QSize(size.width() + 2 * metrics.ascent(), size.height() + 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw text and arrow, in the colour of a link under the mouse."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        roles = QPalette.ColorRole
        colour = self.palette().color(roles.Link if self.underMouse() else roles.WindowText)
        painter.setPen(colour)
        painter.drawText(self.rect(), int(_FLAGS), self.text())
        painter.setBrush(colour)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(self._arrow())

    def _arrow(self) -> QPolygonF:
        """Point to the right or, unfolded, down, in a field of a letter's size."""
        side = self.fontMetrics().ascent() / 2
        right = QPolygonF([QPointF(-0.5, -1), QPointF(0.5, 0), QPointF(-0.5, 1)])
        turn = QTransform().translate(self.width() - 1.5 * side - 4, self.height() / 2)
        turn = turn.rotate(90 if self.isChecked() else 0).scale(0.8 * side, 0.6 * side)
        return turn.map(right)
