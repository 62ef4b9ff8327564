"""The status bar: what is open, what is missing, and how far a run is."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QStatusBar, QWidget

from app.model.document import Document
from estimation.progress import Progress


class StatusBar(QStatusBar):
    """Rows and units of the data with the first problem of the model, or a run with Cancel."""

    cancel_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = QLabel()
        self._run = QLabel()
        self._busy = QProgressBar(maximum=0, textVisible=False)
        self._busy.setFixedWidth(120)
        self._cancel = QPushButton("Cancel")
        self._cancel.setToolTip("Stop this run (Esc)")
        self._cancel.clicked.connect(self.cancel_asked)
        self.setContentsMargins(8, 0, 8, 0)
        self.addWidget(self._state, 1)
        for part in (self._run, self._busy, self._cancel):
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
        for part in (self._run, self._busy, self._cancel):
            part.setVisible(running)
        self._run.setText("Starting")

    def show_progress(self, progress: Progress) -> None:
        """Show the iteration and HLM's Deviance."""
        again = f", start {progress.run}" if progress.run > 1 else ""
        words = f"{progress.stage.capitalize()} model{again}: "
        if progress.deviance is None:
            self._run.setText(f"{words}preparing")
        else:
            iteration, deviance = progress.iteration, progress.deviance
            self._run.setText(f"{words}iteration {iteration}, Deviance {deviance:.6f}")
