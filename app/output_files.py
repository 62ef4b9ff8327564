"""Saving an output as text."""

from pathlib import Path, PureWindowsPath

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.model.document import Document
from app.preferences import Memory
from app.widgets.file_name import ask_file_name
from app.widgets.messages import tell
from estimation.errors import EstimationError
from estimation.files import write_text
from estimation.spec import Settings

_FORMS = {"Text (*.txt)": "txt", "All files (*)": "txt"}


class OutputFiles(QObject):
    """Writes the output shown, but never over the model or its data; `said` tells that it did."""

    said = Signal(str)

    def __init__(self, document: Document, memory: Memory, window: QWidget) -> None:
        super().__init__(window)
        self._document, self._memory, self._window = document, memory, window

    def ask(self) -> None:
        """Ask for a file name and write the output there."""
        proposed = self._memory.folder / proposed_name(self._document)
        ask_file_name(self._window, "Save output as text", proposed, _FORMS, self.write)

    def write(self, path: Path) -> None:
        """Write the output shown."""
        output = self._document.shown
        if output is None:
            return
        kept = [*self._document.data_paths, *filter(None, [self._document.file.path])]
        if path.resolve() in [each.resolve() for each in kept]:
            words = f"{path} holds this model or its data. Choose another file name."
            tell(self._window, words)
            return
        try:
            write_text(path, output.report.text)
        except EstimationError as error:
            tell(self._window, str(error))
            return
        self._memory.folder = path.absolute().parent
        self.said.emit(f"Saved {path.name}")


def proposed_name(document: Document) -> str:
    """Give the name that the model says or, where it says none, the model's own."""
    name, path = document.spec.settings.output_name, document.file.path
    if name == Settings().output_name and path is not None:
        return f"{path.stem}.txt"
    return PureWindowsPath(name).name
