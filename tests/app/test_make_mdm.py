"""Make MDM, from the files to the data file; the files are small, and real."""

from threading import Event

import openpyxl
import pytest
from audit import findings
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QProgressBar,
    QRadioButton,
)

from app.dialogs.choose_variables import ChooseVariablesDialog
from app.dialogs.data_steps import DataStepsDialog
from app.dialogs.join_report import JoinReportDialog
from app.dialogs.make_mdm import MakeMdmDialog
from app.dialogs.mdm import session as sessions
from app.dialogs.mdm.template_editor import TemplateEditor
from app.dialogs.stats import StatsDialog
from app.dialogs.text_format import TextFormatDialog
from app.model import making
from app.preferences import Memory
from app.theme import dress
from estimation.data import store
from estimation.data.recipe import Missing, Recipe, Source, TextFormat
from estimation.data.steps import GroupMean
from estimation.data.store import open_data_file
from estimation.data.template import read_template, write_template
from estimation.errors import FileError
from estimation.progress import Reading
from estimation.spec.catalogue import Structure

Button = QMessageBox.StandardButton
STUDENTS = "ID,Y,X,TOWN\n" + "".join(
    f"{unit},{unit * 3 + k},{'' if (unit, k) == (2, 3) else k},Ulm\n"
    for unit in (1, 2, 3, 4)
    for k in range(5)
)
SCHOOLS = "ID,W,V\n" + "".join(f"{unit},{unit % 2},{unit * 0.5}\n" for unit in (1, 2, 3, 5))
BOTH = "ID,Y,W\n" + "".join(f"{unit},{k},{unit}\n" for unit in (1, 2, 3) for k in range(4))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "students.csv").write_text(STUDENTS, encoding="utf-8")
    (tmp_path / "schools.csv").write_text(SCHOOLS, encoding="utf-8")
    (tmp_path / "both.csv").write_text(BOTH, encoding="utf-8")
    return tmp_path


@pytest.fixture
def memory(qapp):
    return Memory(qapp)


@pytest.fixture
def shown(qtbot, memory, inline):
    """Open the dialog, by default on an executor that works at once."""

    def show(executor=inline, **given):
        dialog = MakeMdmDialog(memory, executor, None, **given)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        dialog.open()
        qtbot.waitExposed(dialog)
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        return dialog

    return show


@pytest.fixture
def two(shown, folder):
    dialog = shown()
    dialog.take_files([folder / "students.csv", folder / "schools.csv"])
    return dialog


def words(dialog):
    """Everything that stands in labels."""
    labels = [each.text() for each in dialog.findChildren(QLabel) if each.isVisibleTo(dialog)]
    return "\n".join(labels)


def button(dialog, text, number=0):
    found = [
        each
        for each in dialog.findChildren(QAbstractButton)
        if each.text().replace("&", "") == text and each.isVisibleTo(dialog)
    ]
    return found[number]


def press(dialog, text, number=0):
    button(dialog, text, number).click()


def field(dialog):
    return next(
        each for each in dialog.findChildren(QLineEdit) if not isinstance(each.parent(), QComboBox)
    )


def inner(qtbot, dialog, kind):
    """The window of a kind that the dialog has opened."""
    qtbot.waitUntil(lambda: any(each.isVisible() for each in dialog.findChildren(kind)))
    return next(each for each in dialog.findChildren(kind) if each.isVisible())


def answer(qtbot, dialog, with_button):
    inner(qtbot, dialog, QMessageBox).button(with_button).click()
    qtbot.waitUntil(lambda: not any(e.isVisible() for e in dialog.findChildren(QMessageBox)))


def drop(dialog, paths, place=None):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(each)) for each in paths])
    point, copy = place or QPoint(5, 5), Qt.DropAction.CopyAction
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(point, copy, mime, left, none)
    QApplication.sendEvent(dialog, enter)
    if enter.isAccepted():
        QApplication.sendEvent(dialog, QDropEvent(QPointF(point), copy, mime, left, none))
    return enter.isAccepted()


# ------------------------------------------------------------------------------- what is filled in


