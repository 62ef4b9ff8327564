"""Descriptive statistics: shown, sorted, filtered, copied, saved."""

import csv
from dataclasses import replace
from errno import ENOSPC

import pytest
from audit import findings
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QPushButton

from app.dialogs.stats import StatsDialog
from app.dialogs.stats_text import aligned, as_csv, as_html, as_tabs, as_text
from app.preferences import Memory
from app.theme import dress
from estimation.spec import Catalogue, Variable

Key, CTRL, SHIFT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
MATHACH = Variable(
    "MATHACH", "Mathematics achievement", 7185, 12.7478526, 6.8782457, -2.832, 24.993, 3, (1, 5, 2)
)
FEMALE = Variable(
    *("FEMALE", "Sex", 7188, 0.52818, 0.49924, 0.0, 1.0),
    histogram=(3390, 3795),
    value_labels=((0.0, "male"), (1.0, "female")),
)
GONE = Variable("GONE", "", 0, None, None, None, None, 7188)
SIZE = Variable("SIZE", "Students", 160, 1097.825, 629.506, 100.0, 2713.0, 0, (4, 5, 6))
CATALOGUE = Catalogue((MATHACH, FEMALE, GONE), (SIZE,), left_out=(("TOWN", "text"),))


@pytest.fixture
def dialog(present, qtbot):
    return present(StatsDialog(CATALOGUE, "hsb.mdmx", Memory()), 780, 560)


def names(dialog, level=1):
    return [each.name for each in dialog._tables[level - 1].statistics.shown]


def row(dialog, level, k):
    model = dialog._tables[level - 1].model()
    return [(model.index(k, column).data() or "").strip() for column in range(8)]


def sort(dialog, column, order=Qt.SortOrder.AscendingOrder):
    dialog._tables[0].sortByColumn(column, order)


def test_both_levels_are_shown(dialog):
    assert dialog.windowTitle() == "Descriptive statistics: hsb.mdmx"
    assert row(dialog, 1, 0) == [
        *["MATHACH", "Mathematics achievement", "7185", "3"],
        *["12.7479", "6.87825", "−2.832", "24.993"],
    ]
    assert row(dialog, 1, 2) == ["GONE", "", "0", "7188", "", "", "", ""]
    assert row(dialog, 2, 0)[:5] == ["SIZE", "Students", "160", "0", "1097.83"]
    assert dialog._said.text() == "4 variables; 1 more left out"


def test_points_stand_below_each_other():
    assert aligned(["12.5", "3", "0.125", ""]) == ["12.5  ", "3    ", "0.125", "     "[:4]]
    assert aligned(["1", "12"]) == ["1", "12"]
    assert aligned([]) == []


def test_tip_has_value_labels_and_histogram_is_said(dialog):
    model = dialog._tables[0].model()
    assert "1 = female" in model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole)
    said = model.index(0, 8).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith("n 7185, 3 missing\nmean 12.7479")


def test_histograms_are_drawn(dialog):
    table = dialog._tables[0]
    link = table.palette().color(QPalette.ColorRole.Link).name()

    def seen(k):
        image = table.viewport().grab(table.visualRect(table.model().index(k, 8))).toImage()
        points = ((x, y) for x in range(image.width()) for y in range(image.height()))
        return {image.pixelColor(*each).name() for each in points}

    assert link in seen(0)
    assert link not in seen(2)


@pytest.mark.parametrize(
    ("column", "up", "down"),
    [
        (0, ["FEMALE", "GONE", "MATHACH"], ["MATHACH", "GONE", "FEMALE"]),
        (4, ["FEMALE", "MATHACH", "GONE"], ["MATHACH", "FEMALE", "GONE"]),
        (2, ["GONE", "MATHACH", "FEMALE"], ["FEMALE", "MATHACH", "GONE"]),
    ],
)
def test_sorting_has_what_is_not_there_last(dialog, column, up, down):
    sort(dialog, column)
    assert names(dialog) == up
    sort(dialog, column, Qt.SortOrder.DescendingOrder)
    assert names(dialog) == down
    sort(dialog, -1)
    assert names(dialog) == ["MATHACH", "FEMALE", "GONE"]


def test_sorting_by_keyboard(dialog, qtbot):
    table = dialog._tables[0]
    assert table.hasFocus()
    table.setCurrentIndex(table.model().index(0, 4))
    qtbot.keyClick(table, Key.Key_F10, SHIFT)
    menu = table.findChild(QMenu)
    qtbot.waitUntil(menu.isVisible)
    with qtbot.waitSignal(menu.destroyed):
        qtbot.keyClick(menu, "d")
    assert names(dialog) == ["MATHACH", "FEMALE", "GONE"]
    assert table.horizontalHeader().sortIndicatorSection() == 4


