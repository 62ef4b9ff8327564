"""From (data, spec) to the arrays of the combined model; the last place variable names matter."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from estimation.arrays import Array, Index, Mask
from estimation.data.dataset import TwoLevelData
from estimation.errors import DataError
from estimation.spec.checks import require_runnable
from estimation.spec.equations import coefficient_index, gamma_indices
from estimation.spec.model import INTRCPT1, INTRCPT2, Centring, Equation, ModelSpec, Term


@dataclass(frozen=True)
class Gamma:
    """A column of X: the equation's coefficient, the predictor, γ's symbol, and whether u_q is on.

    `n_equation` is the number of fixed effects of its equation.
    """

    coef: str
    predictor: str
    symbol: str
    random: bool
    n_equation: int


@dataclass(frozen=True, eq=False)
class Design:
    """The arrays of y = Xγ + Zu + r, ln Var(r) = Cα over the rows and units used (E1, E2).

    `y` (N,), `A` (N, a) level-1 design, `X` (N, f), `C` (N, k) with first column 1; rows of
    unit j are `offsets[j]:offsets[j + 1]`.  `random` are the columns of A that make up Z.
    """

    y: Array
    A: Array
    X: Array
    C: Array
    offsets: Index
    unit_ids: tuple[str, ...]
    coefficients: tuple[str, ...]
    gammas: tuple[Gamma, ...]
    random: tuple[int, ...]
    variance: tuple[str, ...]
    outcome: str
    n_deleted: int
    units_deleted: int

    @cached_property
    def Z(self) -> Array:
        """Design (N, q) of the random level-1 coefficients."""
        return self.A[:, list(self.random)]

    @cached_property
    def unit(self) -> Index:
        """Number of the unit of each row (N,)."""
        return np.repeat(np.arange(self.n_units), np.diff(self.offsets))

    @property
    def random_names(self) -> tuple[str, ...]:
        """Names of the random level-1 coefficients."""
        return tuple(self.coefficients[column] for column in self.random)

    @property
    def n_rows(self) -> int:
        """Number of rows used, N."""
        return self.y.size

    @property
    def n_units(self) -> int:
        """Number of units used, J."""
        return len(self.unit_ids)


def build_design(data: TwoLevelData, spec: ModelSpec) -> Design:
    """Lay out the model on the rows without missing values.

    Group means are those of the unit's rows used, grand means those of the rows (level 1)
    or units (level 2) used.  Raises SpecError or DataError with the variable and the remedy.
    """
    require_runnable(spec, data.catalogue)
    columns = _Columns(data, spec)
    equations = spec.equations
    gammas = tuple(gamma for equation in equations for gamma in _gammas(spec, equation))
    A = [columns.level1(equation.coefficient) for equation in equations]
    X = [
        A[q] if name == INTRCPT2 else A[q] * columns.level2(equation.predictors[s - 1])
        for q, equation in enumerate(equations)
        for name, s in gamma_indices(equation)
    ]
    C: list[Array] = [np.ones(columns.n_rows)]
    for predictor in spec.variance_predictors:
        term = Term(predictor.name)
        C.append(columns.level1(term) if predictor.level == 1 else columns.level2(term))
    return Design(
        y=columns.level1(Term(spec.outcome or "")),
        A=_columns(A),
        X=_columns(X),
        C=_columns(C),
        offsets=columns.offsets,
        unit_ids=columns.unit_ids,
        coefficients=tuple(equation.name for equation in equations),
        gammas=gammas,
        random=tuple(q for q, equation in enumerate(equations) if equation.random),
        variance=(INTRCPT1, *(predictor.name for predictor in spec.variance_predictors)),
        outcome=spec.outcome or "",
        n_deleted=data.n_rows - columns.n_rows,
        units_deleted=data.n_units - columns.n_units,
    )


class _Columns:
    """The variables of a model over the rows that are complete in all of them."""

    def __init__(self, data: TwoLevelData, spec: ModelSpec) -> None:
        self._data = data
        names = tuple(dict.fromkeys(spec.variables()))
        complete = _complete_rows(data, names)
        self._rows: slice | Mask = slice(None) if complete.all() else complete
        sizes = np.add.reduceat(complete, data.offsets[:-1], dtype=np.intp)
        self._units = sizes > 0
        self.sizes = sizes[self._units]
        if not self.sizes.size:
            listed = ", ".join(name for _, name in names)
            raise DataError(
                f"No row has values in all variables of the model ({listed}). "
                "Look for a variable without values and take it out of the model."
            )
        if self.sizes.size == 1:
            raise DataError(
                f"All rows used belong to one level-2 unit ({data.id_name} "
                f"{data.unit_ids[int(np.argmax(self._units))]}). A two-level model needs several: "
                f"look whether {data.id_name} is the right linking variable."
            )
        self.offsets = np.concatenate(([0], np.cumsum(self.sizes)))
        self.n_rows, self.n_units = int(self.offsets[-1]), self.sizes.size
        self.unit_ids = tuple(np.asarray(data.unit_ids, dtype=object)[self._units])

    def level1(self, term: Term) -> Array:
        """Values (N,) of a level-1 variable, centred."""
        if term.name == INTRCPT1:
            return np.ones(self.n_rows)
        values = self._data.level1[term.name][self._rows]
        if term.centring is Centring.GROUP:
            return values - np.repeat(self._unit_means(values), self.sizes)
        return values - _mean(values) if term.centring is Centring.GRAND else values

    def level2(self, term: Term) -> Array:
        """Values (N,) of a level-2 variable, centred, one a row."""
        values = self._data.level2[term.name][self._units]
        if term.centring is Centring.GRAND:
            values = values - _mean(values)
        return np.repeat(values, self.sizes)

    def _unit_means(self, values: Array) -> Array:
        starts = self.offsets[:-1]
        constant = np.maximum.reduceat(values, starts) == np.minimum.reduceat(values, starts)
        means: Array = np.add.reduceat(values, starts) / self.sizes
        return np.where(constant, values[starts], means)


def _mean(values: Array) -> float:
    """Mean that is exact for a constant: rounding noise around it would pass for a predictor."""
    return float(values[0] if np.ptp(values) == 0 else values.mean())


def _complete_rows(data: TwoLevelData, names: tuple[tuple[int, str], ...]) -> Mask:
    complete = np.ones(data.n_rows, dtype=bool)
    sizes = np.diff(data.offsets)
    for level, name in names:
        if level == 1:
            complete &= ~np.isnan(data.level1[name])
        else:
            complete &= np.repeat(~np.isnan(data.level2[name]), sizes)
    return complete


def _gammas(spec: ModelSpec, equation: Equation) -> Iterator[Gamma]:
    q = coefficient_index(spec, equation.name)
    for name, s in gamma_indices(equation):
        yield Gamma(equation.name, name, f"G{q}{s}", equation.random, equation.n_gamma)


def _columns(columns: list[Array]) -> Array:
    return np.asfortranarray(np.stack(columns, axis=1))
