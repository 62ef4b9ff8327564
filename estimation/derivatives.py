"""Score and information of the two-level model, from cross-products alone.

Equation numbers refer to MATHEMATICS.md.  Parameters are (vech τ by rows of the lower triangle,
without the elements that are fixed at zero, α); γ is profiled.  What is stacked by unit has the
units last; a sum over units has one factor that carries their weights.
"""

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from estimation.arrays import Array
from estimation.crossproducts import pairs
from estimation.likelihood import Problem, Profile, profile
from estimation.moments import Products
from estimation.parts import in_threads
from estimation.stacks import added, times, trace, transposed


@dataclass(frozen=True, eq=False)
class Derivatives:
    """A profile with score (m + k,), expected and observed information of (vech τ, α).

    `unit_scores` (m + k, J), weighted as the units are, add up to the score and have expectation
    zero each.
    """

    profile: Profile
    score: Array
    expected: Array
    observed: Array
    unit_scores: Array

    @property
    def m2ll(self) -> float:
        """−2 log L."""
        return self.profile.m2ll


class _Columns(NamedTuple):
    """M₁B for some B (f + 1, c): N (p, c, J) with M N = W⁻¹V⁻¹M₁B, K (q, c, J) = Z'V⁻¹M₁B.

    `DN` are D_0k N (p, c, J), `L` P'Z'W diag(c_k) M N (q, c, J).
    """

    N: Array
    K: Array
    DN: list[Array]
    L: list[Array]


@dataclass(frozen=True, eq=False)
class _Working:
    """What the derivatives share over some units: D_kl (p, p, J), H_k, P, G H_k (q, q, J).

    `e` are the columns of e = M₁g, `A` those of X U with UU' = A⁻¹ for REML.
    """

    at: Profile
    D: dict[tuple[int, int], Array]
    H: list[Array]
    P: Array
    GH: list[Array]

    @property
    def k(self) -> int:
        """Number of variance predictors, the constant included."""
        return len(self.H)

    def columns(self, B: Array) -> _Columns:
        """Return the products of M₁B, B (f + 1, c)."""
        q, J = len(self.P), self.P.shape[-1]
        N = np.empty((q + len(B), B.shape[1], J))
        N[:q] = -np.einsum("amj,mc->acj", self.at.H, B)
        N[q:] = B[:, :, None]
        DN = [times(self.D[0, a], N) for a in range(self.k)]
        P_T = transposed(self.P)
        return _Columns(
            N, np.einsum("amj,mc->acj", self.at.K, B), DN, [times(P_T, each[:q]) for each in DN]
        )


class _Sums(NamedTuple):
    """Sums over units: X'V⁻¹V_aV⁻¹e and U'B_aU (E9), C_ab (E10), T_ab (E11), curvature (E12)."""

    XB: Array
    UBU: Array
    C_e: Array
    C_A: Array
    T: Array
    curvature: Array


def derivatives(problem: Problem, tau: Array, alpha: Array) -> Derivatives:
    """Score and information at (τ, α), ML or REML (E7–E15)."""
    at, shares, sums = _summed(problem, tau, alpha)
    m = problem.m
    T, curvature = sums.T, sums.curvature + problem.gram / 2
    T[m:, m:] += problem.gram
    average = (sums.C_e - sums.XB @ np.linalg.solve(at.XX, sums.XB.T)) / 2
    expected = T / 2
    if problem.restricted:
        expected = expected - sums.C_A + np.tensordot(sums.UBU, sums.UBU, ((1, 2), (1, 2))) / 2
    observed = 2 * average - expected
    observed[m:, m:] += curvature
    return Derivatives(
        profile=at,
        score=shares.sum(axis=1),
        expected=expected,
        observed=observed,
        unit_scores=shares,
    )


def information_of_gamma(problem: Problem, at: Profile) -> Array:
    """B_a = Σ X'V⁻¹V_aV⁻¹X of every parameter a: (m + k, f, f) (E9)."""
    X = np.eye(problem.f + 1, problem.f)
    D = problem.moments.products(at.alpha, pairs(problem.k))

    def of(units: slice) -> Array:
        columns = _working(problem, at.of(units), D, units).columns(X)
        return _first_order(problem, columns, units)

    return np.asarray(np.sum(in_threads(of, problem.blocks(), problem.attend), axis=0))


