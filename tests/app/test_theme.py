"""The palettes and the size of everything: what must be told apart is, and nothing stays behind."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QLabel, QListWidget, QMenu, QToolTip

from app.theme import Theme, dress, scaled

LIGHT, DARK = Qt.ColorScheme.Light, Qt.ColorScheme.Dark
WINDOW = QPalette.ColorRole.Window


@pytest.fixture
def undressed(qapp: QApplication):
    palette, font, sheet = qapp.palette(), qapp.font(), qapp.styleSheet()
    yield qapp
    qapp.setPalette(palette)
    qapp.setPalette(palette, "QMenu")
    qapp.setFont(font)
    qapp.setStyleSheet(sheet)
    qapp.setProperty("zoom", None)


@pytest.fixture
def theme(undressed):
    theme = Theme(undressed)
    yield theme
    theme.setParent(None)
    theme.deleteLater()


def test_dark_menu_stands_out_from_the_list_it_covers(qtbot, undressed):
    dress(undressed, DARK)
    menu, variables = QMenu(), QListWidget()
    qtbot.addWidget(menu)
    qtbot.addWidget(variables)
    menu.ensurePolished()
    base = QPalette.ColorRole.Base
    lightness = menu.palette().color(base).lightness()
    assert lightness > variables.palette().color(base).lightness() + 20


def test_theme_wears_a_scheme_and_tells_after_the_change(qtbot, theme):
    heard = []
    theme.changed.connect(lambda: heard.append(QApplication.palette().color(WINDOW).lightness()))
    theme.wear(DARK)
    theme.wear(LIGHT)
    assert heard[0] < 60
    assert heard[1] > 200


def test_system_s_scheme_is_followed_only_while_none_is_chosen(qtbot, theme):
    theme.wear(Qt.ColorScheme.Unknown)
    changed = QApplication.styleHints().colorSchemeChanged
    with qtbot.waitSignal(theme.changed):
        changed.emit(DARK)
    theme.wear(LIGHT)
    with qtbot.assertNotEmitted(theme.changed):
        changed.emit(DARK)


def test_zoom_scales_the_system_s_font_everywhere_and_back(qtbot, theme):
    label, menu = QLabel("text"), QMenu()
    for widget in (label, menu):
        qtbot.addWidget(widget)
        widget.show()
    size = label.font().pointSizeF()
    for zoom in (200, 125, 100):
        theme.wear(LIGHT, zoom)
        new = QLabel("later")
        qtbot.addWidget(new)
        fonts = [label.font(), menu.font(), new.font(), QToolTip.font()]
        assert {each.pointSizeF() for each in fonts} == {size * zoom / 100}
        assert scaled(24) == 24 * zoom // 100


def test_lengths_are_as_they_are_without_a_theme(undressed):
    undressed.setProperty("zoom", None)
    assert scaled(17) == 17
