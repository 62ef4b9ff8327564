"""RESULTS FOR HETEROGENEOUS SIGMA-SQUARED: the level-1 variance model and its comparison."""

from math import sqrt

from estimation.report.layout import facts, heading, paragraph, table, title
from estimation.report.numbers import (
    COEFFICIENT,
    coefficient,
    fixed,
    p_value,
    ratio,
    variance,
    whole,
)
from estimation.report.preamble import LIKELIHOODS
from estimation.result import Alpha, Analysis, Solution
from estimation.spec import Likelihood

_CELLS = 40


def results(analysis: Analysis, solution: Solution) -> list[str]:
    """The block in HLM's layout, then what is ours."""
    alphas = solution.alpha or ()
    return [
        *title("RESULTS FOR HETEROGENEOUS SIGMA-SQUARED"),
        f" (iteration {solution.convergence.iterations})",
        *_variance_model(alphas),
        *_summary(analysis, solution),
        *_comparison(analysis),
        *_likelihood_note(analysis, solution),
        *_robust(alphas),
        *_ratios(alphas),
        *_cells(solution, alphas),
        *_notes(analysis),
    ]


def _variance_model(alphas: tuple[Alpha, ...]) -> list[str]:
    terms = [f"alpha{k}({each.name})" for k, each in enumerate(alphas) if k]
    rows = [
        (name, coefficient(each.est), coefficient(each.se), ratio(each.z), p_value(each.p))
        for name, each in zip(_names(alphas), alphas, strict=True)
    ]
    return [
        "",
        " Var(R) = Sigma_squared and",
        *paragraph(f"log(Sigma_squared) = {' + '.join(['alpha0', *terms])}", hanging="     "),
        *heading("Model for level-1 variance"),
        *table(["Parameter", "Coefficient", "Standard Error", "Z-ratio", "P-value"], rows),
    ]


def _names(alphas: tuple[Alpha, ...]) -> list[str]:
    width = max(len(each.name) for each in alphas) + 1
    return [f"{each.name:<{width}},alpha{k}" for k, each in enumerate(alphas)]


def _summary(analysis: Analysis, solution: Solution) -> list[str]:
    both = (analysis.homogeneous, solution)
    names = ("1. Homogeneous sigma_squared", "2. Heterogeneous sigma_squared")
    rows = [
        (name, str(each.n_parameters), f"{each.deviance:.6f}", f"{each.m2ll:.6f}")
        for name, each in zip(names, both, strict=True)
    ]
    columns = ["Model", "Number of Parameters", "Deviance", "-2 log L"]
    return [*heading("Summary of Model Fit"), *table(columns, rows)]


def _comparison(analysis: Analysis) -> list[str]:
    test = analysis.lr_test
    if test is None:
        return ["", *paragraph("Model 1 vs Model 2: no test, because a fit did not converge.")]
    row = ("Model 1 vs Model 2", fixed(test.chisq, COEFFICIENT), whole(test.df), p_value(test.p))
    return ["", *table(["Model Comparison", "Chi-square", "df", "P-value"], [row])]


def _likelihood_note(analysis: Analysis, solution: Solution) -> list[str]:
    used = LIKELIHOODS[solution.method]
    if solution.method is Likelihood.RESTRICTED:
        why = "as chosen for models with predictors of level-1 variance; HLM would use full"
    elif analysis.spec.settings.likelihood is Likelihood.RESTRICTED:
        why = "the rule with predictors of level-1 variance, whatever is set for models without"
    else:
        why = "as set, and the rule with predictors of level-1 variance"
    return [
        "",
        *paragraph(f"Both models by {used}: {why}."),
        *paragraph(
            "Deviance is -2 log L - ln 2π, HLM's constant, in every model; HLM's own printouts "
            "do not always subtract it. The chi-square is a difference, which it does not touch."
        ),
    ]


def _robust(alphas: tuple[Alpha, ...]) -> list[str]:
    rows = [
        (name, coefficient(each.est), coefficient(each.se), coefficient(each.se_robust))
        for name, each in zip(_names(alphas), alphas, strict=True)
    ]
    columns = [
        "Parameter",
        "Coefficient",
        "Standard error\n(model)",
        "Standard error\n(robust, sandwich)",
    ]
    return [*heading("Standard errors of alpha, model-based and robust"), *table(columns, rows)]


def _ratios(alphas: tuple[Alpha, ...]) -> list[str]:
    """exp(α) as a ratio of variances and exp(α/2) as one of standard deviations."""
    rows = [
        (
            each.name,
            coefficient(each.variance_ratio),
            _interval(each.variance_ratio_ci),
            coefficient(each.sd_ratio),
            _interval(each.sd_ratio_ci),
        )
        for each in alphas[1:]
    ]
    columns = [
        "One unit more of",
        "VARIANCE ratio\nexp(alpha)",
        "\n95 % interval",
        "SD ratio\nexp(alpha/2)",
        "\n95 % interval",
    ]
    lines = heading("What one unit more of a predictor multiplies the level-1 variance and SD by")
    lines += table(columns, rows)
    at_zero = alphas[0].variance
    if at_zero is None:
        return lines
    text = "Level-1 variance where all predictors are 0, exp(alpha0)"
    pairs = [(text, variance(at_zero)), ("Level-1 SD there", variance(sqrt(at_zero)))]
    return lines + facts(pairs)


def _interval(ends: tuple[float, float] | None) -> str:
    return coefficient(None) if ends is None else " to ".join(map(coefficient, ends))


def _cells(solution: Solution, alphas: tuple[Alpha, ...]) -> list[str]:
    """Rows, level-1 variance and SD of each combination of categorical predictors."""
    cells = solution.variance_cells
    if not cells:
        return []
    names = [each.name for each in alphas[1:]]
    rows = [
        (
            ", ".join(f"{n} = {value:g}" for n, value in zip(names, cell.values, strict=True)),
            str(cell.n),
            variance(cell.sigma2),
            variance(sqrt(cell.sigma2)),
        )
        for cell in cells[:_CELLS]
    ]
    columns = ["Rows with", "Number of rows", "Level-1 variance", "Level-1 SD"]
    lines = [*heading("Level-1 variance by group"), *table(columns, rows)]
    if len(cells) > _CELLS:
        lines += paragraph(f"and {len(cells) - _CELLS} more combinations.")
    return lines


def _notes(analysis: Analysis) -> list[str]:
    lines = heading("Reading these results")
    lines += paragraph(
        "* Different level-1 variances can be mimicked by a predictor or a random slope that is "
        "missing from the model, or by an outcome that is not normal. Check these before a "
        "significant alpha is taken for a difference in spread.",
        hanging="  ",
    )
    lines += paragraph(
        "* The model-based standard errors take the variance model and normality as right; the "
        "robust ones do not. Where the two differ much, trust the robust ones.",
        hanging="  ",
    )
    if any(each.level == 2 for each in analysis.spec.variance_predictors):
        lines += paragraph(
            "* A level-2 predictor of level-1 variance takes it that units which agree in the "
            "predictors have the same level-1 variance. If they do not, its standard error is "
            "too small.",
            hanging="  ",
        )
    return lines
