"""The same model in coordinates where every number is of order one, and the way back.

X = X̃ T_X and Z = Z̃ T_Z with orthogonal columns of mean square 1, y = X b + s ỹ with b the
least-squares coefficients and s their residual scale, C̃ the variance predictors at mean 0 and
SD 1.  The likelihood is the same up to a constant (E19), so the optimum is found here whatever
the units of the variables are, and told in the user's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from estimation.arrays import Array, Index
from estimation.crossproducts import cross_products, distinct_rows
from estimation.design import Design
from estimation.errors import DataError, NumericalError, SpecError
from estimation.stacks import times

# A column whose part outside the others' span is smaller than this share of its length carries
# no information in double precision (a variable of SD 1 around a mean of 1e6 has 1e-6).
COLLINEAR = 1e-10
# Coefficients of a combination below this are rounding noise.
MENTIONED = 1e-8
# An outcome whose residuals are smaller than this share of its size has no digits left.
EXACT = 1e-13
# Range of ln of known precisions beyond which some rows outweigh others by far.
UNEVEN = 5.0
# ln of a given level-1 variance as a share of the outcome's around the fixed effects: below, sums
# of rows have no digits for it (see driver.RUNAWAY), above, the data none for τ.
SMALLEST, LARGEST = -20.0, 9.0
# Share of a column outside the others' span that its cross-products with them still tell well.
DOUBTFUL = 1e-5
# Elements of an orthogonal column (root mean square 1) below this are rounding noise, not data.
DUST = 1e-13


@dataclass(frozen=True, eq=False)
class Standardised:
    """A design in standard coordinates with its back-transformation.

    `A` (N, a + 1) has Z̃, the other level-1 predictors and ỹ; `T` (a + 1, p, J) gives [Z̃ X̃ ỹ]
    = A_j T_j in unit j, p = q + f + 1; `C` (N, k) column-major; `T_X` (f, f), `T_Z` (q, q)
    upper triangular, the latter within `blocks` of random effects; `B` (k, k) and `ln_s2` give
    α = B α̃ + `ln_s2` e_0; `b` (f,).  f counts the γ's that are estimated.

    The rows of A are multiplied by the square root of `row_weights` and of known precisions, the
    median of which is taken as 1, and `ln_scale` is the sum of what they take out of ln|V| (E27);
    `uneven` says that precisions differ so much that few rows may decide.
    """

    A: Array
    T: Array
    C: Array
    T_X: Array
    T_Z: Array
    B: Array
    b: Array
    s: float
    ln_s2: float
    offsets: Index
    blocks: tuple[tuple[int, ...], ...]
    row_weights: Array | None
    unit_weights: Array | None
    ln_scale: float
    uneven: bool
    fixed_sigma2: float | None

    @property
    def n(self) -> float:
        """Number of rows, or the sum of their design weights (E27)."""
        if self.row_weights is None and self.unit_weights is None:
            return len(self.A)
        return float(_unit_sums(self).sum())

    @property
    def f(self) -> int:
        """Number of fixed effects."""
        return len(self.T_X)

    @property
    def q(self) -> int:
        """Number of random effects a unit."""
        return len(self.T_Z)

    def columns(self, rows: Index) -> Array:
        """[Z̃ X̃ ỹ] of some rows (n, p)."""
        unit = np.searchsorted(self.offsets, rows, side="right") - 1
        return np.asarray(np.einsum("ia,api->ip", self.A[rows], self.T[:, :, unit]))

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


def _unit_sums(model: Standardised) -> Array:
    """Design weights of the rows by unit, times the unit's (J,)."""
    sizes = np.diff(model.offsets).astype(float)
    sums = (
        sizes
        if model.row_weights is None
        else np.add.reduceat(model.row_weights, model.offsets[:-1])
    )
    return sums if model.unit_weights is None else sums * model.unit_weights


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
    if np.ptp(design.y) == 0:
        raise DataError(
            f"The outcome {design.outcome} is constant. Choose another outcome.", design.outcome
        )
    A, T_A, T_Z = _level1(design)
    T_X, V = _fixed_part(design, A, T_A)
    C, B = _standard_variance_predictors(design)
    size = float(np.abs(design.y).max())
    y, moved = _residuals(design, A, V, design.y / size)
    s = float(np.sqrt(np.mean(y**2)))
    if s <= EXACT:
        raise NumericalError(
            f"The fixed effects reproduce the outcome {design.outcome} to all the digits it has: "
            "no variance is left to model. Take the predictor out that repeats the outcome."
        )
    y /= s
    ln_scale, typical = _known_scale(design)
    ln_s2 = 2 * float(np.log(size * s)) - typical
    _require_proportion(design, ln_s2)
    root = _root_of_weights(design, ln_scale)
    if root is not None:
        A = A * root[:, None]
        y, further = _residuals(design, A, V, y * root)
        moved = moved + s * further
    a, q, f = A.shape[1], len(T_Z), len(T_X)
    T = np.zeros((a + 1, q + f + 1, design.n_units))
    T[:a, :q], T[:a, q : q + f], T[a, q + f] = np.eye(a, q)[:, :, None], V, 1
    return Standardised(
        A=np.asfortranarray(np.column_stack((A, y))),
        T=T,
        C=C,
        T_X=T_X,
        T_Z=T_Z,
        B=B,
        b=size * np.linalg.solve(T_X, moved),
        s=size * s,
        ln_s2=ln_s2,
        offsets=design.offsets,
        blocks=design.blocks,
        row_weights=design.row_weights,
        unit_weights=design.unit_weights,
        ln_scale=0.0 if ln_scale is None else _total(design, ln_scale),
        uneven=ln_scale is not None and bool(np.ptp(ln_scale) > UNEVEN),
        fixed_sigma2=design.fixed_sigma2,
    )


