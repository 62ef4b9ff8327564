"""Times in one fresh process: window open, lesson opened, run to output, cancel, pop-ups.

Called by bench.py with the time at which it was started; a line each, name <tab> seconds.
"""

import sys
import time

START = float(sys.argv[1])


def main() -> None:
    """Open the window, do the lesson, and print what each step took."""
    from PySide6.QtWidgets import QApplication

    from app.main_window import MainWindow
    from app.theme import follow_system

    app = QApplication(sys.argv[:1])
    follow_system(app)
    window = MainWindow()
    window.show()
    _settle(app)
    _say("start to usable window", time.time() - START)
    _say("open the example", _timed(app, window.open_example_lesson))
    _say("first run to output on screen", _run(app, window))
    _say("second run to output on screen", _run(app, window))
    _say("Estimation Settings", _timed(app, window.open_estimation_settings))
    _say("cancel on 200,000 rows, worker free again", _cancel(app, window))
    window.close()


def _run(app, window) -> float:
    start = time.perf_counter()
    window.runs.start()
    while window.runs.running:
        app.processEvents()
    _settle(app)
    return time.perf_counter() - start


def _cancel(app, window) -> float:
    from bench import large, slope_model

    for widget in app.topLevelWidgets():
        if widget is not window:
            widget.close()
    window.document.open(large(), slope_model(("C",)))
    window.runs.start()
    time.sleep(0.3)
    start = time.perf_counter()
    window.runs.cancel()
    window.runs._executor.submit(int).result()
    return time.perf_counter() - start


def _timed(app, step) -> float:
    start = time.perf_counter()
    step()
    _settle(app)
    return time.perf_counter() - start


def _settle(app) -> None:
    for _ in range(3):
        app.processEvents()


def _say(name: str, seconds: float) -> None:
    print(name, seconds, sep="\t")


if __name__ == "__main__":
    main()
