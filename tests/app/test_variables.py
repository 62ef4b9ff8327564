"""The variables column: levels, filter, marks, and where the keyboard is."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible, QAction, QKeySequence, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QVBoxLayout, QWidget

from app.model.gestures import Gesture
from app.views.variables import VariablesView
from estimation.spec import Catalogue, ModelSpec
from estimation.spec.catalogue import Variable

Key = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier


def variable(name, label=""):
    return Variable(name, label, 6, 0.5, 0.5, 0.0, 1.0)


CATALOGUE = Catalogue(
    (variable("MATHACH", "Mathematics achievement"), variable("FEMALE", "Sex"), variable("SES")),
    (variable("SECTOR"), variable("MEANSES", "Mean of SES")),
)


@pytest.fixture
def view(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    view = VariablesView()
    QVBoxLayout(window).addWidget(view)
    view.show_catalogue(CATALOGUE)
    window.resize(300, 400)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    view.kept = window
    return view


@pytest.fixture
def field(view):
    return view.findChild(QLineEdit)


def shown(view):
    items = [view._list.item(row) for row in range(view._list.count())]
    return [each.text() for each in items if not each.isHidden()]


def focus():
    return QApplication.focusWidget()


@pytest.mark.parametrize("key", [1, 2])
def test_alt_and_the_number_show_a_level_and_enter_its_list(qtbot, view, field, key):
    field.setFocus()
    qtbot.wait(1)
    qtbot.keyClick(field, str(key), ALT)
    qtbot.waitUntil(lambda: view.level == key and focus() is view._list)
    assert view._list.currentItem().text() == f"INTRCPT{key}"


def test_level_shown_from_outside_takes_no_focus(view, field):
    field.setFocus()
    view.show_level(2)
    assert focus() is field


def test_letters_lead_to_the_variable(qtbot, view):
    view.take_focus()
    assert focus() is view._list
    qtbot.keyClicks(view._list, "fe")
    assert view._list.currentItem().text() == "FEMALE"


def test_after_a_pick_letters_begin_anew(qtbot, view):
    view.take_focus()
    qtbot.keyClicks(view._list, "ma")
    with qtbot.waitSignal(view.picked) as picked:
        qtbot.keyClick(view._list, Key.Key_Return)
    assert picked.args == ["MATHACH"]
    assert view._list.currentItem().text() == "MATHACH"
    qtbot.keyClicks(view._list, "fe")
    assert view._list.currentItem().text() == "FEMALE"


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("", ["INTRCPT1", "MATHACH", "FEMALE", "SES"]),
        ("ma", ["MATHACH", "FEMALE"]),
        ("ACHIEVE math", ["MATHACH"]),
        ("sex", ["FEMALE"]),
        ("nothing", []),
    ],
)
def test_filter_narrows_by_name_and_label(qtbot, view, field, words, names):
    qtbot.keyClicks(field, words)
    assert shown(view) == names


def test_filter_stays_with_the_level_and_goes_with_the_data(qtbot, view, field):
    qtbot.keyClicks(field, "ses")
    view.show_level(2)
    assert shown(view) == ["MEANSES"]
    view.show_catalogue(replace(CATALOGUE, level2=(variable("SECTOR"),)))
    assert not field.text()
    assert shown(view) == ["INTRCPT2", "SECTOR"]


def test_esc_empties_the_filter_and_then_is_the_window_s(qtbot, view, field):
    heard = []
    action = QAction("Cancel", view.kept)
    action.setShortcut(QKeySequence("Esc"))
    action.triggered.connect(lambda: heard.append("cancel"))
    view.kept.addAction(action)
    field.setFocus()
    qtbot.keyClicks(field, "ses")
    qtbot.keyClick(field, Key.Key_Escape)
    assert (field.text(), heard) == ("", [])
    assert shown(view) == ["INTRCPT1", "MATHACH", "FEMALE", "SES"]
    qtbot.keyClick(field, Key.Key_Escape)
    assert heard == ["cancel"]


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Down])
def test_filter_leads_down_to_the_first_that_is_left(qtbot, view, field, key):
    view._list.setCurrentRow(1)
    qtbot.keyClicks(field, "se")
    qtbot.keyClick(field, key)
    assert focus() is view._list
    assert view._list.currentItem().text() == "FEMALE"
    with qtbot.waitSignal(view.picked) as picked:
        qtbot.keyClick(view._list, Key.Key_Return)
    assert picked.args == ["FEMALE"]


def test_what_the_filter_hides_is_not_picked(qtbot, view, field):
    view._list.setFocus()
    view._list.setCurrentRow(1)
    field.setText("nothing")
    with qtbot.assertNotEmitted(view.picked):
        qtbot.keyClick(view._list, Key.Key_Return)


@pytest.mark.parametrize("key", [Key.Key_Escape, Key.Key_Return])
def test_after_the_menu_the_list_has_the_focus_at_the_same_item(qtbot, view, key):
    view.picked.connect(lambda name: view.offer(name, [Gesture("Outcome variable", ModelSpec())]))
    view._list.setFocus()
    view._list.setCurrentRow(2)
    qtbot.keyClick(view._list, Key.Key_Return)
    menu = view.findChild(QMenu)
    qtbot.waitUntil(menu.isVisible)
    with qtbot.waitSignal(menu.destroyed):
        qtbot.keyClick(menu, Key.Key_Down)
        qtbot.keyClick(menu, key)
    assert view.kept.focusWidget() is view._list
    assert view._list.currentItem().text() == "FEMALE"
    qtbot.keyClick(view._list, Key.Key_Down)
    assert view._list.currentItem().text() == "SES"


def dotted(view):
    """Name the variables with a dot, by what is drawn at their ends."""
    found = []
    link = view.palette().color(QPalette.ColorRole.Link)
    for row in range(view._list.count()):
        item = view._list.item(row)
        place = view._list.visualItemRect(item)
        end = QRect(place.right() - 14, place.top(), 14, place.height())
        image = view._list.viewport().grab(end).toImage()
        pixels = (image.pixelColor(x, y) for x in range(14) for y in range(image.height()))
        if link in pixels:
            found.append(item.text())
    return found


def test_variables_of_the_model_are_marked_at_their_own_level(view):
    view._list.clearFocus()
    assert dotted(view) == []
    view.show_model_variables([(1, "MATHACH"), (1, "SES"), (2, "SECTOR")])
    assert dotted(view) == ["MATHACH", "SES"]
    view.show_level(2)
    assert dotted(view) == ["SECTOR"]
    view.show_model_variables([])
    assert dotted(view) == []


def test_mark_is_said(view):
    view.show_model_variables([(1, "SES")])
    table = QAccessible.queryAccessibleInterface(view._list)
    said = [table.child(row).text(QAccessible.Text.Name) for row in range(4)]
    assert said == ["INTRCPT1", "MATHACH", "FEMALE", "SES, in the model"]
