"""`Document`: the open data, the model on them, its history and its results."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from estimation.data import TwoLevelData
from estimation.result import Analysis
from estimation.spec import Catalogue, ModelSpec, Problem, problems


class Document(QObject):
    """What the main window shows.

    `changed` follows every change of data, model or results.  The specification changes by
    `edit` alone, so that each step has a name and can be taken back.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.data: TwoLevelData | None = None
        self.spec = ModelSpec()
        self.file_name = ""
        self.steps = QUndoStack(self)
        self._results: dict[tuple[ModelSpec, str], Analysis] = {}

    @property
    def catalogue(self) -> Catalogue:
        """The variables of the open data."""
        return self.data.catalogue if self.data else Catalogue()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What keeps the model from being run."""
        return problems(self.spec, self.catalogue)

    @property
    def result(self) -> Analysis | None:
        """The result of exactly this model on exactly these data, if it was run."""
        return self._results.get((self.spec, self.data.fingerprint)) if self.data else None

    def open(self, data: TwoLevelData, spec: ModelSpec | None = None, file_name: str = "") -> None:
        """Show other data, with a model from the command file `file_name` or an empty one."""
        self.data, self.spec, self.file_name = data, spec or ModelSpec(), file_name
        self._results.clear()
        self.steps.clear()
        self.changed.emit()

    def edit(self, spec: ModelSpec, name: str) -> None:
        """Make `spec` the model, in one step called `name`; an equal one is no step."""
        if spec != self.spec:
            self.steps.push(_Step(name, self.spec, spec, self._show))

    def keep(self, analysis: Analysis) -> None:
        """Remember the result of a run."""
        self._results[analysis.spec, analysis.fingerprint] = analysis
        self.changed.emit()

    def _show(self, spec: ModelSpec) -> None:
        self.spec = spec
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
