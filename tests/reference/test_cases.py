"""Every reference case within its own tolerances, and to the digits printed where HLM converged."""

import re
from dataclasses import replace

import cases
import fits
import numpy as np
import pytest
from dense import Data, Dense, vech
from designs import design
from numpy.testing import assert_allclose
from scipy.optimize import minimize

from estimation.analysis import run
from estimation.constants import LN_2PI
from estimation.errors import NumericalError
from estimation.spec import VariancePredictor

HETEROGENEOUS = cases.named("het_*")
PUBLISHED = [name for name in cases.named("pub_*") if "ols" not in name]
BOUNDARY = cases.named("chk_boundary_*")
BALANCED = cases.named("chk_balanced_*")


def each(items, field):
    return [getattr(item, field) for item in items]


def expected_fixed(case, solution, field):
    """A field of the case's fixed effects in the order of the solution's."""
    found = {(row["coef"], row["predictor"]): row[field] for row in case["expected"]["fixed"]}
    return [found.pop((row.coef, row.predictor)) for row in solution.fixed]


def column(items, field):
    return [item[field] for item in items]


@pytest.mark.parametrize("name", HETEROGENEOUS)
class TestHeterogeneous:
    def test_fixed_effects(self, name):
        case, solution = cases.load(name), fits.analysis(name).heterogeneous
        tolerance = case["tolerance"]
        compare = {"se": "se", "se_robust_cr0": "se_robust"}
        fixed = expected_fixed(case, solution, "est")
        assert_allclose(each(solution.fixed, "est"), fixed, rtol=tolerance["fixed_rel"])
        for theirs, ours in compare.items():
            assert_allclose(
                each(solution.fixed, ours),
                expected_fixed(case, solution, theirs),
                rtol=tolerance["fixed_se_rel"],
            )

    def test_tau(self, name):
        case, solution = cases.load(name), fits.analysis(name).heterogeneous
        expected, tolerance = case["expected"], case["tolerance"]
        assert_allclose(solution.tau, expected["tau"], rtol=tolerance["tau_rel"])
        se = expected["tau_se_expected_info"] or restricted_se(name, "se_tau_vech")
        assert_allclose(
            vech(solution.tau_se), np.ravel(se), rtol=tolerance["alpha_se_expected_rel"]
        )

    def test_alpha(self, name):
        case, solution = cases.load(name), fits.analysis(name).heterogeneous
        alpha, tolerance = case["expected"]["alpha"], case["tolerance"]
        assert each(solution.alpha, "name") == column(alpha, "name")
        assert_allclose(
            each(solution.alpha, "est"), column(alpha, "est"), atol=tolerance["alpha_abs"], rtol=0
        )
        se = column(alpha, "se_expected_info")
        se = restricted_se(name, "se_alpha_expected") if None in se else se
        assert_allclose(each(solution.alpha, "se"), se, rtol=tolerance["alpha_se_expected_rel"])

    def test_fit_statistics(self, name):
        case, analysis = cases.load(name), fits.analysis(name)
        expected, tolerance = case["expected"], case["tolerance"]["m2ll"]
        solution, full = analysis.heterogeneous, case["model"]["estimation"] == "FML"
        assert_allclose(solution.m2ll, expected["m2ll"], rtol=0, atol=tolerance)
        parameters = expected["n_parameters_ml" if full else "n_parameters_cov"]
        assert solution.n_parameters == parameters
        assert_allclose(
            analysis.lr_test.chisq, expected["lr_test"]["chisq"], rtol=0, atol=2 * tolerance
        )
        assert analysis.lr_test.df == expected["lr_test"]["df"]
        assert_allclose(analysis.lr_test.p, expected["lr_test"]["p"], rtol=2e-3)
        assert (analysis.n_level1, analysis.n_level2) == (
            case["data"]["n_level1"],
            case["data"]["n_level2"],
        )

    def test_homogeneous_solution(self, name):
        case, solution = cases.load(name), fits.analysis(name).homogeneous
        expected, tolerance = case["expected"]["homogeneous"], case["tolerance"]
        assert_allclose(solution.m2ll, expected["m2ll"], rtol=0, atol=tolerance["m2ll"])
        assert_allclose(solution.sigma2, expected["sigma2"], rtol=tolerance["tau_rel"])
        assert_allclose(solution.tau, expected["tau"], rtol=tolerance["tau_rel"])
        assert_allclose(each(solution.fixed, "est"), expected["fixed"], rtol=tolerance["fixed_rel"])
        assert_allclose(
            each(solution.fixed, "se"), expected["fixed_se"], rtol=tolerance["fixed_se_rel"]
        )
        fixed = 0 if case["model"]["estimation"] == "FML" else len(solution.fixed)
        assert solution.n_parameters == expected["n_parameters_ml"] - fixed
        assert solution.alpha is None


