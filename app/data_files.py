"""Data files (.mdmx): made from the user's own files, edited, looked at, and kept up to date."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from app.help import show_help
from app.jobs import FitJob
from app.widgets.messages import ask_to_go_on, tell
from estimation.data.report import count, some
from estimation.errors import EstimationError
from estimation.files import write_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.dialogs.make_mdm import MakeMdmDialog
    from app.dialogs.stats import StatsDialog
    from app.jobs import Worker
    from app.model.document import Document
    from app.preferences import Memory
    from app.views.data_viewer import DataViewer
    from estimation.data.make import Assembled
    from estimation.data.recipe import Recipe
    from estimation.data.steps import Step
    from estimation.data.store import DataFile
    from estimation.data.table import Levels
    from estimation.progress import Watcher

_NO_TABLE = (
    "The clipboard holds no table. In the spreadsheet, select the cells with the names of the "
    "variables in the first row, copy them, and try again."
)
_WHICH = "The file, or the files of both levels"


class DataFiles(QObject):
    """What the menus do with data; dialogs and readers are loaded when they are first used.

    `made` brings a data file that was made, `renewed` tells that the one shown was made again
    under the same model, `sources_changed` in words that it is older than what it was made of
    (empty: no more), `said` what was done.
    """

    made = Signal(Path)
    renewed = Signal()
    sources_changed = Signal(str)
    said = Signal(str)
    _left = Signal()

    def __init__(self, document: Document, memory: Memory, worker: Worker, window: QWidget) -> None:
        super().__init__(window)
        self._document, self._memory, self._window = document, memory, window
        self._worker = worker

    # ------------------------------------------------------------------ making

    def ask(self, kind: str = "") -> None:
        """Open the dialog that makes a data file and ask for files, those of a kind first."""
        from app.dialogs.mdm.asking import ask_for_sources  # noqa: PLC0415 - as said above

        dialog = self._making()
        ask_for_sources(dialog, self._memory.folder, _WHICH, kind, dialog.take_files)

    def make(self, paths: Sequence[Path]) -> None:
        """Open the dialog that makes a data file, with these files, or a template, taken."""
        self._making().take_files(paths)

    def ask_template(self) -> None:
        """Ask for a template (.mdmt), and open the dialog as it says."""
        title = "Make new MDM from old template"
        dialog = QFileDialog(self._window, title, str(self._memory.folder))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(["Templates (*.mdmt)", "All files (*)"])
        dialog.fileSelected.connect(lambda name: self.make([Path(name)]))
        dialog.open()

    def edit(self) -> None:
        """Open the dialog as the data file shown was made."""
        stored = self._document.stored
        if stored is not None:
            self._making(stored.recipe, stored.path)

    def paste(self) -> None:
        """Keep the table in the clipboard in a file that the user names, and make data of it."""
        text = QGuiApplication.clipboard().text()
        if "\t" not in text or "\n" not in text.strip():
            tell(self._window, _NO_TABLE)
            return
        dialog = QFileDialog(self._window, "Save what is pasted", str(self._memory.folder))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(["Tab-separated text (*.tsv)", "All files (*)"])
        dialog.setDefaultSuffix("tsv")
        dialog.selectFile("clipboard.tsv")
        dialog.fileSelected.connect(lambda name: self._keep_table(Path(name), text))
        dialog.open()

    def _keep_table(self, path: Path, text: str) -> None:
        kept = [*self._document.data_paths, *filter(None, [self._document.file.path])]
        if path.resolve() in [each.resolve() for each in kept]:
            tell(self._window, f"{path} holds this model or its data. Choose another file name.")
            return
        try:
            write_text(path, text)
        except EstimationError as error:
            tell(self._window, str(error))
            return
        self.make([path])

    def _making(self, recipe: Recipe | None = None, path: Path | None = None) -> MakeMdmDialog:
        from app.dialogs.make_mdm import MakeMdmDialog  # noqa: PLC0415 - as said above

        executor = self._worker.executor
        dialog = MakeMdmDialog(self._memory, executor, self._window, recipe=recipe, path=path)
        dialog.help_asked.connect(show_help)
        dialog.made.connect(self._made)
        dialog.open()
        return dialog

    def _made(self, path: Path) -> None:
        """Show what was made; if it is the data file shown, the model stays."""
        stored = self._document.stored
        if stored is not None and path.resolve() == stored.path.resolve():
            self._worker.do(f"Opening {path.name}", partial(_opened, path), self._renew, self._fail)
        else:
            self.made.emit(path)

    # ------------------------------------------------------------------ looking

    def show_statistics(self) -> None:
        """Show the descriptive statistics of all variables."""
        from app.dialogs.stats import StatsDialog  # noqa: PLC0415 - as said above

        if self._document.data is not None:
            title = self._document.data.name
            catalogue = self._document.catalogue
            self._show_beside(StatsDialog(catalogue, title, self._memory, self._window))

    def show_rows(self) -> None:
        """Show the rows of both levels."""
        from app.views.data_viewer import DataViewer  # noqa: PLC0415 - as said above

        if self._document.data is not None:
            executor = self._worker.executor
            self._show_beside(DataViewer(self._document.data, executor, self._window))

    def _show_beside(self, dialog: DataViewer | StatsDialog) -> None:
        """Show beside the window, until other data are shown there."""
        dialog.help_asked.connect(show_help)
        self._left.connect(dialog.close)
        dialog.show()

    # ------------------------------------------------------------------ steps

    def ask_steps(self) -> None:
        """Open the data steps of the data file shown; OK makes it again with others."""
        stored = self._document.stored
        if stored is not None:
            open_ = partial(self._open_steps, stored)
            self._worker.do("Opening the data steps", partial(_base, stored), open_, self._fail)

    def _open_steps(self, stored: DataFile, base: Levels) -> None:
        from app.dialogs.data_steps import DataStepsDialog  # noqa: PLC0415 - as said above

        steps, executor = stored.recipe.steps, self._worker.executor
        dialog = DataStepsDialog(base, steps, executor, self._window)
        dialog.help_asked.connect(show_help)
        dialog.accepted.connect(lambda: self._step(stored, base, dialog.steps()))
        self._left.connect(partial(dialog.done, 0))
        dialog.open()

    def _step(self, stored: DataFile, base: Levels, steps: tuple[Step, ...]) -> None:
        if steps != stored.recipe.steps:
            work = partial(_stepped, stored, base, stored.recipe.with_steps(steps))
            self._worker.do(f"Making {stored.path.name}", work, self._renew, self._fail)

    # ------------------------------------------------------------------ sources

    def follow(self) -> None:
        """Leave the data of before, and see if the sources of those shown now have changed."""
        self._left.emit()
        self.sources_changed.emit("")
        stored = self._document.stored
        if stored is not None and not self._worker.closed:
            job = FitJob(partial(_changed, stored), self._worker.executor, self)
            job.finished.connect(self._tell_changed)
            for end in (job.finished, job.failed):
                end.connect(job.deleteLater)

    def rebuild(self) -> None:
        """Read the sources again and make the data file as it was made before."""
        stored = self._document.stored
        if stored is not None:
            work, done = partial(_rebuilt, stored), partial(self._report, stored)
            self._worker.do(f"Rebuilding {stored.path.name}", work, done, self._fail)

    def _tell_changed(self, found: tuple[DataFile, Sequence[Path]]) -> None:
        stored, paths = found
        if stored is self._document.stored and paths:
            have = "has" if len(paths) == 1 else "have"
            names = " and ".join(each.name for each in paths)
            self.sources_changed.emit(f"{names} {have} changed since {stored.path.name} was made.")

    def _report(self, stored: DataFile, made: Assembled) -> None:
        """Say what would be lost before anything is written."""
        write = partial(self._write, stored.path, made)
        lost = made.report.messages
        if lost:
            words = f"{stored.path.name} can be made again, but not of everything:"
            ask_to_go_on(self._window, words, "\n".join(lost), "Re&build it", write)
        else:
            write()

    def _write(self, path: Path, made: Assembled) -> None:
        work = partial(_written, path, made)
        self._worker.do(f"Writing {path.name}", work, self._renew, self._fail)

    # ------------------------------------------------------------------ what follows

    def _renew(self, stored: DataFile) -> None:
        """Show the data file as it is now, and say what the model misses in it."""
        document = self._document
        document.renew(stored)
        self.renewed.emit()
        size = f"{count(stored.data.n_rows, 'row')}, {count(stored.data.n_units, 'unit')}"
        self.said.emit(f"Made {stored.path.name} again: {size}")
        used, catalogue = dict.fromkeys(document.spec.variables()), document.catalogue
        gone = [name for level, name in used if name not in catalogue.names(level)]
        if gone:
            tell(
                self._window,
                f"{stored.path.name} no longer has {some(gone)}, which the model uses. Delete "
                "this from the model, or bring it back: File → Data steps.",
            )

    def _fail(self, words: str) -> None:
        tell(self._window, words)


# ---------------------------------------------------------------------------- in the worker


def _opened(path: Path, _watch: Watcher) -> DataFile:
    from estimation.data.store import open_data_file  # noqa: PLC0415 - loaded with the first data

    return open_data_file(path)


def _base(stored: DataFile, _watch: Watcher) -> Levels:
    return stored.base()


def _changed(stored: DataFile, _watch: Watcher) -> tuple[DataFile, tuple[Path, ...]]:
    from estimation.data.store import changed_sources  # noqa: PLC0415 - as above

    return stored, changed_sources(stored)


def _stepped(stored: DataFile, base: Levels, recipe: Recipe, watch: Watcher) -> DataFile:
    from estimation.data.make import assemble_base  # noqa: PLC0415 - as above

    made = assemble_base(recipe, base, stored.report, stored.stamps, watch)
    return _written(stored.path, made, watch)


def _rebuilt(stored: DataFile, watch: Watcher) -> Assembled:
    from estimation.data.make import assemble, read_tables  # noqa: PLC0415 - as above

    return assemble(stored.recipe, read_tables(stored.recipe, watch), watch)


def _written(path: Path, made: Assembled, watch: Watcher) -> DataFile:
    from estimation.data.store import open_data_file, write  # noqa: PLC0415 - as above

    write(path, made, watch)
    return open_data_file(path)
