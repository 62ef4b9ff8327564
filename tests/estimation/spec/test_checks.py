"""What keeps a model from being run is named, with the variable and what to do about it."""

from dataclasses import replace

import pytest

from estimation.spec import (
    INTRCPT1,
    INTRCPT2,
    Catalogue,
    Comparison,
    DegreesOfFreedom,
    Equation,
    GammaName,
    Hypothesis,
    Latent,
    ModelSpec,
    Settings,
    Term,
    Variable,
    VariancePredictor,
    Weight,
    Weighting,
    problems,
)

NAN = float("nan")
G00, G01 = GammaName(INTRCPT1, INTRCPT2), GammaName(INTRCPT1, "SECTOR")
G10, AWAY = GammaName("SES", INTRCPT2), GammaName("SES", "SECTOR")
FIRST = Equation(Term(INTRCPT1), (Term("SECTOR"),), random=True)
SECOND = Equation(Term("SES"), random=True)
PLAIN = ModelSpec("Y", (FIRST, SECOND))
PREDICTOR, OUTCOME = {"latent": Latent.PREDICTOR}, {"latent": Latent.OUTCOME}
FEMALE, SIZE = VariancePredictor("FEMALE"), VariancePredictor("SIZE", 2)


def variables(names: str) -> tuple[Variable, ...]:
    return tuple(Variable(each, "", 1, 0, 0, 0, 0) for each in names.split())


KNOWN = Catalogue(variables("Y Y2 SES FEMALE WT"), variables("SECTOR SIZE"))


def model(**changes) -> ModelSpec:
    return replace(PLAIN, **changes)


def settings(**changes) -> ModelSpec:
    return model(settings=replace(Settings(), **changes))


def weighted(**changes) -> ModelSpec:
    return model(weighting=Weighting(**changes))


def equations(first: dict, second: dict) -> ModelSpec:
    return model(equations=(replace(FIRST, **first), replace(SECOND, **second)))


def contrasted(*contrasts, **changes) -> ModelSpec:
    return model(hypotheses=(Hypothesis(contrasts),), **changes)


GOOD = [
    model(constraints=((G00, G10),), weighting=Weighting(Weight("WT"), Weight("SIZE"), "WT")),
    contrasted(((G00, 1.0), (G01, -1.0)), ((G10, 1.0), (AWAY, 0.0))),
    contrasted(((G00, 1.0), (G10, 1.0)), constraints=((G00, G10),)),
    settings(fixed_sigma2=1.0, bootstrap=2, seed=0, comparison=Comparison(-3.5, 1)),
    weighted(known_variance="WT"),
    model(plausible_values=("Y2", "Y"), deletion=((1, "FEMALE"), (2, "SIZE"), (1, "SES"))),
    equations(PREDICTOR, OUTCOME | {"candidates": ("SECTOR", "SIZE")}),
    model(variance_predictors=(FEMALE,), variance_candidates=(SIZE, VariancePredictor("SES"))),
    equations({}, {"random": False, "covaries": False, "candidates": ("SIZE",)}),
]


@pytest.mark.parametrize("spec", GOOD)
def test_nothing_is_wrong(spec):
    assert problems(spec, KNOWN) == ()


