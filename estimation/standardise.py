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
from estimation.crossproducts import distinct_rows
from estimation.design import Design
from estimation.errors import DataError, NumericalError, SpecError

# A column whose part outside the others' span is smaller than this share of its length carries
# no information in double precision (a variable of SD 1 around a mean of 1e6 has 1e-6).
COLLINEAR = 1e-10
# Coefficients of a combination below this are rounding noise.
MENTIONED = 1e-8
# An outcome whose residuals are smaller than this share of its size has no digits left.
EXACT = 1e-13
# Elements of an orthogonal column (root mean square 1) below this are rounding noise, not data.
DUST = 1e-13


@dataclass(frozen=True, eq=False)
class Standardised:
    """A design in standard coordinates with its back-transformation.

    `M` = [Z̃ X̃ ỹ] (N, q + f + 1) and `C` (N, k) column-major; `T_X` (f, f), `T_Z` (q, q)
    upper triangular, the latter within `blocks` of random effects; `B` (k, k) and `s` give
    α = B α̃ + 2 ln s e_0; `b` (f,).  f counts the γ's that are estimated.

    The rows of M are multiplied by the square root of `row_weights` and of known precisions, and
    `ln_scale` is the sum of what the latter take out of ln|V| (E27).
    """

    M: Array
    C: Array
    T_X: Array
    T_Z: Array
    B: Array
    b: Array
    s: float
    offsets: Index
    blocks: tuple[tuple[int, ...], ...]
    row_weights: Array | None
    unit_weights: Array | None
    ln_scale: float
    fixed_sigma2: float | None

    @property
    def n(self) -> float:
        """Number of rows, or the sum of their design weights (E27)."""
        if self.row_weights is None and self.unit_weights is None:
            return len(self.M)
        return float(_unit_sums(self).sum())

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
        result[0] += 2 * np.log(self.s)
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
        return (float(np.log(self.fixed_sigma2) - 2 * np.log(self.s)), *(None,) * (k - 1))


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
    n, f = design.X.shape
    if n <= f:
        raise NumericalError(
            f"The model has {f} fixed effects but only {n} complete rows. Take predictors out."
        )
    y = design.y
    if np.ptp(y) == 0:
        raise DataError(f"The outcome {design.outcome} is constant. Choose another outcome.")
    root = _root_of_precision(design)
    Q_X, T_X = orthogonal(_scaled(design.X, root), design.column_words)
    Q_Z, T_Z = _random_part(design, root)
    C, B = _standard_variance_predictors(design)
    size = float(np.abs(y).max())
    scaled = y / size if root is None else root * (y / size)
    projected = Q_X.T @ scaled / n
    residual = scaled - Q_X @ projected
    s = float(np.sqrt(np.mean(residual**2)))
    if s <= EXACT:
        raise NumericalError(
            f"The fixed effects reproduce the outcome {design.outcome} to all the digits it has: "
            "no variance is left to model. Take the predictor out that repeats the outcome."
        )
    return Standardised(
        M=np.asfortranarray(np.column_stack((Q_Z, Q_X, residual / s))),
        C=C,
        T_X=T_X,
        T_Z=T_Z,
        B=B,
        b=size * np.linalg.solve(T_X, projected),
        s=size * s,
        offsets=design.offsets,
        blocks=design.blocks,
        row_weights=design.row_weights,
        unit_weights=design.unit_weights,
        ln_scale=_ln_scale(design),
        fixed_sigma2=design.fixed_sigma2,
    )


def _root_of_precision(design: Design) -> Array | None:
    """Square root of design weight times known precision of each row (N,); None if all are 1."""
    if design.ln_scale is None:
        return None if design.row_weights is None else np.sqrt(design.row_weights)
    weights = 1.0 if design.row_weights is None else design.row_weights
    root: Array = np.sqrt(weights * np.exp(-design.ln_scale))
    return root


def _scaled(columns: Array, root: Array | None) -> Array:
    return columns if root is None else columns * root[:, None]


def _ln_scale(design: Design) -> float:
    """Σ of ln_scale over the rows, weighted as they are (E27)."""
    if design.ln_scale is None:
        return 0.0
    weighted = (
        design.ln_scale if design.row_weights is None else design.ln_scale * design.row_weights
    )
    if design.unit_weights is not None:
        weighted = weighted * design.unit_weights[design.unit]
    return float(weighted.sum())


def _random_part(design: Design, root: Array | None) -> tuple[Array, Array]:
    """Q_Z (N, q) and T_Z (q, q): columns are made orthogonal within each block of τ only."""
    Z = _scaled(design.Z, root)
    Q, T = np.empty_like(Z), np.zeros((Z.shape[1], Z.shape[1]))
    names = [f"the random effect of {name}" for name in design.random_names]
    orthogonal(Z, names)  # raises where one random effect repeats others of whatever block
    for block in map(list, design.blocks):
        Q[:, block], T[np.ix_(block, block)] = orthogonal(Z[:, block], [names[a] for a in block])
    return Q, T


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
            "level-1 variance. Take it out of the predictors of level-1 variance."
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