def restricted_se(name, field):
    return cases.load("chk_reml_se")["cases"][name][field]


@pytest.mark.parametrize("name", cases.load("chk_reml_se")["cases"])
def test_expected_information_to_full_precision(name):
    exact = cases.load("chk_reml_se")["cases"][name]
    solution = fits.analysis(name).heterogeneous
    assert_allclose(solution.m2ll, exact["m2ll"], rtol=0, atol=1e-8)
    assert_allclose(each(solution.alpha, "est"), exact["alpha"], rtol=0, atol=2e-8)
    assert_allclose(vech(solution.tau), exact["tau_vech"], rtol=1e-6)
    assert_allclose(each(solution.alpha, "se"), exact["se_alpha_expected"], rtol=1e-6)
    assert_allclose(vech(solution.tau_se), exact["se_tau_vech"], rtol=1e-6)


# Published output


def flat(analysis):
    """The numbers of the run under the names that `reference_converged` and `r_check` use."""
    solution = analysis.solution
    numbers = dict(_fixed(solution)) | dict(_tau(solution))
    numbers |= {"m2ll": solution.m2ll, "m2ll_minus_log2pi": solution.deviance}
    numbers["reml_criterion"] = solution.m2ll
    if analysis.lr_test:
        numbers["lr_chisq"] = analysis.lr_test.chisq
        for k, alpha in enumerate(solution.alpha):
            numbers |= {f"alpha{k}": alpha.est, f"alpha_se{k}": alpha.se}
    else:
        numbers |= {"sigma2": solution.sigma2, "sigma2_se": solution.sigma2_se}
        numbers["sd_r"] = np.sqrt(solution.sigma2)
    return numbers


def _fixed(solution):
    for row in solution.fixed:
        for field in ("est", "se", "t", "se_robust", "t_robust"):
            yield f"{row.coef}.{row.predictor}.{field}", getattr(row, field)


def _tau(solution):
    for a, component in enumerate(solution.variance_components):
        yield f"sd_u{a}", component.sd
        yield f"chisq_u{a}", component.chisq
        yield f"chisq_p_u{a}", component.p
        yield f"reliability{a}", solution.reliability[a].value
        for b in range(a, len(solution.tau)):
            yield f"tau{a}{b}", solution.tau[a, b]
            yield f"tau_se{a}{b}", solution.tau_se[a, b]
            yield f"tau_corr{a}{b}", solution.tau_corr[a, b]


