"""The window around the lesson: runs that go wrong, states, keys."""

import sys
from dataclasses import replace
from threading import Event
from threading import enumerate as threads

import pytest
from audit import mnemonics
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QListWidget, QMessageBox, QPushButton

from app.dialogs.basic import BasicDialog
from app.dialogs.preferences import PreferencesDialog
from app.main_window import MainWindow
from app.model.document import ModelFile, Report
from app.preferences import Preferences, Scheme
from app.runs import run_analysis
from estimation.errors import FileError, NumericalError
from estimation.examples import NAME
from estimation.progress import Progress
from estimation.spec import ModelSpec
from estimation.spec.edits import add_level1, choose_outcome, toggle_random

MODEL = choose_outcome(ModelSpec(), "Y")
MODEL_XZ = add_level1(add_level1(MODEL, "X"), "Z")


class Run:
    """An analysis under the test's thumb: waits for `go`, giving signs of life, then acts."""

    def __init__(self, act=run_analysis):
        self.go, self.act, self.calls = Event(), act, 0

    def __call__(self, data, spec, observer):
        self.calls += 1
        while not self.go.wait(0.002):
            observer(Progress("homogeneous", 3, 100.0))
        return self.act(data, spec, observer)


@pytest.fixture
def run():
    run = Run()
    yield run
    run.go.set()


@pytest.fixture
def window(qtbot, small_data, run, inline):
    window = MainWindow(run, reader=inline)
    qtbot.addWidget(window)
    window.show()
    window.document.open(small_data, MODEL)
    yield window
    window._leaving = True  # without the question of unsaved changes
    window.close()
    assert not [each for each in threads() if each.name.startswith("fit")]


def fail(data, spec, observer):
    raise NumericalError("Unit a is fitted exactly by X.")


def shown_run(window):
    """What the status bar shows of a run."""
    return window.status._done.text() if window.status._busy.isVisible() else None


def is_marked(window):
    """Whether the output shown is marked as that of another model."""
    return window.output._banner.isVisible()


def said(window):
    """What the status bar says was done last."""
    return window.status._done.text()


def test_output_appears_and_later_edits_mark_it(qtbot, window, run):
    run.go.set()
    assert not window.output.isVisible()
    window.runs.start()
    qtbot.waitUntil(window.output.isVisible)
    assert "The outcome variable is Y" in window.output.text
    assert not is_marked(window)
    window.document.edit(add_level1(MODEL, "X"), "add X")
    assert is_marked(window)
    window.document.steps.undo()
    assert not is_marked(window)


def run_now(qtbot, window):
    window.runs.start()
    qtbot.waitUntil(lambda: not window.runs.running)


def test_output_is_always_that_of_the_model_shown(qtbot, window, run):
    run.go.set()
    run_now(qtbot, window)
    first = window.output.text
    window.document.edit(add_level1(MODEL, "X"), "add X")
    run_now(qtbot, window)
    assert "X" in window.output.text
    assert window.output.text != first
    window.document.steps.undo()
    assert window.output.text == first
    assert not is_marked(window)


def test_output_of_a_failed_run_belongs_to_its_model(qtbot, window, run):
    run.go.set()
    run_now(qtbot, window)
    window.document.edit(add_level1(MODEL, "X"), "add X")
    run.act = fail
    run_now(qtbot, window)
    assert "Unit a is fitted exactly by X." in window.output.text
    assert not is_marked(window)
    window.document.edit(MODEL_XZ, "add Z")
    assert "Unit a is fitted exactly by X." in window.output.text
    assert is_marked(window)
    window.document.steps.undo()
    assert not is_marked(window)
    window.document.steps.undo()
    assert "Unit a" not in window.output.text
    assert not is_marked(window)


def test_failing_run_says_why_in_the_output(qtbot, window, run):
    run.act = fail
    run.go.set()
    run_now(qtbot, window)
    assert "Unit a is fitted exactly by X." in window.output.text
    assert not is_marked(window)
    assert window._actions.run.isEnabled()
    assert window._actions.save_output.isEnabled()
    assert shown_run(window) is None
    assert said(window) == "Not estimated: see the output"


def test_status_says_how_the_run_ended_until_the_model_changes(qtbot, window, run):
    run.go.set()
    run_now(qtbot, window)
    iterations = window.document.output.report.analysis.homogeneous.convergence.iterations
    assert said(window).startswith(f"Converged after {iterations} iteration")
    window.document.edit(add_level1(MODEL, "X"), "add X")
    assert said(window) == ""