def _summed(problem: Problem, tau: Array, alpha: Array) -> tuple[Profile, Array, _Sums]:
    """Go through the units, as many at a time as memory is meant for."""
    D = problem.moments.products(alpha, pairs(problem.k))
    S = in_threads(partial(D.of, (0, 0)), problem.blocks(), problem.attend)
    at = profile(problem, tau, alpha, np.concatenate(S, axis=-1))

    def of(units: slice) -> tuple[Array, _Sums]:
        return _sums(problem, _working(problem, at.of(units), D, units), units)

    found = in_threads(of, problem.blocks(), problem.attend)
    shares = np.concatenate([each for each, _ in found], axis=1)
    added_up = (np.sum(each, axis=0) for each in zip(*(sums for _, sums in found), strict=True))
    return at, shares, _Sums(*added_up)


def _working(problem: Problem, at: Profile, products: Products, units: slice) -> _Working:
    """Gather what is needed of some units, of which `at` is the profile."""
    q = problem.q
    D = {pair: products.of(pair, units) for pair in pairs(problem.k) if any(pair)}
    D[0, 0] = at.S
    H = [D[0, a][:q, :q] for a in range(problem.k)]
    P = np.eye(q)[:, :, None] - np.einsum("ab,bcj->acj", at.tau, at.Q)
    return _Working(at, D, H, P, [times(at.G, each) for each in H])


def _sums(problem: Problem, work: _Working, units: slice) -> tuple[Array, _Sums]:
    """Return the unit scores (m + k, J) and what is added up over the units."""
    at = work.at
    e = work.columns(at.g[:, None])
    shares = _shares(problem, e) - _traces(problem, work, units)
    C_e, NDN = _second_order(problem, work, e, units)
    C_A: Array = np.zeros_like(C_e)
    UBU: Array = np.zeros((len(C_e), 0, 0))
    if problem.restricted:
        U = np.linalg.inv(np.linalg.cholesky(at.XX)).T
        A = work.columns(np.vstack((U, np.zeros((1, problem.f)))))
        shares += _shares(problem, A)
        C_A, NDN_A = _second_order(problem, work, A, units)
        NDN, UBU = NDN + NDN_A, _first_order(problem, A, units)
    T, GH = _trace_information(problem, work, units)
    return problem.weighted(shares / 2, units), _Sums(
        XB=_of_residuals(problem, work, e, units),
        UBU=UBU,
        C_e=C_e,
        C_A=C_A,
        T=T,
        curvature=-(GH + NDN) / 2,
    )


def _elements(problem: Problem, stack: Array) -> Array:
    """tr(E S_j) of symmetric S (q, q, J), for the unit matrices E of vech τ: (m, J)."""
    rows, columns = problem.rows, problem.columns
    twice = np.where(rows == columns, 1.0, 2.0)
    return twice[:, None] * stack[rows, columns]


def _shares(problem: Problem, it: _Columns) -> Array:
    """Traces of B'M₁'V⁻¹V_aV⁻¹M₁B by unit (m + k, J), twice a part of the scores (E7, E8, E13)."""
    tau = _elements(problem, np.einsum("acj,bcj->abj", it.K, it.K))
    return np.vstack((tau, *(np.einsum("pcj,pcj->j", it.N, DN)[None] for DN in it.DN)))


def _traces(problem: Problem, work: _Working, units: slice) -> Array:
    """Traces of V⁻¹V_a by unit (m + k, J), twice the other part (E7, E8)."""
    tau = _elements(problem, work.at.Q)
    alpha = [np.einsum("aaj->j", GH)[None] for GH in work.GH]
    result = np.vstack((tau, *alpha))
    result[problem.m :] = problem.moments.sums[:, units] - result[problem.m :]
    return result