def test_it_says_how_to_begin_and_begins_at_the_level1_file(shown):
    dialog = shown()
    assert "Choose the level-1 file by Browse" in words(dialog)
    assert dialog.focusWidget() is button(dialog, "Browse…", 1)  # the first is the data file's
    assert not button(dialog, "Make MDM").isEnabled()


def test_two_files_fill_everything_in(two):
    said = words(two)
    assert "Text  ·  20 rows  ·  ID: ID  ·  2 of 3 variables in the MDM" in said
    assert "Text  ·  4 rows  ·  ID: ID  ·  2 of 2 variables in the MDM" in said
    assert "15 rows in 3 units, 5 rows a unit." in said
    assert "5 rows of students.csv left out: 1 unit not in schools.csv (ID 4)." in said
    assert "1 unit of schools.csv left out" in said
    assert "(found in 1 variable)" in said
    assert button(two, "Yes").isChecked()
    assert button(two, "running analyses").isChecked()
    assert field(two).text() == "students.mdmx"
    assert two.findChild(QComboBox).currentText().startswith("Text")


def test_the_order_of_two_files_says_nothing(shown, folder):
    dialog = shown()
    dialog.take_files([folder / "schools.csv", folder / "students.csv"])
    assert field(dialog).text() == "students.mdmx"
    assert "15 rows in 3 units" in words(dialog)


def test_one_file_holds_both_levels(shown, folder):
    dialog = shown()
    dialog.take_files([folder / "both.csv"])
    assert "the level-1 file holds both levels" in words(dialog)
    assert "12 rows in 3 units, 4 rows a unit. Nothing is lost." in words(dialog)
    assert "(none found)" in words(dialog)
    assert button(dialog, "No").isChecked()
    assert not button(dialog, "making mdm").isEnabled()


def test_one_file_without_level2_variables_asks_for_another(shown, folder):
    dialog = shown()
    dialog.take_files([folder / "students.csv"])
    press(dialog, "Choose Variables", 1)
    dialog.findChild(ChooseVariablesDialog).reject()
    (folder / "plain.csv").write_text("ID,Y\n1,2\n1,3\n2,4\n2,5\n", encoding="utf-8")
    dialog.take_files([folder / "plain.csv"])
    assert "If another file holds them, choose it as level-2 file." in words(dialog)


def test_a_workbook_has_a_sheet_for_each_level(qtbot, shown, tmp_path, thread):
    book = openpyxl.Workbook()
    for title, text in (("Students", STUDENTS), ("Schools", SCHOOLS)):
        sheet = book.create_sheet(title)
        for number, line in enumerate(text.splitlines()):
            cells = line.split(",")
            values = cells if not number else [_cell(each) for each in cells]
            sheet.append(values)
    book.remove(book["Sheet"])
    book.save(tmp_path / "hsb.xlsx")
    dialog = shown(thread)
    dialog.take_files([tmp_path / "hsb.xlsx"])
    qtbot.waitUntil(lambda: "another sheet of hsb.xlsx" in words(dialog), timeout=20_000)
    dialog._take(2, [tmp_path / "hsb.xlsx"])
    qtbot.waitUntil(lambda: "15 rows in 3 units" in words(dialog), timeout=20_000)
    sheets = [each for each in dialog.findChildren(QComboBox) if "Sheet" in each.accessibleName()]
    assert [each.currentText() for each in sheets] == ["Students", "Schools"]
    sheets[1].setCurrentText("Students")
    sheets[1].textActivated.emit("Students")
    qtbot.waitUntil(lambda: "contradict each other" in words(dialog), timeout=20_000)


def _cell(text):
    return float(text) if text.replace(".", "").isdigit() else text or None


# --------------------------------------------------------------------------------------- dropping


def test_files_are_taken_where_they_are_dropped(qtbot, shown, folder):
    dialog = shown()
    assert drop(dialog, [folder / "students.csv"])
    assert "20 rows in 4 units" in words(dialog)
    box = dialog._form.levels[1]
    assert drop(dialog, [folder / "schools.csv"], box.mapTo(dialog, box.rect().center()))
    assert "15 rows in 3 units" in words(dialog)


