"""The frame around the focus: it is there, goes along, and outlives no window."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.widgets.focus_ring import SHOWS_FOCUS, FocusRing, _Frame

KINDS = [
    *(QCheckBox, QLineEdit, QListWidget, QPlainTextEdit, QPushButton, QRadioButton, QTabBar),
    QToolButton,
]


@pytest.fixture(autouse=True)
def ring(qtbot, qapp):
    ring = FocusRing(qapp)
    yield ring
    qapp.focusChanged.disconnect(ring._follow)
    ring._follow(None, None)
    ring.setParent(None)
    ring.deleteLater()


def window_of(qtbot, *widgets, kind=QWidget):
    window = kind()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    for each in widgets:
        each.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column.addWidget(each)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def frame(window):
    found = [each for each in window.findChildren(_Frame) if each.isVisible()]
    assert len(found) < 2
    return found[0].geometry() if found else QRect()


def place(widget):
    return QRect(widget.mapTo(widget.window(), QPoint()), widget.size())


@pytest.mark.parametrize("kind", KINDS)
def test_focus_of_every_kind_of_widget_shows(qtbot, kind):
    first, second = kind(), kind()
    if kind is QTabBar:
        for bar in (first, second):
            bar.addTab("one")
            bar.addTab("two")
    window = window_of(qtbot, first, second)
    link = window.palette().color(QPalette.ColorRole.Link)
    for widget in (first, second, first):
        widget.setFocus()
        around = frame(window)
        assert place(widget).contains(around.center())
        image = window.grab().toImage()
        assert image.pixelColor(around.left(), around.center().y()) == link
        assert image.pixelColor(around.center().x(), around.bottom()) == link


def test_frame_goes_along_when_its_widget_moves(qtbot):
    button = QPushButton("button")
    window = window_of(qtbot, button)
    button.setFocus()
    for width in (300, 200):
        window.resize(width, 100)
        assert frame(window) == place(button).adjusted(-1, -1, 1, 1)
    button.hide()
    assert frame(window).isNull()


def test_frame_is_around_the_tab_in_front(qtbot):
    bar = QTabBar()
    bar.addTab("one")
    bar.addTab("two")
    window = window_of(qtbot, bar)
    bar.setFocus()
    qtbot.keyClick(bar, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: frame(window).contains(place(bar).topLeft() + bar.tabRect(1).center()))


def test_frame_leaves_the_mouse_alone(qtbot):
    button = QPushButton("button")
    window = window_of(qtbot, button)
    button.setFocus()
    for point in (frame(window).topLeft(), frame(window).center()):
        assert not isinstance(window.childAt(point), _Frame)


def test_frame_of_what_is_scrolled_stays_in_the_view(qtbot):
    area, page = QScrollArea(), QWidget()
    column = QVBoxLayout(page)
    buttons = [QPushButton(str(number)) for number in range(30)]
    for each in buttons:
        column.addWidget(each)
    area.setWidget(page)
    window = window_of(qtbot, area)
    window.resize(200, 150)
    buttons[0].setFocus()
    assert frame(window).intersects(place(buttons[0]))
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    assert not frame(window).isValid() or not frame(window).intersects(place(buttons[0]))
    buttons[-1].setFocus()
    assert frame(window).intersects(place(buttons[-1]))


def test_what_shows_its_focus_itself_gets_no_frame(qtbot):
    button = QPushButton("button")
    button.setProperty(SHOWS_FOCUS, True)
    window = window_of(qtbot, button)
    button.setFocus()
    assert button.hasFocus()
    assert frame(window).isNull()


def test_closed_dialog_takes_its_frame_with_it_and_the_next_has_its_own(qtbot):
    button = QPushButton("button")
    window = window_of(qtbot, button)
    button.setFocus()
    for _ in range(5):
        dialog = QDialog(window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        inner = QPushButton("inner", dialog)
        dialog.open()
        dialog.activateWindow()
        inner.setFocus()
        qtbot.waitUntil(inner.hasFocus)
        assert frame(dialog).isValid()
        with qtbot.waitSignal(dialog.destroyed):
            dialog.reject()
        window.activateWindow()
        qtbot.waitUntil(lambda: frame(window).isValid())
    assert frame(window) == place(button).adjusted(-1, -1, 1, 1)
