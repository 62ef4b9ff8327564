"""Lists whose items are picked by mouse or keyboard alike."""

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.widgets.lets_zoom import LetsZoom

_MARKED = Qt.ItemDataRole.UserRole + 1
_SAID = Qt.ItemDataRole.AccessibleTextRole


class PickList(LetsZoom, QListWidget):
    """A list that emits `picked` for its current item on Space; Enter is left to the dialog.

    Which gesture of the mouse picks is for the owner to connect.
    """

    picked = Signal(QListWidgetItem)
    keys = frozenset({Qt.Key.Key_Space})

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSpacing(2)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Let the keyboard begin at the first item, so that the eye finds it, too."""
        if event.reason() is not Qt.FocusReason.MouseFocusReason:
            self.begin()
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pick by one of the keys."""
        item = self.currentItem()
        if event.key() in self.keys and _is_shown(item):
            self._forget_typed()
            self.picked.emit(item)
        else:
            super().keyPressEvent(event)

    def begin(self) -> None:
        """Make the first item that is shown the current one, if none that is shown is."""
        if not _is_shown(self.currentItem()):
            rows = (row for row in range(self.count()) if not self.item(row).isHidden())
            self.setCurrentRow(next(rows, -1))

    def _forget_typed(self) -> None:
        """Let the next letter begin another word, however soon it comes."""
        row = self.currentRow()
        with QSignalBlocker(self):
            self.keyboardSearch("")
            self.setCurrentRow(row)


class MenuList(PickList):
    """A list whose items open a menu: Enter, the Menu key and the right button pick, too.

    Items can be marked by a dot.
    """

    keys = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space})

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(_Dotted(self))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the menu by Shift+F10, too, which is the Menu key of keyboards without one."""
        shift = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        item = self.currentItem()
        if event.key() == Qt.Key.Key_F10 and shift and _is_shown(item):
            self.picked.emit(item)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Pick the item under the mouse, or the current one for the Menu key."""
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        item = self.itemAt(event.pos()) if by_mouse else self.currentItem()
        if item is not None and not item.isHidden():
            self.setCurrentItem(item)
            self.picked.emit(item)

    @staticmethod
    def mark(item: QListWidgetItem, said: str) -> None:
        """Mark an item, or with no words take its mark; a screen reader says the words."""
        item.setData(_MARKED, bool(said))
        item.setData(_SAID, f"{item.text()}, {said}" if said else None)


def _is_shown(item: QListWidgetItem | None) -> bool:
    return item is not None and not item.isHidden()


class _Dotted(QStyledItemDelegate):
    """Draws the dot of a marked item at its end."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Leave room for the dot."""
        hint = super().sizeHint(option, index)
        return hint + QSize(hint.height(), 0)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw the item, and the dot in the colour of a link or of what is selected."""
        super().paint(painter, option, index)
        if not index.data(_MARKED):
            return
        active = option.state & QStyle.StateFlag.State_Active
        group = QPalette.ColorGroup.Active if active else QPalette.ColorGroup.Inactive
        selected = option.state & QStyle.StateFlag.State_Selected
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Link
        side = option.rect.height()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(option.palette.color(group, role))
        centre = QPointF(option.rect.right() - side / 2, option.rect.center().y() + 0.5)
        painter.drawEllipse(centre, side / 7, side / 7)
        painter.restore()
