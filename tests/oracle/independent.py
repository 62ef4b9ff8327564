"""The likelihood a third time, quick enough to be searched, and a search of its own.

Nothing here comes from the package.  It differs from it in every step: columns are made
orthogonal by Gram and Schmidt in extended precision; rows of a unit that share their variance
predictors are replaced by the triangle of their QR decomposition; −2 log L is that of penalised
least squares (Bates et al. 2015, *Journal of Statistical Software* 67(1), section 3), with a
factor L of τ = LL' as parameter, any L being legal; and the search is BFGS from many starts.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.linalg import cho_solve, cholesky, solve_triangular
from scipy.optimize import minimize

LN_2PI = float(np.log(2 * np.pi))
# ln σ² (relative to the outcome's residual variance) that the search may not pass by far.
WALL = 24.0
FURTHER = 3.0
NOWHERE = 1e12
# Rows of which REML's share of the gradient is computed at a time.
CHUNK = 20_000
# Ends this far apart in −2 log L may be different peaks; so many of the lowest are sharpened.
DISTINCT, POLISHED = 1e-3, 3


def orthogonal(columns):
    """Q (N, m) with Q'Q = N I and T upper triangular, columns = QT; modified Gram–Schmidt, twice.

    In extended precision, so that columns that are collinear up to 1e-9 keep all their digits.
    """
    n, m = columns.shape
    Q = np.array(columns.T, dtype=np.longdouble)
    T = np.zeros((m, m), dtype=np.longdouble)
    for j in range(m):
        for _ in range(2):
            projected = Q[:j] @ Q[j] / n
            Q[j] -= projected @ Q[:j]
            T[:j, j] += projected
        T[j, j] = np.sqrt(Q[j] @ Q[j] / n)
        Q[j] /= T[j, j] if T[j, j] > 0 else 1
    return Q.T, T


def share_outside(columns):
    """Share of each column's length outside the span of those before it."""
    length = np.sqrt(np.mean(np.array(columns, dtype=np.longdouble) ** 2, axis=0))
    return np.diag(orthogonal(columns / np.where(length > 0, length, 1).astype(float))[1])


@dataclass(frozen=True, eq=False)
class Point:
    """−2 log L, ln σ² of the rows, K = ∂(−2 log L)/∂τ and the gradient in α at (L, α)."""

    L: np.ndarray
    alpha: np.ndarray
    m2ll: float
    ln_sigma2: np.ndarray
    K: np.ndarray
    gradient: np.ndarray
    Q: np.ndarray

    @property
    def tau(self):
        return self.L @ self.L.T