def test_three_files_are_too_many(shown, folder):
    dialog = shown()
    drop(dialog, [folder / name for name in ("students.csv", "schools.csv", "both.csv")])
    assert "one or two files" in words(dialog)


def test_what_is_no_file_is_not_taken(shown):
    dialog, mime = shown(), QMimeData()
    mime.setText("words")
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, mime, left, none)
    QApplication.sendEvent(dialog, enter)
    assert not enter.isAccepted()


# --------------------------------------------------------------------------------------- browsing


def test_browse_takes_one_file_or_both(qtbot, shown, folder):
    dialog = shown()
    press(dialog, "Browse…", 1)
    asked = inner(qtbot, dialog, QFileDialog)
    assert asked.selectedNameFilter().startswith("All data files")
    asked.filesSelected.emit([str(folder / "students.csv"), str(folder / "schools.csv")])
    asked.reject()
    assert "15 rows in 3 units" in words(dialog)
    assert Memory(dialog).folder == folder


def test_a_type_that_was_chosen_is_shown_first(qtbot, shown):
    dialog = shown()
    kinds = dialog.findChild(QComboBox)
    kinds.setCurrentIndex(kinds.findData("Stata"))
    kinds.activated.emit(kinds.currentIndex())
    press(dialog, "Browse…", 1)
    asked = inner(qtbot, dialog, QFileDialog)
    assert asked.selectedNameFilter() == "Stata (*.dta)"
    asked.reject()


def test_browse_for_the_name_asks_for_no_leave_to_overwrite(qtbot, two, folder):
    press(two, "Browse…", 0)
    asked = inner(qtbot, two, QFileDialog)
    assert asked.testOption(QFileDialog.Option.DontConfirmOverwrite)
    (folder / "sub").mkdir()
    asked.fileSelected.emit(str(folder / "sub" / "x.mdmx"))
    asked.reject()
    assert field(two).text() == str(folder / "sub" / "x.mdmx")


# ----------------------------------------------------------------------------------------- making


def test_it_makes_the_data_file_and_says_so(qtbot, two, folder):
    with qtbot.waitSignal(two.made) as made:
        press(two, "Make MDM")
    assert made.args == [folder / "students.mdmx"]
    file = open_data_file(folder / "students.mdmx")
    assert file.data.catalogue.names(1) == ("Y", "X")
    assert file.data.catalogue.names(2) == ("W", "V")
    assert file.recipe.missing is Missing.AT_RUNNING
    assert "students.mdmx is made. 15 rows in 3 units" in words(two)
    assert two.focusWidget() is button(two, "Done")
    assert two.isVisible()
    qtbot.keyClick(two.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not two.isVisible())


def test_an_existing_file_is_overwritten_only_if_the_user_says_so(qtbot, two, folder):
    target = folder / "students.mdmx"
    target.write_text("kept", encoding="utf-8")
    with qtbot.assertNotEmitted(two.made):
        press(two, "Make MDM")
        answer(qtbot, two, Button.Cancel)
    assert target.read_text(encoding="utf-8") == "kept"
    press(two, "Make MDM")
    with qtbot.waitSignal(two.made):
        answer(qtbot, two, Button.Yes)
    assert open_data_file(target).data.n_rows == 15


def test_a_source_is_never_written_over(qtbot, shown, folder):
    source = (folder / "students.csv").rename(folder / "students.mdmx")
    dialog = shown()
    dialog.take_files([source, folder / "schools.csv"])
    press(dialog, "Make MDM")
    assert "data come from" in words(dialog)
    assert dialog.focusWidget() is field(dialog)
    assert source.read_text(encoding="utf-8") == STUDENTS


def test_what_the_disk_refuses_is_told_and_nothing_is_lost(two, folder, monkeypatch):
    def full(path, made, watch):
        raise FileError(f"{path} could not be written: the disk is full.")

    monkeypatch.setattr(store, "write", full)
    press(two, "Make MDM")
    assert "the disk is full" in words(two)
    monkeypatch.undo()
    press(two, "Make MDM")
    assert (folder / "students.mdmx").exists()


