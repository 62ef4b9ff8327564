"""From (data, spec) to the arrays of the combined model; the last place variable names matter."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from estimation.arrays import Array, Index, Mask
from estimation.data.dataset import TwoLevelData
from estimation.errors import DataError
from estimation.parameters import constrained_groups
from estimation.spec.checks import require_runnable
from estimation.spec.equations import coefficient_index, gamma_indices
from estimation.spec.model import (
    INTRCPT1,
    INTRCPT2,
    Centring,
    Equation,
    ModelSpec,
    Term,
    VariancePredictor,
    Weight,
)


class Gamma(NamedTuple):
    """A fixed effect: the equation's coefficient, the predictor, γ's symbol, and whether u_q is on.

    `n_equation` is the number of fixed effects of its equation.
    """

    coef: str
    predictor: str
    symbol: str
    random: bool
    n_equation: int

    @property
    def words(self) -> str:
        """Predictor and equation."""
        return f"{self.predictor} in the equation of {self.coef}"


class Candidate(NamedTuple):
    """A level-2 variable to be tried in the equation of a random coefficient: values (J,)."""

    coef: str
    predictor: str
    values: Array


class VarianceCandidate(NamedTuple):
    """A variable to be tried as predictor of level-1 variance: values (N,)."""

    name: str
    values: Array


@dataclass(frozen=True, eq=False)
class Design:
    """The arrays of y = Xγ + Zu + r, ln Var(r) = Cα + `ln_scale` over the rows used (E1, E2).

    `y` (N,), `A` (N, a) level-1 design, `C` (N, k) with first column 1; rows of unit j are
    `offsets[j]:offsets[j + 1]`.  `random` are the columns of A that make up Z, `blocks` the places
    in it of the random effects that covary.  A γ multiplies column `level1` (f,) of A times its
    level-2 predictor, `W` (f, J), and `R` (f, f_free) gives γ = R γ_free, those that are estimated,
    the identity without equality constraints.
    `ln_scale` (N,) is ln of a known variance or −ln of a precision weight, `fixed_sigma2` = exp α_0
    where it is not estimated (1 with `known_variances`); `row_weights` (N,) and `unit_weights` (J,)
    are design weights.
    """

    y: Array
    A: Array
    level1: Index
    W: Array
    R: Array
    C: Array
    offsets: Index
    unit_ids: tuple[str, ...]
    coefficients: tuple[str, ...]
    gammas: tuple[Gamma, ...]
    random: tuple[int, ...]
    blocks: tuple[tuple[int, ...], ...]
    variance: tuple[str, ...]
    outcome: str
    n_deleted: int
    units_deleted: int
    ln_scale: Array | None = None
    fixed_sigma2: float | None = None
    known_variances: bool = False
    row_weights: Array | None = None
    unit_weights: Array | None = None
    candidates: tuple[Candidate, ...] = ()
    variance_candidates: tuple[VarianceCandidate, ...] = ()

    @cached_property
    def X(self) -> Array:
        """Design (N, f_free) of the γ's that are estimated (E1)."""
        sizes, X = np.diff(self.offsets), np.zeros((self.n_rows, self.R.shape[1]), order="F")
        for column, w, free in zip(self.level1, self.W, self.R.argmax(axis=1), strict=True):
            X[:, free] += self.A[:, column] * np.repeat(w, sizes)
        return X

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
    def column_words(self) -> tuple[str, ...]:
        """What each column of X is, in words."""
        named = [each.words for each in self.gammas]
        return tuple(" and ".join(named[a] for a in np.flatnonzero(column)) for column in self.R.T)

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
    A = [columns.level1(equation.coefficient) for equation in equations]
    R = constrained_groups(len(spec.gammas), _groups(spec))
    return Design(
        y=columns.level1(Term(spec.outcome or "")),
        A=_columns(A),
        level1=np.repeat(np.arange(len(equations)), [each.n_gamma for each in equations]),
        W=np.stack([w for equation in equations for w in _multipliers(columns, equation)]),
        R=R,
        C=_columns([columns.level1(_ONE), *map(columns.predictor, spec.variance_predictors)]),
        offsets=columns.offsets,
        unit_ids=columns.unit_ids,
        coefficients=tuple(equation.name for equation in equations),
        gammas=tuple(gamma for equation in equations for gamma in _gammas(spec, equation)),
        random=tuple(q for q, equation in enumerate(equations) if equation.random),
        blocks=tuple(tuple(map(spec.random.index, block)) for block in spec.blocks),
        variance=(INTRCPT1, *(predictor.name for predictor in spec.variance_predictors)),
        outcome=spec.outcome or "",
        n_deleted=data.n_rows - columns.n_rows,
        units_deleted=data.n_units - columns.n_units,
        ln_scale=columns.ln_scale(),
        fixed_sigma2=1.0 if spec.weighting.known_variance else spec.settings.fixed_sigma2,
        known_variances=spec.weighting.known_variance is not None,
        row_weights=columns.row_weights(spec.weighting.level1),
        unit_weights=columns.unit_weights(spec.weighting.level2),
        candidates=tuple(
            Candidate(equation.name, name, columns.units_values(name))
            for equation in equations
            if equation.random
            for name in equation.candidates
        ),
        variance_candidates=tuple(
            VarianceCandidate(each.name, columns.predictor(each))
            for each in spec.variance_candidates
        ),
    )


