"""Small histograms, and the tool tip that has one."""

import re
from base64 import b64decode
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QImage, QPalette
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from viewed import A

from app.theme import dress, palette
from app.views.variables import VariablesView
from app.widgets.histogram import Histogram, bars, histogram_image, in_words
from app.widgets.numbers import letter, short
from app.widgets.variable_tip import plain_tip, variable_tip
from estimation.spec import Catalogue, Variable

PLACE = QRectF(10, 20, 100, 50)
SES = Variable("SES", "Status & <rank>", 7185, 0.00014, 0.779355, -3.758, 2.692, 12, (1, 0, 4, 2))
EMPTY = Variable("GONE", "", 0, None, None, None, None, 5)


def test_bars_stand_on_the_ground_and_the_largest_fills_the_place():
    found = list(bars(PLACE, [1, 0, 4, 2, 3, 1, 1, 1]))
    assert len(found) == 7
    assert {each.bottom() for each in found} == {70.0}
    assert [round(each.height(), 1) for each in found][:3] == [12.5, 50.0, 25.0]
    assert min(each.left() for each in found) >= PLACE.left()
    assert max(each.right() for each in found) <= PLACE.right()


def test_few_bars_are_narrow_and_in_the_middle():
    (one,) = bars(PLACE, [7])
    assert one.width() < PLACE.width() / 4
    assert one.center().x() == pytest.approx(PLACE.center().x())


def test_a_small_count_is_seen_and_none_is_not():
    small, _ = bars(PLACE, [1, 1_000_000])
    assert small.height() >= 1
    assert list(bars(PLACE, [0, 0])) == list(bars(PLACE, [])) == []


@pytest.mark.parametrize("scheme", [Qt.ColorScheme.Light, Qt.ColorScheme.Dark])
def test_bars_have_the_colour_of_a_link(qapp, scheme):
    image = histogram_image(SES, QSize(80, 30), palette(scheme), 2.0)
    assert image.size() == QSize(160, 60)
    link = palette(scheme).color(QPalette.ColorRole.Link)
    seen = {image.pixelColor(x, y).name() for x in range(160) for y in range(60)}
    assert link.name() in seen
    assert image.pixelColor(2, 2).alpha() == 0


def test_widget_says_in_words_what_it_draws(present):
    widget = present(Histogram(), 200, 80)
    widget.show_variable(SES)
    assert widget.accessibleName() == "Distribution of SES"
    assert widget.accessibleDescription() == in_words(SES) == widget.toolTip()
    full = ink(widget)
    widget.show_variable(EMPTY)
    assert "no values" in widget.accessibleDescription()
    assert 0 < ink(widget) < full
    widget.show_variable(None)
    assert (ink(widget), widget.accessibleName()) == (0, "")


def ink(widget):
    """Count the pixels that are not of the ground."""
    image = widget.grab().toImage()
    ground = widget.palette().color(QPalette.ColorRole.Window)
    points = [(x, y) for x in range(image.width()) for y in range(image.height())]
    return sum(image.pixelColor(*each) != ground for each in points)


def test_words():
    assert in_words(SES) == ("n 7185, 12 missing\nmean 0.00014\nSD 0.779355\nrange −3.758 to 2.692")
    assert in_words(EMPTY) == "n 0, 5 missing\nno values"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12.7478526, "12.7479"),
        (-2.5, "−2.5"),
        (19_560_101.0, "19560101"),
        (-1234567.8, "−1234568"),
        (1e300, "1e+300"),
        (0.0000012, "1.2e−06"),
    ],
)
def test_numbers_are_short(value, text):
    assert short(value) == text


def test_missing_values_have_their_letters():
    assert (letter(A), letter(float("nan"))) == (".a", ".")


# ----------------------------------------------------------------------------- tool tips


@pytest.fixture
def widget(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def test_tip_has_all_that_is_known_and_a_picture(widget):
    tip = variable_tip(SES, widget, "date")
    for words in ("<b>SES</b>", "Status &amp; &lt;rank&gt;", "date", "n 7185, 12 missing"):
        assert words in tip
    (encoded,) = re.findall("base64,([^']+)'", tip)
    image = QImage.fromData(b64decode(encoded))
    assert image.width() > 100
    assert "<img" not in variable_tip(EMPTY, widget)


def test_tip_has_the_first_labels(widget):
    labels = tuple((float(k), f"label {k}" + "x" * 100 * (k == 1)) for k in range(20))
    coded = replace(SES, value_labels=(*labels[:3], (A, "absent"), *labels[3:]))
    tip = variable_tip(coded, widget)
    assert "0 = label 0" in tip
    assert ".a = absent" in tip
    assert "x" * 40 in tip
    assert "x" * 90 not in tip
    assert "and 13 more labels" in tip
    assert ".a = absent" in plain_tip(coded)


def test_variables_column_shows_the_tip_of_the_variable_under_the_mouse(present):
    view = VariablesView()
    view.show_catalogue(Catalogue((SES,), (EMPTY,)))
    present(view, 240, 300)

    def tip(row):
        place = view._list.visualItemRect(view._list.item(row)).center()
        viewport = view._list.viewport()
        event = QHelpEvent(QEvent.Type.ToolTip, place, viewport.mapToGlobal(place))
        QApplication.sendEvent(viewport, event)
        return QToolTip.text()

    assert "<b>SES</b>" in tip(1)
    assert "data:image/png" in tip(1)
    description = Qt.ItemDataRole.AccessibleDescriptionRole
    assert view._list.item(1).data(description) == plain_tip(SES)
    assert view._list.item(0).data(description) is None
    view.show_level(2)
    assert "no values" in tip(1)
    QToolTip.showText(QPoint(), "")


def test_tip_is_in_the_colours_worn(qapp, widget):
    dress(qapp, Qt.ColorScheme.Light)
    light = variable_tip(SES, widget)
    dress(qapp, Qt.ColorScheme.Dark)
    try:
        assert variable_tip(SES, widget) != light
    finally:
        dress(qapp, Qt.ColorScheme.Light)