class Twin:
    """−2 log L of y = Xγ + Zu + r, ln Var(r) = Cα + `ln_scale` in coordinates of its own.

    Parameters of `at`: L (q, r) with τ̃ = LL', and α̃ (k,); `from_user` gives both from the user's.
    """

    def __init__(self, y, X, Z, C, offsets, *, reml=False, ln_scale=None):
        Q_X, self.T_X = orthogonal(X)
        Q_Z, self.T_Z = orthogonal(Z)
        Q_C, self.T_C = orthogonal(C)
        residual = np.array(y, dtype=np.longdouble)
        for _ in range(2):
            residual = residual - Q_X @ (Q_X.T @ residual / len(y))
        self.s = np.sqrt(np.mean(residual**2))
        self.reml, self.n, self.n_units = reml, len(y), len(offsets) - 1
        self.f, self.q, self.k = X.shape[1], Z.shape[1], C.shape[1]
        constant = 2 * (self.n - reml * self.f) * np.log(self.s)
        constant += 2 * reml * np.log(np.abs(np.diag(self.T_X))).sum()
        scale = np.zeros(len(y)) if ln_scale is None else ln_scale
        self.typical = float(np.median(scale))
        self.constant = float(constant + np.sum(scale - self.typical))
        C = Q_C.astype(float)
        self.c_sum = C.sum(axis=0)
        M = np.column_stack((Q_Z, Q_X, residual / self.s)).astype(float)
        M *= np.exp((self.typical - scale) / 2)[:, None]
        self._compress(M, C, np.repeat(np.arange(self.n_units), np.diff(offsets)))

    def _compress(self, M, C, unit):
        """Replace the rows of a unit with equal C by the triangle of their QR decomposition."""
        _, pattern = np.unique(C, axis=0, return_inverse=True)
        order = np.lexsort((pattern.ravel(), unit))
        M, C, unit, pattern = M[order], C[order], unit[order], pattern.ravel()[order]
        new = (np.diff(unit, prepend=-1) != 0) | (np.diff(pattern, prepend=-1) != 0)
        starts = np.flatnonzero(new)
        cells = np.split(np.arange(len(M)), starts[1:])
        p = M.shape[1]
        kept = [np.linalg.qr(M[c], mode="r") if len(c) > p else M[c] for c in cells]
        repeats = [len(each) for each in kept]
        M, self.C = np.concatenate(kept), np.repeat(C[starts], repeats, axis=0)
        self.unit = np.repeat(unit[starts], repeats)
        self.starts = np.flatnonzero(np.diff(self.unit, prepend=-1))
        self.Z, self.M = M[:, : self.q], M[:, self.q :]

    def from_user(self, tau, alpha):
        """L and α̃ for τ and α in the user's units."""
        scaled = (self.T_Z @ np.asarray(tau, np.longdouble) @ self.T_Z.T / self.s**2).astype(float)
        values, vectors = np.linalg.eigh(scaled)
        alpha = self.T_C @ np.asarray(alpha, np.longdouble)
        alpha[0] += self.typical - 2 * np.log(self.s)
        return vectors * np.sqrt(np.maximum(values, 0)), alpha.astype(float)

    @property
    def digits_lost(self):
        """Share of τ̃ that is rounding error where τ is given in the user's units."""
        if not self.q:
            return 0.0
        T = (self.T_Z / np.sqrt(np.sum(self.T_Z**2, axis=0))).astype(float)
        return float(np.linalg.cond(T) ** 2 * np.finfo(float).eps)

    def _sums(self, rows):
        return np.add.reduceat(rows, self.starts, axis=0)

    def at(self, L, alpha):
        """−2 log L and its derivatives."""
        ln_sigma2 = self.C @ alpha
        root_w = np.exp(-ln_sigma2 / 2)[:, None]
        Z, M = root_w * self.Z, root_w * self.M
        S = self._sums(Z[:, :, None] * Z[:, None, :])
        D = self._sums(Z[:, :, None] * M[:, None, :])
        root = np.linalg.cholesky(np.eye(L.shape[1]) + L.T @ S @ L)
        half = np.linalg.solve(root, np.broadcast_to(L.T, (len(S), *L.T.shape)))
        B = half @ D
        MVM = M.T @ M - np.tensordot(B, B, axes=([0, 1], [0, 1]))
        f = self.f
        R = cholesky(MVM[:f, :f])
        g = np.append(-cho_solve((R, False), MVM[:f, f]), 1.0)
        v = np.linalg.solve(root.swapaxes(1, 2), (B @ g)[:, :, None])[:, :, 0]
        residual = M @ g - np.sum(Z * (v @ L.T)[self.unit], axis=1)
        value = self.constant + (self.n - self.reml * f) * LN_2PI + self.c_sum @ alpha
        value += 2 * np.log(np.diagonal(root, axis1=1, axis2=2)).sum()
        value += residual @ residual + np.sum(v * v)
        half_S = half @ S
        Q = S - half_S.swapaxes(1, 2) @ half_S
        Ze = self._sums(Z * residual[:, None])
        K = Q.sum(axis=0) - Ze.T @ Ze
        spread = np.einsum("iab,ib->ia", half[self.unit], Z)
        share = residual**2 + np.sum(spread**2, axis=1)
        if self.reml:
            value += 2 * np.log(np.diag(R)).sum()
            ZX = (D - half_S.swapaxes(1, 2) @ B)[:, :, :f].reshape(-1, f)
            T = solve_triangular(R, ZX.T, trans="T").reshape(f, len(S), self.q)
            K -= np.tensordot(T, T, axes=([0, 1], [0, 1]))
            share += self._restricted(M, B, spread, R)
        return Point(L, alpha, float(value), ln_sigma2, K, self.c_sum - self.C.T @ share, Q)

    def _restricted(self, M, B, spread, R):
        """REML's part of the share of each row in the gradient in α."""
        f, found = self.f, []
        for first in range(0, len(M), CHUNK):
            rows = slice(first, first + CHUNK)
            moved = np.einsum("ia,iaf->if", spread[rows], B[self.unit[rows]][:, :, :f])
            found.append(np.sum(solve_triangular(R, (M[rows, :f] - moved).T, trans="T") ** 2, 0))
        return np.concatenate(found)

    def scales(self, point):
        """Roots of the standard errors of τ's variances (q,), and standard errors of α (k,)."""
        information = np.sum(np.diagonal(point.Q, axis1=1, axis2=2) ** 2, axis=0) / 2
        return information**-0.25, np.full(self.k, np.sqrt(2 / self.n))

    def kuhn_tucker(self, point):
        """Smallest eigenvalue of K, largest element of Kτ and of the score of α, all scaled.

        In units of −2 log L per standard error; at a maximum not negative, zero, zero.
        """
        root, se = self.scales(point)
        K = point.K * np.outer(root, root)
        tau = point.tau / np.outer(root, root)
        smallest = float(np.linalg.eigvalsh(K)[0]) if self.q else 0.0
        complementarity = float(np.abs(K @ tau).max()) if self.q else 0.0
        return smallest, complementarity, float(np.abs(point.gradient * se).max())


