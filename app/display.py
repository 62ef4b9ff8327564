"""Whether a window can be opened."""

import os
import subprocess
import sys

# A display that has not answered by then is none: a dead network, or a server that hangs.
TIMEOUT = 20
_OPEN_ONE = "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"


def has_display() -> bool:
    """Find out in a child process: with a dead DISPLAY, Qt aborts the process that asks."""
    if sys.platform in {"win32", "darwin"}:
        return True
    if not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))):
        return False
    command = [sys.executable, "-c", _OPEN_ONE]
    try:
        child = subprocess.run(command, capture_output=True, check=False, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return False
    return child.returncode == 0