def _of_residuals(problem: Problem, work: _Working, e: _Columns, units: slice) -> Array:
    """Σ X'V⁻¹V_aV⁻¹e of every parameter a: (m + k, f) (E9)."""
    f, q = problem.f, problem.q
    v = problem.weighted(e.K[:, 0], units)
    KV = np.einsum("rxj,sj->rxs", work.at.K[:, :f], v)
    tau = np.einsum("mrs,rxs->mx", problem.basis, KV)
    weighted = [problem.weighted(DN[:, 0], units) for DN in e.DN]
    alpha = [
        DN[q : q + f].sum(axis=1) - np.einsum("axj,aj->x", work.at.H[:, :f], DN[:q])
        for DN in weighted
    ]
    return np.vstack((tau, *alpha))


def _first_order(problem: Problem, it: _Columns, units: slice) -> Array:
    """Σ B'M₁'V⁻¹V_aV⁻¹M₁B of every parameter a: (m + k, c, c) (E9)."""
    K = problem.weighted(it.K, units)
    outer = np.einsum("rxj,syj->rsxy", K, it.K, optimize=True)
    tau = np.einsum("mrs,rsxy->mxy", problem.basis, outer)
    N = problem.weighted(it.N, units)
    alpha = [np.matmul(N, DN.swapaxes(1, 2)).sum(axis=0) for DN in it.DN]
    return np.concatenate((tau, np.stack(alpha)))


def _second_order(
    problem: Problem, work: _Working, it: _Columns, units: slice
) -> tuple[Array, Array]:
    """C_ab of Ω = BB' (m + k, m + k) (E10), and Σ tr N'D_kl N (k, k)."""
    m, k, q = problem.m, work.k, problem.q
    C, NDN = np.empty((m + k, m + k)), np.empty((k, k))
    KK = np.einsum("acj,bcj->abj", it.K, it.K)
    C[:m, :m] = _sandwich_trace(problem, problem.weighted(work.at.Q, units), KK)
    K, N = problem.weighted(it.K, units), problem.weighted(it.N, units)
    for b in range(k):
        C[:m, m + b] = C[m + b, :m] = _vech(problem, added(it.L[b], K))
        GDN = times(work.at.G, problem.weighted(it.DN[b][:q], units))
        for a in range(b + 1):
            DN = times(work.D[a, b], it.N) if a else it.DN[b]
            NDN[a, b] = NDN[b, a] = trace(N, DN)
            C[m + a, m + b] = C[m + b, m + a] = NDN[a, b] - trace(it.DN[a][:q], GDN)
    return C, NDN


def _trace_information(problem: Problem, work: _Working, units: slice) -> tuple[Array, Array]:
    """Σ tr(V⁻¹V_aV⁻¹V_b) without Σ c_k c_l (m + k, m + k) (E11), and Σ tr G H_kl (k, k)."""
    m, k, q = problem.m, work.k, problem.q
    T, traces = np.empty((m + k, m + k)), np.empty((k, k))
    Q, G = problem.weighted(work.at.Q, units), problem.weighted(work.at.G, units)
    T[:m, :m] = _sandwich_trace(problem, Q, work.at.Q)
    P = problem.weighted(work.P, units)
    for b in range(k):
        PH = times(transposed(work.P), work.H[b])
        T[:m, m + b] = T[m + b, :m] = _vech(problem, added(PH, transposed(P)))
        GH = problem.weighted(work.GH[b], units)
        for a in range(b + 1):
            traces[a, b] = traces[b, a] = trace(G, work.D[a, b][:q, :q])
            both = trace(work.GH[a], transposed(GH)) - 2 * traces[a, b]
            T[m + a, m + b] = T[m + b, m + a] = both
    return T, traces


def _vech(problem: Problem, matrix: Array) -> Array:
    """tr(E A) for the unit matrices E of vech τ: (m,)."""
    result: Array = np.einsum("mab,ba->m", problem.basis, matrix)
    return result


def _sandwich_trace(problem: Problem, Q: Array, S: Array) -> Array:
    """Σ_j tr(E Q_j F S_j) for all unit matrices E, F: (m, m)."""
    q, m, J = problem.q, problem.m, Q.shape[-1]
    outer = (Q.reshape(q * q, J) @ S.reshape(q * q, J).T).reshape(q, q, q, q)
    E = problem.basis.reshape(m, q * q)
    result: Array = E @ outer.transpose(3, 0, 1, 2).reshape(q * q, q * q) @ E.T
    return result
