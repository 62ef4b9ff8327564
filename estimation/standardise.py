"""The same model in coordinates where every number is of order one, and the way back.

X = X̃ T_X and Z = Z̃ T_Z with orthogonal columns of mean square 1, y = X b + s ỹ with b the
least-squares coefficients and s their residual scale, C̃ the variance predictors at mean 0 and
SD 1.  The likelihood is the same up to a constant (E19), so the optimum is found here whatever
the units of the variables are, and told in the user's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from estimation.arrays import Array, Index, Mask
from estimation.cells import a_cell_a_unit, source
from estimation.columns import Block
from estimation.coordinates import (
    Coordinates,
    Extent,
    extent,
    factors,
    ln_scales,
    products,
    standard,
    typical,
)
from estimation.crossproducts import Standard, congruent, joined
from estimation.design import Design
from estimation.errors import DataError, NumericalError, SpecError
from estimation.factors import (
    COLLINEAR,
    lengths,
    of_columns,
    span,
    together,
    triangular,
)
from estimation.fixed_part import factor_by_rows, factor_of_X, multipliers
from estimation.moments import Source
from estimation.parts import Parts, in_memory, itself
from estimation.stacks import times

# An outcome whose residuals are smaller than this share of its size has no digits left.
EXACT = 1e-13
# Range of ln of known precisions beyond which some rows outweigh others by far.
UNEVEN = 5.0
# ln of a given level-1 variance as a share of the outcome's around the fixed effects: below, sums
# of rows have no digits for it (see driver.RUNAWAY), above, the data none for τ.
SMALLEST, LARGEST = -20.0, 9.0


@dataclass(frozen=True, eq=False)
class Standardised:
    """A design in standard coordinates with its back-transformation.

    `rows` hold A (N, a + 1) = Z̃, the other level-1 predictors and ỹ, and C̃ (N, k − 1); `squares`
    (a + 1, a + 1, J) are A_j'A_j; `T` (a + 1, p, J) gives [Z̃ X̃ ỹ] = A_j T_j, p = q + f + 1.
    `T_X` (f, f), `T_Z` (q, q) upper triangular, the latter within `blocks` of random effects;
    `B` (k, k) and `ln_s2` give α = B α̃ + `ln_s2` e_0; `b` (f,).  f counts the γ's that are
    estimated.

    The rows of A are multiplied by the square root of their design weights, which add up to
    `weight_sums` (J,) in units, and of known precisions, one near their median taken as 1, and
    `ln_scale` is the sum of what they take out of ln|V| (E27); `uneven` says that precisions differ
    so much that few rows may decide.  `at` is the way there.
    """

    rows: Parts[Standard]
    at: Coordinates
    squares: Array
    T: Array
    T_X: Array
    T_Z: Array
    B: Array
    b: Array
    s: float
    ln_s2: float
    offsets: Index
    blocks: tuple[tuple[int, ...], ...]
    weight_sums: Array | None
    unit_weights: Array | None
    ln_scale: float
    uneven: bool
    fixed_sigma2: float | None

    @cached_property
    def n(self) -> float:
        """Number of rows, or the sum of their design weights (E27)."""
        sums = np.diff(self.offsets) if self.weight_sums is None else self.weight_sums
        return float((sums if self.unit_weights is None else sums * self.unit_weights).sum())

    @cached_property
    def homogeneous(self) -> Source:
        """Moments of the rows with C = 1."""
        sums = np.diff(self.offsets) if self.weight_sums is None else self.weight_sums
        return a_cell_a_unit(self.squares, sums.astype(float), self.T)

    @cached_property
    def heterogeneous(self) -> Source:
        """Moments of the rows with the predictors of level-1 variance."""
        return source(self.rows, self.T, int(self.offsets[-1]))

    @property
    def f(self) -> int:
        """Number of fixed effects."""
        return len(self.T_X)

    @property
    def q(self) -> int:
        """Number of random effects a unit."""
        return len(self.T_Z)

    def gamma(self, gamma: Array) -> Array:
        """γ (f,) in the user's units."""
        result: Array = self.b + self.s * np.linalg.solve(self.T_X, gamma)
        return result

    def gamma_cov(self, cov: Array) -> Array:
        """Covariance (f, f) of γ in the user's units."""
        return self.s**2 * _congruence(self.T_X, cov)

    def tau(self, tau: Array) -> Array:
        """τ (q, q), or any stack of covariances of u, in the user's units."""
        return self.s**2 * _congruence(self.T_Z, tau)

    def u(self, u: Array) -> Array:
        """Random effects (J, q) in the user's units."""
        return self.s * np.linalg.solve(self.T_Z, u.T).T

    def alpha(self, alpha: Array) -> Array:
        """α (k,) in the user's units."""
        result: Array = self.B @ alpha
        result[0] += self.ln_s2
        return result

    def m2ll_constant(self, *, restricted: bool) -> float:
        """Return what -2 log L gains on the way back (E19)."""
        if not restricted:
            return float(2 * self.n * np.log(self.s)) + self.ln_scale
        ln_det = np.log(np.abs(np.diag(self.T_X))).sum()
        return float(2 * (self.n - self.f) * np.log(self.s) + 2 * ln_det) + self.ln_scale

    def fixed_alpha(self, k: int) -> tuple[float | None, ...]:
        """Return the values (k,) of the α's that are given, None for those to be estimated."""
        if self.fixed_sigma2 is None:
            return (None,) * k
        return (float(np.log(self.fixed_sigma2)) - self.ln_s2, *(None,) * (k - 1))


