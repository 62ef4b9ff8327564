"""What the forms of data steps have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QWidget

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from estimation.data.steps import Step
    from estimation.data.table import Levels


class StepForm(QWidget):
    """Makes a step of what is entered; `changed` follows every entry.

    `levels` are those that the step will be applied to.  `explained` says in a sentence what the
    step is good for, `height_hint` how high a dialog with it is at 100 %.
    """

    changed = Signal()
    explained: ClassVar[str] = ""
    height_hint: ClassVar[int] = 460

    def __init__(self, levels: Levels, executor: Executor) -> None:
        super().__init__()
        self.levels, self.executor = levels, executor
        self.rows = QFormLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)

    def step(self) -> Step:
        """Return the step; raises Incomplete for what is still to be entered, DataError."""
        raise NotImplementedError

    def show_step(self, step: Step) -> None:
        """Fill the form with a step that is edited."""
        raise NotImplementedError

    def add_row(self, label: str, widget: QWidget) -> None:
        """Put a labelled widget under the others."""
        widget.setAccessibleName(label.replace("&", ""))
        self.rows.addRow(label, widget)

    def taken(self, level: int) -> set[str]:
        """Names that a new variable of a level cannot have."""
        return {*self.levels.level(level), self.levels.id_name}