_ONE = Term(INTRCPT1)


def null_design(design: Design) -> Design:
    """Return the design of INTRCPT1 alone, random, on the same rows with the same weights."""
    one = np.ones((design.n_rows, 1), order="F")
    return replace(
        design,
        A=one,
        level1=np.zeros(1, dtype=np.intp),
        W=np.ones((1, design.n_units)),
        R=np.eye(1),
        C=one,
        coefficients=(INTRCPT1,),
        gammas=(Gamma(INTRCPT1, INTRCPT2, "G00", random=True, n_equation=1),),
        random=(0,),
        blocks=((0,),),
        variance=(INTRCPT1,),
        candidates=(),
        variance_candidates=(),
    )


def _multipliers(columns: "_Columns", equation: Equation) -> Iterator[Array]:
    """What each γ of an equation multiplies its level-1 predictor with: 1, or a predictor (J,)."""
    for name, s in gamma_indices(equation):
        if name == INTRCPT2:
            yield np.ones(columns.n_units)
        else:
            yield columns.level2(equation.predictors[s - 1])


def _groups(spec: ModelSpec) -> list[list[int]]:
    return [[spec.gammas.index(name) for name in group] for group in spec.constraints]


class _Columns:
    """The variables of a model over the rows that are complete in all of them."""

    def __init__(self, data: TwoLevelData, spec: ModelSpec) -> None:
        self._data, self._weighting = data, spec.weighting
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
        values = _finite(term.name, self._data.level1[term.name][self._rows])
        if term.centring is Centring.GROUP:
            return values - np.repeat(self._unit_means(values), self.sizes)
        return values - _mean(values) if term.centring is Centring.GRAND else values

    def level2(self, term: Term) -> Array:
        """Values (J,) of a level-2 variable, centred."""
        values = _finite(term.name, self._data.level2[term.name][self._units])
        return values - _mean(values) if term.centring is Centring.GRAND else values

    def predictor(self, predictor: VariancePredictor) -> Array:
        """Values (N,) of a predictor of level-1 variance."""
        term = Term(predictor.name)
        return (
            self.level1(term) if predictor.level == 1 else np.repeat(self.level2(term), self.sizes)
        )

    def units_values(self, name: str) -> Array:
        """Values (J,) of a level-2 variable."""
        return self._data.level2[name][self._units]

    def ln_scale(self) -> Array | None:
        """Return ln Var(r) − Cα (N,): ln of a known variance, −ln of a precision weight (E27)."""
        known, precision = self._weighting.known_variance, self._weighting.precision
        if known:
            return np.log(self._positive(known, self.level1(Term(known)), "A level-1 variance"))
        if precision:
            weights = self.level1(Term(precision))
            return -np.log(self._positive(precision, weights, "A precision weight"))
        return None

    def row_weights(self, weight: Weight | None) -> Array | None:
        """Level-1 design weights (N,); normalised, they add up to n_j in each unit (E27)."""
        if weight is None:
            return None
        values = self._positive(weight.name, self.level1(Term(weight.name)), "A design weight")
        if not weight.normalised:
            return values
        means: Array = np.add.reduceat(values, self.offsets[:-1]) / self.sizes
        return values / np.repeat(means, self.sizes)

    def unit_weights(self, weight: Weight | None) -> Array | None:
        """Level-2 design weights (J,); normalised, they add up to J (E27)."""
        if weight is None:
            return None
        values = self._positive(weight.name, self.units_values(weight.name), "A design weight")
        return values / values.mean() if weight.normalised else values

    def _positive(self, name: str, values: Array, what: str) -> Array:
        wrong = int((values <= 0).sum())
        if wrong:
            raise DataError(
                f"{name} is zero or negative in {wrong} of {values.size} cases. {what} must be "
                "positive: correct these values, or leave their rows out.",
                name,
            )
        return values

    def _unit_means(self, values: Array) -> Array:
        starts = self.offsets[:-1]
        constant = np.maximum.reduceat(values, starts) == np.minimum.reduceat(values, starts)
        means: Array = np.add.reduceat(values, starts) / self.sizes
        return np.where(constant, values[starts], means)


def _finite(name: str, values: Array) -> Array:
    """Refuse infinite values, which the sum shows at once."""
    with np.errstate(over="ignore", invalid="ignore"):
        doubtful = not np.isfinite(values.sum())
    if doubtful and np.isinf(values).any():
        raise DataError(f"{name} has infinite values. Leave their rows out, or correct them.")
    return values


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
