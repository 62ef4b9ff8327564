"""Score and information of the two-level model, from cross-products alone.

Equation numbers refer to MATHEMATICS.md.  Parameters are (vech τ by rows of the lower triangle,
without the elements that are fixed at zero, α); γ is profiled.  A sum over units has one factor
that carries their weights.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from estimation.arrays import Array
from estimation.crossproducts import pairs
from estimation.likelihood import Problem, Profile, profile


@dataclass(frozen=True, eq=False)
class Derivatives:
    """A profile with score (m + k,), expected and observed information of (vech τ, α).

    `unit_scores` (J, m + k), weighted as the units are, add up to the score and have expectation
    zero each; `B` (m + k, f, f) = Σ X'V⁻¹V_aV⁻¹X (E9).
    """

    profile: Profile
    score: Array
    expected: Array
    observed: Array
    unit_scores: Array
    B: Array

    @property
    def m2ll(self) -> float:
        """−2 log L."""
        return self.profile.m2ll


@dataclass(frozen=True, eq=False)
class _Working:
    """What the derivatives share over some units: D_kl (J, p, p), P (J, q, q), N, D_0k N and L_k.

    N (J, p, f + 1) = [−H; I], so that W⁻¹V⁻¹M₁ = M N; L_k (J, q, f + 1) = P'Z'W diag(c_k) M N.
    `G_w`, `K_w`, `N_w`, `P_w`, `Q_w` are these times the units' weights, of which every sum over
    units has one.
    """

    D: list[list[Array]]
    P: Array
    N: Array
    DN: list[Array]
    L: list[Array]
    G_w: Array
    K_w: Array
    N_w: Array
    P_w: Array
    Q_w: Array

    def NON(self, omega: Array) -> Array:
        """Weighted N Ω N' (J, p, p): tr Ω N'D_kl N is the sum of its products with D_kl."""
        return self.N_w @ omega @ self.N.swapaxes(1, 2)


class _Sums(NamedTuple):
    """Sums over units: unit scores, B_a (E9), C_ab of Ω_e and Ω_A (E10), T_ab (E11), curvature."""

    unit_scores: Array
    B: Array
    C_e: Array
    C_A: Array
    T: Array
    curvature: Array


def derivatives(problem: Problem, tau: Array, alpha: Array) -> Derivatives:
    """Score and information at (τ, α), ML or REML (E7–E15)."""
    at, sums = _summed(problem, tau, alpha)
    A_inv: Array = np.linalg.inv(at.XX)
    f, m = problem.f, problem.m
    XB = sums.B[:, :f, :] @ at.g
    B = sums.B[:, :f, :f]
    T, curvature = sums.T.copy(), sums.curvature + problem.gram / 2
    T[m:, m:] += problem.gram
    expected = T / 2
    average = (sums.C_e - XB @ A_inv @ XB.T) / 2
    if problem.restricted:
        AB = A_inv @ B
        expected = expected - sums.C_A + np.einsum("aij,bji->ab", AB, AB) / 2
    observed = 2 * average - expected
    observed[m:, m:] += curvature
    return Derivatives(
        profile=at,
        score=sums.unit_scores.sum(axis=0),
        expected=expected,
        observed=observed,
        unit_scores=sums.unit_scores,
        B=B,
    )


def _summed(problem: Problem, tau: Array, alpha: Array) -> tuple[Profile, _Sums]:
    """Go through the units, as many at a time as memory is meant for."""
    which, blocks = pairs(problem.k), problem.blocks()
    if len(blocks) == 1:
        D = problem.moments.moments(alpha, which)
        at = profile(problem, tau, alpha, D[0])
        return at, _sums(problem, at, D, blocks[0])
    at = profile(problem, tau, alpha)
    parts = [
        _sums(problem, at.of(units), problem.moments.moments(alpha, which, units), units)
        for units in blocks
    ]
    unit_scores = np.concatenate([each.unit_scores for each in parts])
    added = (np.sum(each, axis=0) for each in zip(*(part[1:] for part in parts), strict=True))
    return at, _Sums(unit_scores, *added)


def _sums(problem: Problem, at: Profile, moments: Array, units: slice) -> _Sums:
    work = _working(problem, at, moments, units)
    omega_e = np.outer(at.g, at.g)
    omega_A = np.zeros_like(omega_e)
    unit_scores = _unit_scores(problem, at, work, units)
    NON = work.NON(omega_e)
    C_e = _second_order(problem, at, work, omega_e, NON)
    C_A = np.zeros_like(C_e)
    if problem.restricted:
        omega_A[:-1, :-1] = np.linalg.inv(at.XX)
        unit_scores = unit_scores + _restricted_share(problem, at, work, omega_A)
        NON_A = work.NON(omega_A)
        C_A = _second_order(problem, at, work, omega_A, NON_A)
        NON = NON + NON_A
    return _Sums(
        unit_scores=problem.weighted(unit_scores, units),
        B=_first_order(problem, at, work),
        C_e=C_e,
        C_A=C_A,
        T=_trace_information(problem, at, work),
        curvature=_curvature(problem, work, NON),
    )


def _working(problem: Problem, at: Profile, moments: Array, units: slice) -> _Working:
    q, k = problem.q, problem.k
    D = dict(zip(pairs(k), moments, strict=True))
    table = [[D[min(a, b), max(a, b)] for b in range(k)] for a in range(k)]
    n_columns = problem.f + 1
    N = np.concatenate(
        (-at.H, np.broadcast_to(np.eye(n_columns), (len(at.S), n_columns, n_columns))), 1
    )
    P = np.eye(q) - at.tau @ at.Q
    DN: list[Array] = [table[0][a] @ N for a in range(k)]
    L: list[Array] = [P.swapaxes(1, 2) @ each[:, :q, :] for each in DN]
    weighted = (problem.weighted(each, units) for each in (at.G, at.K, N, P, at.Q))
    return _Working(table, P, N, DN, L, *weighted)


def _unit_scores(problem: Problem, at: Profile, work: _Working, units: slice) -> Array:
    """½ (v'Ev − tr EQ) and ½ (r̂'W c_k r̂ + tr G H_k − Σ c_k), by unit (E7, E8)."""
    v = at.K @ at.g
    tau_part = np.einsum("mab,ja,jb->jm", problem.basis, v, v) - np.einsum(
        "mab,jab->jm", problem.basis, at.Q
    )
    a = work.N @ at.g
    q = problem.q
    alpha_part = [
        np.einsum("ja,jab,jb->j", a, D, a) + np.einsum("jab,jba->j", at.G, D[:, :q, :q])
        for D in work.D[0]
    ]
    C = problem.moments.sums[units]
    return np.concatenate((tau_part, np.stack(alpha_part, axis=1) - C), axis=1) / 2


def _restricted_share(problem: Problem, at: Profile, work: _Working, omega: Array) -> Array:
    """½ tr A⁻¹X'V⁻¹V_aV⁻¹X by unit (J, m + k), REML's share of the unit scores (E9)."""
    KOK = at.K @ omega @ at.K.swapaxes(1, 2)
    tau_part = np.einsum("mab,jab->jm", problem.basis, KOK)
    alpha_part = [np.einsum("jpx,jpx->j", work.N @ omega, DN) for DN in work.DN]
    share: Array = np.concatenate((tau_part, np.stack(alpha_part, axis=1)), axis=1) / 2
    return share


def _first_order(problem: Problem, at: Profile, work: _Working) -> Array:
    """Σ M₁'V⁻¹V_aV⁻¹M₁ for every parameter a: (m + k, f + 1, f + 1) (E9)."""
    outer = np.einsum("jax,jby->abxy", work.K_w, at.K, optimize=True)
    tau_part = np.einsum("mab,abxy->mxy", problem.basis, outer)
    alpha_part = np.stack([np.einsum("jpx,jpy->xy", work.N_w, DN) for DN in work.DN])
    return np.concatenate((tau_part, alpha_part))


