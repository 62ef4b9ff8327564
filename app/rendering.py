"""Showing the document, and what is under way, in the parts of the main window."""

from typing import NamedTuple

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMainWindow

from app.actions import Actions, State
from app.jobs import Worker
from app.model.document import Document
from app.preferences import Memory
from app.runs import Runs
from app.views.panes import Panes
from app.views.status import StatusBar


class Parts(NamedTuple):
    """What shows something."""

    panes: Panes
    status: StatusBar
    actions: Actions


class Rendering(QObject):
    """Keeps the parts of a window as the document, the preferences, and the work under way are."""

    def __init__(
        self,
        window: QMainWindow,
        parts: Parts,
        document: Document,
        memory: Memory,
        runs: Runs,
        worker: Worker,
    ) -> None:
        super().__init__(window)
        self._window, self._document, self._memory = window, document, memory
        self._panes, self._status, self._actions = parts
        self._runs, self._worker, self._busy = runs, worker, False
        document.changed.connect(self.render)
        document.steps.indexChanged.connect(self._forget_words)
        memory.recent_changed.connect(self._show_recent)
        memory.changed.connect(self._prefer)
        runs.changed.connect(self.render)
        runs.said.connect(self._say_of_run)
        worker.changed.connect(self._show_work)
        self._actions.output.toggled.connect(self._show_output)
        self._prefer()
        self._show_recent()
        self.render()

    def render(self) -> None:
        """Show everything."""
        document, panes = self._document, self._panes
        self._window.setWindowTitle(_title(document))
        self._window.setWindowModified(document.modified)
        panes.show_data(open_=document.data is not None)
        panes.variables.show_catalogue(document.catalogue)
        self._show_model()
        self._show_output()
        self._status.show_document(document)
        self._show_work()

    def cancel(self) -> None:
        """Cancel what is done with data, if it takes longer than a moment, else the run."""
        if self._worker.busy:
            title = self._worker.title
            self._worker.cancel()
            self._status.say(f"Cancelled {title[:1].lower()}{title[1:]}")
        else:
            self._runs.cancel()

    def _show_work(self) -> None:
        """Show what is under way: with data, else a run."""
        worker, running = self._worker, self._runs.running
        if worker.busy:
            self._status.show_work(worker.title, worker.reading.share)
            self._status.say(worker.reading.words)
        else:
            self._status.show_work("A run is under way" if running else "", self._runs.share)
            if self._busy:
                self._status.say("")
        self._busy = worker.busy
        self._actions.enable(self._state())

    def _state(self) -> State:
        document, worker = self._document, self._worker
        return State(
            obstacle=self._runs.obstacle,
            running=self._runs.running,
            work=worker.title if worker.busy else "",
            has_data=document.data is not None,
            has_data_file=document.stored is not None,
            has_model=document.spec.outcome is not None,
            has_outputs=bool(document.outputs),
            saved=document.file.path is not None and not document.modified,
        )

    def _show_model(self) -> None:
        document, panes = self._document, self._panes
        panes.variables.show_model_variables(document.spec.variables())
        panes.equations.show_model(
            document.spec,
            data_open=document.data is not None,
            subscripts=self._memory.preferences.subscripts,
            structure=document.catalogue.structure,
        )

    def _show_output(self) -> None:
        document, panes = self._document, self._panes
        panes.output.show_outputs(
            document.outputs, document.shown, document.is_current, document.is_of_data
        )
        wanted = self._actions.output.isChecked()
        panes.show_output(shown=bool(document.outputs) and wanted)

    def _show_recent(self) -> None:
        self._actions.show_recent(self._memory.recent)
        self._panes.welcome.show_recent(self._memory.recent)

    def _prefer(self) -> None:
        preferences = self._memory.preferences
        self._panes.output.set_size(preferences.output_size)
        self._actions.show_preferences(preferences)
        self._show_model()

    def _forget_words(self) -> None:
        """What was said of the last run does not concern another model."""
        if not self._runs.running:
            self._status.say("")

    def _say_of_run(self, words: str) -> None:
        """What is done with data is told before what a run does beside it."""
        if not self._worker.busy:
            self._status.say(words)
            self._show_work()


def _title(document: Document) -> str:
    if document.data is None:
        return "Levelwise"
    names = f"{document.data.name} – {document.file.name or 'new model'}"
    return f"{names.replace('[*]', '[*][*]')}[*] – Levelwise"  # Qt's mark, and what is none
