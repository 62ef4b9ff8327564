"""The tables of one model averaged over several analyses, in HLM's order."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from estimation.arrays import Array
from estimation.report.layout import Row, facts, heading, paragraph, table, unavailable
from estimation.report.numbers import coefficient, p_value, ratio, variance, whole
from estimation.result import (
    PooledAnalysis,
    PooledEstimate,
    PooledHypothesis,
    PooledSolution,
    Solution,
)
from estimation.spec import INTRCPT1
from estimation.spec.equations import coefficient_index
from estimation.spec.letters import letters_of

_FMI = "Fraction of\nmissing inf."
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
        *_shares(analysis, solution),
        *_each(analysis, solution, singles),
    ]


def _sigma_squared(analysis: PooledAnalysis, solution: PooledSolution) -> list[str]:
    if solution.sigma2 is None:
        return []
    pairs = [("Sigma_squared", variance(solution.sigma2.est))]
    if not _estimated(analysis):
        return ["", *facts(pairs), *paragraph("Sigma_squared is not estimated: it is given.")]
    pairs.append(("Standard error of Sigma_squared", variance(solution.sigma2.se)))
    return ["", *facts(pairs), *unavailable([solution.sigma2.se], _NO_SE)]


def _estimated(analysis: PooledAnalysis) -> bool:
    """Whether σ² is a parameter."""
    spec = analysis.spec
    return spec.settings.fixed_sigma2 is None and spec.weighting.known_variance is None


def _tau(analysis: PooledAnalysis, solution: PooledSolution) -> list[str]:
    if not solution.random:
        return [*heading("Tau"), *paragraph("No coefficient has a random effect.", "   ")]
    lines = [*heading("Tau"), *_matrix(analysis, solution, solution.tau, variance)]
    if solution.tau_se is None:
        lines += paragraph(f"Standard errors of Tau are not available: {_NO_SE}.")
    else:
        lines += heading("Standard errors of Tau")
        lines += _matrix(analysis, solution, solution.tau_se, variance)
    lines += heading("Tau (as correlations)")
    lines += _matrix(analysis, solution, solution.tau_corr, ratio)
    undefined = "a random effect whose variance is zero correlates with nothing"
    return lines + unavailable(solution.tau_corr.ravel().tolist(), undefined)


def _matrix(
    analysis: PooledAnalysis,
    solution: PooledSolution,
    matrix: Array,
    form: Callable[[float], str],
) -> list[str]:
    symbols = [_indexed(analysis, each, "B") for each in solution.random]
    rows = [
        (f"{name}, {symbol}", *map(form, row.tolist()))
        for name, symbol, row in zip(solution.random, symbols, matrix, strict=True)
    ]
    return table(["", *symbols], rows)


def _reliability(analysis: PooledAnalysis, solution: PooledSolution) -> list[str]:
    if not solution.reliability:
        return []
    rows = [
        (f"{each.coef}, {_indexed(analysis, each.coef, 'B')}", ratio(each.value))
        for each in solution.reliability
    ]
    lines = ["", *table(["Random level-1 coefficient", "Average reliability"], rows)]
    return lines + unavailable(
        (each.value for each in solution.reliability), "an analysis has no reliability of it"
    )


def _fixed_effects(
    analysis: PooledAnalysis, solution: PooledSolution, *, robust: bool
) -> list[str]:
    rows: list[Row] = []
    for coef, effects in groupby(solution.fixed, key=lambda each: each.coef):
        rows.append(f"For {_slope(analysis, coef, 'B')}")
        for each in effects:
            name = f"   {each.predictor}, {_gamma(analysis, each.symbol)}"
            rows.append((name, *_cells(each.robust if robust else each.model)))
    which = " (with robust standard errors)" if robust else ""
    used = [each.robust if robust else each.model for each in solution.fixed]
    return [
        *heading(f"Final estimation of fixed effects{which}:"),
        *table(_columns("Fixed effect", "t-ratio"), rows),
        *_notes(used),
    ]


def _columns(name: str, test: str) -> list[str]:
    return [name, "Coefficient", "Standard\nerror", test, "Approx.\nd.f.", "p-value", _FMI]


def _cells(it: PooledEstimate) -> tuple[str, ...]:
    numbers = coefficient(it.est), coefficient(it.se), ratio(it.t)
    return (*numbers, whole(it.df), p_value(it.p), ratio(it.fmi))


def _notes(estimates: Sequence[PooledEstimate]) -> list[str]:
    without_se = unavailable((each.se for each in estimates), _NO_SE)
    return without_se or unavailable((each.df for each in estimates), _NO_DF)


def _variance_components(analysis: PooledAnalysis, solution: PooledSolution) -> list[str]:
    rows = [
        (_slope(analysis, each.coefs[0], "U"), *_component(each.estimate))
        for each in solution.tau_elements
        if each.row == each.column
    ]
    estimates = [each.estimate for each in solution.tau_elements]
    if solution.sigma2 is not None:
        error = letters_of(analysis.structure).in_table("R")
        rows.append((f"level-1, {error}", *_component(solution.sigma2)))
        estimates += [solution.sigma2] * _estimated(analysis)
    columns = ["Random effect", "Standard\ndeviation", "Variance\ncomponent", "Standard\nerror"]
    lines = heading("Final estimation of variance components:")
    if rows:
        lines += [*table([*columns, _FMI], rows)]
        lines += unavailable((each.se for each in estimates), _NO_SE)
    if solution.sigma2 is None:
        lines += paragraph(
            "The level-1 variance differs from row to row: see the model for level-1 variance."
        )
    return lines


def _component(it: PooledEstimate) -> tuple[str, ...]:
    return variance(it.est**0.5), variance(it.est), variance(it.se), ratio(it.fmi)


def variance_model(analysis: PooledAnalysis, solution: PooledSolution) -> list[str]:
    """The model for level-1 variance, with either kind of standard error, and its ratios."""
    alphas = solution.alpha or ()
    error = letters_of(analysis.structure).in_table("R")
    terms = [f"alpha{k}({each.name})" for k, each in enumerate(alphas) if k]
    names = [f"{each.name}, alpha{k}" for k, each in enumerate(alphas)]
    lines = [
        "",
        f" Var({error}) = Sigma_squared and",
        *paragraph(f"log(Sigma_squared) = {' + '.join(['alpha0', *terms])}", hanging="     "),
    ]
    for which, estimates in (
        ("", [each.model for each in alphas]),
        (" (with robust standard errors)", [each.robust for each in alphas]),
    ):
        rows = [(name, *_cells(each)) for name, each in zip(names, estimates, strict=True)]
        lines += heading(f"Model for level-1 variance{which}")
        lines += table(_columns("Parameter", "Ratio"), rows)
        lines += _notes(estimates)
    return [*lines, *_ratios(solution)]


def _ratios(solution: PooledSolution) -> list[str]:
    rows = [
        (
            each.name,
            coefficient(each.variance_ratio),
            _interval(each.variance_ratio_ci),
            coefficient(each.sd_ratio),
            _interval(each.sd_ratio_ci),
        )
        for each in (solution.alpha or ())[1:]
    ]
    columns = [
        "One unit more of",
        "VARIANCE ratio\nexp(alpha)",
        "95 % interval\n(variance)",
        "SD ratio\nexp(alpha/2)",
        "95 % interval\n(SD)",
    ]
    lines = heading("Ratios of level-1 variances, and of SDs, for one unit more of a predictor")
    return [*lines, *table(columns, rows)]


def _interval(ends: tuple[float, float] | None) -> str:
    return coefficient(None) if ends is None else " to ".join(map(coefficient, ends))


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
    rows = []
    for weights, estimate in zip(it.contrasts, it.estimates, strict=True):
        terms = [
            f"{weight:+g} {_gamma(analysis, effect.symbol)}"
            for weight, effect in zip(weights, solution.fixed, strict=True)
            if weight
        ]
        rows.append((" ".join(terms), coefficient(estimate.est), coefficient(estimate.se)))
    tests = [("model-based standard errors", it.model), ("robust standard errors", it.robust)]
    results = [
        (name, variance(test.f), f"{test.df}, {test.df2:.1f}", p_value(test.p))
        for name, test in tests
        if test is not None
    ]
    return [
        *heading(f"Results of general linear hypothesis {number}"),
        *table(["Contrast", "Estimate", "Standard\nerror"], rows),
        *table(["Test with", "F", "d.f.", "p-value"], results),
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
        name = f"{effect.coef}, {effect.predictor}, {_gamma(analysis, effect.symbol)}"
        yield name, effect.model
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


def _gamma(analysis: PooledAnalysis, symbol: str) -> str:
    return f"{letters_of(analysis.structure).in_table('G')}{symbol[1:]}"


def _slope(analysis: PooledAnalysis, name: str, letter: str) -> str:
    shown = name if name == INTRCPT1 else f"{name} slope"
    return f"{shown}, {_indexed(analysis, name, letter)}"


def _indexed(analysis: PooledAnalysis, name: str, letter: str) -> str:
    in_table = letters_of(analysis.structure).in_table(letter)
    return f"{in_table}{coefficient_index(analysis.spec, name)}"
