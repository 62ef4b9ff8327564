"""The tables of one model averaged over several analyses, in HLM's order."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from estimation.report import exploration, heterogeneous, hypotheses
from estimation.report.layout import Row, facts, heading, paragraph, table, unavailable
from estimation.report.names import coefficient_name, gamma_name, slope_name
from estimation.report.numbers import coefficient, p_value, ratio, variance, whole
from estimation.report.options import fixed_at_zero
from estimation.report.solution import FIXED_AT_ZERO, matrix_table
from estimation.result import (
    PooledAnalysis,
    PooledEstimate,
    PooledHypothesis,
    PooledSolution,
    Solution,
)
from estimation.spec import Latent
from estimation.spec.letters import letters_of

_FMI = "Fraction of\nmissing inf."
_FIXED_EFFECTS = (
    *("Fixed effect", "Coefficient", "Standard\nerror", "t-ratio"),
    *("Approx.\nd.f.", "p-value"),
)
_ALPHAS = (
    *("Parameter", "Coefficient", "Standard Error", "t-ratio"),
    *("Approx.\nd.f.", "P-value"),
)
_NO_SE = "an analysis has no standard error of it: its own output below says why"
_NO_DF = "too few units, or rows, are left as degrees of freedom"


def body(
    analysis: PooledAnalysis, solution: PooledSolution, singles: Sequence[Solution]
) -> list[str]:
    """All sections of an average; `singles` are the solutions that it is of."""
    return [
        *_sigma_squared(analysis, solution),
        *_tau(analysis, solution),
        *_reliability(analysis, solution),
        *_fixed_effects(analysis, solution, robust=False),
        *_fixed_effects(analysis, solution, robust=True),
        *_variance_components(analysis, solution),
        *_hypotheses(analysis, solution),
        *_latent(analysis, solution),
        *_shares(analysis, solution),
        *_each(analysis, solution, singles),
    ]


def _sigma_squared(analysis: PooledAnalysis, solution: PooledSolution) -> list[str]:
    known = analysis.spec.weighting.known_variance
    if known and solution.alpha is None:
        return ["", *paragraph(f"The level-1 variances are known: {known}.", "   ")]
    if solution.sigma2 is None:
        return []
    pairs = [("Sigma_squared", variance(solution.sigma2.est))]
    if not _estimated(analysis):
        return ["", *facts(pairs), *paragraph("Sigma_squared is fixed, not estimated.", "   ")]
    pairs.append(("Standard error of Sigma_squared", variance(solution.sigma2.se)))
    return ["", *facts(pairs), *unavailable([solution.sigma2.se], _NO_SE)]


def _estimated(analysis: PooledAnalysis) -> bool:
    """Whether σ² is a parameter."""
    return analysis.spec.settings.fixed_sigma2 is None


def _tau(analysis: PooledAnalysis, solution: PooledSolution) -> list[str]:
    if not solution.random:
        return [*heading("Tau"), *paragraph("No coefficient has a random effect.", "   ")]
    lines = [*heading("Tau"), *matrix_table(analysis, solution, solution.tau, variance)]
    if solution.tau_se is None:
        lines += paragraph(f"Standard errors of Tau are not available: {_NO_SE}.")
    else:
        lines += heading("Standard errors of Tau")
        lines += matrix_table(analysis, solution, solution.tau_se, variance)
    lines += heading("Tau (as correlations)")
    lines += matrix_table(analysis, solution, solution.tau_corr, ratio)
    undefined = "a random effect whose variance is zero correlates with nothing"
    free = ~fixed_at_zero(analysis.spec, solution.random)
    lines += unavailable(solution.tau_corr[free].tolist(), undefined)
    return lines if free.all() else lines + paragraph(FIXED_AT_ZERO)


def _reliability(analysis: PooledAnalysis, solution: PooledSolution) -> list[str]:
    if not solution.reliability:
        return []
    rows = [
        (coefficient_name(analysis, each.coef, "B"), ratio(each.value))
        for each in solution.reliability
    ]
    lines = ["", *table(["Random level-1 coefficient", "Reliability estimate"], rows)]
    return lines + unavailable(
        (each.value for each in solution.reliability), "an analysis has no reliability of it"
    )


def _fixed_effects(
    analysis: PooledAnalysis, solution: PooledSolution, *, robust: bool
) -> list[str]:
    rows: list[Row] = []
    for coef, effects in groupby(solution.fixed, key=lambda each: each.coef):
        rows.append(f"For {slope_name(analysis, coef, 'B')}")
        for each in effects:
            name = f"   {gamma_name(analysis, each.predictor, each.symbol)}"
            rows.append((name, *_cells(each.robust if robust else each.model)))
    which = " (with robust standard errors)" if robust else ""
    used = [each.robust if robust else each.model for each in solution.fixed]
    return [
        *heading(f"Final estimation of fixed effects{which}:"),
        *table([*_FIXED_EFFECTS, _FMI], rows),
        *_notes(used),
    ]


def _cells(it: PooledEstimate) -> tuple[str, ...]:
    numbers = coefficient(it.est), coefficient(it.se), ratio(it.t)
    return (*numbers, whole(it.df), p_value(it.p), ratio(it.fmi))


def _notes(estimates: Sequence[PooledEstimate]) -> list[str]:
    without_se = unavailable((each.se for each in estimates), _NO_SE)
    return without_se or unavailable((each.df for each in estimates), _NO_DF)


def _variance_components(analysis: PooledAnalysis, solution: PooledSolution) -> list[str]:
    rows = [
        (slope_name(analysis, each.coefs[0], "U"), *_component(each.estimate))
        for each in solution.tau_elements
        if each.row == each.column
    ]
    estimates = [each.estimate for each in solution.tau_elements]
    if solution.sigma2 is not None:
        error = letters_of(analysis.structure).in_table("R")
        given = "" if _estimated(analysis) else ", fixed"
        rows.append((f"level-1, {error}{given}", *_component(solution.sigma2)))
        estimates += [solution.sigma2] * _estimated(analysis)
    columns = ["Random effect", "Standard\ndeviation", "Variance\ncomponent", "Standard\nerror"]
    lines = heading("Final estimation of variance components:")
    if rows:
        lines += [*table([*columns, _FMI], rows)]
        lines += unavailable((each.se for each in estimates), _NO_SE)
    known = analysis.spec.weighting.known_variance
    if solution.sigma2 is None:
        lines += paragraph(
            f"The level-1 variances are known: {known}."
            if known
            else "The level-1 variance differs from row to row: see the model for level-1 variance."
        )
    return lines


def _component(it: PooledEstimate) -> tuple[str, ...]:
    return variance(it.est**0.5), variance(it.est), variance(it.se), ratio(it.fmi)


def variance_model(analysis: PooledAnalysis, solution: PooledSolution) -> list[str]:
    """The model for level-1 variance, with either kind of standard error, and its ratios."""
    alphas = solution.alpha or ()
    lines = heterogeneous.formula(alphas, letters_of(analysis.structure).in_table("R"))
    kinds = [("", [each.model for each in alphas])]
    if not analysis.spec.weighting.design:  # with design weights they are robust already
        kinds.append((" (with robust standard errors)", [each.robust for each in alphas]))
    names = heterogeneous.alpha_names(alphas)
    for which, estimates in kinds:
        rows = [(name, *_cells(each)) for name, each in zip(names, estimates, strict=True)]
        lines += heading(f"Model for level-1 variance{which}")
        lines += table([*_ALPHAS, _FMI], rows)
        lines += _notes(estimates)
    lines += heterogeneous.levels(analysis.spec.variance_predictors)
    return [*lines, *heterogeneous.ratios(alphas)]


def _hypotheses(analysis: PooledAnalysis, solution: PooledSolution) -> list[str]:
    lines: list[str] = []
    for number, each in enumerate(solution.hypotheses, 1):
        lines += _hypothesis(analysis, solution, each, number)
    if lines:
        lines += paragraph(
            "F is the test D1 of Li, Raghunathan and Rubin (1991): it takes the missing values to "
            "weigh equally on all contrasts of a hypothesis."
        )
    return lines


def _hypothesis(
    analysis: PooledAnalysis, solution: PooledSolution, it: PooledHypothesis, number: int
) -> list[str]:
    numbers = range(1, len(it.contrasts) + 1)
    rows = [
        *hypotheses.weights(
            analysis, solution.fixed, [each.model.est for each in solution.fixed], it.contrasts
        ),
        ("Estimate", "", *(coefficient(each.est) for each in it.estimates)),
        ("Standard error", "", *(coefficient(each.se) for each in it.estimates)),
    ]
    tests = [("Standard errors of the model", it.model), ("Robust standard errors", it.robust)]
    results = [
        (name, variance(test.f), f"{test.df}, {test.df2:.1f}", p_value(test.p))
        for name, test in tests
        if test is not None
    ]
    return [
        *heading(f"Results of General Linear Hypothesis Testing - Test {number}"),
        *table(["Fixed effect", "Coefficient", *(f"Contrast\n{k}" for k in numbers)], rows),
        *table(["Test with", "F", "d.f.", "P-value"], results),
        *(paragraph(hypotheses.WEIGHTED) if analysis.spec.weighting.design else []),
        *(paragraph(hypotheses.NO_ROBUST) if it.robust is None else []),
        *(paragraph(hypotheses.REDUNDANT) if it.model.df < len(it.contrasts) else []),
    ]


def _latent(analysis: PooledAnalysis, solution: PooledSolution) -> list[str]:
    title = heading("Latent variable regression")
    if solution.latent is not None:
        return [*title, *exploration.regression(analysis, solution.latent)]
    if all(each.latent is not Latent.OUTCOME for each in analysis.spec.equations):
        return []
    return [
        *title,
        *paragraph("Not available: an analysis has none; its own output below says why."),
    ]


def _shares(analysis: PooledAnalysis, solution: PooledSolution) -> list[str]:
    """Variance within and between the analyses of every parameter, as R's mice prints it."""
    rows = [
        (
            name,
            coefficient(each.within),
            coefficient(each.between),
            coefficient(each.total),
            ratio(each.riv),
            ratio(each.share),
            ratio(each.fmi),
        )
        for name, each in _parameters(analysis, solution)
    ]
    columns = ["Parameter", "Within", "Between", "Total", "Relative\nincrease", "Lambda", _FMI]
    return [
        *heading("Variance of each estimate, within and between the analyses"),
        *table(columns, rows),
        *paragraph(
            "Total = within + (1 + 1/m) between; relative increase = (1 + 1/m) between / within; "
            "lambda = (1 + 1/m) between / total. Model-based standard errors."
        ),
    ]


