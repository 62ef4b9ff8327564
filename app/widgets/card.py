"""Large buttons that say what they are for."""

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QPushButton, QSizePolicy

from app.icons import icon
from app.theme import bold, mixed, scaled
from app.widgets.drawn_button import DrawnButton

# At 100 %.
WIDTH = 460
_Role = QPalette.ColorRole
_WRAP = Qt.TextFlag.TextWordWrap


class Card(DrawnButton, QPushButton):
    """A large button: icon, what it does, and more about it."""

    def __init__(self, text: str, icon_name: str, words: str) -> None:
        super().__init__(text)
        self._words = words
        self.setIcon(icon(icon_name))
        self.setAccessibleDescription(words)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as the column, and what its text needs."""
        width = scaled(WIDTH)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Narrow: the text wraps."""
        return QSize(scaled(160), self.heightForWidth(self.width()))

    def heightForWidth(self, width: int) -> int:
        """Height of the title and of the wrapped words."""
        return self._words_box(width).bottom() + 1 + self._margin()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the height that the words need."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the program's font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card; focus and the mouse have its frame in colour."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter)
        side = self._icon_side()
        margin = self._margin()
        self.icon().paint(painter, margin, (self.height() - side) // 2, side, side)
        painter.setPen(self.palette().color(_Role.Text))
        painter.setFont(bold(self.font()))
        painter.drawText(self._title_box(), Qt.TextFlag.TextShowMnemonic, self.text())
        painter.setFont(self.font())
        painter.setPen(self.palette().color(_Role.PlaceholderText))
        painter.drawText(self._words_box(self.width()), _WRAP, self._words)

    def _fit(self) -> None:
        # A layout in a scroll area does not always ask for the height that a width needs.
        self.setFixedHeight(self.heightForWidth(self.width()))

    def _paint_frame(self, painter: QPainter) -> None:
        palette, pressed = self.palette(), self.isDown()
        highlight, base = palette.color(_Role.Highlight), palette.color(_Role.Base)
        share = 0.18 if pressed else 0.08 if self.underMouse() else 0.0
        marked = self.hasFocus()
        colour = highlight if marked or self.underMouse() else palette.color(_Role.Mid)
        painter.setPen(QPen(colour, 2 if marked else 1))
        painter.setBrush(mixed(highlight, base, share))
        radius = scaled(6)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)

    def _margin(self) -> int:
        return scaled(12)

    def _icon_side(self) -> int:
        return scaled(28)

    def _title_box(self) -> QRect:
        left = 2 * self._margin() + self._icon_side()
        height = QFontMetrics(bold(self.font())).height()
        return QRect(left, self._margin(), self.width() - left - self._margin(), height)

    def _words_box(self, width: int) -> QRect:
        title = self._title_box()
        room = QRect(title.left(), title.bottom() + 1 + scaled(2), 0, scaled(10_000))
        room.setWidth(max(width - title.left() - self._margin(), 1))
        height = self.fontMetrics().boundingRect(room, _WRAP, self._words).height()
        return QRect(room.topLeft(), QSize(room.width(), height))
