"""The status bar: what is open, what is missing, and how a run goes."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QPushButton, QStatusBar, QWidget

from app.model.document import Document
from app.theme import scaled
from app.widgets.elided_label import ElidedLabel


class StatusBar(QStatusBar):
    """Rows and units of the data with the first problem of the model; what was done last.

    A run has Cancel beside it.
    """

    cancel_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._done = ElidedLabel(), ElidedLabel()
        self._busy = QProgressBar(maximum=0, textVisible=False)
        self._busy.setAccessibleName("A run is under way")
        self._cancel = QPushButton("Cancel")
        self._cancel.setToolTip("Stop this run (Esc)")
        self._cancel.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it goes with the run
        self._cancel.clicked.connect(self.cancel_asked)
        self.setContentsMargins(8, 0, 8, 0)
        self.addWidget(self._state, 1)
        for part in (self._done, self._busy, self._cancel):
            self.addPermanentWidget(part)
        self.show_running(running=False)

    def show_document(self, document: Document) -> None:
        """Show the size of the data, and what the model still lacks."""
        if document.data is None:
            self._state.setText("No data")
            return
        size = f"{document.data.n_rows} rows, {document.data.n_units} units"
        problems = document.problems
        self._state.setText(f"{size}  ·  {problems[0].message}" if problems else size)

    def show_running(self, *, running: bool) -> None:
        """Show or hide what belongs to a run."""
        for part in (self._busy, self._cancel):
            part.setVisible(running)
        self._busy.setFixedWidth(scaled(120))

    def say(self, words: str) -> None:
        """Say how a run goes, or what was done last."""
        self._done.setText(words)
