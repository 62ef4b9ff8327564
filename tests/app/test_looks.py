"""What every window looks like, by tests/app/audit.py in either scheme and at either scale."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from audit import SCREEN, contrast, drawn_contrast, findings, luminance
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_window_is_whole_and_legible(tmp_path, scheme, scale):
    screen = {"name": "screen", "x": 0, "y": 0, "logicalDpi": 96, "dpr": 1}
    screen |= {"width": SCREEN.width() * scale, "height": SCREEN.height() * scale}
    config = tmp_path / "screen.json"
    config.write_text(json.dumps({"screens": [screen]}), encoding="utf-8")
    environment = os.environ | {
        "QT_QPA_PLATFORM": f"offscreen:configfile={config}",
        "QT_SCALE_FACTOR": str(scale),
    }
    command = [sys.executable, str(Path(__file__).with_name("audit.py")), scheme]
    child = subprocess.run(
        command, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert child.returncode == 0, child.stderr
    *found, looked_at = child.stdout.splitlines()
    assert [each for each in found if each] == []
    widgets, _, _, places, _ = looked_at.split()
    assert int(widgets) > 300
    assert int(places) >= 19


def test_contrast_is_that_of_the_standard():
    white, black, grey = (luminance(QColor(each)) for each in ("white", "black", "#767676"))
    assert contrast(white, black) == pytest.approx(21)
    assert contrast(grey, white) == pytest.approx(4.54, abs=0.005)  # WCAG's own example of AA


def test_contrast_is_measured_in_what_is_drawn(qtbot):
    image = QImage(20, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    image.setPixelColor(3, 3, QColor("#767676"))
    assert drawn_contrast(image) == pytest.approx(4.54, abs=0.005)


@pytest.fixture
def window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 300)
    window.show()
    return window


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda window: window.resize(1400, 300), "does not fit"),
        (lambda window: QPushButton("A long text", window).resize(30, 30), "cuts its text"),
        (lambda window: QPushButton("A", window).resize(80, 5), "smaller than its hint"),
        (lambda window: QLineEdit(window).resize(200, 60), "no accessible name"),
        (lambda window: faint(QLabel("Pale words", window)), "has a contrast"),
    ],
)
def test_audit_finds_what_is_wrong(window, make, words):
    make(window)
    for child in window.findChildren(QWidget):
        child.show()
    assert any(words in each for each in findings(window, "here"))


def faint(label):
    label.setStyleSheet("color: #bbbbbb; background: white")
    label.resize(200, 60)