def _level1(design: Design) -> tuple[Array, Array, Array]:
    """A (N, a), the columns of Z̃ first, with design.A = A T_A (a, a), and T_Z (q, q).

    Random columns are made orthogonal within each block of τ only.  A column that repeats others
    is refused if γ's or random effects of its own do, too; else it stays.
    """
    q, a = len(design.random), design.A.shape[1]
    order = [*design.random, *(c for c in range(a) if c not in design.random)]
    columns, names = design.A[:, order], [design.coefficients[c] for c in order]
    try:
        A, T = orthogonal(columns, names)
    except SpecError:
        orthogonal(design.X, design.column_words)
        orthogonal(design.Z, [f"the random effect of {name}" for name in design.random_names])
        scale = np.sqrt(np.mean(columns**2, axis=0))
        A, T = columns / scale, np.diag(scale)
    if len(design.blocks) > 1:
        first, across = T[:q, :q], np.zeros((q, q))
        for block in map(list, design.blocks):
            A[:, block], across[np.ix_(block, block)] = orthogonal(
                design.Z[:, block], [names[c] for c in block]
            )
        T[:q, :q] = across
        T[:q, q:] = across @ np.linalg.solve(first, T[:q, q:])
    T_A = np.empty_like(T)
    T_A[:, order] = T
    return A, T_A, T[:q, :q]


def _fixed_part(design: Design, A: Array, T_A: Array) -> tuple[Array, Array]:
    """T_X (f, f), and V_j (a, f, J) with X̃_j = A_j V_j."""
    V = np.einsum("agj,gf->afj", T_A[:, design.level1, None] * design.W, design.R)
    T_X = _by_unit(design, A, V)
    if T_X is None:
        T_X = orthogonal(design.X, design.column_words)[1]
    a, f, J = V.shape
    standard = np.linalg.solve(T_X.T, V.swapaxes(0, 1).reshape(f, a * J)).reshape(f, a, J)
    standard[np.abs(standard) < DUST] = 0
    return T_X, np.ascontiguousarray(standard.swapaxes(0, 1))


def _by_unit(design: Design, A: Array, V: Array) -> Array | None:
    """T_X from the units' cross-products of A; None where they have no digits for it.

    The level-2 predictors of an equation are made orthogonal first, then the equations to each
    other by the Cholesky factor of their cross-products.
    """
    if len(design.R) != design.R.shape[1]:
        return None
    starts, n, f = design.offsets[:-1], design.n_rows, len(design.W)
    T = np.zeros((f, f))
    for column in np.unique(design.level1):
        own = np.flatnonzero(design.level1 == column)
        if own.size > design.n_units:
            return None
        length = np.sqrt(np.add.reduceat(design.A[:, column] ** 2, starts) / n)
        rows = (design.W[own] * length).T * np.sqrt(len(length))
        try:
            T[np.ix_(own, own)] = orthogonal(rows, ["predictor"] * own.size)[1]
        except SpecError:
            return None
    S = cross_products(A, np.ones(n), starts)
    a, _, J = V.shape
    X = np.linalg.solve(T.T, V.swapaxes(0, 1).reshape(f, a * J)).reshape(f, a, J).swapaxes(0, 1)
    gram = np.einsum("afj,agj->fg", X, times(S, X), optimize=True) / n
    try:
        root = np.linalg.cholesky(gram)
    except np.linalg.LinAlgError:
        return None
    return None if root.diagonal().min() < DOUBTFUL else np.asarray(root.T @ T)


