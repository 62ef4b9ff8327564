"""Model files in the window: new, open, save, recent ones, and the question before a loss."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event
from threading import enumerate as threads

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox

import app.model_files
from app.main_window import MainWindow
from app.model.document import Report
from estimation.errors import FileError
from estimation.examples import NAME, lesson_spec
from estimation.progress import Progress, Reading
from estimation.spec import ModelSpec
from estimation.spec.edits import add_level1, choose_outcome, toggle_random

Button = QMessageBox.StandardButton
MODEL = """#WHLM CMD FILE FOR one.csv
level2id:ID
# the teacher's own remark
level1:Y=INTRCPT1+RANDOM
level2:INTRCPT1=INTRCPT2+random/
title:no title
output:out.txt
mlf:y
"""


@pytest.fixture
def window(qtbot, inline):
    window = MainWindow(executor=ThreadPoolExecutor(1), reader=inline)
    qtbot.addWidget(window)
    window.show()
    yield window
    window._leaving = True
    window.close()


@pytest.fixture
def path(tmp_path):
    rows = "".join(
        f"{unit},{unit + k * k % 7 * (unit + 2) % 5},{k}\n"
        for unit in range(6)
        for k in range(1, 7)
    )
    (tmp_path / "one.csv").write_text(f"ID,Y,X\n{rows}", encoding="utf-8")
    path = tmp_path / "model.hlm"
    path.write_text(MODEL, encoding="utf-8")
    return path


def box(window):
    """The message that is open, if one is."""
    boxes = [each for each in window.findChildren(QMessageBox) if each.isVisible()]
    assert len(boxes) <= 1
    return boxes[0] if boxes else None


def answer(window, button):
    box(window).button(button).click()


def choose_file(window, path):
    dialog = next(each for each in window.findChildren(QFileDialog) if each.isVisible())
    dialog.selectFile(str(path))
    dialog.accept()


def edit(window):
    window.document.edit(add_level1(window.document.spec, "X"), "add X")


def test_saving_an_edited_model_keeps_the_rest_of_its_file(window, path):
    window.open_file(path)
    edit(window)
    assert window.isWindowModified()
    window.files.save()
    text = path.read_text(encoding="utf-8")
    changed = "level1:Y=INTRCPT1+X+RANDOM\nlevel2:INTRCPT1=INTRCPT2+random/\nlevel2:X=INTRCPT2/\n"
    old = "level1:Y=INTRCPT1+RANDOM\nlevel2:INTRCPT1=INTRCPT2+random/\n"
    assert text == MODEL.replace(old, changed)
    assert not window.isWindowModified()
    assert window.status._done.text() == "Saved model.hlm"


def test_save_as_into_another_folder_still_finds_the_data(window, path, tmp_path):
    window.open_file(path)
    edit(window)
    spec = window.document.spec
    (tmp_path / "sub").mkdir()
    window.files.save_as()
    choose_file(window, tmp_path / "sub" / "other.hlm")
    assert window.windowTitle() == "one.csv – other.hlm[*] – Levelwise"
    assert path.read_text(encoding="utf-8") == MODEL
    window.open_file(path)
    window.open_file(tmp_path / "sub" / "other.hlm")
    assert window.document.spec == spec


def test_example_has_no_file_to_save_over(window, tmp_path):
    window.open_example_lesson()
    window.files.save()
    choose_file(window, tmp_path / "lesson.hlm")
    assert window.document.file.path == tmp_path / "lesson.hlm"
    window.open_example_data()
    window.open_file(tmp_path / "lesson.hlm")
    assert (window.document.data.name, window.document.spec) == (NAME, lesson_spec())


def test_saved_twice_and_opened_again_is_the_same_model(window, path):
    window.open_file(path)
    edit(window)
    window.files.save()
    window.document.edit(toggle_random(window.document.spec, "X"), "u of X")
    window.files.save()
    spec = window.document.spec
    window.open_file(path)
    assert window.document.spec == spec


def test_file_that_cannot_be_written_is_told_and_the_model_stays_unsaved(window, path, monkeypatch):
    def full(path, text, encoding):
        raise FileError("the disk is full")

    window.open_file(path)
    edit(window)
    monkeypatch.setattr("app.model_files.write_text", full)
    window.files.save()
    assert box(window).text() == "the disk is full"
    assert window.isWindowModified()
    assert path.read_text(encoding="utf-8") == MODEL


def test_new_model_has_the_same_data_and_no_file(window, path):
    window.open_file(path)
    data = window.document.data
    window.files.new()
    assert (window.document.data, window.document.spec) == (data, ModelSpec())
    assert window.document.file.path is None
    window.document.edit(choose_outcome(ModelSpec(), "Y"), "outcome")
    window.files.save()
    choose_file(window, path.with_name("new.hlm"))
    window.open_file(path.with_name("new.hlm"))
    assert window.document.spec == choose_outcome(ModelSpec(), "Y")


@pytest.mark.parametrize(
    "leave",
    [
        lambda window: window.files.new(),
        lambda window: window.open_example_data(),
        lambda window: window.open_example_lesson(),
        lambda window: window.open_file(window.document.file.path),
        lambda window: window.close(),
    ],
)
def test_unsaved_changes_are_lost_only_after_a_question(window, path, leave):
    window.open_file(path)
    leave_nothing_behind = box(window)
    assert leave_nothing_behind is None
    edit(window)
    spec = window.document.spec
    leave(window)
    assert box(window).text() == "Save the changes to model.hlm?"
    answer(window, Button.Cancel)
    assert (window.document.spec, window.isVisible()) == (spec, True)
    leave(window)
    answer(window, Button.Discard)
    assert window.document.spec != spec or not window.isVisible()
    assert path.read_text(encoding="utf-8") == MODEL


def test_saving_on_the_way_out(window, path):
    window.open_file(path)
    edit(window)
    window.close()
    assert window.isVisible()
    answer(window, Button.Save)
    assert not window.isVisible()
    assert "level2:X=INTRCPT2/" in path.read_text(encoding="utf-8")


def test_saving_a_new_model_on_the_way_out_asks_for_its_name(window, path):
    window.open_file(path)
    window.files.new()
    window.document.edit(choose_outcome(ModelSpec(), "Y"), "outcome")
    window.close()
    answer(window, Button.Save)
    assert window.isVisible()
    choose_file(window, path.with_name("new.hlm"))
    assert not window.isVisible()
    assert path.with_name("new.hlm").exists()


def test_unchanged_model_is_left_without_a_question(window, path):
    window.open_file(path)
    edit(window)
    window.document.steps.undo()
    window.close()
    assert not window.isVisible()


def test_save_and_run(qtbot, window, path):
    window.open_file(path)
    edit(window)
    window.save_and_run()
    assert not window.isWindowModified()
    qtbot.waitUntil(lambda: bool(window.document.outputs))
    assert "Command file" in window.output.text
    assert not window._actions.save_and_run.isEnabled()


def test_run_of_the_model_shown_does_not_save(qtbot, window, path):
    window.open_file(path)
    edit(window)
    window.runs.start()
    qtbot.waitUntil(lambda: bool(window.document.outputs))
    assert "Command file" not in window.output.text
    assert path.read_text(encoding="utf-8") == MODEL


def recent(window):
    return [each.text().split("  ", 1)[-1] for each in window._actions._recent.actions()[:-2]]


def test_recent_files_are_remembered_and_opened(window, path):
    other = path.with_name("other.hlm")
    other.write_text(MODEL, encoding="utf-8")
    for each in (path, other, path):
        window.open_file(each)
    assert recent(window) == ["model.hlm", "other.hlm"]
    window._actions._recent.actions()[1].trigger()
    assert window.document.file.path == other
    assert window.memory.folder == path.parent


def test_recent_file_that_is_gone_is_told_and_forgotten(window, path):
    window.open_file(path)
    path.unlink()
    window._actions._recent.actions()[0].trigger()
    assert "there is no such file" in box(window).text()
    assert recent(window) == []
    assert window.document.file.path == path


class Drag:
    """What a drag brings, and whether it is taken; each version of Qt builds its own otherwise."""

    def __init__(self, *paths):
        self.data, self.taken = QMimeData(), False
        self.data.setUrls([QUrl.fromLocalFile(str(each)) for each in paths])

    def mimeData(self):
        return self.data

    def acceptProposedAction(self):
        self.taken = True


def drop(window, *paths):
    drag = Drag(*paths)
    window.dragEnterEvent(drag)
    if drag.taken:
        window.dropEvent(drag)
    return window.acceptDrops() and drag.taken


def test_dropped_command_file_is_opened(window, path):
    assert drop(window, path)
    assert window.document.file.path == path


def test_dropped_file_of_another_kind_is_refused_in_words(window, path):
    assert drop(window, path.with_name("one.pdf"))
    assert "its name must end as one of these" in box(window).text()
    assert window.document.data is None


def test_files_that_do_not_go_together_are_refused_in_words(window, path):
    assert drop(window, path, path.with_name("one.csv"))
    assert box(window).text().startswith("model.hlm, one.csv cannot be opened together.")
    assert window.document.data is None


def test_what_is_no_file_cannot_be_dropped(window):
    assert not drop(window)


def test_unknown_lines_are_told_and_kept(window, path):
    strange = MODEL + "strange:line\n"
    path.write_text(strange, encoding="utf-8")
    window.open_file(path)
    assert "strange" in box(window).text()
    answer(window, Button.Ok)
    edit(window)
    window.files.save()
    assert path.read_text(encoding="utf-8").endswith("mlf:y\nstrange:line\n")


def test_half_made_model_is_saved_as_it_is(window, path):
    window.open_file(path)
    half = replace(ModelSpec(), settings=replace(ModelSpec().settings, title="a"))
    window.document.edit(half, "title")
    window.files.save()
    window.open_file(path)
    assert window.document.spec == half


def test_model_is_not_saved_over_its_data(window, path):
    window.open_file(path)
    before = path.with_name("one.csv").read_bytes()
    window.files._write(path.with_name("one.csv"))
    assert "holds the data of this model" in box(window).text()
    assert path.with_name("one.csv").read_bytes() == before


def test_name_without_ending_gets_it_and_writes_over_nothing_unasked(window, path):
    window.open_file(path)
    edit(window)
    window.files._save_as(path.with_name("lesson 1.2"), lambda: None)
    assert window.document.file.path == path.with_name("lesson 1.2.hlm")
    window.files._save_as(path.with_name("model"), lambda: None)
    assert box(window).text() == "model.hlm exists already."
    answer(window, Button.Cancel)
    assert path.read_text(encoding="utf-8") == MODEL
    window.files._save_as(path.with_name("model"), lambda: None)
    answer(window, Button.Yes)
    assert "level2:X=" in path.read_text(encoding="utf-8")


def test_file_changed_by_another_program_is_overwritten_only_after_a_question(window, path):
    window.open_file(path)
    edit(window)
    path.write_text(f"{MODEL}# by hand\n", encoding="utf-8")
    window.files.save()
    assert "changed by another program" in box(window).text()
    answer(window, Button.Cancel)
    assert path.read_text(encoding="utf-8").endswith("# by hand\n")
    assert window.isWindowModified()
    window.files.save()
    answer(window, Button.Yes)
    assert not path.read_text(encoding="utf-8").endswith("# by hand\n")


def test_file_deleted_meanwhile_is_simply_written(window, path):
    window.open_file(path)
    edit(window)
    path.unlink()
    window.files.save()
    assert "level2:X=" in path.read_text(encoding="utf-8")


def test_relative_path_stays_the_same_file_wherever_the_program_is(window, path, monkeypatch):
    monkeypatch.chdir(path.parent)
    window.open_file(Path(path.name))
    (path.parent / "elsewhere").mkdir()
    monkeypatch.chdir(path.parent / "elsewhere")
    edit(window)
    window.files.save()
    assert "level2:X=" in path.read_text(encoding="utf-8")
    assert not list(Path.cwd().iterdir())


def test_question_is_asked_once_however_often_the_window_is_closed(window, path):
    window.open_file(path)
    edit(window)
    for _ in range(3):
        window.close()
    answer(window, Button.Discard)  # box() sees to it that there is one
    assert not window.isVisible()
    assert box(window) is None


def test_leaving_takes_the_open_dialogs_along(window, path):
    window.open_file(path)
    window.files.save_as()
    window.close()
    assert not [each for each in window.findChildren(QFileDialog) if each.isVisible()]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-16"])
def test_file_stays_in_its_encoding(window, path, encoding):
    text = MODEL.replace("remark", "“remark” – Müller")
    path.write_bytes(text.encode(encoding))
    window.open_file(path)
    edit(window)
    window.files.save()
    saved = path.read_bytes().decode(encoding)
    assert saved.startswith(text[: text.index("level1")])
    assert "level2:X=INTRCPT2/" in saved


def test_letters_that_the_encoding_has_not_make_it_utf8(window, path):
    path.write_bytes(MODEL.replace("remark", "Müller").encode("cp1252"))
    window.open_file(path)
    spec = window.document.spec
    named = replace(spec, settings=replace(spec.settings, title="σ² und α"))
    window.document.edit(named, "title")
    window.files.save()
    assert "Müller" in path.read_text(encoding="utf-8")
    window.open_file(path)
    assert window.document.spec == named


@pytest.mark.parametrize("name", ["model.hlm", "one.csv"])
def test_output_is_not_written_over_the_model_or_its_data(window, path, name):
    window.open_file(path)
    document = window.document
    document.keep(Report(document.spec, document.data.fingerprint, "text"))
    before = path.with_name(name).read_bytes()
    window.output_files.write(path.with_name(name))
    assert "holds this model or its data" in box(window).text()
    assert path.with_name(name).read_bytes() == before


def test_name_that_is_too_long_is_told(window):
    window.open_file(Path("x" * 300 + ".hlm"))
    assert "there is no such file" in box(window).text()


def test_end_of_the_session_waits_for_the_answer(window, path):
    class Session:
        def __init__(self):
            self.cancelled = False

        def allowsInteraction(self):
            return True

        def cancel(self):
            self.cancelled = True

    window.open_file(path)
    session = Session()
    window.keep_session(session)
    assert (session.cancelled, window.isVisible()) == (False, True)
    edit(window)
    window.keep_session(session)
    assert session.cancelled
    answer(window, Button.Cancel)


# ------------------------------------------------------------- what takes longer than a moment


class Opener:
    """Reads until the test lets it go on; gives signs of life."""

    def __init__(self):
        self.go, self.open = Event(), None

    def __call__(self, path, watch):
        while not self.go.wait(0.002):
            watch(Reading(f"Reading {path.name}", 0.25))
        return self.open(path, watch)


@pytest.fixture
def opener(monkeypatch):
    opener = Opener()
    opener.open = app.model_files.command_file
    monkeypatch.setattr("app.model_files.command_file", opener)
    yield opener
    opener.go.set()


@pytest.fixture
def slow(qtbot, opener):
    """A window whose files take their time."""
    window = MainWindow(reader=ThreadPoolExecutor(1, "test-data"))
    window.worker._moment.setInterval(5)
    qtbot.addWidget(window)
    window.show()
    yield window
    window._leaving = True
    window.close()
    assert not [each for each in threads() if each.name.startswith("test-data")]


def is_reading(window):
    return window.status._busy.isVisible()


def test_window_shows_how_far_the_opening_is_and_changes_when_it_is_there(
    qtbot, slow, opener, path
):
    slow.open_file(path)
    qtbot.waitUntil(lambda: slow.status._done.text() == "Reading model.hlm")
    assert slow.status._busy.value() == 0.25 * slow.status._busy.maximum()
    assert slow._actions.cancel.text() == "&Cancel opening model.hlm"
    assert slow.document.data is None
    with qtbot.waitSignal(slow.files.opened):
        opener.go.set()
    assert slow.document.file.path == path
    assert not is_reading(slow)
    assert slow.status._done.text() == ""
    assert slow._actions.cancel.text() == "&Cancel the run"
    assert not slow._actions.cancel.isEnabled()


def test_opening_is_cancelled_by_escape(qtbot, slow, path):
    slow.activateWindow()
    qtbot.waitUntil(slow.isActiveWindow)
    slow.open_file(path)
    qtbot.waitUntil(lambda: is_reading(slow))
    qtbot.keyClick(slow, Qt.Key.Key_Escape)
    assert not is_reading(slow)
    assert slow.status._done.text() == "Cancelled opening model.hlm"
    assert slow.document.data is None


def test_another_opening_ends_the_first(qtbot, slow, opener, path):
    other = path.with_name("other.hlm")
    other.write_text(MODEL, encoding="utf-8")
    slow.open_file(path)
    qtbot.waitUntil(lambda: is_reading(slow))
    with qtbot.waitSignal(slow.files.opened):
        slow.open_file(other)
        opener.go.set()
    assert slow.document.file.path == other
    assert recent(slow) == ["other.hlm"]


def test_failed_opening_is_told_and_nothing_changes(qtbot, slow, opener, path):
    path.with_name("one.csv").unlink()
    slow.open_file(path)
    qtbot.waitUntil(lambda: is_reading(slow))
    opener.go.set()
    qtbot.waitUntil(lambda: box(slow) is not None)
    assert "one.csv" in box(slow).text()
    assert slow.document.data is None
    assert slow.status._done.text() == ""


def test_model_changed_while_another_is_opened_is_not_lost_unasked(
    qtbot, slow, opener, path, small_data
):
    slow.document.open(small_data)
    slow.open_file(path)
    slow.document.edit(choose_outcome(ModelSpec(), "Y"), "outcome")
    opener.go.set()
    qtbot.waitUntil(lambda: box(slow) is not None)
    assert box(slow).text() == "Save the changes to the new model?"
    assert slow.document.data is small_data
    answer(slow, Button.Discard)
    assert slow.document.file.path == path


def test_model_left_before_is_not_asked_for_again(qtbot, slow, opener, path, small_data):
    slow.document.open(small_data)
    slow.document.edit(choose_outcome(ModelSpec(), "Y"), "outcome")
    slow.open_file(path)
    answer(slow, Button.Discard)
    with qtbot.waitSignal(slow.files.opened):
        opener.go.set()
    assert box(slow) is None


def test_run_goes_on_while_a_file_is_read_and_ends_when_it_is_there(
    qtbot, slow, opener, path, small_data
):
    def run(data, spec, observer):
        while True:
            observer(Progress("homogeneous", 3, 100.0))

    slow.runs._run = run
    slow.document.open(small_data, choose_outcome(ModelSpec(), "Y"))
    slow.runs.start()
    slow.open_file(path)
    qtbot.waitUntil(lambda: slow.status._done.text() == "Reading model.hlm")
    assert slow.runs.running
    slow.status.cancel_asked.emit()
    assert slow.runs.running
    assert not slow.worker.busy
    opener.go.set()
    with qtbot.waitSignal(slow.files.opened):
        slow.open_file(path)
    assert not slow.runs.running


def test_dialogs_and_menus_on_the_model_of_before_are_closed_when_another_is_there(
    qtbot, slow, opener, path, small_data
):
    slow.document.open(small_data, choose_outcome(ModelSpec(), "Y"))
    slow.open_file(path)
    slow.open_basic_settings()
    slow.files.save_as()
    slow._offer("X")
    opener.go.set()
    qtbot.waitUntil(lambda: slow.document.file.path == path)
    assert not [each for each in slow.findChildren(QDialog) if each.isVisible()]
    assert QApplication.activePopupWidget() is None


def test_closing_while_a_file_is_read_leaves_no_thread(qtbot, slow, path):
    slow.open_file(path)
    qtbot.waitUntil(lambda: is_reading(slow))
    slow.close()
    slow.open_file(path)
    assert not [each for each in threads() if each.name.startswith("test-data")]
    assert slow.document.data is None


def test_default_folder_is_the_home(window):
    assert window.memory.folder == Path.home()
