"""The palettes and the size of everything: what must be told apart is, and nothing stays behind."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QMenu,
    QRadioButton,
    QToolTip,
    QWidget,
)

from app.theme import Theme, dress, mixed, palette, scaled
from app.views.equation_line import _TINT

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
    window, label, menu = QWidget(), QLabel("text"), QMenu()
    child = QLabel("inside", window)
    for widget in (window, label, menu):
        qtbot.addWidget(widget)
        widget.show()
    size = label.font().pointSizeF()
    for zoom in (200, 125, 100):
        theme.wear(LIGHT, zoom)
        new = QLabel("later")
        qtbot.addWidget(new)
        fonts = [label.font(), child.font(), menu.font(), new.font(), QToolTip.font()]
        assert {each.pointSizeF() for each in fonts} == {size * zoom / 100}
        assert scaled(24) == 24 * zoom // 100


def test_lengths_are_as_they_are_without_a_theme(undressed):
    undressed.setProperty("zoom", None)
    assert scaled(17) == 17


R, G = QPalette.ColorRole, QPalette.ColorGroup
# What is written in which colour on which.
WRITTEN = [
    *((R.WindowText, R.Window), (R.Text, R.Base), (R.Text, R.AlternateBase)),
    *((R.ButtonText, R.Button), (R.ButtonText, R.Window), (R.WindowText, R.Base)),
    *((R.PlaceholderText, R.Base), (R.PlaceholderText, R.Window)),
    *((R.HighlightedText, R.Highlight), (R.ToolTipText, R.ToolTipBase)),
    *((R.Link, R.Base), (R.Link, R.Window), (R.LinkVisited, R.Base), (R.LinkVisited, R.Window)),
    *((R.BrightText, R.Base), (R.BrightText, R.Window)),
]


def luminance(colour: QColor) -> float:
    """Relative luminance of WCAG 2."""

    def linear(part):
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue, _ = colour.getRgbF()
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def contrast(one: QColor, other: QColor) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_that_of_the_standard():
    assert contrast(QColor("white"), QColor("black")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("white")) == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
@pytest.mark.parametrize("group", [G.Active, G.Inactive])
@pytest.mark.parametrize(("text", "ground"), WRITTEN)
def test_text_can_be_read(scheme, group, text, ground):
    colours = palette(scheme)
    assert contrast(colours.color(group, text), colours.color(group, ground)) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
@pytest.mark.parametrize("ground", [R.Window, R.Base, R.Button])
def test_disabled_text_can_be_made_out(scheme, ground):
    colours = palette(scheme)
    for text in (R.WindowText, R.Text, R.ButtonText):
        grey = colours.color(G.Disabled, text)
        assert contrast(grey, colours.color(ground)) >= 3
        assert contrast(grey, colours.color(text)) >= 1.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
def test_equations_can_be_read_on_the_mark_of_choice(scheme):
    colours = palette(scheme)
    ground = mixed(colours.color(R.Highlight), colours.color(R.Base), _TINT)
    for text in (R.Text, R.PlaceholderText, R.Link):
        assert contrast(colours.color(text), ground) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
def test_focus_can_be_seen(scheme):
    colours = palette(scheme)
    for ground in (R.Window, R.Base, R.Button):
        assert contrast(colours.color(R.Link), colours.color(ground)) >= 3


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
def test_selection_away_from_the_focus_is_paler(scheme):
    colours = palette(scheme)
    ground = colours.color(R.Base)
    pale, full = (contrast(colours.color(g, R.Highlight), ground) for g in (G.Inactive, G.Active))
    assert 1.3 < pale < 0.6 * full


def test_list_without_focus_shows_the_paler_selection(qtbot, theme):
    theme.wear(LIGHT)
    window, lists = QWidget(), [QListWidget(), QListWidget()]
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    for each in lists:
        each.addItems(["one", "two"])
        each.setCurrentRow(0)
        row.addWidget(each)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    lists[0].setFocus()
    grounds = []
    for each in lists:
        place = each.visualItemRect(each.item(0))
        image = each.viewport().grab(place).toImage()
        grounds.append(image.pixelColor(image.width() - 6, image.height() // 2))
    assert contrast(grounds[0], QColor("white")) > 2 * contrast(grounds[1], QColor("white"))


def test_marks_grow_with_the_text(qtbot, theme):
    button = QRadioButton("choice")
    qtbot.addWidget(button)
    widths = []
    for zoom in (100, 200):
        theme.wear(LIGHT, zoom)
        button.ensurePolished()
        text = button.fontMetrics().horizontalAdvance(button.text())
        widths.append(button.sizeHint().width() - text)
    assert widths[1] > 1.5 * widths[0]
