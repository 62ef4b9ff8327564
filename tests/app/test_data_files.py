"""Data files in the window: made, edited, looked at, rebuilt; the dialogs themselves are fakes."""

import sys
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import pytest
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox

from app.jobs import FitJob
from app.main_window import MainWindow
from app.model.document import Report
from estimation.data.make import assemble, read_tables
from estimation.data.recipe import Recipe, Source
from estimation.data.steps import GroupMean
from estimation.data.store import open_data_file, write
from estimation.spec import ModelSpec
from estimation.spec.edits import add_level1, add_level2, choose_outcome

Button = QMessageBox.StandardButton
STUDENTS = "ID,Y,X\n" + "".join(
    f"{unit},{unit + k * k % 7 * (unit + 2) % 5},{k}\n" for unit in range(6) for k in range(1, 7)
)
SCHOOLS = "ID,W\n" + "".join(f"{unit},{unit % 2}\n" for unit in range(6))
MODEL = add_level1(choose_outcome(ModelSpec(), "Y"), "X")


class Dialog(QDialog):
    """Stands for each of the dialogs, and keeps what it was given."""

    made = Signal(object)
    help_asked = Signal(str)
    answer = ()

    def __init__(self, *given, **named):
        super().__init__(given[-1])
        self.given, self.named, self.taken = given, named, []

    def take_files(self, paths):
        self.taken = paths

    def steps(self):
        return self.answer


@pytest.fixture
def dialogs(monkeypatch):
    """The dialogs by their names, each a class of its own."""
    found = {}
    for module, name in (
        ("app.dialogs.make_mdm", "MakeMdmDialog"),
        ("app.dialogs.stats", "StatsDialog"),
        ("app.dialogs.data_steps", "DataStepsDialog"),
        ("app.views.data_viewer", "DataViewer"),
    ):
        fake = ModuleType(module)
        found[name] = type(name, (Dialog,), {})
        setattr(fake, name, found[name])
        monkeypatch.setitem(sys.modules, module, fake)
    return found


@pytest.fixture
def window(qtbot, inline, dialogs):
    window = MainWindow(executor=ThreadPoolExecutor(1), reader=inline)
    qtbot.addWidget(window)
    window.show()
    yield window
    window._leaving = True
    window.close()


@pytest.fixture
def path(tmp_path):
    """A data file of two sources, Y and X at level 1, W at level 2."""
    sources = tmp_path / "students.csv", tmp_path / "schools.csv"
    for source, text in zip(sources, (STUDENTS, SCHOOLS), strict=True):
        source.write_text(text, encoding="utf-8")
    recipe = Recipe(*map(Source, sources), id1="ID")
    write(tmp_path / "both.mdmx", assemble(recipe, read_tables(recipe)))
    return tmp_path / "both.mdmx"


def change(path, text=STUDENTS + "0,3,7\n"):
    path.with_name("students.csv").write_text(text, encoding="utf-8")


def box(window):
    boxes = [each for each in window.findChildren(QMessageBox) if each.isVisible()]
    assert len(boxes) <= 1
    return boxes[0] if boxes else None


def shown(window):
    """The dialog that is open."""
    (found,) = [each for each in window.findChildren(Dialog) if each.isVisible()]
    return found


def strip(window):
    """What the strip over the model says, empty if it is hidden."""
    found = window.panes.changed_sources
    return found.words if found.isVisible() else ""


def open_with_model(window, path):
    window.open_file(path)
    window.document.edit(MODEL, "model")


# ---------------------------------------------------------------------------------- opening


def test_data_file_opens_with_an_empty_model_and_the_keyboard_at_its_variables(window, path):
    window.open_file(path)
    assert window.windowTitle() == "both.mdmx – new model[*] – Levelwise"
    assert window.document.spec == ModelSpec()
    assert window.status._state.text().startswith("36 rows, 6 units  ·  No outcome is chosen")
    assert window.variables.isAncestorOf(window.focusWidget())
    assert window.memory.recent == (path,)


def test_status_tells_of_missing_values(window, path):
    change(path, STUDENTS.replace("0,2,1\n", "0,,1\n", 1))
    window.open_file(path)
    window.data_files.rebuild()
    assert window.status._state.text().startswith("36 rows, 6 units, missing values in 1 variable")


def test_model_on_a_data_file_is_saved_with_its_name_and_opened_again(window, path):
    open_with_model(window, path)
    window.files._write(path.with_name("model.hlm"))
    text = path.with_name("model.hlm").read_text(encoding="utf-8")
    assert text.startswith("#WHLM CMD FILE FOR both.mdmx\n")
    window.files.new()
    window.open_file(path.with_name("model.hlm"))
    assert (window.document.spec, window.document.stored.path) == (MODEL, path)
    assert window.windowTitle() == "both.mdmx – model.hlm[*] – Levelwise"