def test_status_says_that_the_output_is_older_than_the_cancelled_run(qtbot, window, run):
    window.runs.start()
    window.runs.cancel()
    assert said(window) == "Run cancelled"
    run.go.set()
    run_now(qtbot, window)
    run.go.clear()
    window.runs.start()
    window.runs.cancel()
    assert said(window) == "Run cancelled: the output is that of an earlier run"


def test_run_after_a_cancelled_one_says_that_it_waits(qtbot, window, run):
    class Deaf(Run):
        """Gives no sign of life."""

        def __call__(self, data, spec, observer):
            self.go.wait()
            return super().__call__(data, spec, observer)

    deaf = window.runs._run = Deaf()
    window.runs.start()
    window.runs.cancel()
    window.runs._run = run
    window.runs.start()
    assert shown_run(window) == "Waiting for the cancelled run to end"
    deaf.go.set()
    qtbot.waitUntil(lambda: "iteration 3" in shown_run(window))


def test_what_hinders_a_run_is_said_where_it_is_chosen(window, small_data):
    run = window._actions.run
    assert run.toolTip() == "Run the model shown"
    window.document.open(small_data)
    assert "No outcome is chosen" in run.toolTip()
    menus = [menu for each in window.menuBar().actions() if (menu := each.menu())]
    assert all(menu.toolTipsVisible() for menu in menus)


def test_long_names_do_not_widen_the_window(qtbot, window):
    window.resize(800, 600)
    name = "AVERAGE_SOCIO_ECONOMIC_STATUS_OF_THE_NEIGHBOURHOOD_OF_THE_SCHOOL"
    window.document.edit(replace(MODEL, outcome=name), "outcome")
    state = window.status._state
    assert name in state.text()
    qtbot.waitUntil(lambda: state.toolTip() == state.text())
    assert window.width() == 800
    assert window.status.minimumSizeHint().width() < 640
    window.document.steps.undo()
    assert state.toolTip() == ""


def test_progress_and_cancel_by_button(qtbot, window):
    window.runs.start()
    qtbot.waitUntil(lambda: "iteration 3, deviance 98.16" in (shown_run(window) or ""))
    cancel = next(b for b in window.status.findChildren(QPushButton) if b.text() == "Cancel")
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert shown_run(window) is None
    assert not window.output.isVisible()
    assert window._actions.run.isEnabled()


def test_cancel_by_escape(qtbot, window):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.runs.start()
    qtbot.waitUntil(lambda: shown_run(window) is not None)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert shown_run(window) is None


def test_second_run_waits_for_the_first_to_end(qtbot, window, run):
    window.runs.start()
    window.runs.start()
    assert not window._actions.run.isEnabled()
    run.go.set()
    qtbot.waitUntil(window.output.isVisible)
    assert run.calls == 1
    window.runs.start()
    qtbot.waitUntil(lambda: not window.runs.running)
    assert run.calls == 2


def test_closing_during_a_run_leaves_no_thread(qtbot, window):
    window.runs.start()
    qtbot.waitUntil(lambda: shown_run(window) is not None)
    window.close()
    assert not [each for each in threads() if each.name.startswith("fit")]
    assert not window.output.isVisible()


def test_closing_leaves_the_screen_before_it_waits(window, monkeypatch):
    seen = []
    monkeypatch.setattr(window.runs, "close", lambda: seen.append(window.isVisible()))
    window.close()
    assert seen == [False]
    monkeypatch.undo()
    window.runs.close()


def test_opening_after_closing_does_nothing(window, tmp_path):
    window.close()
    window.open_example_data()
    window.open_file(tmp_path / "none.hlm")
    window.runs.start()
    assert window.document.data.name == "small"
    assert window.findChild(QMessageBox) is None


def test_opening_shows_level_1(window):
    window.variables.show_level(2)
    window.open_example_data()
    assert window.variables.level == 1


def test_opening_other_data_cancels_the_run(qtbot, window):
    window.runs.start()
    window.open_example_data()
    assert not window.runs.running
    assert window.windowTitle() == f"{NAME} – new model[*] – Levelwise"


def test_title_marks_a_changed_model(window, small_data):
    window.document.open(small_data, MODEL, ModelFile("model.hlm"))
    assert window.windowTitle() == "small – model.hlm[*] – Levelwise"
    assert not window.isWindowModified()
    window.document.edit(toggle_random(MODEL, "INTRCPT1"), "u_0")
    assert window.isWindowModified()
    window.document.steps.undo()
    assert not window.isWindowModified()


