"""Running an analysis, or the reading and making of data, beside the window.

The worker thread runs a plain function and touches no Qt object at all: it leaves its
progress in a mailbox, where a timer of the GUI thread looks.  That also limits the rate.
"""

import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future
from threading import Event
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from estimation.errors import EstimationError
from estimation.progress import Cancelled, Progress, Reading

LOOK_EVERY_MS = 25
# What is done sooner is not shown as being under way.
_A_MOMENT_MS = 300
_UNEXPECTED = (
    "This was stopped by an unexpected error of the program. "
    "The model and the data are as they were."
)
# Gets the signs of life of a run (`Progress`), or of reading and making data (`Reading`).
Listener = Callable[[Progress | Reading], None]
Work = Callable[[Listener], object]


class _Mailbox:
    """What worker and window share: the newest progress and the wish to cancel."""

    def __init__(self) -> None:
        self.cancelled = Event()
        self.progress: Progress | Reading | None = None

    def observe(self, event: Progress | Reading, /) -> None:
        if self.cancelled.is_set():
            raise Cancelled
        self.progress = event


class FitJob(QObject):
    """One run, or other work beside the window.

    Exactly one of `finished`, `failed` (the reason in words) and `cancelled` ends it.  `started`
    tells that the worker has come to it.  `cancel` ends the job at once; the worker follows at its
    next sign of life, when `future` is done; whatever it still brings is dropped.
    """

    started = Signal()
    progressed = Signal(object)
    finished = Signal(object)
    failed = Signal(str)
    cancelled = Signal()

    def __init__(
        self,
        work: Work,
        executor: Executor,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._mailbox = _Mailbox()
        self._reported: Progress | Reading | None = None
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._begun = False
        self.future: Future[object] = executor.submit(work, self._mailbox.observe)
        self._timer.start()

    def cancel(self) -> None:
        """End the job now, if it has not ended yet."""
        if not self._timer.isActive():
            return
        self._timer.stop()
        self._mailbox.cancelled.set()
        self.future.cancel()
        self.cancelled.emit()

    def look(self) -> None:
        """Pass on what the worker has left; the timer does so, too."""
        if not self._timer.isActive():
            return
        if not self._begun and (self.future.running() or self.future.done()):
            self._begun = True
            self.started.emit()
        progress = self._mailbox.progress
        if progress is not None and progress is not self._reported:
            self._reported = progress
            self.progressed.emit(progress)
        # A receiver of `progressed` may have cancelled.
        if self._timer.isActive() and self.future.done():
            self._timer.stop()
            self._end()

    def _end(self) -> None:
        error = self.future.exception()
        if error is None:
            self.finished.emit(self.future.result())
        elif isinstance(error, EstimationError):
            self.failed.emit(str(error))
        else:
            self.failed.emit(_UNEXPECTED)
            sys.excepthook(type(error), error, error.__traceback__)


class Worker(QObject):
    """Does one piece of work on data at a time beside the window; a newer one ends an older.

    `title` says what is being done ("Opening hsb.mdmx"), `reading` how far it is.  `changed`
    follows both, and the end; what takes no longer than a moment is done without a sign.
    """

    changed = Signal()

    def __init__(self, executor: Executor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.executor, self.closed = executor, False
        self.title, self.reading = "", Reading("")
        self._job: FitJob | None = None
        self._done: Callable[[Any], object] = _nothing
        self._failed: Callable[[str], object] = _nothing
        self._moment = QTimer(self, interval=_A_MOMENT_MS, singleShot=True)
        self._moment.timeout.connect(self.changed)

    @property
    def busy(self) -> bool:
        """Whether something has been under way for longer than a moment."""
        return self._job is not None and not self._moment.isActive()

    def do(
        self,
        title: str,
        work: Work,
        done: Callable[[Any], object],
        failed: Callable[[str], object],
    ) -> None:
        """Begin a piece of work; its result goes to `done`, or to `failed` why there is none."""
        if self.closed:
            return
        self.cancel()
        job = FitJob(work, self.executor, self)
        self._job, self._done, self._failed = job, done, failed
        self.title, self.reading = title, Reading(title)
        # To methods, not to functions that hold this object: the job must not be what keeps it.
        job.progressed.connect(self._note)
        job.finished.connect(self._finish)
        job.failed.connect(self._fail)
        self._moment.start()
        job.look()  # what is done already need not wait

    def cancel(self) -> None:
        """End what is under way, if anything is."""
        if self._job is not None:
            self._job.cancel()
            self._forget()

    def close(self) -> None:
        """Cancel, and wait for the worker; nothing is done any more."""
        self.cancel()
        self.closed = True
        self.executor.shutdown(cancel_futures=True)

    def _note(self, reading: Reading) -> None:
        self.reading = reading
        if self.busy:
            self.changed.emit()

    def _finish(self, result: object) -> None:
        done = self._done
        self._forget()
        done(result)

    def _fail(self, words: str) -> None:
        failed = self._failed
        self._forget()
        failed(words)

    def _forget(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
        self._job, self.title = None, ""
        self._done = self._failed = _nothing
        self._moment.stop()
        self.changed.emit()


def _nothing(_outcome: object) -> None:
    """Do nothing with an outcome."""
