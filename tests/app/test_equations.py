"""Typeset equations: their rows, their marks, and what a click does."""

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel

from app.views.equation_line import MARGIN, EquationLine
from app.views.equations import EquationsView
from app.views.typeset import font, typeset, without_subscripts
from estimation.spec import Centring, ModelSpec, Structure, VariancePredictor
from estimation.spec.edits import (
    add_level1,
    add_level2,
    choose_outcome,
    set_variance_predictors,
    toggle_random,
)
from estimation.spec.equations import Piece, Role, level1_model, level2_models, plain

LEFT = Qt.MouseButton.LeftButton
MODEL = add_level1(choose_outcome(ModelSpec(), "Y"), "X")


@pytest.fixture
def view(qtbot):
    view = EquationsView()
    qtbot.addWidget(view)
    view.show_model(MODEL, data_open=True)
    view.resize(500, 400)
    view.show()
    view.activateWindow()
    qtbot.waitExposed(view)
    return view


@pytest.fixture
def line(qtbot):
    line = EquationLine()
    qtbot.addWidget(line)
    line.set_line(level2_models(MODEL)[1][1], "X")
    line.resize(400, line.heightForWidth(400))
    line.show()
    return line


def test_click_on_the_error_term_switches_and_elsewhere_chooses(qtbot, line):
    heard = []
    line.chosen.connect(lambda name: heard.append(("chosen", name)))
    line.switched.connect(lambda name: heard.append(("switched", name)))
    error = line.error_term().center().toPoint() + QPoint(8, 4)
    qtbot.mouseClick(line, LEFT, pos=error)
    qtbot.mouseClick(line, LEFT, pos=QPoint(10, 10))
    qtbot.mouseClick(line, Qt.MouseButton.RightButton, pos=error)
    assert heard == [("switched", "X"), ("chosen", "X")]


def test_line_without_name_only_shows(qtbot, line):
    error = line.error_term().center().toPoint() + QPoint(8, 4)
    line.set_line(level2_models(MODEL)[1][1])
    with qtbot.assertNotEmitted(line.chosen), qtbot.assertNotEmitted(line.switched):
        qtbot.mouseClick(line, LEFT, pos=error)
    assert line.focusPolicy() is Qt.FocusPolicy.NoFocus


def test_level_1_equation_can_be_chosen_and_its_r_not_switched(qtbot):
    view = EquationsView()
    qtbot.addWidget(view)
    view.show_model(MODEL, data_open=True)
    line = view._level1.lines[0]
    heard = []
    view.level1_chosen.connect(lambda: heard.append("level 1"))
    view.switched.connect(heard.append)
    view.chosen.connect(heard.append)
    r = next(each.box for each in line._glyphs() if each.piece.text == "r")
    qtbot.mousePress(line, LEFT, pos=r.center().toPoint() + QPoint(8, 4))
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.keyClick(line, Qt.Key.Key_Space)
    assert heard == ["level 1", "level 1"]


def test_switched_off_error_term_and_its_plus_are_grey(qtbot):
    for spec, grey in ((MODEL, [" + ", "u"]), (toggle_random(MODEL, "X"), [])):
        glyphs = typeset(level2_models(spec)[1][1], 12, 1000)
        assert [each.piece.text for each in glyphs if each.greyed] == grey


def test_long_equation_wraps_before_a_plus_within_the_width(qtbot):
    spec = MODEL
    for number in range(12):
        spec = add_level1(spec, f"PREDICTOR{number}")
    glyphs = typeset(level1_model(spec), 12, 400)
    tops = sorted({each.box.top() for each in glyphs})
    assert len(tops) > 3
    assert max(each.box.right() for each in glyphs) <= 400
    firsts = [next(each for each in glyphs if each.box.top() == top) for top in tops[1:]]
    assert {each.piece.text for each in firsts} == {" + "}


@pytest.mark.parametrize("size", [9, 24])
@pytest.mark.parametrize("width", [150, 300])
def test_long_left_side_leaves_room_for_the_terms(qtbot, size, width):
    spec = choose_outcome(ModelSpec(), "AN_OUTCOME_WITH_A_LONG_NAME")
    glyphs = typeset(level1_model(add_level1(spec, "X")), size, width)
    rows = sorted({each.box.top() for each in glyphs})
    assert len(rows) > 1
    assert glyphs[0].box.left() == 0
    for top in rows[1:]:
        row = [each.box for each in glyphs if each.box.top() == top]
        assert row[0].left() == width / 4
        assert row[-1].right() <= width or width / size < 10


@pytest.mark.parametrize("size", [8, 11.25, 40])
def test_subscripts_stay_in_their_row(qtbot, size):
    for glyph in typeset(level1_model(MODEL), size, 1e6):
        assert glyph.text_at.y() < glyph.sub_at.y() < glyph.box.bottom() - 0.1 * size


