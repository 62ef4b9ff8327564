"""The output and the JSON result of runs over plausible values and imputed data files."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
from imputed import SPEC, made, plausible

from estimation.imputation import run_all
from estimation.pooling import d1, pool, rubin
from estimation.report import render, to_json, typeset
from estimation.result import HypothesisTest
from estimation.spec import Latent, Settings, VariancePredictor

HETEROGENEOUS = replace(plausible(n=2), variance_predictors=(VariancePredictor("X"),))


@pytest.fixture(scope="module")
def pooled():
    """Two plausible values of a heterogeneous model."""
    return run_all([made(1)], HETEROGENEOUS)


@pytest.fixture(scope="module")
def files():
    """Two imputed data files."""
    return run_all([made(1, "one.mdmx"), made(2, "two.mdmx")], SPEC)


def contrasts_of_two(analysis):
    """The test that the first two fixed effects are 0, as far as pooling needs it."""
    effects = analysis.solution.fixed[:2]
    estimates, ses = ([getattr(each, name) for each in effects] for name in ("est", "se"))
    robust = tuple(each.se_robust for each in effects)
    contrasts = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
    return HypothesisTest(contrasts, tuple(estimates), tuple(ses), 1.0, 2, 0.5, robust, 1.0, 0.5)


def test_the_averages_stand_before_every_analysis_in_full(pooled):
    page = typeset(pooled, command_file="m.hlm")
    titles = [each.text for each in page.outline if each.level == 1]
    own = ["RESULTS FOR HOMOGENEOUS SIGMA-SQUARED", "RESULTS FOR HETEROGENEOUS SIGMA-SQUARED"]
    assert titles == [
        "AVERAGE OVER 2 PLAUSIBLE VALUES: HOMOGENEOUS SIGMA-SQUARED",
        "AVERAGE OVER 2 PLAUSIBLE VALUES: HETEROGENEOUS SIGMA-SQUARED",
        "Plausible value 1 of 2 (Y1)",
        *own,
        "Plausible value 2 of 2 (Y2)",
        *own,
    ]
    lines = page.text.splitlines()
    for each in page.outline:
        assert lines[each.line].strip().removesuffix(":") == each.text
    assert max(map(len, lines)) <= 98
    assert page.text.count("Specifications for this run") == 1
    assert "Y1 stands for each plausible value in turn: Y1, Y2." in page.text
    assert "Analyses                     : 2, averaged by Rubin's rules" in page.text


def test_the_tables_hold_the_averages_in_hlms_order(pooled):
    text = render(pooled)
    text = text[text.index("HETEROGENEOUS SIGMA-SQUARED\n=") : text.index("Plausible value 1")]
    order = [
        "Model for level-1 variance\n",
        "Model for level-1 variance (with robust standard errors)",
        " Tau\n",
        "Reliability estimate",
        "Final estimation of fixed effects:",
        "Final estimation of fixed effects (with robust standard errors)",
        "Final estimation of variance components",
        "Variance of each estimate",
        "Estimates of each analysis",
    ]
    places = [text.index(each) for each in order]
    assert places == sorted(places)
    slope = pooled.solution.fixed[2].model
    row = next(line for line in text[places[4] :].splitlines() if "G10" in line)
    numbers = (
        f"{slope.est:.6f} {slope.se:.6f} {slope.t:.3f} {slope.df:.3f} {slope.p:.3f} {slope.fmi:.3f}"
    )
    assert row.split()[2:] == numbers.split()
    alpha = pooled.solution.alpha[1].robust
    assert "t-ratio" in text[places[1] :]
    row = next(
        line for line in text[places[1] :].splitlines() if line.startswith(" X        ,alpha1")
    )
    assert row.split()[2:5] == [f"{alpha.est:.6f}", f"{alpha.se:.6f}", f"{alpha.t:.3f}"]
    row = next(line for line in text[places[8] :].splitlines() if "-2 log L" in line)
    assert row.split()[-2:] == [f"{each.solution.m2ll:.6f}" for each in pooled.analyses]


def test_no_deviance_is_averaged(pooled):
    text = render(pooled)
    averages = text[: text.index("Plausible value 1 of 2")]
    assert "Statistics for the current model" not in averages
    assert "Deviances and likelihood-ratio tests are not averaged" in averages


def test_what_was_asked_for_and_is_not_averaged_is_named(pooled, files):
    def introduction(analysis):
        text = " ".join(render(analysis).split())
        return text[text.index("Deviances and") : text.index("All of these stand")]

    plain = "Nor are the chi-square tests of variance components and the effect sizes. "
    assert introduction(files).endswith(plain)
    assert "the Wald test of alpha" in introduction(pooled)
    settings = Settings(homogeneity=True, profile_intervals=True, bootstrap=99)
    asked = introduction(replace(files, spec=replace(SPEC, settings=settings)))
    assert asked.endswith(
        "the effect sizes, the test of homogeneity of level-1 variance, the profile-likelihood "
        "intervals and the parametric bootstrap. "
    )


@pytest.fixture(scope="module")
def latent():
    """Two plausible values, and the slope of X as latent outcome of the intercept."""
    intercept, slope = SPEC.equations
    equations = (
        replace(intercept, latent=Latent.PREDICTOR),
        replace(slope, random=True, latent=Latent.OUTCOME),
    )
    wave = np.cos(3.0 * np.arange(12)).repeat(8)  # so that the slopes of X vary
    changes = {f"Y{k}": made(1).level1[f"Y{k}"] + 2 * wave * made(1).level1["X"] for k in (1, 2)}
    spec = replace(SPEC, equations=equations)
    return run_all([made(1, n=2, **changes)], plausible(spec, n=2))


def test_a_latent_variable_regression_is_pooled(latent):
    singles = [each.solution.latent for each in latent.analyses]
    it = latent.solution.latent
    effects = [each.effects[0] for each in singles]
    expected = rubin([each.est for each in effects], [each.se for each in effects])
    assert (it.effects[0].est, it.effects[0].se) == (expected.est, expected.se)
    assert (it.effects[0].t, it.effects[0].p) == (expected.t, expected.p)
    for k, each in enumerate(it.gammas):
        of = [single.gammas[k] for single in singles]
        direct = rubin([g.direct for g in of], [g.se_direct for g in of])
        assert (each.direct, each.se_direct, each.p_direct) == (direct.est, direct.se, direct.p)
        assert each.total == pytest.approx(each.direct + each.indirect, rel=1e-12, abs=1e-14)
    assert it.residual[0][0] == np.mean([each.residual[0][0] for each in singles])
    assert to_json(latent)["latent"]["effects"][0]["se"] == expected.se
    averages = render(latent).split("Plausible value 1 of 2")[0]
    row = next(line for line in averages.splitlines() if "on INTRCPT1, B0" in line)
    assert row.split()[3:5] == [f"{expected.est:.6f}", f"{expected.se:.6f}"]


def test_an_analysis_without_latent_variable_regression_leaves_no_average(latent):
    first, second = (each.solution for each in latent.analyses)
    pooled = pool([first, replace(second, latent=None)], latent.spec.blocks)
    assert pooled.latent is None
    averages = render(replace(latent, homogeneous=pooled)).split("Plausible value 1 of 2")[0]
    section = averages[averages.index("Latent variable regr") :].splitlines()
    assert section[1] == " Not available: an analysis has none; its own output below says why."


def test_imputed_files_are_named_in_the_output(files):
    text = render(files)
    assert "Data                         : one.mdmx, two.mdmx" in text
    assert " AVERAGE OVER 2 IMPUTED DATA FILES\n" in text
    assert " Data file 2 of 2 (two.mdmx)\n" in text
    assert "stands for each plausible value" not in text


def test_crossed_files_and_plausible_values_say_what_was_done():
    text = render(run_all([made(1, "one.mdmx"), made(2, "two.mdmx")], plausible(n=2)))
    assert " AVERAGE OVER 4 ANALYSES\n" in text
    assert "Every data file was run with every plausible value." in text
    assert " Analysis 4 of 4 (two.mdmx, Y2)\n" in text


def test_one_analysis_that_did_not_converge_is_told_first(files):
    first, second = files.analyses
    ended = replace(second.homogeneous.convergence, converged=False)
    bad = replace(second, homogeneous=replace(second.homogeneous, convergence=ended))
    text = render(replace(files, analyses=(first, bad), warnings=("two.mdmx: no.",)))
    assert text.index("NOT CONVERGED") < text.index("* two.mdmx: no.") < text.index("AVERAGE OVER")


def test_numbers_of_rows_that_differ_are_a_range(files):
    first, second = files.analyses
    text = render(replace(files, analyses=(first, replace(second, n_level1=90))))
    assert "Level-1 units (rows) used    : 90 to 96" in text


def test_a_given_sigma_squared_is_no_parameter():
    spec = replace(plausible(n=2), settings=Settings(fixed_sigma2=1.5))
    text = render(run_all([made(1)], spec))
    averages = text[: text.index("Plausible value 1 of 2")]
    assert "Sigma_squared = 1.50000\n   Sigma_squared is fixed, not estimated." in averages
    assert averages.count("Sigma_squared") == 2
    assert "level-1, R, fixed" in averages
    assert "n/a:" not in averages


def test_a_hypothesis_has_its_joint_test(pooled):
    hypotheses = tuple(map(contrasts_of_two, pooled.analyses))
    singles = [
        replace(each.solution, hypotheses=(test,))
        for each, test in zip(pooled.analyses, hypotheses, strict=True)
    ]
    pooled = replace(pooled, heterogeneous=pool(singles, pooled.spec.blocks))
    (it,) = pooled.solution.hypotheses
    estimates = np.array([each.estimates for each in hypotheses])
    assert it.model == d1(estimates, np.array([each.fixed_cov[:2, :2] for each in singles]))
    robust = np.array([each.fixed_cov_robust[:2, :2] for each in singles])
    assert it.robust == d1(estimates, robust)
    result = to_json(pooled)["hypotheses"]
    assert result[0]["model"]["f"] == it.model.f
    assert result[0].keys() > asdict(hypotheses[0]).keys()
    assert result[0]["df"] == 2
    assert result[0]["estimates"] == [
        pytest.approx(each.model.est, rel=1e-12) for each in pooled.solution.fixed[:2]
    ]
    text = render(pooled)
    text = text[: text.index("Plausible value 1 of 2")]
    assert "Results of General Linear Hypothesis Testing - Test 1" in text
    assert f"{it.model.f:.5f}  2, {it.model.df2:.1f}" in text


def test_the_json_result_has_the_names_of_every_other_one(pooled):
    result = to_json(pooled)
    json.dumps(result, allow_nan=False)
    first = result["analyses"][0]
    assert first == to_json(pooled.analyses[0])
    added = {"pooled", "analyses", "tau_pooled", "sigma2_pooled"}
    assert set(result) == set(first) | added
    for name in ("fixed", "alpha"):
        assert set(result[name][0]) >= set(first[name][0])
        assert {"fmi", "lambda", "riv", "within", "between", "total"} <= set(result[name][0])
    assert result["pooled"] == {"kind": "plausible values", "n": 2, "names": ["Y1", "Y2"]}
    assert (result["n_level1"], result["n_level2"], result["method"]) == (96, 12, "FML")
    assert (result["data"], result["title"], result["outcome"]) == ("one.mdmx", "no title", None)
    nulls = ("m2ll", "deviance", "aic", "bic", "iterations", "gradient", "lr_test")
    assert [result[each] for each in nulls] == [None] * 7
    assert result["converged"] is True
    effect, alpha = pooled.solution.fixed[2], pooled.solution.alpha[1]
    assert result["fixed"][2]["se_robust"] == effect.robust.se
    assert result["fixed"][2]["lambda"] == effect.model.share
    assert (result["alpha"][1]["z"], result["alpha"][1]["df"]) == (alpha.model.t, alpha.model.df)
    assert result["tau"] == pooled.solution.tau.tolist()
    sigma2 = pooled.homogeneous.sigma2
    assert result["sigma2"] is None
    assert result["homogeneous"]["sigma2_se"] == sigma2.se
    assert result["homogeneous"]["sigma2_pooled"]["fmi"] == sigma2.fmi
    assert result["homogeneous"]["converged"] is True


def test_counts_that_differ_are_null(files):
    first, second = files.analyses
    result = to_json(replace(files, analyses=(first, replace(second, n_level1=90))))
    assert (result["n_level1"], result["n_level2"]) == (None, 12)
