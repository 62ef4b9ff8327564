"""Tests of fixed effects, against another model, and of the homogeneity of level-1 variance."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from estimation.report.layout import Row, facts, heading, paragraph, table
from estimation.report.names import Run, gamma_name, slope_name
from estimation.report.numbers import coefficient, count, general, p_value, variance, whole
from estimation.result import (
    Analysis,
    FixedEffect,
    HypothesisTest,
    ModelComparison,
    PooledEffect,
    Solution,
)
from estimation.spec import Likelihood

REDUNDANT = (
    "There are fewer degrees of freedom than contrasts: one that follows from the others, or from "
    "the constraints, adds none."
)
WEIGHTED = "With design weights, read the test with robust standard errors."
NO_ROBUST = (
    "The robust test is not available: the units are too few for so many contrasts, or the fixed "
    "effects fit every unit exactly."
)


def comparison(solution: Solution) -> list[str]:
    """The likelihood-ratio test against a model whose deviance was typed in."""
    other = solution.comparison
    if other is None:
        return []
    lines = [*heading("Model comparison test"), *_models(solution, other)]
    if other.test is None:
        return lines + paragraph(f"No test: {other.note}")
    lines += facts(
        [
            ("Chi-square statistic", coefficient(other.test.chisq)),
            ("Degrees of freedom", whole(other.test.df)),
            ("P-value", p_value(other.test.p)),
        ]
    )
    if solution.method is Likelihood.RESTRICTED:
        lines += paragraph(
            "Restricted likelihoods can be compared only where both models have the same fixed "
            "effects."
        )
    return lines + paragraph(
        "The test holds where one model is the other with something left out, fitted to the same "
        "rows by the same method. Where a variance is left out, the p-value is too large."
    )


def _models(solution: Solution, other: ModelComparison) -> list[str]:
    deviance = other.m2ll - solution.m2ll + solution.deviance
    rows = [
        ("This model", whole(solution.n_parameters), *_scales(solution.deviance, solution.m2ll)),
        ("The other model", whole(other.n_parameters), *_scales(deviance, other.m2ll)),
    ]
    return table(["Model", "Number of Parameters", "Deviance", "-2 log L"], rows)


def _scales(deviance: float, m2ll: float) -> tuple[str, str]:
    return coefficient(deviance), coefficient(m2ll)


def homogeneity(analysis: Analysis) -> list[str]:
    """HLM's H, on how many units it rests, and what can mimic heterogeneity."""
    test = analysis.homogeneity
    if test is None:
        if not analysis.spec.settings.homogeneity:
            return []
        return [
            *heading("Test of homogeneity of level-1 variance"),
            *paragraph(
                "Not available: fewer than two units have 10 rows more than their regression has "
                "coefficients, and residuals that vary."
            ),
        ]
    lines = heading("Test of homogeneity of level-1 variance")
    lines += facts(
        [
            ("Chi-square statistic", variance(test.chisq)),
            ("Degrees of freedom", whole(test.df)),
            ("P-value", p_value(test.p)),
        ]
    )
    lines += paragraph(
        f"From the logarithms of the level-1 residual variances of {count(test.n_units, 'unit')}, "
        "each from a regression of its own with 10 residual degrees of freedom or more."
        + _left_out(test.left_out, "too few rows for that")
        + _left_out(test.no_variation, "residuals without variation")
    )
    return lines + paragraph(
        "A significant result can be mimicked by a predictor or a random slope that is missing "
        "from the level-1 model, or by an outcome that is not normal."
    )


def _left_out(number: int, why: str) -> str:
    return f" {count(number, 'unit')} with {why} left out." if number else ""


def linear(analysis: Analysis, solution: Solution) -> list[str]:
    """The general linear hypotheses, each with its contrasts and both tests."""
    lines: list[str] = []
    for number, each in enumerate(solution.hypotheses, 1):
        lines += _hypothesis(analysis, solution, each, number)
    return lines


def _hypothesis(
    analysis: Analysis, solution: Solution, it: HypothesisTest, number: int
) -> list[str]:
    n = len(it.contrasts)
    contrasts = [f"Contrast\n{k}" for k in range(1, n + 1)]
    rows = [
        *weights(analysis, solution.fixed, [each.est for each in solution.fixed], it.contrasts),
        ("Estimate", "", *map(coefficient, it.estimates)),
        ("Standard error", "", *map(coefficient, it.ses)),
        ("Standard error (robust)", "", *map(coefficient, it.ses_robust or (None,) * n)),
    ]
    tests = [("Standard errors of the model", it.chisq, it.p)]
    if it.chisq_robust is not None:
        tests.append(("Robust standard errors", it.chisq_robust, it.p_robust or 0.0))
    lines = heading(f"Results of General Linear Hypothesis Testing - Test {number}")
    lines += table(["Fixed effect", "Coefficient", *contrasts], rows)
    lines += table(
        ["Test with", "Chi-square statistic", "d.f.", "P-value"],
        [(name, variance(chisq), whole(it.df), p_value(p)) for name, chisq, p in tests],
    )
    return [*lines, *_remarks(analysis, it)]


def _remarks(analysis: Analysis, it: HypothesisTest) -> list[str]:
    lines: list[str] = []
    if analysis.spec.weighting.design:
        lines += paragraph(WEIGHTED)
    if it.chisq_robust is None:
        lines += paragraph(NO_ROBUST)
    if it.df < len(it.contrasts):
        lines += paragraph(REDUNDANT)
    return lines


def weights(
    run: Run,
    fixed: Sequence[FixedEffect | PooledEffect],
    estimates: Sequence[float],
    contrasts: Sequence[Sequence[float]],
) -> Iterator[Row]:
    """The fixed effects that some contrast weighs, equation by equation."""
    weighed = [
        (effect, est, of)
        for effect, est, *of in zip(fixed, estimates, *contrasts, strict=True)
        if any(of)
    ]
    for coef, members in groupby(weighed, key=lambda each: each[0].coef):
        yield f"For {slope_name(run, coef, 'B')}"
        for effect, est, of in members:
            name = f"   {gamma_name(run, effect.predictor, effect.symbol)}"
            yield (name, coefficient(est), *map(general, of))
