"""Text format: what is found out, what is chosen, and the preview that follows."""

import pytest
from audit import findings
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QDialogButtonBox, QLineEdit, QTableWidget

from app.dialogs import text_format
from app.dialogs.text_format import TextFormatDialog
from app.theme import dress
from estimation.data.recipe import Source, TextFormat

AUTOMATIC = TextFormat()
TEXT = "ID;Größe;X\n1;1,5;2\n2;2,5;3\n"


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "german.txt"
    path.write_text(TEXT, encoding="cp1252")
    return path


@pytest.fixture
def shown(qtbot, inline, path):
    def show(text=AUTOMATIC, executor=inline, source=path):
        dialog = TextFormatDialog(Source(source, text), executor)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        dialog.open()
        qtbot.waitExposed(dialog)
        return dialog

    return show


def choices(dialog):
    return {each.accessibleName(): each for each in dialog.findChildren(QComboBox)}


def choose(dialog, name, words):
    choice = choices(dialog)[name]
    choice.setCurrentIndex(choice.findText(words, Qt.MatchFlag.MatchStartsWith))
    choice.activated.emit(choice.currentIndex())


def preview(dialog):
    table = dialog.findChild(QTableWidget)
    heads = [table.horizontalHeaderItem(k).text() for k in range(table.columnCount())]
    rows = [
        [table.item(row, k).text() for k in range(table.columnCount())]
        for row in range(table.rowCount())
    ]
    return heads, rows


def ok(dialog):
    return dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)


def enter(dialog, name, text):
    field = next(e for e in dialog.findChildren(QLineEdit) if e.accessibleName() == name)
    field.setText(text)
    field.textEdited.emit(text)


def test_what_was_found_out_is_shown_and_left_to_the_reader(shown):
    dialog = shown()
    said = {name: each.currentText() for name, each in choices(dialog).items()}
    assert said == {
        "Separator": "automatic (semicolon)",
        "Decimal sign": "automatic (comma)",
        "Encoding": "automatic (Windows-1252 (Western Europe))",
        "First line has names": "automatic (yes)",
    }
    assert preview(dialog) == (["ID", "Größe", "X"], [["1", "1,5", "2"], ["2", "2,5", "3"]])
    assert dialog.text() == TextFormat()


def test_the_preview_follows_each_choice(shown):
    dialog = shown()
    choose(dialog, "First line has names", "no")
    assert preview(dialog)[1][0] == ["ID", "Größe", "X"]
    choose(dialog, "Separator", "comma")
    assert preview(dialog)[0] == ["V1", ""]
    assert dialog.text() == TextFormat(separator=",", header=False)


def test_a_format_given_comes_back(shown):
    given = TextFormat(";", ",", "cp1252", header=True)
    assert shown(given).text() == given
    other = TextFormat(encoding="mac-roman")  # by a template
    assert shown(other).text() == other


def test_a_file_of_fixed_width_needs_its_format(qtbot, shown, tmp_path):
    path = tmp_path / "fixed.dat"
    path.write_text("  1 1.5\n  2 2.5\n", encoding="utf-8")
    dialog = shown(source=path)
    choose(dialog, "Separator", "none")
    assert "Enter the Fortran format" in dialog.fault()
    assert not ok(dialog).isEnabled()
    enter(dialog, "Fortran format", "(A3,F4.1)")
    enter(dialog, "Names", "ID, Y")
    qtbot.waitUntil(lambda: preview(dialog)[0] == ["ID", "Y"])
    assert dialog.text() == TextFormat(columns="(A3,F4.1)", names=("ID", "Y"))
    again = shown(dialog.text(), source=path)
    assert again.text() == dialog.text()


def test_a_format_that_does_not_fit_is_told_and_cannot_be_accepted(qtbot, shown, path):
    dialog = shown()
    choose(dialog, "Separator", "none")
    enter(dialog, "Fortran format", "(A4,Q3)")
    dialog.accept()  # before the keys have settled
    assert dialog.isVisible()
    assert "(A4,Q3)" in dialog.fault()
    choose(dialog, "Separator", "semicolon")
    dialog.accept()
    assert not dialog.isVisible()


def test_it_works_beside_the_window(qtbot, shown, thread):
    dialog = shown(executor=thread)
    qtbot.waitUntil(lambda: preview(dialog)[1] != [])
    with qtbot.waitSignal(dialog.accepted):
        dialog.accept()


def test_a_wide_file_is_shown_in_part(shown, path, monkeypatch):
    monkeypatch.setattr(text_format, "_MOST_COLUMNS", 2)
    dialog = shown()
    assert preview(dialog)[0] == ["ID", "Größe"]
    assert "3 columns, the first 2 of them shown" in dialog._said.text()


def test_it_is_whole_and_legible(qapp, shown):
    dress(qapp, Qt.ColorScheme.Light)
    dialog = shown()
    choose(dialog, "Separator", "none")
    QApplication.processEvents()
    assert list(findings(dialog, "Text format")) == []
