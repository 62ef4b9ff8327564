"""Structures of the model and its weights against R (make_structures.R says how each was made)."""

from dataclasses import replace
from functools import cache

import fits
import numpy as np
import pytest
import structures
from dense import Dense, vech
from designs import blocks, design, equal, gamma_names, given
from numpy.testing import assert_allclose

from estimation.analysis import run
from estimation.data.read import read_two_level
from estimation.spec import DegreesOfFreedom, ModelSpec, Weight, Weighting

FITTED = structures.load(*structures.FITTED)
# The dense twin of the largest takes its time: REML, with more formulas, stands for both.
TWINS = [case for case in FITTED if case["data"]["level1"] != "hsb1.csv" or "reml" in case["id"]]
WITH_DEGREES = [case for case in FITTED if "df" in case["expected"] or "lmerTest_df" in case]
WEIGHTED = structures.load("design_weights")
EFFECTS = structures.load("effect_sizes")
PROFILE = structures.load("profile")
EVERY = {case["id"]: case for case in (*FITTED, *WEIGHTED)}
# R's optima are the last digits of double precision: −2 log L of 5e4 has 11 decimals.
M2LL = 1e-7
# Of estimates, in standard errors; of standard errors, relative.
ESTIMATE, SE = 1e-6, 1e-6
# Richardson's extrapolation of second derivatives leaves about eight digits, and five where it is
# of the ill-conditioned covariance of uncentred years.
NUMERICAL, DEGREES = 1e-6, 1e-5


def each(items, field):
    return np.array([getattr(item, field) for item in items])


@cache
def analysis(name):
    case = EVERY[name]
    spec = fits.spec(case)
    if not spec.weighting.design:  # a pseudo-likelihood has no such degrees of freedom
        spec = with_rule(spec, DegreesOfFreedom.SATTERTHWAITE)
    return run(fits.data(case), spec)


def with_rule(spec, rule):
    return replace(spec, settings=replace(spec.settings, degrees_of_freedom=rule))


def solution(case):
    return analysis(case["id"]).solution


def alpha(found, known=False):
    """α and its standard errors, those of a homogeneous model from σ²; 0 with known variances."""
    if known:
        assert found.sigma2 is None
        return np.zeros(1), []
    if found.alpha is not None:
        return each(found.alpha, "est"), [row.se for row in found.alpha if row.se is not None]
    se = [] if found.sigma2_se is None else [found.sigma2_se / found.sigma2]
    return np.log([found.sigma2]), se


def known(case):
    return "known_variance" in case["model"].get("weighting", {})


@cache
def twin(name):
    """The dense twin at the program's estimates."""
    case, found = EVERY[name], analysis(name).solution
    model = case["model"]
    sigma2 = given(model)
    return Dense(
        design(case),
        found.tau,
        alpha(found)[0] if sigma2 is None else np.array([sigma2]),
        reml=model["estimation"] == "REML",
        blocks=blocks(model),
        given=sigma2 is not None,
    )


def tau_se(found, model):
    """Standard errors of the elements of vech τ that are estimated."""
    q = len(found.tau)
    block = {a: number for number, members in enumerate(blocks(model)) for a in members}
    rows, columns = np.tril_indices(q)
    free = [block[a] == block[b] for a, b in zip(rows, columns, strict=True)]
    assert not vech(found.tau)[np.logical_not(free)].any()
    assert not vech(found.tau_se)[np.logical_not(free)].any()
    return vech(found.tau_se)[free]


def names(found):
    return [(row.coef, row.predictor) for row in found.fixed]