def test_without_subscripts_coefficients_keep_their_numbers(qtbot, view):
    spec = set_variance_predictors(MODEL, (VariancePredictor("X"), VariancePredictor("W", 2)))
    view.show_mixed(True)
    shown = {}
    for subscripts in (True, False):
        view.show_model(spec, data_open=True, subscripts=subscripts)
        shown[subscripts] = [each.accessibleName() for each in view.findChildren(EquationLine)]
    assert "Yij = β0j + β1j(Xij) + rij" in shown[True]
    assert shown[False] == [
        "Y = β0 + β1(X) + r",
        "β0 = γ00 + u0",
        "β1 = γ10, its random effect switched off",
        "Var(r) = σ²",
        "ln σ² = α0 + α1(X) + α2(W)",
        "Y = γ00 + γ10(X) + u0 + r",
    ]
    assert view.coefficient == "INTRCPT1"
    view.choose("X")
    assert view.level2_lines[0].accessibleName() == "β0 = γ00 + u0"


def test_letters_are_those_of_the_structure_of_the_data(qtbot, view):
    spec = set_variance_predictors(MODEL, (VariancePredictor("X"),))
    view.show_mixed(True)
    for structure in (Structure.MEASURES_IN_PERSONS, Structure.PERSONS_IN_GROUPS):
        view.show_model(spec, data_open=True, structure=structure)
        view.choose("X")
        names = [each.accessibleName() for each in view.findChildren(EquationLine)]
        hints = " ".join(each.text() for each in view.findChildren(QLabel))
        measures = structure is Structure.MEASURES_IN_PERSONS
        assert ("Yti = π0i + π1i(Xti) + eti" in names) is measures
        assert ("π0i = β00 + r0i" in names) is measures
        assert ("Yti = β00 + β10(Xti) + r0i + eti" in names) is measures
        assert ("its r (Space)" in hints) is measures
        assert ("its u (Space)" in hints) is not measures
    assert "Yij = β0j + β1j(Xij) + rij" in names


def test_the_error_of_repeated_measures_is_switched_like_any_other(qtbot, view):
    view.show_model(MODEL, data_open=True, structure=Structure.MEASURES_IN_PERSONS)
    line = view.level2_lines[1]
    with qtbot.waitSignal(view.switched) as switched:
        qtbot.mousePress(line, LEFT, pos=line.error_term().center().toPoint() + QPoint(8, 4))
    assert switched.args == ["X"]


def test_without_subscripts_repeated_measures_lose_t_and_i():
    line = level1_model(MODEL, Structure.MEASURES_IN_PERSONS)
    assert plain(without_subscripts(line)) == "Y = π0 + π1(X) + e"
    line = level1_model(MODEL, Structure.MEASURES_IN_GROUPS)
    assert plain(without_subscripts(line)) == "Y = π0 + π1(X) + e"


def test_names_keep_their_own_i_and_j():
    line = without_subscripts(level1_model(choose_outcome(ModelSpec(), "Yij")))
    assert plain(line) == "Yij = β0 + r"


def test_mixed_model_is_shown_and_hidden_from_outside(qtbot, view):
    heard = []
    view.mixed_toggled.connect(heard.append)
    assert not view.mixed_shown
    view.show_mixed(True)
    view.show_mixed(True)
    assert view.mixed_shown
    assert len(view._mixed.lines) == 1
    view._unfold.setFocus()
    qtbot.keyClick(view._unfold, Qt.Key.Key_Return)
    qtbot.keyClick(view._unfold, Qt.Key.Key_Space)
    assert heard == [True, False, True]


def test_arrow_keys_lead_from_equation_to_equation_and_no_further(qtbot, view):
    level1, (first, second) = view._level1.lines[0], view.level2_lines
    level1.setFocus()
    walk = []
    for key in ("Down", "Down", "Down", "Up", "Up", "Up"):
        qtbot.keyClick(view.focusWidget(), getattr(Qt.Key, f"Key_{key}"))
        walk.append(view.focusWidget())
    assert walk == [first, second, second, first, level1, level1]


def test_arrow_keys_bring_the_equation_into_view(qtbot, view):
    spec = MODEL
    for number in range(12):
        spec = add_level1(spec, f"X{number}")
    view.show_model(spec, data_open=True)
    view.resize(400, 150)
    last = view.level2_lines[-1]
    qtbot.waitUntil(last.isVisible)
    view.level2_lines[-2].setFocus()
    qtbot.keyClick(view.focusWidget(), Qt.Key.Key_Down)
    frame = view.viewport()
    assert last.hasFocus()
    assert frame.rect().contains(last.mapTo(frame, last.rect().center()))


def test_headings_and_equations_begin_at_the_same_edge(qtbot, view):
    view.show_model(set_variance_predictors(MODEL, (VariancePredictor("X"),)), data_open=True)
    view.show_mixed(True)
    headings = [
        each
        for each in (*view.findChildren(QLabel), view._unfold)
        if each.text().replace("&", "").endswith("MODEL") and each.isVisible()
    ]
    assert len(headings) == 4
    assert len({each.font().toString() for each in headings}) == 1
    edges = {each.mapTo(view, QPoint()).x() for each in headings}
    lines = view.findChildren(EquationLine)
    assert edges == {line.mapTo(view, QPoint(MARGIN, 0)).x() for line in lines}


