"""The window of the help: contents, page, and the way back."""

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices, QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.help.page import PageView
from app.help.pages import PAGES, Place, title_of
from app.preferences import Memory
from app.theme import scaled

_SIZE, _MINIMUM = QSize(1040, 720), QSize(480, 320)
_windows: list["HelpWindow"] = []


def show_help(page: str = "getting-started", anchor: str = "") -> None:
    """Show a page of the help, from one of its headings if there is an anchor."""
    if not _windows:
        _windows.append(HelpWindow())
    window = _windows[0]
    window.go(Place(page if page in PAGES else PAGES[0], anchor))
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()


def close_help() -> None:
    """Close the help if it is open."""
    for window in tuple(_windows):
        window.close()


class HelpWindow(QWidget):
    """Contents on the left, the page on the right; `close` also deletes it.

    It has no parent, so that no dialog keeps the user from it, and it does not keep the program
    alive.  Its text follows the program's size, times one of its own.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setWindowTitle("Levelwise Help")
        self._memory = Memory(self)
        self._history: list[Place] = []
        self._here = -1
        self._page = PageView()
        self._contents = QListWidget()
        self._words = QLineEdit(placeholderText="Find in page", clearButtonEnabled=True)
        self._back = _button(Qt.ArrowType.LeftArrow, "Back (Alt+Left)")
        self._forward = _button(Qt.ArrowType.RightArrow, "Forward (Alt+Right)")
        self._said = QLabel()
        self._lay_out()
        self._connect()
        self._set_keys()

    @property
    def place(self) -> Place:
        """What is shown."""
        return self._history[self._here]

    def go(self, place: Place) -> None:
        """Show a place, from which Back leads to the one before."""
        self._leave()
        if self._here < 0 or place[:2] != self.place[:2]:
            self._history[self._here + 1 :] = [place]
            self._here += 1
        self._show()

    def move_on(self, steps: int) -> None:
        """Go back or forward in what was shown."""
        if 0 <= self._here + steps < len(self._history):
            self._leave()
            self._here += steps
            self._show()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave no trace but the place on the screen."""
        self._memory.keep_layout("help", self.saveGeometry())
        if self in _windows:
            _windows.remove(self)
        event.accept()

    def _leave(self) -> None:
        if self._here >= 0:
            self._history[self._here] = self.place._replace(scrolled=self._page.scrolled)

    def _show(self) -> None:
        place = self.place
        self._page.show_page(place)
        self._contents.blockSignals(True)
        self._contents.setCurrentRow(PAGES.index(place.page))
        self._contents.blockSignals(False)
        self._back.setEnabled(self._here > 0)
        self._forward.setEnabled(self._here < len(self._history) - 1)
        self._said.clear()

    def _follow(self, url: QUrl) -> None:
        """Show another page, or another site in the browser."""
        if url.scheme():
            QDesktopServices.openUrl(url)
            return
        page = url.path().removesuffix(".md") or self.place.page
        self.go(Place(page, url.fragment()))

    def _find(self, *, backward: bool = False) -> None:
        words = self._words.text()
        found = not words or self._page.find_words(words, backward=backward)
        self._said.setText("" if found else "Not on this page")

    def _ask_words(self) -> None:
        self._words.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._words.selectAll()

    def _leave_or_close(self) -> None:
        """Esc leads from the words to the page, and from the page out."""
        if self._words.hasFocus():
            self._page.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.close()

    def _lay_out(self) -> None:
        self._contents.setAccessibleName("Contents")
        self._contents.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for page in PAGES:
            item = QListWidgetItem(title_of(page), self._contents)
            item.setSizeHint(QSize(0, scaled(28)))
        self._words.setAccessibleName("Find in page")
        self._words.setMaximumWidth(scaled(260))
        self._said.setForegroundRole(QPalette.ColorRole.BrightText)
        head = QHBoxLayout()
        head.addWidget(self._back)
        head.addWidget(self._forward)
        head.addStretch()
        head.addWidget(self._said)
        head.addWidget(self._words)
        both = QSplitter(childrenCollapsible=False)
        both.addWidget(self._contents)
        both.addWidget(self._page)
        both.setStretchFactor(1, 1)
        both.setSizes([scaled(210), scaled(700)])
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addWidget(both, 1)
        self.setMinimumSize(_MINIMUM)
        self.resize(_SIZE.boundedTo(self.screen().availableSize() * 0.9))
        self.restoreGeometry(self._memory.layout("help"))
        self._page.setFocus()

    def _connect(self) -> None:
        self._contents.currentRowChanged.connect(lambda row: self.go(Place(PAGES[row])))
        self._page.anchorClicked.connect(self._follow)
        self._words.returnPressed.connect(self._find)
        self._words.textChanged.connect(lambda _words: self._said.clear())
        self._back.clicked.connect(lambda: self.move_on(-1))
        self._forward.clicked.connect(lambda: self.move_on(1))

    def _set_keys(self) -> None:
        key, page = QKeySequence.StandardKey, self._page
        for keys, act in (
            (key.Back, lambda: self.move_on(-1)),
            (key.Forward, lambda: self.move_on(1)),
            (key.Find, self._ask_words),
            (key.FindNext, self._find),
            (key.FindPrevious, lambda: self._find(backward=True)),
            (key.ZoomIn, lambda: page.zoom(1)),
            (key.ZoomOut, lambda: page.zoom(-1)),
            (key.Close, self.close),
        ):
            for sequence in QKeySequence.keyBindings(keys):
                QShortcut(sequence, self, act)
        QShortcut(QKeySequence("Ctrl+="), self, lambda: page.zoom(1))
        QShortcut(QKeySequence("Ctrl+0"), self, lambda: page.zoom(0))
        QShortcut(QKeySequence("Esc"), self, self._leave_or_close)


def _button(arrow: Qt.ArrowType, name: str) -> QToolButton:
    button = QToolButton(arrowType=arrow, autoRaise=True)
    button.setToolTip(name)
    button.setAccessibleName(name)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
