"""What stands beside the tables: specifications, tests, explorations, effect sizes, certificate."""

import json
from dataclasses import replace

import numpy as np
import pytest
from simulate import model, sample

from estimation.analysis import run
from estimation.report import render, to_json
from estimation.spec import (
    INTRCPT1,
    INTRCPT2,
    Comparison,
    DegreesOfFreedom,
    GammaName,
    Hypothesis,
    Latent,
    Scale,
    VariancePredictor,
    Weight,
    Weighting,
)

SIZES = [11 + j % 4 for j in range(15)]
W0, W1 = GammaName(INTRCPT1, "W"), GammaName("X", "W")


def data(tau="full", seed=5):
    drawn = sample(seed, SIZES, tau)
    rng = np.random.default_rng(1)
    level1 = {"P": rng.uniform(0.5, 2, drawn.unit.size), "A": np.ones(drawn.unit.size)}
    level2 = {"B": rng.uniform(0.5, 2, 15), "K": np.full(15, 2.0)}
    return replace(drawn, level2=drawn.level2 | level2).set1(**level1).data()


def full(**settings):
    """A model with everything that needs no refitting."""
    spec = model(level2=("W",))
    first, second = spec.equations
    return replace(
        spec,
        equations=(
            replace(first, candidates=("S", "K"), latent=Latent.PREDICTOR),
            replace(second, latent=Latent.OUTCOME),
        ),
        hypotheses=(
            Hypothesis((((W0, 1.0),), ((W1, -0.5), (W0, 2.0)))),
            Hypothesis((((W0, 1.0),), ((W0, 3.0),))),
        ),
        settings=replace(
            spec.settings,
            comparison=Comparison(700.0, 3, Scale.M2LL),
            homogeneity=True,
            effect_sizes=True,
            **settings,
        ),
    )


def flat(text):
    return " ".join(text.split())


@pytest.fixture(scope="module")
def everything():
    return run(data(), full())


def test_what_was_asked_for_stands_after_the_statistics_in_hlms_order(everything):
    text = render(everything)
    order = [
        "Statistics for the current model",
        "Model comparison test",
        "Test of homogeneity of level-1 variance",
        "Results of General Linear Hypothesis Testing - Test 1",
        "Results of General Linear Hypothesis Testing - Test 2",
        "Exploratory analysis",
        "Latent variable regression",
        "Effect sizes (shares of VARIANCES, not of standard deviations)",
        "Proportion reduction of VARIANCE",
        "Standardised fixed effects",
    ]
    places = [text.index(each) for each in order]
    assert places == sorted(places)
    assert max(map(len, text.splitlines())) <= 98


def test_nothing_of_it_where_it_was_not_asked_for(lesson):
    text = render(lesson)
    for words in ("Model comparison test", "homogeneity", "Hypothesis", "Exploratory", "Latent"):
        assert words not in text
    assert "Standardised" not in text
    assert "R-squared, marginal" in text


def test_a_hypothesis_shows_its_contrasts_by_the_names_of_its_gammas(everything):
    it = everything.solution.hypotheses[0]
    text = flat(render(everything))
    gammas = {each.symbol: each.est for each in everything.solution.fixed}
    assert f"W, G01 {gammas['G01']:.6f} 1 2" in text
    assert f"W, G11 {gammas['G11']:.6f} 0 -0.5" in text
    assert f"Estimate {it.estimates[0]:.6f} {it.estimates[1]:.6f}" in text
    assert f"Standard error (robust) {it.ses_robust[0]:.6f} {it.ses_robust[1]:.6f}" in text
    assert f"Standard errors of the model {it.chisq:.5f} 2" in text
    assert f"Robust standard errors {it.chisq_robust:.5f} 2" in text
    assert text.count("There are fewer degrees of freedom than contrasts") == 1


def test_a_hypothesis_without_robust_test_says_why(everything):
    it = replace(
        everything.solution.hypotheses[0], ses_robust=None, chisq_robust=None, p_robust=None
    )
    solution = replace(everything.homogeneous, hypotheses=(it,))
    text = flat(render(replace(everything, homogeneous=solution)))
    assert "Standard error (robust) n/a n/a" in text
    assert "The robust test is not available" in text
    assert "Robust standard errors need" in text  # those of the fixed effects stay


def test_a_comparison_shows_both_models_on_both_scales(everything):
    it, other = everything.solution, everything.solution.comparison
    text = flat(render(everything))
    assert f"This model 8 {it.deviance:.6f} {it.m2ll:.6f}" in text
    assert "The other model 3 698.162123 700.000000" in text
    assert f"Chi-square statistic = {other.test.chisq:.6f} Degrees of freedom = 5" in text
    assert to_json(everything)["comparison"] == {
        "m2ll": 700.0,
        "n_parameters": 3,
        "chisq": other.test.chisq,
        "df": 5,
        "p": other.test.p,
        "note": "",
    }


