"""Model files: new, open, save, save as, recent ones, and the question before changes are lost."""

import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.model.document import Document, ModelFile
from app.opening import Opened, command_file, example_data, example_lesson
from app.preferences import Memory
from app.widgets.messages import ask_to_overwrite, ask_to_save, tell
from estimation.errors import EstimationError, FileError
from estimation.files import read_text, write_text
from estimation.spec import ModelSpec
from estimation.spec.command_file import CommandFile, parse
from estimation.spec.command_writing import write

_SUFFIX = ".hlm"
_Act = Callable[[], None]
_FILTERS = ["Command files (*.hlm)", "All files (*)"]


def nothing() -> None:
    """Go on with nothing."""


class ModelFiles(QObject):
    """Opens and saves the model of a document; whatever replaces it asks first.

    `opened` follows each opening, `said` tells what was done.
    """

    opened = Signal()
    said = Signal(str)

    def __init__(self, document: Document, memory: Memory, window: QWidget) -> None:
        super().__init__(window)
        self._document, self._memory, self._window = document, memory, window
        self._question: QMessageBox | None = None

    def new(self) -> None:
        """Begin an empty model on the same data."""
        self.leave(self._begin)

    def ask_open(self) -> None:
        """Ask for a command file and open it."""
        dialog = self._dialog("Open a command file", QFileDialog.AcceptMode.AcceptOpen)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.open(Path(name)))
        dialog.open()

    def open(self, path: Path) -> None:
        """Open a command file with its data."""
        path = path.absolute()
        self.leave(partial(self._open, partial(command_file, path), path))

    def open_example(self, *, finished: bool) -> None:
        """Open High School & Beyond, without a model or with the finished lesson."""
        self.leave(partial(self._open, example_lesson if finished else example_data))

    def save(self, then: _Act = nothing) -> None:
        """Write the model into its file, asking for one if it has none; `then` go on.

        It asks, too, before it writes over what another program has made of the file meanwhile.
        """
        path, content = self._document.file.path, self._document.file.content
        if path is None:
            self.save_as(then)
        elif content is not None and _differs(path, content):
            words = f"{path.name} was changed by another program since it was opened."
            ask_to_overwrite(self._window, words, partial(self._write, path, then))
        else:
            self._write(path, then)

    def save_as(self, then: _Act = nothing) -> None:
        """Ask for a file name and write the model there; `then` go on."""
        dialog = self._dialog("Save the model", QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(self._document.file.name or "model.hlm")
        dialog.fileSelected.connect(lambda name: self._save_as(Path(name), then))
        dialog.open()

    def leave(self, go_on: _Act) -> None:
        """Go on at once if nothing would be lost, else ask whether to save first; ask once."""
        if self._question is not None:
            self._question.raise_()
        elif self._document.modified:
            name = self._document.file.name or "the new model"
            self._question = ask_to_save(self._window, name, partial(self.save, go_on), go_on)
            self._question.finished.connect(self._forget_question)
        else:
            go_on()

    def _forget_question(self) -> None:
        self._question = None

    def _begin(self) -> None:
        document = self._document
        if document.data is not None:
            document.open(document.data, ModelSpec(), ModelFile(data=document.file.data))
            self.opened.emit()

    def _open(self, opener: Callable[[], Opened], path: Path | None = None) -> None:
        QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            opened = opener()
        except EstimationError as error:
            if path is not None and not os.path.exists(path):  # noqa: PTH110 - as in app.preferences
                self._memory.forget(path)
            tell(self._window, str(error))
            return
        finally:
            QGuiApplication.restoreOverrideCursor()
        file = ModelFile(opened.file_name, opened.path, opened.file, opened.files)
        self._document.open(opened.data, opened.spec, file)
        if opened.path is not None:
            self._remember(opened.path)
        self.opened.emit()
        if opened.warnings:
            tell(self._window, "\n".join(opened.warnings))

    def _save_as(self, path: Path, then: _Act) -> None:
        """Write where the user said; a name without .hlm gets it, which the dialog has not seen."""
        target = path if path.suffix.lower() == _SUFFIX else path.with_name(path.name + _SUFFIX)
        if target != path and os.path.exists(target):  # noqa: PTH110 - as in app.preferences
            words = f"{target.name} exists already."
            ask_to_overwrite(self._window, words, partial(self._write, target, then))
        else:
            self._write(target, then)

    def _write(self, path: Path, then: _Act = nothing) -> None:
        document, file = self._document, self._document.file
        path = path.absolute()
        encoding = file.content.encoding if file.content else "utf-8"
        try:
            if path.resolve() in [each.resolve() for each in file.data_paths]:
                raise FileError(f"{path} holds the data of this model. Choose another file name.")
            text = write(document.spec, document.catalogue, file.data, path.parent, file.content)
            write_text(path, text, encoding)
        except EstimationError as error:
            tell(self._window, str(error))
            return
        content = replace(parse(text, str(path)), encoding=encoding)
        document.saved(ModelFile(path.name, path, content, file.data))
        self._remember(path)
        self.said.emit(f"Saved {path.name}")
        then()

    def _remember(self, path: Path) -> None:
        self._memory.remember(path)
        self._memory.folder = path.absolute().parent

    def _dialog(self, title: str, mode: QFileDialog.AcceptMode) -> QFileDialog:
        dialog = QFileDialog(self._window, title, str(self._memory.folder))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(mode)
        dialog.setNameFilters(_FILTERS)
        return dialog


def _differs(path: Path, content: CommandFile) -> bool:
    """Whether a file is there and holds something else than what was read from it."""
    try:
        return read_text(path) != "".join(content.lines)
    except EstimationError:
        return False
