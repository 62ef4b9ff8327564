"""Effect sizes against R's lme4 by hand, closed forms, and models that must be the same."""

from dataclasses import replace

import numpy as np
import pytest
import whole
from fits import one_way, read
from inferred import INTERCEPTS, NULL, SLOPES, fitted, fitted_hsb
from scipy.special import expit, logit
from simulate import Sample, model, sample

from estimation.effects import effect_sizes
from estimation.solution import solve
from estimation.spec import INTRCPT1, GammaName, Weight, Weighting

SIZES = [5 + j % 4 for j in range(15)]


def of_hsb(spec):
    return effect_sizes(fitted_hsb(spec), solve(fitted_hsb(NULL)))


@pytest.mark.parametrize(
    ("spec", "marginal", "conditional", "icc"),
    [  # effects.R
        (NULL, 0.0, 0.179310903456, 0.179310903456),
        (INTERCEPTS, 0.1743234611379, 0.2227402682370, 0.0586389522049),
        (SLOPES, 0.1761302046668, 0.2271887401404, None),
    ],
)
def test_explained_variance_of_high_school_and_beyond(spec, marginal, conditional, icc):
    (it,) = of_hsb(spec).explained
    assert (it.values, it.n) == ((), 7185)
    assert it.r2_marginal == pytest.approx(marginal, abs=1e-6)
    assert it.r2_conditional == pytest.approx(conditional, abs=1e-6)
    assert it.icc == (None if icc is None else pytest.approx(icc, abs=1e-6))
    assert (it.icc_ci is None) == (icc is None)


def test_reductions_against_the_null_model():
    """effects.R; Snijders & Bosker's R² by their formulas."""
    intercepts, slopes = of_hsb(INTERCEPTS), of_hsb(SLOPES)
    for it, expected in (
        (intercepts, (0.0544129148127, 0.7304101888974)),
        (slopes, (0.0623463839151, 0.7290061945412)),
    ):
        assert [each.component for each in it.reductions] == ["level-1", INTRCPT1]
        assert [each.proportion for each in it.reductions] == pytest.approx(expected, abs=1e-6)
    assert intercepts.snijders_bosker == pytest.approx((0.175626596763, 0.662612841403), abs=1e-6)
    assert slopes.snijders_bosker is None
    assert effect_sizes(fitted_hsb(INTERCEPTS), None).reductions == ()


def test_standardised_coefficients():
    """effects.R; the intercept has none."""
    found = of_hsb(INTERCEPTS).standardised
    assert (found[0].est, found[0].se) == (None, None)
    est, se = zip(*((each.est, each.se) for each in found[1:]), strict=True)
    assert est == pytest.approx((0.0890281380536, 0.3207757346253, 0.2104405799707), rel=1e-5)
    assert se == pytest.approx((0.0220301462575, 0.0219649261221, 0.0104363089225), rel=1e-5)


def test_the_interval_of_the_icc_in_closed_form():
    """One-way layout of J = 6 × n = 5, ML: F = λ/σ² has Var(ln F) = 2/J + 2/(J (n − 1)).

    λ = σ² + n τ; logit ICC = ln(F − 1) − ln n, so that its derivative by ln F is F/(F − 1).
    """
    it = fitted(read("dyestuff1.csv"), one_way("Y", "FML"))
    (found,) = effect_sizes(it, None).explained
    sigma2, tau = 2451.25, 1388.3333333333  # reference/chk_oneway.json
    F = (sigma2 + 5 * tau) / sigma2
    se = F / (F - 1) * np.sqrt(2 / 6 + 2 / 24)
    middle = logit(tau / (tau + sigma2))
    ends = middle - 1.959963984540054 * se, middle + 1.959963984540054 * se
    assert found.icc == pytest.approx(tau / (tau + sigma2), rel=1e-9)
    assert found.icc_ci == pytest.approx(tuple(expit(ends)), rel=1e-7)


def test_at_a_boundary_the_icc_is_zero_and_has_no_interval():
    drawn = sample(5, SIZES, "zero")
    y = drawn.level1["Y"].copy()
    for j in range(15):
        y[drawn.unit == j] -= y[drawn.unit == j].mean()
    it = fitted(drawn.set1(Y=y).data(), model(level1=(), random=(INTRCPT1,)))
    (found,) = effect_sizes(it, solve(it)).explained
    assert (found.icc, found.icc_ci) == (0, None)
    assert [each.proportion for each in effect_sizes(it, solve(it)).reductions] == [0, None]


