"""The variables of a model over the rows that are complete in all of them, part by part."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from estimation.arrays import Array, Index, Mask
from estimation.data.dataset import Data, TwoLevelData
from estimation.parts import Parts
from estimation.spec.model import (
    INTRCPT1,
    Centring,
    ModelSpec,
    Term,
    VariancePredictor,
    Weight,
)
from estimation.used import ROW, Census, Mean, Used, added_up, finite, to_be_positive

# Of the room for rows that are held, those of the design may take one part in so many.
_SPARED = 8


class Block(NamedTuple):
    """Rows of some units, whole ones: `y` (n,), level-1 design `A` (n, a), `C` (n, k); `W` (f, J).

    The rows of unit j are `offsets[j]:offsets[j + 1]`.  `ln_scale`, `row_weights` (n,) and
    `unit_weights` (J,) are as in `Design`; `candidates` (n,) each are tried as predictors of
    level-1 variance.
    """

    y: Array
    A: Array
    W: Array
    C: Array
    offsets: Index
    ln_scale: Array | None
    row_weights: Array | None
    unit_weights: Array | None
    candidates: tuple[Array, ...]

    def taken(self, chosen: Index) -> "Block":
        """Return some of the rows, in their order, of the same units."""
        unit = np.repeat(np.arange(self.offsets.size - 1), np.diff(self.offsets))[chosen]
        sizes = np.bincount(unit, minlength=self.offsets.size - 1)
        return self._replace(
            y=self.y[chosen],
            A=self.A[chosen],
            C=self.C[chosen],
            offsets=np.concatenate(([0], np.cumsum(sizes))),
            ln_scale=None if self.ln_scale is None else self.ln_scale[chosen],
            row_weights=None if self.row_weights is None else self.row_weights[chosen],
            candidates=tuple(each[chosen] for each in self.candidates),
        )

    @property
    def weights(self) -> Array:
        """Design weights (n,) of the rows, times those of their units."""
        weights = np.ones(self.y.size) if self.row_weights is None else self.row_weights
        if self.unit_weights is None:
            return weights
        return weights * np.repeat(self.unit_weights, np.diff(self.offsets))


class _Plan(NamedTuple):
    """What lays out a part: the model, its variables (level, name), whether no row misses any.

    `means` are those of `Used`.
    """

    spec: ModelSpec
    names: tuple[tuple[int, str], ...]
    whole: bool
    means: Mapping[tuple[int, str], float]


def layout(data: Data, spec: ModelSpec, attend: Callable[[], None]) -> tuple[Used, Parts[Block]]:
    """Return what the rows used come to, and the rows themselves laid out for the model.

    Group means are those of the unit's rows used, grand means those of the rows (level 1)
    or units (level 2) used.  Raises DataError with the variable and the remedy.
    """
    names = tuple(dict.fromkeys(spec.variables()))
    tried = [(2, name) for equation in spec.equations for name in equation.candidates]
    tried += [(each.level, each.name) for each in spec.variance_candidates]
    parts = data.parts([*names, *tried]).attended(attend)
    found = parts.map(_census, _Plan(spec, names, False, {}))
    used = added_up(data, spec, found)
    whole = int(used.sizes.sum()) == data.n_rows
    plan = _Plan(spec, names, whole, used.means)
    where = [number for number, census in enumerate(found) if census.sizes.any()]
    rows = parts.some(where).then(_laid_out, plan)
    return used, rows.kept(int(used.sizes.sum()) * _SPARED * len(names))


def _census(part: TwoLevelData, plan: _Plan) -> Census:
    columns, weighting = _Columns(part, plan), plan.spec.weighting
    level1 = {name: columns.row_values(name) for level, name in plan.names if level == 1}
    return Census(
        n_rows=part.n_rows,
        sizes=columns.all_sizes,
        unit_ids=part.unit_ids,
        level2={name: columns.unit_values(name) for name in part.level2},
        means={
            name: Mean(float(level1[name].sum()), *_range(level1[name]))
            for name in _centred_at_grand_mean(plan.spec)
        },
        not_positive={
            name: int((level1[name] <= 0).sum()) for name, _ in to_be_positive(weighting)
        },
        weight_sums=columns.weight_sums(weighting.level1),
        report=part.report,
    )


def _centred_at_grand_mean(spec: ModelSpec) -> list[str]:
    terms = [equation.coefficient for equation in spec.equations]
    return [term.name for term in terms if term.centring is Centring.GRAND]


def _range(values: Array) -> tuple[float, float]:
    return float(values.min(initial=np.inf)), float(values.max(initial=-np.inf))


def _laid_out(part: TwoLevelData, plan: _Plan) -> Block:
    columns, spec = _Columns(part, plan), plan.spec
    equations, predictors = spec.equations, spec.variance_predictors
    return Block(
        y=columns.level1(Term(spec.outcome or "")),
        A=_stacked([columns.level1(equation.coefficient) for equation in equations]),
        W=columns.units.multipliers(equations),
        C=_stacked([columns.level1(_ONE), *map(columns.predictor, predictors)]),
        offsets=columns.offsets,
        ln_scale=columns.ln_scale(),
        row_weights=columns.row_weights(spec.weighting.level1),
        unit_weights=columns.units.unit_weights(spec.weighting.level2),
        candidates=tuple(map(columns.predictor, spec.variance_candidates)),
    )


_ONE = Term(INTRCPT1)


def _stacked(columns: list[Array]) -> Array:
    return np.asfortranarray(np.stack(columns, axis=1))


class _Columns:
    """The variables over the rows of a part that are complete."""

    def __init__(self, part: TwoLevelData, plan: _Plan) -> None:
        self._part, self._means, self._weighting = part, plan.means, plan.spec.weighting
        complete = None if plan.whole else _complete_rows(part, plan.names)
        self._rows = slice(None) if complete is None or complete.all() else complete
        self.all_sizes = (
            np.diff(part.offsets)
            if complete is None
            else np.add.reduceat(complete, part.offsets[:-1], dtype=np.intp)
        )
        self._used = self.all_sizes > 0
        self.unit_ids = tuple(np.asarray(part.unit_ids, dtype=object)[self._used])
        self._sizes = self.all_sizes[self._used]
        self.offsets = np.concatenate(([0], np.cumsum(self._sizes)))

    @property
    def units(self) -> Used:
        """The level-2 variables over the units used."""
        level2 = {name: self.unit_values(name) for name in self._part.level2}
        return Used(self.unit_ids, self._sizes, level2, self._means)

    def row_values(self, name: str) -> Array:
        """Values (n,) of a level-1 variable."""
        return finite(name, self._part.level1[name][self._rows])

    def unit_values(self, name: str) -> Array:
        """Values (J,) of a level-2 variable."""
        return self._part.level2[name][self._used]

    def level1(self, term: Term) -> Array:
        """Values (n,) of a level-1 variable, centred."""
        if term.name == INTRCPT1:
            return np.ones(int(self.offsets[-1]))
        values = self.row_values(term.name)
        if term.centring is Centring.GROUP:
            return values - np.repeat(self._unit_means(values), self._sizes)
        grand = term.centring is Centring.GRAND
        return values - self._means[ROW, term.name] if grand else values

    def predictor(self, predictor: VariancePredictor) -> Array:
        """Values (n,) of a predictor of level-1 variance."""
        if predictor.level == 1:
            return self.level1(Term(predictor.name))
        return np.repeat(self.unit_values(predictor.name), self._sizes)

    def ln_scale(self) -> Array | None:
        """Return ln Var(r) − Cα (n,): ln of a known variance, −ln of a precision weight (E27)."""
        known, precision = self._weighting.known_variance, self._weighting.precision
        if known:
            return np.log(self.row_values(known))
        return -np.log(self.row_values(precision)) if precision else None

    def row_weights(self, weight: Weight | None) -> Array | None:
        """Level-1 design weights (n,); normalised, they add up to n_j in each unit (E27)."""
        if weight is None:
            return None
        values = self.row_values(weight.name)
        if not weight.normalised:
            return values
        means: Array = np.add.reduceat(values, self.offsets[:-1]) / self._sizes
        return values / np.repeat(means, self._sizes)

    def weight_sums(self, weight: Weight | None) -> Array | None:
        """Sums (J,) of the level-1 design weights."""
        if weight is None or weight.normalised:
            return None if weight is None else self._sizes.astype(float)
        return np.asarray(np.add.reduceat(self.row_values(weight.name), self.offsets[:-1]))

    def _unit_means(self, values: Array) -> Array:
        starts = self.offsets[:-1]
        constant = np.maximum.reduceat(values, starts) == np.minimum.reduceat(values, starts)
        means: Array = np.add.reduceat(values, starts) / self._sizes
        return np.where(constant, values[starts], means)


def _complete_rows(part: TwoLevelData, names: Sequence[tuple[int, str]]) -> Mask:
    complete = np.ones(part.n_rows, dtype=bool)
    sizes = np.diff(part.offsets)
    for level, name in names:
        if level == 1:
            complete &= ~np.isnan(part.level1[name])
        else:
            complete &= np.repeat(~np.isnan(part.level2[name]), sizes)
    return complete
