"""Data that bear no estimate: each refusal names the variables concerned and what to do."""

from dataclasses import replace

import numpy as np
import pytest
from simulate import Sample, model, sample

from estimation.analysis import run
from estimation.errors import DataError, NumericalError, SpecError
from estimation.spec import INTRCPT1, INTRCPT2, Centring, GammaName, Weight, Weighting

SIZES = [4, 6, 5, 7, 4, 8, 5, 6]
J = len(SIZES)
NORMAL = np.random.default_rng(2).normal(size=(J, J))


@pytest.fixture
def drawn():
    return sample(1, SIZES, "full")


def refused(drawn, spec, kind, *words):
    """The run ends with an error of that kind in which each of the words stands."""
    with pytest.raises(kind) as refusal:
        run(drawn.data(), spec)
    for word in words:
        assert word in str(refusal.value)


def level2(drawn, **columns):
    return replace(drawn, level2=drawn.level2 | columns)


def intercept_only(**more):
    return model(random=("INTRCPT1",), **more)


@pytest.mark.parametrize(
    ("column", "spec", "named"),
    [
        (lambda s: 2 * s.level1["X"] + 3, {}, ("equation of INTRCPT1", "equation of X")),
        (lambda s: s.level1["X"] - 2 * s.level1["D"], {"level1": ("X", "D")}, ("of X", "of D")),
        (lambda s: s.level1["X"] * s.spread("W"), {"level2": ("W",)}, ("W in the equation of X",)),
        (lambda s: s.spread("W"), {"level2": ("W",)}, ("W in the equation of INTRCPT1",)),
        (lambda s: 5 + 0 * s.level1["X"], {}, ("INTRCPT2 in the equation of INTRCPT1",)),
    ],
    ids=["level 1", "three of level 1", "cross-level", "level 2 as level 1", "constant"],
)
def test_a_level_1_predictor_that_repeats_others(drawn, column, spec, named):
    spec = {"level1": ("X",)} | spec
    asked = intercept_only(**spec | {"level1": (*spec["level1"], "T")})
    refused(
        drawn.set1(T=column(drawn)), asked, SpecError, "equation of T", "repeats", "Take", *named
    )


def test_a_level_2_predictor_that_repeats_another(drawn):
    twice = level2(drawn, V=3 * drawn.level2["W"] - 1)
    named = ("V in the equation of INTRCPT1 repeats", "W in the equation of INTRCPT1", "Take one")
    refused(twice, intercept_only(level2=("W", "V")), SpecError, *named)


def test_a_random_effect_that_repeats_another(drawn):
    spec = model(level1=("X", "T"), random=("INTRCPT1", "X", "T"))
    without = (*spec.equations[:2], replace(spec.equations[2], intercept=False))
    twice = drawn.set1(T=2 * drawn.level1["X"] + 3)
    named = ("random effect of T repeats", "random effect of X", "Take one")
    refused(twice, replace(spec, equations=without), SpecError, *named)


def test_as_many_level_2_predictors_as_units(drawn):
    names = tuple(f"W{p}" for p in range(J))
    full = level2(drawn, **dict(zip(names, NORMAL, strict=True)))
    refused(full, intercept_only(level2=names), SpecError, "W7 in the equation", "W0", "Take one")


def test_level_2_predictors_that_leave_no_unit_over(drawn):
    """With one fewer the predictors fit the units' means: REML has nothing left for τ."""
    names = tuple(f"W{p}" for p in range(J - 1))
    full = level2(drawn, **dict(zip(names, NORMAL, strict=False)))
    words = ("effect of INTRCPT1", "8 units are too few", "take level-2 predictors out")
    refused(full, intercept_only(level1=(), level2=names, reml=True), NumericalError, *words)


@pytest.mark.parametrize("name", ["K", "2:K"])
def test_a_constant_variance_predictor(drawn, name):
    constant = level2(drawn.set1(K=np.full(drawn.unit.size, 7e5)), K=np.full(J, 1e-5))
    refused(constant, model(variance=(name,)), SpecError, "K is constant", "Take it out")


def test_variance_predictors_that_repeat_one_another(drawn):
    dummies = drawn.set1(G1=1 - drawn.level1["G2"] - drawn.level1["G3"])
    words = ("G3 in the level-1 variance model repeats", "G1 in", "G2 in", "Take one")
    refused(dummies, model(variance=("G1", "G2", "G3")), SpecError, *words)


def test_an_outcome_with_one_value(drawn):
    refused(
        drawn.set1(Y=np.full(drawn.unit.size, 0.1)),
        model(),
        DataError,
        "outcome Y is constant",
        "Choose another",
    )


@pytest.mark.parametrize("of", ["X", "W"])
def test_an_outcome_that_the_fixed_effects_repeat(drawn, of):
    values = drawn.spread("W") if of == "W" else drawn.level1["X"]
    words = ("reproduce the outcome Y", "Take the predictor out")
    refused(drawn.set1(Y=1 + 2 * values), model(level2=("W",)), NumericalError, *words)


@pytest.mark.parametrize("reml", [False, True], ids=["ML", "REML"])
def test_an_outcome_with_one_value_in_each_unit(drawn, reml):
    words = ("no maximum", "Y has the same value in all rows of each unit", "Choose an outcome")
    refused(drawn.set1(Y=drawn.spread("W")), intercept_only(reml=reml), NumericalError, *words)


def test_one_unit(drawn):
    words = ("one level-2 unit (ID 1)", "linking variable")
    refused(sample(1, [9], "full"), model(), DataError, *words)
    y = np.where(drawn.unit == 0, drawn.level1["Y"], np.nan)
    refused(drawn.set1(Y=y), model(), DataError, *words)


