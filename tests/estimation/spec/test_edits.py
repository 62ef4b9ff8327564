"""Gestures take with them what they make void, and nothing else."""

from dataclasses import replace

import pytest

from estimation.spec import (
    INTRCPT1,
    INTRCPT2,
    Equation,
    GammaName,
    Hypothesis,
    Latent,
    ModelSpec,
    Settings,
    Term,
    VariancePredictor,
    Weight,
    Weighting,
)
from estimation.spec.edits import (
    add_level1,
    add_level2,
    choose_outcome,
    delete_level1,
    delete_level2,
    in_order,
    set_variance_predictors,
    toggle_random,
)

G00, G01 = GammaName(INTRCPT1, INTRCPT2), GammaName(INTRCPT1, "SECTOR")
G10, G20 = GammaName("SES", INTRCPT2), GammaName("FEMALE", INTRCPT2)
SPEC = ModelSpec(
    "Y",
    (
        Equation(Term(INTRCPT1), (Term("SECTOR"),), True, latent=Latent.PREDICTOR),
        Equation(Term("SES"), (), True, candidates=("SIZE", "SECTOR"), latent=Latent.OUTCOME),
        Equation(Term("FEMALE")),
    ),
    settings=Settings(title="T"),
    weighting=Weighting(Weight("Y2"), Weight("Y2"), precision="V"),
    constraints=((G00, G01, G10), (G20, GammaName("gone", INTRCPT2))),
    hypotheses=(
        Hypothesis((((G01, 1.0),), ((G10, 1.0), (G00, 0.0)))),
        Hypothesis((((G20, 1.0), (G10, -1.0)),)),
        Hypothesis(()),
    ),
    plausible_values=("Y", "Y2"),
    deletion=((1, "V"),),
    variance_candidates=(VariancePredictor("Y2"), VariancePredictor("Y2", 2)),
)


def test_a_deleted_predictor_takes_its_constraints_and_contrasts_with_it():
    spec = delete_level2(SPEC, INTRCPT1, "SECTOR")
    assert spec.constraints == ((G00, G10), SPEC.constraints[1])
    assert spec.hypotheses == (Hypothesis((((G10, 1.0), (G00, 0.0)),)), *SPEC.hypotheses[1:])
    without = delete_level2(spec, INTRCPT1, INTRCPT2)
    assert without.constraints == SPEC.constraints[1:]  # of the first one γ is left
    assert without.hypotheses[0] == Hypothesis((((G10, 1.0),),))


def test_a_deleted_equation_takes_hypotheses_and_the_latent_regression_with_it():
    spec = delete_level1(SPEC, "SES")
    assert spec.constraints == ((G00, G01), SPEC.constraints[1])
    assert spec.hypotheses == (Hypothesis((((G01, 1.0),),)), Hypothesis(()))
    assert {each.latent for each in spec.equations} == {Latent.IGNORED}
    assert delete_level1(SPEC, "FEMALE").equations == SPEC.equations[:2]


@pytest.mark.parametrize("coefficient", [INTRCPT1, "SES"])
def test_a_coefficient_that_is_fixed_has_no_part_in_a_latent_regression(coefficient):
    spec = toggle_random(SPEC, coefficient)
    assert {each.latent for each in spec.equations} == {Latent.IGNORED}
    assert toggle_random(SPEC, "FEMALE").equations[:2] == SPEC.equations[:2]


def test_a_side_of_a_latent_regression_may_lose_one_of_several():
    three = replace(SPEC.equations[2], random=True, latent=Latent.OUTCOME)
    spec = toggle_random(replace(SPEC, equations=(*SPEC.equations[:2], three)), "SES")
    parts = [Latent.PREDICTOR, Latent.IGNORED, Latent.OUTCOME]
    assert [each.latent for each in spec.equations] == parts


def test_what_is_in_the_model_is_no_candidate():
    spec = add_level2(SPEC, "SES", "SIZE")
    assert spec.equations[1].candidates == ("SECTOR",)
    assert spec.equations[1].predictors == (Term("SIZE"),)
    spec = set_variance_predictors(SPEC, (VariancePredictor("Y2"),))
    assert spec.variance_candidates == (VariancePredictor("Y2", 2),)


def test_a_variable_that_becomes_the_outcome_is_nothing_else():
    spec = choose_outcome(SPEC, "Y2")
    assert spec.plausible_values == ("Y", "Y2")
    assert spec.weighting == Weighting(None, Weight("Y2"), precision="V")
    assert spec.variance_candidates == (VariancePredictor("Y2", 2),)
    assert (spec.hypotheses, spec.constraints) == (SPEC.hypotheses, SPEC.constraints)
    spec = choose_outcome(replace(SPEC, weighting=Weighting(known_variance="SES")), "SES")
    assert spec.plausible_values == ()
    assert spec.weighting == Weighting()
    assert spec.constraints == delete_level1(SPEC, "SES").constraints


def test_the_outcome_takes_all_but_the_settings_with_it():
    assert delete_level1(SPEC, "Y") == ModelSpec(settings=SPEC.settings)


@pytest.mark.parametrize(
    "gesture",
    [
        lambda spec: choose_outcome(spec, "Y"),
        lambda spec: add_level1(spec, "SES"),
        lambda spec: add_level2(spec, INTRCPT1, "SECTOR"),
        lambda spec: delete_level1(spec, "nothing"),
        lambda spec: delete_level2(spec, "SES", "nothing"),
        lambda spec: set_variance_predictors(spec, ()),
    ],
)
def test_a_gesture_that_changes_nothing_spares_what_was_wrong_before(gesture):
    assert gesture(SPEC) == SPEC


def test_the_order_of_a_command_file():
    spec = replace(
        SPEC,
        constraints=((G20, G00), (G10, G01)),
        hypotheses=(Hypothesis((((G20, -1.0), (G01, 0.0), (G00, 1.0)),)),),
        deletion=((2, "B"), (1, "B"), (2, "A")),
    )
    ordered = in_order(spec)
    assert ordered.constraints == ((G00, G20), (G01, G10))
    assert ordered.hypotheses == (Hypothesis((((G00, 1.0), (G20, -1.0)),)),)
    assert ordered.deletion == ((1, "B"), (2, "B"), (2, "A"))
    assert in_order(ordered) == ordered
