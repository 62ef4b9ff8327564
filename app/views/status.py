"""The status bar: what is open, what is missing, and how far the work under way is."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QPushButton, QStatusBar, QWidget

from app.model.document import Document
from app.theme import scaled
from app.widgets.elided_label import ElidedLabel
from estimation.data import TwoLevelData
from estimation.data.report import count

# Steps of the bar that shows how far the work is.
_STEPS = 1000


class StatusBar(QStatusBar):
    """Rows, units and gaps of the data, the first problem of the model; what was done last.

    A run, or the reading of data, has Cancel beside it.
    """

    cancel_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._done = ElidedLabel(), ElidedLabel()
        self._busy = QProgressBar(maximum=0, textVisible=False)
        self._cancel = QPushButton("Cancel")
        self._cancel.setToolTip("Stop this (Esc)")
        self._cancel.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it goes with the work
        self._cancel.clicked.connect(self.cancel_asked)
        self.setContentsMargins(8, 0, 8, 0)
        self.addWidget(self._state, 1)
        for part in (self._done, self._busy, self._cancel):
            self.addPermanentWidget(part)
        self.show_work("")

    def show_document(self, document: Document) -> None:
        """Show the size of the data, and what the model still lacks."""
        if document.data is None:
            self._state.setText("No data")
            return
        problems = document.problems
        parts = [_size(document.data), *(each.message for each in problems[:1])]
        self._state.setText("  ·  ".join(parts))

    def show_work(self, title: str, share: float | None = None) -> None:
        """Show what is under way and, where it is known, what share of it is done."""
        for part in (self._busy, self._cancel):
            part.setVisible(bool(title))
        self._busy.setAccessibleName(title)
        self._busy.setMaximum(0 if share is None else _STEPS)
        self._busy.setValue(round((share or 0) * _STEPS))
        self._busy.setFixedWidth(scaled(120))

    def say(self, words: str) -> None:
        """Say how the work goes, or what was done last."""
        self._done.setText(words)


def _size(data: TwoLevelData) -> str:
    size = f"{count(data.n_rows, 'row')}, {count(data.n_units, 'unit')}"
    variables = (*data.catalogue.level1, *data.catalogue.level2)
    gaps = sum(each.n_missing > 0 for each in variables)
    return f"{size}, missing values in {count(gaps, 'variable')}" if gaps else size