def colours(widget, box):
    image = widget.grab(box.toAlignedRect()).toImage()
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {each.name() for each in pixels}


def test_switch_shows_itself_under_the_mouse(qtbot, line):
    place = line.error_term().translated(MARGIN, MARGIN / 2)
    before = colours(line, place)
    qtbot.mouseMove(line, place.center().toPoint())
    assert line.toolTip()
    assert line.cursor().shape() is Qt.CursorShape.PointingHandCursor
    assert colours(line, place).isdisjoint(before)
    qtbot.mouseMove(line, QPoint(2, 2))
    assert not line.toolTip()
    assert colours(line, place) == before


def test_focus_shows_on_an_equation(qtbot, view):
    line = view.level2_lines[1]
    link = line.palette().color(QPalette.ColorRole.Link).name()
    frame = QRectF(0, 0, line.width(), 2)
    assert link not in colours(line, frame)
    line.setFocus()
    assert link in colours(line, frame)


def test_choice_shows_in_a_window_that_is_not_active(qtbot, view):
    line = view.level2_lines[0]
    palette = line.palette()
    palette.setColor(QPalette.ColorGroup.Inactive, QPalette.ColorRole.Highlight, QColor("red"))
    palette.setCurrentColorGroup(QPalette.ColorGroup.Inactive)
    line.setPalette(palette)
    bar = QColor(next(iter(colours(line, QRectF(1, 8, 2, 2)))))
    assert bar == palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Highlight)


def test_height_follows_the_width(line):
    line.set_line(level1_model(MODEL))
    assert line.heightForWidth(120) > line.heightForWidth(800)
    assert line.minimumSizeHint().width() < line.sizeHint().width()


def test_view_gives_a_wrapped_equation_its_rows(qtbot):
    view = EquationsView()
    qtbot.addWidget(view)
    spec = MODEL
    for number in range(12):
        spec = add_level2(spec, "X", f"PREDICTOR{number}")
    view.show_model(spec, data_open=True)
    view.resize(500, 300)
    view.show()
    qtbot.waitExposed(view)
    short, long = view.level2_lines
    assert long.height() >= long.heightForWidth(long.width()) > 2 * short.height()


def test_equations_wrap_to_the_viewport(qtbot):
    view = EquationsView()
    qtbot.addWidget(view)
    spec = MODEL
    for number in range(12):
        spec = add_level1(add_level2(spec, "X", f"W{number}"), f"X{number}")
    view._unfold.click()
    view.show_model(spec, data_open=True)
    view.resize(400, 300)
    view.show()
    qtbot.waitExposed(view)
    assert view.widget().width() == view.viewport().width()
    lines = view.findChildren(EquationLine)
    assert len(lines) == 16
    assert max(line.width() for line in lines) < view.viewport().width()


def test_mixed_model_comes_into_view(qtbot):
    view = EquationsView()
    qtbot.addWidget(view)
    view.show_model(MODEL, data_open=True)
    view.resize(400, 160)
    view.show()
    qtbot.waitExposed(view)
    view._unfold.click()
    line = view._mixed.lines[0]
    frame = view.viewport()
    qtbot.waitUntil(lambda: frame.rect().contains(line.mapTo(frame, line.rect().bottomLeft())))


@pytest.mark.parametrize(
    ("centring", "bold", "italic"),
    [(Centring.NONE, False, False), (Centring.GROUP, True, False), (Centring.GRAND, True, True)],
)
def test_type_tells_the_centring(qtbot, centring, bold, italic):
    face = font(Piece("SES", "ij", Role.VARIABLE, "SES", centring), 12)
    assert (face.bold(), face.italic()) == (bold, italic)


def test_chosen_equation_stays_while_it_is_there(qtbot):
    view = EquationsView()
    qtbot.addWidget(view)
    view.show_model(MODEL, data_open=True)
    assert view.coefficient == "INTRCPT1"
    view.choose("X")
    view.show_model(toggle_random(MODEL, "X"), data_open=True)
    assert view.coefficient == "X"
    view.show_model(choose_outcome(ModelSpec(), "Y"), data_open=True)
    assert view.coefficient == "INTRCPT1"
    assert len(view.level2_lines) == 1


def test_without_model_the_view_says_what_to_do(qtbot):
    view = EquationsView()
    qtbot.addWidget(view)
    view.show()
    for data_open, words in ((False, "Open example"), (True, "Outcome variable")):
        view.show_model(ModelSpec(), data_open=data_open)
        assert view._hint.isVisible()
        assert words in view._hint.text()
    view.show_model(MODEL, data_open=True)
    assert not view._hint.isVisible()


def test_mixed_model_unfolds(qtbot):
    view = EquationsView()
    qtbot.addWidget(view)
    view.show_model(MODEL, data_open=True)
    assert view._mixed.lines == []
    view._unfold.click()
    assert view._mixed.lines[0].accessibleName() == "Yij = γ00 + γ10(Xij) + u0j + rij"
    view._unfold.click()
    assert view._mixed.lines == []