KINDS = (  # start or end of a name -> its tolerance; R's own optimisers stop near 1e-6
    ("chisq_p", {"rtol": 1e-3}),
    ("chisq", {"rtol": 1e-6}),
    ("reliability", {"atol": 1e-6, "rtol": 0}),
    ("lr_chisq", {"atol": 1e-5, "rtol": 0}),
    ("m2ll", {"atol": 1e-6, "rtol": 0}),
    ("reml_criterion", {"atol": 1e-6, "rtol": 0}),
    ("alpha", {"atol": 1e-6, "rtol": 0}),
    ("tau", {"rtol": 1e-4}),
    ("sd_u", {"rtol": 1e-4}),
    ("", {"rtol": 2e-6}),
)


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_cases_converged(name):
    """Sharper than the case's own tolerance block, which allows for HLM's early stop."""
    numbers = flat(fits.analysis(name))
    for key, value in cases.load(name)["reference_converged"].items():
        if key != "deviance":  # on the scale of its printout: test_published_deviances
            tolerance = next(each for start, each in KINDS if key.startswith(start))
            assert_allclose(numbers[key], value, **tolerance, err_msg=key)


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_digits_where_the_program_had_converged(name):
    case, numbers = cases.load(name), flat(fits.analysis(name))
    checks = case["r_check"].items()
    converged = [key for key, check in checks if check["verdict"].endswith("every printed digit")]
    assert converged
    for key in converged:
        printed = case["r_check"][key]["published"]
        decimals = len(repr(printed).partition(".")[2])
        assert_allclose(numbers[key], printed, rtol=0, atol=0.5001 * 10.0**-decimals, err_msg=key)


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_numbers_are_as_near_as_the_peer_found(name):
    """HLM's unconverged digits too, to the 1e-3 or 1e-2 of their size that its stop allows."""
    case, numbers = cases.load(name), flat(fits.analysis(name))
    for key, check in case["r_check"].items():
        found = re.fullmatch(r"agrees to (1e-\d) relative", check["verdict"])
        if found and key != "deviance":
            assert_allclose(numbers[key], check["published"], rtol=float(found[1]), err_msg=key)


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("pub_hlm_hsb_female_fml_homogeneous", "seed FEMALE random, homogeneous and heterogeneous"),
        (
            "pub_hlm_hsb_female_fml_heterogeneous",
            "seed FEMALE random, homogeneous and heterogeneous",
        ),
        ("pub_hlm_hsb_null_reml", "HS&B null, HLM 6.04 and 7"),
    ],
)
def test_published_deviances(name, row):
    """A printed deviance lies below −2 log L by ln 2π or by nothing; ours always by ln 2π."""
    offsets = {each[0]: each[3] for each in cases.load("deviance_offsets")["rows"]}
    solution, case = fits.analysis(name).solution, cases.load(name)
    ours = solution.m2ll - offsets[row] * LN_2PI
    assert abs(ours - case["expected"]["deviance"]) < case["tolerance"]["deviance_abs"]
    assert solution.deviance == solution.m2ll - LN_2PI
    assert solution.n_parameters == case["expected"]["n_parameters"]


@pytest.mark.parametrize("name", ["pub_hlm_hsb_female_fml_homogeneous", "pub_hlm_hsb_null_reml"])
def test_published_tests_of_components(name):
    """χ², df and units of the printed table."""
    expected, solution = cases.load(name)["expected"], fits.analysis(name).solution
    components = expected["variance_components"][:-1]  # the last is level 1
    for ours, printed in zip(solution.variance_components, components, strict=True):
        assert (ours.coef, ours.df) == (printed["effect"], printed["df"])
    assert each(solution.fixed, "df") == column(expected["fixed"], "df")
    if "units_with_sufficient_data" in expected:
        assert solution.units_used == expected["units_with_sufficient_data"]


def test_ols_by_school():
    """HLM2 6.02 prints these; schools whose level-1 design has no full rank are passed over."""
    case = cases.load("pub_hlm_hsb_ols_by_school")
    expected = case["expected"]["level1_ols"]
    spec = fits.spec(case)
    spec = replace(spec, settings=replace(spec.settings, ols_units=len(expected)))
    ols = run(fits.data(case), spec).ols
    assert ols.names == ("INTRCPT1", "MINORITY", "FEMALE", "SES")
    assert each(ols.units, "unit_id") == [str(row["unit"]) for row in expected]
    printed = [[row[name] for name in ols.names] for row in expected]
    # Five decimals are printed: half of the last is what they are known to.
    assert_allclose(each(ols.units, "coefficients"), printed, rtol=0, atol=5.1e-6)


