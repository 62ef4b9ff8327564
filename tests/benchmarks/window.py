"""Times in one fresh process: start, runs, menus, pop-ups, dialogs, help, cancel.

Called by bench.py with the time at which it was started; a line each, name <tab> seconds.
"""

import sys
import tempfile
import time

START = float(sys.argv[1])


def main() -> None:
    """Start as the command `levelwise` does, and measure in place of the event loop."""
    from PySide6.QtCore import QSettings

    import app.__main__ as program

    with tempfile.TemporaryDirectory() as folder:
        form, scope = QSettings.Format.IniFormat, QSettings.Scope.UserScope
        QSettings.setPath(form, scope, folder)
        program._loop = measure
        program.main([])


def measure(app) -> int:
    """Do the lesson, open everything, and print what each step took."""
    _settle(app)
    _say("command typed to usable window", time.time() - START)
    _look(app)
    window = next(each for each in app.topLevelWidgets() if hasattr(each, "runs"))
    _say("open the example", _timed(app, lambda: _open(app, window)))
    _look(app)
    _say("first run to output on screen", _run(app, window))
    _say("second run to output on screen", _run(app, window))
    _say("pop-up of a variable", _timed(app, lambda: window._offer("SES"), close=True))
    _menus(app, window)
    for name, step in (
        ("Basic Settings", window.open_basic_settings),
        ("Estimation Settings", window.open_estimation_settings),
        ("Heterogeneous sigma^2", lambda: _heterogeneous(window)),
        ("Preferences", window.looks.ask),
        ("Open", window.files.ask_open),
        ("Save As", window.files.save_as),
        ("Save output", window.output_files.ask),
        ("About", window.about),
        ("Find in output", window.output.open_find),
        ("Help (first time)", window.help),
    ):
        _say(name, _timed(app, step, close=True))
    _say("undo, with its output", _timed(app, lambda: _undo(app, window)))
    _say("cancel on 200,000 rows, worker free again", _cancel(app, window))
    window._leaving = True
    window.close()
    return 0


def _open(app, window) -> None:
    """Open the lesson, which is read beside the window."""
    window.open_example_lesson()
    while window.document.data is None:
        app.processEvents()


def _menus(app, window) -> None:
    """Open each menu of the menu bar; say how long the slowest took."""
    menus = [menu for each in window.menuBar().actions() if (menu := each.menu())]
    point = window.mapToGlobal(window.rect().center())
    times = {
        each.title(): _timed(app, lambda menu=each: menu.popup(point), close=True) for each in menus
    }
    slowest = max(times, key=times.get)
    _say(f"slowest menu ({slowest.replace('&', '')})", times[slowest])


def _heterogeneous(window) -> None:
    from app.dialogs.heterogeneous import HeterogeneousDialog

    HeterogeneousDialog(window.document.spec, window.document.catalogue, window).open()


def _undo(app, window) -> None:
    """Leave the model that was run, and come back to it."""
    window._switch_random("FEMALE")
    _settle(app)
    window.document.steps.undo()


def _run(app, window) -> float:
    start = time.perf_counter()
    window.runs.start()
    while window.runs.running:
        app.processEvents()
    _settle(app)
    return time.perf_counter() - start


def _cancel(app, window) -> float:
    from cases import CASES, large, spec

    window.document.open(large(), spec(CASES[-1]))
    window.runs.start()
    time.sleep(0.3)
    start = time.perf_counter()
    window.runs.cancel()
    window.runs._executor.submit(int).result()
    return time.perf_counter() - start


def _timed(app, step, *, close: bool = False) -> float:
    before = set(app.topLevelWidgets())
    start = time.perf_counter()
    step()
    _settle(app)
    seconds = time.perf_counter() - start
    if close:
        for widget in set(app.topLevelWidgets()) - before:
            widget.close()
        if popup := app.activePopupWidget():
            popup.close()
        _settle(app)
    return seconds


def _look(app) -> None:
    """Wait a second, as a person does who looks where to click next."""
    end = time.perf_counter() + 1
    while time.perf_counter() < end:
        app.processEvents()
        time.sleep(0.01)


def _settle(app) -> None:
    for _ in range(3):
        app.processEvents()


def _say(name: str, seconds: float) -> None:
    print(name, seconds, sep="\t")


if __name__ == "__main__":
    main()
