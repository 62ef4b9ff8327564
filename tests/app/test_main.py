"""The program's start: what it loads, and what it does without a display."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import app.__main__ as program
from app import display

ROOT = Path(program.__file__).parents[1]
LESSON = ROOT / "resources" / "examples" / "hsb2.hlm"

OPEN = """
import sys
import app.__main__
from PySide6.QtWidgets import QApplication
from app.main_window import MainWindow
application = QApplication([])
window = MainWindow()
window.show()
application.processEvents()
slow = {"matplotlib", "pandas", "pyarrow", "scipy.stats"}
print(sorted(slow & set(sys.modules)))
window.close()
"""

# The signal comes while the window waits for events, and no Python runs.  A process that is started
# in the background, as these tests may be, would ignore it.
INTERRUPT = """
import gc
import os
import signal
from threading import Timer
from PySide6.QtCore import QTimer
import app.__main__
from app.main_window import MainWindow

signal.signal(signal.SIGINT, signal.default_int_handler)

def show(window, was_shown=MainWindow.show):
    was_shown(window)
    QTimer.singleShot(0, Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start)
    print("collects in the window:", not gc.isenabled())

MainWindow.show = show
print("left with", app.__main__.main([]))
"""
CLOSE_FIRST = """
import app.__main__
from PySide6.QtCore import QTimer
from app.main_window import MainWindow

def show(window, was_shown=MainWindow.show):
    was_shown(window)
    QTimer.singleShot(0, window.close)

MainWindow.show = show
print("left with", app.__main__.main(["resources/examples/hsb2.hlm"]))
"""
SIZES = """
import app.__main__
from PySide6.QtWidgets import QApplication
from app.main_window import MainWindow

application = QApplication([])
window = MainWindow()
window.show()
application.processEvents()
room = window.screen().availableSize()
print(window.size().boundedTo(room) == window.size())
window.close()
"""


def start(*arguments, **environment):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def no_display(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


def test_window_opens_without_slow_libraries():
    child = start("-c", OPEN)
    assert (child.returncode, child.stdout.strip()) == (0, "[]"), child.stderr


def test_command_loads_no_qt():
    code = "import sys, app.__main__ as a; a.main(['--version']); print('PySide6' in sys.modules)"
    child = start("-c", code)
    assert child.stdout.splitlines()[-1] == "False", child.stderr


def test_blas_has_one_thread():
    child = start(
        "-c",
        "import os, app.__main__; print(os.environ['OPENBLAS_NUM_THREADS'])",
        OPENBLAS_NUM_THREADS="8",
    )
    assert child.stdout.strip() == "1"


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="there is always a display")
@pytest.mark.usefixtures("no_display")
def test_without_display_the_model_runs_in_the_terminal():
    child = start("-m", "app", str(LESSON))
    assert child.returncode == 0, child.stderr
    assert "no display answers" in child.stderr
    assert "RESULTS FOR HETEROGENEOUS SIGMA-SQUARED" in child.stdout


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="there is always a display")
@pytest.mark.usefixtures("no_display")
def test_dead_display_is_told_in_words():
    child = start("-m", "app", DISPLAY=":4242")
    assert child.returncode == 2
    assert "no display answers" in child.stderr
    assert "levelwise run MODEL.hlm" in child.stderr


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="there is always a display")
def test_display_that_does_not_answer_is_none(monkeypatch):
    monkeypatch.setattr(display, "_OPEN_ONE", "import time; time.sleep(60)")
    monkeypatch.setattr(display, "TIMEOUT", 0.5)
    assert not display.has_display()


def test_meanwhile_is_done_while_the_display_is_asked():
    done = []
    assert display.has_display(lambda: done.append("loaded"))
    assert done == ["loaded"] or sys.platform in {"win32", "darwin"}


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signal")
def test_interrupt_in_the_terminal_closes_the_window():
    child = start("-c", INTERRUPT)
    assert child.stdout.splitlines() == ["collects in the window: True", "left with 0"]
    assert child.stderr == ""


def test_window_closed_before_its_file_is_open_just_leaves():
    child = start("-c", CLOSE_FIRST)
    assert (child.stdout, child.stderr) == ("left with 0\n", "")


@pytest.mark.parametrize("factor", ["1", "1.5", "2"])
def test_first_size_fits_the_screen(factor):
    child = start("-c", SIZES, QT_SCALE_FACTOR=factor)
    assert child.stdout.strip() == "True", child.stderr


def test_program_without_a_terminal_tells_in_its_window(qtbot, monkeypatch):
    monkeypatch.setattr("sys.stderr", None)
    monkeypatch.setattr(program, "_show", lambda path: path.name)
    assert program.main(["none.hlm"]) == "none.hlm"


@pytest.mark.parametrize(
    ("name", "words"),
    [("data.pdf", "its name must end as one of these"), ("none.hlm", "no such file")],
)
def test_file_that_cannot_be_opened_is_told_before_any_window(name, words, capsys):
    assert program.main([name]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"levelwise: {name}")
    assert words in error
