"""The welcome page: what to begin with while no data are open."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QListWidgetItem,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.icons import app_icon
from app.theme import bold, scaled
from app.views.recent_files import RecentFiles
from app.widgets.card import WIDTH, Card
from app.widgets.lets_zoom import LetsZoom

_SENTENCE = (
    "Two-level hierarchical linear models: students in schools, measures in persons. "
    "With a model for the level-1 variance."
)
_FIRST = (
    "New here? Open the example, data only, and follow <b>Getting started</b>: "
    "one model, five steps, ten minutes."
)
_OWN = "SPSS, Stata, SAS, Excel, CSV, Parquet: one file or two."
_DATA = "7185 students in 160 schools. Build the model yourself."
_LESSON = "The same data with the lesson's model, ready to run."
_FILE = "A model (.hlm), as HLM writes it, or a data file (.mdmx)."
_HELP = "The lesson step by step, with pictures (F1)."


class WelcomeView(LetsZoom, QScrollArea):
    """Ways to begin, and the recent files if there are any.

    `data_asked` is for the user's own data; `example_asked` says whether it is the finished lesson
    that is wanted.
    """

    data_asked = Signal()
    example_asked = Signal(bool)
    open_asked = Signal()
    recent_asked = Signal(Path)
    forget_asked = Signal(Path)
    help_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards = (
            Card("&New from your data…", "new", _OWN),
            Card("Open the example: &data only", "data", _DATA),
            Card("Open the example: finished &lesson", "example", _LESSON),
            Card("&Open a model or data file…", "open", _FILE),
            Card("&Getting started", "help", _HELP),
        )
        self._recent = RecentFiles()
        self._files = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._page, self._middle = QWidget(), QWidget()
        self._rows = QVBoxLayout(self._middle)
        self._lay_out()
        self._connect()
        self.show_recent(())

    def take_focus(self) -> None:
        """Let the keyboard begin at the first card."""
        self._cards[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def show_recent(self, paths: Sequence[Path]) -> None:
        """List the recent files; without any there is no list."""
        self._recent.show_paths(paths)
        self._files.setVisible(bool(paths))
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the recent files beside the cards where there is room, else below."""
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the program's font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._arrange()

    def _connect(self) -> None:
        own, data, lesson, file, getting_started = self._cards
        own.clicked.connect(self.data_asked)
        data.clicked.connect(partial(self.example_asked.emit, False))
        lesson.clicked.connect(partial(self.example_asked.emit, True))
        file.clicked.connect(self.open_asked)
        getting_started.clicked.connect(self.help_asked)
        self._recent.chosen.connect(self.recent_asked)
        self._recent.forgotten.connect(self.forget_asked)
        self._recent.currentItemChanged.connect(self._reveal_current)

    def _lay_out(self) -> None:
        self._columns.addWidget(self._begin())
        self._columns.addWidget(self._fill_files())
        middle = self._rows
        middle.setContentsMargins(0, 0, 0, 0)
        middle.addStretch(1)
        middle.addWidget(_Head())
        middle.addLayout(self._columns)
        middle.addStretch(2)
        page = self._page
        row = QHBoxLayout(page)
        row.addStretch()
        row.addWidget(self._middle)
        row.addStretch()
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Welcome")

    def _begin(self) -> QWidget:
        drop = QLabel("or drop a file here, or the files of both levels together")
        drop.setWordWrap(True)
        drop.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        drop.setIndent(scaled(4))
        return _column(QLabel("<b>Begin</b>"), *self._cards[:4], drop, self._cards[4])

    def _fill_files(self) -> QWidget:
        title = QLabel("Re&cent files")
        title.setFont(bold(title.font()))
        title.setBuddy(self._recent)
        self._files = _column(title, self._recent)
        return self._files

    def _arrange(self) -> None:
        gap, margin, column = scaled(28), scaled(20), scaled(WIDTH)
        room = self.viewport().width() - 2 * margin
        beside = room >= 2 * column + gap and not self._files.isHidden()
        way = QBoxLayout.Direction
        self._columns.setDirection(way.LeftToRight if beside else way.TopToBottom)
        self._columns.setSpacing(gap)
        self._rows.setContentsMargins(0, margin, 0, margin)
        self._rows.setSpacing(margin)
        self._middle.setFixedWidth(2 * column + gap if beside else min(column, room))

    def _reveal_current(self, item: QListWidgetItem | None) -> None:
        if item is not None and self._recent.hasFocus():
            place = self._recent.visualItemRect(item)
            corner = self._recent.viewport().mapTo(self._page, place.center())
            self.ensureVisible(corner.x(), corner.y(), 0, place.height())


class _Head(QWidget):
    """Icon, name and purpose of the program, and what to do first."""

    def __init__(self) -> None:
        super().__init__()
        name = QLabel("<span style='font-size:xx-large; font-weight:600'>Levelwise</span>")
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(_Logo())
        row.addSpacing(scaled(6))
        row.addWidget(name)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        for words in (_SENTENCE, _FIRST):
            label = QLabel(words, wordWrap=True)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)


class _Logo(QWidget):
    """The program's icon, as large as the text asks and sharp on every screen."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = app_icon()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Some three lines of text high."""
        return QSize(1, 1) * scaled(44)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        self._icon.paint(QPainter(self), self.rect())


def _column(*parts: QWidget) -> QWidget:
    """Put parts below each other; the room below is nobody's."""
    result = QWidget()
    column = QVBoxLayout(result)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    for part in parts:
        column.addWidget(part)
    column.addStretch()
    return result