@pytest.mark.parametrize("name", ["both.mdmx", "students.csv", "schools.csv"])
def test_nothing_is_written_over_the_data_and_what_they_were_made_of(window, path, name):
    open_with_model(window, path)
    document, before = window.document, path.with_name(name).read_bytes()
    document.keep(Report(document.spec, document.data.fingerprint, "text"))
    window.files._write(path.with_name(name))
    assert "holds the data of this model" in box(window).text()
    box(window).close()
    window.output_files.write(path.with_name(name))
    assert "holds this model or its data" in box(window).text()
    box(window).close()
    window.data_files._keep_table(path.with_name(name), "a\tb\n1\t2\n")
    assert "holds this model or its data" in box(window).text()
    assert path.with_name(name).read_bytes() == before


def test_what_needs_a_data_file_says_so(window, path):
    actions = window._actions
    assert actions.show_rows.toolTip() == "No data are open."
    window.open_example_data()
    assert actions.show_rows.isEnabled()
    for each in (actions.steps, actions.edit_data):
        assert not each.isEnabled()
        assert "do not come from a data file (.mdmx)" in each.toolTip()
    window.open_file(path)
    assert actions.steps.isEnabled()
    assert actions.steps.toolTip() == "Data steps…"


# ---------------------------------------------------------------------------------- making


@pytest.mark.parametrize(
    ("action", "first"),
    [("make_of_text", "Text (*.csv"), ("make_of_statistics", "All data files (*.sav")],
)
def test_menus_open_the_dialog_and_ask_for_its_files(window, path, action, first):
    getattr(window._actions, action).trigger()
    dialog = shown(window)
    assert dialog.given == (window.memory, window.worker.executor, window)
    files = dialog.findChild(QFileDialog)
    assert files.selectedNameFilter().startswith(first)
    files.selectFile(str(path.with_name("students.csv")))
    files.accept()
    assert dialog.taken == [path.with_name("students.csv")]


def test_welcome_page_leads_to_the_user_s_own_data(window):
    window.panes.welcome.data_asked.emit()
    assert shown(window).findChild(QFileDialog).isVisible()


def test_dropped_source_files_go_to_the_dialog(window, path):
    sources = [path.with_name("students.csv"), path.with_name("schools.csv")]
    window.files.open_all(sources)
    assert shown(window).taken == sources


def test_source_file_of_the_command_line_goes_to_the_dialog(window, path):
    window.open_file(path.with_name("students.csv"))
    assert shown(window).taken == [path.with_name("students.csv")]


def test_template_goes_to_the_dialog(window, path):
    path.with_suffix(".mdmt").touch()
    window.open_file(path.with_suffix(".mdmt"))
    assert shown(window).taken == [path.with_suffix(".mdmt")]


def test_template_is_asked_for(window, path):
    path.with_suffix(".mdmt").touch()
    window._actions.make_of_template.trigger()
    dialog = next(each for each in window.findChildren(QFileDialog) if each.isVisible())
    dialog.selectFile(str(path.with_suffix(".mdmt")))
    dialog.accept()
    assert shown(window).taken == [path.with_suffix(".mdmt")]


def test_what_was_made_is_opened_after_the_question(window, path):
    window.open_example_lesson()
    window.document.edit(ModelSpec(), "nothing")
    window.data_files.make([])
    shown(window).made.emit(path)
    assert box(window).text() == "Save the changes to hsb2.hlm?"
    box(window).button(Button.Discard).click()
    assert window.document.stored.path == path
    assert shown(window).isVisible()


def test_data_file_shown_is_edited_and_its_model_stays(window, path):
    open_with_model(window, path)
    window._actions.edit_data.trigger()
    dialog = shown(window)
    assert dialog.named["path"] == path
    assert dialog.named["recipe"].id1 == "ID"
    change(path)
    recipe = dialog.named["recipe"]
    write(path, assemble(recipe, read_tables(recipe)))
    dialog.made.emit(path)
    assert box(window) is None
    assert (window.document.spec, window.document.data.n_rows) == (MODEL, 37)
    assert window.document.steps.canUndo()


def paste(window, text):
    QApplication.clipboard().setText(text)
    window._actions.paste.trigger()


def test_table_in_the_clipboard_is_kept_in_a_file_and_goes_to_the_dialog(window, tmp_path):
    paste(window, "ID\tY\n1\t2\n")
    dialog = next(each for each in window.findChildren(QFileDialog) if each.isVisible())
    assert dialog.selectedFiles()[0].endswith("clipboard.tsv")
    dialog.selectFile(str(tmp_path / "mine.tsv"))
    dialog.accept()
    assert (tmp_path / "mine.tsv").read_text(encoding="utf-8") == "ID\tY\n1\t2\n"
    assert shown(window).taken == [tmp_path / "mine.tsv"]


@pytest.mark.parametrize("text", ["", "a word", "one\nword\na\nline\n", "a\tb\n"])
def test_clipboard_without_a_table_is_told(window, text):
    paste(window, text)
    assert "The clipboard holds no table" in box(window).text()


