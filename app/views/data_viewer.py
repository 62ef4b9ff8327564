"""The data viewer: the rows of both levels in a window of their own."""

from concurrent.futures import Executor

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QCompleter,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from app.theme import scaled
from app.views.data.pane import LevelPane
from app.views.data.sheet import sheet
from app.widgets.beside import Beside
from app.widgets.cell_menu import named
from app.widgets.elided_label import ElidedLabel
from estimation.data import TwoLevelData

_SIZE = QSize(980, 640)
# Up to so many units, their IDs are offered while one is typed.
_OFFERED = 10_000
_PLAIN = QPalette.ColorRole.WindowText
_KEPT = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape}

_TITLES = {1: "Level-&1 rows", 2: "Level-&2 units"}


class DataViewer(Beside):
    """Shows the rows of data; columns are loaded and rows arranged in the executor."""

    help_page = "data-viewer"
    layout_name = "data viewer"

    def __init__(
        self, data: TwoLevelData, executor: Executor, parent: QWidget | None = None
    ) -> None:
        super().__init__(f"Data: {data.name}", None, parent)
        self._panes = {level: LevelPane(sheet(data, level), executor) for level in (1, 2)}
        self._tabs, self._stack = QTabBar(usesScrollButtons=False), QStackedWidget()
        self._labels, self._unit = QCheckBox("Value &labels"), _UnitField(data)
        self._words, self._remark = QLabel(), ElidedLabel()
        self._lay_out(data.id_name)
        self._connect()
        self._show_words()
        self.take_place(_SIZE)
        self._enter_table()

    @property
    def pane(self) -> LevelPane:
        """The level in front."""
        return self._panes[self._tabs.currentIndex() + 1]

    def show_unit(self, level: int, unit: int) -> None:
        """Show the unit at a position, at level 1 its rows."""
        self._tabs.setCurrentIndex(level - 1)
        self._panes[level].go_to_unit(unit)

    def close_jobs(self) -> None:
        """Leave nothing to the worker."""
        for pane in self._panes.values():
            pane.close_jobs()

    def _go_to_unit(self) -> None:
        """Show the unit whose ID is entered, at the level in front."""
        pane, text = self.pane, self._unit.text()
        unit = pane.sheet.find_unit(text)
        if unit is None:
            words = f"There is no unit {text.strip()}." if text.strip() else "Enter a unit's ID."
            pane.remark, pane.is_fault = words, True
            self._show_words()
            self._unit.selectAll()
        else:
            pane.go_to_unit(unit)

    def _show_pane(self) -> None:
        self._stack.setCurrentWidget(self.pane)
        self._mark_tabs()
        if not self._tabs.hasFocus():
            self._enter_table()
        self._show_words()

    def _mark_tabs(self) -> None:
        """Mark the level in front as the variables column does: colours alone do not tell."""
        for place, title in enumerate(_TITLES.values()):
            marked = f">> {title} <<" if place == self._tabs.currentIndex() else title
            self._tabs.setTabText(place, marked)

    def _show_words(self) -> None:
        role = QPalette.ColorRole.BrightText if self.pane.is_fault else _PLAIN
        self._words.setText(self.pane.words)
        self._remark.setForegroundRole(role)
        self._remark.setText(self.pane.remark)

    def _lay_out(self, id_name: str) -> None:
        for level in _TITLES:
            self._tabs.addTab("")
            self._stack.addWidget(self._panes[level])
        self._mark_tabs()
        head, foot = QHBoxLayout(), QHBoxLayout()
        go_to = QLabel(f"&Go to {named(id_name)}:")
        go_to.setBuddy(self._unit)
        head.addWidget(self._tabs)
        head.addStretch()
        head.addWidget(self._labels)
        head.addSpacing(scaled(12))
        head.addWidget(go_to)
        head.addWidget(self._unit)
        foot.addWidget(self._words)
        foot.addSpacing(scaled(12))
        foot.addWidget(self._remark, 1)
        foot.addWidget(self.buttons)
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addWidget(self._stack, 1)
        column.addLayout(foot)
        self._tabs.setAccessibleName("Level")
        self._labels.setToolTip("Show what values mean in place of the values")

    def _connect(self) -> None:
        self._tabs.currentChanged.connect(self._show_pane)
        self._unit.returnPressed.connect(self._go_to_unit)
        self._unit.left.connect(self._enter_table)
        self.finished.connect(self.close_jobs)
        for pane in self._panes.values():
            pane.said.connect(self._show_words)
            pane.unit_asked.connect(self.show_unit)
            self._labels.toggled.connect(lambda on, it=pane: it.show_labels(on=on))
        self.set_keys(
            {
                "Ctrl+F": self._ask_condition,
                "Ctrl+G": self._ask_unit,
                "Ctrl+C": self._copy,
                "Ctrl+Space": self._select_column,
            }
        )

    def _ask_unit(self) -> None:
        self._unit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._unit.selectAll()

    def _ask_condition(self) -> None:
        self.pane.filter.take_focus()

    def _enter_table(self) -> None:
        self.pane.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _copy(self) -> None:
        self.pane.copy()

    def _select_column(self) -> None:
        self.pane.table.select_current_column()


class _UnitField(QLineEdit):
    """Takes the ID of a unit; `left` follows Esc."""

    left = Signal()

    def __init__(self, data: TwoLevelData) -> None:
        super().__init__()
        self.setAccessibleName(f"Go to {data.id_name}")
        self.setMaximumWidth(scaled(140))
        if data.n_units <= _OFFERED:
            self.setCompleter(QCompleter(data.unit_ids, self))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep Enter and Esc from the window, which would close."""
        super().keyPressEvent(event)
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        if event.key() in _KEPT:
            event.accept()