def test_a_comparison_without_sense_says_why(everything):
    comparison = replace(everything.solution.comparison, test=None, note="Both are alike.")
    changed = replace(
        everything, homogeneous=replace(everything.homogeneous, comparison=comparison)
    )
    assert "No test: Both are alike." in render(changed)
    assert to_json(changed)["comparison"]["chisq"] is None


def test_homogeneity_says_what_it_rests_on_and_what_mimics_it(everything):
    test = everything.homogeneity
    text = flat(render(everything))
    assert f"Chi-square statistic = {test.chisq:.5f} Degrees of freedom = {test.df}" in text
    assert f"residual variances of {test.n_units} units" in text
    assert f"{test.left_out} units with too few rows for that left out." in text
    assert "can be mimicked by a predictor or a random slope that is missing" in text
    assert to_json(everything)["homogeneity"]["chisq"] == test.chisq
    assert "Not available: fewer than two units" in flat(
        render(replace(everything, homogeneity=None))
    )


def test_an_exploration_names_what_could_not_be_tried(everything):
    (it,) = everything.solution.explorations
    text = flat(render(everything))
    assert f"For INTRCPT1, B0 S {it.est:.6f} {it.se:.6f} {it.t:.3f} 15" in text
    assert "K was not tried for INTRCPT1: it is constant" in text
    assert to_json(everything)["explorations"][0]["predictor"] == "S"


def test_latent_effects_direct_and_indirect(everything):
    it = everything.solution.latent
    text = flat(render(everything))
    (effect,) = it.effects
    assert f"Outcome X slope, B1 on INTRCPT1, B0 {effect.est:.6f} {effect.se:.6f}" in text
    w = it.gammas[1]
    assert f"W total {w.total:.6f} {w.se_total:.6f} direct {w.direct:.6f}" in text
    result = to_json(everything)["latent"]
    assert result["gammas"][1]["indirect"] == w.indirect
    assert result["residual"] == [list(it.residual[0])]


def test_without_a_latent_regression_the_output_says_why():
    spec = replace(full(), variance_predictors=(VariancePredictor("D"),))
    drawn = sample(10, [4 + j % 5 for j in range(20)], "rank one")
    spec = replace(
        spec,
        hypotheses=(),
        equations=tuple(replace(each, predictors=(), candidates=()) for each in spec.equations),
    )
    analysis = run(drawn.data(), spec)
    text = flat(render(analysis))
    assert analysis.solution.latent is None
    assert "Latent variable regression Not available: Tau is at its boundary" in text
    assert to_json(analysis)["latent"] is None
    assert "smallest multiplier off the boundary" in text


def test_effect_sizes_are_labelled(everything):
    it = everything.solution.effect_sizes
    text = flat(render(everything))
    assert f"R-squared, marginal = {it.explained[0].r2_marginal:.3f}" in text
    first = it.reductions[0]
    assert f"level 1, Sigma_squared {first.null:.5f} {first.model:.5f}" in text
    effect = it.standardised[2]
    assert f"INTRCPT2, G10 {effect.est:.6f} {effect.se:.6f}" in text
    assert "INTRCPT2, G00 n/a n/a" in text
    result = to_json(everything)["effect_sizes"]
    assert result["explained"][0]["r2_marginal"] == it.explained[0].r2_marginal
    assert result["standardised"][0] == {
        "coef": INTRCPT1, "predictor": INTRCPT2, "est": None, "se": None,
    }  # fmt: skip


def test_effect_sizes_of_random_intercepts_and_by_group():
    spec = replace(model(random=(INTRCPT1,)), variance_predictors=(VariancePredictor("D"),))
    spec = replace(spec, settings=replace(spec.settings, effect_sizes=True))
    analysis = run(data(), spec)
    first, second = analysis.homogeneous.effect_sizes, analysis.solution.effect_sizes
    text = flat(render(analysis))
    (only,) = first.explained
    low, high = only.icc_ci
    assert f"(ICC) = {only.icc:.3f} 95 % interval of the ICC = {low:.3f} to {high:.3f}" in text
    assert f"R-squared of level 1 (Snijders & Bosker) = {first.snijders_bosker[0]:.3f}" in text
    group = second.explained[1]
    assert f"D = 1 {group.n} {group.r2_marginal:.3f} {group.r2_conditional:.3f}" in text
    continuous = replace(spec, variance_predictors=(VariancePredictor("X"),))
    assert "No single R-squared or ICC describes this model" in render(run(data(), continuous))


def test_the_certificate_in_words_and_numbers(everything):
    text = flat(render(everything))
    assert "Certificate: the scaled gradient is below 1E-6;" in text
    assert "start 1 of" in text
    it = everything.solution.convergence
    assert to_json(everything)["certificate"]["starts"] == it.certificate.starts
    ended = replace(it, converged=False, gradient=0.25)
    changed = replace(everything, homogeneous=replace(everything.homogeneous, convergence=ended))
    assert "Where they stopped: the scaled gradient is 2.500000E-001;" in flat(render(changed))


