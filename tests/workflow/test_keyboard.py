"""The lesson without a mouse, from the welcome page to the saved model."""

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLineEdit, QWidget

from app.main_window import MainWindow
from estimation.examples import lesson_spec

Key = Qt.Key
ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


class Keyboard:
    """Strikes keys; they go where a user's would: to the pop-up, or to what has the focus."""

    def __init__(self, qtbot, window):
        self.qtbot, self.window = qtbot, window

    def strike(self, *keys, modifier=Qt.KeyboardModifier.NoModifier):
        for key in keys:
            QTest.qWait(1)  # a shortcut needs an active window, and that a turn of the loop
            QTest.keyClick(self.receiver(), key, modifier)

    def type(self, text):
        for letter in text:
            QTest.keyClick(self.receiver(), letter)

    def receiver(self):
        popup = QApplication.activePopupWidget()
        return popup or QApplication.focusWidget() or QApplication.activeWindow()

    def menu(self, *letters):
        self.strike(letters[0], modifier=ALT)
        self.qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
        self.strike(*letters[1:])

    def dialog(self, title):
        """Wait for a dialog; it is active, as a window manager sees to."""

        def found():
            return [each for each in QApplication.topLevelWidgets() if is_shown(each, title)]

        self.qtbot.waitUntil(lambda: len(found()) == 1)
        self.activate(found()[0])

    def activate(self, window):
        window.activateWindow()
        self.qtbot.waitUntil(window.isActiveWindow)


def is_shown(widget, title):
    return widget.isVisible() and widget.windowTitle() == title


@pytest.fixture
def window(qtbot):
    window = MainWindow(executor=ThreadPoolExecutor(1))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield window
    window._leaving = True
    window.close()


@pytest.fixture
def keyboard(qtbot, window):
    return Keyboard(qtbot, window)


def open_lesson(qtbot, window):
    with qtbot.waitSignal(window.files.opened):
        window.open_example_lesson()


def build(keyboard):
    """Step 1: MATHACH on FEMALE, both coefficients random."""
    keyboard.menu(Key.Key_F, Key.Key_E, Key.Key_D)  # File → Open example → data only
    keyboard.qtbot.waitUntil(lambda: keyboard.window.document.data is not None)
    keyboard.type("math")  # MATHACH: Outcome variable
    keyboard.strike(Key.Key_Return, Key.Key_Return)
    keyboard.type("fem")  # FEMALE: add variable uncentered
    keyboard.strike(Key.Key_Return, Key.Key_Return)
    keyboard.strike(Key.Key_F6)  # to the model
    keyboard.strike(Key.Key_Down, Key.Key_Down)  # from the level-1 equation to that of FEMALE
    keyboard.strike(Key.Key_Space)


def predict_variance(keyboard):
    """Steps 2 to 4: Other Settings → Estimation Settings → Heterogeneous sigma^2, FEMALE."""
    keyboard.menu(Key.Key_S, Key.Key_E)
    keyboard.dialog("Estimation Settings - HLM2")
    keyboard.strike(Key.Key_H, modifier=ALT)
    keyboard.dialog("Heterogeneous sigma^2: Predictors of level-1 variance")
    keyboard.type("fem")
    keyboard.strike(Key.Key_Space, Key.Key_Return)
    keyboard.dialog("Estimation Settings - HLM2")
    keyboard.strike(Key.Key_Return)
    keyboard.activate(keyboard.window)


def save(keyboard, path):
    window = keyboard.window
    keyboard.strike(Key.Key_S, modifier=CONTROL)
    keyboard.qtbot.waitUntil(lambda: bool(window.findChildren(QFileDialog)))
    name = window.findChild(QFileDialog).findChild(QLineEdit)
    name.setText(str(path))
    QTest.keyClick(name, Key.Key_Return)
    keyboard.activate(window)


