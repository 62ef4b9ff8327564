"""The dialog in which one data step is made or edited, and what it would do is shown."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.dialogs.base import PageDialog
from app.dialogs.steps.change_view import ChangeView
from app.dialogs.steps.inputs import Incomplete
from app.jobs import Worker
from app.model.step_list import Outcome, outcome
from app.model.step_sample import Sample, first_rows
from app.theme import scaled
from app.widgets.room import Scrolled, fit_screen
from estimation.errors import DataError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from app.dialogs.steps.kinds import Offer
    from estimation.data.steps import Step
    from estimation.data.table import Levels

# After the last key of a name or a number.
_SETTLED_MS = 200


class StepDialog(PageDialog):
    """Shows the form of an offer, filled with a step that is edited; `step` is what it makes.

    What the step does is worked out beside the window; OK waits for it.
    """

    help_page = "data-steps"

    def __init__(
        self,
        offer: Offer,
        before: Levels,
        executor: Executor,
        edited: Step | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(offer.title, parent)
        self._before = before
        self._form = offer.form(before, executor)
        self._view = ChangeView()
        self._worker = Worker(executor, self)
        self._worker.changed.connect(self._show_busy)
        self._settled = QTimer(self, interval=_SETTLED_MS, singleShot=True)
        self._settled.timeout.connect(self._work_out)
        self._shown: Step | None = None
        self._fault, self._hint, self._accepting = "", "", False
        self._lay_out()
        if edited is not None:
            self._form.show_step(edited)
        self._form.changed.connect(self._follow)
        self._work_out()

    def step(self) -> Step:
        """Return the step; what the dialog accepts can be applied."""
        return self._form.step()

    def fault(self) -> str:
        """Say why the step cannot be applied."""
        return self._fault

    def check(self) -> None:
        """Let OK wait for what is still to be entered, too."""
        super().check()
        if self._hint:
            self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(False)

    def accept(self) -> None:
        """Accept as soon as it is known that the step can be applied."""
        self._accepting = True
        self._settled.stop()
        self._work_out()

    def done(self, result: int) -> None:
        """Leave nothing under way."""
        self._settled.stop()
        self._worker.cancel()
        super().done(result)

    def _lay_out(self) -> None:
        explained = QLabel(self._form.explained, wordWrap=True)
        left, content = QWidget(), QWidget()
        column = QVBoxLayout(left)
        # The frame of what has the focus is a little larger than it.
        column.setContentsMargins(*[scaled(2)] * 4)
        column.setSpacing(scaled(10))
        column.addWidget(explained)
        column.addWidget(self._form)
        column.addStretch()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(scaled(18))
        row.addWidget(Scrolled(left), 4)
        row.addWidget(self._view, 5)
        self.set_content(content)
        fit_screen(self, scaled(880), scaled(self._form.height_hint))

    def _follow(self) -> None:
        """Note that something was entered."""
        self._accepting = False
        if self._read() != self._shown or self._fault or self._hint:
            self._settled.start()

    def _read(self) -> Step | None:
        """Return what is entered, if it is a step; say what is missing, or wrong."""
        self._hint = self._fault = ""
        try:
            return self._form.step()
        except Incomplete as missing:
            self._hint = str(missing)
        except DataError as error:
            self._fault = str(error)
        return None

    def _work_out(self) -> None:
        """Show what the step does, or what is missing."""
        step = self._read()
        if step is None:
            self._worker.cancel()
            self._shown = None
            self._view.say(self._hint)
            self.check()
            return
        self._worker.do("", partial(_try, self._before, step), partial(self._show, step), self._end)

    def _show(self, step: Step, result: tuple[Outcome, Sample]) -> None:
        self._shown = step
        found, sample = result
        self._fault = found.fault
        if found.fault:
            self._view.say("")
        else:
            self._view.show_outcome(found)
            self._view.show_sample(sample)
        self._finish()

    def _end(self, why: str) -> None:
        self._shown, self._fault = None, why
        self._finish()

    def _finish(self) -> None:
        self.check()
        accepting, self._accepting = self._accepting, False
        if accepting and not self._fault:
            super().accept()

    def _show_busy(self) -> None:
        if self._worker.busy:
            self._view.say("Working out what the step does…")


def _try(before: Levels, step: Step, _listener: object) -> tuple[Outcome, Sample]:
    found = outcome(before, step)
    return found, first_rows(step, found)
