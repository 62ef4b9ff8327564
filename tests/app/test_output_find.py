"""The bar to find words in an output."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit
from shiboken6 import isValid

from app.model.document import Output, Report
from app.views.find_bar import FindBar
from app.views.output import OutputView
from estimation.spec import ModelSpec

Shift = Qt.KeyboardModifier.ShiftModifier
FIRST = "\n".join(["Tau and tau", *["-"] * 40, "the middle", *["-"] * 40, "the last tau"])
SECOND = "tau\nτ² and Straße"


@pytest.fixture
def outputs():
    texts = (FIRST, SECOND)
    return [Output(n, Report(ModelSpec(), "", text), f"t{n}") for n, text in enumerate(texts)]


@pytest.fixture
def view(present, outputs):
    view = OutputView()
    view.show_outputs(outputs, outputs[0], lambda _: True)
    return present(view, 900, 300)


@pytest.fixture
def bar(view):
    return view.findChild(FindBar)


@pytest.fixture
def words(bar):
    return bar.findChild(QLineEdit)


def marks(view):
    return [each.cursor.selectedText() for each in view.page.extraSelections()]


def first_colour(view):
    mark = view.page.extraSelections()[0]
    return mark.format.background().color().name()


def test_all_matches_are_marked_and_counted(view, bar, words, qtbot):
    view.open_find()
    qtbot.waitUntil(words.hasFocus)
    qtbot.keyClicks(words, "tau")
    assert marks(view) == ["Tau", "tau", "tau"]
    assert bar.outcome == "1 of 3"
    assert view.page.textCursor().selectedText() == "Tau"


def test_no_match_is_said_in_words(view, bar, words, qtbot):
    view.open_find()
    qtbot.keyClicks(words, "taus")
    assert bar.outcome == "No match"
    assert marks(view) == []
    words.clear()
    assert not bar.outcome


def test_case_counts_if_it_shall(view, bar, words, qtbot):
    view.open_find()
    qtbot.keyClicks(words, "tau")
    bar.findChild(QCheckBox).click()
    assert marks(view) == ["tau", "tau"]
    assert bar.outcome == "1 of 2"


def test_on_and_back_round_the_ends(view, bar, words, qtbot):
    view.open_find()
    qtbot.keyClicks(words, "tau")
    seen = []
    for modifier in (Qt.KeyboardModifier.NoModifier,) * 3 + (Shift,) * 4:
        qtbot.keyClick(words, Qt.Key.Key_Return, modifier)
        seen.append(bar.outcome[0])
    assert seen == ["2", "3", "1", "3", "2", "1", "3"]


def test_f3_in_the_text(view, bar, words, qtbot):
    view.open_find()
    qtbot.keyClicks(words, "tau")
    for modifier, outcome in ((Qt.KeyboardModifier.NoModifier, "2 of 3"), (Shift, "1 of 3")):
        qtbot.keyClick(view.page, Qt.Key.Key_F3, modifier)
        assert bar.outcome == outcome


def test_a_match_out_of_sight_comes_into_view(view, bar, words, qtbot):
    view.open_find()
    qtbot.keyClicks(words, "last")
    assert view.page.viewport().rect().contains(view.page.cursorRect())
    view.page.verticalScrollBar().setValue(80)
    words.setText("middle")
    distance = view.page.cursorRect().center().y() - view.page.viewport().rect().center().y()
    assert abs(distance) < 2 * view.page.fontMetrics().lineSpacing()


def test_esc_gives_the_keyboard_back_to_the_text(view, bar, words, qtbot):
    view.open_find()
    qtbot.keyClicks(words, "tau")
    qtbot.waitUntil(words.hasFocus)
    qtbot.keyClick(words, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert view.page.hasFocus()
    assert marks(view) == []
    assert view.page.textCursor().selectedText() == "Tau"


def test_esc_is_kept_from_the_menus(words):
    press = QKeyEvent(
        QEvent.Type.ShortcutOverride, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier
    )
    press.ignore()
    QApplication.sendEvent(words, press)
    assert press.isAccepted()


def test_the_selected_text_is_sought(view, bar, words):
    view.page.setTextCursor(view.page.document().find("last"))
    view.open_find()
    assert words.text() == words.selectedText() == "last"
    assert bar.outcome == "1 of 1"


def test_several_lines_are_not_sought(view, words):
    view.select_all()
    view.open_find()
    assert not words.text()


def test_without_words_finding_the_next_asks_for_some(view, bar, words, qtbot):
    view.find_next()
    assert bar.isVisible()
    qtbot.waitUntil(words.hasFocus)


def test_the_next_match_after_the_bar_was_closed(view, bar, words, qtbot):
    view.open_find()
    qtbot.keyClicks(words, "tau")
    qtbot.keyClick(words, Qt.Key.Key_Escape)
    view.find_next()
    assert (bar.outcome, bar.isVisible(), words.hasFocus()) == ("2 of 3", True, False)
    assert len(marks(view)) == 3


def test_another_tab_is_searched_for_the_same_words(view, outputs, bar, words, qtbot):
    view.open_find()
    qtbot.keyClicks(words, "tau")
    first = view.page
    view.show_outputs(outputs, outputs[1], lambda _: True)
    assert bar.outcome == "1 match"
    assert marks(view) == ["tau"]
    assert first.extraSelections() == []
    view.show_outputs(outputs, outputs[0], lambda _: True)
    assert bar.outcome == "1 of 3"


def test_rendering_again_keeps_the_marks(view, outputs, bar, words, qtbot):
    view.open_find()
    qtbot.keyClicks(words, "tau")
    qtbot.keyClick(words, Qt.Key.Key_Return)
    view.show_outputs(outputs, outputs[0], lambda _: False)
    assert bar.outcome == "2 of 3"
    assert len(marks(view)) == 3


def test_a_page_that_is_closed_while_it_is_searched(view, outputs, bar, words, qtbot):
    view.open_find()
    qtbot.keyClicks(words, "tau")
    page = view.page
    view.show_outputs([], None, lambda _: True)
    qtbot.waitUntil(lambda: not isValid(page))
    bar.step(forward=True)
    view.show_outputs(outputs[1:], outputs[1], lambda _: True)
    assert bar.outcome == "1 match"


def test_greek_is_found(view, outputs, bar, words, qtbot):
    view.show_outputs(outputs, outputs[1], lambda _: True)
    view.open_find()
    words.setText("Τ²")
    assert marks(view) == ["τ²"]


def test_the_marks_follow_the_colours(view, words, qtbot):
    view.open_find()
    qtbot.keyClicks(words, "tau")
    before = first_colour(view)
    palette = view.palette()
    palette.setColor(palette.ColorRole.Highlight, Qt.GlobalColor.red)
    view.setPalette(palette)
    assert first_colour(view) != before
