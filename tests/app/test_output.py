"""The output pane: its tabs, its texts and its outline."""

import subprocess
import sys
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QPalette, QTextCursor, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLineEdit,
    QMenu,
    QTabBar,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from app.model.document import Output, Report
from app.views.outline import Outline
from app.views.output import OutputView
from app.views.output_page import COLUMNS, OutputPage
from estimation.report import Heading
from estimation.report.layout import WIDTH
from estimation.spec import ModelSpec

Control, Shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
SECTIONS = [Heading(10, 2, "First"), Heading(41, 1, "PART"), Heading(60, 2, "Last")]


def report(word="text", lines=64):
    found = [f"{word} {number}" for number in range(lines)]
    found[0] = "x" * COLUMNS
    return Report(ModelSpec(), "data", "\n".join(found), tuple(SECTIONS), analysis=object())


def outputs(count=3):
    return [Output(7 + n, report(f"word{n}"), f"Title {n}") for n in range(count)]


@pytest.fixture
def view(present):
    return present(OutputView(), 1300, 360)


@pytest.fixture
def three(view):
    """Three outputs, the second in front."""
    shown = outputs()
    view.show_outputs(shown, shown[1], lambda each: each is shown[1])
    return shown


def tabs(view):
    return view.findChild(QTabBar)


def outline(view):
    return next(each for each in view.findChildren(Outline) if not each.isWindow())


def button(view, name):
    return next(b for b in view.findChildren(QAbstractButton) if b.accessibleName() == name)


def banner(view):
    return next(b for b in view.findChildren(QAbstractButton) if b.text() == "Show its &model")


