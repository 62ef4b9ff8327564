"""A run over plausible values or imputed data files: the averages, then every analysis in full."""

from collections.abc import Callable, Iterator, Sequence

from estimation.report import pooled_tables, preamble
from estimation.report.layout import paragraph, title
from estimation.result import Analysis, PooledAnalysis, Pooling

_WHAT = {
    Pooling.OUTCOMES: "plausible values",
    Pooling.FILES: "imputed data files",
    Pooling.BOTH: "analyses",
}


def data_names(analysis: PooledAnalysis) -> str:
    """Name the data, each file once."""
    return ", ".join(dict.fromkeys(each.data_name for each in analysis.analyses))


def units(analysis: PooledAnalysis) -> list[tuple[str, str]]:
    """Numbers of analyses, rows and units, for the specifications."""
    return [
        ("Analyses", f"{len(analysis.analyses)}, averaged by Rubin's rules"),
        *([("Plausible values", _listed(_outcomes(analysis)))] if _several(analysis) else []),
        ("Level-1 units (rows) used", _range(each.n_level1 for each in analysis.analyses)),
        ("Level-2 units used", _range(each.n_level2 for each in analysis.analyses)),
    ]


def results(analysis: PooledAnalysis, of_one: Callable[[Analysis], list[str]]) -> list[str]:
    """Everything after the head; `of_one` gives that of one analysis."""
    lines = [
        *preamble.not_converged(analysis),
        *preamble.warnings(analysis.warnings),
        *preamble.model(analysis.spec, analysis.structure),
        *_outcome_note(analysis),
    ]
    average = f"AVERAGE OVER {len(analysis.analyses)} {_WHAT[analysis.kind].upper()}"
    second = analysis.heterogeneous
    lines += title(f"{average}: HOMOGENEOUS SIGMA-SQUARED" if second else average)
    lines += _how(analysis)
    homogeneous = [each.homogeneous for each in analysis.analyses]
    lines += pooled_tables.body(analysis, analysis.homogeneous, homogeneous)
    if second:
        lines += title(f"{average}: HETEROGENEOUS SIGMA-SQUARED")
        lines += pooled_tables.variance_model(analysis, second)
        lines += pooled_tables.body(analysis, second, [each.solution for each in analysis.analyses])
    for label, each in zip(analysis.labels, analysis.analyses, strict=True):
        lines += [*title(label), *of_one(each)]
    return lines


def _outcomes(analysis: PooledAnalysis) -> list[str]:
    return [*dict.fromkeys(each.spec.outcome or "" for each in analysis.analyses)]


def _several(analysis: PooledAnalysis) -> bool:
    return analysis.kind is not Pooling.FILES


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)


def _range(counts: Iterator[int]) -> str:
    found = sorted(set(counts))
    return str(found[0]) if len(found) == 1 else f"{found[0]} to {found[-1]}"


def _outcome_note(analysis: PooledAnalysis) -> list[str]:
    if not _several(analysis):
        return []
    outcomes = _outcomes(analysis)
    text = f"{analysis.spec.outcome} stands for each plausible value in turn: {_listed(outcomes)}."
    return ["", *paragraph(text)]


def _how(analysis: PooledAnalysis) -> list[str]:
    m = len(analysis.analyses)
    rules = (
        f"Each estimate is the mean of those of the {m} analyses. The square of its standard error "
        f"is the mean of their squared standard errors plus (1 + 1/{m}) times the variance of "
        "their estimates (Rubin, 1987). Degrees of freedom of fixed effects are those of Barnard "
        "and Rubin (1999), all others Rubin's. The fraction of missing information is the share "
        "of what there is to know of a parameter that the missing values take away."
    )
    *others, last = _not_averaged(analysis)
    left_out = (
        "Deviances and likelihood-ratio tests are not averaged: an average has no likelihood. Nor "
        f"are {', '.join(others)} and {last}. All of these stand in the output of each analysis, "
        "below."
    )
    crossed = (
        "Every data file was run with every plausible value. The analyses are averaged as if all "
        "were drawn independently; those of one data file share its imputed values, so standard "
        "errors may be somewhat too small."
    )
    notes = [rules, left_out, *([crossed] if analysis.kind is Pooling.BOTH else [])]
    return [line for note in notes for line in ("", *paragraph(note))]


def _not_averaged(analysis: PooledAnalysis) -> list[str]:
    """What stands in the output of each analysis only: what is always there, what was asked for."""
    spec, settings, second = analysis.spec, analysis.spec.settings, analysis.heterogeneous
    asked = {
        "the Wald test of alpha": second,
        "the model comparison test": settings.comparison,
        "the test of homogeneity of level-1 variance": settings.homogeneity,
        "the score tests of heterogeneous level-1 variance": second or spec.variance_candidates,
        "the likelihood-ratio tests of variance components": settings.variance_tests,
        "the profile-likelihood intervals": settings.profile_intervals,
        "the exploratory analysis": any(each.candidates for each in spec.equations),
        "the parametric bootstrap": settings.bootstrap,
    }
    always = ["the chi-square tests of variance components", "the effect sizes"]
    return always + [words for words, wanted in asked.items() if wanted]
