"""Model files: new, open, save, save as, recent ones, and the question before changes are lost."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from app.model.document import Document, ModelFile
from app.opening import Opened, command_file, example_data, example_lesson
from app.preferences import Memory
from app.widgets.messages import ask_to_save, tell
from estimation.errors import EstimationError, FileError
from estimation.files import write_text
from estimation.spec import ModelSpec
from estimation.spec.command_file import DataFiles, parse
from estimation.spec.command_writing import write

_FILTERS = ["Command files (*.hlm)", "All files (*)"]


class ModelFiles(QObject):
    """Opens and saves the model of a document; whatever replaces it asks first.

    `opened` follows each opening, `said` tells what was done.
    """

    opened = Signal()
    said = Signal(str)

    def __init__(self, document: Document, memory: Memory, window: QWidget) -> None:
        super().__init__(window)
        self._document, self._memory, self._window = document, memory, window

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
        self.leave(partial(self._open, partial(command_file, path), path))

    def open_example(self, *, finished: bool) -> None:
        """Open High School & Beyond, without a model or with the finished lesson."""
        self.leave(partial(self._open, example_lesson if finished else example_data))

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Write the model into its file, asking for one if it has none; `then` go on."""
        path = self._document.file.path
        if path is None:
            self.save_as(then)
        elif self._write(path) and then:
            then()

    def save_as(self, then: Callable[[], None] | None = None) -> None:
        """Ask for a file name and write the model there; `then` go on."""
        dialog = self._dialog("Save the model", QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("hlm")
        dialog.selectFile(self._document.file.name or "model.hlm")
        dialog.fileSelected.connect(lambda name: self._write(Path(name)) and then and then())
        dialog.open()

    def leave(self, go_on: Callable[[], None]) -> None:
        """Go on at once if nothing would be lost, else ask whether to save first."""
        if self._document.modified:
            name = self._document.file.name or "the new model"
            ask_to_save(self._window, name, partial(self.save, go_on), go_on)
        else:
            go_on()

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
            if path is not None and not path.exists():
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

    def _write(self, path: Path) -> bool:
        document, file = self._document, self._document.file
        try:
            _check_target(path, file.data)
            text = write(
                document.spec, document.catalogue, file.data, path.absolute().parent, file.content
            )
            write_text(path, text)
        except EstimationError as error:
            tell(self._window, str(error))
            return False
        document.saved(ModelFile(path.name, path, parse(text, str(path)), file.data))
        self._remember(path)
        self.said.emit(f"Saved {path.name}")
        return True

    def _remember(self, path: Path) -> None:
        self._memory.remember(path)
        self._memory.folder = path.absolute().parent

    def _dialog(self, title: str, mode: QFileDialog.AcceptMode) -> QFileDialog:
        dialog = QFileDialog(self._window, title, str(self._memory.folder))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(mode)
        dialog.setNameFilters(_FILTERS)
        return dialog


def _check_target(path: Path, data: DataFiles | None) -> None:
    """Raise FileError where a model cannot be written, because it could not be opened again."""
    files = [each.resolve() for each in (data.level1, data.level2) if each] if data else []
    if path.resolve() in files:
        raise FileError(f"{path} holds the data of this model. Give the model another file name.")
    if path.suffix.lower() != ".hlm":
        raise FileError(f"{path.name} is no name of a command file. Let it end in .hlm.")
