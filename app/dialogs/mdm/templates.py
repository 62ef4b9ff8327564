"""Opening, saving and editing the template of a data file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.dialogs.mdm.asking import ask_for_template
from app.dialogs.mdm.template_editor import TemplateEditor
from app.jobs import Worker
from app.model.making import draft_of
from app.model.making_work import template_read, template_written
from app.widgets.messages import tell
from estimation.errors import EstimationError
from estimation.files import read_text

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from app.preferences import Memory
    from estimation.data.recipe import Recipe
    from estimation.data.template import Template


class Templates(QObject):
    """Keeps the `path` of the template at hand; `opened` brings the draft that one says.

    `saved` tells that there is another one, `help_asked` is that of the editor.
    """

    opened = Signal(object)
    saved = Signal()
    help_asked = Signal(str)

    def __init__(self, memory: Memory, executor: Executor, window: QWidget) -> None:
        super().__init__(window)
        self.path: Path | None = None
        self._memory, self._executor, self._window = memory, executor, window
        self._worker = Worker(executor, self)

    def ask(self) -> None:
        """Ask for a template, and open it."""
        ask_for_template(self._window, self._memory.folder, "", self.open)

    def open(self, path: Path) -> None:
        """Open a template."""
        self._memory.folder = path.absolute().parent
        act, done = partial(template_read, path), partial(self._take, path)
        self._worker.do("Opening the template", act, done, self._refuse)

    def ask_to_save(self, recipe: Recipe, target: Path | None) -> None:
        """Ask for a name, and save a recipe as a template."""
        name = (self.path or target or recipe.level1.path).with_suffix(".mdmt").name
        ask_for_template(
            self._window, self._memory.folder, name, lambda path: self.save(path, recipe, target)
        )

    def save(self, path: Path, recipe: Recipe, target: Path | None) -> None:
        """Save a recipe as a template."""
        if path.resolve() in [each.path.resolve() for each in recipe.sources]:
            tell(self._window, f"{path} is a file that the data come from. Choose another name.")
            return
        self._memory.folder = path.absolute().parent
        act = partial(template_written, path, recipe, target)
        self._worker.do("Saving the template", act, self._note, self._refuse)

    def edit(self) -> None:
        """Edit the template at hand as text."""
        path = self.path
        if path is None:
            return
        try:
            text = read_text(path)
        except EstimationError as error:
            tell(self._window, str(error))
            return
        editor = TemplateEditor(path, text, self._executor, self._window)
        editor.accepted.connect(lambda: self._take(path, editor.template))
        editor.help_asked.connect(self.help_asked)
        editor.open()

    def close(self) -> None:
        """Leave nothing under way."""
        self._worker.cancel()

    def _take(self, path: Path, template: Template | None) -> None:
        if template is None:
            return
        self.path = path
        self.opened.emit(draft_of(template.recipe, template.mdm_path))
        if template.warnings:
            tell(self._window, "\n".join(template.warnings))

    def _refuse(self, why: str) -> None:
        tell(self._window, why)

    def _note(self, path: Path) -> None:
        self.path = path
        self.saved.emit()