@pytest.mark.parametrize("case", FITTED, ids=structures.ids)
class TestFitted:
    def test_likelihood(self, case):
        found, expected = solution(case), case["expected"]
        assert found.convergence.converged
        assert found.method.value == case["model"]["estimation"]
        assert_allclose(found.m2ll, expected["m2ll"], rtol=0, atol=M2LL)
        assert found.n_parameters == expected["n_parameters"]
        # No peer ends lower, and they end near.
        attained = np.array(list(case["peers_m2ll"].values())) - found.m2ll
        assert (attained > -1e-6).all()
        assert (attained < 1e-5).all()

    def test_fixed_effects(self, case):
        found, expected = solution(case), case["expected"]
        assert names(found) == list(gamma_names(case["model"]))
        se = structures.numbers(expected, "se")
        gamma = structures.numbers(expected, "gamma")
        assert_allclose(each(found.fixed, "est") / se, gamma / se, rtol=0, atol=ESTIMATE)
        assert_allclose(each(found.fixed, "se"), se, rtol=SE)
        robust = structures.numbers(expected, "se_robust")
        assert_allclose(each(found.fixed, "se_robust"), robust, rtol=SE)

    def test_variances(self, case):
        found, expected = solution(case), case["expected"]
        se = structures.numbers(expected, "tau_se")
        ours, theirs = found.tau, np.array(expected["tau"])
        assert_allclose(ours / se.max(), theirs / se.max(), rtol=0, atol=ESTIMATE)
        assert_allclose(tau_se(found, case["model"]), se, rtol=SE)
        estimates, ses = alpha(found, known(case))
        assert_allclose(estimates, structures.numbers(expected, "alpha"), rtol=0, atol=ESTIMATE)
        assert_allclose(ses, structures.numbers(expected, "alpha_se"), rtol=SE)


@pytest.mark.parametrize("case", TWINS, ids=structures.ids)
def test_agrees_with_the_dense_twin(case):
    """Away from R, too: the textbook's formulas at the program's own estimates."""
    found = solution(case)
    dense = twin(case["id"])
    assert_allclose(found.m2ll, dense.m2ll(), rtol=1e-12)
    assert_allclose(dense.score / np.sqrt(np.diag(dense.expected_information)), 0, atol=1e-5)
    assert_allclose(found.variance_cov, user_cov(dense, found), rtol=1e-6, atol=1e-12)
    assert_allclose(found.empirical_bayes.u, dense.eb, atol=1e-7)
    assert_allclose(found.empirical_bayes.covariance, dense.eb_cov, atol=1e-7)
    assert_allclose(each(found.variance_components, "chisq"), dense.chisq, rtol=1e-7)
    assert_allclose(each(found.reliability, "value"), dense.reliability, rtol=1e-7)
    if found.alpha is not None:
        robust = np.sqrt(np.diag(dense.theta_cov_robust))[-len(found.alpha) :]
        assert_allclose(each(found.alpha, "se_robust"), robust, rtol=1e-6)
    df = dense.satterthwaite(equal(case["model"]))
    assert_allclose(each(found.fixed, "df"), df, rtol=1e-6)


def user_cov(dense, found, cov=None):
    """Covariance of (vech τ, σ²) or (vech τ, α)."""
    cov = dense.theta_cov if cov is None else cov
    scale = np.ones(len(cov))
    if found.alpha is None and not dense.given:
        scale[-1] = found.sigma2
    return cov * np.outer(scale, scale)


# Design weights


@pytest.mark.parametrize("case", WEIGHTED, ids=structures.ids)
class TestDesignWeights:
    def test_pseudo_likelihood(self, case):
        found, expected = solution(case), case["expected"]
        assert found.convergence.converged
        assert_allclose(expected["m2ll_by_algebra"], expected["m2ll"], rtol=0, atol=1e-9)
        assert_allclose(found.m2ll, expected["m2ll"], rtol=0, atol=M2LL)
        assert found.n_parameters == expected["n_parameters"]

    def test_estimates(self, case):
        found, expected = solution(case), case["expected"]
        gamma = structures.numbers(expected, "gamma")
        assert_allclose(each(found.fixed, "est"), gamma, rtol=0, atol=NUMERICAL)
        assert_allclose(found.tau, expected["tau"], rtol=0, atol=NUMERICAL)
        estimates, _ = alpha(found)
        assert_allclose(estimates, structures.numbers(expected, "alpha"), rtol=0, atol=NUMERICAL)

    def test_sandwich(self, case):
        """The variance of the estimates is the sandwich; the likelihood's information is none."""
        found, expected = solution(case), case["expected"]
        assert_allclose(each(found.fixed, "se_robust"), expected["se_gamma"], rtol=NUMERICAL)
        ses = np.concatenate((tau_se(found, case["model"]), alpha(found)[1]))
        assert_allclose(ses, expected["se_theta"], rtol=NUMERICAL)

    def test_agrees_with_the_dense_twin(self, case):
        found = solution(case)
        dense = twin(case["id"])
        assert_allclose(found.m2ll, dense.m2ll(), rtol=1e-12)
        assert_allclose(dense.score, 0, atol=1e-5)
        assert_allclose(found.fixed_cov_robust, dense.gamma_cov_robust, rtol=1e-7)
        assert_allclose(
            found.variance_cov, user_cov(dense, found, dense.theta_cov_robust), rtol=1e-6
        )
        assert_allclose(found.empirical_bayes.u, dense.eb, atol=1e-7)


