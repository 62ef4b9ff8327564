"""The table in which the ID and the variables of a level are ticked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.theme import scaled
from app.widgets.cell_table import CellTable
from app.widgets.narrowed_model import NarrowedModel
from estimation.data.report import grouped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from PySide6.QtCore import QAbstractItemModel

    from app.model.making import Fact

_Index = QModelIndex | QPersistentModelIndex
_Role, _NOWHERE = Qt.ItemDataRole, QModelIndex()
NAME, ID, IN_MDM, LABEL, TYPE, VALUES, MISSING, REMARKS = range(8)
HEADS = ("Name", "ID", "in MDM", "Label", "Type", "Values", "Missing", "Remarks")
# Whether a tick can be set.
CAN_TICK = _Role.UserRole
_TICK_ROLES = (_Role.CheckStateRole, _Role.AccessibleTextRole, CAN_TICK)
_LINK = "links the levels"
# At 100 %: a mark, and the widths of columns, at most.
_MARK, _ROOM = 14, 16
_MOST = {NAME: 200, LABEL: 240, VALUES: 260}
_SAMPLE = 300
_PALE = 0.3


class VariableModel(NarrowedModel):
    """The columns of a file, in its order or sorted, all or those that a filter leaves.

    One is the ID, which is no variable.  Those that are `barred` cannot be ticked, for the reason
    given.  `ticked` follows every change of what is ticked.
    """

    ticked = Signal()

    def __init__(
        self,
        facts: Sequence[Fact],
        id_name: str,
        chosen: Iterable[str],
        barred: Mapping[str, str],
        parent: QWidget,
    ) -> None:
        super().__init__(HEADS, parent)
        self.facts, self._barred = tuple(facts), barred
        self._chosen = set(chosen)
        self.id_name = id_name
        self.shown: list[Fact] = list(facts)

    def chosen(self) -> tuple[str, ...]:
        """Return the variables ticked, in the order of the file."""
        names = (each.name for each in self.facts)
        return tuple(each for each in names if each in self._chosen and each != self.id_name)

    def tick_id(self, row: int) -> None:
        """Make a column the ID, or no column if it is."""
        name = self.shown[row].name
        self.id_name = "" if name == self.id_name else name
        self._tell()

    def tick(self, rows: Iterable[int], *, on: bool | None = None) -> None:
        """Tick or untick variables; by default all as the first of them is not."""
        names = [name for row in rows if self._can_tick(name := self.shown[row].name)]
        if names:
            on = names[0] not in self._chosen if on is None else on
            change = self._chosen.update if on else self._chosen.difference_update
            change(names)
            self._tell()

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> Any:  # noqa: ANN401 - Qt's
        """Return what a cell shows or says."""
        fact, column = self.shown[index.row()], index.column()
        if column in {ID, IN_MDM} and role in _TICK_ROLES:
            return self._of_tick(fact.name, column, role)
        if role == _Role.DisplayRole:
            return self._text(fact, column)
        if role == _Role.ToolTipRole:
            return self._text(fact, column) or f"{fact.name}\n{self._remark(fact)}".strip()
        if role == _Role.TextAlignmentRole and column == MISSING:
            return (Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter).value
        return None

    def _of_tick(self, name: str, column: int, role: int) -> Qt.CheckState | bool | str:
        if role == _Role.AccessibleTextRole:
            return f"{name}, {HEADS[column]}"
        if role == CAN_TICK:
            return column == ID or self._can_tick(name)
        on = name == self.id_name if column == ID else self._is_ticked(name)
        return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked

    def _text(self, fact: Fact, column: int) -> str:
        if column == MISSING:
            return grouped(fact.n_missing)
        texts = {
            NAME: fact.name,
            LABEL: fact.field.label,
            TYPE: fact.field.kind.value,
            VALUES: fact.values,
            REMARKS: self._remark(fact),
        }
        return texts.get(column, "")

    def _remark(self, fact: Fact) -> str:
        if fact.name == self.id_name:
            return _LINK
        return self._barred.get(fact.name, fact.why)

    def _can_tick(self, name: str) -> bool:
        return name != self.id_name and name not in self._barred

    def _is_ticked(self, name: str) -> bool:
        return name in self._chosen and self._can_tick(name)

    def _tell(self) -> None:
        last = self.index(self.rowCount() - 1, self.columnCount() - 1)
        self.dataChanged.emit(self.index(0, 0), last)
        self.ticked.emit()

    def arrange(self) -> None:
        """Choose and sort; what is selected stays so."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        names = [self.shown[each.row()].name for each in before]
        self.shown = [each for each in self.facts if self.has_words(each.name, each.field.label)]
        if self.by >= 0:
            self.shown.sort(key=self._key, reverse=self.descending)
        place = {each.name: row for row, each in enumerate(self.shown)}
        after = [
            self.index(place[name], index.column()) if name in place else _NOWHERE
            for name, index in zip(names, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _key(self, fact: Fact) -> tuple[float, str]:
        if self.by == MISSING:
            return fact.n_missing, ""
        if self.by == ID:
            return -(fact.name == self.id_name), ""
        if self.by == IN_MDM:
            return -self._is_ticked(fact.name), ""
        return 0, self._text(fact, self.by).casefold()


class VariableTable(CellTable):
    """Ticks by a click, or by Space for all rows selected."""

    def __init__(self, model: VariableModel, name: str) -> None:
        super().__init__()
        self.variables = model
        self.setModel(model)
        self.setAccessibleName(name)
        self.setItemDelegate(_Ticks(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().hide()
        heads = self.horizontalHeader()
        heads.setHighlightSections(False)
        heads.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        heads.setSortIndicatorClearable(True)
        heads.setStretchLastSection(True)
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setSortingEnabled(True)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tick by Space what the current column, and the rows selected, are about."""
        index = self.currentIndex()
        if event.key() != Qt.Key.Key_Space or not index.isValid():
            super().keyPressEvent(event)
        elif index.column() == ID:
            self.variables.tick_id(index.row())
        else:
            rows = {each.row() for each in self.selectionModel().selectedRows()}
            self.variables.tick([index.row(), *sorted(rows - {index.row()})])

    def begin(self) -> None:
        """Let the keyboard begin at the first row, unless it has been somewhere."""
        if not self.currentIndex().isValid() and self.variables.rowCount():
            self.setCurrentIndex(self.variables.index(0, NAME))

    def sizeHint(self) -> QSize:
        """Room for all columns."""
        width = self.horizontalHeader().length() + self.verticalScrollBar().sizeHint().width()
        return QSize(width + 2 * self.frameWidth(), scaled(400))

    def _fit(self) -> None:
        """Take the heights and widths that the texts ask for."""
        metrics, model = self.fontMetrics(), self.variables
        height = max(metrics.height() + scaled(6), scaled(_MARK) + scaled(6))
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)
        for column, head in enumerate(HEADS):
            texts = [str(model.data(model.index(row, column)) or "") for row in _sample(model)]
            longest = max((metrics.horizontalAdvance(each) for each in texts), default=0)
            needed = max(longest, metrics.horizontalAdvance(head) + metrics.height())
            self.setColumnHidden(column, column == LABEL and not longest)
            most = scaled(_MOST.get(column, 10_000))
            self.setColumnWidth(column, min(needed + scaled(_ROOM), most))


def _sample(model: QAbstractItemModel) -> range:
    return range(min(model.rowCount(), _SAMPLE))


class _Ticks(QStyledItemDelegate):
    """Draws ticks in the middle of their cells, that of the ID round, and takes clicks there."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw the cell, and its mark."""
        super().paint(painter, option, index)
        if index.column() not in {ID, IN_MDM}:
            return
        on = index.data(_Role.CheckStateRole) == Qt.CheckState.Checked
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(_colour(option, enabled=index.data(CAN_TICK)), scaled(1)))
        (_paint_dot if index.column() == ID else _paint_tick)(painter, _middle(option.rect), on=on)
        painter.restore()

    def initStyleOption(self, option: QStyleOptionViewItem, index: _Index) -> None:
        """Leave the mark to `paint`."""
        super().initStyleOption(option, index)
        option.features &= ~QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
        if index.column() == MISSING:
            option.text += "  "  # numbers stand clear of the next column

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, _option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        """Tick where the mouse is released."""
        released = event.type() is QEvent.Type.MouseButtonRelease
        left = isinstance(event, QMouseEvent) and event.button() is Qt.MouseButton.LeftButton
        if not (released and left and isinstance(model, VariableModel)):
            return False
        if index.column() == ID:
            model.tick_id(index.row())
        elif index.column() == IN_MDM:
            model.tick([index.row()])
        return index.column() in {ID, IN_MDM}


def _middle(rect: QRect) -> QRectF:
    found = QRectF(0, 0, scaled(_MARK), scaled(_MARK))
    found.moveCenter(QRectF(rect).center())
    return found


def _colour(option: QStyleOptionViewItem, *, enabled: bool) -> QColor:
    """Return the colour of a mark: that of the text, paler where it cannot be set."""
    states, groups = QStyle.StateFlag, QPalette.ColorGroup
    group = groups.Active if option.state & states.State_Active else groups.Inactive
    selected = option.state & states.State_Selected
    role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
    colour = option.palette.color(group, role)
    colour.setAlphaF(1 if enabled else _PALE)
    return colour


def _paint_dot(painter: QPainter, place: QRectF, *, on: bool) -> None:
    painter.drawEllipse(place)
    if on:
        inner = place.width() / 4
        painter.setBrush(painter.pen().color())
        painter.drawEllipse(place.adjusted(inner, inner, -inner, -inner))


def _paint_tick(painter: QPainter, place: QRectF, *, on: bool) -> None:
    painter.drawRoundedRect(place, scaled(2), scaled(2))
    if on:
        side, corner = place.width(), place.topLeft()
        shares = ((0.22, 0.52), (0.42, 0.74), (0.78, 0.26))
        painter.setPen(QPen(painter.pen().color(), scaled(2)))
        painter.drawPolyline([corner + QPointF(x * side, y * side) for x, y in shares])
