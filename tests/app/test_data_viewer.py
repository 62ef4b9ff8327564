"""The data viewer: levels, labels, filter, order, units, copies; loading beside the window."""

import numpy as np
import pytest
from audit import findings
from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QHelpEvent, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QMenu,
    QTabBar,
    QToolTip,
)
from viewed import NAMES, ByHand, viewed

from app.theme import dress
from app.views.data.arrangement import Comparison, Sorting
from app.views.data.loader import Loader
from app.views.data.model import LOADING, RowsModel
from app.views.data.sheet import sheet
from app.views.data.table import RowsTable
from app.views.data_viewer import DataViewer
from estimation.data import TwoLevelData
from estimation.errors import DataError
from estimation.spec import Catalogue

Key, CTRL, ALT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
DOWN, UP = Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder


@pytest.fixture
def viewer(present, inline):
    return present(DataViewer(viewed(), inline), 900, 500)


@pytest.fixture
def loaded(qtbot, viewer):
    settle(qtbot, viewer)
    return viewer


def settle(qtbot, viewer):
    """Wait until what is in sight is loaded."""
    pane = viewer.pane
    qtbot.waitUntil(lambda: set(pane.table.names_seen()) <= set(pane._loader.cells))


def column(viewer, name):
    model = viewer.pane.table.model()
    place = model.names.index(name)
    return [model.index(row, place).data() for row in range(model.rowCount())]


def cell(viewer, row, name):
    model = viewer.pane.table.model()
    return model.index(row, model.names.index(name))


def place_of(viewer, row):
    role = Qt.ItemDataRole.AccessibleTextRole
    return viewer.pane.table.model().headerData(row, Qt.Orientation.Vertical, role)


def filter_by(viewer, name, comparison, value=""):
    viewer.pane.filter.show_condition(name, comparison, value)
    viewer.pane.apply_filter()


def sort(viewer, name, order):
    table = viewer.pane.table
    table.sortByColumn(-1 if name is None else NAMES.index(name), order)


# ------------------------------------------------------------------------------- what is shown


def test_rows_of_both_levels_are_shown_with_their_units(loaded, qtbot):
    assert loaded.windowTitle() == "Data: hsb"
    assert column(loaded, "TOWN")[:4] == ["Wien", "", "Graz", "graz"]
    assert column(loaded, "BORN")[3] == "2001-05-31"
    assert (place_of(loaded, 2), place_of(loaded, 3)) == ("SCHOOL 7, row 3", "SCHOOL 12, row 1")
    assert loaded._words.text() == "8 rows"
    qtbot.keyClick(loaded, "2", ALT)
    settle(qtbot, loaded)
    assert column(loaded, "SECTOR") == ["0", "1", "0"]
    assert place_of(loaded, 2) == "SCHOOL b, rows: 4"
    assert loaded._words.text() == "3 units"


def test_labels_take_the_place_of_values(loaded, qtbot):
    qtbot.keyClick(loaded, "l", ALT)
    qtbot.waitUntil(loaded.findChild(QCheckBox).isChecked)
    assert column(loaded, "FEMALE")[:2] == ["Male", "Female"]
    assert column(loaded, "AGREE")[:3] == ["no", "refused", "absent"]
    qtbot.keyClick(loaded, "l", ALT)
    qtbot.waitUntil(lambda: column(loaded, "FEMALE")[:2] == ["0", "1"])


def test_missing_values_are_pale_and_say_what_they_are(loaded):
    tip, colour = Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.ForegroundRole
    pale = QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText)
    assert cell(loaded, 1, "AGREE").data(tip) == "user-missing: 99 “refused”"
    assert cell(loaded, 1, "AGREE").data(colour).color() == pale
    assert cell(loaded, 0, "AGREE").data(colour) is None


def shown_tip(widget, place):
    event = QHelpEvent(QEvent.Type.ToolTip, place, widget.mapToGlobal(place))
    QApplication.sendEvent(widget, event)
    return QToolTip.text()


def test_head_s_tip_has_label_numbers_and_histogram(loaded):
    heads = loaded.pane.table.horizontalHeader()
    tip = shown_tip(heads.viewport(), QPoint(heads.sectionViewportPosition(0) + 5, 5))
    for words in ("<b>SES</b>", "Status", "n 7, 1 missing", "data:image/png"):
        assert words in tip
    tip = shown_tip(heads.viewport(), QPoint(heads.sectionViewportPosition(4) + 5, 5))
    assert tip == "<p><b>TOWN</b><br>Home<br>text</p>"