def _second_order(problem: Problem, at: Profile, work: _Working, omega: Array, NON: Array) -> Array:
    """Σ tr(Ω M₁'V⁻¹V_aV⁻¹V_bV⁻¹M₁): (m + k, m + k) (E10)."""
    m, k, q = problem.m, problem.k, problem.q
    result = np.empty((m + k, m + k))
    KOK = at.K @ omega @ at.K.swapaxes(1, 2)
    result[:m, :m] = _sandwich_trace(problem.basis, work.Q_w, KOK)
    for b in range(k):
        cross = np.einsum("jax,xy,jby->ab", work.L[b], omega, work.K_w, optimize=True)
        result[:m, m + b] = result[m + b, :m] = np.einsum("mab,ab->m", problem.basis, cross)
        GDNO = work.G_w @ work.DN[b][:, :q, :] @ omega
        for a in range(b + 1):
            inner = _trace(NON, work.D[a][b]) - _trace(work.DN[a][:, :q, :], GDNO)
            result[m + a, m + b] = result[m + b, m + a] = inner
    return result


def _trace(A: Array, B: Array) -> float:
    """Σ_j tr A_j'B_j."""
    return float(np.vdot(A, B)) if A.flags.c_contiguous else float(np.einsum("jab,jab->", A, B))


def _trace_information(problem: Problem, at: Profile, work: _Working) -> Array:
    """Σ tr(V⁻¹V_aV⁻¹V_b) without Σ c_k c_l: (m + k, m + k) (E11)."""
    m, k, q = problem.m, problem.k, problem.q
    result = np.empty((m + k, m + k))
    result[:m, :m] = _sandwich_trace(problem.basis, work.Q_w, at.Q)
    GH = [at.G @ D[:, :q, :q] for D in work.D[0]]
    GH_w = [work.G_w @ D[:, :q, :q] for D in work.D[0]]
    for a in range(k):
        PHP = (work.P_w.swapaxes(1, 2) @ work.D[0][a][:, :q, :q] @ work.P).sum(axis=0)
        result[:m, m + a] = result[m + a, :m] = np.einsum("mab,ab->m", problem.basis, PHP)
        for b in range(k):
            result[m + a, m + b] = -2 * np.einsum(
                "jab,jba->", work.G_w, work.D[a][b][:, :q, :q]
            ) + np.einsum("jab,jba->", GH_w[a], GH[b])
    return result


def _curvature(problem: Problem, work: _Working, NON: Array) -> Array:
    """½ (tr V⁻¹V_kl − e'V⁻¹V_klV⁻¹e) without ½ Σ c_k c_l, REML's share in Ω (E12): (k, k)."""
    q, k = problem.q, problem.k
    result = np.empty((k, k))
    for a, b in pairs(k):
        D = work.D[a][b]
        result[a, b] = result[b, a] = -_trace(work.G_w, D[:, :q, :q]) - _trace(NON, D)
    return result / 2


def _sandwich_trace(basis: Array, Q: Array, S: Array) -> Array:
    """Σ_j tr(E Q_j F S_j) for all unit matrices E, F: (m, m)."""
    q = Q.shape[1]
    outer = (Q.reshape(len(Q), -1).T @ S.reshape(len(S), -1)).reshape(q, q, q, q)
    result: Array = np.einsum("mab,bcda,ncd->mn", basis, outer, basis, optimize=True)
    return result
