"""The output pane: a tab for each run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.icons import icon
from app.theme import scaled
from app.views.find_bar import FindBar
from app.views.outline import Outline
from app.views.output_header import OutputHeader
from app.views.output_page import OutputPage
from app.views.output_tabs import OutputTabs
from app.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QKeyEvent, QResizeEvent

    from app.model.document import Output

_OTHER = "Of another model than the one shown"
_OTHER_DATA = "Of other data than those that are open"
# The outline stands beside the text where it has at least so many characters, and takes at most so
# many; the pop-up list is of so many, and fills at most this share of the pane's height.
_SLIM, _WIDE, _POPUP = 16, 30, 44
_GAP = 4
_Key = QKeySequence.StandardKey


class OutputView(QWidget):
    """The outputs, each in a tab of its own, with an outline to jump by and a bar to find.

    `chosen`, `renamed` and `closed` bring the number of an output that the user brought to the
    front, renamed or closed; `model_asked` that of the one whose model shall be shown.
    `save_asked` is for the output shown, `size_asked` brings the points to add to all text, `said`
    what was done.
    """

    chosen = Signal(int)
    renamed = Signal(int, str)
    closed = Signal(int)
    model_asked = Signal(int)
    save_asked = Signal()
    size_asked = Signal(int)
    said = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Output | None = None
        self._pages: dict[int, OutputPage] = {}
        self._points = 10.0
        self._outline_wanted = True
        self._header, self._tabs, self._banner = OutputHeader(), OutputTabs(), _Banner()
        self._outline, self._stack, self._find = Outline(), QStackedWidget(), FindBar()
        self._page_actions = self._make_page_actions()
        self._lay_out()
        self._connect()

    @property
    def text(self) -> str:
        """The text of the output shown, empty without one."""
        return self._shown.report.text if self._shown else ""

    @property
    def page(self) -> OutputPage | None:
        """The page of the output shown."""
        return self._pages.get(self._shown.number) if self._shown else None

    # ------------------------------------------------------------------ showing

    def show_outputs(
        self,
        outputs: Sequence[Output],
        shown: Output | None,
        is_current: Callable[[Output], bool],
        is_of_data: Callable[[Output], bool] = lambda _: True,
    ) -> None:
        """Show a tab for each output, that of `shown` in front; mark those of other models.

        The model of an output of other data than those that are open cannot be shown.
        """
        self._tabs.show_outputs(outputs, shown, is_current)
        self._banner.setVisible(shown is not None and not is_current(shown))
        self._banner.show_kind(of_data=shown is not None and is_of_data(shown))
        before, self._shown = self._shown, shown
        if shown is not None and (before is None or shown.report is not before.report):
            self._show_page(shown)
        self._forget({each.number for each in outputs})

    def set_size(self, points: float) -> None:
        """Set the size of the text of every output, in points before the window's zoom."""
        self._points = points
        for page in self._pages.values():
            page.set_size(self._zoomed_points)
        self._place_outline()

    @property
    def _zoomed_points(self) -> float:
        return scaled(10 * self._points) / 10

    def _show_page(self, output: Output) -> None:
        page = self._pages.get(output.number)
        if page is None:
            page = self._pages[output.number] = self._new_page(output)
        elif page.report is not output.report:
            page.show_report(output.report)
        self._stack.setCurrentWidget(page)
        self._outline.show_headings(output.report.outline)
        self._outline.follow(page.top_line)
        self._find.show_page(page)
        self._place_outline()

    def _new_page(self, output: Output) -> OutputPage:
        page = OutputPage(output.report)
        page.set_size(self._zoomed_points)
        page.addActions(self._page_actions)
        page.scrolled.connect(self._follow)
        page.size_asked.connect(self.size_asked)
        self._stack.addWidget(page)
        self.setTabOrder(self._outline, page)
        return page

    def _forget(self, kept: set[int]) -> None:
        """Delete the pages of outputs that are no more."""
        for number in self._pages.keys() - kept:
            page = self._pages.pop(number)
            if self._stack.currentWidget() is page:
                self._find.show_page(None)
            self._stack.removeWidget(page)
            page.deleteLater()

    # ------------------------------------------------------------------ acting

    def take_focus(self) -> None:
        """Let the keyboard begin at the text."""
        if self.page:
            self.page.setFocus(Qt.FocusReason.OtherFocusReason)

    def copy(self) -> None:
        """Copy the selected text, or all of it, with its format."""
        if self.page:
            self.said.emit(f"Copied {self.page.copy_or_all()}")

    def select_all(self) -> None:
        """Select the whole text."""
        if self.page:
            self.page.selectAll()

    def open_find(self) -> None:
        """Open the bar to find words."""
        if self.page:
            self._find.open()

    def find_next(self) -> None:
        """Go to the next match."""
        if self.page:
            self._find.step(forward=True)

    def find_previous(self) -> None:
        """Go to the previous match."""
        if self.page:
            self._find.step(forward=False)

    def next_tab(self) -> None:
        """Bring the next output to the front."""
        self._tabs.step(1)

    def previous_tab(self) -> None:
        """Bring the previous output to the front."""
        self._tabs.step(-1)

    def print_(self) -> None:
        """Ask for the printer, and print the output shown."""
        from app.views.output_printing import print_output  # noqa: PLC0415 - seldom used

        if self._shown:
            print_output(self._shown, self)

    def print_preview(self) -> None:
        """Show the output as it would be printed."""
        from app.views.output_printing import preview_output  # noqa: PLC0415 - seldom used

        if self._shown:
            preview_output(self._shown, self)

    def _close(self) -> None:
        if self._shown:
            self.closed.emit(self._shown.number)

    def _ask_model(self) -> None:
        if self._shown:
            self.model_asked.emit(self._shown.number)

    # ------------------------------------------------------------------ outline

    def _jump(self, line: int) -> None:
        if self.page:
            self.page.jump(line)

    def _follow(self, line: int) -> None:
        if self.sender() is self.page:
            self._outline.follow(line)

    def _spare(self) -> int:
        """Room beside the text, in characters."""
        room = self.width() - self.page.whole_width - _GAP if self.page else 0
        return room // self.fontMetrics().averageCharWidth()

    def _place_outline(self) -> None:
        """Show the outline beside the text if it is wanted and there is room for it."""
        characters = self._spare()
        beside = characters >= _SLIM
        self._outline.setFixedWidth(self._characters(min(characters, _WIDE)) if beside else 0)
        self._outline.setVisible(beside and self._outline_wanted)
        self._header.outline_button.setCheckable(beside)
        self._header.outline_button.setChecked(beside and self._outline_wanted)

    def _switch_outline(self) -> None:
        if self._spare() >= _SLIM:
            self._outline_wanted = not self._outline_wanted
            self._place_outline()
        elif self.page:
            self._open_outline(self.page)

    def _open_outline(self, page: OutputPage) -> None:
        """Open the outline as a list over the text, under its button."""
        popup = Outline(self)
        popup.setWindowFlag(Qt.WindowType.Popup)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.show_headings(page.report.outline)
        popup.follow(page.top_line)
        popup.asked.connect(self._jump)
        popup.left.connect(popup.close)
        size = QSize(self._characters(_POPUP), page.height())
        corner = self._stack.mapToGlobal(self._stack.rect().topRight())
        popup.resize(size)
        popup.move(corner.x() - size.width(), corner.y())
        popup.show()
        popup.setFocus(Qt.FocusReason.PopupFocusReason)

    def _characters(self, count: int) -> int:
        return count * self.fontMetrics().averageCharWidth()

    # ------------------------------------------------------------------ window

    def minimumSizeHint(self) -> QSize:
        """A few lines: the text scrolls."""
        bars = (self._header, self._find)
        width = max(each.minimumSizeHint().width() for each in bars)
        return QSize(width, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the outline the room that the text leaves."""
        super().resizeEvent(event)
        self._place_outline()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the zoom of the window."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.set_size(self._points)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Act by the keys that are the pane's own, while the keyboard is in it."""
        act = next((act for key, act in self._keys() if event.matches(key)), None)
        if act is None and event.key() == Qt.Key.Key_F2:
            act = self._tabs.rename
        if act is None:
            super().keyPressEvent(event)
        else:
            act()

    def _keys(self) -> tuple[tuple[QKeySequence.StandardKey, Callable[[], None]], ...]:
        return (
            (_Key.Copy, self.copy),
            (_Key.Close, self._close),
            (_Key.Find, self.open_find),
            (_Key.FindNext, self.find_next),
            (_Key.FindPrevious, self.find_previous),
            (_Key.NextChild, self.next_tab),
            (_Key.PreviousChild, self.previous_tab),
        )

    def _make_page_actions(self) -> list[QAction]:
        """The context menu of a text; the keys are those of the window's menus."""
        found = []
        for text, picture, act in (
            ("&Copy", "copy", self.copy),
            ("Select &all", "", self.select_all),
            ("&Find…", "find", self.open_find),
        ):
            action = QAction(text, self, menuRole=QAction.MenuRole.NoRole)
            if picture:
                action.setIcon(icon(picture))
            action.triggered.connect(act)
            found.append(action)
        return found

    def _lay_out(self) -> None:
        self._stack.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        middle = QHBoxLayout()
        middle.setSpacing(_GAP)
        middle.addWidget(self._outline)
        middle.addWidget(self._stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for part in (self._header, self._tabs, self._banner):
            column.addWidget(part)
        column.addLayout(middle, 1)
        column.addWidget(self._find)

    def _connect(self) -> None:
        header, tabs = self._header, self._tabs
        header.copy_button.clicked.connect(self.copy)
        header.save_button.clicked.connect(self.save_asked)
        header.find_button.clicked.connect(self.open_find)
        header.outline_button.clicked.connect(self._switch_outline)
        header.smaller_button.clicked.connect(lambda: self.size_asked.emit(-1))
        header.larger_button.clicked.connect(lambda: self.size_asked.emit(1))
        tabs.chosen.connect(self.chosen)
        tabs.renamed.connect(self.renamed)
        tabs.closed.connect(self.closed)
        self._banner.button.clicked.connect(self._ask_model)
        self._outline.asked.connect(self._jump)
        self._outline.left.connect(self.take_focus)
        self._find.closed.connect(self.take_focus)


class _Banner(QFrame):
    """Says that the text is not of the model shown."""

    def __init__(self) -> None:
        super().__init__()
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.ToolTipBase)
        note = self._note = ElidedLabel()
        note.setForegroundRole(QPalette.ColorRole.ToolTipText)
        self.button = QPushButton("Show its &model")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 4, 2)
        row.addWidget(note, 1)
        row.addWidget(self.button)
        self.hide()

    def show_kind(self, *, of_data: bool) -> None:
        """Offer the model, if it is one of the data that are open."""
        self._note.setText(_OTHER if of_data else _OTHER_DATA)
        self.button.setVisible(of_data)
