"""The sections before any estimate: what was run, on which data, with which model."""

from collections.abc import Sequence
from datetime import datetime

from estimation import __version__
from estimation.report import options
from estimation.report.layout import equation, facts, heading, paragraph, table, title
from estimation.report.numbers import coefficient, count, whole
from estimation.result import Analysis, PooledAnalysis, UnitRegressions
from estimation.spec import INTRCPT1, Centring, Likelihood, ModelSpec, Structure
from estimation.spec.equations import (
    level1_model,
    level2_models,
    mixed_model,
    plain,
    variance_model,
)

_LIKELIHOODS = {
    Likelihood.FULL: "full maximum likelihood",
    Likelihood.RESTRICTED: "restricted maximum likelihood",
}
_CENTRINGS = {
    Centring.GROUP: "Group-mean centred (around the mean of the row's own unit)",
    Centring.GRAND: "Grand-mean centred (around the mean of all)",
}


def header(now: datetime) -> list[str]:
    """Program, version, date."""
    return facts(
        [
            ("Program", f"Levelwise {__version__}, two-level hierarchical linear models"),
            ("Date", f"{now:%Y-%m-%d %H:%M}"),
        ],
        ":",
    )


def specifications(
    spec: ModelSpec,
    data_name: str,
    files: Sequence[tuple[str, str]],
    used: Sequence[tuple[str, str]],
) -> list[str]:
    """Title, data, files, numbers of units, iterations, method."""
    pairs = [
        ("Problem title", spec.settings.title),
        ("Data", data_name),
        *files,
        *used,
        ("Maximum number of iterations", str(spec.settings.max_iterations)),
        ("Method of estimation", method(spec)),
        *options.specified(spec),
    ]
    return [*heading("Specifications for this run"), "", *facts(pairs, ":"), *options.notes(spec)]


def units(analysis: Analysis) -> list[tuple[str, str]]:
    """Numbers of units, for the specifications."""
    return [
        ("Level-1 units (rows) used", str(analysis.n_level1)),
        ("Level-2 units used", str(analysis.n_level2)),
    ]


def method(spec: ModelSpec) -> str:
    """Name the likelihood and, with predictors of level-1 variance, why it is that one."""
    used = _LIKELIHOODS[spec.likelihood]
    if spec.weighting.design:
        return "full maximum pseudo-likelihood (there are design weights)"
    if not spec.heterogeneous:
        return used
    if spec.likelihood is Likelihood.RESTRICTED:
        return f"{used}, as chosen for predictors of level-1 variance (HLM would use full)"
    if spec.settings.likelihood is Likelihood.RESTRICTED:
        return f"{used} (the rule in HLM when the level-1 variance has predictors)"
    return used


def model(spec: ModelSpec, structure: Structure) -> list[str]:
    """Outcome, equations, centring."""
    lines = [*heading(f"The outcome variable is {spec.outcome}")]
    lines += [*heading("Level-1 model"), *equation(plain(level1_model(spec, structure)))]
    lines += heading("Level-2 model")
    for _, line in level2_models(spec, structure):
        lines += equation(plain(line))
    if spec.heterogeneous:
        lines += heading("Level-1 variance model")
        for line in variance_model(spec, structure):
            lines += equation(plain(line))
    lines += [*heading("Mixed model"), *equation(plain(mixed_model(spec, structure)))]
    return [*lines, *_centring(spec)]


def one_level(spec: ModelSpec) -> list[str]:
    """Say that the results are those of a model without random effects, if they are."""
    if spec.random:
        return []
    return ["", *paragraph("This model has no random effects: it is a one-level regression.")]


def data_notes(analysis: Analysis) -> list[str]:
    """Rows deleted for missing values, and what reading and joining left out."""
    lines = heading("Rows and missing values")
    if analysis.n_deleted:
        total = analysis.n_level1 + analysis.n_deleted
        which = "a variable of the model"
        which += " or a deletion variable" if analysis.spec.deletion else ""
        text = f"{analysis.n_deleted} of {total} rows deleted: {which} is missing"
        if analysis.units_deleted:
            text += f"; {count(analysis.units_deleted, 'unit')} went with them"
        lines += paragraph(f"{text}.")
    else:
        lines += paragraph("No row was deleted: no variable of the model has missing values.")
    for note in analysis.data_report:
        lines += paragraph(note, hanging="  ")
    return lines


def warnings(found: Sequence[str]) -> list[str]:
    """Warnings, if there are any."""
    if not found:
        return []
    lines = heading("WARNINGS")
    for each in found:
        lines += paragraph(f"* {each}", hanging="  ")
    return lines


def not_converged(analysis: Analysis | PooledAnalysis) -> list[str]:
    """Say first of all, in words, that a fit did not converge; the warnings say which and why."""
    if analysis.converged:
        return []
    return [
        *title("NOT CONVERGED: THE NUMBERS BELOW ARE NOT ESTIMATES TO BE REPORTED"),
        *paragraph(
            "The iterations ended before a maximum of the likelihood was found, so standard errors "
            "and tests have no meaning. What may help: more iterations; fewer random coefficients; "
            "predictors without extreme values or near-duplicates of one another; fewer predictors "
            "of level-1 variance."
        ),
    ]


def ols(regressions: UnitRegressions) -> list[str]:
    """Level-1 OLS regressions of the first units, and the averages."""
    names = [each if each == INTRCPT1 else f"{each} slope" for each in regressions.names]
    lines: list[str] = []
    if regressions.units:
        lines += [*heading("Level-1 OLS regressions"), ""]
        rows = [
            (each.unit_id, whole(each.n), *map(coefficient, each.coefficients))
            for each in regressions.units
        ]
        lines += table(["Level-2 unit", "Rows", *names], rows)
    if regressions.average is not None:
        averages = [
            (f"Average OLS level-1 coefficient for {name}", coefficient(value))
            for name, value in zip(regressions.names, regressions.average, strict=True)
        ]
        estimable = count(regressions.n_estimable, "unit")
        lines += ["", *facts(averages)]
        lines += paragraph(f"(over the {estimable} whose rows allow the regression)", "   ")
    return lines


def _centring(spec: ModelSpec) -> list[str]:
    terms = [each.coefficient for each in spec.equations if each.name != INTRCPT1]
    terms += [term for each in spec.equations for term in each.predictors]
    lines: list[str] = []
    for centring, words in _CENTRINGS.items():
        names = dict.fromkeys(each.name for each in terms if each.centring is centring)
        if names:
            lines += paragraph(f"{words}: {', '.join(names)}.", hanging="  ")
    if not terms:
        return []
    return ["", *(lines or paragraph("No predictor is centred."))]
