"""Dialogs give back the specification they were given, until someone changes it."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDialogButtonBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QRadioButton,
    QWidget,
)

from app.dialogs.basic import BasicDialog
from app.dialogs.estimation import EstimationDialog
from app.dialogs.heterogeneous import HeterogeneousDialog
from app.dialogs.preferences import PreferencesDialog
from app.preferences import OUTPUT_SIZES, ZOOM_STEPS, Preferences, Scheme
from estimation.spec import Catalogue, Likelihood, ModelSpec, Settings, VariancePredictor
from estimation.spec.catalogue import Variable
from estimation.spec.edits import add_level1, choose_outcome

MODEL = add_level1(choose_outcome(ModelSpec(), "Y"), "X")
X, W = VariancePredictor("X"), VariancePredictor("W", 2)
SPEC_DIALOGS = [BasicDialog, EstimationDialog, HeterogeneousDialog]
PREDICTORS = [(), (X,), (W, X), (VariancePredictor("GONE"),), (VariancePredictor("Y"),)]


def specs():
    for likelihood, other, predictors in product(Likelihood, Likelihood, PREDICTORS):
        settings = Settings(likelihood=likelihood, heterogeneous_likelihood=other, title="kept")
        for model in (MODEL, ModelSpec()):
            yield replace(model, settings=settings, variance_predictors=predictors)


def any_catalogue(level1="YXZ", level2="W"):
    def variables(names):
        return tuple(Variable(each, "", 2, 0.5, 0.5, 0.0, 1.0) for each in names)

    return Catalogue(variables(level1), variables(level2))


def opened(kind, spec=MODEL):
    """Open a dialog on the model, or on the default preferences."""
    if kind is PreferencesDialog:
        return kind(Preferences())
    return kind(spec, any_catalogue())


predictors = st.builds(
    VariancePredictor, st.sampled_from(["X", "Z", "W", "GONE"]), st.sampled_from([1, 2])
)
random_specs = st.builds(
    replace,
    st.sampled_from([MODEL, ModelSpec()]),
    variance_predictors=st.lists(predictors, unique=True).map(tuple),
    settings=st.builds(
        Settings,
        likelihood=st.sampled_from(Likelihood),
        heterogeneous_likelihood=st.sampled_from(Likelihood),
        max_iterations=st.integers(1, 9999),
        title=st.text(),
        output_name=st.text(),
    ),
)
random_preferences = st.builds(
    Preferences,
    scheme=st.sampled_from(Scheme),
    zoom=st.sampled_from(ZOOM_STEPS),
    output_size=st.sampled_from(OUTPUT_SIZES),
    subscripts=st.booleans(),
)


def lists(dialog):
    return dialog.findChildren(QListWidget)


def texts(pick_list):
    return [pick_list.item(row).text() for row in range(pick_list.count())]


def press(dialog, words):
    next(each for each in dialog.findChildren(QPushButton) if words in each.text()).click()


def ok(dialog):
    return dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)


@pytest.mark.parametrize("kind", SPEC_DIALOGS)
def test_dialog_gives_back_what_it_was_given(qtbot, small_data, kind):
    for spec in specs():
        dialog = kind(spec, small_data.catalogue)
        qtbot.addWidget(dialog)
        assert dialog.spec() == spec
        assert ok(dialog).isEnabled()


@pytest.mark.parametrize("kind", SPEC_DIALOGS)
@settings(max_examples=60)
@given(spec=random_specs)
def test_any_specification_comes_back_and_can_be_accepted(qapp, kind, spec):
    dialog = opened(kind, spec)
    dialog.check()
    given_back, allowed = dialog.spec(), ok(dialog).isEnabled()
    dialog.deleteLater()
    assert given_back == spec
    assert allowed


@settings(max_examples=60)
@given(random_preferences)
def test_any_preferences_come_back(qapp, preferences):
    dialog = PreferencesDialog(preferences)
    given_back = dialog.preferences()
    dialog.deleteLater()
    assert given_back == preferences


def test_preferences_are_restored_by_a_button_and_kept_by_ok_only(qtbot):
    chosen = Preferences(Scheme.DARK, 150, 14, subscripts=False)
    dialog = PreferencesDialog(chosen)
    qtbot.addWidget(dialog)
    dialog.open()
    restore = QDialogButtonBox.StandardButton.RestoreDefaults
    with qtbot.assertNotEmitted(dialog.finished):
        dialog.findChild(QDialogButtonBox).button(restore).click()
    assert dialog.preferences() == Preferences()
    dialog.findChild(QComboBox).setCurrentText("200 %")
    assert dialog.preferences() == Preferences(zoom=200)


@pytest.mark.parametrize("kind", [*SPEC_DIALOGS, PreferencesDialog])
def test_every_control_has_a_name_and_a_mnemonic_of_its_own(qtbot, kind):
    dialog = opened(kind, replace(MODEL, variance_predictors=(X,)))
    qtbot.addWidget(dialog)
    dialog.show()
    buttons = [each for each in dialog.findChildren(QAbstractButton) if each.isVisible()]
    labels = [each for each in dialog.findChildren(QLabel) if each.buddy()]
    texts = [each.text() for each in (*buttons, *labels) if each.text()]
    keys = [text[text.index("&") + 1].lower() for text in texts]
    assert sorted(keys) == sorted(set(keys))
    for each in dialog.findChildren(QWidget):
        own = each.isVisible() and not each.objectName().startswith("qt_")
        if own and each.focusPolicy() & Qt.FocusPolicy.TabFocus:
            interface = QAccessible.queryAccessibleInterface(each)
            assert interface.text(QAccessible.Text.Name), each


@pytest.mark.parametrize("kind", [*SPEC_DIALOGS, PreferencesDialog])
def test_help_button_and_f1_ask_for_the_dialog_s_page(qtbot, kind):
    pages = {
        BasicDialog: "basic-settings",
        EstimationDialog: "estimation-settings",
        HeterogeneousDialog: "heterogeneous-sigma2",
        PreferencesDialog: "preferences",
    }
    dialog, heard = opened(kind), []
    qtbot.addWidget(dialog)
    dialog.help_asked.connect(heard.append)
    dialog.open()
    dialog.activateWindow()
    qtbot.waitUntil(lambda: dialog.focusWidget() is not None)
    dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Help).click()
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_F1)
    assert heard == [pages[kind]] * 2
    assert dialog.isVisible()


def test_inner_dialog_s_help_is_passed_up(qtbot):
    dialog, heard = opened(EstimationDialog), []
    qtbot.addWidget(dialog)
    dialog.help_asked.connect(heard.append)
    dialog.open()
    press(dialog, "Heterogeneous")
    inner = dialog.findChild(HeterogeneousDialog)
    inner.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Help).click()
    assert heard == ["heterogeneous-sigma2"]


def test_cancelled_inner_dialog_changes_nothing(qtbot):
    dialog = opened(EstimationDialog)
    qtbot.addWidget(dialog)
    dialog.open()
    press(dialog, "Heterogeneous")
    inner = dialog.findChild(HeterogeneousDialog)
    qtbot.keyClick(lists(inner)[0], Qt.Key.Key_Space)
    qtbot.keyClick(lists(inner)[0], Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: dialog.findChild(HeterogeneousDialog) is None)
    assert dialog.spec() == MODEL
    assert dialog.isVisible()


def test_enter_presses_the_button_in_focus(qtbot):
    dialog = opened(EstimationDialog)
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.activateWindow()
    button = next(e for e in dialog.findChildren(QPushButton) if "Heterogeneous" in e.text())
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Return)
    assert dialog.findChild(HeterogeneousDialog).isVisible()
    assert dialog.isVisible()


def fields(dialog):
    return list(dialog.findChildren(QLineEdit))


def test_basic_settings_are_read_without_blanks_around_them(qtbot):
    dialog = opened(BasicDialog)
    qtbot.addWidget(dialog)
    title, name = fields(dialog)
    title.setText("  Lesson 1 ")
    name.setText(" lesson.txt")
    assert dialog.spec() == replace(
        MODEL, settings=Settings(title="Lesson 1", output_name="lesson.txt")
    )
    assert ok(dialog).isEnabled()


@pytest.mark.parametrize(
    ("place", "text", "words"),
    [
        (1, " ", "no name"),
        (1, "out/hlm2.txt", "/"),
        (1, "out\\hlm2.txt", "\\"),
        (1, "..", "folder"),
        (1, "a\nb", "line break"),
        (0, "a\u2028b", "line break"),
    ],
)
def test_ok_waits_for_a_name_that_a_file_can_have(qtbot, place, text, words):
    dialog = opened(BasicDialog)
    qtbot.addWidget(dialog)
    dialog.show()
    before = fields(dialog)[place].text()
    fields(dialog)[place].setText(text)
    assert not ok(dialog).isEnabled()
    assert words in dialog._problem.text()
    label = dialog._problem
    assert label.height() >= label.heightForWidth(label.width())
    fields(dialog)[place].setText(before)
    assert ok(dialog).isEnabled()
    assert not label.isVisible()


def test_rule_of_hlm_is_said_with_variance_predictors_only(qtbot):
    for predictors_, said in (((), False), ((X,), True)):
        dialog = opened(EstimationDialog, replace(MODEL, variance_predictors=predictors_))
        qtbot.addWidget(dialog)
        dialog.show()
        group = dialog.findChild(QGroupBox)
        texts = [each.text() for each in group.findChildren(QLabel) if each.isVisible()]
        assert any("HLM uses full maximum likelihood" in each for each in texts) == said


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


def test_buttons_move_the_current_variable(qtbot, small_data):
    dialog = HeterogeneousDialog(MODEL, small_data.catalogue)
    qtbot.addWidget(dialog)
    add, remove = (
        next(each for each in dialog.findChildren(QPushButton) if each.text() == text)
        for text in ("&Add", "&Remove")
    )
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


@pytest.mark.parametrize("kind", [*SPEC_DIALOGS, PreferencesDialog])
def test_keyboard_s_way_begins_with_the_content(qtbot, kind):
    dialog = opened(kind)
    qtbot.addWidget(dialog)
    dialog.open()
    qtbot.waitUntil(lambda: dialog.focusWidget() is not None)
    assert isinstance(dialog.focusWidget(), QListWidget | QRadioButton | QLineEdit)