# Known answers


@pytest.mark.parametrize("name", BALANCED)
def test_balanced(name):
    case, analysis = cases.load(name), fits.analysis(name)
    expected, extra, solution = case["expected"], case["extra"], analysis.heterogeneous
    assert_allclose(solution.m2ll, expected["m2ll"], rtol=0, atol=1e-8)
    assert_allclose(analysis.homogeneous.m2ll, expected["homogeneous"]["m2ll"], rtol=0, atol=1e-8)
    assert_allclose(analysis.lr_test.chisq, expected["lr_test"]["chisq"], rtol=0, atol=1e-8)
    assert_allclose(solution.tau, expected["tau"], rtol=0, atol=1e-6)
    assert_allclose(solution.tau_se, extra["tau_se"], rtol=0, atol=1e-6)
    assert_allclose(each(solution.alpha, "z"), extra["z"], rtol=0, atol=1e-6)
    assert_allclose(solution.alpha[1].variance_ratio, extra["variance_ratio"], atol=1e-6)
    assert_allclose(solution.alpha[1].sd_ratio, extra["sd_ratio"], atol=1e-6)
    assert_allclose(each(solution.variance_components, "chisq"), extra["chisq"], atol=1e-6)
    assert each(solution.variance_components, "df") == [extra["chisq_df"]] * 2
    assert_allclose(each(solution.reliability, "value"), extra["reliability"], atol=1e-6)
    assert_allclose(solution.empirical_bayes.u[0], extra["eb_first_unit"], atol=1e-6)
    assert_allclose(each(solution.variance_cells, "sigma2"), extra["sigma2_by_D"], atol=1e-6)
    check_fixed_and_alpha(solution, expected)


def check_fixed_and_alpha(solution, expected):
    for ours, theirs in zip(solution.fixed, expected["fixed"], strict=True):
        assert_allclose(
            [ours.est, ours.se, ours.se_robust],
            [theirs["est"], theirs["se"], theirs["se_robust_cr0"]],
            rtol=0,
            atol=1e-6,
        )
    alpha = expected["alpha"]
    assert_allclose(each(solution.alpha, "est"), column(alpha, "est"), rtol=0, atol=1e-6)
    assert_allclose(
        each(solution.alpha, "se"), column(alpha, "se_expected_info"), rtol=0, atol=1e-6
    )


@pytest.mark.parametrize("name", BALANCED)
def test_balanced_score_test(name):
    """The homogeneous fit alone suggests the predictor: one degree of freedom, closed form."""
    case = cases.load(name)
    expected = case["extra"]["score_test_of_alpha1"]
    case["model"]["level1_variance"] = {}
    spec = replace(fits.spec(case), variance_candidates=(VariancePredictor("D"),))
    [test, *_] = run(fits.data(case), spec).score_tests
    assert_allclose(test.chisq, expected["chisq"], rtol=0, atol=1e-6)
    assert (test.names, test.df) == (("D",), expected["df"])


@pytest.mark.parametrize("name", BOUNDARY)
def test_boundary_heterogeneous(name):
    case, solution = cases.load(name), fits.analysis(name).heterogeneous
    expected, extra = case["expected"], case["extra"]
    check_boundary(case, solution, expected["m2ll"], expected["tau"], extra)
    check_fixed_and_alpha(solution, expected)
    assert solution.units_used == extra["units_used"]
    lr = fits.analysis(name).lr_test
    assert_allclose(lr.chisq, expected["lr_test"]["chisq"], rtol=0, atol=1e-8)


@pytest.mark.parametrize("name", BOUNDARY)
def test_boundary_homogeneous(name):
    case, solution = cases.load(name), fits.analysis(name).homogeneous
    extra = case["extra"]["homogeneous"]
    check_boundary(case, solution, extra["m2ll"], extra["tau"], extra)
    assert_allclose(np.log(solution.sigma2), extra["alpha"][0], rtol=0, atol=1e-6)
    assert_allclose(each(solution.fixed, "est"), extra["gamma"], rtol=0, atol=1e-6)
    assert_allclose(each(solution.fixed, "se"), extra["se_gamma"], rtol=0, atol=1e-6)
    assert_allclose(each(solution.fixed, "se_robust"), extra["se_robust"], rtol=0, atol=1e-6)


