"""The bar to find words in the output shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QWidget,
)

from app.icons import icon

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QTextCursor

    from app.views.output_page import OutputPage

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_PARAGRAPH = "\u2029"  # what a text cursor has for a line feed


class FindBar(QWidget):
    """Marks every match in a page and leads from one to the next; `closed` follows Esc.

    The current match is the selected text of the page.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: OutputPage | None = None
        self._matches: list[QTextCursor] = []
        self._words = QLineEdit(placeholderText="Find in this output", clearButtonEnabled=True)
        self._words.setAccessibleName("Find in this output")
        self._words.textChanged.connect(self._seek)
        self._count = QLabel()
        self._count.setAccessibleName("Number of matches")
        self._match_case = QCheckBox("Match &case")
        self._match_case.toggled.connect(self._seek)
        self._lay_out()
        self.hide()

    @property
    def words(self) -> str:
        """What is sought."""
        return self._words.text()

    @property
    def outcome(self) -> str:
        """Which match of how many is current, or that there is none, in words."""
        return self._count.text()

    def show_page(self, page: OutputPage | None) -> None:
        """Search this page from now on; what is shown of another is shown no more."""
        if self._page is not None and self._page is not page:
            self._page.mark([])
        self._page = page
        if self.isVisible():
            self._mark()

    def open(self) -> None:
        """Show the bar, seek what is selected in the page, and take the keyboard."""
        self.show()
        chosen = self._page.textCursor().selectedText() if self._page else ""
        if chosen and _PARAGRAPH not in chosen:
            self._words.setText(chosen)
        self._seek()
        self._words.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._words.selectAll()

    def leave(self) -> None:
        """Hide the bar and its marks; the current match stays selected."""
        self.hide()
        if self._page is not None:
            self._page.mark([])
        self.closed.emit()

    def step(self, *, forward: bool) -> None:
        """Go to the next match or the previous one, round the ends; without words, ask for some."""
        if not self.words:
            self.open()
            return
        self.show()
        self._mark()
        if self._page is None or not self._matches:
            return
        cursor = self._page.textCursor()
        if forward:
            ahead = (m for m in self._matches if m.selectionStart() >= cursor.selectionEnd())
            place = next(ahead, self._matches[0])
        else:
            back = (m for m in self._matches if m.selectionEnd() <= cursor.selectionStart())
            place = max(back, key=lambda m: m.selectionStart(), default=self._matches[-1])
        self._go(place)

    def event(self, event: QEvent) -> bool:
        """Keep Esc from the menus: here it closes the bar."""
        if event.type() is QEvent.Type.ShortcutOverride and _is_escape(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes; Enter presses the button in focus, or goes on; Shift+Enter goes back."""
        focus = self.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() in _ENTER and isinstance(focus, QToolButton):
            focus.click()
        elif event.key() in _ENTER:
            self.step(forward=not event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        previous = _button("&Previous", "up", "Previous match (Shift+F3, or Shift+Enter here)")
        previous.clicked.connect(lambda: self.step(forward=False))
        following = _button("&Next", "down", "Next match (F3, or Enter here)")
        following.clicked.connect(lambda: self.step(forward=True))
        close = _button("Close the find bar", "close", "Close (Esc)")
        close.clicked.connect(self.leave)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._words, 1)
        for part in (self._count, previous, following, self._match_case, close):
            row.addWidget(part)

    def _seek(self) -> None:
        """Mark the matches, and go to the first from where the selection begins."""
        self._mark()
        if self._page is None or not self._matches:
            return
        start = self._page.textCursor().selectionStart()
        ahead = (each for each in self._matches if each.selectionStart() >= start)
        self._go(next(ahead, self._matches[0]))

    def _mark(self) -> None:
        if self._page is not None:
            case = self._match_case.isChecked()
            self._matches = self._page.matches(self.words, match_case=case)
            self._page.mark(self._matches)
        self._tell()

    def _go(self, place: QTextCursor) -> None:
        if self._page is not None:
            self._page.select(place)
        self._tell()

    def _tell(self) -> None:
        self._count.setText(self._say() if self.words and self._page else "")

    def _say(self) -> str:
        total = len(self._matches)
        if not total:
            return "No match"
        ends = [(each.selectionStart(), each.selectionEnd()) for each in self._matches]
        cursor = self._page.textCursor() if self._page else self._matches[0]
        here = cursor.selectionStart(), cursor.selectionEnd()
        if here in ends:
            return f"{ends.index(here) + 1} of {total}"
        return "1 match" if total == 1 else f"{total} matches"


def _button(text: str, picture: str, tip: str) -> QToolButton:
    button = QToolButton(autoRaise=True)
    button.setText(text)
    button.setIcon(icon(picture))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)  # its text is the mnemonic
    button.setToolTip(tip)
    button.setAccessibleName(text.replace("&", ""))
    return button


def _is_escape(event: QEvent) -> bool:
    return getattr(event, "key", lambda: None)() == Qt.Key.Key_Escape