def _parameters(
    analysis: PooledAnalysis, solution: PooledSolution
) -> Iterator[tuple[str, PooledEstimate]]:
    for effect in solution.fixed:
        name = gamma_name(analysis, effect.predictor, effect.symbol)
        yield f"{effect.coef}, {name}", effect.model
    for each in solution.tau_elements:
        yield f"tau{each.row}{each.column}", each.estimate
    if solution.sigma2 is not None and _estimated(analysis):
        yield "Sigma_squared", solution.sigma2
    for k, alpha in enumerate(solution.alpha or ()):
        yield f"alpha{k}", alpha.model


def _each(
    analysis: PooledAnalysis, solution: PooledSolution, singles: Sequence[Solution]
) -> list[str]:
    """The estimates of the analyses side by side, and their deviances."""
    names = [name for name, _ in _parameters(analysis, solution)]
    columns = [_estimates(analysis, solution, each) for each in singles]
    names += ["Deviance", "-2 log L", "Iterations"]
    rows = [(name, *cells) for name, *cells in zip(names, *columns, strict=True)]
    return [
        *heading("Estimates of each analysis"),
        *table(["Parameter", *analysis.names], rows),
    ]


def _estimates(analysis: PooledAnalysis, solution: PooledSolution, single: Solution) -> list[str]:
    """The same parameters, in the same order, of one analysis."""
    numbers = [each.est for each in single.fixed]
    numbers += [float(single.tau[each.row, each.column]) for each in solution.tau_elements]
    numbers += [single.sigma2] if single.sigma2 is not None and _estimated(analysis) else []
    numbers += [each.est for each in single.alpha or ()]
    numbers += [single.deviance, single.m2ll]
    return [*map(coefficient, numbers), str(single.convergence.iterations)]
