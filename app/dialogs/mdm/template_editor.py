"""Edit mdmt file: a template as the text it is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QDialogButtonBox, QPlainTextEdit, QWidget

from app.dialogs.base import PageDialog
from app.jobs import Worker
from app.model.making_work import template_edited
from app.theme import scaled
from app.widgets.messages import ask_to_go_on
from app.widgets.room import fit_screen

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from pathlib import Path

    from estimation.data.template import Template


_LOST = "The changes are lost if you leave without Save."


class TemplateEditor(PageDialog):
    """Edits the text of a template; OK writes it if it can be read, which gives `template`."""

    help_page = "make-mdm"

    def __init__(
        self, path: Path, text: str, executor: Executor, parent: QWidget | None = None
    ) -> None:
        super().__init__(f"Edit mdmt file: {path.name}", parent)
        self._path, self._fault = path, ""
        self.template: Template | None = None
        self._worker = Worker(executor, self)
        self._text = QPlainTextEdit(text, tabChangesFocus=True)
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(self.font().pointSizeF())
        self._text.setFont(font)
        self._text.setAccessibleName(f"Text of {path.name}")
        self._text.textChanged.connect(self._forget_fault)
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setText("&Save")
        self.set_content(self._text)
        fit_screen(self, scaled(620), scaled(460))

    def fault(self) -> str:
        """Say why the text cannot be read as a template, or not be written."""
        return self._fault

    def accept(self) -> None:
        """Write the text, and close, if it is a template."""
        act = partial(template_edited, self._path, self._text.toPlainText())
        self._worker.do("Saving", act, self._take, self._refuse)

    def reject(self) -> None:
        """Ask before a changed text is dropped."""
        if self._text.document().isModified():
            ask_to_go_on(
                self, f"The text of {self._path.name} was changed.", _LOST, "&Leave", super().reject
            )
        else:
            super().reject()

    def done(self, result: int) -> None:
        """Leave nothing under way."""
        self._worker.cancel()
        super().done(result)

    def _take(self, template: Template) -> None:
        self.template = template
        super().accept()

    def _refuse(self, why: str) -> None:
        self._fault = why
        self.check()

    def _forget_fault(self) -> None:
        if self._fault:
            self._fault = ""
            self.check()
