"""The document: named steps, outputs by model and data, and what is saved."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from app.model.document import Document, ModelFile, Report
from app.model.titles import distinct, title_of
from estimation.data import TwoLevelData
from estimation.data.recipe import Recipe, Source
from estimation.examples import lesson_spec
from estimation.spec import Centring, ModelSpec, Settings
from estimation.spec.command_file import DataFile
from estimation.spec.edits import (
    add_level1,
    add_level2,
    choose_outcome,
    delete_level1,
    toggle_random,
)

EMPTY = ModelSpec()
UNCONDITIONAL = choose_outcome(EMPTY, "Y")
RANDOM = toggle_random(UNCONDITIONAL, "INTRCPT1")


@pytest.fixture
def document(qtbot: QtBot, small_data: TwoLevelData) -> Document:
    document = Document()
    document.open(small_data)
    return document


def run(document, spec=None):
    """What a run would do: keep a report."""
    report = Report(spec or document.spec, document.data.fingerprint, "text")
    document.keep(report)
    return report


def shown(document):
    return document.shown.report if document.shown else None


def current(document):
    return document.output.report if document.output else None


def titles(document):
    return [each.title for each in document.outputs]


def test_edit_is_a_named_step_that_can_be_taken_back(document):
    document.edit(UNCONDITIONAL, "outcome Y")
    assert (document.spec, document.steps.undoText()) == (UNCONDITIONAL, "outcome Y")
    document.steps.undo()
    assert document.spec == EMPTY
    document.steps.redo()
    assert document.spec == UNCONDITIONAL


def test_edit_that_changes_nothing_is_no_step(document, qtbot):
    with qtbot.assertNotEmitted(document.changed):
        document.edit(EMPTY, "nothing")
    assert document.steps.count() == 0


EDITS = {
    "outcome Y": lambda spec: choose_outcome(spec, "Y"),
    "add X": lambda spec: add_level1(spec, "X", Centring.GROUP),
    "add Z": lambda spec: add_level1(spec, "Z"),
    "u of X": lambda spec: toggle_random(spec, "X"),
    "W": lambda spec: add_level2(spec, "INTRCPT1", "W"),
    "delete X": lambda spec: delete_level1(spec, "X"),
    "title": lambda spec: replace(spec, settings=replace(spec.settings, title="a title")),
}


@given(st.lists(st.sampled_from(list(EDITS)), max_size=15))
def test_undo_all_the_way_back_and_forward(names):
    document, passed = Document(), [EMPTY]
    for name in names:
        document.edit(EDITS[name](document.spec), name)
        passed += [document.spec] if document.spec != passed[-1] else []
    for spec in reversed(passed):
        assert document.spec == spec
        document.steps.undo()
    for spec in passed:
        assert document.spec == spec
        document.steps.redo()


def test_output_comes_back_with_its_model(document):
    document.edit(UNCONDITIONAL, "outcome Y")
    first = run(document)
    assert (current(document), shown(document)) == (first, first)
    document.edit(RANDOM, "u_0")
    assert (current(document), shown(document)) == (None, first)
    second = run(document)
    assert (current(document), shown(document)) == (second, second)
    document.steps.undo()
    assert (current(document), shown(document)) == (first, first)
    document.steps.undo()
    assert (current(document), shown(document)) == (None, first)


def test_output_of_a_model_left_meanwhile_is_shown_until_there_is_a_better_one(document):
    other = run(document, UNCONDITIONAL)
    assert (current(document), shown(document)) == (None, other)
    own = run(document)
    run(document, UNCONDITIONAL)
    assert (current(document), shown(document)) == (own, own)


def test_second_run_of_a_model_takes_the_place_of_the_first(document):
    run(document)
    document.rename_output(1, "mine")
    again = run(document)
    assert (titles(document), shown(document)) == (["mine"], again)
    document.steps.undo()
    assert (len(document.outputs), shown(document)) == (1, again)


def test_outputs_outlive_the_opening_of_another_model_but_are_not_its_own(document, small_data):
    document.edit(UNCONDITIONAL, "outcome Y")
    report = run(document)
    document.open(small_data)
    assert (document.spec, document.steps.count()) == (EMPTY, 0)
    assert (shown(document), current(document)) == (report, None)


def test_output_of_other_data_is_not_current(document, small_data):
    run(document)
    document.open(replace(small_data, unit_ids=("c", "d")))
    assert current(document) is None
    document.open(small_data)
    assert current(document) is not None


def test_closing_an_output_shows_its_neighbour_and_can_be_undone(document):
    for spec in (UNCONDITIONAL, RANDOM, EMPTY):
        run(document, spec)
    document.rename_output(2, "middle")
    document.choose(2)
    document.close_output(2)
    assert [each.number for each in document.outputs] == [1, 3]
    assert document.shown.number == 3
    assert document.steps.undoText() == "close output middle"
    document.steps.undo()
    assert [each.number for each in document.outputs] == [1, 2, 3]
    assert document.shown.title == "middle"
    document.steps.undo()
    assert document.shown.title != "middle"


def test_output_closed_and_run_again_is_not_there_twice_after_undo(document):
    run(document)
    document.close_output(1)
    again = run(document)
    document.steps.undo()
    assert [each.report for each in document.outputs] == [again]
    document.steps.redo()
    assert [each.report for each in document.outputs] == [again]


def test_closing_the_last_output_leaves_none(document):
    run(document)
    document.close_output(1)
    assert (document.outputs, document.shown) == ((), None)


def test_empty_or_equal_title_is_no_step(document):
    run(document, UNCONDITIONAL)
    before = document.steps.count()
    document.rename_output(1, "")
    document.rename_output(1, document.outputs[0].title)
    assert document.steps.count() == before


def test_modified_is_what_differs_from_the_file(document, small_data):
    assert not document.modified
    document.open(small_data, UNCONDITIONAL, ModelFile("a.hlm"))
    assert not document.modified
    document.edit(RANDOM, "u_0")
    assert document.modified
    document.edit(UNCONDITIONAL, "u_0")  # as good as undone
    assert not document.modified
    document.edit(RANDOM, "u_0")
    document.saved(ModelFile("b.hlm", Path("b.hlm")))
    assert (document.modified, document.file.name) == (False, "b.hlm")
    document.steps.undo()
    assert document.modified


def test_closing_an_output_does_not_modify_the_model(document):
    run(document)
    document.close_output(1)
    assert not document.modified


@pytest.mark.parametrize(
    ("spec", "title"),
    [
        (EMPTY, ""),
        (UNCONDITIONAL, "Y"),
        (add_level2(add_level1(UNCONDITIONAL, "X"), "X", "W"), "Y on X, W"),
        (replace(lesson_spec(), settings=Settings()), "MATHACH on FEMALE; σ² on FEMALE"),
        (lesson_spec(), "MATHACH on FEMALE, heterogeneous level-1 variance"),
    ],
)
def test_output_is_called_by_the_title_or_the_variables_of_its_model(spec, title):
    assert title_of(spec) == title


def test_title_that_is_taken_gets_a_number():
    assert distinct("a", []) == "a"
    assert distinct("a", ["a", "a (2)"]) == "a (3)"


def test_renewed_data_keep_the_model_its_history_and_its_file(document, small_data, qtbot):
    file = ModelFile("model.hlm", Path("model.hlm"))
    document.open(small_data, UNCONDITIONAL, file)
    document.edit(RANDOM, "u_0")
    report = run(document)
    stored = SimpleNamespace(data=replace(small_data, unit_ids=("c", "d")))
    with qtbot.waitSignal(document.changed):
        document.renew(stored)
    assert (document.data, document.stored) == (stored.data, stored)
    assert (document.spec, document.file, document.modified) == (RANDOM, file, True)
    assert (shown(document), current(document)) == (report, None)
    document.steps.undo()
    assert document.spec == UNCONDITIONAL


def test_data_paths_are_those_of_the_data_and_of_their_sources(document, small_data):
    sources = (Source(Path("students.sav")), Source(Path("schools.sav")))
    stored = SimpleNamespace(recipe=Recipe(*sources))
    document.open(small_data, file=ModelFile(data=DataFile(Path("both.mdmx"))), stored=stored)
    names = ["both.mdmx", "students.sav", "schools.sav"]
    assert [each.name for each in document.data_paths] == names
    document.open(small_data)
    assert document.data_paths == []
