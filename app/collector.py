"""Where and when Python collects garbage while a window is open."""

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_EVERY_MS = 500


class Collector(QObject):
    """Takes garbage collection over from Python, for as long as it has not been `stop`ped.

    Python collects in whichever thread happens to allocate.  In the worker that would destroy Qt
    objects of discarded windows there, and crash; so only a timer of the GUI thread collects.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(collect_due)
        self._timer.start()

    def stop(self) -> None:
        """Give collection back to Python."""
        self._timer.stop()
        gc.enable()


def collect_due() -> None:
    """Collect the oldest generation whose threshold is passed, and the younger ones with it."""
    counts = zip(gc.get_count(), gc.get_threshold(), strict=True)
    due = [generation for generation, (count, limit) in enumerate(counts) if count > limit > 0]
    if due:
        gc.collect(max(due))