def with_level2(data, **level2):
    columns = {**data.level2, **level2}
    catalogue = fits.Catalogue(data.catalogue.level1, fits.describe(columns, {}))
    return replace(data, level2=columns, catalogue=catalogue)


def test_weights_of_one_are_none():
    """Down to the standard errors of γ; whole weights as repetitions: see tests/properties."""
    data = fits.read("weighted1.csv", "weighted2.csv")
    ones = with_level2(fits.with_columns(data, ONE=np.ones(data.n_rows)), TWO=np.ones(data.n_units))
    spec = fits.spec(EVERY["weights_quadrature"])
    weights = Weighting(Weight("ONE", normalised=False), Weight("TWO"))
    found = run(ones, replace(spec, weighting=weights)).solution
    plain = run(data, replace(spec, weighting=Weighting())).solution
    assert_allclose(found.m2ll, plain.m2ll, rtol=0, atol=1e-8)
    assert_allclose(each(found.fixed, "est"), each(plain.fixed, "est"), rtol=0, atol=1e-7)
    assert_allclose(found.tau, plain.tau, rtol=1e-6)
    assert_allclose(found.fixed_cov_robust, plain.fixed_cov_robust, rtol=1e-7)


# Degrees of freedom


@pytest.mark.parametrize("case", WITH_DEGREES, ids=structures.ids)
def test_satterthwaite_of_structures(case):
    """Numerical derivatives of R's likelihood, and lmerTest where it has the model."""
    df = each(solution(case).fixed, "df")
    for expected in filter(None, (case["expected"].get("df"), case.get("lmerTest_df"))):
        assert_allclose(df, expected, rtol=DEGREES)


@pytest.mark.parametrize("case", structures.load("satterthwaite"), ids=structures.ids)
def test_satterthwaite(case):
    """lmerTest, where it has the model, and numerical derivatives of the dense likelihood."""
    spec = with_rule(fits.spec(case), DegreesOfFreedom.SATTERTHWAITE)
    found = run(fits.data(case), spec).solution
    assert_allclose(found.m2ll, case["m2ll"], rtol=0, atol=M2LL)
    df = each(found.fixed, "df")
    assert_allclose(df, case["df"], rtol=NUMERICAL)
    if "lmerTest" in case:
        assert_allclose(df, case["lmerTest"], rtol=NUMERICAL)
    if case["id"].startswith("df_balanced"):  # closed form: J, or J - 1
        units = 12 if case["id"].endswith("fml") else 11
        assert_allclose(df, units, rtol=1e-7)


def classes(tmp_path):
    """100 classes of 20 pupils, the counts of the published runs; what they hold is chance."""
    rng = np.random.default_rng(7)
    unit = np.repeat(np.arange(1, 101), 20)
    extrav, sex = rng.normal(size=2000), rng.integers(0, 2, 2000)
    u = rng.normal(size=(100, 2))[unit - 1]
    popular = 5 + u[:, 0] + (0.4 + 0.5 * u[:, 1]) * extrav + sex + rng.normal(size=2000)
    rows = np.column_stack((unit, popular, extrav, sex))
    np.savetxt(tmp_path / "1.csv", rows, "%.6g", ",", header="ID,POPULAR,EXTRAV,SEX", comments="")
    units = np.column_stack((np.arange(1, 101), rng.normal(size=100)))
    np.savetxt(tmp_path / "2.csv", units, "%.6g", ",", header="ID,TEXP", comments="")
    return read_two_level(tmp_path / "1.csv", tmp_path / "2.csv", "ID")


