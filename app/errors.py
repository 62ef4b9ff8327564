"""An unexpected error is shown in words, and the program lives on."""

import sys
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

_WORDS = (
    "<h3>Something unexpected went wrong</h3>"
    "<p>Levelwise could not complete what you asked for. Nothing is lost: the data and the "
    "model are as they were, and you can go on working.</p>"
    "<p>If it happens again, please report it with the details.</p>"
)


class ErrorDialog(QDialog):
    """What happened, in words; the details to unfold and to copy."""

    def __init__(self, details: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Levelwise: unexpected error")
        self._details = QPlainTextEdit(details, readOnly=True)
        self._details.hide()
        self._details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._details.setMinimumSize(560, 220)
        unfold = QPushButton("Show &details")
        unfold.setCheckable(True)
        unfold.toggled.connect(self._unfold)
        copy = QPushButton("&Copy details")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(details))
        buttons = QDialogButtonBox()
        buttons.addButton(QDialogButtonBox.StandardButton.Close).setDefault(True)
        buttons.addButton(unfold, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.addWidget(QLabel(_WORDS, wordWrap=True))
        column.addWidget(self._details)
        column.addWidget(buttons)

    def _unfold(self, unfold: bool) -> None:
        self._details.setVisible(unfold)
        self.adjustSize()


class ErrorReporter(QObject):
    """Takes the place of `sys.excepthook`, which Qt calls for an error in a slot.

    One dialog at a time, and without locking the window: an error at each repaint would
    otherwise lock the user in for good.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._waiting: str | None = None
        self._dialog: ErrorDialog | None = None

    def install(self) -> None:
        """Begin to catch."""
        sys.excepthook = self.report

    def report(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Print the error, and show it as soon as Qt is back in its event loop.

        Ctrl+C in the terminal is no error: it closes the window.
        """
        if issubclass(kind, KeyboardInterrupt):
            self._window.close()
            return
        sys.__excepthook__(kind, error, trace)
        if self._waiting is None and not (self._dialog and self._dialog.isVisible()):
            self._waiting = "".join(traceback.format_exception(kind, error, trace))
            QTimer.singleShot(0, self, self._show)

    @Slot()
    def _show(self) -> None:
        details, self._waiting = self._waiting, None
        if self._dialog:
            self._dialog.deleteLater()
        self._dialog = ErrorDialog(details or "", self._window)
        self._dialog.show()
