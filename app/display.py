"""Whether a window can be opened."""

import os
import subprocess
import sys

_OPEN_ONE = "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"


def has_display() -> bool:
    """Find out in a child process: with a dead DISPLAY, Qt aborts the process that asks."""
    if sys.platform in {"win32", "darwin"}:
        return True
    if not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))):
        return False
    child = subprocess.run([sys.executable, "-c", _OPEN_ONE], capture_output=True, check=False)
    return child.returncode == 0
