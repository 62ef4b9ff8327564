"""The main window: shows a document, and gives the menus their meaning."""

from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QSessionManager,
    QWheelEvent,
)
from PySide6.QtWidgets import QDialog, QMainWindow

from app.actions import Actions, State
from app.dialogs.about import about_box
from app.dialogs.base import SpecDialog
from app.dialogs.basic import BasicDialog
from app.dialogs.estimation import EstimationDialog
from app.help import close_help, show_help
from app.looks import Looks
from app.model.document import Document
from app.model.gestures import Gesture, gestures, suggested, target
from app.model_files import ModelFiles
from app.output_files import OutputFiles
from app.preferences import Memory
from app.runs import Run, Runs, run_analysis
from app.views.panes import Panes
from app.views.status import StatusBar
from app.wheel import Notches
from estimation.spec.edits import toggle_random

_SIZE, _MINIMUM = QSize(1180, 720), QSize(640, 480)
# Share of the screen that a window fills at most: its frame needs room, too.
_SCREEN = 0.94


class MainWindow(QMainWindow):
    """Shows a document, and turns gestures into its edits.

    `run` is the analysis and `executor` where it runs; tests give their own.
    """

    def __init__(
        self,
        run: Run = run_analysis,
        executor: Executor | None = None,
        memory: Memory | None = None,
    ) -> None:
        super().__init__()
        self.memory = memory or Memory(self)
        self.document = Document(self)
        self.panes, self.status = Panes(), StatusBar()
        self.variables, self.equations = self.panes.variables, self.panes.equations
        self.output = self.panes.output
        self._actions = Actions(self, self.document.steps)
        self.files = ModelFiles(self.document, self.memory, self)
        self.output_files = OutputFiles(self.document, self.memory, self)
        self.looks = Looks(self.memory, self)
        self.runs = Runs(self.document, run, executor, self)
        self._leaving, self._wheel = False, Notches()
        self._lay_out()
        self._connect_menus()
        self._connect_views()
        self._prefer()
        self._show_recent()
        self._render()
        self.panes.take_focus()

    # ------------------------------------------------------------------ files

    def open_example_data(self) -> None:
        """Open High School & Beyond without a model."""
        self._open_example(finished=False)

    def open_example_lesson(self) -> None:
        """Open High School & Beyond with the finished lesson."""
        self._open_example(finished=True)

    def open_file(self, path: Path) -> None:
        """Open a command file with its data, unless the window was closed meanwhile."""
        if not self.runs.closed:
            self.files.open(path)

    def _open_example(self, finished: bool) -> None:
        if not self.runs.closed:
            self.files.open_example(finished=finished)

    def _opened(self) -> None:
        self.runs.cancel()
        self.variables.show_level(1)
        self.status.say("")
        self.panes.take_focus()

    # ------------------------------------------------------------------ model

    def open_basic_settings(self) -> None:
        """Open the dialog; its OK is one step."""
        dialog = BasicDialog(self.document.spec, self.document.catalogue, self)
        self._open(dialog, "basic settings")

    def open_estimation_settings(self) -> None:
        """Open the dialog; its OK is one step."""
        dialog = EstimationDialog(self.document.spec, self.document.catalogue, self)
        self._open(dialog, "estimation settings")

    def save_and_run(self) -> None:
        """Save the model, then run it."""
        self.files.save(self.runs.start)

    def _open(self, dialog: SpecDialog, step: str) -> None:
        dialog.help_asked.connect(show_help)
        dialog.accepted.connect(lambda: self.document.edit(dialog.spec(), step))
        dialog.open()

    def _find(self, find: Callable[[], None]) -> None:
        """Find in the output, which may have been put away."""
        self._actions.output.setChecked(True)
        find()

    def _offer(self, name: str) -> None:
        spec, level = self.document.spec, self.variables.level
        coefficient = self.equations.coefficient
        offered = gestures(spec, level, name, coefficient)
        title, begin_at = target(spec, level, coefficient), suggested(offered, spec)
        self.variables.offer(name, offered, title=title, begin_at=begin_at)

    def _apply(self, name: str, gesture: Gesture) -> None:
        self.document.edit(gesture.spec, f"{gesture.label}: {name}")

    def _choose_equation(self, coefficient: str) -> None:
        self.equations.choose(coefficient)
        self.variables.show_level(2)

    def _switch_random(self, coefficient: str) -> None:
        spec = toggle_random(self.document.spec, coefficient)
        self.document.edit(spec, f"random effect of {coefficient}")

    def _show_model_of(self, number: int) -> None:
        output = next(each for each in self.document.outputs if each.number == number)
        self.document.edit(output.report.spec, f"model of output {output.title}")

    # ------------------------------------------------------------------ looks and help

    def help(self) -> None:
        """Open the page on what is shown."""
        show_help("getting-started" if self.document.data is None else "model-window")

    def about(self) -> None:
        """Say what this program is."""
        about_box(self).open()

    def _prefer(self) -> None:
        preferences = self.memory.preferences
        self.output.set_size(preferences.output_size)
        self._actions.show_preferences(preferences)
        self._render_model()

    # ------------------------------------------------------------------ window

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask whether to save; then leave the screen at once, and wait for the worker.

        The worker may need a while to its next sign of life.
        """
        if self.document.modified and not self._leaving:
            event.ignore()
            self.files.leave(self._leave)
            return
        self.memory.keep_layout("window", self.saveGeometry())
        self.panes.keep_layout(self.memory)
        self.hide()
        for dialog in self.findChildren(QDialog):
            dialog.close()
        close_help()
        self.runs.close()
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a file."""
        if _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the file that was dropped."""
        event.acceptProposedAction()
        self.open_file(_dropped(event)[0])

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom the whole window by Ctrl and wheel; what scrolls lets such an event pass."""
        if event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            if notches := self._wheel.turn(event):
                self.looks.zoom(notches)
        else:
            super().wheelEvent(event)

    def keep_session(self, session: QSessionManager) -> None:
        """Hold up the end of the user's session until unsaved changes are asked for."""
        if self.document.modified and session.allowsInteraction():
            session.cancel()
            self.close()

    def _leave(self) -> None:
        self._leaving = True
        self.close()

    def _lay_out(self) -> None:
        self.setCentralWidget(self.panes)
        self.setStatusBar(self.status)
        self.setAcceptDrops(True)
        room = self.screen().availableSize() * _SCREEN
        self.setMinimumSize(_MINIMUM.boundedTo(room))
        self.resize(_SIZE.boundedTo(room))
        self.restoreGeometry(self.memory.layout("window"))
        self.panes.restore_layout(self.memory)

    def _connect_menus(self) -> None:
        actions = self._actions
        for action, meaning in [*self._file_and_edit().items(), *self._model_and_view().items()]:
            action.triggered.connect(lambda _checked=False, act=meaning: act())
        actions.subscripts.triggered.connect(lambda on: self.looks.change(subscripts=on))
        actions.variables.toggled.connect(self.variables.setVisible)
        actions.output.toggled.connect(self._render_output)
        actions.mixed.toggled.connect(self.equations.show_mixed)
        actions.recent_chosen.connect(self.open_file)

    def _file_and_edit(self) -> dict[QAction, Callable[[], object]]:
        actions, files, output = self._actions, self.files, self.output
        return {
            actions.new: files.new,
            actions.open: files.ask_open,
            actions.example_data: self.open_example_data,
            actions.example_lesson: self.open_example_lesson,
            actions.forget_recent: self.memory.forget_all,
            actions.save: files.save,
            actions.save_as: files.save_as,
            actions.save_output: self.output_files.ask,
            actions.print_output: output.print_,
            actions.preview: output.print_preview,
            actions.preferences: self.looks.ask,
            actions.leave: self.close,
            actions.copy: output.copy,
            actions.find: partial(self._find, output.open_find),
            actions.find_next: partial(self._find, output.find_next),
            actions.find_previous: partial(self._find, output.find_previous),
        }

    def _model_and_view(self) -> dict[QAction, Callable[[], object]]:
        actions, looks, output = self._actions, self.looks, self.output
        return {
            actions.basic: self.open_basic_settings,
            actions.estimation: self.open_estimation_settings,
            actions.run: self.runs.start,
            actions.save_and_run: self.save_and_run,
            actions.cancel: self.runs.cancel,
            actions.larger: partial(looks.zoom, 1),
            actions.smaller: partial(looks.zoom, -1),
            actions.normal: partial(looks.change, zoom=100),
            actions.next_pane: self.panes.next_pane,
            actions.next_output: output.next_tab,
            actions.previous_output: output.previous_tab,
            **{a: partial(looks.change, scheme=s) for s, a in actions.schemes.items()},
            actions.help: self.help,
            actions.help_start: partial(show_help, "getting-started"),
            actions.help_notation: partial(show_help, "notation"),
            actions.help_numbers: partial(show_help, "about-the-numbers"),
            actions.about: self.about,
        }

    def _connect_views(self) -> None:
        self.document.changed.connect(self._render)
        self.document.steps.indexChanged.connect(self._forget_words)
        self.memory.changed.connect(self._prefer)
        self.memory.recent_changed.connect(self._show_recent)
        self.files.opened.connect(self._opened)
        self.files.said.connect(self.status.say)
        self.output_files.said.connect(self.status.say)
        self.runs.changed.connect(self._render)
        self.runs.reported.connect(partial(self._actions.output.setChecked, True))
        self.runs.said.connect(self.status.say)
        self.status.cancel_asked.connect(self.runs.cancel)
        self._connect_panes()

    def _connect_panes(self) -> None:
        document, output, welcome = self.document, self.output, self.panes.welcome
        self.variables.picked.connect(self._offer)
        self.variables.gesture_chosen.connect(self._apply)
        self.equations.level1_chosen.connect(partial(self.variables.show_level, 1))
        self.equations.chosen.connect(self._choose_equation)
        self.equations.switched.connect(self._switch_random)
        self.equations.mixed_toggled.connect(self._actions.mixed.setChecked)
        output.chosen.connect(document.choose)
        output.renamed.connect(document.rename_output)
        output.closed.connect(document.close_output)
        output.model_asked.connect(self._show_model_of)
        output.save_asked.connect(self.output_files.ask)
        output.said.connect(self.status.say)
        output.size_asked.connect(self.looks.resize_output)
        welcome.example_asked.connect(self._open_example)
        welcome.open_asked.connect(self.files.ask_open)
        welcome.recent_asked.connect(self.open_file)
        welcome.forget_asked.connect(self.memory.forget)
        welcome.help_asked.connect(show_help)

    def _forget_words(self) -> None:
        """What was said of the last run does not concern another model."""
        if not self.runs.running:
            self.status.say("")

    # ------------------------------------------------------------------ rendering

    def _render(self) -> None:
        document, running = self.document, self.runs.running
        self.setWindowTitle(_title(document))
        self.setWindowModified(document.modified)
        self.panes.show_data(open_=document.data is not None)
        self.variables.show_catalogue(document.catalogue)
        self._render_model()
        self._render_output()
        self.status.show_document(document)
        self.status.show_running(running=running)
        self._actions.enable(
            State(
                obstacle=self.runs.obstacle,
                running=running,
                has_data=document.data is not None,
                has_model=document.spec.outcome is not None,
                has_outputs=bool(document.outputs),
                saved=document.file.path is not None and not document.modified,
            )
        )

    def _render_model(self) -> None:
        document, subscripts = self.document, self.memory.preferences.subscripts
        is_open = document.data is not None
        self.variables.show_model_variables(document.spec.variables())
        self.equations.show_model(document.spec, data_open=is_open, subscripts=subscripts)

    def _render_output(self) -> None:
        document = self.document
        self.output.show_outputs(
            document.outputs, document.shown, document.is_current, document.is_of_data
        )
        wanted = self._actions.output.isChecked()
        self.panes.show_output(shown=bool(document.outputs) and wanted)

    def _show_recent(self) -> None:
        self._actions.show_recent(self.memory.recent)
        self.panes.welcome.show_recent(self.memory.recent)


def _title(document: Document) -> str:
    if document.data is None:
        return "Levelwise"
    names = f"{document.data.name} – {document.file.name or 'new model'}"
    return f"{names.replace('[*]', '[*][*]')}[*] – Levelwise"  # Qt's mark, and what is none


def _dropped(event: QDropEvent) -> list[Path]:
    return [Path(each.toLocalFile()) for each in event.mimeData().urls() if each.isLocalFile()]