def test_heads_say_unit_and_row(loaded):
    table = loaded.pane.table
    side = table.verticalHeader()
    assert shown_tip(side.viewport(), QPoint(5, 5)) == "SCHOOL 7, row 1"
    accessible = QAccessible.queryAccessibleInterface(table)
    said = {accessible.child(k).text(QAccessible.Text.Name) for k in range(accessible.childCount())}
    assert {"SES", "SCHOOL b, row 4"} <= said


# ----------------------------------------------------------------------------------- order


def test_a_click_on_a_head_sorts_up_then_down_then_not(loaded, qtbot):
    heads = loaded.pane.table.horizontalHeader()
    seen = []
    for _ in range(3):
        place = QPoint(heads.sectionViewportPosition(0) + 10, 8)
        qtbot.mouseClick(heads.viewport(), Qt.MouseButton.LeftButton, pos=place)
        seen.append((column(loaded, "SES")[0], loaded._words.text()))
    assert seen == [
        ("-4.00", "8 rows, sorted by SES, smallest first"),
        ("3.00", "8 rows, sorted by SES, largest first"),
        ("0.50", "8 rows"),
    ]


def test_the_current_row_stays_when_the_order_of_the_file_comes_back(loaded):
    sort(loaded, "SES", DOWN)
    table = loaded.pane.table
    assert table.currentIndex().row() == 0
    assert place_of(loaded, 0) == "SCHOOL b, row 2"
    sort(loaded, None, UP)
    assert table.currentIndex().row() == 5


def test_what_cannot_be_sorted_leaves_the_order(present, inline, qtbot):
    words = "x.mdmx was changed since it was opened. Open it again."
    data = viewed(fail={"TOWN": DataError(words)})
    viewer = present(DataViewer(data, inline), 900, 500)
    sort(viewer, "SES", UP)
    sort(viewer, "TOWN", UP)
    assert viewer._remark.text() == words
    assert viewer.pane.table.horizontalHeader().sortIndicatorSection() == 0
    assert viewer._words.text() == "8 rows, sorted by SES, smallest first"
    qtbot.waitUntil(lambda: column(viewer, "TOWN")[0] == "?")


# ---------------------------------------------------------------------------------- filter


def test_filter_by_keyboard(loaded, qtbot):
    qtbot.keyClick(loaded, "f", CTRL)
    names, comparison, value = loaded.pane.filter.findChildren(QComboBox)
    assert names.hasFocus()
    qtbot.keyClicks(names, "A")
    assert names.currentText() == "AGREE"
    qtbot.keyClick(names, Key.Key_Tab)
    assert comparison.hasFocus()
    qtbot.keyClick(comparison, Key.Key_Tab)
    assert value.hasFocus()
    qtbot.keyClicks(value, "yes")
    qtbot.keyClick(value, Key.Key_Return)
    assert loaded.isVisible()
    assert loaded._words.text() == "2 of 8 rows"
    assert column(loaded, "AGREE") == ["5", "5"]
    qtbot.keyClick(value, Key.Key_Escape)
    assert loaded.pane.table.hasFocus()
    qtbot.keyClick(loaded, "r", ALT)
    qtbot.waitUntil(lambda: loaded._words.text() == "8 rows")


def test_enter_on_a_button_presses_it(loaded, qtbot):
    filter_by(loaded, "FEMALE", Comparison.EQUAL, "1")
    bar = loaded.pane.filter
    bar._clear.setFocus()
    qtbot.keyClick(bar._clear, Key.Key_Return)
    assert loaded._words.text() == "8 rows"
    assert not bar._clear.isEnabled()


def test_filter_and_order_hold_together(loaded):
    filter_by(loaded, "FEMALE", Comparison.EQUAL, "female")
    sort(loaded, "SES", DOWN)
    assert column(loaded, "SES") == ["1.00", "0.50", "-1.25", "."]
    loaded.pane.clear_filter()
    assert column(loaded, "SES")[0] == "3.00"
    assert loaded._words.text() == "8 rows, sorted by SES, largest first"


def test_wrong_values_are_said_and_leave_the_rows(loaded):
    filter_by(loaded, "SES", Comparison.EQUAL, "much")
    assert loaded._remark.text() == "SES is a number, and “much” is none. Enter a number."
    assert loaded._words.text() == "8 rows"
    assert loaded.pane.filter._value.hasFocus()


