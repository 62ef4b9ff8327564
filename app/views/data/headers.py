"""The headers of the rows: variables above, units at the side, and the corner between them."""

from html import escape

from PySide6.QtCore import QEvent, QItemSelectionModel, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableView,
    QToolTip,
    QWidget,
)

from app.theme import scaled
from app.views.data.cells import kind_in_words
from app.views.data.model import RowsModel
from app.views.data.sheet import Sheet
from app.widgets.variable_tip import variable_tip

# At 100 %: the room around texts, and the widest ID that is shown whole.
_ROOM, _WIDEST = 6, 170
_flags = Qt.AlignmentFlag


class _Header(QHeaderView):
    """A header with a selection of its own, which stays empty, and tips.

    With the table's it would ask every row whether it is selected, to draw one head.
    """

    def __init__(self, orientation: Qt.Orientation, model: RowsModel, parent: QWidget) -> None:
        super().__init__(orientation, parent)
        self._rows = model
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        # Were there a larger one, each change of it would look at all sections.
        self.setMinimumSectionSize(1)

    def keep_apart(self) -> None:
        """Take a selection of its own, once the table has given it the common one."""
        self.setSelectionModel(QItemSelectionModel(self._rows, self))

    def viewportEvent(self, event: QEvent) -> bool:
        """Show a tip that is made when it is wanted."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            section = self.logicalIndexAt(event.pos())
            QToolTip.showText(event.globalPos(), self._tip(section) if section >= 0 else "", self)
            return True
        return super().viewportEvent(event)

    def _tip(self, section: int) -> str:
        raise NotImplementedError


class VariableHeader(_Header):
    """Names of the variables; their tips have labels and histograms."""

    def __init__(self, model: RowsModel, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, model, parent)
        self.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortIndicatorClearable(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)

    def sizeHint(self) -> QSize:
        """Room for a line; Qt would ask for the names of hundreds of columns."""
        return QSize(0, self.fontMetrics().height() + scaled(_ROOM))

    def _tip(self, section: int) -> str:
        name = self._rows.names[section]
        field, variable = self._rows.sheet.fields[name], self._rows.sheet.variables.get(name)
        kind = kind_in_words(field)
        if variable is not None:
            return variable_tip(variable, self, kind)
        lines = [f"<b>{escape(name)}</b>", *map(escape, filter(None, (field.label, kind)))]
        return f"<p>{'<br>'.join(lines)}</p>"


class UnitHeader(_Header):
    """The unit of each row and its number in the unit; at level 2 the unit and its size."""

    def __init__(self, model: RowsModel, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, model, parent)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._number = 0

    def fit(self, title: str, heading: str) -> None:
        """Take the widths that the IDs and the numbers need, and what is written above them."""
        metrics, (unit, number) = self.fontMetrics(), self._rows.sheet.longest
        ids = max(map(metrics.horizontalAdvance, (unit, title)))
        numbers = map(metrics.horizontalAdvance, (str(number), heading))
        self._number = max(numbers) + scaled(_ROOM)
        self.setFixedWidth(min(ids, scaled(_WIDEST)) + self._number + 3 * scaled(_ROOM))

    def sizeHint(self) -> QSize:
        """Return the width that was set."""
        return QSize(self.width(), 0)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Draw the head, the ID to the left and the number to the right."""
        painter.save()
        super().paintSection(painter, rect, section)
        painter.restore()
        unit, number = self._rows.sheet.place(self._rows.row_at(section))
        room = rect.adjusted(scaled(_ROOM), 0, -scaled(_ROOM), 0)
        left = room.adjusted(0, 0, -self._number, 0)
        unit = self.fontMetrics().elidedText(unit, Qt.TextElideMode.ElideRight, left.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(left, _flags.AlignVCenter | _flags.AlignLeft, unit)
        painter.setPen(self.palette().placeholderText().color())
        painter.drawText(room, _flags.AlignVCenter | _flags.AlignRight, str(number))

    def _tip(self, section: int) -> str:
        return str(self._rows.headerData(section, Qt.Orientation.Vertical, _ACCESSIBLE))


_ACCESSIBLE = Qt.ItemDataRole.AccessibleTextRole


class Corner:
    """What is written over the units; a click there selects all."""

    def __init__(self, table: QTableView, sheet: Sheet) -> None:
        self.title, self.heading = sheet.id_name, "row" if sheet.level == 1 else "rows"
        only = Qt.FindChildOption.FindDirectChildrenOnly
        (button,) = table.findChildren(QAbstractButton, options=only)
        button.setAccessibleName("Select all")
        row = QHBoxLayout(button)
        row.setContentsMargins(scaled(_ROOM), 0, scaled(_ROOM), 0)
        for text, side in ((self.title, _flags.AlignLeft), (self.heading, _flags.AlignRight)):
            label = QLabel(text, alignment=side | _flags.AlignVCenter)
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            label.setMinimumWidth(0)
            row.addWidget(label)
