"""Dialogs give back the specification they were given, until someone changes it."""

from dataclasses import replace
from itertools import product

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QListWidget, QRadioButton, QToolButton

from app.dialogs.estimation import EstimationDialog
from app.dialogs.heterogeneous import HeterogeneousDialog
from estimation.spec import Catalogue, Likelihood, ModelSpec, Settings, VariancePredictor
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
    for predictors, suffixes, default in (
        ((), ("", ""), 0),
        ((X,), (" (ours)", " (HLM's rule)"), 1),
    ):
        shown = [
            f"{kind} maximum likelihood{suffix}"
            for kind, suffix in zip(("Restricted", "Full"), suffixes, strict=True)
        ]
        spec = replace(MODEL, variance_predictors=predictors)
        dialog = EstimationDialog(spec, small_data.catalogue)
        qtbot.addWidget(dialog)
        dialog.show()
        radios = [each for each in dialog.findChildren(QRadioButton) if each.isVisible()]
        assert [each.text().replace("&", "") for each in radios] == shown
        assert radios[default].isChecked()
        radios[1 - default].click()
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


def test_outcome_s_namesake_of_level_2_is_a_choice(qtbot, small_data):
    namesake = Catalogue(small_data.catalogue.level1, small_data.catalogue.level1[:1])
    dialog = HeterogeneousDialog(MODEL, namesake)
    qtbot.addWidget(dialog)
    assert texts(lists(dialog)[0]) == ["X", "Z", "Y  (level 2)"]


def test_space_moves_a_variable(qtbot, small_data):
    dialog = HeterogeneousDialog(MODEL, small_data.catalogue)
    qtbot.addWidget(dialog)
    dialog.open()
    possible, chosen = lists(dialog)
    possible.setCurrentRow(2)
    qtbot.keyClick(possible, Qt.Key.Key_Space)
    qtbot.keyClick(possible, Qt.Key.Key_Space)
    assert dialog.isVisible()
    assert texts(chosen) == ["W  (level 2)", "Z"]
    assert dialog.spec().variance_predictors == (W, VariancePredictor("Z"))
    chosen.setCurrentRow(0)
    qtbot.keyClick(chosen, Qt.Key.Key_Space)
    assert texts(possible) == ["X", "W  (level 2)"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
@pytest.mark.parametrize("side", [0, 1])
def test_enter_in_a_list_presses_ok_and_moves_nothing(qtbot, small_data, key, side):
    dialog = HeterogeneousDialog(replace(MODEL, variance_predictors=(W,)), small_data.catalogue)
    qtbot.addWidget(dialog)
    dialog.open()
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(lists(dialog)[side], key)
    assert dialog.spec().variance_predictors == (W,)


def test_after_a_move_focus_and_places_stay(qtbot, small_data):
    dialog = HeterogeneousDialog(MODEL, small_data.catalogue)
    qtbot.addWidget(dialog)
    dialog.open()
    possible, chosen = lists(dialog)
    possible.setFocus()
    qtbot.keyClick(possible, Qt.Key.Key_Space)
    qtbot.keyClick(possible, Qt.Key.Key_Space)
    assert dialog.focusWidget() is possible
    assert possible.currentItem().text() == "W  (level 2)"
    assert chosen.currentItem().text() == "Z"


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