def test_a_filter_that_leaves_nothing(loaded):
    filter_by(loaded, "SES", Comparison.GREATER, "1000")
    assert loaded._words.text() == "0 of 8 rows"
    loaded.show_unit(1, 0)
    assert loaded._remark.text() == "The filter hides SCHOOL 7. Press Clear to see all."


def test_texts_and_labels_are_offered(loaded, qtbot):
    bar = loaded.pane.filter

    def offered():
        return [bar._value.itemText(k) for k in range(bar._value.count())]

    bar.show_condition("FEMALE", Comparison.EQUAL, "")
    assert offered() == ["Male", "Female"]
    bar.show_condition("TOWN", Comparison.CONTAINS, "w")
    assert offered()[:3] == ["Graz", "graz", "Linz\nUrfahr"]
    assert bar._value.currentText() == "w"
    bar.show_condition(None, Comparison.EQUAL, "")
    assert offered() == ["7", "12", "b"]
    bar.show_condition("SES", Comparison.MISSING, "")
    assert not bar._value.isEnabled()


# ------------------------------------------------------------------------------------ units


def go_to(loaded, qtbot, text):
    qtbot.keyClick(loaded, "g", CTRL)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Key.Key_Return)


def test_go_to_a_unit(loaded, qtbot):
    go_to(loaded, qtbot, "b")
    table = loaded.pane.table
    assert table.hasFocus()
    assert table.currentIndex().row() == 4
    assert table.chosen() == ([range(4, 8)], [0, 1, 2, 3, 4])
    assert loaded._remark.text() == "SCHOOL b: 4 rows"


def test_there_is_no_such_unit(loaded, qtbot):
    go_to(loaded, qtbot, "99")
    assert loaded.isVisible()
    assert loaded._remark.text() == "There is no unit 99."
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_Escape)
    assert loaded.pane.table.hasFocus()


def test_what_the_filter_leaves_of_a_unit(loaded, qtbot):
    filter_by(loaded, "FEMALE", Comparison.EQUAL, "1")
    go_to(loaded, qtbot, "7")
    assert loaded._remark.text() == "SCHOOL 7: 2 of 3 rows"


def test_rows_of_a_unit_are_scattered_when_sorted(loaded, qtbot):
    sort(loaded, "SES", UP)
    go_to(loaded, qtbot, "7")
    assert loaded.pane.table.currentIndex().row() == 1
    assert loaded._remark.text() == "SCHOOL 7: 3 rows, not together while the rows are sorted"


@pytest.mark.parametrize("by", ["Enter", "double click"])
def test_from_a_unit_to_its_rows(loaded, qtbot, by):
    loaded.findChild(QTabBar).setCurrentIndex(1)
    settle(qtbot, loaded)
    table = loaded.pane.table
    table.setCurrentIndex(table.model().index(2, 0))
    if by == "Enter":
        qtbot.keyClick(table, Key.Key_Return)
    else:
        place = table.visualRect(table.currentIndex()).center()
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert loaded.pane.sheet.level == 1
    assert loaded.pane.table.currentIndex().row() == 4


def test_enter_on_a_row_does_not_close(loaded, qtbot):
    qtbot.keyClick(loaded.pane.table, Key.Key_Return)
    assert loaded.isVisible()


# ------------------------------------------------------------------------------------- menu


def menu_at(loaded, qtbot, row, name):
    table = loaded.pane.table
    table.setCurrentIndex(cell(loaded, row, name))
    qtbot.keyClick(table, Key.Key_F10, SHIFT)
    menu = loaded.findChild(QMenu)
    qtbot.waitUntil(menu.isVisible)
    return menu


def choose(qtbot, menu, words):
    (action,) = [each for each in menu.actions() if words in each.text().replace("&", "")]
    with qtbot.waitSignal(menu.destroyed):
        action.trigger()
        menu.close()


def test_menu_filters_by_the_value_of_the_cell(loaded, qtbot):
    choose(qtbot, menu_at(loaded, qtbot, 0, "AGREE"), "Filter by this value")
    assert column(loaded, "AGREE") == ["1", "1"]
    loaded.pane.clear_filter()
    choose(qtbot, menu_at(loaded, qtbot, 1, "TOWN"), "Filter by this value")
    assert loaded._words.text() == "1 of 8 rows"


def test_menu_sorts_and_goes_to_the_unit(loaded, qtbot):
    choose(qtbot, menu_at(loaded, qtbot, 0, "SES"), "Sort SES downwards")
    assert column(loaded, "SES")[0] == "3.00"
    choose(qtbot, menu_at(loaded, qtbot, 0, "SES"), "The unit at level 2")
    assert loaded.pane.sheet.level == 2
    assert loaded.pane.table.currentIndex().row() == 2