def test_status_says_what_is_missing(window, small_data):
    assert window.status._state.text() == "6 rows, 2 units"
    window.document.open(small_data)
    assert "No outcome is chosen" in window.status._state.text()
    assert not window._actions.run.isEnabled()
    assert not window._actions.estimation.isEnabled()


def test_file_that_cannot_be_read_is_told_and_nothing_changes(qtbot, window, tmp_path):
    window.open_file(tmp_path / "none.hlm")
    box = window.findChild(QMessageBox)
    assert "there is no such file" in box.text()
    assert window.document.spec == MODEL
    box.close()


def show_text(window, text):
    document = window.document
    document.keep(Report(document.spec, document.data.fingerprint, text))


def test_output_is_saved_as_it_is_shown(qtbot, window, tmp_path):
    show_text(window, "α0 is 3.7")
    window.output_files.write(tmp_path / "out.txt")
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == "α0 is 3.7"
    assert said(window) == "Saved out.txt"


def test_full_disk_is_told(window, monkeypatch, tmp_path):
    def full(path, text):
        raise FileError("the disk is full")

    monkeypatch.setattr("app.output_files.write_text", full)
    show_text(window, "text")
    window.output_files.write(tmp_path / "out.txt")
    box = window.findChild(QMessageBox)
    assert box.text() == "the disk is full"
    box.close()


def test_save_asks_with_the_model_s_output_name(window):
    window.output_files.ask()
    dialog = window.findChild(QFileDialog)
    assert dialog.selectedFiles()[0].endswith("hlm2.txt")
    dialog.close()


def test_copy_takes_the_selection_or_all(window):
    show_text(window, "first\nsecond")
    window._actions.copy.trigger()
    assert QApplication.clipboard().text() == "first\nsecond"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_keys_open_the_menu_of_a_variable(qtbot, window, key):
    variables = window.variables.findChild(QListWidget)
    variables.setCurrentRow(2)
    qtbot.keyClick(variables, key)
    menu = QApplication.activePopupWidget()
    assert menu.activeAction().text() == "add variable uncentered"
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert window.document.spec == add_level1(MODEL, "X")
    assert window.document.steps.undoText() == "add variable uncentered: X"


def test_level_2_menu_says_which_equation_it_acts_on(qtbot, window):
    window.variables.show_level(2)
    variables = window.variables.findChild(QListWidget)
    variables.setCurrentRow(1)
    qtbot.keyClick(variables, Qt.Key.Key_Return)
    menu = QApplication.activePopupWidget()
    title = menu.actions()[0]
    assert (title.text(), title.isEnabled()) == ("Equation of β₀ⱼ (INTRCPT1)", False)
    assert menu.activeAction().text() == "add variable uncentered"
    menu.close()


def test_menu_key_opens_the_menu_of_the_current_variable(window):
    variables = window.variables.findChild(QListWidget)
    variables.setCurrentRow(1)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    QApplication.sendEvent(variables.viewport(), event)
    menu = QApplication.activePopupWidget()
    assert menu.actions()[-1].text() == "Delete variable from model"
    menu.close()


def test_edits_are_undone_and_redone_by_keys(qtbot, window):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.document.edit(add_level1(MODEL, "X"), "add X")
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.document.spec == MODEL
    redo = QKeySequence(QKeySequence.StandardKey.Redo)[0]
    qtbot.keyClick(window, redo.key(), redo.keyboardModifiers())
    assert window.document.spec == add_level1(MODEL, "X")


def test_keys_act_on_an_equation(qtbot, window):
    window.document.edit(add_level1(MODEL, "X"), "add X")
    line = window.equations.level2_lines[1]
    qtbot.keyClick(line, Qt.Key.Key_Space)
    assert window.document.spec.random == ("INTRCPT1", "X")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert window.equations.coefficient == "X"
    assert window.equations.level2_lines[1] is line


def test_variable_has_its_description_for_tip(window):
    variables = window.variables.findChild(QListWidget)
    item = variables.findItems("Y", Qt.MatchFlag.MatchExactly)[0]
    said = item.data(Qt.ItemDataRole.AccessibleDescriptionRole)
    assert said.splitlines() == ["Y: Yield", "n 6", "mean 3.5", "SD 1.87083", "range 1 to 6"]


@pytest.mark.skipif(sys.platform == "darwin", reason="its menu bar is not in the window")
def test_window_fits_a_small_screen(window):
    assert window.width() <= 1366
    assert window.height() <= 740
    assert window.minimumSizeHint().width() <= 800


