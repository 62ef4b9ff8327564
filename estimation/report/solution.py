"""The sections of one solution, homogeneous or heterogeneous, in HLM's order."""

from collections.abc import Callable
from itertools import groupby

from estimation.arrays import Array
from estimation.report.layout import facts, heading, paragraph, table, unavailable
from estimation.report.names import Run, coefficient_name, gamma_name, slope_name
from estimation.report.numbers import (
    coefficient,
    p_value,
    ratio,
    scientific,
    significant,
    variance,
    whole,
)
from estimation.report.options import fixed_at_zero
from estimation.result import Analysis, Convergence, FixedEffect, PooledSolution, Solution
from estimation.spec import Likelihood, ModelSpec
from estimation.spec.letters import letters_of

ROBUST_UNITS = 50
UNTOLD = "where the iterations ended, the data do not tell the variance parameters apart"
_SHOWN = 10
_FIXED = "-"
FIXED_AT_ZERO = f"{_FIXED}: fixed at zero, not estimated."
# Conditions of the maximum are zero below this; the iterations stop at 1e-8.
_ZERO = 1e-6
# Standard errors are the same when they agree to the digits printed.
_SAME = 1e-6
Format = Callable[[float], str]


def iterations(solution: Solution) -> list[str]:
    """-2 log L at the start and after each iteration (the first and the last few)."""
    path = list(enumerate(solution.convergence.m2ll_path))
    rows = [("start" if k == 0 else str(k), coefficient(value)) for k, value in path]
    if len(rows) > 2 * _SHOWN:
        rows[_SHOWN:-_SHOWN] = [("...", "...")]
    return [*heading("Iterations"), "", *table(["Iteration", "-2 log L"], rows)]


def stopping(solution: Solution) -> list[str]:
    """Why the iterations stopped, in words, what proves it, and what is at a boundary."""
    ended = solution.convergence
    cause = "convergence" if ended.converged else "FAILURE TO CONVERGE"
    lines = ["", *paragraph(f"Iterations stopped due to {cause}: {ended.reason}.", hanging="  ")]
    lines += paragraph(_certificate(ended), hanging="  ")
    lines += ["", f" ******* ITERATION {ended.iterations} *******"]
    for each in ended.boundary:
        lines += paragraph(f"At the boundary: {each.rstrip('.')}.", hanging="  ")
    if ended.boundary:
        lines += paragraph("Consider switching off one of these random effects.", "   ")
    return lines


def _certificate(ended: Convergence) -> str:
    """Put the conditions that none but the maximum fulfils (E18) in one sentence."""
    it = ended.certificate
    conditions = [f"the scaled gradient is {_size(ended.gradient)}"]
    if it.multiplier is not None:
        conditions.append(f"smallest multiplier off the boundary {_multiplier(it.multiplier)}")
    if it.complementarity is not None:
        conditions.append(f"complementarity {_size(it.complementarity)}")
    if it.information_eigenvalue is not None:
        smallest = significant(it.information_eigenvalue)
        conditions.append(f"smallest eigenvalue of the scaled information {smallest}")
    if it.quadratic_form is not None:
        conditions.append(f"e'V⁻¹e misses its mean by a share {_size(it.quadratic_form)}")
    what = "Certificate" if ended.converged else "Where they stopped"
    return f"{what}: {'; '.join(conditions)}; start {it.start} of {it.starts}."


def _size(value: float) -> str:
    return "below 1E-6" if abs(value) < _ZERO else scientific(value)


def _multiplier(value: float) -> str:
    return "0" if abs(value) < _ZERO else significant(value)


def body(analysis: Analysis, solution: Solution) -> list[str]:
    """All sections after the iterations: from Sigma_squared to the statistics."""
    return [
        *sigma_squared(analysis.spec, solution),
        *tau(analysis, solution),
        *reliability(analysis, solution),
        *log_likelihood(solution),
        *fixed_effects(analysis, solution, robust=False),
        *fixed_effects(analysis, solution, robust=True),
        *_same_note(analysis.spec, solution),
        *_robust_note(analysis.n_level2),
        *variance_components(analysis, solution),
        *statistics(analysis, solution),
    ]


def sigma_squared(spec: ModelSpec, solution: Solution) -> list[str]:
    """σ² of a homogeneous model, with its standard error under full ML."""
    known = spec.weighting.known_variance
    if known and solution.alpha is None:
        return ["", *paragraph(f"The level-1 variances are known: {known}.", "   ")]
    if solution.sigma2 is None:
        return []
    pairs = [("Sigma_squared", variance(solution.sigma2))]
    if spec.settings.fixed_sigma2 is not None:
        return ["", *facts(pairs), *paragraph("Sigma_squared is fixed, not estimated.", "   ")]
    if solution.method is not Likelihood.FULL:
        return ["", *facts(pairs)]
    pairs.append(("Standard error of Sigma_squared", variance(solution.sigma2_se)))
    return ["", *facts(pairs), *unavailable([solution.sigma2_se], UNTOLD)]


