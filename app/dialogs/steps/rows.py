"""The form of the filter: conditions, one below the other."""

from __future__ import annotations

import csv
import io
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.steps.form import StepForm
from app.dialogs.steps.inputs import (
    Incomplete,
    VariableBox,
    in_a_row,
    labels_of,
    quietly,
    read_number,
    written,
)
from app.widgets.radio_choice import RadioChoice
from estimation.data.steps import Comparison, Condition, Filter, Join
from estimation.data.table import Kind
from estimation.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from estimation.data.steps import Step
    from estimation.data.table import Field, Levels

_JOINS = {Join.ALL: "&all of these are true", Join.ANY: "a&t least one of these is true"}
_DATES = {Kind.DATE, Kind.DATETIME}


class FilterForm(StepForm):
    """Has at least one condition."""

    explained = (
        "Keeps the rows where the condition is true, and drops the others. Conditions on level-2 "
        "variables keep or drop whole units; a unit without rows goes. A missing value makes no "
        "condition true but “is missing”."
    )

    def __init__(self, levels: Levels, executor: Executor) -> None:
        super().__init__(levels, executor)
        self._join = RadioChoice(_JOINS, Join.ALL)
        self._join.changed.connect(self.changed)
        self._join_label = QLabel("Keep the rows where")
        self._conditions: list[_ConditionRow] = []
        self._place = QVBoxLayout()
        self._add = QPushButton("A&dd a condition")
        self._add.clicked.connect(self._add_one)
        self.rows.addRow(self._join_label, self._join)
        self.rows.addRow(self._place)
        self.rows.addRow(in_a_row(self._add))
        self._append()

    def step(self) -> Step:
        """Return the step."""
        conditions = tuple(each.condition() for each in self._conditions)
        return Filter(conditions, self._join.value())

    def show_step(self, step: Step) -> None:
        """Fill the form."""
        assert isinstance(step, Filter)
        self._join.choose(step.join)
        while len(self._conditions) < len(step.conditions):
            self._append()
        for row, condition in zip(self._conditions, step.conditions, strict=False):
            row.show_condition(condition)

    def _add_one(self) -> None:
        self._append().begin()

    def _append(self) -> _ConditionRow:
        row = _ConditionRow(self.levels)
        row.changed.connect(self.changed)
        row.removed.connect(lambda: self._drop(row))
        self._conditions.append(row)
        self._place.addWidget(row)
        self._number()
        return row

    def _drop(self, row: _ConditionRow) -> None:
        self._conditions.remove(row)
        self._place.removeWidget(row)
        row.hide()
        row.deleteLater()
        self._number()
        self._add.setFocus()

    def _number(self) -> None:
        """Show what is of use for so many conditions."""
        several = len(self._conditions) > 1
        self._join.setVisible(several)
        for number, each in enumerate(self._conditions, 1):
            each.show_number(number, removable=several)
        stops = [stop for each in self._conditions for stop in each.stops()]
        for one, other in pairwise([self._join, *stops, self._add]):
            QWidget.setTabOrder(one, other)
        self.changed.emit()


class _ConditionRow(QWidget):
    """A variable, a comparison, a value."""

    changed = Signal()
    removed = Signal()

    def __init__(self, levels: Levels) -> None:
        super().__init__()
        self._variable = VariableBox(levels, texts=True)
        self._comparison, self._value = QComboBox(), QComboBox(editable=True)
        for each in Comparison:
            self._comparison.addItem(each.value, each)
        self._value.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._remove = QPushButton("Remove")
        self._lay_out()
        self._variable.chosen.connect(self._follow_variable)
        self._comparison.currentIndexChanged.connect(self._follow_comparison)
        self._value.currentTextChanged.connect(self.changed)
        self._remove.clicked.connect(self.removed)

    def stops(self) -> tuple[QWidget, ...]:
        """Return the widgets in the order of the Tab key."""
        return self._variable, self._comparison, self._value, self._remove

    def condition(self) -> Condition:
        """Return the condition; raises Incomplete, DataError."""
        found = self._variable.variable()
        assert found is not None
        level, field = found
        comparison = self._chosen()
        values = self._values(field) if comparison.needs_value else ()
        return Condition(field.name, comparison, values, level)

    def show_condition(self, condition: Condition) -> None:
        """Show a condition."""
        self._variable.choose(condition.variable, condition.level)
        self._comparison.setCurrentIndex(list(Comparison).index(condition.comparison))
        values = [written(each) for each in condition.values]
        several = condition.comparison is Comparison.ONE_OF
        self._value.setEditText(_joined(values) if several else "".join(values))

    def show_number(self, number: int, *, removable: bool) -> None:
        """Say which condition this is, and whether it can be removed."""
        self._remove.setVisible(removable)
        for part, name in (
            (self._variable, "variable"),
            (self._comparison, "comparison"),
            (self._value, "value"),
        ):
            part.setAccessibleName(f"Condition {number}, {name}")
        self._remove.setAccessibleName(f"Remove condition {number}")

    def begin(self) -> None:
        """Take the focus."""
        self._variable.setFocus()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(self._variable, 0, 0, 1, 3)
        grid.addWidget(self._comparison, 1, 0)
        grid.addWidget(self._value, 1, 1)
        grid.addWidget(self._remove, 1, 2)
        grid.setColumnStretch(1, 1)

    def _chosen(self) -> Comparison:
        return list(Comparison)[self._comparison.currentIndex()]

    def _follow_variable(self) -> None:
        """Offer the labelled values of the variable."""
        text = self._value.currentText()
        field = None
        try:
            found = self._variable.variable()
            field = found[1] if found else None
        except (Incomplete, DataError):
            field = None
        with quietly(self._value):
            self._value.clear()
            if field is not None:
                self._value.addItems([_labelled(*each) for each in field.value_labels])
            self._value.setEditText(text)
        self._value.setToolTip(labels_of(field) if field else "")
        line = self._value.lineEdit()
        if line is not None:
            dated = field is not None and field.kind in _DATES
            line.setPlaceholderText("2001-12-31" if dated else "Value")
        self.changed.emit()

    def _follow_comparison(self) -> None:
        self._value.setEnabled(self._chosen().needs_value)
        several = self._chosen() is Comparison.ONE_OF
        self._value.setToolTip("Values with commas between them" if several else "")
        self.changed.emit()

    def _values(self, field: Field) -> tuple[float | str, ...]:
        text = self._value.currentText().strip()
        if not text:
            raise Incomplete("Enter the value to compare with.")
        texts = _split(text) if self._chosen() is Comparison.ONE_OF else [text]
        return tuple(_value(each, field) for each in texts)


def _value(text: str, field: Field) -> float | str:
    """Return what is meant: the value of a label, a number, a date, a text."""
    for value, label in field.value_labels:
        if text.casefold() in {label.casefold(), _labelled(value, label).casefold()}:
            return value
    if not field.numeric or field.kind in _DATES:
        return text
    return read_number(text, field.name)


def _labelled(value: float, label: str) -> str:
    return f"{written(value)} – {label}"


def _split(text: str) -> list[str]:
    """Return values that stand between commas; one with a comma stands in quotes."""
    return [
        each.strip() for each in next(csv.reader([text], skipinitialspace=True)) if each.strip()
    ]


def _joined(values: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(values)
    return line.getvalue()