def check_boundary(case, solution, m2ll, tau, extra):
    assert solution.convergence.converged
    assert solution.convergence.boundary
    assert abs(solution.convergence.smallest_eigenvalue) < 1e-8
    assert solution.tau_se is None
    assert_allclose(solution.m2ll, m2ll, rtol=0, atol=1e-8)
    assert_allclose(solution.tau, tau, rtol=0, atol=1e-6)
    assert_allclose(each(solution.variance_components, "chisq"), extra["chisq"], atol=1e-6)
    assert_allclose(each(solution.reliability, "value"), extra["reliability"], atol=1e-6)
    dense = twin(case, solution)
    assert_allclose(dense.kkt_gradient, extra["kkt_gradient_of_m2ll_wrt_tau"], atol=1e-5)


@pytest.mark.parametrize("method", ["FML", "REML"])
@pytest.mark.parametrize("file", ["dyestuff1.csv", "dyestuff2_1.csv"])
def test_one_way(file, method):
    expected = cases.load("chk_oneway")[file][method]
    solution = run(fits.read(file), fits.one_way("Y", method)).solution
    [fixed], [component] = solution.fixed, solution.variance_components
    size = expected["sigma2"]
    assert_allclose(solution.m2ll, expected["m2ll"], rtol=0, atol=1e-8)
    assert_allclose(solution.tau, [[expected["tau"]]], rtol=0, atol=1e-7 * size)
    assert_allclose(solution.sigma2, size, rtol=1e-8)
    assert_allclose(
        [fixed.est, fixed.se, fixed.se_robust],
        [expected["gamma"], expected["se_gamma"], expected["se_robust"]],
        rtol=1e-7,
    )
    assert_allclose(solution.reliability[0].value, expected["reliability"], atol=1e-7)
    assert_allclose(component.chisq, expected["chisq"], rtol=1e-7)
    assert component.df == expected["chisq_df"]
    assert bool(solution.convergence.boundary) == expected["boundary"]
    if expected["boundary"]:
        assert solution.tau_se is None
    else:
        assert_allclose(solution.tau_se, [[expected["tau_se"]]], rtol=1e-6)
        assert_allclose(solution.sigma2_se, expected["sigma2_se"], rtol=1e-6)
        assert_allclose(solution.empirical_bayes.u[0], expected["eb_first_unit"], rtol=1e-6)


def unbounded(method):
    """Random intercept, fixed slope of X, and one dummy, FIRST, for the two rows of unit 1."""
    slope = {"name": "X", "centering": "none", "random": False, "level2": []}
    model = {
        "outcome": "Y",
        "estimation": method,
        "intercept": {"random": True, "level2": []},
        "slopes": [slope],
        "level1_variance": {},
    }
    spec = replace(fits.spec({"model": model}), variance_predictors=(VariancePredictor("FIRST"),))
    data = fits.read("unbounded1.csv")
    first = (np.arange(data.n_rows) < data.offsets[1]).astype(float)
    return fits.with_columns(data, FIRST=first), spec


def test_unbounded_is_refused_by_name():
    """γ and u fit the two rows, −2 log L falls by 10 for every 10 in their ln σ²."""
    with pytest.raises(NumericalError, match=r"FIRST.*unit 1\b"):
        run(*unbounded("FML"))


def test_unbounded_profile():
    """−2 log L over ln σ² of unit 1, maximised over the rest by the dense twin: by 10 for 10."""
    for ln_sigma2, expected in cases.load("chk_unbounded")["profile"][2:]:
        found = minimize(
            unbounded_m2ll, [0.0, 0.0], (ln_sigma2,), method="Nelder-Mead", options={"xatol": 1e-3}
        )
        assert abs(found.fun - expected) < 2e-4  # four decimals are given


