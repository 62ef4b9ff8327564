"""What a variable's pop-up offers, and what that does."""

from app.model.gestures import gestures, suggested, target
from estimation.spec import INTRCPT1, INTRCPT2, Centring, ModelSpec, Structure
from estimation.spec.edits import add_level1, add_level2, choose_outcome

UNCONDITIONAL = choose_outcome(ModelSpec(), "Y")


def labels(*what, enabled=None):
    return [each.label for each in gestures(*what) if enabled in {None, each.enabled}]


def test_without_outcome_only_the_outcome_can_be_chosen():
    assert labels(ModelSpec(), 1, "X", "", enabled=True) == ["Outcome variable"]
    assert labels(ModelSpec(), 1, INTRCPT1, "", enabled=True) == []
    assert labels(ModelSpec(), 2, "W", "", enabled=True) == []


def test_level_1_predictor_enters_in_three_ways():
    ways = [each for each in gestures(UNCONDITIONAL, 1, "X", "") if each.enabled]
    assert [each.label for each in ways] == [
        "Outcome variable",
        "add variable uncentered",
        "add variable group centered",
        "add variable grand centered",
    ]
    assert [each.spec.equation("X").coefficient.centring for each in ways[1:]] == list(Centring)


def test_level_2_predictor_enters_the_chosen_equation_in_two_ways():
    spec = add_level1(UNCONDITIONAL, "X")
    ways = [each for each in gestures(spec, 2, "W", "X") if each.enabled]
    assert [each.label for each in ways] == [
        "add variable uncentered",
        "add variable grand centered",
    ]
    assert ways[0].spec == add_level2(spec, "X", "W")


def test_what_is_in_the_model_can_be_deleted():
    spec = add_level1(UNCONDITIONAL, "X")
    assert labels(spec, 1, "X", "")[-1] == "Delete variable from model"
    assert gestures(spec, 1, "X", "")[-1].spec == UNCONDITIONAL
    assert labels(spec, 1, INTRCPT1, "", enabled=True) == ["Delete variable from model"]
    assert labels(spec, 2, INTRCPT2, "X", enabled=True) == ["Delete variable from model"]
    assert "Delete variable from model" not in labels(spec, 1, "Z", "")


def test_outcome_can_only_be_deleted():
    assert labels(UNCONDITIONAL, 1, "Y", "", enabled=True) == ["Delete variable from model"]


def test_menu_begins_at_a_way_to_add_and_at_the_outcome_only_without_one():
    spec = add_level1(UNCONDITIONAL, "X")
    for model, name, label in (
        (ModelSpec(), "X", "Outcome variable"),
        (UNCONDITIONAL, "X", "add variable uncentered"),
        (spec, "X", "add variable group centered"),
        (spec, "Y", None),
        (spec, INTRCPT1, None),
    ):
        begin = suggested(gestures(model, 1, name, ""), model)
        assert (begin.label if begin else None) == label


def test_level_2_menu_names_its_equation():
    spec = UNCONDITIONAL
    for number in range(1, 11):
        spec = add_level1(spec, f"X{number}")
    assert target(spec, 2, INTRCPT1) == "Equation of β₀ⱼ (INTRCPT1)"
    assert target(spec, 2, "X10") == "Equation of β₁₀ⱼ (X10)"
    assert target(spec, 1, "X10") == target(ModelSpec(), 2, "") == ""


def test_the_equation_is_named_in_the_letters_of_the_data():
    spec = add_level1(UNCONDITIONAL, "X")
    assert target(spec, 2, "X", Structure.MEASURES_IN_PERSONS) == "Equation of π₁ᵢ (X)"
    assert target(spec, 2, "X", Structure.MEASURES_IN_GROUPS) == "Equation of π₁ⱼ (X)"
