"""Inference that refits: tests of variances, profile intervals, score tests, bootstrap."""

from collections.abc import Sequence

from estimation.report.layout import Row, facts, heading, paragraph, table
from estimation.report.names import gamma_name, slope_name
from estimation.report.numbers import COEFFICIENT, coefficient, count, fixed, p_value, variance
from estimation.result import (
    Analysis,
    Bootstrap,
    BootstrapInterval,
    ProfileInterval,
    ScoreTest,
    Solution,
    VarianceTest,
)

# Percentiles of 2.5 % rest on some ten samples each from here on.
ENOUGH = 400
_FEW = (
    "So few samples say little of percentiles that lie this far out: take 999 or more for "
    "intervals that are to be reported."
)


def variance_tests(analysis: Analysis, solution: Solution) -> list[str]:
    """Likelihood-ratio tests of the variance components, if they were asked for."""
    tests = solution.variance_tests
    if not tests:
        return []
    rows = [
        (
            slope_name(analysis, each.coef, "U"),
            variance(each.chisq),
            str(each.df),
            p_value(each.p),
            p_value(each.p_naive),
        )
        for each in tests
    ]
    columns = ["Random effect", "Chi-square", "d.f.", "P-value\n(mixture)", "P-value\n(naive)"]
    return [
        *heading("Likelihood-ratio tests of variance components"),
        *table(columns, rows),
        *_notes(tests),
        *paragraph(
            "Each compares the model with the one without this random effect: d.f. counts its "
            "variance and its covariances. A variance is never negative, so the chi-square belongs "
            "to an even mixture of those with d.f. - 1 and d.f. degrees of freedom; the naive "
            "p-value, from d.f. alone, is too large."
        ),
    ]


def profile_intervals(analysis: Analysis, solution: Solution) -> list[str]:
    """Profile-likelihood intervals, if they were asked for."""
    intervals = solution.profile_intervals
    if not intervals:
        return []
    rows = [
        (
            _parameter(analysis, each),
            coefficient(each.est),
            coefficient(each.lower),
            coefficient(each.upper),
        )
        for each in intervals
    ]
    lines = heading("Profile-likelihood intervals")
    lines += table(["Parameter", "Estimate", "Lower\n95 % limit", "Upper\n95 % limit"], rows)
    for each in intervals:
        if each.note:
            lines += paragraph(f"{_parameter(analysis, each)}: {each.note}.", hanging="  ")
    lines += paragraph(
        "They hold the values that a likelihood-ratio test at the level of 5 % would not reject."
    )
    if solution.alpha is not None:
        lines += paragraph(
            "The exponentials of the limits of an alpha are those of the ratio of variances for "
            "one unit more of the predictor."
        )
    return lines


def score_tests(analysis: Analysis) -> list[str]:
    """Score tests of predictors of level-1 variance, from the homogeneous fit."""
    tests = analysis.score_tests
    if not tests:
        return []
    rows: list[Row] = [
        (
            ", ".join(each.names),
            fixed(each.chisq, COEFFICIENT),
            str(each.df),
            p_value(each.p),
        )
        for each in tests
    ]
    return [
        *heading("Score tests of heterogeneous level-1 variance"),
        *table(["Predictors of level-1 variance", "Chi-square", "d.f.", "P-value"], rows),
        *_notes(tests),
        *paragraph(
            "From the homogeneous model alone: whether the level-1 variance changes with these "
            "predictors. A small p-value suggests to enter them as predictors of level-1 variance."
        ),
    ]


def bootstrap(analysis: Analysis) -> list[str]:
    """Return what the bootstrap samples say, if there are any."""
    it = analysis.bootstrap
    if it is None:
        return []
    lines = [*heading("Parametric bootstrap"), "", *facts(_drawn(it))]
    if it.lr_p is not None:
        lines += paragraph(
            "The p-value counts the samples from the homogeneous model whose chi-square is at "
            "least that of the data.",
            "   ",
        )
    if not it.intervals:
        return lines + paragraph("There are no intervals: too few samples have estimates.")
    rows = [
        (
            _parameter(analysis, each),
            coefficient(each.est),
            coefficient(each.se),
            coefficient(each.lower),
            coefficient(each.upper),
        )
        for each in it.intervals
    ]
    columns = [
        "Parameter",
        "Estimate",
        "Bootstrap\nstandard error",
        "Lower 2.5 %\npercentile",
        "Upper 97.5 %\npercentile",
    ]
    return [
        *lines,
        "",
        *table(columns, rows),
        *paragraph(
            "Outcomes were drawn from the estimated model, with its predictors, units and sizes, "
            "and the model was refitted to each sample."
        ),
        *(paragraph(_FEW) if it.samples < ENOUGH else []),
    ]


def _drawn(it: Bootstrap) -> list[tuple[str, str]]:
    pairs = [("Samples", f"{it.samples} from seed {it.seed}")]
    if it.failed:
        pairs.append(("Without estimates", f"{count(it.failed, 'sample')}, left out"))
    if it.lr_failed:
        pairs.append(
            ("Without a Model 1 vs Model 2 test", f"{count(it.lr_failed, 'sample')}, left out")
        )
    if it.lr_p is not None:
        pairs.append(("P-value of Model 1 vs Model 2", fixed(it.lr_p, 4)))
    return pairs


def _parameter(analysis: Analysis, it: ProfileInterval | BootstrapInterval) -> str:
    """INTRCPT2, G10; FEMALE, alpha1; Sigma_squared."""
    predictors = {each.symbol: each.predictor for each in analysis.solution.fixed}
    if it.parameter in predictors:
        return gamma_name(analysis, predictors[it.parameter], it.parameter)
    return f"{it.name}, {it.parameter}" if it.name else "Sigma_squared"


def _notes(tests: Sequence[VarianceTest] | Sequence[ScoreTest]) -> list[str]:
    lines = []
    for each in tests:
        if each.note:
            name = each.coef if isinstance(each, VarianceTest) else ", ".join(each.names)
            verb = "" if each.chisq is not None else "no test, because "
            lines += paragraph(f"{name}: {verb}{each.note.rstrip('.')}.", hanging="  ")
    return lines
