"""A strip over a pane that says something quietly, and offers what to do about it."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from app.widgets.elided_label import ElidedLabel


class Strip(QFrame):
    """One line of words, a button that acts on them, and one that puts the strip away.

    `accepted` tells that the first was pressed; the second hides the strip, as no words do.
    """

    accepted = Signal()

    def __init__(self, accept: str, dismiss: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.ToolTipBase)
        self._words = ElidedLabel()
        self._words.setForegroundRole(QPalette.ColorRole.ToolTipText)
        self.accept_button, self.dismiss_button = QPushButton(accept), QPushButton(dismiss)
        self.accept_button.clicked.connect(self.accepted)
        self.dismiss_button.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 4, 2)
        row.addWidget(self._words, 1)
        row.addWidget(self.accept_button)
        row.addWidget(self.dismiss_button)
        self.hide()

    @property
    def words(self) -> str:
        """What it says."""
        return self._words.text()

    def say(self, words: str) -> None:
        """Show the strip with these words; without any, hide it."""
        self._words.setText(words)
        self.accept_button.setAccessibleDescription(words)
        self.setVisible(bool(words))
