"""`levelwise`: opens the window, or hands a command over to the command line."""

import os
import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from app.preferences import Memory
    from app.theme import Theme

# Read when numpy is first imported: our matrices are tiny, and threaded BLAS can hang in
# small calls on virtual machines.
for _library in ("OPENBLAS", "OMP", "MKL"):
    os.environ[f"{_library}_NUM_THREADS"] = "1"

# When the window has been drawn and its user is looking for where to begin.
_SOON_MS = 200

_NO_DISPLAY = (
    "Levelwise cannot open its window: no display answers. Start it from a desktop session "
    "(over the network: ssh -X), or run a model without a window: levelwise run MODEL.hlm"
)


def main(argv: list[str] | None = None) -> int:
    """Run the program; give its exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    if len(arguments) > 1 or (arguments and not _is_file_name(arguments[0])):
        return _command_line(arguments)
    return _window(Path(arguments[0]) if arguments else None)


def _is_file_name(argument: str) -> bool:
    return not argument.startswith("-") and argument not in {"run", "mdm", "example"}


def _command_line(arguments: list[str]) -> int:
    from estimation.cli import main as run_command  # noqa: PLC0415 - not for the window

    return run_command(arguments)


def _window(path: Path | None) -> int:
    from app.display import has_display  # noqa: PLC0415 - no command imports what windows need
    from app.opening import Kind, kind_of  # noqa: PLC0415
    from estimation.console import say  # noqa: PLC0415
    from estimation.errors import EstimationError  # noqa: PLC0415

    try:
        # Without a terminal, as on Windows, the window says what is wrong with the file.
        if path is not None and sys.stderr is not None:
            kind_of(path)
    except EstimationError as error:
        say(str(error))
        return 2
    if has_display(meanwhile=partial(import_module, "app.main_window")):
        return _show(path)
    say(_NO_DISPLAY)
    if path is None or path.suffix.lower() != Kind.MODEL.value:
        return 2
    return _command_line(["run", str(path)])


def _show(path: Path | None) -> int:
    from PySide6.QtCore import QTimer  # noqa: PLC0415 - only where there is a display
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415

    from app.collector import Collector  # noqa: PLC0415
    from app.errors import ErrorReporter  # noqa: PLC0415
    from app.icons import app_icon, renew  # noqa: PLC0415
    from app.main_window import MainWindow  # noqa: PLC0415
    from app.preferences import Memory  # noqa: PLC0415
    from app.theme import Theme  # noqa: PLC0415
    from app.widgets.focus_ring import FocusRing  # noqa: PLC0415

    app = QApplication(sys.argv[:1])
    app.setApplicationName("Levelwise")
    app.setWindowIcon(app_icon())
    memory = Memory(app)
    theme = Theme(app)
    wear = partial(_wear, theme, memory)
    wear()
    memory.changed.connect(wear)
    theme.changed.connect(renew)
    FocusRing(app)
    Collector(app)
    window = MainWindow(memory=memory)
    app.commitDataRequest.connect(window.keep_session)
    ErrorReporter(window).install()
    window.show()
    QTimer.singleShot(_SOON_MS, window, window.runs.load)
    if path is not None:
        QTimer.singleShot(0, window, lambda: window.open_file(path))
    return _loop(app)


def _loop(app: "QApplication") -> int:
    """Let the window live; the benchmark puts its own life here."""
    return app.exec()


def _wear(theme: "Theme", memory: "Memory") -> None:
    preferences = memory.preferences
    theme.wear(preferences.scheme.colours, preferences.zoom)


if __name__ == "__main__":
    sys.exit(main())
