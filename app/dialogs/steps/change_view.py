"""What a data step changes: new variables in numbers and a histogram, rows and units dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.model.step_sample import Sample
from app.theme import bold, scaled
from app.widgets.histogram import Histogram
from app.widgets.numbers import short
from estimation.data.report import count, grouped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.model.step_list import Outcome
    from estimation.data.steps import Change
    from estimation.data.table import Levels
    from estimation.spec import Variable

_TITLES = ("New variable", "n", "Missing", "Mean", "SD", "Min", "Max")
_NUMBERS = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ChangeView(QWidget):
    """Shows an outcome, or says in words why there is none."""

    def __init__(self) -> None:
        super().__init__()
        self._variables: list[Variable] = []
        heading = QLabel("What it changes")
        heading.setFont(bold())
        self._words = QLabel(wordWrap=True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._table = _Table("New variables", _TITLES)
        self._table.currentCellChanged.connect(self._show_histogram)
        self._caption = QLabel(wordWrap=True)
        self._caption.setTextFormat(Qt.TextFormat.PlainText)
        self._histogram = Histogram()
        self._rows_label = QLabel("First rows")
        self._rows = _Table("First rows", ())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (heading, self._words, self._table, self._caption, self._histogram):
            column.addWidget(part)
        column.addWidget(self._rows_label)
        column.addWidget(self._rows, 1)
        column.addStretch()
        self.say("")

    def say(self, words: str, *, fault: bool = False) -> None:
        """Show words alone; those of a fault in its colour."""
        roles = QPalette.ColorRole
        self._words.setForegroundRole(roles.BrightText if fault else roles.WindowText)
        self._words.setText(words)
        self._fill(())
        self.show_sample(Sample())

    def show_outcome(self, outcome: Outcome) -> None:
        """Show what a step does, or why it cannot be applied."""
        if outcome.before is None:
            self.say("This step waits for an earlier one that cannot be applied.")
        elif outcome.change is None:
            self.say(outcome.fault, fault=True)
        else:
            self.say(in_words(outcome.change, outcome.before))
            self._fill(outcome.change.new)

    def show_sample(self, sample: Sample) -> None:
        """Show first rows, if there are any."""
        self._rows_label.setVisible(bool(sample.rows))
        self._rows.setVisible(bool(sample.rows))
        self._rows.show_rows(sample.titles, sample.rows)

    def _fill(self, new: Sequence[tuple[int, Variable]]) -> None:
        self._variables = [variable for _, variable in new]
        self._table.show_rows(_TITLES, [_cells(each) for each in self._variables])
        for part in (self._table, self._caption, self._histogram):
            part.setVisible(bool(new))
        if new:
            self._table.setCurrentCell(0, 0)
            self._show_histogram(0)

    def _show_histogram(self, row: int, *_others: int) -> None:
        variable = self._variables[row] if 0 <= row < len(self._variables) else None
        self._histogram.show_variable(variable)
        self._caption.setText(f"{variable.name}: {variable.label}" if variable else "")


class _Table(QTableWidget):
    """A table to be read, as high as its rows up to a few."""

    def __init__(self, name: str, titles: Sequence[str]) -> None:
        super().__init__(0, len(titles))
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setAlternatingRowColors(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)

    def show_rows(self, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Show other rows; numbers stand at the right."""
        self.clear()
        self.setColumnCount(len(titles))
        self.setRowCount(len(rows))
        self.setHorizontalHeaderLabels(list(titles))
        for row, cells in enumerate(rows):
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                if column:
                    item.setTextAlignment(_NUMBERS)
                self.setItem(row, column, item)
        self.resizeColumnsToContents()
        self._fit()

    def _fit(self) -> None:
        """Be as high as the rows; more than some are scrolled."""
        row = self.fontMetrics().height() + scaled(8)
        shown = min(self.rowCount(), 8)
        frame = 2 * self.frameWidth()
        bar = self.horizontalScrollBar().sizeHint().height()
        self.setMaximumHeight(
            self.horizontalHeader().sizeHint().height() + shown * row + frame + bar
        )
        self.setMinimumHeight(
            self.horizontalHeader().sizeHint().height() + min(shown, 2) * row + frame + bar
        )


def in_words(change: Change, before: Levels) -> str:
    """Say what changes: how many variables, which names, how many rows and units."""
    parts = []
    for level in (1, 2):
        number = sum(of == level for of, _ in change.new)
        if number:
            parts.append(f"Makes {count(number, f'level-{level} variable')}.")
    parts += [f"{old} is now called {new}." for _, old, new in change.renamed]
    if change.rows_dropped:
        left = before.n_rows - change.rows_dropped
        parts.append(
            f"Drops {grouped(change.rows_dropped)} of {count(before.n_rows, 'row')}, and "
            f"{grouped(change.units_dropped)} of {count(before.n_units, 'unit')}. "
            f"Left: {count(left, 'row')} in {count(before.n_units - change.units_dropped, 'unit')}."
        )
    return " ".join(parts) or "Nothing: all rows are kept."


def _cells(variable: Variable) -> tuple[str, ...]:
    moments = (variable.mean, variable.sd, variable.minimum, variable.maximum)
    numbers = ["–" if each is None else short(each) for each in moments]
    return (variable.name, grouped(variable.n), grouped(variable.n_missing), *numbers)