def test_menu_of_a_head_has_what_concerns_the_column(loaded, qtbot):
    loaded.pane._open_menu(-1, 1, QPoint())
    words = [each.text() for each in loaded.findChild(QMenu).actions() if each.text()]
    assert words[0] == "Sort FEMALE &upwards"
    assert not any("unit" in each for each in words)


# ------------------------------------------------------------------------------------- copies


def select(loaded, top, left, bottom, right):
    table = loaded.pane.table
    model = table.model()
    span = QItemSelection(model.index(top, left), model.index(bottom, right))
    table.selectionModel().select(span, QItemSelectionModel.SelectionFlag.Select)


def test_selected_cells_are_copied_with_names(loaded, qtbot):
    sort(loaded, "SES", DOWN)
    select(loaded, 0, 0, 1, 1)
    select(loaded, 3, 0, 3, 0)
    qtbot.keyClick(loaded.pane.table, "c", CTRL)
    assert QGuiApplication.clipboard().text() == "SES\tFEMALE\n3\t0\n2\t0\n0.5\t0\n"
    assert loaded._remark.text() == "Copied 3 rows × 2 variables"


def test_a_column_is_selected_and_copied_by_keys(loaded, qtbot):
    table = loaded.pane.table
    table.setCurrentIndex(cell(loaded, 0, "BORN"))
    qtbot.keyClick(table, Key.Key_Space, CTRL)
    qtbot.keyClick(table, "c", CTRL)
    assert QGuiApplication.clipboard().text().startswith("BORN\n1970-01-01\n1971-01-01\n\n")


def test_with_nothing_selected_it_says_so(loaded, qtbot):
    loaded.pane.table.clearSelection()
    qtbot.keyClick(loaded.pane.table, "c", CTRL)
    assert loaded._remark.text() == "Select the cells that you want to copy."


# ------------------------------------------------------------------------------------ loading


def test_columns_come_when_they_are_looked_at(present, qtbot):
    by_hand, loads = ByHand(), []
    viewer = present(DataViewer(viewed(loads), by_hand), 900, 500)
    qtbot.waitUntil(lambda: len(by_hand.waiting) == 1)
    assert set(column(viewer, "SES")) == {LOADING}
    assert loads == []
    by_hand.run()
    qtbot.waitUntil(lambda: column(viewer, "SES")[0] == "0.50")
    assert sorted(loads) == sorted(NAMES)
    viewer.close()


def test_only_columns_in_sight_are_loaded(qtbot):
    by_hand, loads = ByHand(), []
    loader = Loader(sheet(viewed(loads), 1), by_hand)
    loader.want(["SES"])
    loader.want(["AGREE", "BORN"])  # scrolled on before the first was there
    by_hand.run()
    qtbot.waitUntil(lambda: len(by_hand.waiting) == 1)
    by_hand.run()
    qtbot.waitUntil(lambda: "BORN" in loader.cells)
    assert loads == ["SES", "AGREE", "BORN"]
    loader.want(["BORN", "SES"])
    assert by_hand.waiting == []


def test_columns_out_of_sight_are_given_up_when_they_are_too_many(qtbot, inline):
    loader = Loader(sheet(viewed(), 1), inline)
    loader._most = 2
    for names in (["SES"], ["FEMALE"], ["AGREE", "BORN", "TOWN"]):
        loader.want(names)
    assert list(loader.cells) == ["AGREE", "BORN", "TOWN"]


def test_a_newer_wish_takes_the_place_of_an_older_one(present, qtbot):
    by_hand = ByHand()
    viewer = present(DataViewer(viewed(), by_hand), 900, 500)
    sort(viewer, "SES", UP)
    sort(viewer, "SES", DOWN)
    by_hand.run()
    wanted = Sorting("SES", descending=True)
    qtbot.waitUntil(lambda: viewer.pane._shown[1] == wanted)
    assert place_of(viewer, 0) == "SCHOOL b, row 2"
    viewer.close()


def test_what_is_under_way_is_said(present, qtbot):
    by_hand = ByHand()
    viewer = present(DataViewer(viewed(), by_hand), 900, 500)
    viewer.pane._arranging._moment.setInterval(1)
    sort(viewer, "SES", UP)
    qtbot.waitUntil(lambda: viewer._words.text() == "Sorting by SES…")
    by_hand.run()
    qtbot.waitUntil(lambda: viewer._words.text() == "8 rows, sorted by SES, smallest first")
    viewer.close()