def test_patterns_of_the_variance_predictors_each_by_itself():
    drawn = sample(5, SIZES, "full")
    it = fitted(drawn.data(), model(variance=("D",), random=(INTRCPT1,)))
    found = effect_sizes(it, None).explained
    assert [each.values for each in found] == [(0,), (1,)]
    rows_used = whole.of(it.design)
    fitted_values = rows_used.X @ it.gamma
    for each in found:
        rows = rows_used.C[:, 1] == each.values[0]
        fixed, tau = fitted_values[rows].var(), it.tau[0, 0]
        sigma2 = np.exp(it.alpha[0] + it.alpha[1] * each.values[0])
        assert each.n == rows.sum()
        assert each.r2_marginal == pytest.approx(fixed / (fixed + tau + sigma2), rel=1e-12)
        assert each.icc == pytest.approx(tau / (tau + sigma2), rel=1e-12)
        gradient = np.array([1 / tau, -1, -each.values[0]])  # of ln τ00 − α0 − α1 d
        half = 1.959963984540054 * np.sqrt(gradient @ it.variance_cov @ gradient)
        assert logit(each.icc_ci) == pytest.approx(logit(each.icc) + np.array([-half, half]))


def test_the_interval_of_a_pattern_does_not_depend_on_its_coding():
    drawn = sample(5, SIZES, "full")
    spec = model(variance=("D",), random=(INTRCPT1,))
    zero, one = effect_sizes(fitted(drawn.data(), spec), None).explained
    other = drawn.set1(D=1 - drawn.level1["D"])
    first, second = effect_sizes(fitted(other.data(), spec), None).explained
    assert first.icc_ci == pytest.approx(one.icc_ci, rel=1e-6)
    assert second.icc_ci == pytest.approx(zero.icc_ci, rel=1e-6)


def test_no_one_number_for_level1_variances_that_all_differ():
    drawn = sample(5, SIZES, "full")
    null = solve(fitted(drawn.data(), model(level1=(), random=(INTRCPT1,))))
    it = effect_sizes(fitted(drawn.data(), model(variance=("X",), random=(INTRCPT1,))), null)
    assert it.explained is None
    assert [each.component for each in it.reductions] == [INTRCPT1]
    assert it.snijders_bosker is None
    known = drawn.set1(V=np.exp(drawn.level1["D"]))
    spec = replace(model(random=(INTRCPT1,)), weighting=Weighting(known_variance="V"))
    assert effect_sizes(fitted(known.data(), spec), None).explained is None


def test_design_weights_of_units_count_as_repeated_units():
    drawn = sample(5, SIZES, "full")
    times = np.arange(15) % 3 + 1
    weighted = replace(drawn, level2=drawn.level2 | {"B": times.astype(float)})
    spec = model()
    one = effect_sizes(
        fitted(weighted.data(), replace(spec, weighting=Weighting(level2=Weight("B", False)))), None
    )
    parts = [np.flatnonzero(drawn.unit == j) for j, n in enumerate(times) for _ in range(n)]
    rows = np.concatenate(parts)
    unit = np.repeat(np.arange(len(parts)), [part.size for part in parts])
    many = Sample(unit, {name: values[rows] for name, values in drawn.level1.items()})
    (expected,) = effect_sizes(fitted(many.data(), spec), None).explained
    assert one.explained[0].r2_marginal == pytest.approx(expected.r2_marginal, rel=1e-7)
    assert one.explained[0].r2_conditional == pytest.approx(expected.r2_conditional, rel=1e-7)


def test_equal_coefficients_have_no_standardised_one():
    drawn = sample(5, SIZES, "full")
    group = (GammaName("X", "INTRCPT2"), GammaName("D", "INTRCPT2"))
    spec = replace(model(level1=("X", "D"), random=(INTRCPT1,)), constraints=(group,))
    null = solve(fitted(drawn.data(), model(level1=(), random=(INTRCPT1,))))
    found = effect_sizes(fitted(drawn.data(), spec), null).standardised
    assert [each.est for each in found] == [None] * 3


def test_a_model_without_random_effects():
    drawn = sample(5, SIZES, "full")
    it = fitted(drawn.data(), model(random=()))
    (found,) = effect_sizes(it, None).explained
    residual = drawn.level1["Y"] - whole.of(it.design).X @ it.gamma
    assert found.r2_marginal == pytest.approx(1 - residual.var() / drawn.level1["Y"].var())
    assert found.r2_conditional == found.r2_marginal
    assert found.icc is None


def test_where_a_predictor_has_its_zero_changes_nothing():
    drawn = sample(5, SIZES, "full")
    (expected,), (found,) = (
        effect_sizes(fitted(data.data(), model()), None).explained
        for data in (drawn, drawn.set1(X=drawn.level1["X"] + 1e6))
    )
    assert found.r2_conditional == pytest.approx(expected.r2_conditional, abs=1e-7)
