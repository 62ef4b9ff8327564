"""Typeset equations: their rows, their marks, and what a click does."""

import pytest
from PySide6.QtCore import QPoint, Qt

from app.views.equation_line import EquationLine
from app.views.equations import EquationsView
from app.views.typeset import font, typeset
from estimation.spec import Centring, ModelSpec
from estimation.spec.edits import add_level1, add_level2, choose_outcome, toggle_random
from estimation.spec.equations import Piece, Role, level1_model, level2_models

LEFT = Qt.MouseButton.LeftButton
MODEL = add_level1(choose_outcome(ModelSpec(), "Y"), "X")


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
    r = next(each.box for each in line._glyphs if each.piece.text == "r")
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
