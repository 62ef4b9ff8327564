"""Model files: new, open, save, save as, recent ones, and the question before changes are lost."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.model.document import Document, ModelFile
from app.opening import (
    Kind,
    Opened,
    command_file,
    data_file,
    example_data,
    example_lesson,
    kind_of,
    source_filters,
)
from app.widgets.messages import ask_to_overwrite, ask_to_save, tell
from estimation.errors import EstimationError, FileError
from estimation.files import read_text, write_text
from estimation.spec import ModelSpec
from estimation.spec.command_file import CommandFile, parse
from estimation.spec.command_writing import write

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.jobs import Worker
    from app.preferences import Memory
    from estimation.progress import Watcher

    _Act = Callable[[], None]
    _Opener = Callable[[Watcher], Opened]

_SUFFIX = ".hlm"
_MODELS, _DATA, _TEMPLATES = "Models (*.hlm)", "Data files (*.mdmx)", "Templates (*.mdmt)"
_ALL = "All files (*)"
_TOGETHER = (
    "Give one file, or two that hold the rows of level 1 and of level 2, such as students.sav and "
    "schools.sav."
)


def nothing() -> None:
    """Go on with nothing."""


class ModelFiles(QObject):
    """Opens and saves the model of a document; whatever replaces it asks first.

    Files are read by `worker` beside the window; the document changes when they are there.
    `opened` follows each opening, `said` tells what was done.  Files that data are yet to be made
    of, and templates, go to `sources_asked`.
    """

    opened = Signal()
    said = Signal(str)
    sources_asked = Signal(list)

    def __init__(self, document: Document, memory: Memory, worker: Worker, window: QWidget) -> None:
        super().__init__(window)
        self._document, self._memory, self._window = document, memory, window
        self._worker = worker
        self._question: QMessageBox | None = None

    def new(self) -> None:
        """Begin an empty model on the same data."""
        self.leave(self._begin)

    def ask_open(self) -> None:
        """Ask for a file of any kind and open it."""
        known = [_SUFFIX, Kind.DATA.value, Kind.TEMPLATE.value]
        ours, sources = " ".join(f"*{each}" for each in known), source_filters()
        everything = f"All that can be opened ({ours} {sources.suffixes})"
        self._ask("Open", [everything, _MODELS, _DATA, _TEMPLATES, *sources.filters, _ALL])

    def ask_model(self) -> None:
        """Ask for a command file and open it."""
        self._ask("Edit/Run old command (.hlm) file", [_MODELS, _ALL])

    def ask_data(self) -> None:
        """Ask for a data file (.mdmx) and begin a model on it."""
        self._ask("Create a new model using an existing MDM file", [_DATA, _ALL])

    def open(self, path: Path) -> None:
        """Open a file: a model, data for a new one, or what data can be made of."""
        path = path.absolute()
        try:
            kind = kind_of(path)
        except FileError as error:
            self._fail(path, str(error))
            return
        if kind in {Kind.SOURCE, Kind.TEMPLATE}:
            self.sources_asked.emit([path])
        else:
            opener = command_file if kind is Kind.MODEL else data_file
            self.leave(partial(self._open, partial(opener, path), path))

    def open_all(self, paths: list[Path]) -> None:
        """Open what was dropped: one file of any kind, or two that data are made of together."""
        if len(paths) == 1:
            self.open(paths[0])
            return
        try:
            kinds = {kind_of(each) for each in paths}
        except FileError as error:
            tell(self._window, str(error))
            return
        if len(paths) == 2 and kinds == {Kind.SOURCE}:
            self.sources_asked.emit(paths)
        else:
            names = ", ".join(each.name for each in paths)
            tell(self._window, f"{names} cannot be opened together. {_TOGETHER}")

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
        dialog = self._dialog("Save the model", QFileDialog.AcceptMode.AcceptSave, [_MODELS, _ALL])
        dialog.selectFile(self._document.file.name or "model.hlm")
        dialog.fileSelected.connect(lambda name: self._save_as(Path(name), then))
        self.opened.connect(dialog.reject)  # another model is shown by then
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
            file = ModelFile(data=document.file.data)
            document.open(document.data, ModelSpec(), file, document.stored)
            self.opened.emit()

    def _ask(self, title: str, filters: list[str]) -> None:
        dialog = self._dialog(title, QFileDialog.AcceptMode.AcceptOpen, filters)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.open(Path(name)))
        dialog.open()

    def _open(self, opener: _Opener, path: Path | None = None) -> None:
        """Read in the worker, and show what it brings."""
        name = path.name if path else "the example"
        work = partial(_read, opener, digest=bool(self._document.outputs))
        show = partial(self._arrive, self._document.spec, path)
        self._worker.do(f"Opening {name}", work, show, partial(self._fail, path))

    def _arrive(self, left: ModelSpec, path: Path | None, opened: Opened) -> None:
        """Show what was read; ask again if the model was changed after it was left."""
        if self._document.spec == left:
            self._show(path, opened)
        else:
            self.leave(partial(self._show, path, opened))

    def _show(self, path: Path | None, opened: Opened) -> None:
        home = opened.path.parent if opened.path else None
        file = ModelFile(opened.file_name, opened.path, opened.file, opened.files, home)
        self._document.open(opened.data, opened.spec, file, opened.stored)
        if path is not None and (opened.path or opened.stored):
            self._remember(path)
        self.opened.emit()
        if opened.warnings:
            tell(self._window, "\n".join(opened.warnings))

    def _fail(self, path: Path | None, words: str) -> None:
        if path is not None and not os.path.exists(path):  # noqa: PTH110 - as in app.preferences
            self._memory.forget(path)
        tell(self._window, words)

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
            if path.resolve() in [each.resolve() for each in document.data_paths]:
                raise FileError(f"{path} holds the data of this model. Choose another file name.")
            text = write(
                document.spec, document.catalogue, file.data, path.parent, file.content, file.home
            )
            write_text(path, text, encoding)
        except EstimationError as error:
            tell(self._window, str(error))
            return
        content = replace(parse(text, str(path)), encoding=encoding)
        document.saved(ModelFile(path.name, path, content, file.data, file.home or path.parent))
        self._remember(path)
        self.said.emit(f"Saved {path.name}")
        then()

    def _remember(self, path: Path) -> None:
        self._memory.remember(path)
        self._memory.folder = path.absolute().parent

    def _dialog(self, title: str, mode: QFileDialog.AcceptMode, filters: list[str]) -> QFileDialog:
        dialog = QFileDialog(self._window, title, str(self._memory.folder))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(mode)
        dialog.setNameFilters(filters)
        return dialog


def _differs(path: Path, content: CommandFile) -> bool:
    """Whether a file is there and holds something else than what was read from it."""
    try:
        return read_text(path) != "".join(content.lines)
    except EstimationError:
        return False


def _read(opener: _Opener, watch: Watcher, *, digest: bool) -> Opened:
    """Open, and where there are outputs to be compared with, digest the data, too."""
    opened = opener(watch)
    if digest:
        _ = opened.data.fingerprint  # which keeps it
    return opened