def test_a_source_that_changed_is_read_again_before_it_is_written(two, folder):
    path = folder / "students.csv"
    path.write_text(STUDENTS + "1,7,7,Ulm\n", encoding="utf-8")
    press(two, "Make MDM")
    assert open_data_file(folder / "students.mdmx").data.n_rows == 16


def test_a_source_that_is_gone_is_told(two, folder):
    (folder / "schools.csv").unlink()
    press(two, "Make MDM")
    assert "schools.csv could not be read" in words(two)
    assert not (folder / "students.mdmx").exists()


def test_files_are_read_once(two, folder, monkeypatch):
    from estimation.data import make

    read = []
    original = make.read_tables
    monkeypatch.setattr(
        make, "read_tables", lambda recipe, watch: read.append(recipe) or original(recipe, watch)
    )
    button(two, "making mdm").click()
    press(two, "Make MDM")
    two.take_files([folder / "both.csv"])
    assert [each.level1.path.name for each in read] == ["both.csv"]


# ------------------------------------------------------------------------------- what is entered


def test_every_choice_goes_into_the_file(two, folder):
    button(two, "measures within persons").click()
    button(two, "making mdm").click()
    field(two).selectAll()
    field(two).insert("other.mdm")
    field(two).textEdited.emit("other.mdm")
    assert "1 row deleted: a value is missing in 1 level-1 row" in words(two)
    press(two, "Make MDM")
    recipe = open_data_file(folder / "other.mdmx").recipe
    assert recipe.structure is Structure.MEASURES_IN_PERSONS
    assert recipe.missing is Missing.AT_MAKING


def test_no_missing_data_is_contradicted(two):
    button(two, "No").click()
    assert "X: missing in 1 of 15 rows, though Missing Data? says No." in words(two)


def test_the_variables_chosen_go_into_the_file(two, folder):
    press(two, "Choose Variables", 0)
    chooser = two.findChild(ChooseVariablesDialog)
    chooser._model.tick([1])
    chooser.accept()
    assert "1 of 3 variables in the MDM" in words(two)
    press(two, "Make MDM")
    assert open_data_file(folder / "students.mdmx").data.catalogue.names(1) == ("X",)


def test_an_id_that_cannot_be_guessed_is_asked_for_and_chosen(shown, folder):
    (folder / "odd.csv").write_text("A,B\n1,0.5\n1,0.7\n2,0.1\n1,0.3\n", encoding="utf-8")
    dialog = shown()
    dialog.take_files([folder / "odd.csv"])
    assert "Which variable tells the level-2 units of odd.csv apart?" in words(dialog)
    press(dialog, "Choose Variables", 0)
    chooser = dialog.findChild(ChooseVariablesDialog)
    chooser._model.tick_id(0)
    chooser.accept()
    assert "4 rows in 2 units" in words(dialog)


def test_swapped_files_are_exchanged_by_a_button(shown, folder):
    dialog = shown()
    dialog._take(1, [folder / "schools.csv"])
    dialog._take(2, [folder / "students.csv"])
    assert "Are the files swapped?" in words(dialog)
    press(dialog, "Exchange the files")
    assert "15 rows in 3 units" in words(dialog)
    assert field(dialog).text() == "students.mdmx"


def test_level_2_is_taken_from_the_level1_file_again(two):
    press(two, "Use level-1 file")
    assert "20 rows in 4 units" in words(two)


def test_a_text_format_is_read_anew(qtbot, shown, folder):
    path = folder / "german.csv"
    path.write_text("ID;Y;X\n1;1,5;2\n1;2,5;3\n2;3,5;4\n2;0,5;1\n", encoding="utf-8")
    dialog = shown()
    dialog.take_files([path])
    assert "2 of 2 variables" in words(dialog)
    press(dialog, "Text format…")
    form = dialog.findChild(TextFormatDialog)
    form._decimal.setCurrentIndex(1)
    form.accept()
    assert "1 of 2 variables" in words(dialog)  # Y is text with a decimal point