def wheel(target, modifiers, by=120):
    place = QPointF(20, 20)
    event = QWheelEvent(
        place, target.mapToGlobal(place), QPoint(), QPoint(0, by),
        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    event.ignore()
    QApplication.sendEvent(target, event)
    return event.isAccepted()


# ---------------------------------------------------------------------- tabs


def test_without_outputs(view):
    view.show_outputs([], None, lambda _: True)
    for act in (view.copy, view.select_all, view.open_find, view.find_next, view.find_previous):
        act()
    for act in (view.print_, view.print_preview, view.next_tab, view.previous_tab):
        act()
    assert not view.text


def test_a_tab_each_the_shown_one_in_front(view, three):
    bar = tabs(view)
    assert [bar.tabText(k) for k in range(3)] == ["Title 0", "Title 1", "Title 2"]
    assert bar.currentIndex() == 1
    assert view.text == view.page.toPlainText() == three[1].report.text


def test_the_tabs_have_room_in_a_pane_that_was_hidden(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    view = OutputView()
    QVBoxLayout(window).addWidget(view)
    window.show()
    qtbot.waitExposed(window)
    view.hide()
    shown = outputs(1)
    view.show_outputs(shown, shown[0], lambda _: True)
    view.show()
    QApplication.sendPostedEvents()
    assert tabs(view).height() == tabs(view).sizeHint().height() > 10


def test_an_ampersand_is_no_mnemonic(view):
    output = replace(outputs(1)[0], title="Lords & ladies")
    view.show_outputs([output], output, lambda _: True)
    assert tabs(view).tabText(0) == "Lords && ladies"
    assert tabs(view).tabToolTip(0) == "Lords & ladies"


def test_a_long_title_is_cut(view):
    output = replace(outputs(1)[0], title="long " * 100)
    view.show_outputs([output], output, lambda _: True)
    assert tabs(view).tabRect(0).width() < 700
    assert tabs(view).tabToolTip(0) == "long " * 100


def test_outputs_of_other_models_are_marked(view, three):
    bar = tabs(view)
    assert "Of another model than the one shown" in bar.tabToolTip(0)
    assert "model" not in bar.tabToolTip(1)
    assert bar.tabTextColor(0) != bar.tabTextColor(1)
    assert "Of another model" in bar.accessibleTabName(0)


def test_over_the_text_of_another_model_stands_a_way_to_it(view, three, qtbot):
    assert not banner(view).isVisible()
    view.show_outputs(three, three[0], lambda each: each is three[1])
    assert banner(view).isVisible()
    with qtbot.waitSignal(view.model_asked) as asked:
        qtbot.mouseClick(banner(view), Qt.MouseButton.LeftButton)
    assert asked.args == [7]


def test_a_click_chooses_a_tab(view, three, qtbot):
    with qtbot.waitSignal(view.chosen) as chosen:
        place = tabs(view).tabRect(2).center()
        qtbot.mouseClick(tabs(view), Qt.MouseButton.LeftButton, pos=place)
    assert chosen.args == [9]


def test_showing_chooses_nothing(view, qtbot):
    shown = outputs()
    with qtbot.assertNotEmitted(view.chosen):
        for each in shown:
            view.show_outputs(shown, each, lambda _: True)
        view.show_outputs(shown[:1], shown[0], lambda _: True)


@pytest.mark.parametrize(("by", "number"), [("next_tab", 9), ("previous_tab", 7)])
def test_the_tabs_in_turn(view, three, qtbot, by, number):
    with qtbot.waitSignal(view.chosen) as chosen:
        getattr(view, by)()
    assert chosen.args == [number]


def test_the_tabs_go_round(view, three, qtbot):
    view.show_outputs(three, three[2], lambda _: True)
    with qtbot.waitSignal(view.chosen) as chosen:
        qtbot.keyClick(view.page, Qt.Key.Key_Tab, Control)
    assert chosen.args == [7]


# ---------------------------------------------------------------------- closing and renaming


def test_the_ways_to_close(view, three, qtbot):
    closed = []
    view.closed.connect(closed.append)
    qtbot.mouseClick(button(view, "Close output Title 0"), Qt.MouseButton.LeftButton)
    place = tabs(view).tabRect(2).center()
    qtbot.mouseClick(tabs(view), Qt.MouseButton.MiddleButton, pos=place)
    qtbot.keyClick(view.page, Qt.Key.Key_W, Control)
    assert closed == [7, 9, 8]


def test_a_tab_that_closes_itself(view, three, qtbot):
    """The button is deleted while it acts."""
    view.closed.connect(lambda _: view.show_outputs(three[:2], three[1], lambda _: True))
    qtbot.mouseClick(button(view, "Close output Title 2"), Qt.MouseButton.LeftButton)
    assert tabs(view).count() == 2


def test_the_page_of_a_closed_output_is_forgotten(view, three, qtbot):
    page = view.page
    view.show_outputs(three[:1], three[0], lambda _: True)
    qtbot.waitUntil(lambda: not isValid(page))
    assert len(view.findChildren(OutputPage)) == 1


def editor(view):
    return next((e for e in tabs(view).findChildren(QLineEdit) if e.isVisible()), None)


def test_f2_renames_in_the_place_of_the_tab(view, three, qtbot):
    qtbot.keyClick(view.page, Qt.Key.Key_F2)
    assert editor(view).selectedText() == "Title 1"
    qtbot.keyClicks(editor(view), "Mine ")
    with qtbot.waitSignal(view.renamed) as renamed:
        qtbot.keyClick(editor(view), Qt.Key.Key_Return)
    assert renamed.args == [8, "Mine"]
    assert editor(view) is None


def test_a_double_click_renames(view, three, qtbot):
    place = tabs(view).tabRect(2).center()
    qtbot.mouseClick(tabs(view), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(tabs(view), Qt.MouseButton.LeftButton, pos=place)
    assert editor(view).text() == "Title 2"


@pytest.mark.parametrize("title", ["", "  ", "Title 1"])
def test_no_title_and_the_same_one_rename_nothing(view, three, qtbot, title):
    qtbot.keyClick(view.page, Qt.Key.Key_F2)
    editor(view).setText(title)
    with qtbot.assertNotEmitted(view.renamed):
        qtbot.keyClick(editor(view), Qt.Key.Key_Return)


def test_esc_leaves_the_title(view, three, qtbot):
    qtbot.keyClick(view.page, Qt.Key.Key_F2)
    qtbot.keyClicks(editor(view), "Mine")
    with qtbot.assertNotEmitted(view.renamed):
        qtbot.keyClick(editor(view), Qt.Key.Key_Escape)
    assert editor(view) is None


def test_turning_elsewhere_takes_the_title_once(view, three, qtbot):
    renamed = []
    view.renamed.connect(lambda *args: renamed.append(args))
    view.page.setFocus()
    qtbot.keyClick(view.page, Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: editor(view).hasFocus())
    qtbot.keyClicks(editor(view), "Mine")
    view.page.setFocus()
    assert renamed == [(8, "Mine")]


def test_a_run_that_adds_a_tab_does_not_lose_the_title_being_typed(view, three, qtbot):
    qtbot.keyClick(view.page, Qt.Key.Key_F2)
    qtbot.keyClicks(editor(view), "Mine")
    more = [*three, Output(10, report(), "New")]
    with qtbot.waitSignal(view.renamed) as renamed:
        view.show_outputs(more, more[-1], lambda _: True)
        assert editor(view) is None
    assert renamed.args == [8, "Mine"]


def test_the_menu_of_a_tab(view, three, qtbot):
    tabs(view)._open_menu(0, QPoint(0, 0))
    rename, close = tabs(view).findChild(QMenu).actions()
    assert rename.text() == "&Rename…\tF2"
    with qtbot.waitSignal(view.closed) as closed:
        close.trigger()
    assert closed.args == [7]
    rename.trigger()
    assert editor(view).text() == "Title 0"


# ---------------------------------------------------------------------- texts


def test_what_is_seen_survives_another_rendering(view, three):
    view.page.verticalScrollBar().setValue(20)
    cursor = QTextCursor(view.page.document().find("word1 25"))
    view.page.setTextCursor(cursor)
    page = view.page
    for front in (1, 0, 1):
        again = [replace(each, title="Other") for each in three]
        view.show_outputs(again, again[front], lambda _: True)
    assert view.page is page
    assert view.page.top_line == 20
    assert view.page.textCursor().selectedText() == "word1 25"


def test_another_report_begins_at_its_beginning(view, three):
    view.page.jump(40)
    three[1] = replace(three[1], report=report("new"))
    view.show_outputs(three, three[1], lambda _: True)
    assert view.text == view.page.toPlainText() == three[1].report.text
    assert view.page.top_line == 0


def test_a_report_replaced_behind_is_shown_when_it_comes_to_the_front(view, three):
    first, second, third = three
    view.show_outputs(three, first, lambda _: True)
    new = replace(second, report=report("new"))
    view.show_outputs([first, new, third], first, lambda _: True)
    view.show_outputs([first, new, third], new, lambda _: True)
    assert view.page.toPlainText() == new.report.text


def test_report_of_a_failed_run_begins_at_the_reason(view, three):
    failed = [Output(9, replace(report(), analysis=None), "Failed")]
    view.show_outputs(failed, failed[0], lambda _: True)
    last = [each.line for each in SECTIONS if each.level == 1][-1]
    assert view.page.top_line == last - 1


def test_output_of_other_data_offers_no_model(view, three):
    view.show_outputs(three, three[0], lambda _: False, lambda _: False)
    assert view._banner.isVisible()
    assert not view._banner.button.isVisible()
    view.show_outputs(three, three[0], lambda _: False, lambda _: True)
    assert view._banner.button.isVisible()


def test_tab_leads_out_of_the_text(view, three, qtbot):
    view.take_focus()
    qtbot.waitUntil(view.page.hasFocus)
    qtbot.keyClick(view.page, Qt.Key.Key_Tab)
    assert not view.page.hasFocus()


def test_the_keyboard_comes_by_in_the_order_of_the_eye(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    view, beyond = OutputView(), QLineEdit()
    column = QVBoxLayout(window)
    column.addWidget(view)
    column.addWidget(beyond)
    shown = outputs()
    window.resize(1300, 400)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for each in shown:
        view.show_outputs(shown, each, lambda _: False)
    view.open_find()
    button(view, "Copy").setFocus()
    seen = []
    while QApplication.focusWidget() is not beyond and len(seen) < 20:
        seen.append(QApplication.focusWidget())
        qtbot.keyClick(seen[-1], Qt.Key.Key_Tab)
    places = [seen.index(each) for each in (tabs(view), banner(view), outline(view), view.page)]
    assert seen[0] is button(view, "Copy")
    assert places == sorted(places)
    assert seen[places[-1] + 1].accessibleName() == "Find in this output"


def test_what_is_selected_stays_clear_while_the_keyboard_is_elsewhere(view, three, qapp):
    active, inactive = QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive

    def same(page=view.page):
        colours, role = page.palette(), QPalette.ColorRole.Highlight
        return colours.color(active, role) == colours.color(inactive, role)

    before, palette = qapp.palette(), qapp.palette()
    palette.setColor(inactive, QPalette.ColorRole.Highlight, Qt.GlobalColor.green)
    qapp.setPalette(palette)
    try:
        assert same()
        assert same(OutputPage(report()))
    finally:
        qapp.setPalette(before)
    palette = view.palette()
    palette.setColor(active, QPalette.ColorRole.Highlight, Qt.GlobalColor.red)
    view.setPalette(palette)
    assert view.page.palette().highlight().color() == Qt.GlobalColor.red
    assert same()


def test_the_text_is_monospaced(view, three):
    metrics = view.page.fontMetrics()
    assert metrics.horizontalAdvance("i" * 40) == metrics.horizontalAdvance("W" * 40)


def test_every_text_has_the_size_that_was_set(view, three):
    view.set_size(14)
    assert view.page.font().pointSizeF() == 14
    view.show_outputs(three, three[0], lambda _: True)
    assert view.page.font().pointSizeF() == 14


def test_the_text_is_zoomed_with_the_window(view, three, qapp):
    qapp.setProperty("zoom", 150)
    try:
        font = view.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        view.setFont(font)
        assert view.page.font().pointSizeF() == 15
    finally:
        qapp.setProperty("zoom", None)


def test_tabs_grow_and_are_recoloured_with_the_window(view, three):
    side = button(view, "Close output Title 0").width()
    font, palette = view.font(), view.palette()
    font.setPointSizeF(font.pointSizeF() * 2)
    view.setFont(font)
    palette.setColor(QPalette.ColorRole.WindowText, Qt.GlobalColor.red)
    view.setPalette(palette)
    assert button(view, "Close output Title 0").width() > 1.5 * side
    assert tabs(view).tabTextColor(1) == Qt.GlobalColor.red
    assert tabs(view).currentIndex() == 1


def test_another_size_keeps_the_place(view, three):
    view.page.verticalScrollBar().setValue(20)
    view.set_size(14)
    assert view.page.top_line == 20


def test_the_ways_to_ask_for_another_size(view, three, qtbot):
    asked = []
    view.size_asked.connect(asked.append)
    for name in ("Smaller output text", "Larger output text"):
        qtbot.mouseClick(button(view, name), Qt.MouseButton.LeftButton)
    assert wheel(view.page.viewport(), Control | Shift)
    assert wheel(view.page.viewport(), Control | Shift, -60)
    assert wheel(view.page.viewport(), Control | Shift, -60)
    assert asked == [-1, 1, 1, -1]


def test_ctrl_and_wheel_are_left_to_the_window(view, three):
    for target in (view.page.viewport(), outline(view).viewport(), tabs(view)):
        assert not wheel(target, Control)
    assert view.page.font().pointSizeF() == 10


def test_the_width_of_a_line_is_that_of_the_report():
    assert COLUMNS == WIDTH


# ---------------------------------------------------------------------- copying


def test_nothing_selected_copies_all(view, three):
    view.copy()
    assert QGuiApplication.clipboard().text() == three[1].report.text


@pytest.mark.parametrize("by_key", [False, True])
def test_the_selected_text_is_copied_with_its_format(view, qtbot, by_key):
    text = "a  <b> & c\n   1.5  ij"
    output = Output(1, Report(ModelSpec(), "", f"{text}\nmore"), "t")
    view.show_outputs([output], output, lambda _: True)
    cursor = view.page.textCursor()
    cursor.setPosition(len(text), QTextCursor.MoveMode.KeepAnchor)
    view.page.setTextCursor(cursor)
    qtbot.keyClick(view.page, Qt.Key.Key_C, Control) if by_key else view.copy()
    copied = QGuiApplication.clipboard().mimeData()
    assert copied.text() == text
    assert "a  &lt;b&gt; &amp; c\n   1.5  ij</pre>" in copied.html()
    assert "monospace" in copied.html()
    assert set(copied.formats()) == {"text/plain", "text/html"}


def test_long_lines_are_copied_small_enough_for_a_sheet(view, three):
    view.copy()
    assert "font-size: 7.5pt" in QGuiApplication.clipboard().mimeData().html()


def test_a_copied_text_outlives_the_program():
    """Deleting a QMimeData of Python's on leaving crashed."""
    script = (
        "from PySide6.QtWidgets import QApplication\n"
        "from app.model.document import Report\n"
        "from app.views.output_page import OutputPage\n"
        "from estimation.spec import ModelSpec\n"
        "app = QApplication([])\n"
        "page = OutputPage(Report(ModelSpec(), '', 'text'))\n"
        "page.copy_or_all()\n"
        "print(app.clipboard().text())\n"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "text")


def test_select_all(view, three):
    view.select_all()
    cursor = view.page.textCursor()
    assert cursor.selection().toPlainText() == three[1].report.text


def test_the_menu_of_a_text(view, three):
    assert [each.text() for each in view.page.actions()] == ["&Copy", "Select &all", "&Find…"]


def test_save_is_asked_for(view, three, qtbot):
    with qtbot.waitSignal(view.save_asked):
        qtbot.mouseClick(button(view, "Save as text"), Qt.MouseButton.LeftButton)


# ---------------------------------------------------------------------- outline


def test_the_outline_lists_the_headings(view, three):
    shown = outline(view)
    assert shown.isVisible()
    assert [shown.item(k).text() for k in range(3)] == ["First", "PART", "Last"]
    assert shown.item(1).font().bold()


def test_a_heading_jumped_to_is_at_the_top(view, three, qtbot):
    shown = outline(view)
    for row, line in ((0, 10), (1, 40), (2, 60), (0, 10)):
        place = shown.visualItemRect(shown.item(row)).center()
        qtbot.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert (view.page.top_line, shown.currentRow()) == (line, row)


def test_beyond_the_end_only_until_the_text_is_scrolled_back(view, three):
    bar = view.page.verticalScrollBar()
    end = bar.maximum()
    view.page.jump(60)
    assert bar.maximum() > end
    bar.setValue(5)
    assert bar.maximum() == end


def test_the_outline_by_keyboard(view, three, qtbot):
    shown = outline(view)
    shown.setFocus()
    qtbot.waitUntil(shown.hasFocus)
    qtbot.keyClick(shown, Qt.Key.Key_Down)
    assert view.page.top_line == 40
    qtbot.keyClick(shown, Qt.Key.Key_Return)
    assert view.page.hasFocus()
    assert view.page.textCursor().blockNumber() == 40


def test_the_outline_follows_the_text(view, three):
    rows = []
    for line in (0, 10, 39, 40, 45):
        view.page.verticalScrollBar().setValue(line)
        rows.append(outline(view).currentRow())
    assert rows == [0, 0, 0, 1, 1]
    assert view.page.top_line == 45


def test_the_outline_can_be_hidden(view, three, qtbot):
    shown = outline(view)
    qtbot.mouseClick(button(view, "Outline"), Qt.MouseButton.LeftButton)
    assert not shown.isVisible()
    qtbot.mouseClick(button(view, "Outline"), Qt.MouseButton.LeftButton)
    assert shown.isVisible()


def test_no_line_is_cut_while_the_outline_is_there(view, three):
    for width in range(700, 1301, 50):
        view.resize(width, 360)
        if outline(view).isVisible():
            assert not view.page.horizontalScrollBar().isVisible(), width
    assert outline(view).isVisible()


def test_where_there_is_no_room_the_outline_drops_down(view, three, qtbot):
    view.resize(600, 360)
    assert not outline(view).isVisible()
    qtbot.mouseClick(button(view, "Outline"), Qt.MouseButton.LeftButton)
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, Outline)
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    assert view.page.top_line == 40
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not isValid(popup))
    assert QApplication.activePopupWidget() is None


def test_an_output_without_headings(view):
    output = Output(1, Report(ModelSpec(), "", "one\ntwo"), "t")
    view.show_outputs([output], output, lambda _: True)
    assert outline(view).count() == 0
    view.page.jump(1)


# ---------------------------------------------------------------------- looks


def test_the_header_leaves_out_words_where_they_do_not_fit(view, three):
    copy = button(view, "Copy")
    with_words = copy.width()
    view.resize(560, 360)
    assert copy.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    view.resize(view.minimumSizeHint().width(), 360)
    QApplication.sendPostedEvents()
    assert copy.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly
    assert copy.width() < with_words
    larger = button(view, "Larger output text")
    assert larger.mapTo(view, larger.rect().bottomRight()).x() < view.width()


def test_the_pane_may_be_narrow(view, three):
    assert view.minimumSizeHint().width() < 460


def test_every_control_has_a_name_and_a_mnemonic_of_its_own(view, three):
    view.open_find()
    named = [each for each in view.findChildren(QAbstractButton) if each.isVisible()]
    assert all(each.accessibleName() or each.text() for each in named)
    mnemonics = [
        each.text()[each.text().index("&") + 1].lower() for each in named if "&" in each.text()
    ]
    assert len(mnemonics) >= 7
    assert len(set(mnemonics)) == len(mnemonics)
    assert not set(mnemonics) & set("febsrvh12")  # those of the menu bar and the levels
