"""The whole text output, section by section in HLM's order."""

from datetime import datetime

from estimation.report import (
    effect_sizes,
    exploration,
    heterogeneous,
    hypotheses,
    pooled,
    preamble,
    resampling,
    solution,
)
from estimation.report.layout import paragraph, title
from estimation.report.outline import Page, page
from estimation.result import Analysis, PooledAnalysis, Solution
from estimation.spec import ModelSpec, Structure


def render(
    analysis: Analysis | PooledAnalysis,
    *,
    command_file: str = "",
    output_file: str = "",
    now: datetime | None = None,
) -> str:
    """Return the output of an analysis as text alone; the arguments are those of `typeset`."""
    return typeset(analysis, command_file=command_file, output_file=output_file, now=now).text


def typeset(
    analysis: Analysis | PooledAnalysis,
    *,
    command_file: str = "",
    output_file: str = "",
    now: datetime | None = None,
) -> Page:
    """Return the output of an analysis; `now` is the date it bears, by default the present."""
    spec, files = analysis.spec, _files(command_file, output_file)
    if isinstance(analysis, PooledAnalysis):
        names, units = pooled.data_names(analysis), pooled.units(analysis)
        lines = pooled.results(analysis, _results)
    else:
        names, units = analysis.data_name, preamble.units(analysis)
        lines = _results(analysis)
    return page([*_head(spec, names, files, units, now), *lines])


def _results(analysis: Analysis) -> list[str]:
    """Everything after the head."""
    first = analysis.homogeneous
    lines = [
        *preamble.not_converged(analysis),
        *preamble.warnings(analysis.warnings),
        *preamble.model(analysis.spec, analysis.structure),
        *preamble.data_notes(analysis),
        *preamble.ols(analysis.ols),
    ]
    if analysis.heterogeneous:
        lines += title("RESULTS FOR HOMOGENEOUS SIGMA-SQUARED")
    lines += [
        *preamble.one_level(analysis.spec),
        *_solution(analysis, first),
    ]
    if analysis.heterogeneous:
        second = analysis.heterogeneous
        lines += [*heterogeneous.results(analysis, second), *_solution(analysis, second)]
    return [*lines, *resampling.bootstrap(analysis)]


def _solution(analysis: Analysis, it: Solution) -> list[str]:
    """One solution, from its iterations to the tests that were asked for."""
    first = it is analysis.homogeneous
    return [
        *solution.iterations(it),
        *solution.stopping(it),
        *solution.body(analysis, it),
        *hypotheses.comparison(it),
        *(hypotheses.homogeneity(analysis) if first else []),
        *(resampling.score_tests(analysis) if first else []),
        *resampling.variance_tests(analysis, it),
        *resampling.profile_intervals(analysis, it),
        *hypotheses.linear(analysis, it),
        *exploration.explored(analysis, it),
        *exploration.latent(analysis, it),
        *effect_sizes.effect_sizes(analysis, it),
    ]


def failure(
    spec: ModelSpec,
    data_name: str,
    message: str,
    *,
    structure: Structure = Structure.PERSONS_IN_GROUPS,
    command_file: str = "",
    now: datetime | None = None,
) -> str:
    """Return the output of a run that has no result as text alone; see `failure_page`."""
    return failure_page(
        spec, data_name, message, structure=structure, command_file=command_file, now=now
    ).text


def failure_page(
    spec: ModelSpec,
    data_name: str,
    message: str,
    *,
    structure: Structure = Structure.PERSONS_IN_GROUPS,
    command_file: str = "",
    now: datetime | None = None,
) -> Page:
    """Return the output of a run that has no result: what was asked, and why there is none."""
    lines = _head(spec, data_name, _files(command_file, ""), [], now)
    if spec.outcome is not None:
        lines += preamble.model(spec, structure)
    lines += [*title("THIS MODEL WAS NOT ESTIMATED"), ""]
    for line in message.splitlines():
        lines += paragraph(line, hanging="  ")
    return page(lines)


def _files(command_file: str, output_file: str) -> list[tuple[str, str]]:
    named = (("Command file", command_file), ("Output file", output_file))
    return [(what, name) for what, name in named if name]


def _head(
    spec: ModelSpec,
    data_name: str,
    files: list[tuple[str, str]],
    units: list[tuple[str, str]],
    now: datetime | None,
) -> list[str]:
    return [
        *preamble.header(now or datetime.now().astimezone()),
        *preamble.specifications(spec, data_name, files, units),
    ]
