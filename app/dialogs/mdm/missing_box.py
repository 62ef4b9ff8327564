"""Missing Data? and when rows with missing values are deleted."""

from enum import Enum

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.theme import scaled
from app.widgets.radio_choice import RadioChoice
from estimation.data.recipe import Missing


class _Answer(Enum):
    NO = False
    YES = True


_ANSWERS = {_Answer.NO: "&No", _Answer.YES: "&Yes"}
_TIMES = {Missing.AT_MAKING: "makin&g mdm", Missing.AT_RUNNING: "&running analyses"}
_TIPS = {
    Missing.AT_MAKING: "Rows, and units, with a missing value in any of the variables chosen are "
    "left out of the data file",
    Missing.AT_RUNNING: "All rows are kept; each analysis leaves out those with a missing value in "
    "a variable of its model",
}


class MissingBox(QWidget):
    """HLM's question and its second half; `chosen` brings the answer."""

    chosen = Signal(Missing)

    def __init__(self) -> None:
        super().__init__()
        self._answer = RadioChoice(_ANSWERS, _Answer.NO)
        self._time = RadioChoice(_TIMES, Missing.AT_RUNNING, _TIPS)
        self._found, self._when = QLabel(), QLabel("Delete missing level-1 data when:")
        self._found.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        for choice in (self._answer, self._time):
            choice.stand_in_row()
            choice.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
            choice.changed.connect(self._tell)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(scaled(24))
        self._layout.addLayout(_row(QLabel("Missing Data?"), self._answer, self._found))
        self._layout.addLayout(_row(self._when, self._time))
        self._layout.addStretch()

    def stack(self) -> None:
        """Need less width, and more height."""
        self._layout.setDirection(QBoxLayout.Direction.TopToBottom)
        self._layout.setSpacing(scaled(6))

    def value(self) -> Missing:
        """Return the answer."""
        return self._time.value() if self._answer.value() is _Answer.YES else Missing.NONE

    def show_missing(self, missing: Missing, found: str, tip: str) -> None:
        """Show an answer, and what was found in the files."""
        for choice in (self._answer, self._time):
            choice.blockSignals(True)
        self._answer.choose(_Answer.NO if missing is Missing.NONE else _Answer.YES)
        if missing is not Missing.NONE:
            self._time.choose(missing)
        for choice in (self._answer, self._time):
            choice.blockSignals(False)
        for part in (self._when, self._time):
            part.setEnabled(missing is not Missing.NONE)
        self._found.setText(f"({found})" if found else "")
        self._found.setToolTip(tip)

    def _tell(self) -> None:
        self.chosen.emit(self.value())


def _row(*parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(scaled(8))
    for part in parts:
        row.addWidget(part)
    row.addStretch()
    return row