def test_data_steps_are_kept_in_the_file(qtbot, two, folder):
    press(two, "Data steps…")
    steps = inner(qtbot, two, DataStepsDialog)
    steps._steps.insert(0, GroupMean("X", "X_MEAN"))
    steps._work_out(0)
    steps.accept()
    assert "X_MEAN = mean of X" in words(two)
    press(two, "Make MDM")
    assert open_data_file(folder / "students.mdmx").data.catalogue.names(2)[-1] == "X_MEAN"


def test_steps_that_no_longer_apply_can_still_be_opened(qtbot, shown, folder):
    sources = [Source(folder / name) for name in ("students.csv", "schools.csv")]
    steps = (GroupMean("GONE", "G"),)
    dialog = shown(recipe=Recipe(*sources, "ID", "ID", steps=steps), path=folder / "a.mdmx")
    assert "GONE" in words(dialog)
    press(dialog, "Data steps…")
    editor = inner(qtbot, dialog, DataStepsDialog)
    assert editor.steps() == steps
    editor.reject()
    assert "GONE" in words(dialog)


# ------------------------------------------------------------------------ what opens from the rest


def test_statistics_and_report_can_be_looked_at_before_anything_is_made(qtbot, two, folder):
    press(two, "Check Stats")
    statistics = inner(qtbot, two, StatsDialog)
    assert [each.name for each in statistics.shown[0]] == ["Y", "X"]
    statistics.close()
    press(two, "Join report…")
    report = inner(qtbot, two, JoinReportDialog)
    report.close()
    assert not (folder / "students.mdmx").exists()


def test_a_recipe_opens_as_it_was_made(shown, folder):
    names = ("students.csv", "schools.csv")
    sources = [Source(folder / name) for name in names]
    recipe = Recipe(*sources, "ID", "ID", ("Y", "TOWN"), ("V",), missing=Missing.NONE)
    dialog = shown(recipe=recipe, path=folder / "kept.mdmx")
    assert field(dialog).text() == "kept.mdmx"
    press(dialog, "Make MDM")
    assert open_data_file(folder / "kept.mdmx").recipe == recipe


# -------------------------------------------------------------------------------------- templates


def test_templates_are_saved_opened_and_edited(qtbot, two, folder, memory):
    assert not button(two, "Edit mdmt file").isEnabled()
    press(two, "Save mdmt file")
    asked = inner(qtbot, two, QFileDialog)
    asked.fileSelected.emit(str(folder / "a.mdmt"))
    asked.reject()
    assert "a.mdmt" in words(two)
    template = read_template(folder / "a.mdmt")
    assert template.recipe.variables1 == ("Y", "X")
    assert template.mdm_path == folder / "students.mdmx"
    press(two, "Edit mdmt file")
    editor = inner(qtbot, two, TemplateEditor)
    text = editor.findChild(QPlainTextEdit)
    text.setPlainText(text.toPlainText().replace("mdmname:students", "mdmname:renamed"))
    editor.accept()
    assert field(two).text() == "renamed.mdmx"


def test_a_template_that_cannot_be_read_is_not_saved(qtbot, two, folder):
    path = folder / "a.mdmt"
    two._templates.save(path, two._session.assembled.recipe, None)
    before = path.read_text(encoding="utf-8")
    press(two, "Edit mdmt file")
    editor = inner(qtbot, two, TemplateEditor)
    editor.findChild(QPlainTextEdit).setPlainText("nothing of the kind")
    editor.accept()
    assert editor.isVisible()
    assert str(path) in words(editor)
    assert path.read_text(encoding="utf-8") == before
    editor.reject()


def test_a_changed_template_is_asked_for_before_it_is_dropped(qtbot, two, folder):
    two._templates.save(folder / "a.mdmt", two._session.assembled.recipe, None)
    press(two, "Edit mdmt file")
    editor = inner(qtbot, two, TemplateEditor)
    qtbot.keyClicks(editor.findChild(QPlainTextEdit), "x")
    editor.reject()
    answer(qtbot, editor, Button.Cancel)
    assert editor.isVisible()
    editor.reject()
    answer(qtbot, editor, Button.Yes)
    qtbot.waitUntil(lambda: not editor.isVisible())


