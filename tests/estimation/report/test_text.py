"""The text output: its order, its words where something went wrong, its wording of the scales."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from estimation.analysis import run
from estimation.examples import hsb, lesson_spec
from estimation.report import failure, render, to_json
from estimation.result import Analysis, Solution
from estimation.spec import Centring, Likelihood, ModelSpec, Structure, VariancePredictor
from estimation.spec.edits import add_level1, add_level2, choose_outcome, set_variance_predictors

ORDER = [
    "Specifications for this run",
    "The outcome variable is MATHACH",
    "Level-1 model",
    "Level-2 model",
    "Mixed model",
    "Rows and missing values",
    "Level-1 OLS regressions",
    "Iterations stopped due to",
    "Sigma_squared",
    "Tau",
    "Standard errors of Tau",
    "Tau (as correlations)",
    "Reliability estimate",
    "log-likelihood function",
    "Final estimation of fixed effects:",
    "Final estimation of fixed effects (with robust standard errors):",
    "Final estimation of variance components:",
    "Statistics for the current model",
]


@pytest.fixture(scope="session")
def homogeneous() -> Analysis:
    """An REML analysis without variance predictors."""
    spec = replace(lesson_spec(), variance_predictors=())
    settings = replace(spec.settings, likelihood=Likelihood.RESTRICTED)
    return run(hsb(), replace(spec, settings=settings))


def with_convergence(analysis: Analysis, **changes) -> Analysis:
    """Change how the heterogeneous solution ended."""
    solution = analysis.heterogeneous
    ended = replace(solution.convergence, **changes)
    return replace(analysis, heterogeneous=replace(solution, convergence=ended))


def after(text: str, mark: str) -> str:
    return text[text.index(mark) :]


def flat(text: str) -> str:
    return " ".join(text.split())


def test_sections_stand_in_hlms_order(lesson):
    text = render(lesson)
    position = 0
    for section in ORDER:
        position = text.index(section, position)
    heterogeneous = after(text, "RESULTS FOR HETEROGENEOUS SIGMA-SQUARED")
    assert "Summary of Model Fit" in heterogeneous
    position = 0
    for section in [each for each in ORDER[7:] if each != "Sigma_squared"]:
        position = heterogeneous.index(section, position)


def test_the_manuals_numbers(lesson):
    lines = [flat(line) for line in render(lesson).splitlines()]
    for line in (
        "INTRCPT1 ,alpha0 3.704005 0.024798 149.370 <0.001",
        "FEMALE ,alpha1 -0.091313 0.034089 -2.679 0.007",
        "1. Homogeneous sigma_squared 6 47049.462723 47051.300600",
        "2. Heterogeneous sigma_squared 7 47042.274825 47044.112702",
        "Model 1 vs Model 2 7.187898 1 0.007",
        "INTRCPT2, G00 13.345657 0.261029 51.127 159 <0.001",
        "FEMALE slope, U1 0.80578 0.64928 122 140.00056 0.127",
        "log(Sigma_squared) = alpha0 + alpha1(FEMALE)",
    ):
        assert line in lines


def test_no_line_is_too_wide(lesson):
    assert max(map(len, render(lesson).splitlines())) <= 100


def test_date_and_files(lesson):
    now = datetime(2024, 2, 3, 4, 5, tzinfo=UTC)
    text = render(lesson, command_file="a.hlm", output_file="b.txt", now=now)
    assert "2024-02-03 04:05" in text
    assert "a.hlm" in text
    assert "b.txt" in text


def test_variance_and_sd_are_named(lesson):
    text = render(lesson)
    row = next(
        line for line in text.splitlines() if line.startswith(" FEMALE   ") and " to " in line
    )
    assert row.split()[1:3] == ["0.912732", "0.853743"]
    assert "VARIANCE ratio" in text
    assert "SD ratio" in text
    cells = [line.split() for line in text.splitlines() if line.startswith(" FEMALE = ")]
    assert cells[:2] == [
        ["FEMALE", "=", "0", "3390", "40.60962", "6.37257"],
        ["FEMALE", "=", "1", "3795", "37.06571", "6.08816"],
    ]


def test_a_homogeneous_analysis_has_no_word_of_the_other(homogeneous):
    text = render(homogeneous)
    assert "HETEROGENEOUS" not in text
    assert "alpha" not in text
    assert "restricted maximum likelihood" in text
    assert "Standard errors of Tau" not in text  # as HLM: with full maximum likelihood only
    assert "BIC (n = 7183)" in text


def test_which_likelihood_and_why():
    spec = lesson_spec()
    restricted = replace(spec.settings, likelihood=Likelihood.RESTRICTED)
    text = failure(replace(spec, settings=restricted), "data", "because")
    assert (
        "full maximum likelihood (the rule in HLM when the level-1 variance has predictors)"
        in flat(text)
    )
    chosen = replace(spec.settings, heterogeneous_likelihood=Likelihood.RESTRICTED)
    text = failure(replace(spec, settings=chosen), "data", "because")
    assert "restricted maximum likelihood, as chosen" in text


def test_not_converged_is_said_first_and_at_the_solution(lesson):
    text = render(with_convergence(lesson, converged=False, reason="the limit was reached"))
    assert text.index("NOT CONVERGED") < text.index("The outcome variable")
    assert "(iteration 3: NOT CONVERGED)" in text
    assert "due to FAILURE TO CONVERGE: the limit was reached." in text
    assert "NOT CONVERGED" not in render(lesson)


def test_a_boundary_is_said_and_its_standard_errors_are_not_printed(lesson):
    moved = with_convergence(lesson, boundary=("u0 and u1 are perfectly correlated",))
    alphas = tuple(replace(each, se_robust=None) for each in moved.heterogeneous.alpha)
    solution = replace(moved.heterogeneous, tau_se=None, variance_cov=None, alpha=alphas)
    text = after(render(replace(moved, heterogeneous=solution)), "RESULTS FOR HETEROGENEOUS")
    assert "At the boundary: u0 and u1 are perfectly correlated." in text
    assert "Consider switching off one of these random effects." in text
    assert "Standard errors of Tau are not available: Tau is at its boundary" in text
    assert "Robust standard errors of alpha are not available" in text
    assert "n/a" not in text


def test_no_comparison_of_fits_that_did_not_converge():
    spec = lesson_spec()
    analysis = run(hsb(), replace(spec, settings=replace(spec.settings, max_iterations=1)))
    text = render(analysis)
    assert "Model 1 vs Model 2: no test, because a fit did not converge." in text
    assert "Chi-square   df" not in text
    assert to_json(analysis)["lr_test"] is None


def undefined(analysis: Analysis, solution: Solution) -> str:
    """The text of an analysis with a changed homogeneous solution; n/a in place of no number."""
    text = render(replace(analysis, homogeneous=solution))
    assert not re.search(r"\b(nan|inf)\b", text, re.IGNORECASE)
    json.dumps(to_json(replace(analysis, homogeneous=solution)), allow_nan=False)
    return flat(after(text, "RESULTS FOR HOMOGENEOUS"))


def test_a_correlation_with_a_variance_of_zero(lesson):
    correlation = np.array([[1.0, np.nan], [np.nan, np.nan]])
    text = undefined(lesson, replace(lesson.homogeneous, tau_corr=correlation))
    assert "INTRCPT1, B0 1.000 n/a FEMALE, B1 n/a n/a" in text
    assert "n/a: a random effect whose variance is zero correlates with nothing." in text


def test_variance_parameters_without_standard_errors(lesson):
    why = "where the iterations ended, the data do not tell the variance parameters apart."
    solution = replace(lesson.homogeneous, sigma2_se=None, tau_se=None, variance_cov=None)
    text = undefined(lesson, solution)
    assert f"Standard error of Sigma_squared = n/a n/a: {why}" in text
    assert f"Standard errors of Tau are not available: {why}" in text


def test_alphas_without_standard_errors(lesson):
    none = dict.fromkeys(["se", "z", "p", "se_robust", "variance_ratio_ci", "sd_ratio_ci"])
    alphas = tuple(replace(each, **none) for each in lesson.heterogeneous.alpha)
    changed = replace(lesson, heterogeneous=replace(lesson.heterogeneous, alpha=alphas))
    text = flat(after(render(changed), "RESULTS FOR HETEROGENEOUS"))
    why = "where the iterations ended, the data do not tell the variance parameters apart."
    assert "FEMALE ,alpha1 -0.091313 n/a n/a n/a" in text
    assert f"n/a: {why}" in text
    assert f"Robust standard errors of alpha are not available: {why}" in text
    assert "FEMALE 0.912732 n/a 0.955370 n/a" in text
    assert to_json(changed)["alpha"][1]["se"] is None


def test_fixed_effects_without_robust_standard_errors_or_degrees_of_freedom(lesson):
    none = dict.fromkeys(["df", "p", "se_robust", "t_robust", "p_robust", "ci"])
    fixed = tuple(replace(each, **none) for each in lesson.homogeneous.fixed)
    text = undefined(lesson, replace(lesson.homogeneous, fixed=fixed))
    assert "INTRCPT2, G00 13.345657 0.261029 51.127 n/a n/a" in text
    assert "INTRCPT2, G00 13.345657 n/a n/a n/a n/a" in text
    assert "n/a: too few units, or rows, are left as degrees of freedom." in text
    assert "n/a: the fixed effects fit every unit exactly" in text
    assert "both kinds of standard error" not in text.partition("HETEROGENEOUS SIGMA")[0]


def test_chi_squares_and_reliabilities_that_no_unit_allows(lesson):
    none = dict.fromkeys(["df", "chisq", "p"])
    first = lesson.homogeneous
    solution = replace(
        first,
        units_used=0,
        units_left_out=lesson.homogeneous.empirical_bayes.unit_ids,
        reliability=tuple(replace(each, value=None) for each in first.reliability),
        variance_components=tuple(replace(each, **none) for each in first.variance_components),
    )
    text = undefined(lesson, solution)
    assert "n/a: see the note on units below the variance components." in text
    assert "not available: in no unit do the rows determine every random coefficient" in text
    text = undefined(lesson, replace(solution, units_used=1))
    assert "n/a: a chi-square needs more such units than the equation" in text


def test_equal_standard_errors_are_explained_where_they_must_be_equal(lesson):
    note = "both kinds of standard error are the same."
    assert flat(render(lesson)).count(note) == 2
    spec = add_level2(lesson.spec, "FEMALE", "SECTOR", Centring.NONE)
    assert note not in flat(render(run(hsb(), spec)))
    restricted = replace(lesson.spec.settings, heterogeneous_likelihood=Likelihood.RESTRICTED)
    assert note not in flat(render(run(hsb(), replace(lesson.spec, settings=restricted))))


def test_what_was_left_out_and_deleted_is_said(lesson):
    text = render(
        replace(
            lesson,
            n_deleted=15,
            units_deleted=1,
            data_report=("3 rows.",),
            warnings=("Mind this.",),
        )
    )
    assert "15 of 7200 rows deleted: a variable of the model is missing; 1 unit went" in text
    assert " 3 rows." in text
    assert "* Mind this." in text


def test_units_left_out_of_chi_square_are_counted(lesson):
    text = render(lesson)
    assert "rest on 123 of 160 units. The rows of the other 37" in text
    everyone = replace(lesson.homogeneous, units_used=160, units_left_out=())
    assert "rest on all 160 units" in render(replace(lesson, homogeneous=everyone))


def test_few_units_are_warned_about(lesson):
    assert "too small" not in render(lesson)
    text = flat(render(replace(lesson, n_level2=20)))
    assert "Here there are 20: they are likely to be too small." in text


def test_many_iterations_are_cut_short(lesson):
    path = tuple(47100.0 - k for k in range(60))
    solution = replace(
        lesson.homogeneous, convergence=replace(lesson.homogeneous.convergence, m2ll_path=path)
    )
    text = render(replace(lesson, homogeneous=solution))
    assert "47091.000000" in text
    assert "47041.000000" in text
    assert "47070.000000" not in text


def test_a_model_without_random_effects_says_so_before_its_results():
    spec = lesson_spec()
    fixed = tuple(replace(each, random=False) for each in spec.equations)
    text = render(run(hsb(), replace(spec, equations=fixed)))
    note = "This model has no random effects: it is a one-level regression."
    assert text.count(note) == 1
    assert text.index("HOMOGENEOUS SIGMA-SQUARED") < text.index(note) < text.index(" Iterations\n")
    assert "both kinds of standard error" not in text


def test_no_random_effect(lesson):
    empty = np.zeros((0, 0))
    solution = replace(
        lesson.homogeneous, random=(), tau=empty, tau_se=empty, tau_corr=empty,
        reliability=(), variance_components=(), units_used=None, units_left_out=(),
    )  # fmt: skip
    text = render(replace(lesson, homogeneous=solution, heterogeneous=None, lr_test=None))
    assert "No coefficient has a random effect." in text


def test_centring_notes():
    spec = choose_outcome(ModelSpec(), "Y")
    assert "centred" not in failure(spec, "data", "because")
    spec = add_level2(add_level1(spec, "A", Centring.GROUP), "A", "B", Centring.GRAND)
    text = failure(spec, "data", "because")
    assert "Group-mean centred (around the mean of the row's own unit): A." in text
    assert "Grand-mean centred (around the mean of all): B." in text


def test_level2_variance_predictors_come_with_their_assumption(lesson):
    note = "units with equal values are taken to have equal level-1 variances"
    assert note not in flat(render(lesson))
    spec = set_variance_predictors(lesson.spec, (VariancePredictor("SECTOR", 2),))
    text = flat(render(replace(lesson, spec=spec)))
    assert note in text
    assert "alpha1: SECTOR, level 2." in text
    assert "level 1." not in flat(render(lesson))


def test_a_failure_says_what_was_asked_and_why_there_is_nothing():
    text = failure(lesson_spec(), "High School", "The likelihood has no maximum.\nSecond line.")
    assert "High School" in text
    assert "γ10(FEMALEij)" in text
    assert text.endswith("\n\n The likelihood has no maximum.\n Second line.\n")


def test_a_failure_of_an_empty_model():
    text = failure(ModelSpec(), "data", "No outcome.")
    assert "THIS MODEL WAS NOT ESTIMATED" in text
    assert "The outcome variable" not in text


def test_no_centring_is_said_too():
    spec = add_level1(choose_outcome(ModelSpec(), "Y"), "A")
    assert "No predictor is centred." in failure(spec, "data", "because")


def test_repeated_measures_have_other_letters_and_the_same_json(lesson):
    usual = flat(render(lesson))
    measures = replace(lesson, structure=Structure.MEASURES_IN_PERSONS)
    text = flat(render(measures))
    for old, new in (
        ("MATHACHij = β0j + β1j(FEMALEij) + rij", "MATHACHti = π0i + π1i(FEMALEti) + eti"),
        ("β1j = γ10 + u1j", "π1i = β10 + r1i"),
        ("Var(rij) = σ²ij", "Var(eti) = σ²ti"),
        ("For FEMALE slope, B1", "For FEMALE slope, P1"),
        ("INTRCPT2, G10", "INTRCPT2, B10"),
        ("FEMALE slope, U1", "FEMALE slope, R1"),
        ("level-1, R 6", "level-1, E 6"),
        ("INTRCPT1, B0 0.", "INTRCPT1, P0 0."),
        ("Var(R) = Sigma_squared", "Var(E) = Sigma_squared"),
    ):
        assert old in usual
        assert new not in usual
        assert new in text
        assert old not in text
    assert to_json(measures) == to_json(lesson)
    in_groups = render(replace(lesson, structure=Structure.MEASURES_IN_GROUPS))
    assert "MATHACHmj = π0j + π1j(FEMALEmj) + emj" in in_groups


def test_the_letters_are_those_of_the_data():
    data = hsb()
    catalogue = replace(data.catalogue, structure=Structure.MEASURES_IN_PERSONS)
    analysis = run(
        replace(data, catalogue=catalogue), replace(lesson_spec(), variance_predictors=())
    )
    assert analysis.structure is Structure.MEASURES_IN_PERSONS


def test_a_failure_has_the_letters_of_its_data():
    text = failure(lesson_spec(), "data", "because", structure=Structure.MEASURES_IN_PERSONS)
    assert "π1i = β10 + r1i" in text
