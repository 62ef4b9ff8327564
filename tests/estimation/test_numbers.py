"""The numbers of the example, High School & Beyond, to every digit that is known.

MATHACH on FEMALE (uncentred), both coefficients random; then ln σ² = α0 + α1 FEMALE.
Source, unless another stands beside a number: the optimum of the likelihood to full precision
(scaled gradient below 1e-26, `chk_seed_exact`), which nlme and glmmTMB confirm.  "Printed" are
the numbers of HLM 7's documentation of heterogeneous level-1 variance (example HSB2.HLM),
asserted where HLM had converged.  -2 log L and deviances hold to 1e-5, estimates to 2e-6,
standard errors to 1e-6.
"""

import cases
import fits
import numpy as np
import pytest
from numpy.testing import assert_allclose

from estimation.spec import edits

EXACT = cases.load("chk_seed_exact")
M2LL, ESTIMATE, SE = ({"rtol": 0, "atol": atol} for atol in (1e-5, 2e-6, 1e-6))


@pytest.fixture(scope="module")
def full():
    return fits.analysis("het_hsb_female_rs_ml")


@pytest.fixture(scope="module")
def restricted():
    case = cases.load("het_hsb_female_rs_ml")
    case["model"]["estimation"] = "REML"
    return fits.run(fits.data(case), fits.spec(case))


def each(items, field):
    return [getattr(item, field) for item in items]


def printed(value, text):
    """Whether the value rounds to the printed digits."""
    decimals = len(text.partition(".")[2])
    return f"{value:.{decimals}f}" == text


# The homogeneous solution, full maximum likelihood


def test_homogeneous_fit_statistics(full):
    solution = full.homogeneous
    assert solution.n_parameters == 6
    assert_allclose(solution.m2ll, 47051.300600, **M2LL)
    assert_allclose(solution.deviance, 47049.462723, **M2LL)
    assert printed(solution.deviance, "47049.46272")  # printed: 47049.46273
    assert_allclose(solution.log_likelihood, -47051.300600 / 2, **M2LL)
    assert_allclose(solution.aic, 47051.300600 + 12, **M2LL)
    assert_allclose(solution.bic, 47051.300600 + 6 * np.log(7185), **M2LL)


def test_homogeneous_fixed_effects(full):
    fixed = full.homogeneous.fixed
    assert each(fixed, "symbol") == ["G00", "G10"]
    assert_allclose(each(fixed, "est"), [13.345657, -1.381425], **ESTIMATE)
    assert_allclose(each(fixed, "se"), [0.261029, 0.185900], **SE)
    assert_allclose(each(fixed, "se_robust"), [0.261029, 0.185900], **SE)
    assert each(fixed, "df") == [159, 159]
    assert all(map(printed, each(fixed, "t_robust"), ["51.127", "-7.431"]))  # printed
    assert max(each(fixed, "p") + each(fixed, "p_robust")) < 0.001


def test_robust_equals_model_standard_error_where_x_is_z(full):
    """Full ML, X = Z, interior optimum: an identity, which HLM's early stop breaks."""
    for solution in (full.homogeneous, full.heterogeneous):
        assert_allclose(solution.fixed_cov_robust, solution.fixed_cov, rtol=1e-8)


def test_homogeneous_variances(full):
    solution = full.homogeneous
    assert_allclose(solution.tau, [[8.590336, -0.718409], [-0.718409, 0.649282]], **ESTIMATE)
    assert_allclose(solution.sigma2, 38.733033, **ESTIMATE)
    assert_allclose(
        solution.tau_se, [[1.206469445, 0.6372446771], [0.6372446771, 0.5481798354]], **SE
    )
    assert_allclose(solution.sigma2_se, 0.6589355849, **SE)
    assert_allclose(solution.tau_corr, [[1, -0.304193674], [-0.304193674, 1]], **ESTIMATE)


def test_homogeneous_variance_components(full):
    """χ² at the optimum 589.0902 and 140.0006; HLM printed 589.08609 and 139.99921."""
    solution = full.homogeneous
    components = solution.variance_components
    assert_allclose(each(components, "chisq"), [589.0902, 140.0006], rtol=0, atol=5.1e-5)
    assert each(components, "df") == [122, 122]
    assert printed(components[1].p, "0.127")  # printed
    assert_allclose(each(components, "p"), EXACT["cases"]["FML_homogeneous"]["chisq_p"], rtol=1e-4)
    assert_allclose(each(solution.reliability, "value"), [0.800162, 0.146647], atol=1e-6)
    assert solution.units_used == 123
    assert len(solution.units_left_out) == 160 - 123
    assert_allclose(each(components, "sd"), np.sqrt(np.diag(solution.tau)), rtol=1e-14)


# The heterogeneous solution, full maximum likelihood


