"""The document: named steps, reports by model and data."""

import pytest
from pytestqt.qtbot import QtBot

from app.model.document import Document, Report
from estimation.data import TwoLevelData
from estimation.spec import ModelSpec
from estimation.spec.edits import choose_outcome, toggle_random

EMPTY = ModelSpec()
UNCONDITIONAL = choose_outcome(EMPTY, "Y")


@pytest.fixture
def document(qtbot: QtBot, small_data: TwoLevelData) -> Document:
    document = Document()
    document.open(small_data)
    return document


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


def report_of(document):
    report = Report(document.spec, document.data.fingerprint, "text")
    document.keep(report)
    return report


def test_report_comes_back_with_its_model(document):
    document.edit(UNCONDITIONAL, "outcome Y")
    first = report_of(document)
    assert (document.report, document.shown) == (first, first)
    document.edit(toggle_random(UNCONDITIONAL, "INTRCPT1"), "u_0")
    assert (document.report, document.shown) == (None, first)
    second = report_of(document)
    assert (document.report, document.shown) == (second, second)
    document.steps.undo()
    assert (document.report, document.shown) == (first, first)
    document.steps.undo()
    assert (document.report, document.shown) == (None, first)


def test_report_of_a_model_left_meanwhile_is_shown_until_there_is_a_better_one(document):
    other = Report(UNCONDITIONAL, document.data.fingerprint, "other")
    document.keep(other)
    assert (document.report, document.shown) == (None, other)
    own = report_of(document)
    document.keep(other)
    assert (document.report, document.shown) == (own, own)


def test_opening_forgets_history_and_reports(document, small_data):
    document.edit(UNCONDITIONAL, "outcome Y")
    document.keep(Report(EMPTY, small_data.fingerprint, "text"))
    document.open(small_data, file_name="next.hlm")
    assert (document.spec, document.steps.count()) == (EMPTY, 0)
    assert (document.report, document.shown) == (None, None)
