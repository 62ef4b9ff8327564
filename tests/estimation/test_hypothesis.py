"""Wald tests against R's car, and against what must be the same test; the test by deviances."""

from dataclasses import replace
from math import log, pi

import numpy as np
import pytest
from inferred import SLOPES, fitted, fitted_hsb
from simulate import model, sample

from estimation.examples import lesson_spec
from estimation.hypothesis import compare, general_linear, joint_alpha
from estimation.spec import INTRCPT1, INTRCPT2, Comparison, GammaName, Hypothesis, Scale

SECTOR, MEANSES = GammaName(INTRCPT1, "SECTOR"), GammaName(INTRCPT1, "MEANSES")
CROSS = GammaName("SES", "SECTOR")
INTERCEPT, SLOPE = GammaName(INTRCPT1, INTRCPT2), GammaName("X", INTRCPT2)
SIZES = [5 + j % 4 for j in range(15)]


def wald_of(it, *contrasts):
    (test,) = general_linear(it, (Hypothesis(tuple(contrasts)),))
    return test


def test_contrasts_as_car_tests_them():
    """Numbers of effects.R: car::linearHypothesis(lmer, test = "Chisq"), sandwich by hand."""
    it = fitted_hsb(SLOPES)
    test = wald_of(it, ((SECTOR, 1.0),), ((CROSS, 1.0),))
    assert (test.chisq, test.df) == (pytest.approx(54.1081915276, rel=1e-5), 2)
    assert test.p == pytest.approx(1.78055542496e-12, rel=1e-4)
    assert test.estimates == pytest.approx((1.25256453381, -1.34810474160), rel=1e-5)
    assert test.chisq_robust == pytest.approx(48.935410093103, rel=1e-5)
    assert test.ses_robust == pytest.approx((0.309274454489, 0.231773695799), rel=1e-6)
    difference = wald_of(it, ((SECTOR, 1.0), (MEANSES, -2.0)))
    assert difference.chisq == pytest.approx(109.235740070, rel=1e-5)
    assert difference.contrasts == ((0, 1, -2, 0, 0),)


def test_one_contrast_is_the_square_of_its_ratio():
    it = fitted_hsb(SLOPES)
    test = wald_of(it, ((MEANSES, 3.0),))
    assert test.chisq == pytest.approx((test.estimates[0] / test.ses[0]) ** 2, rel=1e-12)
    assert test.chisq_robust == pytest.approx(
        (test.estimates[0] / test.ses_robust[0]) ** 2, rel=1e-12
    )


def test_contrasts_that_follow_from_others_add_no_degree_of_freedom():
    it = fitted_hsb(SLOPES)
    two = wald_of(it, ((SECTOR, 1.0),), ((CROSS, 1.0),))
    more = wald_of(it, ((SECTOR, 1.0),), ((SECTOR, 1 / 3), (CROSS, -2.0)), ((CROSS, 1e6),))
    assert more.df == 2
    assert more.chisq == pytest.approx(two.chisq, rel=1e-12)
    assert more.chisq_robust == pytest.approx(two.chisq_robust, rel=1e-12)
    assert len(more.estimates) == 3


def test_a_contrast_that_a_constraint_makes_true_contributes_nothing():
    drawn = sample(6, SIZES, "full")
    group = (SLOPE, GammaName("D", INTRCPT2))
    spec = replace(model(level1=("X", "D"), random=(INTRCPT1,)), constraints=(group,))
    it = fitted(drawn.data(), spec)
    true = ((group[0], 1.0), (group[1], -1.0))
    test = wald_of(it, true, ((SLOPE, 1.0),), ((group[1], 1.0),))
    assert test.df == 1
    assert test.ses[0] == 0
    assert test.chisq == pytest.approx(it.gamma[1] ** 2 / it.gamma_cov[1, 1], rel=1e-12)
    nothing = wald_of(it, true)
    assert (nothing.chisq, nothing.df, nothing.p) == (0, 0, 1)
    assert (nothing.chisq_robust, nothing.p_robust) == (0, 1)


def test_a_predictor_far_from_zero_costs_no_digits():
    """That intercept and slope are both 0 says the same wherever the predictor has its zero."""
    drawn = sample(6, SIZES, "full")
    spec = model(random=(INTRCPT1,))
    both = ((INTERCEPT, 1.0),), ((SLOPE, 1.0),)
    near = wald_of(fitted(drawn.data(), spec), *both)
    far = wald_of(fitted(drawn.set1(X=drawn.level1["X"] + 1e6).data(), spec), *both)
    assert far.df == near.df == 2
    assert far.chisq == pytest.approx(near.chisq, rel=1e-7)
    assert far.chisq_robust == pytest.approx(near.chisq_robust, rel=1e-7)


def test_too_few_units_leave_no_robust_test():
    it = fitted(sample(6, [8, 8, 8], "full").data(), model(random=(INTRCPT1,), level1=("X", "D")))
    every = [((GammaName(name, INTRCPT2), 1.0),) for name in (INTRCPT1, "X", "D")]
    test = wald_of(it, *every)
    assert (test.df, test.ses_robust, test.chisq_robust, test.p_robust) == (3, None, None, None)
    assert wald_of(it, *every[:2]).chisq_robust > 0


def test_alphas_jointly():
    """The lesson's (α1/SE)², in exact arithmetic 7.175312; and a factor however it is coded."""
    assert joint_alpha(fitted_hsb(lesson_spec())).chisq == pytest.approx(7.175312, abs=5e-7)
    assert joint_alpha(fitted_hsb(SLOPES)) is None
    drawn = sample(6, SIZES, "full")
    factor = fitted(drawn.data(), model(variance=("G2", "G3")))
    other = drawn.set1(G1=1 - drawn.level1["G2"] - drawn.level1["G3"])
    recoded = joint_alpha(fitted(other.data(), model(variance=("G1", "G3"))))
    assert recoded.df == 2
    assert joint_alpha(factor).chisq == pytest.approx(recoded.chisq, rel=1e-6)


def test_alphas_at_a_boundary_have_their_test():
    drawn = sample(6, SIZES, "zero")
    assert joint_alpha(fitted(drawn.data(), model(variance=("D",)))).df == 1


def test_another_model_on_either_scale():
    test = compare(100.0, 6, Comparison(95.0, 8, Scale.M2LL)).test
    assert (test.chisq, test.df) == (5, 2)
    assert test.p == pytest.approx(np.exp(-2.5), rel=1e-14)
    smaller = compare(100.0, 6, Comparison(104.0, 5))
    assert smaller.m2ll == 104 + log(2 * pi)
    assert (smaller.test.chisq, smaller.test.df) == (pytest.approx(smaller.m2ll - 100), 1)


def test_a_deviance_that_was_rounded_may_lie_below_by_its_digits():
    assert compare(100.00001, 6, Comparison(100.0, 5, Scale.M2LL)).test.chisq == 0


def test_no_test_without_sense():
    equal = compare(100.0, 6, Comparison(90.0, 6, Scale.M2LL))
    assert equal.test is None
    assert "Both models have 6 parameters" in equal.note
    for worse in (compare(100.0, 7, Comparison(99.0, 6, Scale.M2LL)),
                  compare(99.0, 5, Comparison(100.0, 6, Scale.M2LL))):  # fmt: skip
        assert worse.test is None
        assert "larger by 1.000000" in worse.note