def test_model_of_an_output_comes_back_in_one_step(qtbot, window, run):
    run.go.set()
    run_now(qtbot, window)
    window.document.edit(MODEL_XZ, "add X and Z")
    window.output._banner.button.click()
    assert window.document.spec == MODEL
    assert window.document.steps.undoText() == "model of output Y"
    assert not is_marked(window)


def test_output_pane_can_be_put_away_and_comes_back_with_a_run(qtbot, window, run):
    run.go.set()
    run_now(qtbot, window)
    window._actions.output.trigger()
    assert not window.output.isVisible()
    run_now(qtbot, window)
    assert window.output.isVisible()
    assert window._actions.output.isChecked()


def test_find_brings_the_output_back(qtbot, window, run):
    run.go.set()
    run_now(qtbot, window)
    window._actions.output.trigger()
    window._actions.find.trigger()
    assert window.output.isVisible()


def test_variables_can_be_put_away(window):
    window._actions.variables.trigger()
    assert not window.variables.isVisible()
    window._actions.variables.trigger()
    assert window.variables.isVisible()


def test_zoom_goes_by_steps_and_stops_at_either_end(window):
    zooms = []
    window.memory.changed.connect(lambda: zooms.append(window.memory.preferences.zoom))
    for _ in range(6):
        window._actions.larger.trigger()
    window._actions.normal.trigger()
    for _ in range(4):
        window._actions.smaller.trigger()
    assert zooms == [110, 125, 150, 175, 200, 100, 90, 80]


@pytest.mark.parametrize("part", ["variables", "equations", "output", "welcome"])
def test_wheel_with_ctrl_zooms_over_each_part_of_the_window(qtbot, window, run, part):
    run.go.set()
    run_now(qtbot, window)
    if part == "welcome":
        window.panes.setCurrentWidget(window.panes.welcome)
    widget = getattr(window.panes, part)
    place = widget.mapTo(window, widget.rect().center())
    turn, control = QPoint(0, 120), Qt.KeyboardModifier.ControlModifier
    QTest.wheelEvent(window.windowHandle(), place, turn, QPoint(), control)
    assert window.memory.preferences.zoom == 110
    for _ in range(30):  # as a touch pad turns
        QTest.wheelEvent(window.windowHandle(), place, -turn / 30, QPoint(), control)
    assert window.memory.preferences.zoom == 100


def test_colour_scheme_is_remembered_and_ticked(window):
    window._actions.schemes[Scheme.DARK].trigger()
    assert window.memory.preferences.scheme is Scheme.DARK
    assert window._actions.schemes[Scheme.DARK].isChecked()
    assert not window._actions.schemes[Scheme.SYSTEM].isChecked()


def test_preferences_are_taken_by_ok_only(window):
    window.looks.ask()
    dialog = window.findChild(PreferencesDialog)
    dialog.preferences = lambda: Preferences(Scheme.LIGHT, 150, 12, subscripts=False)
    dialog.reject()
    assert window.memory.preferences == Preferences()
    window.looks.ask()
    dialog = window.findChildren(PreferencesDialog)[-1]
    dialog.preferences = lambda: Preferences(Scheme.LIGHT, 150, 12, subscripts=False)
    dialog.accept()
    assert window.memory.preferences == Preferences(Scheme.LIGHT, 150, 12, subscripts=False)


def test_layout_comes_back_with_the_next_window(qtbot, window, small_data):
    window.resize(700, 600)
    window.panes._whole.setSizes([260, 420])
    sizes = window.panes._whole.sizes()
    window.close()
    again = MainWindow()
    qtbot.addWidget(again)
    again.document.open(small_data, MODEL)
    again.show()
    assert again.size() == window.size()
    assert again.panes._whole.sizes() == sizes
    again.close()


def test_basic_settings_are_one_step(window):
    window.open_basic_settings()
    dialog = window.findChild(BasicDialog)
    titled = replace(MODEL, settings=replace(MODEL.settings, title="Mine"))
    dialog.spec = lambda: titled
    dialog.accept()
    assert window.document.spec == titled
    assert window.document.steps.undoText() == "basic settings"


def test_every_menu_entry_has_a_mnemonic_of_its_own(window):
    assert list(mnemonics(window.menuBar(), "menus")) == []


def test_mixed_model_by_menu(window):
    assert not window.equations.mixed_shown
    window._actions.mixed.trigger()
    assert window.equations.mixed_shown
    window.equations.show_mixed(False)
    assert not window._actions.mixed.isChecked()
