"""`Document`: the open data, the model on them, its history and the reports of its runs."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from estimation.data import TwoLevelData
from estimation.result import Analysis
from estimation.spec import Catalogue, ModelSpec, Problem, problems


@dataclass(frozen=True, eq=False)
class Report:
    """What a run gave: the text of its output, and its result unless it failed."""

    spec: ModelSpec
    fingerprint: str
    text: str
    analysis: Analysis | None = None


class Document(QObject):
    """What the main window shows.

    `changed` follows every change of data, model or reports.  The specification changes by
    `edit` alone, so that each step has a name and can be taken back.  `shown` is the report of
    the model shown or, until it is run, the one shown before.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.data: TwoLevelData | None = None
        self.spec = ModelSpec()
        self.file_name = ""
        self.steps = QUndoStack(self)
        self.shown: Report | None = None
        self._reports: dict[tuple[ModelSpec, str], Report] = {}

    @property
    def catalogue(self) -> Catalogue:
        """The variables of the open data."""
        return self.data.catalogue if self.data else Catalogue()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What keeps the model from being run."""
        return problems(self.spec, self.catalogue)

    @property
    def report(self) -> Report | None:
        """The report of exactly this model on exactly these data, if it was run."""
        return self._reports.get((self.spec, self.data.fingerprint)) if self.data else None

    def open(self, data: TwoLevelData, spec: ModelSpec | None = None, file_name: str = "") -> None:
        """Show other data, with a model from the command file `file_name` or an empty one."""
        self.data, self.spec, self.file_name = data, spec or ModelSpec(), file_name
        self.shown = None
        self._reports.clear()
        self.steps.clear()
        self.changed.emit()

    def edit(self, spec: ModelSpec, name: str) -> None:
        """Make `spec` the model, in one step called `name`; an equal one is no step."""
        if spec != self.spec:
            self.steps.push(_Step(name, self.spec, spec, self._show))

    def keep(self, report: Report) -> None:
        """Remember what a run gave."""
        self._reports[report.spec, report.fingerprint] = report
        self.shown = self.report or report
        self.changed.emit()

    def _show(self, spec: ModelSpec) -> None:
        self.spec = spec
        self.shown = self.report or self.shown
        self.changed.emit()


class _Step(QUndoCommand):
    """One named edit: the model before and after."""

    def __init__(
        self, name: str, before: ModelSpec, after: ModelSpec, show: Callable[[ModelSpec], None]
    ) -> None:
        super().__init__(name)
        self._before, self._after, self._show = before, after, show

    def undo(self) -> None:
        self._show(self._before)

    def redo(self) -> None:
        self._show(self._after)
