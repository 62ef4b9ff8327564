"""Running an analysis beside the window.

The worker thread runs a plain function and touches no Qt object at all: it leaves its
progress in a mailbox, where a timer of the GUI thread looks.  That also limits the rate.
"""

import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future
from threading import Event

from PySide6.QtCore import QObject, QTimer, Signal

from estimation.errors import EstimationError
from estimation.progress import Cancelled, Observer, Progress

LOOK_EVERY_MS = 25
_UNEXPECTED = (
    "The run was stopped by an unexpected error of the program. "
    "The model and the data are as they were."
)


class _Mailbox:
    """What worker and window share: the newest progress and the wish to cancel."""

    def __init__(self) -> None:
        self.cancelled = Event()
        self.progress: Progress | None = None

    def observe(self, event: Progress, /) -> None:
        if self.cancelled.is_set():
            raise Cancelled
        self.progress = event


class FitJob(QObject):
    """One run; exactly one of `finished`, `failed` (the reason in words) and `cancelled` ends it.

    `started` tells that the worker has come to it.  `cancel` ends the job at once; the worker
    follows at its next sign of life, when `future` is done; whatever it still brings is dropped.
    """

    started = Signal()
    progressed = Signal(object)
    finished = Signal(object)
    failed = Signal(str)
    cancelled = Signal()

    def __init__(
        self,
        work: Callable[[Observer], object],
        executor: Executor,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._mailbox = _Mailbox()
        self._reported: Progress | None = None
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)
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

    def _look(self) -> None:
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