# ---------------------------------------------------------------------------------- looking


@pytest.mark.parametrize("action", ["show_statistics", "show_rows"])
def test_data_are_looked_at_beside_the_window_until_others_are_open(window, path, action):
    window.open_file(path)
    getattr(window._actions, action).trigger()
    dialog = shown(window)
    assert not dialog.isModal()
    window.open_example_data()
    assert not dialog.isVisible()


# ------------------------------------------------------------------------------------ steps


def step(window, *steps):
    window._actions.steps.trigger()
    dialog = shown(window)
    dialog.answer = steps
    dialog.accept()
    return dialog


def test_steps_make_the_data_file_again_under_the_same_model(window, path):
    open_with_model(window, path)
    document = window.document
    document.keep(Report(document.spec, document.data.fingerprint, "text"))
    mean = GroupMean("X", "MEANX")
    dialog = step(window, mean)
    base, steps, executor, parent = dialog.given
    assert (base.n_rows, steps, executor, parent) == (36, (), window.worker.executor, window)
    assert document.catalogue.names(2) == ("W", "MEANX")
    assert document.spec == MODEL
    assert not document.is_of_data(document.outputs[0])
    assert window.status._done.text() == "Made both.mdmx again: 36 rows, 6 units"
    assert open_data_file(path).recipe.steps == (mean,)


def test_variable_that_a_step_made_and_the_model_uses_is_told_when_it_is_gone(window, path):
    open_with_model(window, path)
    step(window, GroupMean("X", "MEANX"))
    spec = add_level2(MODEL, "INTRCPT1", "MEANX")
    window.document.edit(spec, "add MEANX")
    step(window)
    assert "no longer has MEANX, which the model uses" in box(window).text()
    assert window.document.spec == spec
    assert "The data have no level-2 variable MEANX" in window.status._state.text()
    assert not window._actions.run.isEnabled()
    box(window).close()
    window.document.steps.undo()
    assert window._actions.run.isEnabled()


def test_the_same_steps_write_nothing(window, path):
    window.open_file(path)
    before = path.stat().st_mtime_ns
    step(window)
    assert path.stat().st_mtime_ns == before


def test_step_that_fails_is_told_and_the_data_stay(window, path):
    window.open_file(path)
    before = path.read_bytes()
    step(window, GroupMean("NOBODY", "MEAN"))
    assert "NOBODY" in box(window).text()
    assert path.read_bytes() == before
    assert window.document.catalogue.names(2) == ("W",)


# ---------------------------------------------------------------------------------- sources


def test_source_that_has_changed_is_told_quietly(qtbot, window, path):
    change(path)
    window.open_file(path)
    qtbot.waitUntil(lambda: bool(strip(window)))
    assert strip(window) == "students.csv has changed since both.mdmx was made."
    assert box(window) is None
    window.panes.changed_sources.dismiss_button.click()
    assert strip(window) == ""


def test_both_sources_are_named(qtbot, window, path):
    change(path)
    path.with_name("schools.csv").write_text(SCHOOLS + "9,1\n", encoding="utf-8")
    window.open_file(path)
    qtbot.waitUntil(lambda: "have" in strip(window))
    assert strip(window).startswith("students.csv and schools.csv have changed")


def test_rebuild_keeps_the_model(qtbot, window, path):
    change(path)
    open_with_model(window, path)
    qtbot.waitUntil(lambda: bool(strip(window)))
    window.panes.changed_sources.accept_button.click()
    assert strip(window) == ""
    assert (window.document.data.n_rows, window.document.spec) == (37, MODEL)
    assert open_data_file(path).data.n_rows == 37


def test_rebuild_asks_before_it_writes_if_something_is_lost(qtbot, window, path):
    change(path, STUDENTS + "77,3,7\n")
    window.open_file(path)
    qtbot.waitUntil(lambda: bool(strip(window)))
    window.panes.changed_sources.accept_button.click()
    assert "77" in box(window).informativeText()
    box(window).button(Button.Cancel).click()
    assert open_data_file(path).report.messages == ()
    assert strip(window)
    window.data_files.rebuild()
    box(window).button(Button.Yes).click()
    assert "77" in open_data_file(path).report.messages[0]
    assert window.document.data.n_rows == 36


def test_source_that_is_gone_is_told_only_when_it_is_needed(qtbot, window, path):
    path.with_name("schools.csv").unlink()
    window.open_file(path)
    assert strip(window) == ""
    window.data_files.rebuild()
    assert "schools.csv" in box(window).text()
    assert window.document.data.n_rows == 36


def test_change_of_data_left_meanwhile_is_not_told(qtbot, window, path):
    change(path)
    window.open_file(path)
    window.open_example_data()
    qtbot.waitUntil(lambda: not window.data_files.findChildren(FitJob))
    assert strip(window) == ""