def tau(analysis: Analysis, solution: Solution) -> list[str]:
    """Return τ, its standard errors (full ML), and τ as correlations."""
    if not solution.random:
        return [*heading("Tau"), *paragraph("No coefficient has a random effect.", "   ")]
    lines = [*heading("Tau"), *matrix_table(analysis, solution, solution.tau, variance)]
    if solution.tau_se is None:
        lines += paragraph(
            "Standard errors of Tau are not available: Tau is at its boundary, where they "
            "are not defined."
            if solution.convergence.boundary
            else f"Standard errors of Tau are not available: {UNTOLD}."
        )
    elif solution.method is Likelihood.FULL:
        lines += heading("Standard errors of Tau")
        lines += matrix_table(analysis, solution, solution.tau_se, variance)
    lines += heading("Tau (as correlations)")
    lines += matrix_table(analysis, solution, solution.tau_corr, ratio)
    undefined = "a random effect whose variance is zero correlates with nothing"
    free = ~fixed_at_zero(analysis.spec, solution.random)
    lines += unavailable(solution.tau_corr[free].tolist(), undefined)
    return lines if free.all() else lines + paragraph(FIXED_AT_ZERO)


def reliability(analysis: Analysis, solution: Solution) -> list[str]:
    """Reliability of the random level-1 coefficients."""
    if not solution.reliability:
        return []
    rows = [
        (coefficient_name(analysis, each.coef, "B"), ratio(each.value))
        for each in solution.reliability
    ]
    lines = ["", *table(["Random level-1 coefficient", "Reliability estimate"], rows)]
    values = [each.value for each in solution.reliability]
    return lines + unavailable(values, "see the note on units below the variance components")


def log_likelihood(solution: Solution) -> list[str]:
    """Return the log likelihood in HLM's format."""
    iteration = solution.convergence.iterations
    kind = "log-likelihood" if solution.method is Likelihood.FULL else "restricted log-likelihood"
    value = scientific(solution.log_likelihood)
    return ["", f" The value of the {kind} function at iteration {iteration} = {value}"]


def fixed_effects(analysis: Analysis, solution: Solution, *, robust: bool) -> list[str]:
    """γ with model-based or robust standard errors, equation by equation."""
    rows: list[str | tuple[str, ...]] = []
    for coef, effects in groupby(solution.fixed, key=lambda each: each.coef):
        rows.append(f"For {slope_name(analysis, coef, 'B')}")
        for each in effects:
            se, t, p = (
                (each.se_robust, each.t_robust, each.p_robust)
                if robust
                else (each.se, each.t, each.p)
            )
            name = f"   {gamma_name(analysis, each.predictor, each.symbol)}"
            rows.append(
                (name, coefficient(each.est), coefficient(se), ratio(t), whole(each.df), p_value(p))
            )
    which = " (with robust standard errors)" if robust else ""
    columns = [
        "Fixed effect",
        "Coefficient",
        "Standard\nerror",
        "t-ratio",
        "Approx.\nd.f.",
        "p-value",
    ]
    return [
        *heading(f"Final estimation of fixed effects{which}:"),
        *table(columns, rows),
        *_fixed_notes(solution.fixed, robust=robust),
        *_weighted_note(analysis.spec, robust=robust),
    ]


def variance_components(analysis: Analysis, solution: Solution) -> list[str]:
    """SD, variance and χ² of each random effect, and on how many units χ² rests."""
    rows = [
        (
            slope_name(analysis, each.coef, "U"),
            variance(each.sd),
            variance(each.variance),
            whole(each.df),
            variance(each.chisq),
            p_value(each.p),
        )
        for each in solution.variance_components
    ]
    if solution.sigma2 is not None:
        sd = variance(solution.sigma2**0.5)
        error = letters_of(analysis.structure).in_table("R")
        given = ", fixed" if analysis.spec.settings.fixed_sigma2 is not None else ""
        rows.append((f"level-1, {error}{given}", sd, variance(solution.sigma2), "", "", ""))
    columns = [
        "Random effect",
        "Standard\ndeviation",
        "Variance\ncomponent",
        "d.f.",
        "Chi-square",
        "p-value",
    ]
    lines = [*heading("Final estimation of variance components:"), *table(columns, rows)]
    known = analysis.spec.weighting.known_variance
    if solution.sigma2 is None:
        lines += paragraph(
            f"The level-1 variances are known: {known}."
            if known
            else "The level-1 variance differs from row to row: see the model for level-1 variance."
        )
    return lines + _units_note(analysis, solution)


