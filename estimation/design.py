"""From (data, spec) to the arrays of the combined model; the last place variable names matter."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from estimation.arrays import Array, Index
from estimation.columns import Block, layout
from estimation.data.dataset import Data
from estimation.parameters import constrained_groups
from estimation.parts import Parts, nothing
from estimation.patterns import Patterns, patterns
from estimation.spec.checks import require_runnable
from estimation.spec.equations import coefficient_index, gamma_indices
from estimation.spec.model import INTRCPT1, INTRCPT2, Equation, ModelSpec


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


@dataclass(frozen=True, eq=False)
class Design:
    """The arrays of y = Xγ + Zu + r, ln Var(r) = Cα + `ln_scale` over the rows used (E1, E2).

    `rows` hold `y` (N,), the level-1 design `A` (N, a) and `C` (N, k) with first column 1; rows of
    unit j are `offsets[j]:offsets[j + 1]`.  `random` are the columns of A that make up Z, `blocks`
    the places in it of the random effects that covary.  A γ multiplies column `level1` (f,) of A
    times its level-2 predictor, `W` (f, J), and `R` (f, f_free) gives γ = R γ_free, those that are
    estimated, the identity without equality constraints.
    `ln_scale` (N,) is ln of a known variance or −ln of a precision weight, if rows are `scaled`;
    `fixed_sigma2` = exp α_0 where it is not estimated (1 with `known_variances`).  Design weights
    are `row_weights` (N,), which add up to `weight_sums` (J,) in units, and `unit_weights` (J,).
    """

    rows: Parts[Block]
    level1: Index
    W: Array
    R: Array
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
    report: tuple[str, ...] = ()
    scaled: bool = False
    fixed_sigma2: float | None = None
    known_variances: bool = False
    weight_sums: Array | None = None
    unit_weights: Array | None = None
    candidates: tuple[Candidate, ...] = ()
    variance_candidates: tuple[str, ...] = ()

    @cached_property
    def patterns(self) -> Patterns | None:
        """The distinct rows of C; None where they are too many to be categories."""
        return patterns(self.rows.then(_predictors), self.n_rows)

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
        return int(self.offsets[-1])

    @property
    def n_units(self) -> int:
        """Number of units used, J."""
        return len(self.unit_ids)


def _predictors(block: Block) -> Array:
    return block.C


def X(block: Block, level1: Index, R: Array) -> Array:
    """Columns (n, f_free) of the γ's that are estimated: level-1 times level-2 predictors (E1)."""
    sizes, result = np.diff(block.offsets), np.zeros((block.y.size, R.shape[1]), order="F")
    for column, w, free in zip(level1, block.W, R.argmax(axis=1), strict=True):
        result[:, free] += block.A[:, column] * np.repeat(w, sizes)
    return result


def build_design(data: Data, spec: ModelSpec, attend: Callable[[], None] = nothing) -> Design:
    """Lay out the model on the rows without missing values; `attend` is called part by part.

    Raises SpecError or DataError with the variable and the remedy.
    """
    require_runnable(spec, data.catalogue)
    used, rows = layout(data, spec, attend)
    equations, weighting = spec.equations, spec.weighting
    return Design(
        rows=rows,
        level1=np.repeat(np.arange(len(equations)), [each.n_gamma for each in equations]),
        W=used.multipliers(equations),
        R=constrained_groups(len(spec.gammas), _groups(spec)),
        offsets=np.concatenate(([0], np.cumsum(used.sizes))),
        unit_ids=used.unit_ids,
        coefficients=tuple(equation.name for equation in equations),
        gammas=tuple(gamma for equation in equations for gamma in _gammas(spec, equation)),
        random=tuple(q for q, equation in enumerate(equations) if equation.random),
        blocks=tuple(tuple(map(spec.random.index, block)) for block in spec.blocks),
        variance=(INTRCPT1, *(predictor.name for predictor in spec.variance_predictors)),
        outcome=spec.outcome or "",
        n_deleted=used.n_rows - int(used.sizes.sum()),
        units_deleted=used.n_deleted,
        report=used.report,
        scaled=bool(weighting.precision or weighting.known_variance),
        fixed_sigma2=1.0 if weighting.known_variance else spec.settings.fixed_sigma2,
        known_variances=weighting.known_variance is not None,
        weight_sums=used.weight_sums,
        unit_weights=used.unit_weights(weighting.level2),
        candidates=tuple(
            Candidate(equation.name, name, used.level2[name])
            for equation in equations
            if equation.random
            for name in equation.candidates
        ),
        variance_candidates=tuple(each.name for each in spec.variance_candidates),
    )


def null_design(design: Design) -> Design:
    """Return the design of INTRCPT1 alone, random, on the same rows with the same weights."""
    return replace(
        design,
        rows=design.rows.then(_without_predictors),
        level1=np.zeros(1, dtype=np.intp),
        W=np.ones((1, design.n_units)),
        R=np.eye(1),
        coefficients=(INTRCPT1,),
        gammas=(Gamma(INTRCPT1, INTRCPT2, "G00", random=True, n_equation=1),),
        random=(0,),
        blocks=((0,),),
        variance=(INTRCPT1,),
        candidates=(),
        variance_candidates=(),
    )


def _without_predictors(block: Block) -> Block:
    one = np.ones((block.y.size, 1))
    return block._replace(A=one, W=np.ones((1, block.offsets.size - 1)), C=one, candidates=())


def _groups(spec: ModelSpec) -> list[list[int]]:
    return [[spec.gammas.index(name) for name in group] for group in spec.constraints]


def _gammas(spec: ModelSpec, equation: Equation) -> Iterator[Gamma]:
    q = coefficient_index(spec, equation.name)
    for name, s in gamma_indices(equation):
        yield Gamma(equation.name, name, f"G{q}{s}", equation.random, equation.n_gamma)
