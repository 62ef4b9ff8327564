"""Choose Variables: one ID, any variables, thousands of columns."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from audit import findings
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLineEdit, QPushButton

from app.dialogs.choose_variables import ChooseVariablesDialog
from app.dialogs.mdm import variable_table
from app.dialogs.mdm.variable_table import ID, IN_MDM, LABEL, MISSING, NAME, REMARKS, VariableTable
from app.model.making import Draft, Fact, FileRead, Found
from app.theme import dress
from estimation.data.make import Stamp
from estimation.data.recipe import Source
from estimation.data.table import Field, Kind

TOWN = Fact(Field("TOWN", Kind.TEXT), "Ulm, Bonn", 0, "it is text; a data step can make dummies")
FACTS = (
    Fact(Field("ID"), "1 to 9", 0),
    Fact(Field("SES", label="Social status"), "−3 to 3", 12),
    Fact(Field("Y", label="Yield"), "0 to 9", 0),
    TOWN,
)
DRAFT = Draft(Source(Path("a.csv")), Source(Path("b.csv")))


def file(*facts):
    table = SimpleNamespace(file="a.csv", n_rows=9)
    return FileRead(Source(Path("a.csv")), "Text", (), table, Stamp("a", 1, 1, ""), facts)


TWO = Found(file(*FACTS), file(*FACTS[:2]), "ID", "ID")
ONE = Found(file(*FACTS), None, "ID", "ID", frozenset({"ID", "SES"}))


@pytest.fixture
def shown(qtbot):
    def show(found=TWO, level=1, draft=DRAFT):
        dialog = ChooseVariablesDialog(draft, found, level)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        dialog.open()
        qtbot.waitExposed(dialog)
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        return dialog

    return show


def table(dialog):
    return dialog.findChild(VariableTable)


def column(dialog, number):
    model = table(dialog).model()
    return [model.index(row, number).data() for row in range(model.rowCount())]


def click(qtbot, dialog, row, number):
    view = table(dialog)
    place = view.visualRect(view.model().index(row, number)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def go(dialog, row, number=NAME):
    table(dialog).setCurrentIndex(table(dialog).model().index(row, number))


def ok(dialog):
    return dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)


def press(dialog, text):
    buttons = dialog.findChildren(QPushButton)
    next(each for each in buttons if each.text().replace("&", "") == text).click()


def test_it_gives_back_what_it_was_given(shown):
    dialog = shown()
    assert (dialog.id_name, dialog.variables) == ("ID", ("SES", "Y"))
    chosen = shown(draft=replace(DRAFT, variables1=("TOWN",)))
    assert chosen.variables == ("TOWN",)


def test_the_keyboard_begins_in_the_table(shown):
    dialog = shown()
    assert table(dialog).hasFocus()
    assert table(dialog).currentIndex().row() == 0


def test_a_click_anywhere_in_a_cell_ticks(qtbot, shown):
    dialog = shown()
    click(qtbot, dialog, 2, IN_MDM)
    assert dialog.variables == ("SES",)
    click(qtbot, dialog, 1, ID)
    assert (dialog.id_name, dialog.variables) == ("SES", ())


def test_there_is_one_id_and_it_is_no_variable(qtbot, shown):
    dialog = shown()
    go(dialog, 3, ID)
    qtbot.keyClick(table(dialog), Qt.Key.Key_Space)
    assert dialog.id_name == "TOWN"
    go(dialog, 3, IN_MDM)
    qtbot.keyClick(table(dialog), Qt.Key.Key_Space)
    assert "TOWN" not in dialog.variables
    assert column(dialog, REMARKS)[3] == "links the levels"


def test_space_ticks_all_rows_selected(qtbot, shown):
    dialog = shown()
    go(dialog, 1)
    for _ in range(2):
        qtbot.keyClick(table(dialog), Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(table(dialog), Qt.Key.Key_Space)
    assert dialog.variables == ("SES", "Y", "TOWN")
    qtbot.keyClick(table(dialog), Qt.Key.Key_Space)
    assert dialog.variables == ()


def test_without_an_id_or_a_variable_there_is_no_ok(qtbot, shown):
    dialog = shown()
    click(qtbot, dialog, 0, ID)
    assert "No ID is ticked" in dialog.fault()
    assert not ok(dialog).isEnabled()
    click(qtbot, dialog, 0, ID)
    press(dialog, "None")
    assert "No variable is ticked" in dialog.fault()
    press(dialog, "All")
    assert ok(dialog).isEnabled()
    second = shown(level=2)
    press(second, "None")
    assert ok(second).isEnabled()  # a level 2 without variables is a random-intercept model's


def test_all_leaves_out_what_no_model_can_use(shown):
    dialog = shown(draft=replace(DRAFT, variables1=()))
    press(dialog, "All")
    assert dialog.variables == ("SES", "Y")


def test_the_filter_narrows_by_name_and_label_and_so_do_the_buttons(qtbot, shown):
    dialog = shown()
    qtbot.keyClick(dialog, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    words = dialog.findChild(QLineEdit)
    assert words.hasFocus()
    qtbot.keyClicks(words, "soc stat")
    assert column(dialog, NAME) == ["SES"]
    press(dialog, "None")
    qtbot.keyClick(words, Qt.Key.Key_Down)
    assert table(dialog).hasFocus()
    words.clear()
    assert column(dialog, NAME) == ["ID", "SES", "Y", "TOWN"]
    assert dialog.variables == ("Y",)


def test_columns_are_sorted_and_the_current_row_stays(shown):
    dialog = shown()
    go(dialog, 2)
    table(dialog).sortByColumn(MISSING, Qt.SortOrder.DescendingOrder)
    assert column(dialog, NAME)[0] == "SES"
    assert table(dialog).currentIndex().siblingAtColumn(NAME).data() == "Y"
    table(dialog).sortByColumn(IN_MDM, Qt.SortOrder.AscendingOrder)
    assert column(dialog, NAME)[:2] == ["SES", "Y"]
    table(dialog).sortByColumn(ID, Qt.SortOrder.AscendingOrder)
    assert column(dialog, NAME)[0] == "ID"
    table(dialog).sortByColumn(-1, Qt.SortOrder.AscendingOrder)
    assert column(dialog, NAME) == ["ID", "SES", "Y", "TOWN"]


def test_what_is_known_of_a_column_is_told(shown):
    dialog = shown()
    assert column(dialog, LABEL) == ["", "Social status", "Yield", ""]
    assert column(dialog, MISSING) == ["0", "12", "0", "0"]
    assert column(dialog, REMARKS)[3] == TOWN.why
    index = table(dialog).model().index(3, NAME)
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "TOWN"
    tick = table(dialog).model().index(1, IN_MDM)
    assert tick.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
    assert tick.data(Qt.ItemDataRole.AccessibleTextRole) == "SES, in MDM"


def test_what_varies_within_units_is_for_level_1(qtbot, shown):
    dialog = shown(ONE, level=2, draft=Draft(Source(Path("a.csv"))))
    assert dialog.variables == ("SES",)
    assert column(dialog, REMARKS)[2] == "varies within units: it is ticked at level 1"
    assert column(dialog, REMARKS)[3] == "varies within units: tick it at level 1"
    click(qtbot, dialog, 2, IN_MDM)
    press(dialog, "All")
    assert dialog.variables == ("SES",)


def test_no_label_no_column_for_it(shown):
    found = Found(file(FACTS[0], TOWN, Fact(Field("X"), "", 0)), None, "ID", "ID")
    assert table(shown(found)).isColumnHidden(LABEL)
    assert not table(shown()).isColumnHidden(LABEL)


def test_thousands_of_columns_are_not_measured_one_by_one(shown, monkeypatch):
    asked = []
    text = variable_table.VariableModel._text
    monkeypatch.setattr(
        variable_table.VariableModel,
        "_text",
        lambda self, fact, of: asked.append(fact.name) or text(self, fact, of),
    )
    many = tuple(Fact(Field(f"V{number}"), "0 to 1", 0) for number in range(3000))
    dialog = shown(Found(file(FACTS[0], *many), None, "ID", "ID"))
    assert len(dialog.variables) == 3000
    assert len(set(asked)) < 400
    assert "3000 of 3000 ticked" in dialog._count.text()


@pytest.mark.parametrize("scheme", [Qt.ColorScheme.Light, Qt.ColorScheme.Dark])
def test_it_is_whole_and_its_marks_can_be_seen(qtbot, qapp, shown, scheme):
    dress(qapp, scheme)
    try:
        dialog = shown()
        QApplication.processEvents()
        assert list(findings(dialog, "Choose Variables")) == []
        view = table(dialog)
        on, off = (view.visualRect(view.model().index(row, IN_MDM)) for row in (2, 3))
        image = view.viewport().grab().toImage()
        drawn = [
            {image.pixel(cell.center() + QPoint(x, y)) for x in range(-6, 7) for y in range(-6, 7)}
            for cell in (on, off)
        ]
        assert len(drawn[0]) > len(drawn[1]) > 1
    finally:
        dress(qapp, Qt.ColorScheme.Light)
