"""Whether a window can be opened."""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress

# A display that has not answered by then is none: a dead network, or a server that hangs.
TIMEOUT = 20
_OPEN_ONE = "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"


def has_display(meanwhile: Callable[[], object] = lambda: None) -> bool:
    """Find out in a child process: with a dead DISPLAY, Qt aborts the process that asks.

    Until it answers, `meanwhile` loads what the window needs; what cannot be loaded here cannot
    there either.
    """
    if sys.platform in {"win32", "darwin"}:
        return True
    if not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))):
        return False
    silent = subprocess.DEVNULL
    command = [sys.executable, "-c", _OPEN_ONE]
    with subprocess.Popen(command, stdin=silent, stdout=silent, stderr=silent) as child:
        with suppress(ImportError):
            meanwhile()
        try:
            return child.wait(TIMEOUT) == 0
        except subprocess.TimeoutExpired:
            child.kill()
            return False
