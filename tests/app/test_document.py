"""The document: named steps, results by model and data."""

from types import SimpleNamespace

import pytest
from pytestqt.qtbot import QtBot

from app.model.document import Document
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


def test_result_comes_back_with_its_model(document):
    document.edit(UNCONDITIONAL, "outcome Y")
    analysis = SimpleNamespace(spec=UNCONDITIONAL, fingerprint=document.data.fingerprint)
    document.keep(analysis)
    assert document.result is analysis
    document.edit(toggle_random(UNCONDITIONAL, "INTRCPT1"), "u_0")
    assert document.result is None
    document.steps.undo()
    assert document.result is analysis


def test_opening_forgets_history_and_results(document, small_data):
    document.edit(UNCONDITIONAL, "outcome Y")
    document.keep(SimpleNamespace(spec=EMPTY, fingerprint=small_data.fingerprint))
    document.open(small_data, file_name="next.hlm")
    assert (document.spec, document.steps.count(), document.result) == (EMPTY, 0, None)