def in_one_part(model: Standardised) -> Standardised:
    """Return the model with all rows in memory, in one part."""
    return replace(model, rows=in_memory([joined(model.rows.map(itself))]))


def standardise(design: Design) -> Standardised:
    """Standardise a design; raise where a variable is constant or repeats others.

    Raises SpecError (collinear predictors), DataError (outcome constant), NumericalError
    (more fixed effects than rows, or an outcome that the fixed part reproduces exactly).
    """
    n, f = design.n_rows, design.R.shape[1]
    if n <= f:
        raise NumericalError(
            f"The model has {f} fixed effects but only {n} complete rows. Take predictors out."
        )
    extents = design.rows.map(extent)
    at, T_Z, B = _columns(design, extents)
    S = _by_unit(design.rows, at)
    T_X = factor_of_X(design, at, S[:-1, :-1])
    V = multipliers(design, at, T_X)
    at, moved, S = _residuals(design, at, S, V, T_X)
    size, ln_scale = at.size * at.s, span([each.ln_scale for each in extents])
    ln_s2 = 2 * float(np.log(size)) - at.typical
    _require_proportion(design, ln_s2)
    a, q = len(at.T), len(T_Z)
    T = np.zeros((a + 1, q + f + 1, design.n_units))
    T[:a, :q], T[:a, q : q + f], T[a, q + f] = np.eye(a, q)[:, :, None], V, 1
    return Standardised(
        rows=design.rows.then(standard, at),
        at=at,
        squares=S,
        T=T,
        T_X=T_X,
        T_Z=T_Z,
        B=B,
        b=at.size * np.linalg.solve(T_X, moved),
        s=size,
        ln_s2=ln_s2,
        offsets=design.offsets,
        blocks=design.blocks,
        weight_sums=design.weight_sums,
        unit_weights=design.unit_weights,
        ln_scale=_total(design, at.typical) if design.scaled else 0.0,
        uneven=bool(np.ptp(ln_scale) > UNEVEN),
        fixed_sigma2=design.fixed_sigma2,
    )


def _columns(design: Design, extents: Sequence[Extent]) -> tuple[Coordinates, Array, Array]:
    """Coordinates of A and C, with T_Z (q, q) and B (k, k) of α = B α̃ + 2 ln s e_0 (E19)."""
    y, A, C = (span([each[place] for each in extents]) for place in range(3))
    if y[0] == y[1]:
        raise DataError(
            f"The outcome {design.outcome} is constant. Choose another outcome.", design.outcome
        )
    mean = np.sum([each.C_total for each in extents], axis=0) / design.n_rows
    R_A, R_C = (together(each) for each in zip(*design.rows.map(factors, mean), strict=True))
    order, T, T_Z = _level1(design, R_A, A[0] == A[1])
    T_C = _variance_predictors(design, R_C, np.abs(C).max(axis=0))
    at = Coordinates(
        order=order,
        T=T,
        level1=design.level1,
        size=float(np.abs(y).max()),
        C_ends=C,
        C_mean=mean,
        T_C=T_C,
        typical=typical([each.tally for each in extents]),
    )
    k = len(design.variance)
    B = np.eye(k)
    B[1:, 1:] = np.linalg.solve(T_C, np.eye(k - 1))
    B[0, 1:] = -mean @ B[1:, 1:]
    return at, T_Z, B


def _level1(design: Design, R: Array, constant: Mask) -> tuple[Index, Array, Array]:
    """Order of the columns of A, those of Z first; T (a, a) with A = Ã T; T_Z (q, q).

    Random columns are made orthogonal within each block of τ only.  A column that repeats others
    is refused if γ's or random effects of its own do, too; else it stays.
    """
    q, a, n = len(design.random), len(design.coefficients), design.n_rows
    order = np.array([*design.random, *(c for c in range(a) if c not in design.random)])
    names, constant = [design.coefficients[c] for c in order], constant[order]
    R = of_columns(R, order)
    try:
        T = triangular(R, n, names, constant)
    except SpecError:
        factor_by_rows(design)
        effects = [f"the random effect of {name}" for name in design.random_names]
        triangular(R[:, :q], n, effects, constant)
        if not lengths(R).all():
            raise
        T = np.diag(lengths(R) / np.sqrt(n))
    if len(design.blocks) > 1:
        first, across = T[:q, :q], np.zeros((q, q))
        for block in map(list, design.blocks):
            words = [names[c] for c in block]
            factor_of_block = triangular(of_columns(R, block), n, words, constant[block])
            across[np.ix_(block, block)] = factor_of_block
        T[:q, q:] = across @ np.linalg.solve(first, T[:q, q:])
        T[:q, :q] = across
    return order, T, T[:q, :q]


