"""What goes beyond the model: level-2 variables tried, and latent variable regression."""

from collections.abc import Iterator
from itertools import groupby

from estimation.latent import obstacle
from estimation.report.layout import Row, heading, paragraph, table, unavailable
from estimation.report.names import Run, slope_name
from estimation.report.numbers import coefficient, p_value, ratio, variance, whole
from estimation.result import Analysis, LatentRegression, Solution


def explored(analysis: Analysis, solution: Solution) -> list[str]:
    """The candidates for each random coefficient, and those that could not be tried."""
    asked = {
        (each.name, name)
        for each in analysis.spec.equations
        if each.random
        for name in each.candidates
    }
    if not asked:
        return []
    rows: list[Row] = []
    for coef, tried in groupby(solution.explorations, key=lambda each: each.coef):
        rows.append(f"For {slope_name(analysis, coef, 'B')}")
        rows += [
            (
                f"   {each.predictor}",
                coefficient(each.est),
                coefficient(each.se),
                ratio(each.t),
                whole(each.n_units),
            )
            for each in tried
        ]
    columns = ["Level-2 variable", "Coefficient", "Standard\nerror", "t-value", "Units"]
    lines = heading("Exploratory analysis: level-2 variables that are not in the model")
    lines += table(columns, rows) if rows else []
    lines += paragraph(
        "Each from a regression of the empirical Bayes residuals of the coefficient on that "
        "variable alone. The t-values say which variable to try next; they are no tests."
    )
    missing = asked - {(each.coef, each.predictor) for each in solution.explorations}
    for coef, name in sorted(missing):
        lines += paragraph(
            f"{name} was not tried for {coef}: it is constant or has fewer than three values, or "
            f"the random effect of {coef} has no variance."
        )
    return lines


def latent(analysis: Analysis, solution: Solution) -> list[str]:
    """The latent variable regression, or why there is none."""
    it = solution.latent
    title = heading("Latent variable regression")
    if it is not None:
        return [*title, *regression(analysis, it)]
    why = obstacle(
        analysis.spec.equations,
        at_boundary=bool(solution.convergence.boundary),
        known=solution.variance_cov is not None,
    )
    return [*title, *paragraph(f"Not available: {why}.")] if why else []


def regression(run: Run, it: LatentRegression) -> list[str]:
    """Its tables: latent effects, direct and indirect effects, residual variances."""
    return [*_latent_effects(run, it), *_gammas(run, it), *_residual(it)]


def _latent_effects(analysis: Run, it: LatentRegression) -> list[str]:
    rows: list[Row] = []
    for outcome, effects in groupby(it.effects, key=lambda each: each.outcome):
        rows.append(f"Outcome {slope_name(analysis, outcome, 'B')}")
        rows += [
            (
                f"   on {slope_name(analysis, each.predictor, 'B')}",
                coefficient(each.est),
                coefficient(each.se),
                ratio(each.t),
                p_value(each.p),
            )
            for each in effects
        ]
    columns = ["Latent effect", "Coefficient", "Standard\nerror", "Z-ratio", "P-value"]
    return table(columns, rows)


def _gammas(analysis: Run, it: LatentRegression) -> list[str]:
    columns = ["Effect of", "Kind", "Coefficient", "Standard\nerror", "P-value"]
    lines = heading("Direct and indirect effects on the latent outcomes")
    lines += table(columns, list(_effects(analysis, it)))
    lines += unavailable(
        (p for each in it.gammas for p in (each.p_direct, each.p_indirect)),
        "an effect that is zero by the model, for want of the variable in the equations concerned",
    )
    listed = ", ".join(it.predictors)
    return lines + paragraph(
        f"Indirect: through {listed}. Direct: with {listed} held constant. Total: their sum, the "
        "fixed effect in the outcome's own equation, or 0 without one. Standard errors by the "
        "delta method."
    )


def _effects(analysis: Run, it: LatentRegression) -> Iterator[Row]:
    for outcome, members in groupby(it.gammas, key=lambda each: each.outcome):
        yield f"Outcome {slope_name(analysis, outcome, 'B')}"
        for each in members:
            kinds = (
                ("total", each.total, each.se_total, ""),
                ("direct", each.direct, each.se_direct, p_value(each.p_direct)),
                ("indirect", each.indirect, each.se_indirect, p_value(each.p_indirect)),
            )
            for number, (kind, est, se, p) in enumerate(kinds):
                name = "" if number else f"   {each.predictor}"
                yield name, kind, coefficient(est), coefficient(se), p


def _residual(it: LatentRegression) -> list[str]:
    """Variances of the outcomes' random effects given those of the predictors."""
    rows = [
        (name, variance(row[place]))
        for place, (name, row) in enumerate(zip(it.outcomes, it.residual, strict=True))
    ]
    columns = ["Random effect of", "Variance, given the latent predictors"]
    return table(columns, rows)
