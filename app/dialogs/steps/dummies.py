"""The form of dummy variables: a variable, its reference, and a name for each other category."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox

from app.dialogs.steps.categories import CategoryFinder
from app.dialogs.steps.form import StepForm
from app.dialogs.steps.grid import Grid
from app.dialogs.steps.inputs import Incomplete, VariableBox, quietly, written
from estimation.data.report import grouped
from estimation.data.steps import Category, Dummies, dummy_names
from estimation.errors import DataError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from estimation.data.steps import Step
    from estimation.data.table import Levels

_NAME = 3
_LOOKING = "Looking at the values of the variable…"


class DummiesForm(StepForm):
    """Lists the categories as soon as they are found."""

    explained = (
        "For each category of a variable a new one, 1 for that category and 0 for the others. "
        "The reference is the category that the others are compared with; it needs none."
    )

    def __init__(self, levels: Levels, executor: Executor) -> None:
        super().__init__(levels, executor)
        self._categories: tuple[Category, ...] = ()
        self._names: dict[float | str, str] = {}
        self._edited: Dummies | None = None
        self._why_none = ""
        self._variable = VariableBox(levels, texts=True)
        self._reference = QComboBox()
        titles = ("Value", "Label", "Rows", "New variable")
        self._grid = Grid("Categories and the names of their variables", titles)
        self._finder = CategoryFinder(levels, executor, self)
        self.add_row("&Variable", self._variable)
        self.add_row("&Reference", self._reference)
        self.rows.addRow(self._grid)
        self._variable.chosen.connect(self._look)
        self._finder.found.connect(self._list)
        self._finder.failed.connect(self._refuse)
        self._reference.currentIndexChanged.connect(self._fill)
        self._grid.cellChanged.connect(self._rename)

    def step(self) -> Step:
        """Return the step."""
        name, level = self._variable.name(), self._variable.level()
        if self._why_none:
            raise DataError(self._why_none)
        if not self._categories:
            raise Incomplete(_LOOKING)
        reference = self._reference_value()
        named = [(each.value, self._names[each.value]) for each in self._shown()]
        if not named:
            raise DataError(f"{name} has one value only: no dummy variable is left to be made.")
        unnamed = next((value for value, new in named if not new), None)
        if unnamed is not None:
            raise Incomplete(f"Give the variable of {written(unnamed)} a name.")
        return Dummies(name, reference, tuple(named), level)

    def show_step(self, step: Step) -> None:
        """Fill the form; the step's names are put in when the categories are found."""
        assert isinstance(step, Dummies)
        self._edited = step
        self._variable.choose(step.variable, step.level)

    def _look(self) -> None:
        self._categories, self._why_none = (), ""
        self._fill_reference()
        with suppress(Incomplete, DataError):
            self._finder.ask(self._variable.level(), self._variable.name())
        self.changed.emit()

    def _list(self, found: tuple[Category, ...]) -> None:
        name, level = self._variable.name(), self._variable.level()
        edited = self._edited if self._edited and self._edited.variable == name else None
        self._categories = found
        self._names = dummy_names(name, found, self.taken(level))
        if edited is not None:
            self._names.update(edited.names)
        self._fill_reference(edited)

    def _refuse(self, why: str) -> None:
        self._why_none = why
        self.changed.emit()

    def _fill_reference(self, edited: Dummies | None = None) -> None:
        with quietly(self._reference):
            self._reference.clear()
            for each in self._categories:
                self._reference.addItem(_words(each))
            if self._categories:
                self._reference.addItem("none: a variable for each category")
            values: list[float | str | None] = [*(each.value for each in self._categories), None]
            wanted = edited.reference if edited else next(iter(values))
            self._reference.setCurrentIndex(values.index(wanted) if wanted in values else 0)
        self._fill()

    def _reference_value(self) -> float | str | None:
        row = self._reference.currentIndex()
        return self._categories[row].value if row < len(self._categories) else None

    def _shown(self) -> list[Category]:
        if not self._categories:
            return []
        reference = self._reference_value()
        return [each for each in self._categories if each.value != reference]

    def _fill(self) -> None:
        with quietly(self._grid):
            self._grid.setRowCount(len(self._shown()))
            for row, each in enumerate(self._shown()):
                texts = (written(each.value), each.label, grouped(each.n), self._names[each.value])
                self._grid.put(row, texts, fixed=range(_NAME))
        for column in range(_NAME):
            self._grid.resizeColumnToContents(column)
        self.changed.emit()

    def _rename(self, row: int, column: int) -> None:
        if column == _NAME:
            self._names[self._shown()[row].value] = self._grid.text(row, column)
            self.changed.emit()


def _words(category: Category) -> str:
    value = written(category.value)
    return f"{value} – {category.label}" if category.label else value
