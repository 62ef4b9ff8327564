"""What the rows used come to, part by part and in all; data that no model fits are refused."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import compress
from typing import NamedTuple

import numpy as np

from estimation.arrays import Array, Index
from estimation.data.dataset import Data
from estimation.data.report import count
from estimation.errors import DataError
from estimation.spec.equations import gamma_indices
from estimation.spec.model import (
    INTRCPT2,
    Centring,
    Equation,
    ModelSpec,
    Term,
    Weight,
    Weighting,
)

# Levels.
ROW, UNIT = 1, 2
# Lines of the parts' reports that are told.
_REPORTED = 5


class Used(NamedTuple):
    """What the rows used come to, of `n_rows` that have an ID; `n_deleted` units have none.

    `sizes` (J,), `weight_sums` (J,) of design weights of rows, `level2` values (J,) by variable,
    `means` by (level, variable); `report` says what happened when the parts were read.
    """

    unit_ids: tuple[str, ...]
    sizes: Index
    level2: Mapping[str, Array]
    means: Mapping[tuple[int, str], float]
    weight_sums: Array | None = None
    n_deleted: int = 0
    n_rows: int = 0
    report: tuple[str, ...] = ()

    def multipliers(self, equations: Sequence[Equation]) -> Array:
        """W (f, J): what each γ multiplies its level-1 predictor with, 1 or a level-2 predictor."""
        return np.stack([w for equation in equations for w in self._multipliers(equation)])

    def _multipliers(self, equation: Equation) -> Iterator[Array]:
        for name, s in gamma_indices(equation):
            if name == INTRCPT2:
                yield np.ones(self.sizes.size)
            else:
                yield self.centred(equation.predictors[s - 1])

    def centred(self, term: Term) -> Array:
        """Values (J,) of a level-2 variable, centred."""
        values = self.level2[term.name]
        grand = term.centring is Centring.GRAND
        return values - self.means[UNIT, term.name] if grand else values

    def unit_weights(self, weight: Weight | None) -> Array | None:
        """Level-2 design weights (J,); normalised, they add up to J (E27)."""
        if weight is None:
            return None
        values = self.level2[weight.name]
        return values / self.means[UNIT, weight.name] if weight.normalised else values


class Mean(NamedTuple):
    """Sum, least and largest of some values: the mean is exact for a constant.

    Rounding noise around it would pass for a predictor.
    """

    total: float
    least: float
    largest: float


class Census(NamedTuple):
    """Of a part: rows used by unit, level-2 values of the units used, and what means are made of.

    `not_positive` counts the values of variables that must be positive; `report` is the part's.
    """

    n_rows: int
    sizes: Index
    unit_ids: tuple[str, ...]
    level2: dict[str, Array]
    means: dict[str, Mean]
    not_positive: dict[str, int]
    weight_sums: Array | None
    report: tuple[str, ...]


def added_up(data: Data, spec: ModelSpec, found: Sequence[Census]) -> Used:
    """Add up what was counted of the parts; raises DataError with the variable and the remedy."""
    every = np.concatenate([census.sizes for census in found])
    all_ids = [name for census in found for name in census.unit_ids]
    _require_whole(all_ids)
    sizes, unit_ids = every[every > 0], tuple(compress(all_ids, every))
    n_rows = sum(census.n_rows for census in found)
    _require_units(data, spec, unit_ids, n_rows)
    _require_all_positive(spec, found, int(sizes.sum()))
    level2 = {
        name: finite(name, np.concatenate([census.level2[name] for census in found]))
        for name in found[0].level2
    }
    means = {(ROW, name): _mean(found, name, int(sizes.sum())) for name in found[0].means}
    for name, values in level2.items():
        means[UNIT, name] = float(values[0] if np.ptp(values) == 0 else values.mean())
    weighted = found[0].weight_sums is not None
    weights = [census.weight_sums for census in found if census.weight_sums is not None]
    sums = np.concatenate(weights) if weighted else None
    n_deleted = every.size - sizes.size
    report = tuple(_reported(data, found, n_rows))
    used = Used(unit_ids, sizes, level2, means, sums, n_deleted, n_rows, report)
    if weight := spec.weighting.level2:
        wrong = int((level2[weight.name] <= 0).sum())
        _require_positive(weight.name, wrong, sizes.size, "A design weight")
    return used


def _reported(data: Data, found: Sequence[Census], n_rows: int) -> Iterator[str]:
    if data.n_rows > n_rows:
        yield f"{count(data.n_rows - n_rows, 'row')} without {data.id_name} left out."
    lines = [line for census in found for line in census.report]
    yield from lines[:_REPORTED]
    if len(lines) > _REPORTED:
        yield f"So in {count(len(lines) - _REPORTED, 'further file')}."


def _mean(found: Sequence[Census], name: str, n: int) -> float:
    totals, least, largest = zip(*(census.means[name] for census in found), strict=True)
    return float(min(least) if min(least) == max(largest) else sum(totals) / n)


def _require_whole(unit_ids: Sequence[str]) -> None:
    if len(set(unit_ids)) < len(unit_ids):
        (first, n), *_ = Counter(unit_ids).most_common(1)
        raise DataError(
            f"Rows of unit {first} stand in {n} files of the folder. Write the files anew with all "
            "rows of a unit in one."
        )


def _require_units(data: Data, spec: ModelSpec, unit_ids: Sequence[str], n_rows: int) -> None:
    if not n_rows:
        raise DataError(
            f"No row has a value of {data.id_name}, the ID of the level-2 units. Name another "
            "variable as the ID."
        )
    if not unit_ids:
        listed = ", ".join(dict.fromkeys(name for _, name in spec.variables()))
        raise DataError(
            f"No row has values in all variables of the model ({listed}). "
            "Look for a variable without values and take it out of the model."
        )
    if len(unit_ids) == 1:
        raise DataError(
            f"All rows used belong to one level-2 unit ({data.id_name} {unit_ids[0]}). A two-level "
            f"model needs several: look whether {data.id_name} is the right linking variable."
        )


def _require_all_positive(spec: ModelSpec, found: Sequence[Census], n: int) -> None:
    for name, what in to_be_positive(spec.weighting):
        _require_positive(name, sum(census.not_positive[name] for census in found), n, what)


def to_be_positive(weighting: Weighting) -> Iterator[tuple[str, str]]:
    """Yield level-1 variables that must be, and what they are."""
    if weighting.known_variance:
        yield weighting.known_variance, "A level-1 variance"
    if weighting.precision:
        yield weighting.precision, "A precision weight"
    if weighting.level1:
        yield weighting.level1.name, "A design weight"


def _require_positive(name: str, wrong: int, n: int, what: str) -> None:
    if wrong:
        raise DataError(
            f"{name} is zero or negative in {wrong} of {n} cases. {what} must be "
            "positive: correct these values, or leave their rows out.",
            name,
        )


def finite(name: str, values: Array) -> Array:
    """Refuse infinite values, which the sum shows at once."""
    with np.errstate(over="ignore", invalid="ignore"):
        doubtful = not np.isfinite(values.sum())
    if doubtful and np.isinf(values).any():
        raise DataError(f"{name} has infinite values. Leave their rows out, or correct them.")
    return values
