"""The main window: variables, model and output."""

from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMainWindow, QMessageBox, QSplitter

from app.actions import Actions
from app.dialogs.about import about_box
from app.dialogs.estimation import EstimationDialog
from app.model.document import Document
from app.model.gestures import Gesture, gestures, suggested, target
from app.opening import Opened, command_file, example_data, example_lesson
from app.runs import Run, Runs, run_analysis
from app.views.equations import EquationsView
from app.views.output import OutputView
from app.views.status import StatusBar
from app.views.variables import VariablesView
from estimation.errors import EstimationError
from estimation.files import write_text
from estimation.spec.edits import toggle_random

_OUT_OF_DATE = "of an earlier run: the model has changed since"
_SIZE, _MINIMUM = QSize(1120, 700), QSize(640, 480)
# Share of the screen that a window fills at most: its frame needs room, too.
_SCREEN = 0.94


class MainWindow(QMainWindow):
    """Shows a document, and turns gestures into its edits.

    `run` is the analysis and `executor` where it runs; tests give their own.
    """

    def __init__(self, run: Run = run_analysis, executor: Executor | None = None) -> None:
        super().__init__()
        self.document = Document(self)
        self.variables, self.equations = VariablesView(), EquationsView()
        self.output, self.status = OutputView(), StatusBar()
        self._actions = Actions(self, self.document.steps)
        self.runs = Runs(self.document, run, executor, self)
        self._lay_out()
        self._connect()
        self._render()

    # ------------------------------------------------------------------ files

    def open_example_data(self) -> None:
        """Open High School & Beyond without a model."""
        self._open(example_data)

    def open_example_lesson(self) -> None:
        """Open High School & Beyond with the finished lesson."""
        self._open(example_lesson)

    def open_file(self, path: Path) -> None:
        """Open a command file with its data."""
        self._open(partial(command_file, path))

    def save_output(self) -> None:
        """Ask for a file name and write the output there."""
        dialog = QFileDialog(self, "Save output as text")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(["Text (*.txt)", "All files (*)"])
        dialog.setDefaultSuffix("txt")
        dialog.selectFile(self.document.spec.settings.output_name)
        dialog.fileSelected.connect(lambda name: self._write_output(Path(name)))
        dialog.open()

    def _open(self, opener: Callable[[], Opened]) -> None:
        if self.runs.closed:
            return
        QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            opened = opener()
        except EstimationError as error:
            self._tell(str(error))
            return
        finally:
            QGuiApplication.restoreOverrideCursor()
        self.runs.cancel()
        self.document.open(opened.data, opened.spec, opened.file_name)
        self.variables.show_level(1)
        self.status.say("")
        self.runs.load()
        if opened.warnings:
            self._tell("\n".join(opened.warnings))

    def _write_output(self, path: Path) -> None:
        try:
            write_text(path, self.output.text)
        except EstimationError as error:
            self._tell(str(error))
        else:
            self.status.say(f"Saved {path.name}")

    def _tell(self, words: str) -> None:
        box = QMessageBox(QMessageBox.Icon.Warning, "Levelwise", words, parent=self)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    # ------------------------------------------------------------------ model

    def open_estimation_settings(self) -> None:
        """Open the dialog; its OK is one step."""
        dialog = EstimationDialog(self.document.spec, self.document.catalogue, self)
        dialog.accepted.connect(lambda: self.document.edit(dialog.spec(), "estimation settings"))
        dialog.open()

    def about(self) -> None:
        """Say what this program is."""
        about_box(self).open()

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

    # ------------------------------------------------------------------ window

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave the screen at once: the worker may need a while to its next sign of life."""
        self.hide()
        self.runs.close()
        event.accept()

    def _lay_out(self) -> None:
        right = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        right.addWidget(self.equations)
        right.addWidget(self.output)
        right.setSizes([300, 400])
        self.output.hide()
        whole = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        whole.addWidget(self.variables)
        whole.addWidget(right)
        whole.setStretchFactor(1, 1)
        whole.setContentsMargins(8, 8, 8, 4)
        self.setCentralWidget(whole)
        self.setStatusBar(self.status)
        room = self.screen().availableSize() * _SCREEN
        self.setMinimumSize(_MINIMUM.boundedTo(room))
        self.resize(_SIZE.boundedTo(room))

    def _connect(self) -> None:
        actions = self._actions
        actions.example_data.triggered.connect(self.open_example_data)
        actions.example_lesson.triggered.connect(self.open_example_lesson)
        actions.save_output.triggered.connect(self.save_output)
        actions.leave.triggered.connect(self.close)
        actions.estimation.triggered.connect(self.open_estimation_settings)
        actions.run.triggered.connect(self.runs.start)
        actions.cancel.triggered.connect(self.runs.cancel)
        actions.about.triggered.connect(self.about)
        self._connect_views()

    def _connect_views(self) -> None:
        self.document.changed.connect(self._render)
        self.document.steps.indexChanged.connect(self._forget_words)
        self.document.steps.cleanChanged.connect(self._mark_modified)
        self.runs.changed.connect(self._render)
        self.runs.said.connect(self.status.say)
        self.variables.picked.connect(self._offer)
        self.variables.gesture_chosen.connect(self._apply)
        self.equations.level1_chosen.connect(partial(self.variables.show_level, 1))
        self.equations.chosen.connect(self._choose_equation)
        self.equations.switched.connect(self._switch_random)
        self.output.save_asked.connect(self.save_output)
        self.status.cancel_asked.connect(self.runs.cancel)

    def _mark_modified(self, clean: bool) -> None:
        self.setWindowModified(not clean)

    def _forget_words(self) -> None:
        """What was said of the last run does not concern another model."""
        if not self.runs.running:
            self.status.say("")

    def _render(self) -> None:
        document, running = self.document, self.runs.running
        self.setWindowTitle(_title(document))
        self.variables.show_catalogue(document.catalogue)
        self.equations.show_model(document.spec, data_open=document.data is not None)
        self._render_output()
        self.status.show_document(document)
        self.status.show_running(running=running)
        self._actions.enable(
            obstacle=self.runs.obstacle,
            running=running,
            has_model=document.spec.outcome is not None,
            has_output=document.shown is not None,
        )

    def _render_output(self) -> None:
        report = self.document.shown
        self.output.setVisible(report is not None)
        self.output.show_text(report.text if report else "")
        self.output.show_note("" if report is self.document.report else _OUT_OF_DATE)


def _title(document: Document) -> str:
    if document.data is None:
        return "Levelwise"
    return f"{document.data.name} – {document.file_name or 'new model'}[*] – Levelwise"
