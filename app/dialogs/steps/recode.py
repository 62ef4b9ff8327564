"""The form of Recode: a table of values and ranges, and what becomes of the rest."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QLineEdit, QPushButton, QWidget

from app.dialogs.steps.categories import CategoryFinder
from app.dialogs.steps.form import StepForm
from app.dialogs.steps.grid import Grid
from app.dialogs.steps.inputs import (
    Incomplete,
    NameField,
    VariableBox,
    in_a_row,
    quietly,
    read_number,
    written,
)
from app.widgets.radio_choice import RadioChoice
from estimation.data.steps import Others, Recode, Rule
from estimation.data.table import Kind
from estimation.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from estimation.data.steps import Category, Step
    from estimation.data.table import Field, Levels

_FROM, _TO, _NEW, _LABEL = range(4)
_LOWEST, _HIGHEST = {"lowest", "low", "lo", "min"}, {"highest", "high", "hi", "max"}
_OTHERS = {
    Others.MISSING: "becomes mi&ssing",
    Others.KEEP: "&keeps its value",
    Others.VALUE: "becomes the &value beside",
}
_TIPS = (
    "A value, or the lower end of a range; “lowest” for the lowest value",
    "The upper end of a range, “highest” for the highest value; empty for a single value",
    "The number that these values become; empty for missing",
    "What the new value means, if you like",
)


class RecodeForm(StepForm):
    """The table has an empty row at its end, so that there is always a place to write."""

    explained = (
        "A new variable by a table: each row says what a value, or a range, becomes. The first "
        "row that fits counts. The old variable stays as it is."
    )

    height_hint = 640

    def __init__(self, levels: Levels, executor: Executor) -> None:
        super().__init__(levels, executor)
        self._variable = VariableBox(levels, texts=True)
        self._grid = Grid(
            "Values and what they become", ("From", "To", "New value", "Label"), _TIPS
        )
        self._grid.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._grid.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._fill_in = QPushButton("&Fill in its values")
        self._fill_in.setToolTip("A row for each value that the variable has")
        self._remove = QPushButton("&Remove row")
        self._others = RadioChoice(_OTHERS, Others.MISSING)
        self._value, self._missing, self._name = QLineEdit(), QLineEdit(), NameField()
        self._finder = CategoryFinder(levels, executor, self)
        self._why_none = ""
        self._lay_out()
        self._connect()
        self._show_rules(())
        self._follow()

    def step(self) -> Step:
        """Return the step."""
        found = self._variable.variable()
        assert found is not None
        if self._why_none:
            raise DataError(self._why_none)
        level, field = found
        filled = [row for row in range(self._grid.rowCount()) if self._is_filled(row)]
        rules = tuple(self._rule(row, field) for row in filled)
        if not rules and self._missing.text().strip() == "":
            raise Incomplete("Fill in a row of the table.")
        others = self._others.value()
        value = self._number(self._value, "Everything else") if others is Others.VALUE else None
        missing = self._number(self._missing, "Missing values")
        labels = dict(pair for row in filled for pair in self._labelled(row))
        pairs = tuple(sorted(labels.items()))
        return Recode(field.name, self._name.name(), rules, level, others, value, missing, pairs)

    def show_step(self, step: Step) -> None:
        """Fill the form."""
        assert isinstance(step, Recode)
        self._variable.choose(step.variable, step.level)
        self._show_rules([_cells(rule, dict(step.value_labels)) for rule in step.rules])
        self._others.choose(step.others)
        self._value.setText("" if step.value is None else written(step.value))
        self._missing.setText("" if step.missing is None else written(step.missing))
        self._name.take(step.name)

    # ------------------------------------------------------------------ the widgets

    def _lay_out(self) -> None:
        self.add_row("Varia&ble", self._variable)
        self.rows.addRow(self._grid)
        self.rows.addRow(in_a_row(self._fill_in, self._remove))
        self._value.setAccessibleName("New value of everything else")
        self.rows.addRow("Everything else", self._beside())
        self._missing.setPlaceholderText("stay missing")
        self.add_row("&Missing values become", self._missing)
        self.add_row("Name of the &new variable", self._name)

    def _beside(self) -> QWidget:
        """Put the value of everything else beside the last of its choices."""
        result = QWidget()
        row = QHBoxLayout(result)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._others)
        row.addWidget(self._value, 1, Qt.AlignmentFlag.AlignBottom)
        return result

    def _connect(self) -> None:
        self._variable.chosen.connect(self._follow)
        self._grid.cellChanged.connect(self._note_cell)
        self._others.changed.connect(self._follow_others)
        for field in (self._value, self._missing, self._name):
            field.textChanged.connect(self.changed)
        self._fill_in.clicked.connect(self._find)
        self._remove.clicked.connect(self._remove_row)
        self._finder.found.connect(self._list)
        self._finder.failed.connect(self._refuse)
        self._follow_others()

    def _follow(self) -> None:
        """Show what suits the variable chosen."""
        self._why_none, found = "", None
        with suppress(Incomplete, DataError):
            found = self._variable.variable()
        self._fill_in.setEnabled(found is not None)
        if found is not None:
            level, field = found
            self._grid.setColumnHidden(_TO, not field.numeric)
            self._name.propose(f"{field.name}_R", self.taken(level))
        self.changed.emit()

    def _follow_others(self) -> None:
        self._value.setEnabled(self._others.value() is Others.VALUE)
        self.changed.emit()

    # ------------------------------------------------------------------ the table

    def _show_rules(self, rows: Sequence[tuple[str, str, str, str]]) -> None:
        with quietly(self._grid):
            self._grid.setRowCount(len(rows) + 1)
            for row, cells in enumerate([*rows, ("", "", "", "")]):
                self._grid.put(row, cells)
        self._grid.setCurrentCell(0, _FROM)
        self.changed.emit()

    def _note_cell(self, row: int, _column: int) -> None:
        """Keep an empty row at the end."""
        if row == self._grid.rowCount() - 1 and self._is_filled(row):
            with quietly(self._grid):
                self._grid.setRowCount(row + 2)
                self._grid.put(row + 1, ("", "", "", ""))
        self.changed.emit()

    def _remove_row(self) -> None:
        row = self._grid.currentRow()
        if 0 <= row < self._grid.rowCount() - 1:
            self._grid.removeRow(row)
            self.changed.emit()

    def _find(self) -> None:
        self._finder.ask(self._variable.level(), self._variable.name())

    def _list(self, found: tuple[Category, ...]) -> None:
        self._show_rules([_proposed(number, each) for number, each in enumerate(found, 1)])

    def _refuse(self, why: str) -> None:
        self._why_none = why
        self.changed.emit()
        self._why_none = ""

    def _is_filled(self, row: int) -> bool:
        return any(self._grid.text(row, column) for column in range(4))

    def _rule(self, row: int, field: Field) -> Rule:
        where = f"Row {row + 1} of the table"
        low, high, new = (self._grid.text(row, column) for column in (_FROM, _TO, _NEW))
        if not low:
            raise Incomplete(f"{where} has no value to begin with. Fill in “From”.")
        to = None if new in {"", "."} else read_number(new, f"{where}, new value")
        if not field.numeric:
            return Rule(low, low, to)
        first = None if low.casefold() in _LOWEST else _end(low, field, where)
        if not high:
            if first is None:
                raise Incomplete(f"{where} has no end. Fill in “To”.")
            return Rule(first, first, to)
        last = None if high.casefold() in _HIGHEST else _end(high, field, where)
        return Rule(first, last, to)

    def _labelled(self, row: int) -> list[tuple[float, str]]:
        new, label = self._grid.text(row, _NEW), self._grid.text(row, _LABEL)
        return [(read_number(new, "New value"), label)] if label and new not in {"", "."} else []

    def _number(self, field: QLineEdit, what: str) -> float | None:
        text = field.text().strip()
        if not text and field is self._value:
            raise Incomplete("Enter the value that everything else becomes.")
        return read_number(text, what) if text else None


def _proposed(number: int, category: Category) -> tuple[str, str, str, str]:
    """Propose that a number stays as it is, and that a text gets its place in the alphabet."""
    value = category.value
    if isinstance(value, str):
        return value, "", str(number), value
    return written(value), "", written(value), category.label


def _end(text: str, field: Field, where: str) -> float | str:
    return text if field.kind in {Kind.DATE, Kind.DATETIME} else read_number(text, where)


def _cells(rule: Rule, labels: dict[float, str]) -> tuple[str, str, str, str]:
    single = rule.low is not None and rule.low == rule.high
    low = "lowest" if rule.low is None else written(rule.low)
    high = "highest" if rule.high is None else written(rule.high)
    new = "" if rule.to is None else written(rule.to)
    label = "" if rule.to is None else labels.get(rule.to, "")
    return low, "" if single else high, new, label