def _variance_predictors(design: Design, R: Array, largest: Array) -> Array:
    """T_C (k − 1, k − 1) from the factor of the predictors around their means."""
    n, names = design.n_rows, design.variance[1:]
    for column in map(int, np.flatnonzero(lengths(R) <= COLLINEAR * np.sqrt(n) * largest)):
        raise SpecError(
            f"{names[column]} is constant in the rows used and cannot predict the "
            "level-1 variance. Take it out of the predictors of level-1 variance.",
            names[column],
            "heterol1var",
        )
    words = [f"{name} in the level-1 variance model" for name in names]
    return triangular(R, n, words, np.zeros(len(names), dtype=bool))


def _by_unit(rows: Parts[Block], at: Coordinates) -> Array:
    return np.concatenate(rows.map(products, at), axis=-1)


def _residuals(
    design: Design, at: Coordinates, S: Array, V: Array, T_X: Array
) -> tuple[Coordinates, Array, Array]:
    """Coordinates with b, s and weights; b times T_X; [Ã ỹ]'[Ã ỹ] in them.

    Least squares in two passes: the second takes out what rounding left of the first.
    """

    def moved(at: Coordinates, by: Array, s: float = 1.0) -> Coordinates:
        return replace(at, gamma=design.R @ np.linalg.solve(T_X, by), s=s)

    total, _ = _least_squares(S, V)
    at = moved(at, total)
    S = _by_unit(design.rows, at)
    step, squares = _least_squares(S, V)
    s = float(np.sqrt(max(squares, 0.0) / design.n_rows))
    if s <= EXACT:
        raise NumericalError(
            f"The fixed effects reproduce the outcome {design.outcome} to all the digits it has: "
            "no variance is left to model. Take the predictor out that repeats the outcome."
        )
    total, S = total + step, _moved(S, V, step, s)
    at = moved(at, total, s)
    if design.scaled or design.weight_sums is not None:
        for _ in range(2):
            at = replace(at, weighted=True)
            S = _by_unit(design.rows, at)
            step, _ = _least_squares(S, V)
            total, S = total + s * step, _moved(S, V, step)
            at = moved(at, total, s)
    return at, total, S


def _moved(S: Array, V: Array, step: Array, s: float = 1.0) -> Array:
    """[Ã ỹ]'[Ã ỹ] with (ỹ − Ã_j V_j step) / s in place of ỹ."""
    T = np.repeat(np.eye(len(S))[:, :, None], S.shape[-1], axis=2)
    T[:-1, -1] = -np.einsum("afj,f->aj", V, step)
    T[:, -1] /= s
    return congruent(T, S)


def _least_squares(S: Array, V: Array) -> tuple[Array, float]:
    """Coefficients (f,) of ỹ on Ã_j V_j, and the sum of squared residuals, from [Ã ỹ]'[Ã ỹ]."""
    gram = np.einsum("afj,agj->fg", V, times(S[:-1, :-1], V), optimize=True)
    cross = np.einsum("afj,aj->f", V, S[:-1, -1])
    coefficients = np.linalg.solve(gram, cross)
    return coefficients, float(S[-1, -1].sum() - cross @ coefficients)


def _require_proportion(design: Design, ln_s2: float) -> None:
    """Refuse a given σ², or variances, that have nothing to do with the outcome's."""
    if design.fixed_sigma2 is None:
        return
    share = float(np.log(design.fixed_sigma2)) - ln_s2
    if SMALLEST <= share <= LARGEST:
        return
    given = (
        f"The known level-1 variances are {np.exp(share):.1g} times (the median)"
        if design.known_variances
        else f"The level-1 variance given, {design.fixed_sigma2:g}, is {np.exp(share):.1g} times"
    )
    raise DataError(
        f"{given} the variance of {design.outcome} around the fixed effects, so that the data "
        f"{'cannot follow it' if share > 0 else 'leave nothing for it'}. Look whether it is in the "
        f"units of {design.outcome} squared, and correct it."
    )


def _total(design: Design, typical: float) -> float:
    """Σ (ln_scale − typical) over the rows, weighted as they are (E27)."""
    sums = np.concatenate(design.rows.map(ln_scales, typical))
    return float((sums if design.unit_weights is None else sums * design.unit_weights).sum())


def _congruence(T: Array, cov: Array) -> Array:
    """T⁻¹ cov T⁻ᵀ for one matrix or a stack."""
    half = np.linalg.solve(T, cov)
    return np.linalg.solve(T, half.swapaxes(-1, -2)).swapaxes(-1, -2)