def test_a_dropped_template_fills_everything_in(qtbot, shown, folder):
    sources = [Source(folder / name) for name in ("students.csv", "schools.csv")]
    write_template(folder / "t.mdmt", Recipe(*sources, "ID", "ID", ("Y",), ("W",)), None)
    dialog = shown()
    dialog.take_files([folder / "t.mdmt"])
    assert "1 of 3 variables in the MDM" in words(dialog)
    assert "t.mdmt" in words(dialog)


def test_a_broken_template_is_told(qtbot, shown, folder):
    (folder / "t.mdmt").write_text("#nothing\n", encoding="utf-8")
    dialog = shown()
    dialog.take_files([folder / "t.mdmt"])
    assert "is no template" in inner(qtbot, dialog, QMessageBox).text()
    answer(qtbot, dialog, Button.Ok)


def test_a_template_does_not_write_over_a_source(qtbot, two, folder):
    two._templates.save(folder / "students.csv", two._session.assembled.recipe, None)
    assert "data come from" in inner(qtbot, two, QMessageBox).text()
    answer(qtbot, two, Button.Ok)
    assert (folder / "students.csv").read_text(encoding="utf-8") == STUDENTS


# -------------------------------------------------------------------- what takes time, and leaving


@pytest.fixture
def slow(monkeypatch):
    """Reading that goes on until it is let go, or cancelled."""
    gate = Event()

    def read_files(draft, known, watch):
        while not gate.wait(0.01):
            watch(Reading("Reading students.csv (1 GB)", 0.25))
        return original(draft, known, watch)

    original = sessions.work.read_files
    monkeypatch.setattr(sessions.work, "read_files", read_files)
    yield gate
    gate.set()


def test_progress_is_shown_and_escape_cancels_first(qtbot, shown, folder, slow, thread):
    dialog = shown(thread)
    dialog.take_files([folder / "students.csv", folder / "schools.csv"])
    bar = dialog.findChild(QProgressBar)
    qtbot.waitUntil(bar.isVisible)
    assert "Reading students.csv (1 GB)" in words(dialog)
    assert bar.value() == pytest.approx(bar.maximum() / 4)
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert "Cancelled" in words(dialog)
    slow.set()
    press(dialog, "Go on")
    qtbot.waitUntil(lambda: "15 rows in 3 units" in words(dialog))


def test_the_name_can_be_entered_while_files_are_read(qtbot, shown, folder, slow, thread):
    dialog = shown(thread)
    dialog.take_files([folder / "students.csv", folder / "schools.csv"])
    job = dialog._session.worker.findChildren(type(dialog._session.worker._job))[-1]
    field(dialog).setText("mine.mdmx")
    field(dialog).textEdited.emit("mine.mdmx")
    assert dialog._session.worker._job is job  # it was not begun anew
    press(dialog, "Make MDM")
    slow.set()
    with qtbot.waitSignal(dialog.made) as made:
        pass
    assert made.args == [folder / "mine.mdmx"]


def test_nothing_of_the_old_file_is_shown_while_the_new_one_is_read(
    qtbot, shown, folder, slow, thread
):
    slow.set()
    dialog = shown(thread)
    dialog.take_files([folder / "students.csv"])
    qtbot.waitUntil(lambda: "20 rows" in words(dialog))
    slow.clear()
    dialog.take_files([folder / "both.csv"])
    qtbot.waitUntil(dialog.findChild(QProgressBar).isVisible)
    assert "20 rows" not in words(dialog)
    assert not button(dialog, "Choose Variables").isEnabled()


def test_an_escape_that_comes_late_does_not_close(qtbot, shown, folder, slow, thread):
    dialog = shown(thread)
    dialog.take_files([folder / "students.csv", folder / "schools.csv"])
    qtbot.waitUntil(dialog.findChild(QProgressBar).isVisible)
    slow.set()
    qtbot.waitUntil(lambda: not dialog._session.working)
    dialog.reject()
    assert dialog.isVisible()
    qtbot.waitUntil(lambda: not dialog._just_done.isActive())
    dialog.reject()
    assert not dialog.isVisible()


