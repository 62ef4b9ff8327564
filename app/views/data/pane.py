"""One level of the data: the filter and the rows, and what is said of them."""

from concurrent.futures import Executor
from functools import partial

import numpy as np
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.jobs import Listener, Worker
from app.theme import scaled
from app.views.data.arrangement import Comparison, Condition, Sorting, arrange
from app.views.data.cells import Cells
from app.views.data.copying import Copied, check_size, copied
from app.views.data.filter_bar import FilterBar
from app.views.data.loader import Loader
from app.views.data.model import RowsModel
from app.views.data.sheet import Sheet
from app.views.data.table import RowsTable
from app.widgets.cell_menu import Entry, menu_of, sort_entries
from estimation.arrays import Index
from estimation.data.report import count, grouped
from estimation.errors import DataError

_NOUNS = {1: "row", 2: "unit"}
_NOTHING = QItemSelectionModel.SelectionFlag.NoUpdate


class LevelPane(QWidget):
    """The rows of a sheet; `unit_asked` wants a unit, by its position, to be shown at a level.

    `said` follows each change of `words`, which say how many rows are shown, and of `remark`.
    """

    unit_asked = Signal(int, int)
    said = Signal()

    def __init__(self, sheet: Sheet, executor: Executor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet, self.remark, self.is_fault = sheet, "", False
        self._loader = Loader(sheet, executor, self)
        self._model = RowsModel(sheet, self._loader.cells, self._loader.faults, self)
        self.filter, self.table = FilterBar(sheet), RowsTable(self._model)
        self._arranging, self._copying = Worker(executor, self), Worker(executor, self)
        self._condition: Condition | None = None
        self._sorting: Sorting | None = None
        self._shown: tuple[Condition | None, Sorting | None] = (None, None)
        self._lay_out()
        self._connect()

    @property
    def words(self) -> str:
        """How many rows are shown of how many, or what is being done."""
        for worker in (self._arranging, self._copying):
            if worker.busy:
                return f"{worker.title}…"
        shown, total, noun = self._model.rowCount(), self.sheet.n_rows, _NOUNS[self.sheet.level]
        some = "" if shown == total else f"{grouped(shown)} of "
        return f"{some}{count(total, noun)}{_in_words(self._shown[1])}"

    def show_labels(self, *, on: bool) -> None:
        """Show labels in place of the values that have one."""
        self._model.show_labels(on=on)
        for name, cells in self._loader.cells.items():
            if on and cells.field.value_labels:
                self.table.fit_column(name, again=True)

    def go_to_unit(self, unit: int) -> None:
        """Show the rows of the unit at a position, and select them."""
        wanted = self.sheet.rows_of(unit)
        positions = self._positions(wanted)
        name = f"{self.sheet.id_name} {self.sheet.unit_ids[unit]}"
        if not len(positions):
            self._say(f"The filter hides {name}. Press Clear to see all.", fault=True)
            return
        first, together = int(positions[0]), len(positions) == positions[-1] - positions[0] + 1
        self.table.go_to(first, len(positions) if together else 1)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        if self.sheet.level == 1:
            some = "" if len(positions) == len(wanted) else f"{grouped(len(positions))} of "
            scattered = "" if together else ", not together while the rows are sorted"
            self._say(f"{name}: {some}{count(len(wanted), 'row')}{scattered}")

    def copy(self) -> None:
        """Copy the selected cells with the names of their variables."""
        runs, columns = self.table.chosen()
        if not runs:
            self._say("Select the cells that you want to copy.", fault=True)
            return
        try:
            check_size(sum(map(len, runs)), len(columns))
        except DataError as error:
            self._say(str(error), fault=True)
            return
        positions = np.concatenate([np.arange(each.start, each.stop) for each in runs])
        rows = positions if self._model.rows is None else self._model.rows[positions]
        names = [self._model.names[each] for each in columns]
        work = partial(copied, self.sheet, rows.tolist(), names, labels=self._model.labels)
        self._copying.do("Copying", work, self._take_copy, partial(self._say, fault=True))

    def apply_filter(self) -> None:
        """Show the rows that fulfil the condition that is entered."""
        try:
            condition = self.filter.condition()
        except DataError as error:
            self._say(str(error), fault=True)
            self.filter.take_focus(at_value=True)
            return
        self._arrange(condition, self._sorting)

    def clear_filter(self) -> None:
        """Show all rows."""
        self._arrange(None, self._sorting)

    def close_jobs(self) -> None:
        """Leave nothing to the worker."""
        self._loader.close()
        self._arranging.cancel()
        self._copying.cancel()

    # ------------------------------------------------------------------ menu

    def _open_menu(self, position: int, column: int, place: QPoint) -> None:
        name = self._model.names[column]
        entries = [
            *self._entries_of_cell(position, name),
            *sort_entries(self.table, column),
            Entry(),
            Entry("&Copy", self.copy, "Ctrl+C"),
            Entry("Select the colu&mn", partial(self.table.selectColumn, column), "Ctrl+Space"),
        ]
        menu_of(self, *entries).popup(place)

    def _entries_of_cell(self, position: int, name: str) -> list[Entry]:
        cells = self._loader.cells.get(name)
        if position < 0 or cells is None:
            return []
        row = self._model.row_at(position)
        unit = self.sheet.unit_of(row)
        other, keys = 3 - self.sheet.level, "Enter" if self.sheet.level == 2 else ""
        what = "Rows of the" if other == 1 else "The"
        go = partial(self.unit_asked.emit, other, unit)
        return [
            Entry("&Filter by this value", partial(self._filter_by, name, cells, row)),
            Entry(f"{what} unit at &level {other}", go, keys),
            Entry(),
        ]

    def _filter_by(self, name: str, cells: Cells, row: int) -> None:
        test = Comparison.MISSING if cells.is_missing(row) else Comparison.EQUAL
        self.filter.show_condition(
            name, test, "" if test is Comparison.MISSING else cells.whole(row)
        )
        self.apply_filter()

    # ------------------------------------------------------------------ order

    def _sort(self, name: str | None, descending: bool) -> None:
        sorting = None if name is None else Sorting(name, descending)
        self._arrange(self._condition, sorting)

    def _arrange(self, condition: Condition | None, sorting: Sorting | None) -> None:
        self._condition, self._sorting = asked = condition, sorting
        self._say("")
        if asked == (None, None):
            self._arranging.cancel()
            self._show(asked, None)
            return
        title = f"Sorting by {sorting.name}" if sorting else "Filtering"
        work = partial(_arranged, self.sheet, *asked)
        self._arranging.do(title, work, partial(self._show, asked), self._refuse)

    def _show(self, asked: tuple[Condition | None, Sorting | None], rows: Index | None) -> None:
        """Show rows in their order; the current one stays so, unless the first are wanted."""
        index = self.table.currentIndex()
        row = self._model.row_at(index.row()) if index.isValid() else -1
        sorted_anew = asked[1] is not None and asked[1] != self._shown[1]
        self._model.show_rows(rows)
        self._shown = asked
        self.filter.show_active(active=asked[0] is not None)
        stays = self._positions(range(row, row + (0 if sorted_anew or row < 0 else 1)))
        if self._model.rowCount():
            position = int(stays[0]) if len(stays) else 0
            current = self._model.index(position, max(index.column(), 0))
            self.table.selectionModel().setCurrentIndex(current, _NOTHING)
            self.table.scrollTo(current)
        self.said.emit()

    def _refuse(self, words: str) -> None:
        """Go back to what is shown."""
        self._condition, self._sorting = self._shown
        name = self._sorting.name if self._sorting else None
        descending = self._sorting.descending if self._sorting else False
        self.table.show_sorting(name, descending=descending)
        self._say(words, fault=True)

    def _positions(self, wanted: range) -> Index:
        """Return where rows of the sheet are shown."""
        rows = self._model.rows
        if rows is None:
            return np.arange(wanted.start, min(wanted.stop, self._model.rowCount()))
        return np.flatnonzero((rows >= wanted.start) & (rows < wanted.stop))

    # ------------------------------------------------------------------ loading and saying

    def _look(self) -> None:
        """Have what is in sight loaded, and what the filter is about."""
        names = list(self.table.names_seen())
        name = self.filter.name
        self._loader.want([*([] if name is None else [name]), *names])

    def _take_columns(self, names: list[str]) -> None:
        for name in names:
            column = self._model.names.index(name)
            self._model.refresh(column, column)
            self.table.fit_column(name)
        self._offer_texts()

    def _offer_texts(self) -> None:
        """Offer the texts of the variable that the filter is about."""
        name = self.filter.name
        cells = self._loader.cells.get(name) if name is not None else None
        if cells is not None and not cells.field.numeric:
            self.filter.show_texts(cells.texts())

    def _take_copy(self, copy: Copied) -> None:
        QGuiApplication.clipboard().setText(copy.text)
        self._say(copy.words)

    def _say(self, words: str, *, fault: bool = False) -> None:
        self.remark, self.is_fault = words, fault
        self.said.emit()

    def _lay_out(self) -> None:
        rows = "Rows of level 1" if self.sheet.level == 1 else "Units of level 2"
        self.table.setAccessibleName(rows)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled(8))
        column.addWidget(self.filter)
        column.addWidget(self.table, 1)

    def _connect(self) -> None:
        self.table.painted.connect(self._look, Qt.ConnectionType.QueuedConnection)
        self.table.menu_asked.connect(self._open_menu)
        self._model.sort_asked.connect(self._sort)
        self._loader.loaded.connect(self._take_columns)
        self._loader.failed.connect(partial(self._say, fault=True))
        self.filter.asked.connect(self.apply_filter)
        self.filter.cleared.connect(self.clear_filter)
        self.filter.variable_changed.connect(self._look)
        self.filter.variable_changed.connect(self._offer_texts)
        self.filter.left.connect(self.table.setFocus)
        for worker in (self._arranging, self._copying):
            worker.changed.connect(self.said)
        if self.sheet.level == 2:
            self.table.opened.connect(partial(self.unit_asked.emit, 1))


def _in_words(sorting: Sorting | None) -> str:
    """Say how rows are sorted: not all agree which way an arrow points."""
    if sorting is None:
        return ""
    return f", sorted by {sorting.name}, {'largest' if sorting.descending else 'smallest'} first"


def _arranged(
    sheet: Sheet, condition: Condition | None, sorting: Sorting | None, listen: Listener
) -> Index | None:
    return arrange(sheet, condition, sorting, listen)