def test_degrees_of_freedom_of_published_runs(tmp_path):
    """HLM 7.00: 98, 98, 99, 1799 = 2000 − 2 · 100 − 1 (Hox's popularity data); HLM 6: N − f."""
    data = classes(tmp_path)
    slopes = [
        {"name": "EXTRAV", "centering": "none", "random": True, "level2": []},
        {"name": "SEX", "centering": "none", "random": False, "level2": []},
    ]
    published = popularity("POPULAR", slopes, [{"name": "TEXP", "centering": "none"}])
    seven = run(data, with_rule(published, DegreesOfFreedom.HLM7)).solution
    assert list(each(seven.fixed, "df")) == [98, 98, 99, 1799]
    assert seven.n_parameters == 8
    six = run(data, with_rule(published, DegreesOfFreedom.HLM6)).solution
    assert list(each(six.fixed, "df")) == [98, 98, 99, 1996]
    # 1998 = 2000 − 2 in a published run: one fixed slope beside the intercept.
    short = with_rule(popularity("POPULAR", slopes[1:], []), DegreesOfFreedom.HLM6)
    assert list(each(run(data, short).solution.fixed, "df")) == [99, 1998]


def popularity(outcome, slopes, level2) -> ModelSpec:
    model = {
        "outcome": outcome,
        "estimation": "FML",
        "intercept": {"random": True, "level2": level2},
        "slopes": slopes,
        "level1_variance": {},
    }
    return fits.spec({"model": model})


# Profile-likelihood intervals, effect sizes


@pytest.mark.parametrize("case", PROFILE, ids=structures.ids)
def test_profile_intervals(case):
    """Limits by root finding on the dense likelihood; lme4's confint beside, on the SD scale."""
    spec = fits.spec(case)
    spec = replace(spec, settings=replace(spec.settings, profile_intervals=True))
    found = run(fits.data(case), spec).solution
    ours = {row.parameter: row for row in found.profile_intervals}
    for name, limits in case["intervals"].items():
        if name == "alpha0" and found.alpha is None:
            continue  # σ² stands for it
        assert_allclose(ours[name].est, limits["est"], rtol=1e-6)
        for side in ("lower", "upper"):
            assert_allclose(getattr(ours[name], side), limits[side], rtol=1e-6)
    for name, sd in case.get("lme4_sd", {}).items():
        parameter = LME4.get(name)
        if parameter:
            limits = [ours[parameter].lower, ours[parameter].upper]
            assert_allclose(limits, np.square(sd), rtol=1e-4 if parameter != "tau11" else 0.5)


LME4 = {"sd_(Intercept)|ID": "tau00", "sd_CSES|ID": "tau11", "sigma": "sigma2"}


@pytest.mark.parametrize("case", EFFECTS, ids=structures.ids)
def test_effect_sizes(case):
    """R² and ICC by hand (R), on the rows' own variances with divisor N."""
    spec = fits.spec(case)
    spec = replace(spec, settings=replace(spec.settings, effect_sizes=True))
    sizes = run(fits.data(case), spec).solution.effect_sizes
    [explained] = sizes.explained
    assert_allclose(explained.r2_marginal, case["r2_marginal"], rtol=1e-6, atol=1e-12)
    assert_allclose(explained.r2_conditional, case["r2_conditional"], rtol=1e-6)
    reductions = {each.component: each for each in sizes.reductions}
    for component, key in (("level-1", "level1"), ("INTRCPT1", "INTRCPT1")):
        expected = case["proportion"][key]
        assert_allclose(reductions[component].proportion, expected, rtol=0, atol=1e-6)
    assert_allclose(reductions["level-1"].null, case["null"]["sigma2"], rtol=1e-6)
    assert_allclose(reductions["INTRCPT1"].null, case["null"]["tau00"], rtol=1e-6)
    if "snijders_bosker" in case:
        assert_allclose(sizes.snijders_bosker, case["snijders_bosker"], rtol=0, atol=1e-6)
        assert_allclose(explained.icc, case["icc"], rtol=1e-6)
        assert_allclose(explained.icc_ci, case["icc_ci"], rtol=1e-6)
    else:  # a random slope: no one number says what the intercept's share is
        assert sizes.snijders_bosker is None
        assert explained.icc is None
    standardised = structures.numbers(case["standardised"], "est")
    for ours, est in zip(sizes.standardised, standardised, strict=True):
        assert ours.est is None if est == 0 else abs(ours.est - est) < 1e-7
