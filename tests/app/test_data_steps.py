"""Data steps in the window: their list, what they change, and a form for each kind."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Event
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pytest
from audit import findings
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QMenu,
    QMessageBox,
    QPushButton,
    QTableWidget,
)

from app.dialogs.data_steps import DataStepsDialog
from app.dialogs.steps.change_view import in_words
from app.dialogs.steps.dialog import StepDialog
from app.dialogs.steps.grid import Grid
from app.dialogs.steps.inputs import Incomplete, VariableBox, read_number
from app.dialogs.steps.kinds import OFFERS, offer_of
from app.model.step_list import Outcome, StepList, outcome, outcomes
from app.model.step_sample import Sample, first_rows
from app.widgets.histogram import Histogram
from estimation.data.steps import (
    KINDS,
    Around,
    Centred,
    Change,
    Comparison,
    Condition,
    Dummies,
    Filter,
    GroupMean,
    GroupSD,
    GroupSize,
    Join,
    Lag,
    Logarithm,
    Others,
    Product,
    Recode,
    Rename,
    Rule,
    SquareRoot,
    Standardised,
    Step,
)
from estimation.data.table import Column, Field, Kind, Levels
from estimation.errors import DataError
from estimation.progress import Cancelled

MEAN, SIZE = GroupMean("X", "X_MEAN"), GroupSize("N")
DROP = Filter((Condition("X", Comparison.ABOVE, (1.0,)),))
BAD = Logarithm("X", "LN_X")
_Button = QDialogButtonBox.StandardButton


@pytest.fixture
def base():
    """Six rows in three units; X from 0 to 5, a category, a date and a text."""
    town = pa.array(["Ulm", "Bonn, Rhine", None, "Ulm", "Ulm", "Köln"]).dictionary_encode()
    labels = ((1.0, "Public"), (2.0, "Catholic"), (3.0, "Private"))
    level1 = [
        Column(Field("X", label="Exposure"), np.arange(6.0)),
        Column(Field("T"), np.array([2.0, 1, 1, 2, 3, np.nan])),
        Column(Field("KIND", value_labels=labels), np.array([1.0, 2, 3, 2, 1, np.nan])),
        Column(Field("BORN", Kind.DATE), np.arange(11000.0, 11006)),
        Column(Field("TOWN", Kind.TEXT), town),
    ]
    level2 = [Column(Field("W"), np.array([1.0, 4, 9])), Column(Field("X"), np.arange(3.0))]
    return Levels(
        "ID",
        ("a", "b", "c"),
        np.array([0, 2, 5, 6]),
        {each.field.name: each for each in level1},
        {each.field.name: each for each in level2},
    )


@pytest.fixture
def shown(qtbot, base, inline, present):
    """Show the dialog with steps, as large as it wants to be."""

    def show(*steps, executor=inline):
        dialog = DataStepsDialog(base, steps, executor)
        qtbot.addWidget(dialog)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        dialog.open()
        qtbot.waitExposed(dialog)
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        return dialog

    return show


@pytest.fixture
def form(qtbot, base, inline):
    """Open the dialog for one step of a class, or for a step that is edited."""

    def open_form(kind, edited=None):
        offer = next(each for group in OFFERS for each in group if each.makes is kind)
        dialog = StepDialog(offer, base, inline, edited)
        qtbot.addWidget(dialog)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        dialog.open()
        qtbot.waitExposed(dialog)
        return dialog

    return open_form


def ok(dialog):
    return dialog.findChild(QDialogButtonBox).button(_Button.Ok)


def press(dialog, words):
    buttons = dialog.findChildren(QPushButton)
    next(each for each in buttons if each.text().replace("&", "").startswith(words)).click()


def listed(dialog):
    steps = dialog.findChild(QListWidget)
    return [steps.item(row).text() for row in range(steps.count())]


def words(dialog):
    """Everything that stands in labels."""
    labels = [each.text() for each in dialog.findChildren(QLabel) if each.isVisibleTo(dialog)]
    return "\n".join(labels)


def cells(table):
    return [
        [table.item(row, column).text() for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]


def table(dialog, name):
    return next(t for t in dialog.findChildren(QTableWidget) if t.accessibleName() == name)


def box(dialog, name="Variable"):
    return next(b for b in dialog.findChildren(VariableBox) if b.accessibleName() == name)


def inner(dialog):
    """The form that stands over the dialog."""
    return next(each for each in dialog.findChildren(StepDialog) if each.isVisible())


# --------------------------------------------------------------------------------- the state


def test_the_list_is_edited_with_undo_and_redo():
    steps = StepList((MEAN,))
    steps.insert(1, SIZE)
    steps.move(1, -1)
    steps.replace(0, DROP)
    steps.remove(1)
    assert steps.steps == (DROP,)
    states = []
    while steps.can_undo:
        steps.undo()
        states.append(steps.steps)
    assert states == [(DROP, MEAN), (SIZE, MEAN), (MEAN, SIZE), (MEAN,)]
    for _ in range(4):
        steps.redo()
    assert steps.steps == (DROP,)
    assert not steps.can_redo
    steps.undo()
    steps.remove(0)
    assert not steps.can_redo


def test_what_changes_nothing_is_no_change():
    steps = StepList((MEAN,))
    steps.replace(0, GroupMean("X", "X_MEAN"))
    assert not steps.can_undo


def test_steps_behind_a_faulty_one_wait(base):
    found = list(outcomes(base, (MEAN, BAD, SIZE), {}).values())
    assert found[0].sound
    assert found[1].fault.startswith("X is 0 or below in 1 row")
    assert found[1].before is found[0].after
    assert found[2].before is None
    assert not found[2].fault


def test_what_is_known_is_not_worked_out_again(base):
    known = outcomes(base, (MEAN, SIZE), {})
    again = outcomes(base, (MEAN, SIZE, DROP), known)
    assert again[MEAN, SIZE] is known[MEAN, SIZE]
    moved = outcomes(base, (SIZE, MEAN), known)
    assert moved[SIZE, MEAN] is not known[MEAN, SIZE]


def test_working_out_can_be_cancelled(base):
    def cancel(event):
        raise Cancelled

    with pytest.raises(Cancelled):
        outcomes(base, (MEAN,), {}, cancel)


def test_a_change_in_words(base):
    assert in_words(Change(), base) == "Nothing: all rows are kept."
    assert in_words(Change(renamed=((1, "X", "Y"),)), base) == "X is now called Y."
    dropped = in_words(Change(rows_dropped=2, units_dropped=1), base)
    assert dropped == "Drops 2 of 6 rows, and 1 of 3 units. Left: 4 rows in 2 units."


def test_first_rows_of_either_level(base):
    def rows_of(step):
        return first_rows(step, outcome(base, step))

    assert rows_of(MEAN) == Sample(("ID", "X_MEAN"), (("a", "0.5"), ("b", "3"), ("c", "5")))
    titles, rows = rows_of(Product("X", "W", "XW", 1, 2))
    assert titles == ("ID", "X", "W", "XW")
    assert rows[2] == ("b", "2", "4", "8")
    assert rows_of(Lag("X", "L", 1, "T")).rows[5] == ("c", "5", "missing", "missing")
    assert rows_of(DROP) == rows_of(BAD) == Sample()


# -------------------------------------------------------------------------------- the dialog


def test_it_gives_back_the_steps_it_was_given(shown):
    for steps in [(), (MEAN, SIZE, DROP), (BAD, MEAN)]:
        dialog = shown(*steps)
        assert dialog.steps() == steps
        dialog.reject()


def test_each_step_is_a_sentence_and_shows_what_it_changes(shown):
    dialog = shown(MEAN, DROP)
    assert listed(dialog) == ["1. X_MEAN = mean of X in each unit", "2. Keep the rows where X > 1"]
    assert "Makes 1 level-2 variable." in words(dialog)
    new = table(dialog, "New variables")
    assert cells(new) == [["X_MEAN", "3", "0", "2.83333", "2.25462", "0.5", "5"]]
    histogram = dialog.findChild(Histogram)
    assert histogram.isVisible()
    assert "mean 2.83333" in histogram.accessibleDescription()
    dialog.findChild(QListWidget).setCurrentRow(1)
    assert "Drops 2 of 6 rows, and 1 of 3 units." in words(dialog)
    assert not new.isVisible()


def test_without_steps_it_says_what_to_do(shown):
    dialog = shown()
    assert "No steps yet. Press Add" in words(dialog)
    assert ok(dialog).isEnabled()


def test_a_step_is_added_by_keyboard(shown, qtbot):
    dialog = shown(MEAN)
    qtbot.keyClick(dialog, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    menu = dialog.findChild(QMenu)
    qtbot.waitUntil(menu.isVisible)
    qtbot.keyClick(menu, Qt.Key.Key_C)
    adding = inner(dialog)
    assert adding.windowTitle() == "Centred copy"
    assert not ok(adding).isEnabled()
    assert "Choose a variable." in words(adding)
    adding.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is box(adding))
    qtbot.keyClicks(box(adding).lineEdit(), "X_MEAN")
    qtbot.waitUntil(ok(adding).isEnabled)
    assert table(adding, "First rows").rowCount() == 3
    qtbot.keyClick(adding, Qt.Key.Key_Return)
    assert dialog.steps() == (MEAN, Centred("X_MEAN", "X_MEAN_GRAND", 2))
    assert dialog.findChild(QListWidget).currentRow() == 1


def trigger(dialog, title):
    actions = dialog.findChild(QMenu).actions()
    next(each for each in actions if each.text().replace("&", "").startswith(title)).trigger()


def test_a_step_is_edited_where_it_stands(shown, qtbot):
    dialog = shown(MEAN, SIZE)
    qtbot.keyClick(dialog.findChild(QListWidget), Qt.Key.Key_Space)
    editing = inner(dialog)
    assert editing.step() == MEAN
    box(editing).choose("T")
    editing.accept()
    assert dialog.steps() == (GroupMean("T", "X_MEAN"), SIZE)


def test_cancelling_the_form_changes_nothing(shown):
    dialog = shown(MEAN)
    press(dialog, "Edit")
    box(inner(dialog)).choose("T")
    inner(dialog).reject()
    assert dialog.steps() == (MEAN,)
    assert not dialog._steps.can_undo


def test_undo_and_redo_by_keys(shown, qtbot):
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    dialog = shown(MEAN, SIZE)
    qtbot.keyClick(dialog.findChild(QListWidget), Qt.Key.Key_Delete)
    assert dialog.steps() == (SIZE,)
    press(dialog, "Undo")
    assert dialog.steps() == (MEAN, SIZE)
    assert dialog.findChild(QListWidget).currentRow() == 0
    press(dialog, "Move down")
    assert dialog.steps() == (SIZE, MEAN)
    assert dialog.findChild(QListWidget).currentRow() == 1
    qtbot.keyClick(dialog, Qt.Key.Key_Z, control)
    assert dialog.steps() == (MEAN, SIZE)
    for keys in [(Qt.Key.Key_Z, control | shift), (Qt.Key.Key_Z, control), (Qt.Key.Key_Y, control)]:
        qtbot.keyClick(dialog, *keys)
    assert dialog.steps() == (SIZE, MEAN)
    qtbot.keyClick(dialog, Qt.Key.Key_Y, control)
    assert dialog.steps() == (SIZE, MEAN)


def test_buttons_are_there_when_they_can_act(shown):
    dialog = shown(MEAN, SIZE)
    texts = {each.text().replace("&", ""): each for each in dialog.findChildren(QPushButton)}

    def enabled():
        names = ("Edit…", "Remove", "Move up", "Move down", "Undo", "Redo")
        return [name for name in names if texts[name].isEnabled()]

    assert enabled() == ["Edit…", "Remove", "Move down"]
    dialog.findChild(QListWidget).setCurrentRow(1)
    assert enabled() == ["Edit…", "Remove", "Move up"]
    press(dialog, "Remove")
    press(dialog, "Remove")
    assert enabled() == ["Undo"]
    press(dialog, "Undo")
    assert enabled() == ["Edit…", "Remove", "Undo", "Redo"]


def test_ok_waits_until_a_faulty_step_is_removed(shown, qtbot):
    dialog = shown(MEAN, BAD, SIZE)
    steps = dialog.findChild(QListWidget)
    assert not ok(dialog).isEnabled()
    assert "Step 2 cannot be applied. X is 0 or below in 1 row" in words(dialog)
    assert steps.currentRow() == 1
    assert not steps.item(1).icon().isNull()
    said = steps.item(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "cannot be applied: X is 0" in said
    steps.setCurrentRow(2)
    assert "waits for an earlier one" in words(dialog)
    assert not next(
        each for each in dialog.findChildren(QPushButton) if each.text() == "Ed&it…"
    ).isEnabled()
    with qtbot.assertNotEmitted(dialog.accepted):
        dialog.accept()
    steps.setCurrentRow(1)
    press(dialog, "Remove")
    with qtbot.waitSignal(dialog.accepted):
        ok(dialog).click()
    assert dialog.steps() == (MEAN, SIZE)


def test_a_faulty_step_is_mended_in_its_form(shown):
    dialog = shown(BAD, SIZE)
    press(dialog, "Edit")
    mending = inner(dialog)
    assert not ok(mending).isEnabled() or mending.step() == BAD
    next(
        e for e in mending._form.findChildren(type(mending._form._shift)) if e.text() == "0"
    ).setText("1")
    mending.accept()
    assert dialog.steps() == (replace(BAD, shift=1.0), SIZE)
    assert ok(dialog).isEnabled()


def test_what_a_faulty_step_lacks_is_put_before_it(shown):
    wanting = Centred("X_MEAN", "C", 2)
    dialog = shown(SIZE, wanting)
    trigger(dialog, "Group mean")
    box(inner(dialog)).choose("X")
    inner(dialog).accept()
    assert dialog.steps() == (SIZE, MEAN, wanting)
    assert ok(dialog).isEnabled()


def test_names_that_steps_have_made_are_taken(shown):
    dialog = shown(MEAN)
    trigger(dialog, "Group mean")
    box(inner(dialog)).choose("X")
    inner(dialog).accept()
    assert dialog.steps()[1] == GroupMean("X", "X_MEAN_2")


def test_cancel_is_not_accepting(shown, qtbot):
    dialog = shown(MEAN)
    with qtbot.assertNotEmitted(dialog.accepted), qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_changes_are_asked_for_before_they_are_lost(shown, qtbot):
    dialog = shown(MEAN)
    press(dialog, "Remove")
    with qtbot.assertNotEmitted(dialog.rejected):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        question = dialog.findChild(QMessageBox)
        assert question.defaultButton() is question.button(QMessageBox.StandardButton.Cancel)
        question.button(QMessageBox.StandardButton.Cancel).click()
    assert dialog.isVisible()
    qtbot.waitUntil(lambda: dialog.findChild(QMessageBox) is None)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    with qtbot.waitSignal(dialog.rejected):
        dialog.findChild(QMessageBox).button(QMessageBox.StandardButton.Yes).click()


def test_the_only_variable_with_what_was_typed_is_taken(base, qtbot):
    chooser = VariableBox(base)
    qtbot.addWidget(chooser)
    qtbot.keyClicks(chooser.lineEdit(), "expo")
    qtbot.keyClick(chooser.lineEdit(), Qt.Key.Key_Return)
    assert chooser.name() == "X"
    chooser.lineEdit().clear()
    qtbot.keyClicks(chooser.lineEdit(), "o")  # in Exposure, BORN and TOWN
    qtbot.keyClick(chooser.lineEdit(), Qt.Key.Key_Return)
    with pytest.raises(Incomplete):
        chooser.name()


def test_help_is_asked_from_both(shown, qtbot):
    dialog = shown(MEAN)
    with qtbot.waitSignal(dialog.help_asked) as asked:
        press(dialog, "Help")
    press(dialog, "Edit")
    inner(dialog).activateWindow()
    qtbot.waitUntil(inner(dialog).isActiveWindow)
    with qtbot.waitSignal(dialog.help_asked) as again:
        qtbot.keyClick(inner(dialog), Qt.Key.Key_F1)
    assert asked.args == again.args == ["data-steps"]


# --------------------------------------------------------------------------- beside the window


@dataclass(frozen=True)
class Slow(Step):
    """A step that takes until it is let go."""

    kind: ClassVar[str] = "slow"
    go: ClassVar[Event] = Event()

    def apply(self, levels):
        assert Slow.go.wait(20)
        return MEAN.apply(levels)

    def sentence(self):
        return "slow"


@pytest.fixture
def pool(qtbot):
    Slow.go.clear()
    with ThreadPoolExecutor(1, "test-fit") as executor:
        yield executor
        Slow.go.set()


def test_the_window_answers_while_a_step_takes_long_and_ok_waits_for_it(shown, qtbot, pool):
    dialog = shown(Slow(), executor=pool)
    qtbot.waitUntil(lambda: "Working out" in words(dialog))
    dialog.accept()
    assert dialog.isVisible()
    with qtbot.waitSignal(dialog.accepted):
        Slow.go.set()


def test_adding_waits_for_what_is_under_way(shown, qtbot, pool):
    dialog = shown(Slow(), executor=pool)
    trigger(dialog, "Group size")
    assert not dialog.findChildren(StepDialog)
    Slow.go.set()
    qtbot.waitUntil(lambda: bool(dialog.findChildren(StepDialog)))
    assert "X_MEAN" in inner(dialog)._form.levels.level2
    inner(dialog).reject()


def test_closing_leaves_what_is_under_way(shown, qtbot, pool):
    dialog = shown(Slow(), executor=pool)
    with qtbot.assertNotEmitted(dialog.accepted):
        dialog.accept()
        dialog.reject()
        Slow.go.set()
        pool.submit(lambda: None).result()
        QApplication.processEvents()


def test_an_unexpected_error_is_told_and_keeps_ok_back(shown, qtbot, monkeypatch, capsys):
    @dataclass(frozen=True)
    class Broken(Slow):
        def apply(self, levels):
            raise MemoryError

    monkeypatch.setattr("sys.excepthook", lambda *_: None)
    dialog = shown(Broken())
    assert "unexpected error" in words(dialog)
    assert not ok(dialog).isEnabled()
    press(dialog, "Remove")
    assert ok(dialog).isEnabled()


# ---------------------------------------------------------------------------------- the forms

EXAMPLES = [
    GroupMean("X", "M"),
    GroupSD("X", "S"),
    GroupSize("N"),
    GroupSize("N", "TOWN"),
    Centred("X", "C"),
    Centred("X", "C", 2),
    Centred("T", "C", 1, Around.GROUP),
    Standardised("T", "Z", 1, Around.GROUP),
    Standardised("W", "Z", 2),
    Dummies("KIND", 2.0, ((1.0, "PUB"), (3.0, "PRIV"))),
    Dummies("KIND", None, ((1.0, "A"), (2.0, "B"), (3.0, "C"))),
    Dummies("TOWN", "Ulm", (("Bonn, Rhine", "B"), ("Köln", "K"))),
    Recode("X", "R", (Rule(None, 1.5, 0.0), Rule(2.0, 2.0, None), Rule(3.0, None, 0.1 + 0.2))),
    Recode("X", "R", (Rule(0.0, 0.0, 7.0),), 2, Others.KEEP, None, -1.0, ((7.0, "seven"),)),
    Recode("TOWN", "R", (Rule("Bonn, Rhine", "Bonn, Rhine", 1.0),), 1, Others.VALUE, 0.0),
    Recode("BORN", "R", (Rule("2000-02-14", "2000-02-15", 1.0), Rule("2000-02-16", None, 2.0))),
    Product("X", "W", "P", 1, 2),
    Product("X", "X", "P", 2, 1),
    Logarithm("X", "L", 1, 0.5),
    SquareRoot("W", "Q", 2),
    Lag("X", "L", 3),
    Lag("X", "L", 1, "T"),
    Filter((Condition("X", Comparison.ABOVE, (1.0,)),)),
    Filter(
        (
            Condition("TOWN", Comparison.ONE_OF, ("Bonn, Rhine", "Ulm")),
            Condition("W", Comparison.MISSING, (), 2),
            Condition("KIND", Comparison.UNEQUAL, (-0.1,)),
            Condition("BORN", Comparison.AT_MOST, ("2001-12-31",)),
            Condition("TOWN", Comparison.EQUAL, ("Bonn, Rhine",)),
        ),
        Join.ANY,
    ),
    Rename("TOWN", "CITY"),
    Rename("X", "V", 2),
]


def test_there_is_a_form_for_every_kind():
    offered = [each.makes for group in OFFERS for each in group]
    assert sorted(each.kind for each in offered) == sorted(KINDS)
    assert {type(each) for each in EXAMPLES} == set(offered)


@pytest.mark.parametrize("step", EXAMPLES, ids=lambda step: step.kind)
def test_a_form_gives_back_the_step_it_was_given(form, qtbot, step):
    dialog = form(type(step), step)
    assert dialog.step() == step
    with qtbot.waitSignal(dialog.accepted):
        ok(dialog).click()
    assert dialog.step() == step


def test_a_step_on_a_variable_that_is_gone_says_so(form, qtbot):
    dialog = form(GroupMean, GroupMean("GONE", "M"))
    qtbot.waitUntil(lambda: "There is no variable “GONE”" in words(dialog))
    assert not ok(dialog).isEnabled()


def test_a_variable_is_found_by_a_part_of_its_name_or_label(qtbot, base):
    variables = VariableBox(base)
    qtbot.addWidget(variables)
    entries = [variables.itemText(row) for row in range(variables.count())]
    assert entries == ["X – Exposure", "T", "KIND", "BORN", "W (level 2)", "X (level 2)"]
    with pytest.raises(Incomplete, match="Choose a variable"):
        variables.variable()
    completer = variables.completer()
    completer.setCompletionPrefix("expo")
    assert completer.completionCount() == 1
    for text, found in [("x", (1, "X")), ("X (level 2)", (2, "X")), ("w", (2, "W"))]:
        variables.setEditText(text)
        assert (variables.level(), variables.name()) == found
    variables.setEditText("expo")
    with pytest.raises(Incomplete, match="of the list"):
        variables.variable()
    variables.setEditText("NOTHING")
    with pytest.raises(DataError, match="no variable “NOTHING”"):
        variables.variable()


def test_a_proposed_name_follows_the_variable_until_it_is_the_users_own(form, qtbot):
    dialog = form(GroupMean)
    name = dialog._form.new_name
    box(dialog).choose("X")
    assert name.text() == "X_MEAN"
    box(dialog).choose("T")
    assert name.text() == "T_MEAN"
    name.selectAll()
    qtbot.keyClicks(name, "MINE")
    box(dialog).choose("X")
    assert name.text() == "MINE"
    name.selectAll()
    qtbot.keyClick(name, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: "Give the new variable a name." in words(dialog))
    assert not ok(dialog).isEnabled()


def test_a_name_that_is_taken_is_refused_in_words(form, qtbot):
    dialog = form(GroupMean, GroupMean("X", "W"))
    qtbot.waitUntil(lambda: "There is a level-2 variable W already" in words(dialog))
    assert not ok(dialog).isEnabled()
    with qtbot.assertNotEmitted(dialog.accepted):
        dialog.accept()


def test_enter_at_once_is_accepted_as_soon_as_it_is_worked_out(form, qtbot):
    dialog = form(GroupMean)
    box(dialog).choose("X")
    with qtbot.waitSignal(dialog.accepted):
        dialog.accept()


def test_the_group_mean_is_not_offered_at_level_2(form):
    dialog = form(Centred, Centred("X", "C", 1, Around.GROUP))
    box(dialog).choose("W", 2)
    assert dialog.step() == Centred("W", "C", 2, Around.GRAND)
    assert not dialog._form._around.isEnabled()


def test_dummies_are_named_by_labels_and_the_reference_has_none(form, qtbot):
    dialog = form(Dummies)
    box(dialog).choose("KIND")
    grid = dialog.findChild(Grid)
    assert cells(grid) == [
        ["2", "Catholic", "2", "KIND_CATHOLIC"],
        ["3", "Private", "1", "KIND_PRIVATE"],
    ]
    dialog._form._reference.setCurrentIndex(2)
    grid.item(0, 3).setText("PUB")
    assert dialog.step() == Dummies("KIND", 3.0, ((1.0, "PUB"), (2.0, "KIND_CATHOLIC")))
    grid.item(0, 3).setText("")
    qtbot.waitUntil(lambda: "Give the variable of 1 a name." in words(dialog))


def test_too_many_categories_are_refused(form, qtbot, base):
    dialog = form(Dummies)
    many = Column(Field("X"), np.arange(100.0))
    dialog._form._finder._levels = replace(base, level1={"X": many})
    box(dialog).choose("X")
    qtbot.waitUntil(lambda: "X has more than 60 different values" in words(dialog))
    assert not ok(dialog).isEnabled()


def typed(qtbot, grid, row, column, text):
    grid.setCurrentCell(row, column)
    qtbot.keyClicks(grid, text[:1])
    editor = QApplication.focusWidget()
    qtbot.keyClicks(editor, text[1:])
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: grid.item(row, column).text() == text)


def test_recode_is_written_in_the_table(form, qtbot):
    dialog = form(Recode)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    box(dialog).choose("X")
    grid = dialog.findChild(Grid)
    grid.setFocus()
    rows = [("lowest", "1,5", "0", "low"), ("2", "highest", "1", "")]
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            if text:
                typed(qtbot, grid, row, column, text)
    assert dialog.isVisible()
    assert grid.rowCount() == 3
    rules = (Rule(None, 1.5, 0.0), Rule(2.0, None, 1.0))
    assert dialog.step() == Recode("X", "X_R", rules, value_labels=((0.0, "low"),))
    grid.setCurrentCell(0, 0)
    press(dialog, "Remove row")
    assert dialog.step() == Recode("X", "X_R", rules[1:])


def test_recode_fills_in_the_values_of_a_variable(form):
    dialog = form(Recode)
    box(dialog).choose("KIND")
    press(dialog, "Fill in")
    assert cells(dialog.findChild(Grid))[:3] == [
        ["1", "", "1", "Public"],
        ["2", "", "2", "Catholic"],
        ["3", "", "3", "Private"],
    ]
    box(dialog).choose("TOWN")
    press(dialog, "Fill in")
    labels = ((1.0, "Bonn, Rhine"), (2.0, "Köln"), (3.0, "Ulm"))
    assert dialog.step().value_labels == labels
    assert dialog.findChild(Grid).isColumnHidden(1)


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (("abc", "", "1", ""), "Row 1 of the table: “abc” is no number"),
        (("5", "2", "1", ""), "The range 5 to 2 is empty"),
        (("", "2", "1", ""), "Fill in “From”"),
        (("lowest", "", "1", ""), "Fill in “To”"),
        (("1", "", "x", ""), "new value: “x” is no number"),
    ],
)
def test_what_is_wrong_in_the_table_is_said(form, qtbot, texts, said):
    dialog = form(Recode)
    box(dialog).choose("X")
    grid = dialog.findChild(Grid)
    for column, text in enumerate(texts):
        grid.item(0, column).setText(text)
    qtbot.waitUntil(lambda: said in words(dialog))
    assert not ok(dialog).isEnabled()


def test_a_condition_takes_labels_for_values(form):
    dialog = form(Filter, Filter((Condition("KIND", Comparison.EQUAL, (1.0,)),)))
    (row,) = dialog._form._conditions
    assert row._value.itemText(1) == "2 – Catholic"
    for text in ("catholic", "2 – Catholic", "2"):
        row._value.setEditText(text)
        assert dialog.step().conditions[0].values == (2.0,)
    row._comparison.setCurrentIndex(list(Comparison).index(Comparison.ONE_OF))
    row._value.setEditText("Public, 3")
    assert dialog.step().conditions[0].values == (1.0, 3.0)
    row._comparison.setCurrentIndex(list(Comparison).index(Comparison.PRESENT))
    assert dialog.step().conditions[0].values == ()


def test_conditions_are_added_and_removed(form, qtbot):
    dialog = form(Filter)
    assert not dialog._form._join.isVisible()
    press(dialog, "Add a condition")
    assert dialog._form._join.isVisible()
    for row, name in zip(dialog._form._conditions, ("X", "T"), strict=True):
        row._variable.choose(name)
        row._value.setEditText("1")
    assert [each.variable for each in dialog.step().conditions] == ["X", "T"]
    press(dialog, "Remove")
    assert [each.variable for each in dialog.step().conditions] == ["T"]
    assert not dialog._form._join.isVisible()


@pytest.mark.parametrize(
    ("text", "value"), [("2", 2), (" −1.5 ", -1.5), ("0,5", 0.5), ("1e3", 1000)]
)
def test_numbers_are_read_as_people_write_them(text, value):
    assert read_number(text, "c") == value


@pytest.mark.parametrize("text", ["", "x", "1,2,3", "1.000,5", "inf", "nan"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(DataError, match=r"c: .* is no number"):
        read_number(text, "c")


# ------------------------------------------------------------------------- looks and keyboard


def letters(dialog):
    texts = [each.text() for each in dialog.findChildren(QAbstractButton)]
    texts += [each.text() for each in dialog.findChildren(QLabel) if each.buddy()]
    return [text[text.index("&") + 1].lower() for text in texts if "&" in text]


@pytest.mark.parametrize(
    "offer", [each for group in OFFERS for each in group], ids=lambda o: o.title
)
def test_forms_have_distinct_mnemonics_and_nothing_cut(form, offer):
    dialog = form(offer.makes)
    assert len(letters(dialog)) == len(set(letters(dialog)))
    QApplication.processEvents()
    assert list(findings(dialog, offer.title)) == []


def test_the_dialog_has_distinct_mnemonics_and_nothing_cut(shown):
    dialog = shown(MEAN, SIZE, DROP, BAD)
    assert len(letters(dialog)) == len(set(letters(dialog)))
    QApplication.processEvents()
    assert list(findings(dialog, "data steps")) == []
    menu = dialog.findChild(QMenu)
    marks = [
        each.text()[each.text().index("&") + 1].lower() for each in menu.actions() if each.text()
    ]
    assert len(marks) == len(set(marks))


def test_the_tab_key_leads_through_conditions_in_their_order(form, qtbot):
    dialog = form(Filter)
    press(dialog, "Add a condition")
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog._form._conditions[0]._variable.setFocus()
    names = []
    for _ in range(9):
        widget = QApplication.focusWidget()
        names.append(widget.accessibleName() or widget.text())
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
    parts = ["Condition {}, variable", "Condition {}, comparison", "Condition {}, value"]
    of_each = [*parts, "Remove condition {}"]
    assert names == [*(each.format(n) for n in (1, 2) for each in of_each), "A&dd a condition"]


def test_a_step_knows_its_offer():
    assert offer_of(MEAN).title == "Group mean (level 1 to level 2)"
    assert issubclass(StepDialog, QDialog)
    assert not Outcome().sound
