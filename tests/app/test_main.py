"""The program's start: what it loads, and what it does without a display."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import app.__main__ as program

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


@pytest.mark.parametrize(
    ("name", "words"),
    [("data.csv", "a command file, its name ending in .hlm"), ("none.hlm", "no such file")],
)
def test_file_that_cannot_be_opened_is_told_before_any_window(name, words, capsys):
    assert program.main([name]) == 2
    error = capsys.readouterr().err
    assert name in error
    assert words in error