def test_heterogeneous_fit_statistics(full):
    solution = full.heterogeneous
    assert solution.n_parameters == 7
    assert_allclose(solution.m2ll, 47044.112702, **M2LL)
    assert_allclose(solution.deviance, 47042.274825, **M2LL)
    assert solution.sigma2 is None
    assert solution.sigma2_se is None


def test_variance_model(full):
    """HLM printed its last EM iterate, 3.70390 and -0.09122, but the optimum's SEs."""
    alpha = full.heterogeneous.alpha
    assert each(alpha, "name") == ["INTRCPT1", "FEMALE"]
    assert_allclose(each(alpha, "est"), [3.704005, -0.091313], **ESTIMATE)
    assert_allclose(each(alpha, "se"), [0.0247976, 0.0340887], rtol=0, atol=5.1e-8)
    assert all(map(printed, each(alpha, "se"), ["0.024798", "0.034089"]))  # printed
    assert all(map(printed, each(alpha, "z"), ["149.370", "-2.679"]))
    assert all(map(printed, each(alpha, "p"), ["0.000", "0.007"]))
    assert_allclose(each(alpha, "z"), EXACT["cases"]["FML_heterogeneous"]["z"], rtol=1e-7)
    assert_allclose(alpha[1].p, 0.00739136001, rtol=1e-6)


def test_standard_errors_of_alpha_are_of_the_joint_expected_information(full):
    """Neither the α block alone (.0246893, .0340360) nor the observed information."""
    se = np.array(each(full.heterogeneous.alpha, "se"))
    for other in ([0.0246893, 0.0340360], [0.0247995, 0.0340834]):
        assert np.abs(se - other).min() > 1e-6


def test_sandwich_standard_errors(full):
    robust = each(full.heterogeneous.alpha, "se_robust")
    assert_allclose(robust, EXACT["sandwich_se_of_alpha_FML"]["FEMALE model"], **SE)
    sector = fits.analysis("het_hsb_rb_sector_ml").heterogeneous.alpha
    exact = EXACT["sandwich_se_of_alpha_FML"]["het_hsb_rb_sector_ml"]
    assert_allclose(each(sector, "se_robust"), exact, **SE)


def test_standard_error_of_the_girls_log_variance(full):
    solution = full.heterogeneous
    assert solution.variance_parameters == ("tau00", "tau10", "tau11", "alpha0", "alpha1")
    covariance = solution.variance_cov[3:, 3:]
    assert_allclose(np.sqrt(covariance.sum()), 0.023386, **SE)
    assert_allclose(np.sqrt(covariance.sum()), 0.02338624511, rtol=0, atol=1e-8)
    assert_allclose(
        covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1]), -0.727563512, atol=1e-7
    )


def test_variances_and_ratios(full):
    """exp(α0), exp(α1) as a variance ratio with its interval, exp(α1/2) as an SD ratio."""
    male, female = full.heterogeneous.alpha
    assert_allclose(male.variance, 40.60962491, rtol=1e-7)
    assert_allclose(female.variance_ratio, 0.9127322458, **ESTIMATE)
    assert_allclose(female.variance_ratio_ci, [0.8537427191, 0.9757976658], **ESTIMATE)
    assert_allclose(female.sd_ratio, 0.955370214, **ESTIMATE)
    assert_allclose(female.sd_ratio_ci, np.sqrt([0.8537427191, 0.9757976658]), **ESTIMATE)
    assert (male.variance_ratio, male.variance_ratio_ci, female.variance) == (None, None, None)


def test_variance_cells(full):
    cells = full.heterogeneous.variance_cells
    assert each(cells, "values") == [(0.0,), (1.0,)]
    assert each(cells, "n") == [3390, 3795]
    assert_allclose(each(cells, "sigma2"), [40.60962491, 37.06571414], rtol=1e-7)


def test_heterogeneous_fixed_effects_and_tau(full):
    solution = full.heterogeneous
    assert_allclose(each(solution.fixed, "est"), [13.347292, -1.383631], **ESTIMATE)
    assert_allclose(each(solution.fixed, "se"), [0.261009, 0.185815], **SE)
    assert_allclose(solution.tau, [[8.501000, -0.630174], [-0.630174, 0.628044]], **ESTIMATE)
    assert_allclose(
        each(solution.variance_components, "chisq"), [561.9291, 139.2976], rtol=0, atol=5.1e-5
    )
    assert_allclose(each(solution.reliability, "value"), [0.791145, 0.141985], atol=1e-6)


def test_model_comparison(full):
    """LR 7.187898 (HLM printed 7.18633), Wald 7.175312."""
    test = full.lr_test
    assert_allclose(test.chisq, 7.187898, **M2LL)
    assert test.df == 1
    assert printed(test.p, "0.007")  # printed
    assert_allclose(test.p, 0.0073397, atol=1e-7)  # het_hsb_female_rs_ml
    assert_allclose(full.heterogeneous.alpha[1].z ** 2, 7.175312, atol=1e-6)


