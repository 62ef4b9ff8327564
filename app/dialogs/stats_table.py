"""The table of descriptive statistics: one row a variable, a histogram at its end."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.dialogs.stats_text import HEADS, N_TEXTS, aligned, cells
from app.theme import scaled
from app.widgets.cell_menu import menu_of, sort_entries
from app.widgets.cell_table import CellTable
from app.widgets.histogram import in_words, paint_histogram
from app.widgets.narrowed_model import NarrowedModel
from app.widgets.variable_tip import variable_tip
from estimation.spec import Variable

_Index = QModelIndex | QPersistentModelIndex
_ROLE, _NOWHERE = Qt.ItemDataRole, QModelIndex()
_Align = Qt.AlignmentFlag
DISTRIBUTION = len(HEADS)
# Blanks of the width of a digit and of a point.
_DIGIT, _POINT = "\u2007", "\u2008"
# At 100 %: height of a row, widths of histogram, name and label, room around texts.
_HEIGHT, _WIDE, _NAME, _LABEL, _ROOM = 26, 130, 200, 260, 12
# So many rows of a table are always in sight, if it has them.
_LEAST = 2


class StatsModel(NarrowedModel):
    """Variables in the order of the file or sorted, all or those that a filter leaves."""

    def __init__(self, variables: tuple[Variable, ...], parent: QWidget) -> None:
        super().__init__((*HEADS, "Distribution"), parent)
        self._all, self._widget = variables, parent
        self.shown: list[Variable] = []
        self.columns: list[list[str]] = []
        self.arrange()

    def data(self, index: _Index, role: int = _ROLE.DisplayRole) -> Any:  # noqa: ANN401 - Qt's
        """Return what a cell shows or says."""
        variable, column = self.shown[index.row()], index.column()
        if role == _ROLE.DisplayRole and column != DISTRIBUTION:
            return self.columns[column][index.row()]
        if role == _ROLE.TextAlignmentRole:
            side = _Align.AlignLeft if column < N_TEXTS else _Align.AlignRight
            return (side | _Align.AlignVCenter).value
        if role == _ROLE.ToolTipRole:
            return variable_tip(variable, self._widget)
        if role == _ROLE.AccessibleTextRole and column == DISTRIBUTION:
            return in_words(variable)
        return None

    def arrange(self) -> None:
        """Fill the columns with texts; missing numbers stand last, whatever the order."""
        self.beginResetModel()
        found = [each for each in self._all if self.has_words(each.name, each.label)]
        if 0 <= self.by < DISTRIBUTION:
            found.sort(key=lambda each: _key(each, self.by), reverse=self.descending)
            found.sort(key=lambda each: _key(each, self.by) == _LAST)
        self.shown = found
        texts = [list(each) for each in zip(*map(cells, found), strict=True)]
        numbers = (aligned(each, _DIGIT, _POINT) for each in texts[N_TEXTS:])
        self.columns = [*texts[:N_TEXTS], *numbers]
        self.endResetModel()


_LAST = (0.0, "")


def _key(variable: Variable, column: int) -> tuple[float, str]:
    if column < N_TEXTS:
        return 0.0, (variable.name, variable.label)[column].casefold()
    numbers = (variable.n, variable.n_missing, variable.mean, variable.sd)
    number = (*numbers, variable.minimum, variable.maximum)[column - N_TEXTS]
    return _LAST if number is None else (number, "number")


class StatsTable(CellTable):
    """Shows the statistics of a level; a click on a head sorts, a third one unsorts."""

    def __init__(self, variables: tuple[Variable, ...], name: str) -> None:
        super().__init__()
        self.statistics = StatsModel(variables, self)
        self.setModel(self.statistics)
        self.setAccessibleName(name)
        self.setItemDelegateForColumn(DISTRIBUTION, _Histograms(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.offer_at_heads()
        self.menu_asked.connect(self._offer)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().hide()
        heads = self.horizontalHeader()
        heads.setHighlightSections(False)
        heads.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        heads.setSortIndicatorClearable(True)
        heads.setStretchLastSection(True)
        self.setSortingEnabled(True)

    def _offer(self, _row: int, column: int, place: QPoint) -> None:
        if column != DISTRIBUTION:
            menu_of(self, *sort_entries(self, column)).popup(place)

    def widths(self) -> list[int]:
        """Return the widths that the columns need."""
        metrics, columns = self.fontMetrics(), self.statistics.columns
        room, arrow = scaled(_ROOM), metrics.height()
        most = {0: scaled(_NAME), 1: scaled(_LABEL)}
        needed = []
        for column, head in enumerate(HEADS):
            longest = max(columns[column], key=len, default="") if columns else ""
            width = max(
                metrics.horizontalAdvance(longest) + room,
                metrics.horizontalAdvance(head) + arrow + room,
            )
            needed.append(min(width, most.get(column, width)))
        return [*needed, scaled(_WIDE)]

    def fit(self, widths: Sequence[int]) -> None:
        """Take the heights that the font asks for, and widths."""
        height = max(scaled(_HEIGHT), self.fontMetrics().height() + scaled(4))
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)
        self.setMinimumHeight(self._height_of(min(self.model().rowCount(), _LEAST)))

    def sizeHint(self) -> QSize:
        """Room for all columns and rows."""
        width = self.horizontalHeader().length() + self.verticalScrollBar().sizeHint().width()
        return QSize(width + 2 * self.frameWidth(), self._height_of(self.model().rowCount()))

    def _height_of(self, rows: int) -> int:
        heads, bar = self.horizontalHeader(), self.horizontalScrollBar()
        around = heads.sizeHint().height() + bar.sizeHint().height() + 2 * self.frameWidth()
        return rows * self.verticalHeader().defaultSectionSize() + around


class _Histograms(QStyledItemDelegate):
    """Draws the distribution of a variable."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw the cell, and the bars in the colour of a link or of what is selected."""
        super().paint(painter, option, index)
        model = index.model()
        if not isinstance(model, StatsModel):
            return
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        active = bool(option.state & QStyle.StateFlag.State_Active)
        palette = QPalette(option.palette)
        group = QPalette.ColorGroup.Active if active else QPalette.ColorGroup.Inactive
        palette.setCurrentColorGroup(group)
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Link
        place = QRectF(option.rect).adjusted(scaled(8), scaled(3), -scaled(8), -scaled(4))
        place.setWidth(min(place.width(), scaled(_WIDE)))
        counts = model.shown[index.row()].histogram
        paint_histogram(painter, place, counts, palette, role=role)
