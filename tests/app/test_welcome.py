from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QListWidget, QMenu
from pytestqt.qtbot import QtBot

from app.views.welcome import WelcomeView

PATHS = (Path("/data/schools/first.hlm"), Path("/data/schools/second.hlm"))


@pytest.fixture
def welcome(qtbot: QtBot) -> WelcomeView:
    view = WelcomeView()
    qtbot.addWidget(view)
    view.resize(1100, 600)
    view.show_recent(PATHS)
    with qtbot.waitExposed(view):
        view.show()
    view.activateWindow()
    return view


def card(view: WelcomeView, words: str) -> QAbstractButton:
    buttons = view.findChildren(QAbstractButton)
    return next(each for each in buttons if words in each.text().replace("&", ""))


def recent(view: WelcomeView) -> QListWidget:
    return view.findChild(QListWidget)


@pytest.mark.parametrize(("words", "finished"), [("data only", False), ("finished", True)])
def test_each_example_has_its_card(welcome: WelcomeView, qtbot: QtBot, words: str, finished: bool):
    with qtbot.waitSignal(welcome.example_asked) as asked:
        qtbot.mouseClick(card(welcome, words), Qt.MouseButton.LeftButton)
    assert asked.args == [finished]


@pytest.mark.parametrize(
    ("words", "signal"),
    [("your data", "data_asked"), ("model or data", "open_asked"), ("Getting", "help_asked")],
)
@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_enter_and_space_press_a_card(
    welcome: WelcomeView, qtbot: QtBot, words: str, signal: str, key: Qt.Key
):
    with qtbot.waitSignal(getattr(welcome, signal)):
        qtbot.keyClick(card(welcome, words), key)


def test_focus_begins_at_the_data(welcome: WelcomeView):
    welcome.take_focus()
    assert card(welcome, "your data").hasFocus()


def test_letters_are_unique_and_leave_those_of_the_menus(welcome: WelcomeView):
    texts = [each.text() for each in welcome.findChildren(QAbstractButton)] + ["Re&cent files"]
    letters = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
    assert len(letters) == 6
    assert len(set(letters)) == len(letters)
    assert not set(letters) & set("febsrvh")


def test_without_recent_files_there_is_no_list(welcome: WelcomeView):
    assert recent(welcome).isVisible()
    welcome.show_recent(())
    assert not recent(welcome).isVisible()


def test_a_click_or_enter_opens_a_recent_file(welcome: WelcomeView, qtbot: QtBot):
    files = recent(welcome)
    place = files.visualItemRect(files.item(1)).center()
    with qtbot.waitSignal(welcome.recent_asked) as asked:
        qtbot.mouseClick(files.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert asked.args == [PATHS[1]]
    files.setCurrentRow(0)
    with qtbot.waitSignal(welcome.recent_asked) as asked:
        qtbot.keyClick(files, Qt.Key.Key_Return)
    assert asked.args == [PATHS[0]]


def test_delete_takes_a_file_out_and_the_place_stays(welcome: WelcomeView, qtbot: QtBot):
    files = recent(welcome)
    files.setCurrentRow(1)
    with qtbot.waitSignal(welcome.forget_asked) as asked:
        qtbot.keyClick(files, Qt.Key.Key_Delete)
    assert asked.args == [PATHS[1]]
    welcome.show_recent(PATHS[:1])
    assert files.currentRow() == 0


def test_the_menu_takes_a_file_out(welcome: WelcomeView, qtbot: QtBot):
    files = recent(welcome)
    place = files.visualItemRect(files.item(1)).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, QPoint(5, 5))
    QApplication.sendEvent(files.viewport(), event)
    menu = files.findChild(QMenu)
    remove = next(each for each in menu.actions() if "Remove" in each.text())
    with qtbot.waitSignal(welcome.forget_asked) as asked:
        remove.trigger()
    assert asked.args == [PATHS[1]]
    menu.close()


def test_the_tip_has_the_whole_path_and_the_reader_the_folder(welcome: WelcomeView):
    item = recent(welcome).item(0)
    assert item.toolTip() == str(PATHS[0])
    told = item.data(Qt.ItemDataRole.AccessibleTextRole)
    assert told == f"first.hlm in {PATHS[0].parent}"


@pytest.mark.parametrize("width", [480, 640, 1100, 1366])
def test_cards_have_room_for_their_words(welcome: WelcomeView, qtbot: QtBot, width: int):
    welcome.resize(width, 480)
    QApplication.processEvents()
    for each in welcome.findChildren(QAbstractButton):
        if not each.text():
            continue
        assert each.height() >= each.heightForWidth(each.width())
        right = each.mapTo(welcome, each.rect().topRight()).x()
        assert right <= welcome.viewport().width()


def test_the_files_stand_beside_the_cards_where_there_is_room(welcome: WelcomeView):
    first = card(welcome, "data only")
    for width, beside in ((1366, True), (640, False)):
        welcome.resize(width, 600)
        QApplication.processEvents()
        left = recent(welcome).mapTo(welcome, QPoint(0, 0)).x()
        assert (left > first.mapTo(welcome, first.rect().topRight()).x()) is beside
