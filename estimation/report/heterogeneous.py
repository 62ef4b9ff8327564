"""RESULTS FOR HETEROGENEOUS SIGMA-SQUARED: the level-1 variance model and its comparison."""

from collections.abc import Sequence
from math import sqrt

from estimation.report.layout import facts, heading, paragraph, table, title, unavailable
from estimation.report.numbers import (
    COEFFICIENT,
    coefficient,
    fixed,
    p_value,
    ratio,
    variance,
    whole,
)
from estimation.report.preamble import method
from estimation.report.solution import UNTOLD
from estimation.result import Alpha, Analysis, PooledAlpha, Solution
from estimation.spec import VariancePredictor
from estimation.spec.letters import letters_of

_NAME = 24
Alphas = Sequence[Alpha | PooledAlpha]


def results(analysis: Analysis, solution: Solution) -> list[str]:
    """The block in HLM's layout, then what is ours."""
    alphas = solution.alpha or ()
    ended = solution.convergence
    state = "" if ended.converged else ": NOT CONVERGED"
    return [
        *title("RESULTS FOR HETEROGENEOUS SIGMA-SQUARED"),
        f" (iteration {ended.iterations}{state})",
        *formula(alphas, letters_of(analysis.structure).in_table("R")),
        *_variance_model(alphas),
        *levels(analysis.spec.variance_predictors),
        *_summary(analysis, solution),
        *_comparison(analysis, solution),
        *_likelihood_note(analysis),
        *([] if analysis.spec.weighting.design else _robust(solution, alphas)),
        *ratios(alphas),
        *_cells(solution, alphas),
        *_notes(analysis, alphas),
    ]


def formula(alphas: Alphas, error: str) -> list[str]:
    """The variance model in HLM's words."""
    terms = [f"alpha{k}({each.name})" for k, each in enumerate(alphas) if k]
    return [
        "",
        f" Var({error}) = Sigma_squared and",
        *paragraph(f"log(Sigma_squared) = {' + '.join(['alpha0', *terms])}", hanging="     "),
    ]


def _variance_model(alphas: tuple[Alpha, ...]) -> list[str]:
    rows = [
        (name, coefficient(each.est), coefficient(each.se), ratio(each.z), p_value(each.p))
        for name, each in zip(alpha_names(alphas), alphas, strict=True)
    ]
    return [
        *heading("Model for level-1 variance"),
        *table(["Parameter", "Coefficient", "Standard Error", "Z-ratio", "P-value"], rows),
        *unavailable((each.se for each in alphas), UNTOLD),
    ]


def levels(predictors: tuple[VariancePredictor, ...]) -> list[str]:
    """Name the level of each predictor, where not all are of level 1."""
    if all(each.level == 1 for each in predictors):
        return []
    named = (f"alpha{k}: {each.name}, level {each.level}" for k, each in enumerate(predictors, 1))
    return paragraph(f"{'; '.join(named)}.")


def alpha_names(alphas: Alphas) -> list[str]:
    """INTRCPT1 ,alpha0."""
    width = min(max(len(each.name) for each in alphas), _NAME) + 1
    return [f"{each.name:<{width}},alpha{k}" for k, each in enumerate(alphas)]


def _summary(analysis: Analysis, solution: Solution) -> list[str]:
    both = (analysis.homogeneous, solution)
    names = ("1. Homogeneous sigma_squared", "2. Heterogeneous sigma_squared")
    rows = [
        (name, str(each.n_parameters), coefficient(each.deviance), coefficient(each.m2ll))
        for name, each in zip(names, both, strict=True)
    ]
    columns = ["Model", "Number of Parameters", "Deviance", "-2 log L"]
    return [*heading("Summary of Model Fit"), *table(columns, rows)]


def _comparison(analysis: Analysis, solution: Solution) -> list[str]:
    """The likelihood-ratio test, and the Wald test that all α but α_0 are 0."""
    last = len(solution.alpha or ()) - 1
    null = "alpha1 = 0" if last == 1 else f"alpha1 to alpha{last} all 0"
    named = [("Model 1 vs Model 2", analysis.lr_test), (f"Wald test, {null}", solution.wald)]
    rows = [
        (name, fixed(test.chisq, COEFFICIENT), whole(test.df), p_value(test.p))
        for name, test in named
        if test
    ]
    lines = [""]
    if analysis.lr_test is None:
        why = (
            "a difference of pseudo-likelihoods has no chi-square distribution"
            if analysis.spec.weighting.design
            else "because a fit did not converge"
        )
        lines += paragraph(f"Model 1 vs Model 2: no test, {why}.")
    return lines + (
        table(["Model Comparison", "Chi-square", "df", "P-value"], rows) if rows else []
    )


def _likelihood_note(analysis: Analysis) -> list[str]:
    return [
        "",
        *paragraph(f"Both models: {method(analysis.spec)}."),
        *paragraph(
            "Deviance is -2 log L - ln 2π, HLM's constant, in every model; HLM's own printouts "
            "do not always subtract it. The chi-square is the difference of the two deviances, so "
            "the constant drops out."
        ),
    ]


def _robust(solution: Solution, alphas: tuple[Alpha, ...]) -> list[str]:
    lines = heading("Standard errors of alpha, model-based and robust")
    if not _has_robust(alphas):
        why = "Tau is at its boundary" if solution.convergence.boundary else UNTOLD
        return lines + paragraph(f"Robust standard errors of alpha are not available: {why}.")
    rows = [
        (name, coefficient(each.est), coefficient(each.se), coefficient(each.se_robust))
        for name, each in zip(alpha_names(alphas), alphas, strict=True)
    ]
    columns = [
        "Parameter",
        "Coefficient",
        "Standard error\n(model)",
        "Standard error\n(robust, sandwich)",
    ]
    lines += table(columns, rows)
    return lines + unavailable((each.se for each in alphas), UNTOLD)


def _has_robust(alphas: tuple[Alpha, ...]) -> bool:
    return any(each.se_robust is not None for each in alphas)


def ratios(alphas: Alphas) -> list[str]:
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
        "95 % interval\n(variance)",
        "SD ratio\nexp(alpha/2)",
        "95 % interval\n(SD)",
    ]
    lines = heading("Ratios of level-1 variances, and of SDs, for one unit more of a predictor")
    lines += table(columns, rows)
    limits = [end for each in alphas[1:] for end in each.variance_ratio_ci or (None,)]
    lines += unavailable(limits, "a limit too large for a number, or without a standard error")
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
        for cell in cells
    ]
    columns = ["Rows with", "Number of rows", "Level-1 variance", "Level-1 SD"]
    return [*heading("Level-1 variance by group"), *table(columns, rows)]


def _notes(analysis: Analysis, alphas: tuple[Alpha, ...]) -> list[str]:
    """Say what can mimic heterogeneity, and what the standard errors assume."""
    mimicry = (
        "Different level-1 variances can be mimicked by a predictor or a random slope that is "
        "missing from the model, or by an outcome that is not normal. Check these before a "
        "significant alpha is taken for a difference in spread."
    )
    notes = [mimicry]
    if _has_robust(alphas):
        notes.append(
            "The model-based standard errors take the variance model and normality as right; the "
            "robust ones do not. Where the two differ much, trust the robust ones."
        )
    if any(each.level == 2 for each in analysis.spec.variance_predictors):
        notes.append(
            "With a level-2 predictor of level-1 variance, units with equal values are taken to "
            "have equal level-1 variances. Where they do not, the model-based standard error is "
            "too small."
        )
    lines = heading("Reading these results")
    for note in notes:
        lines += paragraph(f"* {note}", hanging="  ")
    return lines
