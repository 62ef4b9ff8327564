"""Choose Variables: which column of a file is the ID, and which are variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QPalette, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from app.dialogs.base import PageDialog
from app.dialogs.mdm.variable_table import VariableModel, VariableTable
from app.model.making import chosen
from app.theme import scaled
from app.widgets.elided_label import ElidedLabel
from app.widgets.filter_field import FilterField
from app.widgets.room import fit_screen

if TYPE_CHECKING:
    from app.model.making import Draft, Found

_HINT = (
    "Tick the ID, which links the levels, and the variables wanted. Space ticks the rows selected."
)
_ELSEWHERE = "varies within units: {} at level 1"


class ChooseVariablesDialog(PageDialog):
    """Takes what is chosen at a level, and gives back `id_name` and `variables`."""

    help_page = "make-mdm"

    def __init__(
        self, draft: Draft, found: Found, level: int, parent: QWidget | None = None
    ) -> None:
        super().__init__("Choose Variables - HLM2", parent)
        self._level, file = level, found.file(level)
        names = chosen(draft, found, level)
        barred = _barred(draft, found) if level == 2 and found.level2 is None else {}
        self._model = VariableModel(file.facts, found.id_name(level), names, barred, self)
        self._table = VariableTable(self._model, f"Columns of {file.table.file}")
        self._filter, self._count = FilterField("Filter columns"), ElidedLabel()
        self._count.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        head = QLabel(f"<b>Level {level}</b>: {_plain(file.table.file)}. {_HINT}", wordWrap=True)
        self.set_content(head, self._bar(), self._table)
        self._connect()
        fit_screen(self, scaled(900), scaled(520))
        self.check()

    @property
    def id_name(self) -> str:
        """The ID ticked."""
        return self._model.id_name

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables ticked, in the order of the file."""
        return self._model.chosen()

    def fault(self) -> str:
        """Say what is not ticked, and has to be."""
        if not self.id_name:
            return "No ID is ticked. Tick the column that links the levels, in the column ID."
        if self._level == 1 and not self.variables:
            return "No variable is ticked. Tick at least one, in the column in MDM."
        return ""

    def check(self) -> None:
        """Say how many are ticked, too."""
        super().check()
        total = len(self._model.facts) - bool(self.id_name)
        self._count.setText(f"{len(self.variables)} of {total} ticked")

    def showEvent(self, event: QShowEvent) -> None:
        """Begin in the table."""
        super().showEvent(event)
        self._enter_table()

    def _bar(self) -> QWidget:
        self._all, self._none = QPushButton("&All"), QPushButton("&None")
        self._all.setToolTip("Tick all columns shown that models can use")
        self._none.setToolTip("Untick all columns shown")
        self._filter.setMinimumWidth(scaled(220))
        bar = QWidget()
        row = QHBoxLayout(bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._filter)
        for button in (self._all, self._none):
            row.addWidget(button)
        row.addWidget(self._count, 1)
        return bar

    def _connect(self) -> None:
        self._model.ticked.connect(self.check)
        self._filter.textChanged.connect(self._model.narrow)
        self._filter.left_down.connect(self._enter_table)
        self._all.clicked.connect(lambda: self._tick_all(on=True))
        self._none.clicked.connect(lambda: self._tick_all(on=False))
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self._filter.setFocus)

    def _tick_all(self, *, on: bool) -> None:
        shown = enumerate(self._model.shown)
        self._model.tick([row for row, fact in shown if not (on and fact.why)], on=on)

    def _enter_table(self) -> None:
        self._table.begin()
        self._table.setFocus(Qt.FocusReason.OtherFocusReason)


def _barred(draft: Draft, found: Found) -> dict[str, str]:
    """Say of what varies within units of one file that it belongs to level 1."""
    first = set(chosen(draft, found, 1))
    names = (name for name in found.level1.names if name not in found.fixed)
    return {
        name: _ELSEWHERE.format("it is ticked" if name in first else "tick it") for name in names
    }


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