def test_a_click_on_a_head_sorts(dialog, qtbot):
    heads = dialog._tables[0].horizontalHeader()
    place = QPoint(heads.sectionViewportPosition(0) + 10, 8)
    qtbot.mouseClick(heads.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert names(dialog) == ["FEMALE", "GONE", "MATHACH"]


def test_filter_narrows_both_levels_by_name_and_label(dialog, qtbot):
    qtbot.keyClick(dialog, "f", CTRL)
    qtbot.keyClicks(dialog._filter, "s")
    assert (names(dialog), names(dialog, 2)) == (["MATHACH", "FEMALE"], ["SIZE"])
    qtbot.keyClicks(dialog._filter, "tud")
    assert (names(dialog), names(dialog, 2)) == ([], ["SIZE"])
    assert dialog._said.text() == "1 variable; 1 more left out"
    qtbot.keyClick(dialog._filter, Key.Key_Down)
    assert dialog._tables[1].hasFocus()
    dialog._filter.setFocus()
    qtbot.keyClick(dialog._filter, Key.Key_Escape)
    assert names(dialog) == ["MATHACH", "FEMALE", "GONE"]
    assert dialog.isVisible()


# ------------------------------------------------------------------------ copied and saved

TEXT = """\
hsb.mdmx

LEVEL-1 DESCRIPTIVE STATISTICS

Variable  Label                       N  Missing      Mean       SD  Minimum  Maximum
-------------------------------------------------------------------------------------
MATHACH   Mathematics achievement  7185        3  12.7479   6.87825   -2.832   24.993
FEMALE    Sex                      7188        0   0.52818  0.49924    0        1
"""


def test_text_is_that_of_hlm_with_more_digits():
    assert as_text("hsb.mdmx", ((MATHACH, FEMALE), ())) == TEXT


def test_csv_has_all_digits_and_says_the_level():
    rows = list(csv.reader(as_csv(((replace(MATHACH, label='a "b", c'),), (GONE,))).splitlines()))
    assert rows[0][:5] == ["Level", "Variable", "Label", "N", "Missing"]
    assert rows[1] == [
        *["1", "MATHACH", 'a "b", c', "7185", "3"],
        *["12.7478526", "6.8782457", "-2.832", "24.993"],
    ]
    assert rows[2] == ["2", "GONE", "", "0", "7188", "", "", "", ""]


def test_tables_for_other_programs_are_safe():
    odd = replace(FEMALE, label="a\tb\n<c>")
    assert as_tabs(((odd,), ())).splitlines()[1].split("\t")[:3] == ["1", "FEMALE", "a b <c>"]
    assert "<td>a\tb\n&lt;c&gt;</td>" in as_html(((odd,), ()))


def test_copies_what_is_shown(dialog, qtbot):
    dialog._filter.setText("female")
    qtbot.keyClick(dialog._tables[0], "c", CTRL)
    content = QGuiApplication.clipboard().mimeData()
    assert [each.split("\t")[1] for each in content.text().splitlines()] == ["Variable", "FEMALE"]
    assert "<td>FEMALE</td>" in content.html()
    copy = next(each for each in dialog.findChildren(QPushButton) if each.text() == "&Copy")
    copy.menu().actions()[1].trigger()
    assert "LEVEL-1 DESCRIPTIVE STATISTICS" in QGuiApplication.clipboard().text()


@pytest.mark.parametrize(("name", "begin"), [("s.txt", "hsb.mdmx\n"), ("s.CSV", "\ufeffLevel,")])
def test_saves_by_the_name_s_ending(dialog, tmp_path, name, begin):
    dialog.write(tmp_path / name)
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(begin)
    assert dialog._said.text() == f"Saved {name}"
    assert dialog.memory.folder == tmp_path


def test_asks_for_a_name_and_its_ending_follows_the_form(dialog, qtbot):
    dialog._save.click()
    asked = dialog.findChild(QFileDialog)
    assert asked.selectedFiles()[0].endswith("hsb-statistics.txt")
    asked.filterSelected.emit(asked.nameFilters()[1])
    assert asked.defaultSuffix() == "csv"
    asked.reject()
    qtbot.waitUntil(lambda: dialog.findChild(QFileDialog) is None)


def test_a_full_disk_is_said(dialog, tmp_path, monkeypatch, qtbot):
    def refuse(*_args):
        raise OSError(ENOSPC, "full")

    monkeypatch.setattr("estimation.files.os.replace", refuse)
    dialog.write(tmp_path / "s.txt")
    box = dialog.findChild(QMessageBox)
    assert "the disk is full" in box.text()
    with qtbot.waitSignal(box.destroyed):
        box.close()


# ------------------------------------------------------------------------------------ looks


@pytest.mark.parametrize("scheme", [Qt.ColorScheme.Light, Qt.ColorScheme.Dark])
def test_it_is_whole_and_legible(dialog, qapp, scheme):
    dress(qapp, scheme)
    try:
        assert list(findings(dialog, "statistics")) == []
    finally:
        dress(qapp, Qt.ColorScheme.Light)


def test_columns_of_both_levels_stand_below_each_other(dialog):
    first, second = ([each.columnWidth(k) for k in range(8)] for each in dialog._tables)
    assert first == second


def test_f1_asks_for_its_page_and_enter_does_not_close(dialog, qtbot):
    with qtbot.waitSignal(dialog.help_asked) as asked:
        qtbot.keyClick(dialog, Key.Key_F1)
    assert asked.args == ["data-viewer"]
    qtbot.keyClick(dialog._tables[0], Key.Key_Return)
    assert dialog.isVisible()


def test_it_is_closed_by_esc_and_remembers_its_place(present, qtbot):
    memory = Memory()
    dialog = present(StatsDialog(CATALOGUE, "hsb", memory), 640, 480)
    with qtbot.waitSignal(dialog.destroyed):
        qtbot.keyClick(dialog._tables[0], Key.Key_Escape)
    assert not memory.layout("statistics").isEmpty()


def test_two_thousand_variables_are_shown_and_sorted(present):
    many = tuple(replace(MATHACH, name=f"V{k}", mean=float(-k)) for k in range(2000))
    dialog = present(StatsDialog(Catalogue(many, ()), "wide", Memory()), 780, 500)
    sort(dialog, 4)
    assert names(dialog)[0] == "V1999"
    assert dialog._said.text() == "2000 variables"