def test_a_closed_dialog_leaves_nothing_under_way(qtbot, shown, folder, slow, thread):
    dialog = shown(thread)
    dialog.take_files([folder / "students.csv", folder / "schools.csv"])
    press(dialog, "Done")
    assert not dialog.isVisible()
    assert not dialog._session.worker.busy


def test_what_cost_work_is_not_lost_without_a_question(qtbot, two):
    two._take_steps((GroupMean("X", "X_MEAN"),))
    press(two, "Done")
    answer(qtbot, two, Button.Cancel)
    assert two.isVisible()
    press(two, "Done")
    answer(qtbot, two, Button.Yes)
    qtbot.waitUntil(lambda: not two.isVisible())


def test_what_was_made_is_left_without_a_question(two):
    two._take_steps((GroupMean("X", "X_MEAN"),))
    press(two, "Make MDM")
    press(two, "Done")
    assert not two.isVisible()


def test_a_text_that_cannot_be_read_as_it_is_can_be_read_otherwise(qtbot, shown, folder, inline):
    path = folder / "fixed.dat"
    path.write_text("".join(f"{1 + k // 5:4d}01{k:7.2f}\n" for k in range(20)) + " 5  1   3.00 9\n")
    dialog = shown(inline)
    dialog.take_files([path])
    qtbot.waitUntil(lambda: not dialog._session.working)
    assert dialog._session.fault
    box = dialog._form.levels[0]
    assert box.format_.isVisible()
    box.format_.click()
    chooser = dialog.findChild(TextFormatDialog)
    assert chooser is not None
    chooser.reject()
    source = Source(path, TextFormat(columns="(A4,F1.0,F1.0,F7.2)"))
    dialog._edit(making.with_source(dialog._draft, 1, source))
    qtbot.waitUntil(lambda: dialog._session.found is not None)
    assert dialog._session.found.level1.names == ("V1", "V2", "V3", "V4")


def test_a_few_clicks_are_left_without_a_question(two):
    two.reject()
    assert not two.isVisible()


# ------------------------------------------------------------------------------------- how it looks


@pytest.mark.parametrize("scheme", [Qt.ColorScheme.Light, Qt.ColorScheme.Dark])
def test_it_is_whole_and_legible(qtbot, qapp, two, scheme):
    dress(qapp, scheme)
    try:
        two.resize(two.sizeHint())
        QApplication.processEvents()
        assert list(findings(two, "Make MDM")) == []
        two._session.say("Something is wrong with students.csv. " * 12)
        QApplication.processEvents()
        assert list(findings(two, "Make MDM with a fault")) == []
    finally:
        dress(qapp, Qt.ColorScheme.Light)


def test_every_control_has_a_mnemonic_of_its_own(qtbot, shown, folder):
    dialog = shown()
    dialog.take_files([folder / "students.csv", folder / "schools.csv"])
    buttons = [each for each in dialog.findChildren(QAbstractButton) if each.text()]
    labels = [each for each in dialog.findChildren(QLabel) if each.buddy()]
    # Those of the structure share the mnemonic of their group.
    own = [each for each in buttons if not isinstance(each, QRadioButton) or "&" in each.text()]
    texts = [each.text() for each in (*own, *labels) if each.isVisible()]
    texts.append(dialog._form.structure.title())
    letters = [each[each.index("&") + 1].lower() for each in texts]
    assert sorted(letters) == sorted(set(letters))


def test_help_is_asked_for_by_its_page(qtbot, two):
    heard = []
    two.help_asked.connect(heard.append)
    press(two, "Help")
    qtbot.keyClick(two, Qt.Key.Key_F1)
    press(two, "Choose Variables", 0)
    chooser = inner(qtbot, two, ChooseVariablesDialog)
    press(chooser, "Help")
    chooser.reject()
    assert heard == ["make-mdm"] * 3