def test_a_joint_test_of_several_alphas(lesson):
    assert "Wald test, alpha1 = 0" in render(lesson)
    spec = replace(full(), variance_predictors=(VariancePredictor("D"), VariancePredictor("G2")))
    analysis = run(data(), spec)
    row = f"Wald test, alpha1 to alpha2 all 0 {analysis.solution.wald.chisq:.6f} 2"
    assert row in flat(render(analysis))


# --------------------------------------------------------------------- what the model specifies


def specified(**changes):
    spec = replace(model(level2=("W",)), **changes)
    analysis = run(data(), spec)
    result = to_json(analysis)
    json.dumps(result, allow_nan=False)
    return flat(render(analysis)), result


def test_constraints_are_named():
    text, result = specified(constraints=((W0, W1),))
    assert (
        "Constraint : these fixed effects are equal: W in the equation of INTRCPT1; "
        "W in the equation of X" in text
    )
    assert result["constraints"] == [[W0._asdict(), W1._asdict()]]


def test_rows_of_bic_count_a_constraint_under_reml():
    spec = replace(model(level2=("W",), reml=True), constraints=((W0, W1),))
    assert f"BIC (n = {sum(SIZES) - 3})" in render(run(data(), spec))


def test_a_fixed_sigma2_is_no_estimate():
    settings = replace(model().settings, fixed_sigma2=1.25)
    text, result = specified(settings=settings)
    assert "Fixed sigma^2 : 1.25 (not estimated)" in text
    assert "Sigma_squared = 1.25000 Sigma_squared is fixed, not estimated." in text
    assert "Standard error of Sigma_squared" not in text
    assert (result["fixed_sigma2"], result["sigma2_se"]) == (1.25, None)


def test_what_is_fixed_at_zero_in_tau_is_not_printed_as_an_estimate():
    settings = replace(model().settings, diagonal_tau=True)
    text, result = specified(settings=settings)
    assert "Tau : diagonal: every covariance is fixed at zero" in text
    tau = result["tau"]
    assert f"INTRCPT1, B0 {tau[0][0]:.5f} - X, B1 - {tau[1][1]:.5f}" in text
    assert "-: fixed at zero, not estimated." in text
    assert result["tau_blocks"] == [[INTRCPT1], ["X"]]
    assert result["tau_se"][0][1] is None
    assert result["tau_se"][0][0] > 0


def test_an_effect_that_covaries_with_none_is_named():
    spec = model(level1=("X", "D"), random=(INTRCPT1, "X", "D"))
    last = replace(spec.equations[2], covaries=False)
    analysis = run(data(), replace(spec, equations=(*spec.equations[:2], last)))
    words = "Tau : covariances of D with the other random effects are fixed at zero"
    assert words in flat(render(analysis))


def test_design_weights_are_a_pseudo_likelihood_and_the_robust_table_is_to_be_read():
    weighting = Weighting(level1=Weight("P"), level2=Weight("B", normalised=False))
    hypotheses = (Hypothesis((((W0, 1.0),),)),)
    text, result = specified(weighting=weighting, hypotheses=hypotheses)
    for words in (
        "full maximum pseudo-likelihood",
        "Level-1 design weight : P, normalised: the weights add up to its number of rows in each",
        "Level-2 design weight : B, as it is (not normalised)",
        "Only the robust standard errors are valid then",
        "these standard errors are not valid: read the table with robust ones.",
        "With design weights this is the table to be read.",
        "-2 log L (pseudo-likelihood)",
        "With design weights, read the test with robust standard errors.",
    ):
        assert words in text
    assert result["weighting"]["level2"] == {"name": "B", "normalised": False}
    assert result["weighting"]["precision"] is None


def test_no_difference_of_pseudo_likelihoods_is_tested():
    spec = replace(model(variance=("D",)), weighting=Weighting(level1=Weight("P")))
    text = flat(render(run(data(), spec)))
    assert "no test, a difference of pseudo-likelihoods has no chi-square distribution." in text
    assert "Wald test, alpha1 = 0" in text


def test_known_variances_and_precisions():
    text, result = specified(weighting=Weighting(known_variance="P"))
    assert "Known level-1 variances : P; no Sigma_squared is estimated" in text
    assert text.count("The level-1 variances are known: P.") == 2
    assert result["sigma2"] is None
    text, result = specified(weighting=Weighting(precision="P"))
    assert "Precision weight : P (level-1 variance divided by it)" in text
    assert "holds for a row with P = 1" in text
    assert "which is known or scaled by a weight" in text


def test_deletion_variables_and_degrees_of_freedom():
    rule = DegreesOfFreedom.SATTERTHWAITE
    settings = replace(model().settings, degrees_of_freedom=rule)
    text, result = specified(deletion=((2, "B"), (1, "A")), settings=settings)
    assert "Deletion variables : B (level 2), A (level 1): rows that lack one are left out" in text
    assert "Degrees of freedom : Satterthwaite's approximation" in text
    assert result["df_method"] == "satterthwaite"
    assert result["deletion"][0] == {"level": 2, "name": "B"}
    assert f"{result['fixed'][0]['df']:.3f}" in text
