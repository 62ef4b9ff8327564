"""The whole text output, section by section in HLM's order."""

from datetime import datetime

from estimation.report import heterogeneous, preamble, solution
from estimation.report.layout import paragraph, title
from estimation.report.outline import Page, page
from estimation.result import Analysis
from estimation.spec import ModelSpec, Structure


def render(
    analysis: Analysis,
    *,
    command_file: str = "",
    output_file: str = "",
    now: datetime | None = None,
) -> str:
    """Return the output of an analysis as text alone; the arguments are those of `typeset`."""
    return typeset(analysis, command_file=command_file, output_file=output_file, now=now).text


def typeset(
    analysis: Analysis,
    *,
    command_file: str = "",
    output_file: str = "",
    now: datetime | None = None,
) -> Page:
    """Return the output of an analysis; `now` is the date it bears, by default the present."""
    files = _files(command_file, output_file)
    first = analysis.homogeneous
    lines = [
        *_head(analysis.spec, analysis.data_name, files, preamble.units(analysis), now),
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
        *solution.iterations(first),
        *solution.stopping(first),
        *solution.body(analysis, first),
    ]
    if analysis.heterogeneous:
        second = analysis.heterogeneous
        lines += [
            *heterogeneous.results(analysis, second),
            *solution.iterations(second),
            *solution.stopping(second),
            *solution.body(analysis, second),
        ]
    return page(lines)


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