@pytest.mark.parametrize("reml", [False, True], ids=["ML", "REML"])
def test_one_row_a_unit_does_not_separate_the_two_levels(reml):
    words = ("random effect of INTRCPT1", "level-1 variance", "too few rows", "Switch off")
    ones = sample(1, [1] * 30, "full")
    refused(ones, intercept_only(reml=reml), NumericalError, *words)
    assert run(ones.data(), model(random=(), reml=reml)).converged


def test_more_random_effects_than_the_rows_of_a_unit_bear():
    """Two rows a unit, at 0 and 1 of X in each: three variances in τ and σ² of three moments."""
    pairs = sample(1, [2] * 30, "full").set1(X=np.tile([0.0, 1.0], 30))
    refused(pairs, model(), NumericalError, "effect of X", "level-1 variance", "Switch off")


def test_a_random_slope_of_a_variable_that_varies_in_no_unit(drawn):
    dummy = drawn.set1(X=drawn.spread("S"))
    words = ("variance of the random effect of X", "does not vary within", "Switch off")
    refused(dummy, model(), NumericalError, *words)


def test_fewer_rows_than_fixed_effects():
    few = level2(sample(1, [1, 1, 2], "full"), W=np.arange(3.0))
    words = ("6 fixed effects but only 4 complete rows", "Take predictors out")
    refused(few, intercept_only(level1=("X", "D"), level2=("W",)), NumericalError, *words)


@pytest.mark.parametrize("random", [(), ("INTRCPT1",), ("INTRCPT1", "X")], ids=["q0", "q1", "q2"])
def test_a_variance_cell_of_one_row_has_no_maximum_under_full_likelihood(drawn, random):
    one = drawn.set1(ONE=(np.arange(drawn.unit.size) == 3) * 1.0)
    words = ("no maximum", "1 row of unit 1", "Take ONE out")
    refused(one, model(variance=("ONE",), random=random), NumericalError, *words)


def test_a_variance_cell_that_the_fixed_effects_follow_without_random_effects():
    """τ = 0 and γ through the one row of the second unit: −2 log L falls by 1 for 1 in ln σ²."""
    two = Sample(
        np.array([0, 0, 0, 0, 1]),
        {"Y": np.array([1.0, 2.5, 1.9, 4.0, 3.3]), "X": np.array([0.2, 1.0, -0.5, 0.9, 2.0])},
        {"S": np.array([0.0, 1.0])},
    )
    words = ("no maximum", "S", "1 row of unit 2", "Take S out")
    refused(two, intercept_only(variance=("2:S",)), NumericalError, *words)


def test_a_variance_cell_without_residuals(drawn):
    floor = drawn.set1(Y=np.where(drawn.level1["D"] == 1, 1.0, drawn.level1["Y"]))
    words = ("no maximum", "D in the level-1 variance model", "Take D out")
    refused(floor, intercept_only(level1=("D",), variance=("D",)), NumericalError, *words)


@pytest.mark.parametrize("name", ["Y", "X", "D"])
def test_an_infinite_value(drawn, name):
    values = drawn.level1[name].copy()
    values[3] = np.inf
    spec = model(variance=("D",))
    refused(drawn.set1(**{name: values}), spec, DataError, name, "infinite values", "Leave")


@pytest.mark.parametrize("reml", [False, True], ids=["ML", "REML"])
@pytest.mark.parametrize("sigma2", [5e-324, 1e-16, 1e-10, 1e8, 1e300])
def test_a_given_level_1_variance_out_of_all_proportion_is_refused(drawn, sigma2, reml):
    spec = model(reml=reml)
    spec = replace(spec, settings=replace(spec.settings, fixed_sigma2=sigma2))
    refused(drawn, spec, DataError, f"given, {sigma2:g}, is", "units of Y squared")


def test_known_variances_out_of_all_proportion_are_refused(drawn):
    spec = replace(model(), weighting=Weighting(known_variance="V"))
    tiny = drawn.set1(V=np.full(len(drawn.unit), 1e-20))
    refused(tiny, spec, DataError, "known level-1 variances", "units of Y squared")


def test_one_known_variance_may_be_tiny(drawn):
    """The limit of a row without error is approached smoothly."""

    def m2ll(variance):
        V = np.where(np.arange(len(drawn.unit)) == 3, variance, 1.0)
        weighting = Weighting(known_variance="V")
        return run(drawn.set1(V=V).data(), replace(model(), weighting=weighting)).solution.m2ll

    assert m2ll(1e-6) == pytest.approx(m2ll(1e-5), abs=1e-3)
    assert m2ll(1e-9) == pytest.approx(m2ll(1e-6), abs=1e-3)


def test_design_weights_that_add_up_to_little_are_suspected(drawn):
    weight = Weight("P", normalised=False)
    spec = replace(model(), weighting=Weighting(level1=weight))
    refused(
        drawn.set1(P=np.full(len(drawn.unit), 1e-6)), spec, NumericalError, "should be normalised"
    )


def test_a_predictor_that_is_zero_throughout_is_refused_if_its_coefficient_is_set_equal(drawn):
    constant = drawn.set1(K=0.1 * (drawn.unit + 1))
    spec = model(level1=("X", "K"), random=(INTRCPT1,), centring=Centring.GROUP)
    group = (GammaName("X", INTRCPT2), GammaName("K", INTRCPT2))
    refused(constant, replace(spec, constraints=(group,)), SpecError, "K is zero in every row")