def statistics(analysis: Analysis, solution: Solution) -> list[str]:
    """Deviance, number of parameters, -2 log L, AIC, BIC, each labelled."""
    full = solution.method is Likelihood.FULL
    redundant = sum(len(group) - 1 for group in analysis.spec.constraints)
    rows = analysis.n_level1 - (0 if full else len(solution.fixed) - redundant)
    counted = "" if full else " (variances and covariances)"
    pairs = [
        ("Deviance", coefficient(solution.deviance)),
        ("Number of estimated parameters" + counted, str(solution.n_parameters)),
        (_m2ll_name(analysis.spec, solution), coefficient(solution.m2ll)),
    ]
    words = "Deviance is -2 log L - ln 2π, HLM's constant; "
    if solution.aic is None:
        words += "a pseudo-likelihood has no AIC, no BIC and no likelihood-ratio tests."
    else:
        pairs += [
            ("AIC", coefficient(solution.aic)),
            (f"BIC (n = {rows})", coefficient(solution.bic)),
        ]
        words += "AIC, BIC and all tests are from -2 log L."
    lines = heading("Statistics for the current model")
    return [*lines, *facts(pairs), *paragraph(words, "   ")]


def _m2ll_name(spec: ModelSpec, solution: Solution) -> str:
    if spec.weighting.design:
        return "-2 log L (pseudo-likelihood)"
    return "-2 log L" if solution.method is Likelihood.FULL else "-2 log L (restricted)"


def matrix_table(
    run: Run, solution: Solution | PooledSolution, matrix: Array, form: Format
) -> list[str]:
    """A matrix of the random effects, - where τ is fixed at zero."""
    names = [coefficient_name(run, each, "B") for each in solution.random]
    fixed = fixed_at_zero(run.spec, solution.random)
    rows = [
        (
            name,
            *(_FIXED if no else form(value) for value, no in zip(row, at_zero, strict=True)),
        )
        for name, row, at_zero in zip(names, matrix.tolist(), fixed, strict=True)
    ]
    return table(["", *(each.rpartition(" ")[2] for each in names)], rows)


def _units_note(analysis: Analysis, solution: Solution) -> list[str]:
    used, left_out = solution.units_used, solution.units_left_out
    if used is None or not solution.variance_components:
        return []
    if not left_out:
        lines = paragraph(f"Chi-square statistics and reliabilities rest on all {used} units.")
        return lines + _chisq_note(solution)
    if not used:
        return paragraph(
            "Chi-square statistics and reliabilities are not available: in no unit do the rows "
            "determine every random coefficient (too few rows, or a predictor that does not vary)."
        )
    shown = ", ".join(left_out[:_SHOWN])
    more = f" and {len(left_out) - _SHOWN} more" if len(left_out) > _SHOWN else ""
    lines = paragraph(
        f"Chi-square statistics and reliabilities rest on {used} of {analysis.n_level2} units. "
        f"The rows of the other {len(left_out)} do not determine every random coefficient "
        f"(too few rows, or a predictor that does not vary in them): {shown}{more}. "
        "Fixed effects and variance components rest on all units."
    )
    return lines + _chisq_note(solution)


def _chisq_note(solution: Solution) -> list[str]:
    return unavailable(
        (each.chisq for each in solution.variance_components),
        "a chi-square needs more such units than the equation of its coefficient has fixed effects",
    )


def _fixed_notes(effects: tuple[FixedEffect, ...], *, robust: bool) -> list[str]:
    """Say why a degree of freedom or a standard error is not available."""
    lines = unavailable(
        (each.df for each in effects), "too few units, or rows, are left as degrees of freedom"
    )
    if robust:
        lines += unavailable(
            (each.se_robust for each in effects),
            "the fixed effects fit every unit exactly, which leaves nothing for a robust standard "
            "error",
        )
    return lines


def _weighted_note(spec: ModelSpec, *, robust: bool) -> list[str]:
    if not spec.weighting.design:
        return []
    if robust:
        return paragraph("With design weights this is the table to be read.")
    return paragraph(
        "With design weights these standard errors are not valid: read the table with robust ones."
    )


def _same_note(spec: ModelSpec, solution: Solution) -> list[str]:
    """Tell a reader who sees the same table twice that this is no mistake."""
    simple = all(each.random and each.intercept and not each.predictors for each in spec.equations)
    if spec.weighting.design:
        return []
    inside = solution.method is Likelihood.FULL and not solution.convergence.boundary
    same = all(
        each.se_robust is not None and abs(each.se_robust - each.se) <= _SAME * each.se
        for each in solution.fixed
    )
    if not (simple and inside and same):
        return []
    return paragraph(
        "With every level-1 coefficient random, no level-2 predictors, full maximum likelihood and "
        "an optimum inside the boundary, both kinds of standard error are the same."
    )


def _robust_note(n_units: int) -> list[str]:
    text = (
        f"Robust standard errors need many level-2 units, some {ROBUST_UNITS} or more. "
        f"Here there are {n_units}"
    )
    care = "" if n_units >= ROBUST_UNITS else ": they are likely to be too small"
    return paragraph(f"{text}{care}.")
