"""Effect sizes, each labelled with what it is a share, or a ratio, of."""

from itertools import groupby

from estimation.report.layout import facts, heading, paragraph, table, unavailable
from estimation.report.names import gamma_name, slope_name
from estimation.report.numbers import coefficient, ratio, variance, whole
from estimation.result import (
    Analysis,
    EffectSizes,
    ExplainedVariance,
    Reduction,
    Solution,
    StandardisedEffect,
)
from estimation.spec import INTRCPT1


def effect_sizes(analysis: Analysis, solution: Solution) -> list[str]:
    """R² and ICC, and on request the comparison with the null model and standardised γ."""
    it = solution.effect_sizes
    if it is None:
        return []
    return [
        *heading("Effect sizes (shares of VARIANCES, not of standard deviations)"),
        *_explained(analysis, it),
        *_against_null(analysis, it),
        *_standardised(analysis, solution, it.standardised),
    ]


def _explained(analysis: Analysis, it: EffectSizes) -> list[str]:
    if it.explained is None:
        why = (
            "each row has a level-1 variance of its own, which is known or scaled by a weight"
            if analysis.spec.weighting.precision or analysis.spec.weighting.known_variance
            else "the level-1 variance differs by too many values of its predictors"
        )
        return paragraph(f"No single R-squared or ICC describes this model: {why}.")
    names = [each.name for each in analysis.spec.variance_predictors]
    first = it.explained[0]
    lines = _by_pattern(names, it.explained) if first.values else _of_all(first)
    meaning = (
        "Marginal: the share of the outcome's variance that is due to the fixed effects; "
        "conditional: to fixed and random effects together (Nakagawa, Johnson & Schielzeth, 2017)."
    )
    if first.icc is not None:
        meaning += " ICC: the share of the level-2 variance in what the fixed effects leave."
    if first.values:
        meaning += (
            " Each group of rows by itself: what lies between the groups explains none of it."
        )
    return lines + paragraph(meaning)


def _of_all(it: ExplainedVariance) -> list[str]:
    pairs = [
        ("R-squared, marginal", ratio(it.r2_marginal)),
        ("R-squared, conditional", ratio(it.r2_conditional)),
    ]
    if it.icc is not None:
        pairs.append(("Intraclass correlation (ICC)", ratio(it.icc)))
        pairs.append(("95 % interval of the ICC", _interval(it)))
    return facts(pairs) + (_no_interval([it]) if it.icc is not None else [])


def _by_pattern(names: list[str], explained: tuple[ExplainedVariance, ...]) -> list[str]:
    icc = explained[0].icc is not None
    rows = [
        (
            ", ".join(f"{n} = {v:g}" for n, v in zip(names, each.values, strict=True)),
            whole(each.n),
            ratio(each.r2_marginal),
            ratio(each.r2_conditional),
            *((ratio(each.icc), _interval(each)) if icc else ()),
        )
        for each in explained
    ]
    columns = ["Rows with", "Number\nof rows", "R-squared,\nmarginal", "R-squared,\nconditional"]
    columns += ["ICC", "95 % interval\nof the ICC"] if icc else []
    return table(columns, rows) + (_no_interval(explained) if icc else [])


def _interval(it: ExplainedVariance) -> str:
    return ratio(None) if it.icc_ci is None else " to ".join(map(ratio, it.icc_ci))


def _no_interval(explained: tuple[ExplainedVariance, ...] | list[ExplainedVariance]) -> list[str]:
    return unavailable(
        (None if each.icc_ci is None else 0.0 for each in explained),
        "Tau is at its boundary, or has no standard errors",
    )


def _against_null(analysis: Analysis, it: EffectSizes) -> list[str]:
    if not it.reductions:
        return []
    rows = [
        (
            _component(analysis, each),
            variance(each.null),
            variance(each.model),
            ratio(each.proportion),
        )
        for each in it.reductions
    ]
    columns = ["Variance of", "Variance in\nthe null model", "Variance in\nthis model"]
    lines = heading("Proportion reduction of VARIANCE, against the model of INTRCPT1 alone")
    lines += table([*columns, "Proportion\nreduction"], rows)
    if any(each.proportion is not None and each.proportion < 0 for each in it.reductions):
        lines += paragraph(
            "A negative reduction is no error: a predictor can uncover variance of the other level."
        )
    if it.snijders_bosker:
        level1, level2 = map(ratio, it.snijders_bosker)
        lines += facts(
            [
                ("R-squared of level 1 (Snijders & Bosker)", level1),
                ("R-squared of level 2, unit means (Snijders & Bosker)", level2),
            ]
        )
    return lines


def _component(analysis: Analysis, it: Reduction) -> str:
    if it.component == INTRCPT1:
        return slope_name(analysis, INTRCPT1, "U")
    return "level 1, Sigma_squared"


def _standardised(
    analysis: Analysis, solution: Solution, effects: tuple[StandardisedEffect, ...]
) -> list[str]:
    if not effects:
        return []
    symbols = {(each.coef, each.predictor): each.symbol for each in solution.fixed}
    rows: list[str | tuple[str, ...]] = []
    for coef, members in groupby(effects, key=lambda each: each.coef):
        rows.append(f"For {slope_name(analysis, coef, 'B')}")
        rows += [
            (
                f"   {gamma_name(analysis, each.predictor, symbols[coef, each.predictor])}",
                coefficient(each.est),
                coefficient(each.se),
            )
            for each in members
        ]
    return [
        *heading("Standardised fixed effects: SDs of the outcome for one SD of the predictor"),
        *table(["Fixed effect", "Standardised\ncoefficient", "Standard\nerror"], rows),
        *unavailable(
            (each.est for each in effects),
            "a constant has no SD, and fixed effects that are set equal have no common one",
        ),
        *paragraph(
            "SDs are those over all rows; of the effect of a level-2 variable on a slope, that of "
            "the product of both predictors."
        ),
    ]