@pytest.mark.skipif(sys.platform == "darwin", reason="its menus have no mnemonics")
def test_the_lesson_by_keyboard(qtbot, window, keyboard, tmp_path):
    lesson = lesson_spec()
    build(keyboard)
    assert window.document.spec.outcome == lesson.outcome
    assert window.document.spec.equations == lesson.equations
    predict_variance(keyboard)
    assert window.document.spec.variance_predictors == lesson.variance_predictors
    keyboard.strike(Key.Key_R, modifier=CONTROL)
    qtbot.waitUntil(window.output.isVisible, timeout=30_000)
    assert "7.187898" in window.output.text
    save(keyboard, tmp_path / "lesson.hlm")
    assert "heterol1var:FEMALE" in (tmp_path / "lesson.hlm").read_text(encoding="utf-8")
    assert not window.isWindowModified()
    keyboard.strike(Key.Key_Q, modifier=CONTROL)
    qtbot.waitUntil(lambda: not window.isVisible())


def test_output_by_keyboard(qtbot, window, keyboard):
    open_lesson(qtbot, window)
    window.runs.start()
    qtbot.waitUntil(window.output.isVisible, timeout=30_000)
    keyboard.strike(Key.Key_F, modifier=CONTROL)
    assert isinstance(QApplication.focusWidget(), QLineEdit)
    keyboard.type("alpha1")
    keyboard.strike(Key.Key_Escape)
    assert window.output.isAncestorOf(QApplication.focusWidget())
    keyboard.strike(Key.Key_W, modifier=CONTROL)
    assert not window.output.isVisible()
    keyboard.strike(Key.Key_Z, modifier=CONTROL)
    assert window.output.isVisible()


def test_f6_leads_round_the_panes(qtbot, window, keyboard):
    open_lesson(qtbot, window)
    window.runs.start()
    qtbot.waitUntil(window.output.isVisible, timeout=30_000)
    panes = [window.variables, window.equations, window.output]
    for pane in [*panes[1:], *panes]:
        keyboard.strike(Key.Key_F6)
        assert pane.isAncestorOf(QApplication.focusWidget()), pane


@pytest.mark.parametrize("key", [Key.Key_Tab, Key.Key_Backtab])
def test_tab_leads_to_everything_and_round(qtbot, window, keyboard, key):
    open_lesson(qtbot, window)
    window.runs.start()
    qtbot.waitUntil(window.output.isVisible, timeout=30_000)
    window.document.edit(replace(lesson_spec(), variance_predictors=()), "homogeneous")
    seen = [QApplication.focusWidget()]
    for _ in range(60):
        keyboard.strike(key)
        if QApplication.focusWidget() is seen[0]:
            break
        seen.append(QApplication.focusWidget())
    assert len(set(seen)) == len(seen)
    assert {each for each in window.panes.findChildren(QWidget) if takes_tab(each)} <= set(seen)


def takes_tab(widget):
    """Whether Tab must lead there; of buttons that exclude each other it leads to one."""
    others = isinstance(widget, QAbstractButton) and widget.group() and not widget.isChecked()
    wants = (widget.focusPolicy() & Qt.FocusPolicy.TabFocus) == Qt.FocusPolicy.TabFocus
    return wants and widget.isVisible() and widget.isEnabled() and not others


def test_esc_from_a_menu_goes_back_to_where_the_keyboard_was(qtbot, window, keyboard):
    open_lesson(qtbot, window)
    focus = QApplication.focusWidget()
    for _ in range(2):
        keyboard.menu(Key.Key_V)
        keyboard.strike(Key.Key_Escape)
        qtbot.waitUntil(lambda: QApplication.focusWidget() is focus)


def test_f6_comes_back_to_the_equation_where_it_was(qtbot, window, keyboard):
    open_lesson(qtbot, window)
    keyboard.strike(Key.Key_F6, Key.Key_Down, Key.Key_Down)
    line = QApplication.focusWidget()
    assert line is window.equations.level2_lines[1]
    keyboard.strike(Key.Key_F6)
    assert QApplication.focusWidget() is not line
    keyboard.strike(Key.Key_F6)
    assert QApplication.focusWidget() is line
