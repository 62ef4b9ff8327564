"""One model over plausible values and imputed data files: an analysis each, then their average."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from estimation.analysis import run
from estimation.data.dataset import TwoLevelData
from estimation.errors import DataError, EstimationError, SpecError
from estimation.pooling import pool
from estimation.progress import Observer, Progress, ignore
from estimation.result import Analysis, PooledAnalysis, Pooling
from estimation.spec.checks import require_runnable
from estimation.spec.model import ModelSpec

_WHAT = {
    Pooling.OUTCOMES: "Plausible value",
    Pooling.FILES: "Data file",
    Pooling.BOTH: "Analysis",
}


@dataclass(frozen=True, eq=False)
class _Part:
    """One of the analyses: what it is called, and what it is of."""

    data: TwoLevelData
    spec: ModelSpec
    name: str
    place: str

    @property
    def label(self) -> str:
        """Its place and its name."""
        return f"{self.place} ({self.name})"


def run_all(
    data: Sequence[TwoLevelData], spec: ModelSpec, observer: Observer = ignore
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
    _require_alike(data)
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
        warnings=(*_different_rows(analyses), *_warnings(parts, analyses)),
    )


def _kind(data: Sequence[TwoLevelData], outcomes: Sequence[str | None]) -> Pooling:
    if len(data) == 1:
        return Pooling.OUTCOMES
    return Pooling.BOTH if len(outcomes) > 1 else Pooling.FILES


def _parts(
    data: Sequence[TwoLevelData], outcomes: Sequence[str | None], spec: ModelSpec, kind: Pooling
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


def _require_runnable(data: Sequence[TwoLevelData], spec: ModelSpec) -> None:
    """Raise SpecError at the first data set that lacks a variable, before anything is run."""
    for number, each in enumerate(data, 1):
        try:
            require_runnable(spec, each.catalogue)
        except SpecError as error:
            which = f"{_WHAT[Pooling.FILES]} {number} of {len(data)} ({each.name}): "
            raise SpecError(f"{which if len(data) > 1 else ''}{error}") from error


def _require_alike(data: Sequence[TwoLevelData]) -> None:
    """Raise DataError where data files cannot be imputations of the same data."""
    first, seen = data[0], {data[0].fingerprint: data[0].name}
    for each in data[1:]:
        if each.catalogue.structure is not first.catalogue.structure:
            raise DataError(
                f"{each.name} holds {each.catalogue.structure.value}, {first.name} "
                f"{first.catalogue.structure.value}. The data files of a multiple imputation must "
                "have the same structure: make one of the two again."
            )
        if each.fingerprint in seen:
            raise DataError(
                f"{each.name} holds exactly the same values as {seen[each.fingerprint]}. Every "
                "data file of a multiple imputation has other imputed values: name each once."
            )
        seen[each.fingerprint] = each.name


def _analyse(part: _Part, observer: Observer) -> Analysis:
    def tell(event: Progress) -> None:
        observer(replace(event, part=part.place))

    try:
        return run(part.data, part.spec, tell)
    except EstimationError as error:
        raise type(error)(f"{part.label}: {error}") from error


def _different_rows(analyses: Sequence[Analysis]) -> Iterator[str]:
    for counts, what in (
        ([each.n_level1 for each in analyses], "rows"),
        ([each.n_level2 for each in analyses], "level-2 units"),
    ):
        if min(counts) < max(counts):
            yield (
                f"The analyses use different numbers of {what}, {min(counts)} to {max(counts)}: "
                "look for values that are missing in some of them only."
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