def unbounded_m2ll(theta, ln_sigma2):
    """−2 log L at τ, σ² of the other units, and σ² of unit 1, all as logarithms."""
    rows = np.genfromtxt(cases.csv("unbounded1.csv"), delimiter=",", names=True)
    first = (rows["ID"] == 1) * 1.0
    one = np.ones(len(rows))
    unit = np.unique(rows["ID"], return_inverse=True)[1]
    X, C = np.column_stack((one, rows["X"])), np.column_stack((1 - first, first))
    data = Data(rows["Y"], X, one[:, None], C, unit)
    return Dense(data, np.exp([[theta[0]]]), np.array([theta[1], ln_sigma2])).m2ll()


def test_unbounded_has_a_restricted_maximum():
    """REML takes the slope's degree of freedom off: −2 log L rises to a constant, 139.4951."""
    solution = run(*unbounded("REML")).heterogeneous
    assert solution.convergence.converged
    assert_allclose(solution.m2ll, 125.3596026, rtol=0, atol=1e-6)  # direct search, dense twin


# What holds at every optimum, by the dense twin


def twin(case, solution):
    """The dense twin at a solution's estimates."""
    if solution.alpha is None:
        case = case | {"model": case["model"] | {"level1_variance": {}}}
    return Dense(design(case), *fits.estimates(solution), solution.method.value == "REML")


@pytest.mark.parametrize("name", HETEROGENEOUS + PUBLISHED + BALANCED + BOUNDARY)
def test_every_case_ends_at_its_constrained_maximum(name):
    """K = ∂(−2 log L)/∂τ is positive semi-definite with Kτ = 0, and Σ e'V⁻¹e = N or N − f."""
    case, analysis = cases.load(name), fits.analysis(name)
    for solution in filter(None, (analysis.homogeneous, analysis.heterogeneous)):
        dense = twin(case, solution)
        n_tau = len(vech(dense.tau))
        sd = np.sqrt(np.diag(dense.tau))
        K = dense.kkt_gradient * np.outer(sd, sd)
        assert solution.convergence.converged
        assert_allclose(solution.m2ll, dense.m2ll(), rtol=1e-13)
        assert_allclose(dense.quadratic_form, len(dense.data.y) - dense.reml * len(dense.gamma))
        assert_allclose(dense.score[n_tau:], 0, atol=1e-5)
        assert np.linalg.eigvalsh(K).min() > -1e-5
        assert_allclose(dense.kkt_gradient @ dense.tau, 0, atol=1e-5)
        assert_agrees_with_the_twin(solution, dense)


def assert_agrees_with_the_twin(solution, dense):
    """What is printed is what the textbook formulas give at the same estimates."""
    assert_allclose(solution.fixed_cov, dense.gamma_cov, rtol=1e-7)
    assert_allclose(solution.fixed_cov_robust, dense.gamma_cov_robust, rtol=1e-7)
    assert_allclose(each(solution.variance_components, "chisq"), dense.chisq, rtol=1e-7)
    assert_allclose(each(solution.reliability, "value"), dense.reliability, rtol=1e-7)
    assert_allclose(solution.empirical_bayes.u, dense.eb, atol=1e-7)
    assert_allclose(solution.empirical_bayes.covariance, dense.eb_cov, atol=1e-7)
    if solution.alpha:
        robust = np.sqrt(np.diag(dense.theta_cov_robust))[-len(solution.alpha) :]
        expected = [None] * len(robust) if solution.convergence.boundary else robust
        close_or_none(each(solution.alpha, "se_robust"), expected)


def close_or_none(actual, expected):
    """Agree to 1e-6; None (not defined at a boundary) agrees with None."""
    if None in expected:
        assert actual == expected
    else:
        assert_allclose(actual, expected, rtol=1e-6)
