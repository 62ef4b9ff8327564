"""Dialogs give back the specification they were given, until someone changes it."""

from dataclasses import replace
from itertools import product

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QListWidget, QRadioButton, QToolButton

from app.dialogs.estimation import EstimationDialog
from app.dialogs.heterogeneous import HeterogeneousDialog
from estimation.spec import Likelihood, ModelSpec, Settings, VariancePredictor
from estimation.spec.edits import add_level1, choose_outcome

MODEL = add_level1(choose_outcome(ModelSpec(), "Y"), "X")
X, W = VariancePredictor("X"), VariancePredictor("W", 2)
PREDICTORS = [(), (X,), (W, X), (VariancePredictor("GONE"),), (VariancePredictor("Y"),)]


def specs():
    for likelihood, other, predictors in product(Likelihood, Likelihood, PREDICTORS):
        settings = Settings(likelihood=likelihood, heterogeneous_likelihood=other, title="kept")
        for model in (MODEL, ModelSpec()):
            yield replace(model, settings=settings, variance_predictors=predictors)


def lists(dialog):
    return dialog.findChildren(QListWidget)


def texts(pick_list):
    return [pick_list.item(row).text() for row in range(pick_list.count())]


def ok(dialog):
    return dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)


@pytest.mark.parametrize("dialog", [EstimationDialog, HeterogeneousDialog])
def test_dialog_gives_back_what_it_was_given(qtbot, small_data, dialog):
    for spec in specs():
        opened = dialog(spec, small_data.catalogue)
        qtbot.addWidget(opened)
        assert opened.spec() == spec
        assert ok(opened).isEnabled()


def test_likelihood_of_each_kind_of_model_is_its_own(qtbot, small_data):
    for predictors, shown in (
        ((), ["Restricted maximum likelihood", "Full maximum likelihood"]),
        (
            (X,),
            [
                "Full maximum likelihood (HLM's rule)",
                "Restricted maximum likelihood (ours)",
            ],
        ),
    ):
        spec = replace(MODEL, variance_predictors=predictors)
        dialog = EstimationDialog(spec, small_data.catalogue)
        qtbot.addWidget(dialog)
        dialog.show()
        radios = [each for each in dialog.findChildren(QRadioButton) if each.isVisible()]
        assert [each.text().replace("&", "") for each in radios] == shown
        assert [each.isChecked() for each in radios] == [True, False]
        radios[1].click()
        settings = dialog.spec().settings
        changed = (
            Settings(heterogeneous_likelihood=Likelihood.RESTRICTED)
            if predictors
            else Settings(likelihood=Likelihood.FULL)
        )
        assert settings == changed


def test_possible_choices_are_both_levels_without_the_outcome(qtbot, small_data):
    dialog = HeterogeneousDialog(MODEL, small_data.catalogue)
    qtbot.addWidget(dialog)
    assert texts(lists(dialog)[0]) == ["X", "Z", "W  (level 2)"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_keys_move_a_variable_and_do_not_press_ok(qtbot, small_data, key):
    dialog = HeterogeneousDialog(MODEL, small_data.catalogue)
    qtbot.addWidget(dialog)
    dialog.open()
    possible, chosen = lists(dialog)
    possible.setCurrentRow(2)
    qtbot.keyClick(possible, key)
    qtbot.keyClick(possible, key)
    assert dialog.isVisible()
    assert texts(chosen) == ["W  (level 2)", "Z"]
    assert dialog.spec().variance_predictors == (W, VariancePredictor("Z"))
    chosen.setCurrentRow(0)
    qtbot.keyClick(chosen, key)
    assert texts(possible) == ["X", "W  (level 2)"]


def test_arrows_move_the_current_variable(qtbot, small_data):
    dialog = HeterogeneousDialog(MODEL, small_data.catalogue)
    qtbot.addWidget(dialog)
    add, remove = dialog.findChildren(QToolButton)
    assert (add.isEnabled(), remove.isEnabled()) == (True, False)
    add.click()
    assert dialog.spec().variance_predictors == (X,)
    remove.click()
    assert dialog.spec().variance_predictors == ()


def test_ok_waits_while_the_dialog_brings_a_new_problem(qtbot, small_data):
    gone = VariancePredictor("GONE")
    dialog = HeterogeneousDialog(MODEL, small_data.catalogue)
    qtbot.addWidget(dialog)
    dialog.spec = lambda: replace(MODEL, variance_predictors=(gone,))
    dialog.check()
    assert not ok(dialog).isEnabled()
    assert "GONE" in dialog._problem.text()


@pytest.mark.parametrize("dialog", [EstimationDialog, HeterogeneousDialog])
def test_keyboard_s_way_begins_with_the_content(qtbot, small_data, dialog):
    opened = dialog(MODEL, small_data.catalogue)
    qtbot.addWidget(opened)
    opened.open()
    qtbot.waitUntil(lambda: opened.focusWidget() is not None)
    assert isinstance(opened.focusWidget(), QListWidget | QRadioButton)
