"""The output pane: the text of a run."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app.widgets.elided_label import ElidedLabel


class OutputView(QWidget):
    """Monospaced `text` to read, copy and save; `save_asked` when its button is pressed."""

    save_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = ""
        self._text = QPlainTextEdit(readOnly=True)
        self._text.setAccessibleName("Output")
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        # Selecting and moving by keyboard too, not by mouse only.
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._note = ElidedLabel()
        copy = QPushButton("&Copy")
        copy.setToolTip("Copy the selected text, or all of it")
        copy.clicked.connect(self.copy)
        save = QPushButton("Sa&ve as text…")
        save.clicked.connect(self.save_asked)
        head = QHBoxLayout()
        head.addWidget(QLabel("<b>OUTPUT</b>"))
        head.addWidget(self._note, 1)
        head.addWidget(copy)
        head.addWidget(save)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self._text)

    def show_text(self, text: str) -> None:
        """Show another text from its beginning; the same one stays at its place."""
        if text != self.text:
            self.text = text
            self._text.setPlainText(text)
            self._text.moveCursor(QTextCursor.MoveOperation.Start)

    def show_note(self, note: str) -> None:
        """Say beside the heading how the text relates to the model shown."""
        self._note.setText(note)

    def copy(self) -> None:
        """Copy the selected text, or all of it."""
        if self._text.textCursor().hasSelection():
            self._text.copy()
        else:
            QGuiApplication.clipboard().setText(self.text)