def test_closing_leaves_nothing_to_the_worker(present, qtbot):
    by_hand = ByHand()
    viewer = present(DataViewer(viewed(), by_hand), 900, 500)
    qtbot.waitUntil(lambda: len(by_hand.waiting) == 1)
    sort(viewer, "SES", UP)
    with qtbot.waitSignal(viewer.destroyed):
        viewer.close()
    assert all(future.cancelled() for future, *_ in by_hand.waiting)


def test_letters_typed_do_not_search_all_rows(loaded, qtbot):
    table = loaded.pane.table
    table.setCurrentIndex(cell(loaded, 0, "TOWN"))
    qtbot.keyClicks(table, "zell")
    assert table.currentIndex().row() == 0


# -------------------------------------------------------------------------------------- looks


def test_f1_asks_for_its_page(loaded, qtbot):
    with qtbot.waitSignal(loaded.help_asked) as asked:
        qtbot.keyClick(loaded, Key.Key_F1)
    assert asked.args == ["data-viewer"]


def test_esc_closes_from_the_table(present, inline, qtbot):
    viewer = present(DataViewer(viewed(), inline), 700, 400)
    with qtbot.waitSignal(viewer.destroyed):
        qtbot.keyClick(viewer.pane.table, Key.Key_Escape)


@pytest.mark.parametrize("scheme", [Qt.ColorScheme.Light, Qt.ColorScheme.Dark])
def test_both_levels_are_whole_and_legible(loaded, qtbot, qapp, scheme):
    dress(qapp, scheme)
    try:
        for level in (0, 1):
            loaded.findChild(QTabBar).setCurrentIndex(level)
            settle(qtbot, loaded)
            assert list(findings(loaded, "data viewer")) == []
    finally:
        dress(qapp, Qt.ColorScheme.Light)


def test_a_larger_font_makes_larger_rows(loaded, qapp, qtbot):
    def sizes():
        table = loaded.pane.table
        return table.rowHeight(0), table.verticalHeader().width(), table.columnWidth(0)

    before, font, larger = sizes(), qapp.font(), qapp.font()
    larger.setPointSizeF(font.pointSizeF() * 2)
    qapp.setFont(larger)
    try:
        qtbot.waitUntil(lambda: all(b > a * 1.2 for a, b in zip(before, sizes(), strict=True)))
    finally:
        qapp.setFont(font)


def test_data_without_columns_of_files_are_shown(present, qtbot, inline, small_data):
    viewer = present(DataViewer(small_data, inline), 700, 400)
    settle(qtbot, viewer)
    assert column(viewer, "Y") == ["1", "2", "3", "4", "6", "5"]
    assert place_of(viewer, 3) == "ID b, row 1"


def test_ten_million_rows(present, qtbot, inline):
    """What Qt would do row by row would never end here."""
    rows = 10_000_000
    zeros = np.broadcast_to(0.0, (rows,))
    offsets = np.arange(0, rows + 1, 1000)
    ids = tuple(map(str, range(1, rows // 1000 + 1)))
    data = TwoLevelData("large", "ID", ids, offsets, {"Y": zeros}, {}, Catalogue())
    viewer = present(DataViewer(data, inline), 500, 400)
    settle(qtbot, viewer)
    table = viewer.pane.table
    table.fit()
    table.scrollToBottom()
    table.selectAll()
    table.viewport().repaint()
    last = table.indexAt(QPoint(1, table.viewport().height() - 1)).row()
    assert last in {rows - 1, -1}
    assert place_of(viewer, rows - 1) == "ID 10000, row 1000"
    viewer.pane.copy()
    assert "10,000,000 rows × 1 column are too many to copy" in viewer._remark.text()
    qtbot.keyClicks(table, "0")
    viewer.show_unit(1, 5000)
    assert table.currentIndex().row() == 5_000_000
    filter_by(viewer, None, Comparison.EQUAL, "7")
    assert viewer._words.text() == "1000 of 10,000,000 rows"


def test_more_rows_than_qt_can_lay_out_are_cut_short(qtbot):
    data = TwoLevelData("huge", "ID", ("1",), np.array([0, 3 * 10**9]), {}, {}, Catalogue())
    model = RowsModel(sheet(data, 1), {}, {})
    RowsTable(model)
    assert 10**7 < model.rowCount() < 2**31
