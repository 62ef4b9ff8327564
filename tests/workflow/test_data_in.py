"""From two files to the first model: dropped, made, run; made again with a step, and rebuilt."""

import shutil
from importlib.resources import files

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QListWidget, QPushButton

from app.main_window import MainWindow
from estimation.data.steps import GroupMean
from estimation.spec.edits import add_level2

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(qtbot):
    window = MainWindow()
    window.show()
    qtbot.waitExposed(window)
    yield window
    window._leaving = True
    window.close()


@pytest.fixture
def sources(tmp_path):
    """High School & Beyond, the files of the two levels."""
    for name in ("hsb1.csv", "hsb2.csv"):
        shutil.copy(files("resources") / "examples" / name, tmp_path)
    return [tmp_path / "hsb2.csv", tmp_path / "hsb1.csv"]


def drop(window, paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(each)) for each in paths])
    action, key = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(9, 9), action, data, LEFT, key))


def dialog(window, title):
    return next(
        each
        for each in window.findChildren(QDialog)
        if each.isVisible() and each.windowTitle() == title
    )


def press(qtbot, where, words):
    found = (each for each in where.findChildren(QPushButton) if each.isVisible())
    button = next(each for each in found if each.text().replace("&", "") == words)
    qtbot.waitUntil(button.isEnabled)
    qtbot.mouseClick(button, LEFT)


def choose(qtbot, window, name):
    """Click a variable, and choose the entry at which its menu begins."""
    variables = window.variables.findChild(QListWidget)
    item = variables.findItems(name, Qt.MatchFlag.MatchExactly)[0]
    place = variables.visualItemRect(item).center()
    qtbot.mouseMove(variables.viewport(), place)
    qtbot.mouseClick(variables.viewport(), LEFT, pos=place)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    qtbot.keyClick(QApplication.activePopupWidget(), Qt.Key.Key_Return)


@pytest.fixture
def made(qtbot, window, sources):
    """The data file made of the two, whichever was dropped first, and open."""
    drop(window, sources)
    make = dialog(window, "Make MDM - HLM2")
    with qtbot.waitSignal(window.files.opened, timeout=30_000):
        press(qtbot, make, "Make MDM")
    press(qtbot, make, "Done")
    qtbot.waitUntil(lambda: not make.isVisible())
    return window.document.stored.path


def run(qtbot, window):
    with qtbot.waitSignal(window.runs.reported, timeout=30_000):
        window.runs.start()
    return window.document.output.report.analysis


def test_from_two_files_to_the_first_model(qtbot, window, made):
    assert made.parent == window.memory.folder
    assert window.status._state.text().startswith("7185 rows, 160 units  ·  No outcome is chosen")
    choose(qtbot, window, "MATHACH")
    assert window.document.spec.outcome == "MATHACH"
    run(qtbot, window)
    assert "12.636974" in window.output.text  # γ00; HLM prints 12.636972


def test_a_step_then_its_variable_in_the_model(qtbot, window, made):
    choose(qtbot, window, "MATHACH")
    spec = window.document.spec
    with qtbot.waitSignal(window.data_files.renewed, timeout=30_000):
        stored = window.document.stored
        window.data_files._step(stored, stored.base(), (GroupMean("SES", "MEAN"),))
    assert window.document.spec == spec
    window.document.edit(add_level2(spec, "INTRCPT1", "MEAN"), "add MEAN")
    assert run(qtbot, window).converged


def test_a_source_that_changed_is_rebuilt_by_one_click(qtbot, window, made, sources):
    choose(qtbot, window, "MATHACH")
    spec = window.document.spec
    students = sources[1].read_text(encoding="utf-8").splitlines()
    sources[1].write_text("\n".join(students[:-1]) + "\n", encoding="utf-8")
    window.data_files.follow()
    strip = window.panes.changed_sources
    qtbot.waitUntil(strip.isVisible)
    with qtbot.waitSignal(window.data_files.renewed, timeout=30_000):
        qtbot.mouseClick(strip.accept_button, LEFT, pos=QPoint(5, 5))
    assert (window.document.data.n_rows, window.document.spec) == (7184, spec)
    assert not strip.isVisible()


def test_the_data_file_is_edited_under_the_model(qtbot, window, made):
    choose(qtbot, window, "MATHACH")
    spec = window.document.spec
    window._actions.edit_data.trigger()
    make = dialog(window, "Make MDM - HLM2")
    with qtbot.waitSignal(window.data_files.renewed, timeout=30_000):
        press(qtbot, make, "Make MDM")
        qtbot.waitUntil(lambda: bool(overwrite(make)), timeout=30_000)
        qtbot.mouseClick(overwrite(make)[0], LEFT)
    press(qtbot, make, "Done")
    assert (window.document.spec, window.document.data.n_rows) == (spec, 7185)


def overwrite(make):
    """The answer to the question whether the data file may be written over."""
    found = make.findChildren(QPushButton)
    return [each for each in found if "Overwrite" in each.text() and each.isVisible()]
