"""The lesson by hand: every step a mouse event on what the window shows."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialogButtonBox,
    QListWidget,
    QMenu,
    QPushButton,
)

from app.dialogs.base import SpecDialog
from app.main_window import MainWindow
from app.views.equation_line import EquationLine
from estimation.examples import lesson_spec
from estimation.spec import Likelihood

LEFT = Qt.MouseButton.LeftButton
OK, CANCEL = QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel


def plain(text):
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


class Hand:
    """Does with the mouse what a user does, and finds things by the words they show."""

    def __init__(self, qtbot, window):
        self.qtbot, self.window = qtbot, window

    def menu(self, *path):
        bar = self.window.menuBar()
        self._click_action(bar, path[0])
        for words in path[1:]:
            self.choose(words)

    def open_example(self, words):
        with self.qtbot.waitSignal(self.window.files.opened):
            self.menu("File", "Open example", words)

    def choose(self, words):
        self.qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
        menu = self._innermost(QApplication.activePopupWidget())
        self._click_action(menu, words)

    def variable(self, name):
        variables = self.window.variables.findChild(QListWidget)
        self._on_item(variables, name, self.qtbot.mouseClick)

    def double_click(self, list_name, variable):
        lists = self.dialog().findChildren(QListWidget)
        chosen = next(each for each in lists if each.accessibleName() == list_name)
        self._on_item(chosen, variable, self.qtbot.mouseClick)
        self._on_item(chosen, variable, self.qtbot.mouseDClick)

    def error_term(self, number):
        line = self.window.equations.level2_lines[number]
        self.qtbot.mouseClick(line, LEFT, pos=line.error_term().center().toPoint() + QPoint(8, 4))

    def equation(self, number):
        line = self.window.equations.level2_lines[number]
        self.qtbot.mouseClick(line, LEFT, pos=QPoint(line.width() - 5, line.height() // 2))

    def button(self, words):
        self.click(next(each for each in self._buttons() if plain(each.text()) == words))

    def press(self, standard):
        self.click(self.dialog().findChild(QDialogButtonBox).button(standard))

    def click(self, button: QAbstractButton):
        assert button.isEnabled()
        self.qtbot.mouseClick(button, LEFT)

    def dialog(self) -> SpecDialog:
        """The innermost dialog."""
        dialogs = [each for each in self.window.findChildren(SpecDialog) if each.isVisible()]
        return dialogs[-1]

    def listed(self, list_name):
        lists = self.dialog().findChildren(QListWidget)
        chosen = next(each for each in lists if each.accessibleName() == list_name)
        return [chosen.item(row).text() for row in range(chosen.count())]

    def run_and_read(self):
        self.menu("Run Analysis", "Run the model shown")
        self.qtbot.waitUntil(self.window.output.isVisible, timeout=30_000)
        return self.window.output.text

    def _buttons(self):
        return self.dialog().findChildren(QPushButton)

    def _click_action(self, where, words):
        action = next(each for each in where.actions() if plain(each.text()) == words)
        assert action.isEnabled(), words
        position = where.actionGeometry(action).center()
        self.qtbot.mouseMove(where, position)
        self.qtbot.mouseClick(where, LEFT, pos=position)

    def _innermost(self, menu: QMenu) -> QMenu:
        active = menu.activeAction()
        inner = active.menu() if active else None
        return self._innermost(inner) if inner and inner.isVisible() else menu

    def _on_item(self, where, words, gesture):
        item = where.findItems(words, Qt.MatchFlag.MatchExactly)[0]
        position = where.visualItemRect(item).center()
        self.qtbot.mouseMove(where.viewport(), position)  # a menu asks how far the mouse moved
        gesture(where.viewport(), LEFT, pos=position)


@pytest.fixture
def window(qtbot):
    window = MainWindow(executor=ThreadPoolExecutor(1))
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()


@pytest.fixture
def hand(qtbot, window):
    return Hand(qtbot, window)


@pytest.fixture
def at_step_2(hand):
    """MATHACH on FEMALE, both coefficients random."""
    hand.open_example("High School & Beyond (data only)")
    hand.variable("MATHACH")
    hand.choose("Outcome variable")
    hand.variable("FEMALE")
    hand.choose("add variable uncentered")
    hand.error_term(1)
    return hand


def test_the_model_of_step_1(at_step_2, window):
    lesson = lesson_spec()
    assert window.document.spec.outcome == lesson.outcome
    assert window.document.spec.equations == lesson.equations


def test_the_lesson(at_step_2, window):
    hand = at_step_2
    hand.menu("Other Settings", "Estimation Settings")
    assert hand.dialog().windowTitle() == "Estimation Settings - HLM2"
    hand.button("Heterogeneous sigma^2")
    title = "Heterogeneous sigma^2: Predictors of level-1 variance"
    assert hand.dialog().windowTitle() == title
    hand.double_click("Possible Choices", "FEMALE")
    assert hand.listed("Predictors of level-1 variance") == ["FEMALE"]
    hand.press(OK)
    hand.press(OK)
    assert window.document.spec.likelihood is Likelihood.FULL
    output = hand.run_and_read()
    homogeneous, heterogeneous = output.split("RESULTS FOR HETEROGENEOUS SIGMA-SQUARED")
    assert "47049.4627" in homogeneous
    for number in ("3.704005", "0.024798", "-0.091313", "0.034089", "47042.274825", "7.187898"):
        assert number in heterogeneous


def test_double_click_moves_back(at_step_2):
    hand = at_step_2
    hand.menu("Other Settings", "Estimation Settings")
    hand.button("Heterogeneous sigma^2")
    before = hand.listed("Possible Choices")
    hand.double_click("Possible Choices", "FEMALE")
    assert hand.listed("Possible Choices") == [each for each in before if each != "FEMALE"]
    hand.double_click("Predictors of level-1 variance", "FEMALE")
    assert hand.listed("Possible Choices") == before
    assert hand.listed("Predictors of level-1 variance") == []


@pytest.mark.parametrize(("inner", "outer"), [(CANCEL, OK), (OK, CANCEL), (CANCEL, CANCEL)])
def test_cancel_in_either_dialog_changes_nothing(at_step_2, window, inner, outer):
    before, steps = window.document.spec, window.document.steps.count()
    hand = at_step_2
    hand.menu("Other Settings", "Estimation Settings")
    hand.button("Heterogeneous sigma^2")
    hand.double_click("Possible Choices", "FEMALE")
    hand.press(inner)
    hand.press(outer)
    assert (window.document.spec, window.document.steps.count()) == (before, steps)


def test_level_2_predictor_goes_to_the_equation_clicked(at_step_2, window):
    hand = at_step_2
    hand.equation(1)
    assert window.variables.level == 2
    hand.variable("SECTOR")
    hand.choose("add variable grand centered")
    assert [each.name for each in window.document.spec.equation("FEMALE").predictors] == ["SECTOR"]
    assert window.document.spec.equation("INTRCPT1").predictors == ()
    hand.variable("SECTOR")
    hand.choose("Delete variable from model")
    assert window.document.spec.equation("FEMALE").predictors == ()


def test_click_on_an_equation_shows_the_variables_of_its_level(at_step_2, window):
    hand = at_step_2
    hand.equation(0)
    assert window.variables.level == 2
    line = window.equations._level1.lines[0]
    hand.qtbot.mouseClick(line, LEFT, pos=QPoint(line.width() - 5, line.height() // 2))
    assert window.variables.level == 1


def test_equations_fit_the_smallest_window(at_step_2, window):
    window.resize(640, 480)
    view = window.equations
    at_step_2.qtbot.waitUntil(lambda: window.width() == 640)
    lines = view.findChildren(EquationLine)
    at_step_2.qtbot.waitUntil(
        lambda: max(line.width() for line in lines) <= view.viewport().width()
    )


def test_first_only_an_outcome_can_be_chosen(hand, window):
    hand.open_example("High School & Beyond (data only)")
    hand.variable("FEMALE")
    enabled = [
        each.text() for each in QApplication.activePopupWidget().actions() if each.isEnabled()
    ]
    assert enabled == ["Outcome variable"]
    QApplication.activePopupWidget().close()


def test_the_lesson_as_an_example(hand, window):
    hand.open_example("High School & Beyond: heterogeneous variance lesson")
    assert window.document.spec == lesson_spec()
    assert "7.187898" in hand.run_and_read()