# Restricted maximum likelihood, and the full precision of all four fits


def test_restricted_likelihoods(restricted):
    assert_allclose(restricted.homogeneous.m2ll, 47053.864754, **M2LL)
    assert_allclose(restricted.heterogeneous.m2ll, 47046.678074, **M2LL)
    assert restricted.homogeneous.n_parameters == 4
    assert restricted.heterogeneous.n_parameters == 5


@pytest.mark.parametrize("method", ["FML", "REML"])
@pytest.mark.parametrize("form", ["homogeneous", "heterogeneous"])
def test_full_precision(full, restricted, method, form):
    solution = getattr(full if method == "FML" else restricted, form)
    exact = EXACT["cases"][f"{method}_{form}"]
    tau, alpha = fits.estimates(solution)
    se_tau = np.asarray(solution.tau_se)[np.tril_indices(2)]
    assert solution.method.value == method
    assert solution.convergence.converged
    assert solution.convergence.boundary == ()
    assert_allclose(solution.m2ll, exact["m2ll"], rtol=0, atol=1e-7)
    assert_allclose(each(solution.fixed, "est"), exact["gamma"], rtol=0, atol=1e-8)
    assert_allclose(each(solution.fixed, "se"), exact["se_gamma"], rtol=0, atol=1e-8)
    assert_allclose(each(solution.fixed, "se_robust"), exact["se_robust"], rtol=0, atol=1e-8)
    assert_allclose(tau, exact["tau"], rtol=0, atol=1e-7)
    assert_allclose(alpha, exact["alpha"], rtol=0, atol=1e-8)
    assert_allclose(se_tau, exact["se_tau_vech"], rtol=0, atol=1e-7)
    assert_allclose(each(solution.variance_components, "chisq"), exact["chisq"], rtol=0, atol=1e-6)
    assert_allclose(each(solution.reliability, "value"), exact["reliability"], atol=1e-8)


def test_slope_of_female_fixed():
    """-2 log L with τ11 = τ10 = 0 (`chk_seed_exact`, lme4, nlme)."""
    case = cases.load("het_hsb_female_rs_ml")
    spec = edits.toggle_random(fits.spec(case), "FEMALE")
    assert_allclose(fits.run(fits.data(case), spec).homogeneous.m2ll, 47053.32097, **M2LL)


# Degrees of freedom of the t-ratios and of the variance components (HLM 7's rules)


def degrees(name):
    solution = fits.analysis(name).solution
    return {(row.coef, row.predictor): row.df for row in solution.fixed}


def test_degrees_of_freedom_of_equations_with_a_random_effect():
    """J − number of γ in the equation; χ² likewise, of the estimable units."""
    assert set(degrees("het_hsb_rb_sector_ml").values()) == {160 - 3}
    solution = fits.analysis("het_hsb_rb_sector_ml").solution
    assert solution.units_used == 160
    assert each(solution.variance_components, "df") == [160 - 3, 160 - 3]


def test_degrees_of_freedom_of_equations_without_one():
    """N − qJ − number of γ in all equations without u, as a published 1799 = 2000 − 200 − 1."""
    df = degrees("het_exam_lrt_ri_cont_ml")
    assert {df["INTRCPT1", name] for name in ("INTRCPT2", "GIRLSCH", "BOYSCH")} == {65 - 3}
    assert df["STANDLRT", "INTRCPT2"] == df["FEMALE", "INTRCPT2"] == 4059 - 65 - 2
    assert degrees("het_hsb_female_ri_ml")["FEMALE", "INTRCPT2"] == 7185 - 160 - 1


@pytest.mark.parametrize(
    "change", [lambda x: x * 1e6, lambda x: x + 1e6], ids=["times 1e6", "plus 1e6"]
)
def test_the_scale_of_a_variable_changes_nothing(change):
    """SES random, grand-mean centred, and a predictor of the variance: to 1e-6 in −2 log L."""
    case = cases.load("het_hsb_ses_grand_minses_ml")
    data = fits.data(case)
    shifted = fits.with_columns(data, SES=data.level1["SES"] + 1e6 - 1e6)  # the digits that stay
    changed = fits.with_columns(data, SES=change(shifted.level1["SES"]))
    one, two = (fits.run(each, fits.spec(case)) for each in (shifted, changed))
    assert_allclose(two.homogeneous.m2ll, one.homogeneous.m2ll, rtol=0, atol=1e-6)
    assert_allclose(two.heterogeneous.m2ll, one.heterogeneous.m2ll, rtol=0, atol=1e-6)
