"""Data steps: the list of them, and what each changes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListView,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.base import PageDialog
from app.dialogs.steps.change_view import ChangeView
from app.dialogs.steps.dialog import StepDialog
from app.dialogs.steps.kinds import OFFERS, offer_of
from app.icons import icon
from app.jobs import Worker
from app.model.step_list import Outcome, StepList, outcomes
from app.theme import scaled
from app.widgets.messages import ask_to_go_on
from app.widgets.pick_list import PickList
from app.widgets.room import fit_screen

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from app.dialogs.steps.kinds import Offer
    from app.model.step_list import Steps
    from estimation.data.steps import Step
    from estimation.data.table import Levels

_ABOUT = (
    "Steps make new variables, or keep some of the rows only. They are applied from the top down, "
    "kept in the data file, and repeated when it is made again."
)
_NONE_YET = (
    "No steps yet. Press Add to make a group mean, dummy variables or another new variable, to "
    "keep only some of the rows, or to rename a variable."
)
_CHANGED = "The data steps were changed, and are not in the data yet."
_LOST = "The changes are lost if you leave without OK."
_SAID = Qt.ItemDataRole.AccessibleTextRole


class DataStepsDialog(PageDialog):
    """Edits the steps that are applied to `base`; OK waits while one of them cannot be.

    What the steps do is worked out beside the window.  What asks for it before it is known, to
    add, to edit or to accept, is done then.
    """

    help_page = "data-steps"

    def __init__(
        self, base: Levels, steps: Steps, executor: Executor, parent: QWidget | None = None
    ) -> None:
        super().__init__("Data steps", parent)
        self._base, self._executor, self._given = base, executor, steps
        self._steps = StepList(steps)
        self._known: dict[Steps, Outcome] = {}
        self._ready, self._broken = False, ""
        self._then: Callable[[], None] | None = None
        self._worker = Worker(executor, self)
        self._worker.changed.connect(self._show_busy)
        self._list, self._view = _list(), ChangeView()
        self._make_buttons()
        self._lay_out()
        self._connect()
        self._work_out(0)

    def steps(self) -> Steps:
        """Return the steps as they are now."""
        return self._steps.steps

    def fault(self) -> str:
        """Say which step cannot be applied, and why."""
        place = self._first_faulty()
        if self._broken or place is None:
            return self._broken
        return f"Step {place + 1} cannot be applied. {self._outcome(place).fault}"

    def accept(self) -> None:
        """Accept as soon as it is known that all steps can be applied."""
        self._when_ready(self._accept_sound)

    def reject(self) -> None:
        """Ask before changes of the steps are lost."""
        if self.steps() == self._given:
            super().reject()
        else:
            ask_to_go_on(self, _CHANGED, _LOST, "&Leave", super().reject)

    def done(self, result: int) -> None:
        """Leave nothing under way."""
        self._then = None
        self._worker.cancel()
        super().done(result)

    # ------------------------------------------------------------------ the widgets

    def _make_buttons(self) -> None:
        self._add = QPushButton("&Add ▾")
        self._add.setAccessibleName("Add a step")
        self._edit, self._remove = QPushButton("Ed&it…"), QPushButton("Re&move")
        self._up = QPushButton(icon("up"), "Move &up")
        self._down = QPushButton(icon("down"), "Move &down")
        self._undo = QPushButton(icon("undo"), "U&ndo")
        self._redo = QPushButton(icon("redo"), "&Redo")
        self._undo.setToolTip("Take the last change of the steps back (Ctrl+Z)")
        self._redo.setToolTip("Make it again (Ctrl+Shift+Z)")
        self._menu = QMenu(self)
        for number, group in enumerate(OFFERS):
            if number:
                self._menu.addSeparator()
            for offer in group:
                action = self._menu.addAction(f"{offer.words}…")
                action.triggered.connect(partial(self._ask_to_add, offer))

    def _lay_out(self) -> None:
        about = QLabel(_ABOUT, wordWrap=True)
        label = QLabel("&Steps")
        label.setBuddy(self._list)
        grid = QGridLayout()
        grid.setSpacing(scaled(6))
        for column, button in enumerate((self._add, self._edit, self._remove)):
            grid.addWidget(button, 0, column)
        for column, button in enumerate((self._up, self._down)):
            grid.addWidget(button, 1, column)
        for column, button in enumerate((self._undo, self._redo)):
            grid.addWidget(button, 2, column)
        left, content = QVBoxLayout(), QWidget()
        left.setSpacing(scaled(6))
        left.addWidget(label)
        left.addWidget(self._list, 1)
        left.addLayout(grid)
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(scaled(18))
        row.addLayout(left, 4)
        row.addWidget(self._view, 5)
        self.set_content(about, content)
        fit_screen(self, scaled(900), scaled(520))

    def _connect(self) -> None:
        self._add.clicked.connect(self._open_menu)
        self._edit.clicked.connect(self._ask_to_edit)
        self._remove.clicked.connect(self._remove_step)
        self._up.clicked.connect(partial(self._move, -1))
        self._down.clicked.connect(partial(self._move, 1))
        self._undo.clicked.connect(self._take_back)
        self._redo.clicked.connect(self._make_again)
        self._list.currentRowChanged.connect(self._show_current)
        self._list.picked.connect(self._ask_to_edit)
        self._list.itemDoubleClicked.connect(self._ask_to_edit)
        QShortcut(QKeySequence("Ctrl+Z"), self, self._take_back)
        for keys in ("Ctrl+Shift+Z", "Ctrl+Y"):
            QShortcut(QKeySequence(keys), self, self._make_again)
        delete = QShortcut(QKeySequence("Del"), self._list, self._remove_step)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)

    # ------------------------------------------------------------------ changing the steps

    def _open_menu(self) -> None:
        self._menu.popup(self._add.mapToGlobal(QPoint(0, self._add.height())))

    def _ask_to_add(self, offer: Offer) -> None:
        self._when_ready(lambda: self._open_form(offer, None))

    def _ask_to_edit(self) -> None:
        self._when_ready(self._edit_current)

    def _edit_current(self) -> None:
        place = self._list.currentRow()
        if self._edit.isEnabled() and place >= 0:
            self._open_form(offer_of(self.steps()[place]), place)

    def _open_form(self, offer: Offer, place: int | None) -> None:
        """Make a step behind those that can be applied, or edit one."""
        new = place is None
        faulty = self._first_faulty()
        place = (len(self.steps()) if faulty is None else faulty) if place is None else place
        before = self._before(place)
        edited = None if new else self.steps()[place]
        dialog = StepDialog(offer, before, self._executor, edited, self)
        change = self._steps.insert if new else self._steps.replace
        dialog.accepted.connect(lambda: self._put(change, place, dialog.step()))
        dialog.help_asked.connect(self.help_asked)
        dialog.open()

    def _put(self, change: Callable[[int, Step], None], place: int, step: Step) -> None:
        change(place, step)
        self._work_out(place)

    def _remove_step(self) -> None:
        place = self._list.currentRow()
        if place >= 0:
            self._steps.remove(place)
            self._work_out(min(place, len(self.steps()) - 1))

    def _move(self, by: int) -> None:
        place = self._list.currentRow()
        if 0 <= place + by < len(self.steps()):
            self._steps.move(place, by)
            self._work_out(place + by)

    def _take_back(self) -> None:
        if self._steps.can_undo:
            self._change_back(self._steps.undo)

    def _make_again(self) -> None:
        if self._steps.can_redo:
            self._change_back(self._steps.redo)

    def _change_back(self, act: Callable[[], None]) -> None:
        """Undo or redo, and show the first step that is another now."""
        before = self.steps()
        act()
        pairs = zip(before, self.steps(), strict=False)
        same = next((place for place, (a, b) in enumerate(pairs) if a != b), None)
        last = min(len(before), len(self.steps()))
        self._work_out(min(last if same is None else same, len(self.steps()) - 1))

    def _accept_sound(self) -> None:
        if not self.fault():
            super().accept()

    # ------------------------------------------------------------------ what they do

    def _work_out(self, place: int) -> None:
        """Show the steps, that at `place` the current one, and find out what they do."""
        self._ready, self._broken = False, ""
        self._fill(place)
        known, steps = self._known, self.steps()
        self._worker.do(
            "",
            lambda listener: outcomes(self._base, steps, known, listener),
            self._take,
            self._give_up,
        )

    def _take(self, found: dict[Steps, Outcome]) -> None:
        self._known = found
        self._become_ready()

    def _give_up(self, why: str) -> None:
        self._broken = why
        self._become_ready()

    def _become_ready(self) -> None:
        self._ready = True
        faulty = self._first_faulty()
        self._fill(self._list.currentRow() if faulty is None else faulty)
        self.check()
        then, self._then = self._then, None
        if then is not None:
            then()

    def _when_ready(self, act: Callable[[], None]) -> None:
        if self._ready:
            act()
        else:
            self._then = act

    def _outcome(self, place: int) -> Outcome:
        """Return what became of a step; while that is not known, nothing."""
        return self._known.get(self.steps()[: place + 1], Outcome())

    def _first_faulty(self) -> int | None:
        places = range(len(self.steps()))
        return next((place for place in places if self._outcome(place).fault), None)

    def _before(self, place: int) -> Levels:
        after = self._outcome(place - 1).after if place else self._base
        return self._base if after is None else after

    # ------------------------------------------------------------------ showing

    def _fill(self, place: int) -> None:
        """Show the steps anew, and keep the focus where it is."""
        self._list.blockSignals(True)
        self._list.clear()
        for number, step in enumerate(self.steps()):
            self._add_item(number, step)
        self._list.setCurrentRow(place)
        self._list.blockSignals(False)
        self._show_current(place)

    def _add_item(self, place: int, step: Step) -> None:
        words = f"{place + 1}. {step.sentence()}"
        item = QListWidgetItem(words, self._list)
        item.setToolTip(words)
        fault = self._outcome(place).fault
        if fault:
            item.setIcon(icon("warning"))
            item.setForeground(self.palette().color(QPalette.ColorRole.BrightText))
            item.setToolTip(f"{words}\n{fault}")
            item.setData(_SAID, f"{words}, cannot be applied: {fault}")
        elif self._ready and not self._outcome(place).sound:
            item.setForeground(self.palette().color(QPalette.ColorRole.PlaceholderText))

    def _show_current(self, place: int) -> None:
        there = 0 <= place < len(self.steps())
        self._edit.setEnabled(there and not self._waits(place))
        self._remove.setEnabled(there)
        self._up.setEnabled(there and place > 0)
        self._down.setEnabled(there and place < len(self.steps()) - 1)
        self._undo.setEnabled(self._steps.can_undo)
        self._redo.setEnabled(self._steps.can_redo)
        if not there:
            self._view.say(_NONE_YET)
        elif self.steps()[: place + 1] in self._known:
            self._view.show_outcome(self._outcome(place))

    def _waits(self, place: int) -> bool:
        faulty = self._first_faulty()
        return faulty is not None and place > faulty

    def _show_busy(self) -> None:
        if self._worker.busy and not self._ready:
            self._view.say("Working out what the steps do…")


def _list() -> PickList:
    """Return an empty list whose long lines are broken."""
    result = PickList()
    result.setWordWrap(True)
    result.setIconSize(QSize(*[scaled(16)] * 2))
    result.setResizeMode(QListView.ResizeMode.Adjust)
    result.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return result
