"""Starting values from the pooled within-unit least-squares moments."""

from collections.abc import Iterator
from itertools import product

import numpy as np

from estimation.arrays import Array, Mask
from estimation.likelihood import Problem
from estimation.stacks import cholesky, forward, times, transposed

# Bounds of τ's eigenvalues and of σ² at the start, as shares of the outcome's residual variance
# (1 in standard coordinates): safely inside, and of its size, wherever the moments point.
FLOOR, CEILING = 0.01, 1.0
# Variance of u along the z of the row that outweighs all others, where a run starts.
ALONG = 1e-6
# SD of the elements of a factor of τ that is drawn.
DRAWN = 0.6
# SD of the change of ln σ² that a drawn α makes by each predictor, and the change called far.
DRAWN_ALPHA, FAR = 1.0, 2.5
# A peak that every third draw reaches is missed once in 25.
DRAWS = 8
# Variances of u, and number of its directions, where rows are to be followed by it: one data set
# of 9 rows needs one direction of 25.
LOOSE, SIZES, DIRECTIONS = 0.25, (0.1, 0.25, 1.0, 9.0), 48
# A unit's design has full rank when the smallest eigenvalue of Z'Z, scaled to a unit diagonal,
# exceeds this (a share of 1e-6 of a column outside the others' span).
FULL_RANK = 1e-12


def full_rank(gram: Array) -> Mask:
    """Say which of the Gram matrices (q, q, J) have full rank."""
    q = len(gram)
    diagonal = np.einsum("aaj->aj", gram)
    scale = np.sqrt(np.where(diagonal > 0, diagonal, np.inf))
    if q == 0:
        return np.ones(gram.shape[-1], dtype=bool)
    # A column that is zero throughout the unit leaves a zero eigenvalue.
    correlation = np.moveaxis(gram / scale[:, None] / scale, -1, 0)
    found: Mask = np.linalg.eigvalsh(correlation)[:, 0] > FULL_RANK
    return found


def moments(problem: Problem) -> tuple[Array, Array]:
    """τ and α from least squares within units: σ² = Σ SSE/Σ df, τ = Var(β̂_j) − mean σ²(Z'Z)⁻¹."""
    q = problem.q
    S = problem.moments.S(np.zeros(problem.k))
    ZZ, Zy, yy = S[:q, :q], S[:q, -1], S[-1, -1]
    good = full_rank(ZZ)
    problem.attend()
    inverse = _inverses(ZZ, good)
    beta = np.einsum("abj,bj->aj", inverse, Zy)
    rank = float(np.einsum("abj,baj->", inverse, ZZ))
    problem.attend()
    sse = float(yy.sum() - np.sum(beta * Zy))
    sigma2 = max(sse / (problem.n - rank), FLOOR) if problem.n - rank > 0.5 else 0.5
    alpha = problem.parameters.with_fixed(np.log(sigma2) * np.eye(1, problem.k)[0])
    if q == 0 or good.sum() < 2:
        return 0.5 * np.eye(q), alpha
    tau = np.cov(beta[:, good]).reshape(q, q) - sigma2 * inverse[..., good].mean(axis=-1)
    return bounded(tau), alpha


def _inverses(ZZ: Array, good: Mask) -> Array:
    """Inverses of the Gram matrices (q, q, J), of those without full rank generalised ones."""
    inverse = np.empty_like(ZZ)
    F = forward(cholesky(ZZ[..., good]), np.eye(len(ZZ))[:, :, None])
    inverse[..., good] = times(transposed(F), F)
    if not good.all():
        others = np.moveaxis(ZZ[..., ~good], -1, 0)
        found = np.linalg.pinv(others, rcond=1e-10, hermitian=True)
        inverse[..., ~good] = np.moveaxis(found, 0, -1)
    return inverse


def bounded(tau: Array) -> Array:
    """Clip the eigenvalues of τ to the bounds of a start."""
    values, vectors = np.linalg.eigh(tau)
    result: Array = (vectors * np.clip(values, FLOOR, CEILING)) @ vectors.T
    return result


def alternatives(tau: Array, alpha: Array) -> Iterator[tuple[Array, Array]]:
    """Other starting values: τ of several sizes and correlations."""
    q = len(tau)
    if not q:
        return
    scale = _scale(tau)
    for share in (1.0, 0.05, 0.005):
        yield share * scale * np.eye(q), alpha
    if q < 2:
        return
    sign = np.where(np.arange(q) % 2, -1.0, 1.0)
    yield scale * (0.3 * np.eye(q) + 0.7 * np.ones((q, q))), alpha
    yield scale * (0.3 * np.eye(q) + 0.7 * np.outer(sign, sign)), alpha


def across(problem: Problem, tau: Array, alpha: Array) -> Iterator[tuple[Array, Array]]:
    """Starting value where one row outweighs all others: τ leaves u all but no move along its z."""
    q = problem.q
    if q < 2:
        return
    ZZ = problem.moments.S(np.zeros(problem.k))[:q, :q]
    heaviest = ZZ[..., np.argmax(np.einsum("aaj->j", ZZ))]
    z = np.linalg.eigh(heaviest)[1][:, -1]
    rest = np.eye(q) - np.outer(z, z)
    yield rest @ tau @ rest + ALONG * np.outer(z, z), alpha


def draws(tau: Array, alpha: Array) -> Iterator[tuple[Array, Array]]:
    """Starting values where peaks are many: each predictor of ln σ² far off, and drawn at random.

    The draws are the same at every call.
    """
    q, k = len(tau), len(alpha)
    scale, unit = _scale(tau), np.eye(k)
    for step, share in product((FAR, -FAR), (1.0, 0.005)):
        for predictor in range(1, k):
            yield share * scale * np.eye(q), alpha + step * unit[predictor]
    rng = np.random.default_rng(0)
    for _ in range(DRAWS if q >= 2 or k >= 2 else 0):
        L = rng.normal(scale=DRAWN, size=(q, q))
        slopes = rng.normal(scale=DRAWN_ALPHA, size=k - 1)
        yield FLOOR * np.eye(q) + L @ L.T, alpha + np.append(0, slopes)


def _scale(tau: Array) -> float:
    return max(float(np.trace(tau)) / max(len(tau), 1), FLOOR)


def followed(q: int, alpha: Array) -> Iterator[tuple[Array, Array]]:
    """Starting values at an α that leaves some rows all but no variance: τ of every rank."""
    yield np.zeros((q, q)), alpha
    if q:
        yield LOOSE * np.eye(q), alpha
    rng = np.random.default_rng(0)
    for rank in range(1, q):
        for number, L in enumerate(rng.normal(size=(DIRECTIONS, q, rank))):
            yield SIZES[number % len(SIZES)] * L @ L.T, alpha
