"""The main window: shows a document, and gives the menus their meaning."""

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
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
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow

from app.actions import Actions
from app.data_files import DataFiles
from app.dialogs.about import about_box
from app.dialogs.base import SpecDialog
from app.dialogs.basic import BasicDialog
from app.dialogs.estimation import EstimationDialog
from app.help import close_help, show_help
from app.jobs import Worker
from app.looks import Looks
from app.model.document import Document
from app.model.gestures import Gesture, gestures, suggested, target
from app.model_files import ModelFiles
from app.output_files import OutputFiles
from app.preferences import Memory
from app.rendering import Parts, Rendering
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

    `run` is the analysis and `executor` where it runs, `reader` where data are read, beside a run;
    tests give their own.
    """

    def __init__(
        self,
        run: Run = run_analysis,
        executor: Executor | None = None,
        memory: Memory | None = None,
        reader: Executor | None = None,
    ) -> None:
        super().__init__()
        self.memory = memory or Memory(self)
        self.document = Document(self)
        self.panes, self.status = Panes(), StatusBar()
        self.variables, self.equations = self.panes.variables, self.panes.equations
        self.output = self.panes.output
        self._actions = Actions(self, self.document.steps)
        self.worker = Worker(reader or executor or ThreadPoolExecutor(1, "data"), self)
        self.files = ModelFiles(self.document, self.memory, self.worker, self)
        self.data_files = DataFiles(self.document, self.memory, self.worker, self)
        self.output_files = OutputFiles(self.document, self.memory, self)
        self.looks = Looks(self.memory, self)
        self.runs = Runs(self.document, run, executor, self)
        self._leaving, self._wheel = False, Notches()
        self._lay_out()
        parts = Parts(self.panes, self.status, self._actions)
        self._rendering = Rendering(self, parts, self.document, self.memory, self.runs, self.worker)
        self._connect_menus()
        self._connect_files()
        self._connect_panes()
        self.panes.take_focus()

    # ------------------------------------------------------------------ files

    def open_example_data(self) -> None:
        """Open High School & Beyond without a model."""
        self._open_example(finished=False)

    def open_example_lesson(self) -> None:
        """Open High School & Beyond with the finished lesson."""
        self._open_example(finished=True)

    def open_file(self, path: Path) -> None:
        """Open a file of any kind, unless the window was closed meanwhile."""
        if not self.worker.closed:
            self.files.open(path)

    def _open_example(self, finished: bool) -> None:
        if not self.worker.closed:
            self.files.open_example(finished=finished)

    def _opened(self) -> None:
        self._renewed()
        self.variables.show_level(1)
        self.panes.take_focus()

    def _renewed(self) -> None:
        """Leave behind what belongs to the data of before, dialogs and menus on its model, too."""
        if popup := QApplication.activePopupWidget():
            popup.close()
        for dialog in self.findChildren(SpecDialog):
            dialog.reject()
        self.runs.cancel()
        self.status.say("")
        self.data_files.follow()

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
        title = target(spec, level, coefficient, self.document.catalogue.structure)
        begin_at = suggested(offered, spec)
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
        self.worker.close()
        self.runs.close()
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the file that was dropped, or make data of two."""
        event.acceptProposedAction()
        self.files.open_all(_dropped(event))

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
        meanings = {**self._data(), **self._file_and_edit(), **self._model_and_view()}
        for action, meaning in meanings.items():
            action.triggered.connect(lambda _checked=False, act=meaning: act())
        actions.subscripts.triggered.connect(lambda on: self.looks.change(subscripts=on))
        actions.variables.toggled.connect(self.variables.setVisible)
        actions.mixed.toggled.connect(self.equations.show_mixed)
        actions.recent_chosen.connect(self.open_file)

    def _data(self) -> dict[QAction, Callable[[], object]]:
        actions, files, data = self._actions, self.files, self.data_files
        return {
            actions.make_of_text: partial(data.ask, "Text"),
            actions.make_of_statistics: data.ask,
            actions.paste: data.paste,
            actions.make_of_template: data.ask_template,
            actions.edit_data: data.edit,
            actions.steps: data.ask_steps,
            actions.show_statistics: data.show_statistics,
            actions.show_rows: data.show_rows,
            actions.new_on_data: files.ask_data,
            actions.open_model: files.ask_model,
        }

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
            actions.cancel: self._rendering.cancel,
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

    def _connect_files(self) -> None:
        files, data, strip = self.files, self.data_files, self.panes.changed_sources
        files.opened.connect(self._opened)
        files.sources_asked.connect(data.make)
        data.made.connect(self.open_file)
        data.renewed.connect(self._renewed)
        data.sources_changed.connect(strip.say)
        strip.accepted.connect(data.rebuild)
        for part in (files, data, self.output_files):
            part.said.connect(self.status.say)

    def _connect_panes(self) -> None:
        document, output, welcome = self.document, self.output, self.panes.welcome
        self.runs.reported.connect(partial(self._actions.output.setChecked, True))
        self.status.cancel_asked.connect(self._rendering.cancel)
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
        welcome.data_asked.connect(self.data_files.ask)
        welcome.example_asked.connect(self._open_example)
        welcome.open_asked.connect(self.files.ask_open)
        welcome.recent_asked.connect(self.open_file)
        welcome.forget_asked.connect(self.memory.forget)
        welcome.help_asked.connect(show_help)


def _dropped(event: QDropEvent) -> list[Path]:
    return [Path(each.toLocalFile()) for each in event.mimeData().urls() if each.isLocalFile()]
