"""Loading the columns that are looked at, beside the window."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from functools import partial
from time import monotonic

from PySide6.QtCore import QObject, Signal

from app.jobs import FitJob, Listener
from app.views.data.cells import Cells
from app.views.data.sheet import Sheet
from estimation.errors import EstimationError

# Columns that are quick to load come together, so that a page is filled at once.
_TOGETHER = 0.05
# About as many bytes of columns are kept, and all that are looked at in any case.
_ROOM = 1 << 30
_BYTES = 8
Loaded = dict[str, Cells | str]


class Loader(QObject):
    """Has the columns wanted last loaded, one after the other; `loaded` names what has come.

    `cells` are the columns that are there, `faults` say why one could not be loaded.
    """

    loaded = Signal(list)
    failed = Signal(str)

    def __init__(self, sheet: Sheet, executor: Executor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sheet, self._executor = sheet, executor
        self._job: FitJob | None = None
        self._wanted: tuple[str, ...] = ()
        self._first = ""
        self._most = _ROOM // (_BYTES * max(sheet.n_rows, 1))
        self.cells: dict[str, Cells] = {}
        self.faults: dict[str, str] = {}

    def want(self, names: Iterable[str]) -> None:
        """Have these columns loaded, and no longer those wanted before."""
        self._wanted = tuple(names)
        for name in self._wanted:
            if name in self.cells:  # the last to be given up
                self.cells[name] = self.cells.pop(name)
        self._begin()

    def close(self) -> None:
        """Load no more."""
        self._wanted = ()
        if self._job is not None:
            self._job.cancel()

    def _begin(self) -> None:
        names = [each for each in self._wanted if each not in self.cells | self.faults]
        if self._job is not None or not names:
            return
        job = FitJob(partial(_load, self._sheet, names), self._executor, self)
        job.finished.connect(self._take)
        job.failed.connect(self._give_up)
        job.cancelled.connect(self._forget)
        self._job, self._first = job, names[0]
        job.look()  # what is there already need not wait

    def _take(self, found: Loaded) -> None:
        self._forget()
        self.cells |= {name: each for name, each in found.items() if isinstance(each, Cells)}
        faults = {name: each for name, each in found.items() if isinstance(each, str)}
        self.faults |= faults
        for name in list(self.cells)[: max(len(self.cells) - self._most, 0)]:
            if name not in self._wanted:
                del self.cells[name]
        self.loaded.emit(list(found))
        for words in faults.values():
            self.failed.emit(words)
        self._begin()

    def _give_up(self, words: str) -> None:
        self._take({self._first: words})

    def _forget(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
            self._job = None


def _load(sheet: Sheet, names: Sequence[str], _listen: Listener) -> Loaded:
    """Load columns, in the worker, for as long as nobody notices."""
    begun, found = monotonic(), Loaded()
    for name, cells in _each(sheet, names):
        found[name] = cells
        if monotonic() - begun > _TOGETHER:
            break
    return found


def _each(sheet: Sheet, names: Sequence[str]) -> Iterator[tuple[str, Cells | str]]:
    for name in names:
        try:
            yield name, Cells(sheet.columns[name])
        except EstimationError as error:
            yield name, str(error)
