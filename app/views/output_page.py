"""The text of one output, to be read, searched and copied."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QFontDatabase,
    QFontInfo,
    QGuiApplication,
    QPalette,
    QTextCursor,
    QTextDocument,
    QWheelEvent,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from app.theme import mixed
from app.wheel import Notches
from app.widgets.lets_zoom import LetsZoom

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData

    from app.model.document import Report

COLUMNS = 98  # the width of every output
_FAMILIES = (
    "Cascadia Mono",
    "Consolas",
    "SF Mono",
    "Menlo",
    "DejaVu Sans Mono",
    "Liberation Mono",
)
# A copied text is at most this large, and small enough for its lines to fit between the margins
# of a sheet: 450 points, and a character of these fonts is 0.6 of its size wide.
_COPY_SIZE, _COPY_WIDTH, _CHARACTER = 10.0, 450, 0.602
_MARK = 0.4  # share of the colour of selected text in the marks of what was found
_Move = QTextCursor.MoveOperation


def output_font(points: float) -> QFont:
    """Return the monospaced font of outputs."""
    font = QFont()
    font.setFamilies([*_installed(), "monospace"])
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setFixedPitch(True)
    font.setPointSizeF(points)
    return font


class OutputPage(LetsZoom, QPlainTextEdit):
    """Shows a report; `scrolled` brings the line at the top.

    `size_asked` asks for so many points more, by Ctrl+Shift and the wheel; Ctrl and the wheel
    alone is left to the window.
    """

    scrolled = Signal(int)
    size_asked = Signal(int)

    def __init__(self, report: Report, parent: QWidget | None = None) -> None:
        super().__init__(parent, readOnly=True)
        self._wheel = Notches()
        self._marked: list[QTextCursor] = []
        self._end = 0
        self.setAccessibleName("Output")
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        # Selecting and moving by keyboard too, not by mouse only.
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.verticalScrollBar().valueChanged.connect(self._tell_scrolled)
        self._keep_selection_strong()
        self.show_report(report)

    def show_report(self, report: Report) -> None:
        """Show another report from its beginning; of a failed run, why it failed."""
        self.report = report
        self._marked = []
        self.setCenterOnScroll(False)
        self.setPlainText(report.text)
        titles = [each.line for each in report.outline if each.level == 1]
        if report.analysis is None and titles:
            self.jump(titles[-1] - 1)

    def set_size(self, points: float) -> None:
        """Set the size of the text; the line at the top stays there."""
        self.setFont(output_font(points))

    @property
    def whole_width(self) -> int:
        """The width at which no line is cut."""
        text = self.fontMetrics().horizontalAdvance("0" * (COLUMNS + 1))
        margins = 2 * int(self.document().documentMargin()) + 2 * self.frameWidth()
        return text + margins + self.verticalScrollBar().sizeHint().width()

    # ------------------------------------------------------------------ places

    @property
    def top_line(self) -> int:
        """The line at the top, counted from 0."""
        return self.firstVisibleBlock().blockNumber()

    def jump(self, line: int) -> None:
        """Put a line at the top, even one of the last; the cursor goes there, too."""
        self.setTextCursor(QTextCursor(self.document().findBlockByNumber(line)))
        bar = self.verticalScrollBar()
        bar.setValue(0)
        if line > bar.maximum() and not self.centerOnScroll():
            # With this setting the text may be scrolled beyond its end.
            self._end = bar.maximum()
            self.setCenterOnScroll(True)
        bar.setValue(line)

    def select(self, place: QTextCursor) -> None:
        """Select a place and bring it into view; from out of sight it comes to the middle."""
        line = place.block().blockNumber()
        shown = self.viewport().height() // self.fontMetrics().lineSpacing()
        seen = self.top_line <= line < self.top_line + shown
        self.setTextCursor(place)
        if not seen:
            self.centerCursor()

    # ------------------------------------------------------------------ finding

    def matches(self, words: str, *, match_case: bool) -> list[QTextCursor]:
        """Every place where the words stand."""
        flags = QTextDocument.FindFlag(0)
        if match_case:
            flags |= QTextDocument.FindFlag.FindCaseSensitively
        found = []
        place = QTextCursor(self.document())
        while words and not (place := self.document().find(words, place, flags)).isNull():
            found.append(QTextCursor(place))
        return found

    def mark(self, places: list[QTextCursor]) -> None:
        """Mark these places and no others."""
        self._marked = places
        marks = []
        background = mixed(
            self.palette().color(QPalette.ColorGroup.Active, QPalette.ColorRole.Highlight),
            self.palette().color(QPalette.ColorGroup.Active, QPalette.ColorRole.Base),
            _MARK,
        )
        for place in places:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = place
            mark.format.setBackground(background)
            marks.append(mark)
        self.setExtraSelections(marks)

    # ------------------------------------------------------------------ copying

    def copy_or_all(self) -> str:
        """Copy the selected text, or all of it, with its format; say which of the two."""
        chosen = self._chosen()
        QGuiApplication.clipboard().setMimeData(self._mime(chosen or self.report.text))
        return "the selected text" if chosen else "the whole output"

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copy as text, and as HTML whose columns stay where they are."""
        return self._mime(self._chosen())

    def _chosen(self) -> str:
        return self.textCursor().selection().toPlainText()

    def _mime(self, text: str) -> QMimeData:
        longest = max(map(len, text.split("\n")))
        fitting = _COPY_WIDTH / (_CHARACTER * max(longest, 1))
        size = min(_COPY_SIZE, int(2 * fitting) / 2)
        family = QFontInfo(self.font()).family()
        style = f"font-family: '{family}', 'Courier New', monospace; font-size: {size:g}pt"
        # Qt makes the object: the clipboard, which outlives Python, crashes on deleting ours.
        result = super().createMimeDataFromSelection()
        result.text()  # has Qt fill it now: later it would be over what follows
        for each in result.formats():
            result.removeFormat(each)
        result.setText(text)
        result.setHtml(f'<pre style="{escape(style)}">{escape(text)}</pre>')
        return result

    # ------------------------------------------------------------------ events

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; ask for another size; leave Ctrl to the window."""
        keys = Qt.KeyboardModifier
        if event.modifiers() == keys.ControlModifier | keys.ShiftModifier:
            event.accept()
            if steps := self._wheel.turn(event):
                self.size_asked.emit(steps)
        else:
            super().wheelEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Mark in the colours of another palette."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._keep_selection_strong()
            self.mark(self._marked)

    def _keep_selection_strong(self) -> None:
        """Show what is selected as clearly while the keyboard is elsewhere: in the find bar."""
        colours, inactive = self.palette(), QPalette.ColorGroup.Inactive
        for role in (QPalette.ColorRole.Highlight, QPalette.ColorRole.HighlightedText):
            colours.setColor(inactive, role, colours.color(QPalette.ColorGroup.Active, role))
        if colours != self.palette():  # else this event would follow from itself
            self.setPalette(colours)

    def _tell_scrolled(self, value: int) -> None:
        if self.centerOnScroll() and value <= self._end:
            self.setCenterOnScroll(False)
        self.scrolled.emit(self.top_line)


@cache
def _installed() -> list[str]:
    """Return those of our families that are there: macOS warns of others."""
    return [each for each in _FAMILIES if QFontDatabase.hasFamily(each)]