def _residuals(design: Design, A: Array, V: Array, y: Array) -> tuple[Array, Array]:
    """Residuals (N,) of y from least squares on A_j V_j, and the coefficients (f,)."""
    starts, sizes = design.offsets[:-1], np.diff(design.offsets)
    S = cross_products(A, np.ones(len(A)), starts)
    gram = np.einsum("afj,agj->fg", V, times(S, V), optimize=True)
    coefficients, residual = np.zeros(V.shape[1]), y.copy()
    for _ in range(2):  # the second pass takes out what rounding left of the first
        cross = np.stack([np.add.reduceat(column * residual, starts) for column in A.T])
        step = np.linalg.solve(gram, np.einsum("afj,aj->f", V, cross))
        for column, beta in zip(A.T, np.einsum("afj,f->aj", V, step), strict=True):
            residual -= column * np.repeat(beta, sizes)
        coefficients += step
    return residual, coefficients


def _known_scale(design: Design) -> tuple[Array | None, float]:
    """Return ln_scale (N,) around its median, and the median (E27): one row may be far off."""
    if design.ln_scale is None:
        return None, 0.0
    typical = float(np.median(design.ln_scale))
    return design.ln_scale - typical, typical


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


def _root_of_weights(design: Design, ln_scale: Array | None) -> Array | None:
    """Square root of design weight times known precision of each row (N,); None if all are 1."""
    if ln_scale is None:
        return None if design.row_weights is None else np.sqrt(design.row_weights)
    weights = 1.0 if design.row_weights is None else design.row_weights
    root: Array = np.sqrt(weights * np.exp(-ln_scale))
    return root


def _total(design: Design, values: Array) -> float:
    """Σ over the rows, weighted as they are (E27)."""
    weighted = values if design.row_weights is None else values * design.row_weights
    if design.unit_weights is not None:
        weighted = weighted * design.unit_weights[design.unit]
    return float(weighted.sum())


def orthogonal(columns: Array, names: Sequence[str]) -> tuple[Array, Array]:
    """Return Q (N, m) with Q'Q = N I and T upper triangular, columns = Q T."""
    n = len(columns)
    size = np.abs(columns).max(axis=0)
    size = np.where(size > 0, size, 1.0)
    scale = size * np.sqrt(np.mean((columns / size) ** 2, axis=0))
    scale = np.where(scale > 0, scale, 1.0)
    Q, R = np.linalg.qr(columns / scale)
    diagonal = np.abs(np.diag(R)) / np.sqrt(n)
    for column in map(int, np.flatnonzero(diagonal < COLLINEAR)):
        raise SpecError(_collinear(names, R, column, constant=np.ptp(columns[:, column]) == 0))
    Q = Q * np.sqrt(n)
    Q[np.abs(Q) < DUST] = 0
    return Q, R * scale / np.sqrt(n)


def _standard_variance_predictors(design: Design) -> tuple[Array, Array]:
    """Return C̃ (N, k) with first column 1 and B of α = B α̃ + 2 ln s e_0 (E19)."""
    C = design.C[:, 1:]
    mean, sd = C.mean(axis=0), C.std(axis=0)
    for column in map(int, np.flatnonzero(sd <= COLLINEAR * np.abs(C).max(axis=0, initial=0.0))):
        raise SpecError(
            f"{design.variance[column + 1]} is constant in the rows used and cannot predict the "
            "level-1 variance. Take it out of the predictors of level-1 variance.",
            design.variance[column + 1],
            "heterol1var",
        )
    names = [f"{name} in the level-1 variance model" for name in design.variance[1:]]
    Q, T = orthogonal((C - mean) / sd, names)
    k = design.C.shape[1]
    B = np.eye(k)
    B[1:, 1:] = np.linalg.solve(T * sd, np.eye(k - 1))
    B[0, 1:] = -mean @ B[1:, 1:]
    return np.asfortranarray(np.column_stack((np.ones(len(C)), _alike(Q, design.C)))), B


def _alike(Q: Array, C: Array) -> Array:
    """Give rows that are equal in C the very same numbers in Q, where there are few patterns."""
    pattern = distinct_rows(C)
    if pattern is None:
        return Q
    return np.asarray(Q[np.unique(pattern, return_index=True)[1]][pattern])


def _collinear(names: Sequence[str], R: Array, column: int, *, constant: bool) -> str:
    """Say which of the columns before it a column repeats."""
    name = _capital(names[column])
    coefficients = np.linalg.solve(R[:column, :column], R[:column, column])
    large = np.abs(coefficients) > MENTIONED
    repeated = [name for name, mentioned in zip(names, large, strict=False) if mentioned]
    if not repeated:
        return f"{name} is zero in every row used. Take it out of the model."
    why = "is constant in the rows used and" if constant else ""
    return (
        f"{name} {why} repeats what is already in the model (it is a combination of "
        f"{', '.join(repeated)}). Take one of them out."
    ).replace("  ", " ")


def _capital(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}"


def _congruence(T: Array, cov: Array) -> Array:
    """T⁻¹ cov T⁻ᵀ for one matrix or a stack."""
    half = np.linalg.solve(T, cov)
    return np.linalg.solve(T, half.swapaxes(-1, -2)).swapaxes(-1, -2)
