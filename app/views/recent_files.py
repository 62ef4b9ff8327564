"""The list of recent files."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import (
    QListWidgetItem,
    QMenu,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from app.theme import bold, mixed, scaled
from app.widgets.card import WIDTH
from app.widgets.pick_list import MenuList

_Role = QPalette.ColorRole


class RecentFiles(MenuList):
    """Files by name and folder; click or Enter brings `chosen`, Delete or the menu `forgotten`."""

    chosen = Signal(Path)
    forgotten = Signal(Path)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Recent files")
        self.setItemDelegate(_FileDelegate(self))
        self.setSpacing(0)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        for signal in (self.itemClicked, self.picked):
            signal.connect(lambda item: self.chosen.emit(_path(item)))

    def show_paths(self, paths: Sequence[Path]) -> None:
        """Show these files; the place in the list stays."""
        row = max(self.currentRow(), 0)
        self.clear()
        for path in paths:
            item = QListWidgetItem(path.name, self)
            item.setData(Qt.ItemDataRole.UserRole, str(path))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{path.name} in {path.parent}")
            item.setToolTip(str(path))
        self.setCurrentRow(min(row, len(paths) - 1))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Give every file a row: the page scrolls, not the list."""
        rows = sum(self.sizeHintForRow(row) for row in range(self.count()))
        return QSize(scaled(WIDTH), rows + 2 * self.frameWidth())

    def minimumSizeHint(self) -> QSize:
        """Narrow: names and folders are cut."""
        return QSize(scaled(160), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the current file out by Delete."""
        item = self.currentItem()
        if event.key() == Qt.Key.Key_Delete and item is not None:
            self.forgotten.emit(_path(item))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to open a file or to take it out."""
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        item = self.itemAt(event.pos()) if by_mouse else self.currentItem()
        if item is not None:
            self.setCurrentItem(item)
            place = self.visualItemRect(item).bottomLeft() + QPoint(scaled(24), 0)
            self._offer(_path(item), event.pos() if by_mouse else place)

    def _offer(self, path: Path, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("&Open").triggered.connect(partial(self.chosen.emit, path))
        menu.addAction("&Remove from this list").triggered.connect(
            partial(self.forgotten.emit, path)
        )
        menu.popup(self.viewport().mapToGlobal(place))


class _FileDelegate(QStyledItemDelegate):
    """Draws a file: its name over its folder, each cut where it is too long."""

    def sizeHint(
        self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Two lines."""
        return QSize(scaled(160), 2 * option.fontMetrics.height() + scaled(14))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one file; the row of the keyboard has a frame, that of the mouse a tint."""
        path = Path(index.data(Qt.ItemDataRole.UserRole))
        _mark(painter, option)
        box = option.rect.adjusted(scaled(10), scaled(6), -scaled(10), -scaled(6))
        lines = (
            (bold(option.font), path.name, _Role.Text, Qt.AlignmentFlag.AlignTop),
            (option.font, str(path.parent), _Role.PlaceholderText, Qt.AlignmentFlag.AlignBottom),
        )
        for font, text, role, place in lines:
            painter.setFont(font)
            painter.setPen(option.palette.color(role))
            cut = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideMiddle, box.width())
            painter.drawText(box, place | Qt.TextFlag.TextSingleLine, cut)


def _mark(painter: QPainter, option: QStyleOptionViewItem) -> None:
    state, palette = option.state, option.palette
    highlight, base = palette.color(_Role.Highlight), palette.color(_Role.Base)
    if state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(option.rect, mixed(highlight, base, 0.08))
    if state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(highlight, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(option.rect).adjusted(1, 1, -1, -1))


def _path(item: QListWidgetItem) -> Path:
    return Path(item.data(Qt.ItemDataRole.UserRole))