UNKNOWN = [
    (weighted(level1=Weight("W")), "no level-1 variable W. Choose another variable for the weight"),
    (weighted(level2=Weight("WT")), "no level-2 variable WT. Choose another"),
    (weighted(precision="SIZE"), "no level-1 variable SIZE. Choose another"),
    (weighted(known_variance="V"), "no level-1 variable V. Choose another"),
    (model(deletion=((2, "Y"),)), "no level-2 variable Y. Take it out of the deletion variables"),
    (model(plausible_values=("Y", "Y9")), "no level-1 variable Y9. Take it out of the plausible"),
    (
        equations({"candidates": ("FEMALE",)}, {}),
        "no level-2 variable FEMALE. Take it out of the exploratory analysis of INTRCPT1 or open",
    ),
    (model(variance_candidates=(VariancePredictor("X"),)), "X. Take it out of the candidates"),
    (model(equations=(FIRST, Equation(Term("X")))), "X. Delete it from the model or open the data"),
]
FIXED_EFFECTS = [
    (
        model(constraints=((G00, AWAY),)),
        "A constraint names the fixed effect SECTOR in the equation of SES, which is not in the",
    ),
    (model(constraints=((G01,),)), "at least two fixed effects equal; there is only the fixed"),
    (model(constraints=((),)), "at least two fixed effects equal; there is none"),
    (model(constraints=((G01, G01),)), "there is only the fixed effect SECTOR"),
    (
        model(constraints=((G00, G01), (G01, G10))),
        "The fixed effect SECTOR in the equation of INTRCPT1 stands in two constraints",
    ),
    (contrasted(), "Hypothesis 1 has no contrast"),
    (
        contrasted(((AWAY, 2.0),)),
        "Hypothesis 1 names the fixed effect SECTOR in the equation of SES",
    ),
    (contrasted(((G00, 0.0),)), "Hypothesis 1 has a contrast of zeros only"),
    (contrasted(()), "Hypothesis 1 has a contrast of zeros only"),
    (contrasted(((G00, NAN),)), "Hypothesis 1 has a weight that is no number"),
    (
        contrasted(((G00, 2.0), (G10, -2.0)), constraints=((G00, G10),)),
        "Hypothesis 1 has a contrast between fixed effects that a constraint makes equal",
    ),
]
VARIANCES = [
    (settings(fixed_sigma2=0.0), "sigma^2 is fixed at 0, but a variance is more than 0"),
    (settings(fixed_sigma2=NAN), "sigma^2 is fixed at nan"),
    (
        replace(settings(fixed_sigma2=2.0), weighting=Weighting(known_variance="WT")),
        "The level-1 variances are known (WT), so that no sigma^2 is left to be fixed",
    ),
    (weighted(known_variance="WT", precision="FEMALE"), "cannot have precision weights (FEMALE)"),
    (
        replace(settings(fixed_sigma2=2.0), variance_predictors=(FEMALE, SIZE)),
        "fixed at 2, so that nothing can predict it. Take the predictors of level-1 variance out (",
    ),
    (
        replace(weighted(known_variance="WT"), variance_predictors=(FEMALE,)),
        "The level-1 variance is known (WT), so that nothing can predict it",
    ),
    (
        replace(settings(fixed_sigma2=2.0), variance_candidates=(SIZE,)),
        "Take the candidates for level-1 variance out (SIZE)",
    ),
    (
        model(variance_predictors=(SIZE,), variance_candidates=(SIZE,)),
        "SIZE is a predictor of level-1 variance and a candidate for one",
    ),
    (model(variance_candidates=(SIZE, SIZE)), "SIZE stands twice among the candidates for level-1"),
    (model(variance_candidates=(VariancePredictor("Y"),)), "Y is an outcome and a candidate"),
    (
        model(plausible_values=("Y", "Y2"), variance_candidates=(VariancePredictor("Y2"),)),
        "Y2 is an outcome and a candidate",
    ),
    (weighted(level1=Weight("Y")), "Y is an outcome and in the weighting"),
    (
        replace(weighted(precision="Y2"), plausible_values=("Y", "Y2")),
        "Y2 is an outcome and in the weighting",
    ),
    (
        equations(PREDICTOR, OUTCOME | {"random": False}),
        "SES is the outcome of a latent variable regression, but its coefficient has no random",
    ),
    (equations({}, OUTCOME), "needs at least one outcome and one predictor"),
    (equations(PREDICTOR, PREDICTOR), "needs at least one outcome and one predictor"),
    (
        equations(PREDICTOR, OUTCOME | {"covaries": False}),
        "SES cannot be regressed on INTRCPT1: their covariance in Tau is set to 0",
    ),
    (
        replace(equations(PREDICTOR, OUTCOME), settings=Settings(diagonal_tau=True)),
        "SES cannot be regressed on INTRCPT1",
    ),
]
OTHERS = [
    (model(plausible_values=("Y2", "SIZE")), "The outcome Y is not among the plausible values"),
    (model(plausible_values=("Y",)), "at least two variables; there is only Y"),
    (model(plausible_values=("Y", "Y2", "Y2")), "Y2 stands twice among the plausible values"),
    (model(plausible_values=("Y", "SES")), "SES is a plausible value of the outcome and a pred"),
    (
        model(plausible_values=("Y", "Y2"), variance_predictors=(VariancePredictor("Y2"),)),
        "Y2 is a plausible value of the outcome and a predictor",
    ),
    (
        equations({"candidates": ("SECTOR",)}, {}),
        "SECTOR is a predictor in the equation of INTRCPT1 already",
    ),
    (
        equations({"candidates": ("SIZE", "SIZE")}, {}),
        "SIZE stands twice in the exploratory analysis of INTRCPT1",
    ),
    (settings(bootstrap=1), "A bootstrap of 1 says nothing"),
    (settings(bootstrap=-5), "A bootstrap of -5 says nothing"),
    (settings(seed=-1), "The seed of the bootstrap is -1"),
    (settings(comparison=Comparison(3.0, 0)), "compared with has 0 parameters"),
    (settings(comparison=Comparison(NAN, 1)), "deviance of the model to be compared with"),
    (settings(max_iterations=0), "number of iterations must be at least 1"),
    (
        replace(settings(bootstrap=99), weighting=Weighting(level2=Weight("SIZE"))),
        "Design weights do not go with bootstrap samples: these need a likelihood",
    ),
    (
        replace(
            settings(
                bootstrap=99,
                profile_intervals=True,
                degrees_of_freedom=DegreesOfFreedom.SATTERTHWAITE,
            ),
            weighting=Weighting(level1=Weight("WT")),
        ),
        "go with profile-likelihood intervals, bootstrap samples and Satterthwaite degrees of",
    ),
]


@pytest.mark.parametrize(("spec", "words"), UNKNOWN + FIXED_EFFECTS + VARIANCES + OTHERS)
def test_what_is_wrong_is_named_with_a_remedy(spec, words):
    found = [each.message for each in problems(spec, KNOWN)]
    named = [each for each in found if words in each]
    assert len(named) == 1, found
    assert named[0].count(".") > 1
    assert named[0].endswith(".")


def test_a_variable_is_missed_once():
    equation = replace(FIRST, predictors=(Term("W"),), candidates=("W",))
    spec = model(equations=(equation,), deletion=((2, "W"),))
    missing = [each for each in problems(spec, KNOWN) if "have no" in each.message]
    assert [each.variable for each in missing] == ["W"]
