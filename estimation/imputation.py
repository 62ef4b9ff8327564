"""One model over plausible values and imputed data files: an analysis each, then their average."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from estimation.analysis import run
from estimation.data.dataset import Data, TwoLevelData
from estimation.data.report import count
from estimation.errors import DataError, EstimationError, SpecError
from estimation.pooling import pool
from estimation.progress import Observer, Progress, ignore
from estimation.result import Analysis, PooledAnalysis, Pooling
from estimation.spec.checks import problems
from estimation.spec.model import ModelSpec

_WHAT = {
    Pooling.OUTCOMES: "Plausible value",
    Pooling.FILES: "Data file",
    Pooling.BOTH: "Analysis",
}


@dataclass(frozen=True, eq=False)
class _Part:
    """One of the analyses: what it is called, and what it is of."""

    data: Data
    spec: ModelSpec
    name: str
    place: str

    @property
    def label(self) -> str:
        """Its place and its name."""
        return f"{self.place} ({self.name})"


def run_all(
    data: Sequence[Data], spec: ModelSpec, observer: Observer = ignore
) -> Analysis | PooledAnalysis:
    """Run the model on every data set with every plausible value, and pool (E40).

    With one data set and one outcome it is `analysis.run`.  Raises what that raises, naming the
    analysis; DataError and SpecError if the data sets do not belong together.
    """
    outcomes = spec.plausible_values or (spec.outcome,)
    if len(data) == len(outcomes) == 1:
        return run(data[0], spec, observer)
    kind = _kind(data, outcomes)
    _require_runnable(data, spec)
    try:
        _require_alike([each for each in data if isinstance(each, TwoLevelData)])
    except DataError as error:
        error.keyword = "imputations" if spec.imputations else None
        raise
    _require_values(data, spec)
    parts = tuple(_parts(data, outcomes, spec, kind))
    analyses = tuple(_analyse(part, observer) for part in parts)
    return PooledAnalysis(
        spec=spec,
        kind=kind,
        names=tuple(each.name for each in parts),
        labels=tuple(each.label for each in parts),
        analyses=analyses,
        homogeneous=pool([each.homogeneous for each in analyses], spec.blocks),
        heterogeneous=pool([each.solution for each in analyses], spec.blocks)
        if spec.heterogeneous
        else None,
        warnings=(*_different_rows(parts, analyses), *_warnings(parts, analyses)),
    )


def _kind(data: Sequence[Data], outcomes: Sequence[str | None]) -> Pooling:
    if len(data) == 1:
        return Pooling.OUTCOMES
    return Pooling.BOTH if len(outcomes) > 1 else Pooling.FILES


def _parts(
    data: Sequence[Data], outcomes: Sequence[str | None], spec: ModelSpec, kind: Pooling
) -> Iterator[_Part]:
    """Cross the data sets with the outcomes; each gets the model without the others."""
    pairs = [(of, outcome) for of in data for outcome in outcomes]
    for number, (of, outcome) in enumerate(pairs, 1):
        names = {Pooling.OUTCOMES: outcome or "", Pooling.FILES: of.name}
        yield _Part(
            data=of,
            spec=replace(spec, outcome=outcome, plausible_values=(), imputations=()),
            name=names.get(kind, f"{of.name}, {outcome}"),
            place=f"{_WHAT[kind]} {number} of {len(pairs)}",
        )


def _require_runnable(data: Sequence[Data], spec: ModelSpec) -> None:
    """Raise SpecError before anything is run: what is wrong in any data, else in which of them."""
    found = [problems(spec, each.catalogue) for each in data]
    common = [each.message for each in found[0] if all(each in others for others in found)]
    if common:
        raise SpecError("\n".join(common))
    for number, (each, of_it) in enumerate(zip(data, found, strict=True), 1):
        if of_it:
            which = f"{_WHAT[Pooling.FILES]} {number} of {len(data)} ({each.name})"
            words = "\n".join(problem.message for problem in of_it)
            raise SpecError(f"{which}: {words}", of_it[0].variable, of_it[0].keyword)


def _require_values(data: Sequence[Data], spec: ModelSpec) -> None:
    """Raise DataError at a plausible value without any value."""
    for each in data:
        empty = {variable.name for variable in each.catalogue.level1 if not variable.n}
        for name in spec.plausible_values:
            if name in empty:
                raise DataError(
                    f"The plausible value {name} has no value in any row of {each.name}. "
                    "Take it out of the plausible values.",
                    keyword="plausvals",
                )


def _require_alike(data: Sequence[TwoLevelData]) -> None:
    """Raise DataError where data files cannot be imputations of the same data."""
    for each in data[1:]:
        first = data[0]
        if each.catalogue.structure is not first.catalogue.structure:
            raise DataError(
                f"{each.name} holds {each.catalogue.structure.value}, {first.name} "
                f"{first.catalogue.structure.value}. The data files of a multiple imputation must "
                "have the same structure: make one of the two again."
            )
        _require_same_rows(first, each)
    for number, each in enumerate(data):
        for earlier, other in enumerate(data[:number]):
            if each.fingerprint == other.fingerprint:
                raise DataError(_same_values(each.name, number, other.name, earlier))


def _require_same_rows(first: TwoLevelData, other: TwoLevelData) -> None:
    """Raise DataError at the first unit that has not as many rows in both files."""
    rows, others = _rows(first), _rows(other)
    if rows == others:
        return
    unit = next(unit for unit in (*rows, *others) if rows.get(unit) != others.get(unit))
    where = " and ".join(
        f"has {count(found[unit], 'row')} in {name}" if unit in found else f"is not in {name}"
        for found, name in ((rows, first.name), (others, other.name))
    )
    raise DataError(
        f"{other.name} holds {count(other.n_rows, 'row')} in {count(other.n_units, 'unit')}, "
        f"{first.name} {count(first.n_rows, 'row')} in {count(first.n_units, 'unit')}: "
        f"{first.id_name} {unit} {where}. The data files of a multiple imputation are the same "
        "rows of the same units, with other imputed values. Take the file that does not belong to "
        "them out, or make it again from all rows, without deleting any for missing values."
    )


def _rows(data: TwoLevelData) -> dict[str, int]:
    """Rows of each unit."""
    return dict(zip(data.unit_ids, np.diff(data.offsets).tolist(), strict=True))


def _same_values(name: str, number: int, earlier_name: str, earlier: int) -> str:
    if name == earlier_name:
        return (
            f"{name} is named twice, as data file {earlier + 1} and as data file {number + 1} "
            "(the first is that of the model itself, then those of its imputations follow). "
            "Name each once."
        )
    return (
        f"{name} holds exactly the same values as {earlier_name}. Every data file of a multiple "
        "imputation has other imputed values: name each once."
    )


def _analyse(part: _Part, observer: Observer) -> Analysis:
    def tell(event: Progress) -> None:
        observer(replace(event, part=part.place))

    try:
        return run(part.data, part.spec, tell)
    except EstimationError as error:
        error.args = (f"{part.label}: {error}",)
        raise


def _different_rows(parts: Sequence[_Part], analyses: Sequence[Analysis]) -> Iterator[str]:
    """Warn where values that are missing in some analyses only have left rows out of these."""
    ranges = [
        f"{min(counts)} to {max(counts)} {what}"
        for counts, what in (
            ([each.n_level1 for each in analyses], "rows"),
            ([each.n_level2 for each in analyses], "level-2 units"),
        )
        if min(counts) < max(counts)
    ]
    if ranges:
        _, part = min(zip(analyses, parts, strict=True), key=lambda pair: pair[0].n_level1)
        yield (
            f"The analyses use different rows, {' in '.join(ranges)}, the fewest with {part.name}: "
            "values of the model's variables are missing in some of them only. Impute these, too, "
            "or the average is of estimates from different rows."
        )


def _warnings(parts: Sequence[_Part], analyses: Sequence[Analysis]) -> Iterator[str]:
    """Tell each warning once, with the analyses that it is of."""
    found: dict[str, list[str]] = {}
    for part, analysis in zip(parts, analyses, strict=True):
        for words in analysis.warnings:
            found.setdefault(words, []).append(part.name)
    for words, names in found.items():
        of = "All analyses" if len(names) == len(parts) else "; ".join(names)
        yield f"{of}: {words}"
