"""Reading in a thread, so that the caller can tell how far it is, and cancel."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from estimation.progress import Cancelled, Reading, Watcher

if TYPE_CHECKING:
    from typing_extensions import Buffer

# Seconds between two signs of life.
BEAT = 0.1
_Result = TypeVar("_Result")


class Halt:
    """What a working thread and its caller share: the share that is done, and the wish to stop."""

    def __init__(self) -> None:
        self.share: float | None = None
        self.wished = False

    def check(self) -> None:
        """Raise `Cancelled` if the caller wishes to stop."""
        if self.wished:
            raise Cancelled


class Stream(io.FileIO):
    """A file that notes how far it was read and whether it has quotation marks, and can halt.

    Arrow reads it in blocks of a megabyte or more: nothing is lost against a path.
    """

    def __init__(self, path: Path, halt: Halt) -> None:
        super().__init__(path)
        self._size = max(path.stat().st_size, 1)
        self._halt = halt
        self.quoted = False

    def read(self, size: int | None = -1, /) -> bytes:
        """Read `size` bytes."""
        self._halt.check()
        found = super().read(size)
        self.quoted = self.quoted or b'"' in found
        self._halt.share = min(self.tell() / self._size, 1.0)
        return found

    def readinto(self, buffer: "Buffer", /) -> int:
        """Read into a buffer."""
        view = memoryview(buffer).cast("B")
        found = self.read(len(view))
        view[: len(found)] = found
        return len(found)


def watched(work: Callable[[Halt], _Result], words: str, watch: Watcher) -> _Result:
    """Return work(halt), done in a thread, while `watch` is called ten times a second."""
    halt = Halt()
    with ThreadPoolExecutor(1, "reader") as pool:
        future = pool.submit(work, halt)
        try:
            watch(Reading(words))
            while not wait([future], BEAT).done:
                watch(Reading(words, halt.share))
        except BaseException:
            halt.wished = True  # leaving the pool waits for the work to notice
            raise
        return future.result()


def reading(path: Path) -> str:
    """Say which file is being read, and how large it is."""
    size = float(path.stat().st_size)
    units = ("bytes", "kB", "MB", "GB")
    power = 0
    while size >= 1000 and power < len(units) - 1:
        size, power = size / 1000, power + 1
    shown = f"{size:.1f}" if power and size < 100 else f"{size:.0f}"
    return f"Reading {path.name} ({shown} {units[power]})"