class Search:
    """BFGS over (L, α) from many starts; `best` is the lowest end."""

    def __init__(self, twin, *, starts=20, seed=0, extra=()):
        self.twin = twin
        self.rows, self.columns = np.tril_indices(twin.q)
        m = self.rows.size
        self.unit = np.concatenate((np.full(m, twin.n_units**-0.5), np.full(twin.k, twin.n**-0.5)))
        self.best, self.wall = None, WALL
        self.ends = []
        for L, alpha in [*self._starts(starts, np.random.default_rng(seed)), *extra]:
            self._run(L, alpha, 1e-3, 300)
        self._polish()

    def falls_without_end(self):
        """Whether −2 log L falls on behind the wall, by 1 and more for each 1 in ln σ² of rows.

        Where the wall alone holds a run up it is moved away by FURTHER, and the run goes on.
        """
        pushing = [end for end in self.ends if end.ln_sigma2.min() < -WALL - 0.1]
        return any(self._falls(end) for end in sorted(pushing, key=lambda end: end.m2ll)[:POLISHED])

    def _falls(self, end):
        near = self._end(end.L, end.alpha, 1e-4, 2000)
        self.wall = WALL + FURTHER
        far = self._end(near.L, near.alpha, 1e-4, 2000)
        self.wall = WALL
        reached = far.ln_sigma2.min() < -WALL - FURTHER
        return reached and near.m2ll - far.m2ll > FURTHER / 2

    def _starts(self, number, rng):
        """Moments-like, near zero, large, of low rank, and random."""
        q, k = self.twin.q, self.twin.k
        first = np.eye(1, k)[0]
        for scale in (0.5, 1e-3, 0.05, 2.0, 8.0):
            yield scale * np.eye(q), np.log(0.5) * first
        for draw in range(number - 5):
            scale = (0.1, 0.4, 1.0, 3.0)[draw % 4]
            L = np.tril(rng.normal(scale=scale, size=(q, q)))
            if draw % 3 == 0:
                L[:, 1 + draw % max(q, 1) :] *= 1e-2
            spread = (0.0, 0.3, 1.0)[(draw // 2) % 3] / np.sqrt(k)
            yield L, rng.normal(scale=spread, size=k) + rng.uniform(-3, 0) * first

    def objective(self, theta):
        """−2 log L, with a wall where ln σ² runs away, and its gradient in scaled (L, α)."""
        theta = theta * self.unit
        L, alpha = self._split(theta)
        try:
            with np.errstate(over="raise", invalid="raise", divide="raise"):
                point = self.twin.at(L, alpha)
        except (FloatingPointError, np.linalg.LinAlgError):
            return NOWHERE, np.zeros_like(theta)
        beyond = np.maximum(np.abs(point.ln_sigma2) - self.wall, 0)
        wall = self.twin.C.T @ (2 * beyond * np.sign(point.ln_sigma2))
        slope = 2 * point.K @ L
        gradient = np.append(slope[self.rows, self.columns], point.gradient + wall)
        return point.m2ll + float(beyond @ beyond), gradient * self.unit

    def _split(self, theta):
        L = np.zeros((self.twin.q, self.twin.q))
        L[self.rows, self.columns] = theta[: self.rows.size]
        return L, theta[self.rows.size :]

    def _run(self, L, alpha, gtol, iterations):
        point = self._end(L, alpha, gtol, iterations)
        if point is not None:
            self.ends.append(point)
            if self.best is None or point.m2ll < self.best.m2ll:
                self.best = point

    def _end(self, L, alpha, gtol, iterations):
        """Where a run ends; None from a start without a likelihood (weights beyond all digits)."""
        theta = np.append(self._lower(L)[self.rows, self.columns], alpha) / self.unit
        options = {"gtol": gtol, "maxiter": iterations}
        end = minimize(self.objective, theta, jac=True, method="BFGS", options=options)
        return self.twin.at(*self._split(end.x * self.unit)) if end.fun < NOWHERE else None

    def _lower(self, L):
        """The lower triangular factor of LL'."""
        if not np.triu(L, 1).any():
            return L
        return np.linalg.qr(L.T, mode="r").T

    def _polish(self):
        """Sharpen the best end; where τ may grow off its face, go there."""
        lowest = sorted(self.ends, key=lambda end: end.m2ll)
        apart = [lowest[0], *(b for a, b in pairwise(lowest) if b.m2ll - a.m2ll > DISTINCT)]
        for end in apart[:POLISHED]:
            self._run(end.L, end.alpha, 1e-7, 1000)
        for _ in range(4):
            before = self.best.m2ll
            self._run(*self._off_the_face(), 1e-7, 1000)
            if before - self.best.m2ll < 1e-9:
                return

    def _off_the_face(self):
        """The best end, with τ grown along the direction that promises most, if any does."""
        point, twin = self.best, self.twin
        root = twin.scales(point)[0]
        values, vectors = np.linalg.eigh(point.K * np.outer(root, root))
        if not twin.q or values[0] > -1e-6:
            return point.L, point.alpha
        v = root * vectors[:, 0]
        return np.column_stack((point.L, 0.1 * v)), point.alpha
