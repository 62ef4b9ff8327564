"""`Document`: the open data, the model on them, its history, its file, and the outputs of runs."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from app.model.titles import distinct, title_of
from estimation.errors import SpecError
from estimation.spec import Catalogue, ModelSpec, Problem, command_file, problems

if TYPE_CHECKING:  # the estimator is loaded with the first data, not with the window
    from collections.abc import Callable
    from pathlib import Path

    from estimation.data import TwoLevelData
    from estimation.data.store import DataFile as StoredData
    from estimation.report import Heading
    from estimation.result import Analysis, PooledAnalysis
    from estimation.spec.command_file import CommandFile, DataFile, DataFiles


@dataclass(frozen=True, eq=False)
class Report:
    """What a run gave: the text of its output with its headings; a result unless it failed."""

    spec: ModelSpec
    fingerprint: str
    text: str
    outline: tuple[Heading, ...] = ()
    analysis: Analysis | PooledAnalysis | None = None


@dataclass(frozen=True)
class Output:
    """A report in a tab of its own: its number, and its title, which the user may change."""

    number: int
    report: Report
    title: str


@dataclass(frozen=True, eq=False)
class ModelFile:
    """Where a model comes from: its file as it was read, and the data that it names.

    Without a `path` it was never saved.  The data are a data file (.mdmx) or the files that they
    are read from each time, None for the example that ships.  The model names its imputations as
    seen from `home`, wherever it was saved since.
    """

    name: str = ""
    path: Path | None = None
    content: CommandFile | None = None
    data: DataFiles | DataFile | None = None
    home: Path | None = None

    @property
    def data_paths(self) -> list[Path]:
        """The data files."""
        return self.data.paths if self.data else []

    def imputations(self, spec: ModelSpec) -> tuple[DataFile, ...]:
        """Return the further data files that a model names.

        Raises SpecError where they cannot be found.
        """
        if not spec.imputations:
            return ()
        if self.home is None or self.content is None:
            raise SpecError(
                f"The model names further data files ({', '.join(spec.imputations)}), but stands "
                "in no file yet. Save it in their folder: File, Save As."
            )
        return command_file.imputation_files(replace(self.content, spec=spec), self.home)


class Document(QObject):
    """What the main window shows.

    `changed` follows every change.  The model changes by `edit` alone, so that each step has a
    name and can be taken back; so can the renaming and the closing of an output.  `shown` is the
    output in front: that of the model shown as soon as it is run, else the one chosen last.
    `stored` is the data file (.mdmx) that the data come from, if they come from one.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.data: TwoLevelData | None = None
        self.stored: StoredData | None = None
        self.spec = ModelSpec()
        self.file = ModelFile()
        self.steps = QUndoStack(self)
        self.outputs: tuple[Output, ...] = ()
        self._numbers = count(1)
        self._front = 0
        self._saved = ModelSpec()

    @property
    def catalogue(self) -> Catalogue:
        """The variables of the open data."""
        return self.data.catalogue if self.data else Catalogue()

    @property
    def data_paths(self) -> list[Path]:
        """What must not be written over: the files of the data, and what those were made of."""
        sources = self.stored.recipe.sources if self.stored else ()
        paths = [*self.file.data_paths, *(each.path for each in sources)]
        with suppress(SpecError):
            paths += [each.path for each in self.file.imputations(self.spec)]
        return paths

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What keeps the model from being run."""
        return problems(self.spec, self.catalogue)

    @property
    def modified(self) -> bool:
        """Whether the model differs from what its file holds."""
        return self.spec != self._saved

    @property
    def shown(self) -> Output | None:
        """The output in front, if there is any."""
        return self._numbered(self._front)

    @property
    def output(self) -> Output | None:
        """The output of exactly this model on exactly these data, if it is there."""
        return next(filter(self.is_current, self.outputs), None)

    def is_current(self, output: Output) -> bool:
        """Whether an output is that of the model and the data shown."""
        return self.is_of_data(output) and output.report.spec == self.spec

    def is_of_data(self, output: Output) -> bool:
        """Whether an output is that of the data shown."""
        return self.data is not None and output.report.fingerprint == self.data.fingerprint

    def open(
        self,
        data: TwoLevelData,
        spec: ModelSpec | None = None,
        file: ModelFile | None = None,
        stored: StoredData | None = None,
    ) -> None:
        """Show other data with a model, or an empty one; outputs stay until they are closed."""
        self.data, self.stored = data, stored
        self.file, self._saved = file or ModelFile(), spec or ModelSpec()
        self.steps.clear()
        self._show(self._saved)

    def renew(self, stored: StoredData) -> None:
        """Show the data file as it was made again, under the same model with its history."""
        self.data, self.stored = stored.data, stored
        self._show(self.spec)

    def saved(self, file: ModelFile) -> None:
        """Take note that the model now stands in a file."""
        self.file, self._saved = file, self.spec
        self.changed.emit()

    def edit(self, spec: ModelSpec, name: str) -> None:
        """Make `spec` the model, in one step called `name`; an equal one is no step."""
        if spec != self.spec:
            before = self.spec
            self._push(name, lambda: self._show(before), lambda: self._show(spec))

    def keep(self, report: Report) -> None:
        """Keep what a run gave, in the place of an earlier report of the same model, and show it.

        The model may have changed meanwhile into one that has its own output, which then stays.
        """
        same = self._output_of(report)
        if same is not None:
            kept = replace(same, report=report)
            self._set(kept)
        else:
            title = distinct(title_of(report.spec), [each.title for each in self.outputs])
            kept = Output(next(self._numbers), report, title)
            self.outputs = (*self.outputs, kept)
        self.choose((self.output or kept).number)

    def choose(self, number: int) -> None:
        """Bring an output to the front."""
        self._front = number
        self.changed.emit()

    def rename_output(self, number: int, title: str) -> None:
        """Give an output another title, in one step."""
        output = self._numbered(number)
        if output is not None and title and title != output.title:
            old = output.title
            self._push(
                f"rename output {old}",
                lambda: self._rename(number, old),
                lambda: self._rename(number, title),
            )

    def close_output(self, number: int) -> None:
        """Close an output, in one step."""
        output = self._numbered(number)
        if output is None:
            return
        place = self.outputs.index(output)
        self._push(
            f"close output {output.title}",
            lambda: self._insert(place, output),
            lambda: self._remove(number),
        )

    def _push(self, name: str, undo: Callable[[], None], redo: Callable[[], None]) -> None:
        self.steps.push(_Step(name, undo, redo))

    def _show(self, spec: ModelSpec) -> None:
        self.spec = spec
        if self.output:
            self._front = self.output.number
        self.changed.emit()

    def _numbered(self, number: int) -> Output | None:
        return next((each for each in self.outputs if each.number == number), None)

    def _output_of(self, report: Report) -> Output | None:
        """Return the output of the same model on the same data."""
        key = report.spec, report.fingerprint
        found = (o for o in self.outputs if (o.report.spec, o.report.fingerprint) == key)
        return next(found, None)

    def _set(self, output: Output) -> None:
        self.outputs = tuple(
            output if each.number == output.number else each for each in self.outputs
        )

    def _rename(self, number: int, title: str) -> None:
        output = self._numbered(number)
        if output is not None:
            self._set(replace(output, title=title))
            self.changed.emit()

    def _insert(self, place: int, output: Output) -> None:
        """Put a closed output back, unless its model was run again meanwhile."""
        again = self._output_of(output.report)
        if again is not None:
            self.choose(again.number)
            return
        self.outputs = (*self.outputs[:place], output, *self.outputs[place:])
        self.choose(output.number)

    def _remove(self, number: int) -> None:
        """Take an output out; if it was in front, its neighbour comes there."""
        output = self._numbered(number)
        if output is None:
            return
        place = self.outputs.index(output)
        self.outputs = (*self.outputs[:place], *self.outputs[place + 1 :])
        if self._front == number and self.outputs:
            self._front = self.outputs[min(place, len(self.outputs) - 1)].number
        self.changed.emit()


class _Step(QUndoCommand):
    """A named step, and the way back."""

    def __init__(self, name: str, undo: Callable[[], None], redo: Callable[[], None]) -> None:
        super().__init__(name)
        self._undo, self._redo = undo, redo

    def undo(self) -> None:
        self._undo()

    def redo(self) -> None:
        self._redo()
