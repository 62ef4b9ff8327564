"""Make MDM: from the user's own files to a two-level data file."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QWidget,
)

from app.dialogs.base import PageDialog
from app.dialogs.choose_variables import ChooseVariablesDialog
from app.dialogs.join_report import JoinReportDialog
from app.dialogs.mdm.asking import ask_for_sources, ask_for_target
from app.dialogs.mdm.form import MakeForm
from app.dialogs.mdm.result_box import ResultBox
from app.dialogs.mdm.session import Session
from app.dialogs.mdm.templates import Templates
from app.dialogs.text_format import TextFormatDialog
from app.model import making, making_words
from app.model.making_work import catalogue_of
from app.theme import scaled
from app.widgets.messages import ask_to_go_on, ask_to_overwrite
from app.widgets.room import Scrolled, fit_screen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent

    from app.dialogs.mdm.level_box import LevelBox
    from app.model.making import Draft
    from app.preferences import Memory
    from estimation.data.recipe import Recipe
    from estimation.data.steps import Step
    from estimation.data.table import Levels

_Button, _Role = QDialogButtonBox.StandardButton, QDialogButtonBox.ButtonRole
_BEGIN = (
    "Choose the level-1 file by Browse, or drop the files of both levels here. The rest is "
    "filled in, and can be changed."
)
_TOO_MANY = "A data file is made of one or two files. Choose the level-1 and the level-2 file only."
# Room for more words in the summary, at 100 %.
_SLACK = 20
# So long after the end of work a key may still mean to cancel it.
_JUST_MS = 700
_STOPPED = "Cancelled. Nothing was written."
_EXCHANGE, _GO_ON = "E&xchange the files", "Go on"
_LEAVE = "The data file was not made as it is entered here."
_LOST = "What you entered is lost when you leave. Save mdmt file would keep it."


class MakeMdmDialog(PageDialog):
    """HLM's dialog of that name; everything follows the draft of its session.

    `made` brings each data file that was written.
    """

    help_page = "make-mdm"
    buttons = (_Button.Help,)
    made = Signal(object)

    def __init__(
        self,
        memory: Memory,
        executor: Executor,
        parent: QWidget | None = None,
        recipe: Recipe | None = None,
        path: Path | None = None,
    ) -> None:
        super().__init__("Make MDM - HLM2", parent)
        self._memory, self._executor = memory, executor
        draft = making.draft_of(recipe, path) if recipe is not None else making.Draft()
        self._session = Session(executor, draft, self)
        self._templates = Templates(memory, executor, self)
        self._kept, self._said, self._type_chosen = draft, "", ""
        self._just_done = QTimer(self, interval=_JUST_MS, singleShot=True)
        self._make_widgets()
        self._connect()
        self.setAcceptDrops(True)
        self._form.levels[0].browse.setFocus()
        self._session.begin()
        self._show()
        fit_screen(self, scaled(900), self.sizeHint().height() + scaled(_SLACK))

    def take_files(self, paths: Sequence[Path]) -> None:
        """Take files that were dropped: a template, one file, or those of both levels."""
        if len(paths) == 1 and paths[0].suffix.lower() == ".mdmt":
            self._templates.open(paths[0])
        elif len(paths) == 1:
            self._take(1, paths)
        elif paths:
            self._take_both(paths)

    def reject(self) -> None:
        """Cancel what is under way or, if nothing is, leave."""
        if self._session.working:
            self._session.cancel()
        elif not self._just_done.isActive():  # else it is meant for what was under way
            self._leave()

    def done(self, result: int) -> None:
        """Leave nothing under way."""
        self._session.close()
        self._templates.close()
        super().done(result)
        if window := self.parentWidget():  # which some window managers leave without the keyboard
            window.activateWindow()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin where the focus is, though the screen may be short."""
        super().showEvent(event)
        self._scrolled.ensureWidgetVisible(self._form.levels[0])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if _dropped(event) and not self._session.writing:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the files; a single one on the level-2 specification is for level 2."""
        event.acceptProposedAction()
        paths, box = _dropped(event), self._form.levels[1]
        place = box.mapFrom(self, event.position().toPoint())
        if len(paths) == 1 and self._draft.level1 and box.rect().contains(place):
            self._take(2, paths)
        else:
            self.take_files(paths)

    # ------------------------------------------------------------------ the widgets

    def _make_widgets(self) -> None:
        self._form, self._result = MakeForm(self), ResultBox()
        self._make, self._stats, self._done = (
            self._buttons.addButton(text, _Role.ActionRole)
            for text in ("&Make MDM", "Chec&k Stats", "&Done")
        )
        self._stats.setToolTip("Descriptive statistics of the variables of both levels")
        self._make.setDefault(True)
        self._scrolled = Scrolled(self._form)
        self.set_content(self._scrolled, self._result)

    def _connect(self) -> None:
        session, templates, form = self._session, self._templates, self._form
        session.changed.connect(self._show)
        session.progressed.connect(self._show_result)
        session.made.connect(self._tell_made)
        templates.opened.connect(self._edit)
        templates.saved.connect(self._show_template)
        templates.help_asked.connect(self.help_asked)
        form.template.open_asked.connect(templates.ask)
        form.template.save_asked.connect(self._save_template)
        form.template.edit_asked.connect(templates.edit)
        form.name.edited.connect(lambda name: self._edit(replace(self._draft, target=name)))
        form.name.browse_asked.connect(self._ask_target)
        form.name.type.activated.connect(self._note_type)
        form.structure.chosen.connect(lambda it: self._edit(replace(self._draft, structure=it)))
        form.missing.chosen.connect(lambda it: self._edit(replace(self._draft, missing=it)))
        for box in form.levels:
            self._connect_level(box)
        form.levels[1].one_file_asked.connect(
            lambda: self._edit(making.without_level2(self._draft))
        )
        form.steps.clicked.connect(lambda: session.base(self._open_steps))
        self._result.report_asked.connect(self._open_report)
        self._result.cancel_asked.connect(session.cancel)
        self._result.remedy_asked.connect(self._remedy)
        self._make.clicked.connect(lambda: session.begin(self._check_target))
        self._stats.clicked.connect(lambda: session.begin(self._open_stats))
        self._done.clicked.connect(self._leave)

    def _connect_level(self, box: LevelBox) -> None:
        level = box.level
        box.browse_asked.connect(partial(self._ask_source, level))
        box.format_asked.connect(partial(self._open_format, level))
        box.choose_asked.connect(partial(self._open_choice, level))
        box.sheet_chosen.connect(partial(self._read_otherwise, level))

    # ------------------------------------------------------------------ what is entered

    @property
    def _draft(self) -> Draft:
        return self._session.draft

    def _edit(self, draft: Draft) -> None:
        if draft != self._draft:
            self._said = ""
            self._make.setDefault(True)
            self._session.edit(draft)

    def _ask_source(self, level: int) -> None:
        title = f"Level-{level} file"
        done = partial(self._take, level)
        ask_for_sources(self, self._memory.folder, title, self._type_chosen, done)

    def _take(self, level: int, paths: Sequence[Path]) -> None:
        if len(paths) > 1:
            self._take_both(paths)
            return
        self._memory.folder = paths[0].absolute().parent
        draft = making.with_file(self._draft, level, paths[0].absolute())
        one = self._session.file(draft.level1)
        self._edit(making.with_other_sheet(draft, one.sheets if one and level == 2 else ()))

    def _take_both(self, paths: Sequence[Path]) -> None:
        if len(paths) > 2:
            self._session.say(_TOO_MANY)
            return
        self._memory.folder = paths[0].absolute().parent
        self._edit(making.with_files(self._draft, *(each.absolute() for each in paths)))

    def _note_type(self) -> None:
        self._type_chosen = self._form.name.type.currentData()

    def _read_otherwise(self, level: int, sheet: str) -> None:
        source = self._draft.source(level)
        if source is not None:
            self._edit(making.with_source(self._draft, level, replace(source, sheet=sheet)))

    def _open_format(self, level: int) -> None:
        source = self._draft.source(level)
        if source is None:
            return
        dialog = TextFormatDialog(source, self._executor, self)
        dialog.help_asked.connect(self.help_asked)
        dialog.accepted.connect(
            lambda: self._edit(
                making.with_source(self._draft, level, replace(source, text=dialog.text()))
            )
        )
        dialog.open()

    def _open_choice(self, level: int) -> None:
        if self._session.found is None:
            return
        dialog = ChooseVariablesDialog(self._draft, self._session.found, level, self)
        dialog.help_asked.connect(self.help_asked)
        dialog.accepted.connect(
            lambda: self._edit(
                making.with_choice(self._draft, level, dialog.id_name, dialog.variables)
            )
        )
        dialog.open()

    def _ask_target(self) -> None:
        path = making.target_path(self._draft)
        folder = path.parent if path and path.parent.is_dir() else self._memory.folder
        name = path.name if path else "data.mdmx"
        done = lambda chosen: self._edit(making.with_target(self._draft, chosen))  # noqa: E731
        ask_for_target(self, folder, name, done)

    def _save_template(self) -> None:
        if self._session.found is not None:
            recipe = making.recipe_of(self._draft, self._session.found)
            self._templates.ask_to_save(recipe, making.target_path(self._draft))

    def _open_steps(self, base: Levels) -> None:
        from app.dialogs.data_steps import DataStepsDialog  # noqa: PLC0415 - loads what data need

        dialog = DataStepsDialog(base, self._draft.steps, self._executor, self)
        dialog.help_asked.connect(self.help_asked)
        dialog.accepted.connect(lambda: self._take_steps(dialog.steps()))
        dialog.open()

    def _take_steps(self, steps: tuple[Step, ...]) -> None:
        self._edit(replace(self._draft, steps=steps))

    # ------------------------------------------------------------------ what is done with it

    def _check_target(self) -> None:
        """Write the data file, unless there is a reason not to."""
        fault, path = making.target_fault(self._draft), making.target_path(self._draft)
        if fault or path is None:
            self._session.say(fault)
            self._form.name.name.setFocus()
        elif os.path.lexists(path):
            words = f"{path.name} is there already, in {path.parent}."
            ask_to_overwrite(self, words, partial(self._write, path))
        else:
            self._write(path)

    def _write(self, path: Path) -> None:
        self._session.write(path)
        self._show()

    def _tell_made(self, path: Path) -> None:
        self._kept, made = self._draft, self._session.assembled
        counts = making_words.summary(made.report).splitlines()[0] if made is not None else ""
        self._said = f"{path.name} is made. {counts}"
        self._show()
        self._done.setDefault(True)
        self._done.setFocus()
        self.made.emit(path)

    def _open_stats(self) -> None:
        from app.dialogs.stats import StatsDialog  # noqa: PLC0415 - loads what data need

        made, path = self._session.assembled, making.target_path(self._draft)
        if made is not None:
            name = path.name if path else "data"
            dialog = StatsDialog(catalogue_of(made, name), name, self._memory, self)
            dialog.help_asked.connect(self.help_asked)
            dialog.show()

    def _open_report(self) -> None:
        made, path = self._session.assembled, making.target_path(self._draft)
        if made is not None:
            name = path.stem if path else "data"
            dialog = JoinReportDialog(made.report, self._memory, self, name)
            dialog.help_asked.connect(self.help_asked)
            dialog.show()

    def _remedy(self) -> None:
        if self._session.stopped:
            self._session.begin()
            self._show()
        else:
            self._edit(making.exchanged(self._draft))

    def _leave(self) -> None:
        """Leave; ask if that loses more than a few clicks."""
        if self._draft != self._kept and making.worth_keeping(self._draft):
            ask_to_go_on(self, _LEAVE, _LOST, "&Leave", super().reject)
        else:
            super().reject()

    # ------------------------------------------------------------------ showing

    def _show(self) -> None:
        session = self._session
        self._show_template()
        self._form.show_session(session, find_type=not self._type_chosen)
        for button in (self._make, self._stats):
            button.setEnabled(self._draft.level1 is not None and not session.writing)
        self._done.setEnabled(not session.writing)
        self._show_result()

    def _show_template(self) -> None:
        can_save = self._session.found is not None
        self._form.template.show_template(self._templates.path, can_save=can_save)

    def _show_result(self) -> None:
        session, result = self._session, self._result
        found, made = session.found, session.assembled
        result.offer_report(there=made is not None)
        if session.worker.busy:
            self._just_done.start()
            result.show_work(session.worker.reading.words, session.worker.reading.share)
        elif session.working:  # for a moment only
            return
        elif session.fault:
            swapped = found is not None and found.swapped
            result.say(session.fault, fault=True, remedy=_EXCHANGE if swapped else "")
        elif session.stopped:
            result.say(_STOPPED, remedy=_GO_ON)
        elif self._said or made is None or found is None:
            result.say(self._said or _BEGIN)
        else:
            words = making_words.summary(made.report), making_words.advice(self._draft, found)
            result.say("\n".join(filter(None, words)))
        self._make_room()


def _dropped(event: QDropEvent) -> list[Path]:
    return [Path(each.toLocalFile()) for each in event.mimeData().urls() if each.isLocalFile()]
