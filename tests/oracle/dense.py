"""The likelihood a second time: slow, dense, and as literal as the textbooks have it.

Every V_j = Z_j τ Z_j' + diag(exp(c_ij'α)) is formed and inverted.  Nothing here comes from the
package: this is the twin against which its fast code is held.  Throughout, θ = (vech τ, α) with
vech by rows of the lower triangle, V_a = ∂V/∂θ_a, A = X'V⁻¹X and P = V⁻¹ - V⁻¹X A⁻¹ X'V⁻¹, so
that V⁻¹e = Py for the residuals e = y - Xγ at the generalised least-squares γ.

Beside the model itself: known scales of the variances, σ²_ij = exp(c_ij'α + offset_ij); elements of
τ that are zero, and an α_0 that is given, are left out of θ; design weights a_ij of rows and b_j of
units make -2 log L that of the pseudo-likelihood, Σ_j b_j log ∫ Π_i f(y_ij | u)^a_ij φ(u) du, where
f^a is a normal density with variance σ²/a, times √((2πσ²)^(1 - a)/a).

References: Searle, Casella & McCulloch (1992), *Variance Components*, chapter 6;
Raudenbush & Bryk (2002), *Hierarchical Linear Models*, chapters 3 and 14;
Rabe-Hesketh & Skrondal (2006), *JRSS A* 169, 805-827, for the pseudo-likelihood;
White (1982), *Econometrica* 50, 1-25, for the sandwich.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.linalg import inv, slogdet
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Data(NamedTuple):
    """Outcome (N,), designs X (N, f), Z (N, q), C (N, k) and each row's unit (N,).

    `offset` (N,) is what ln σ² has beside Cα; `row_weights` (N,) and `unit_weights` (J,) are design
    weights; without these, 0 and 1.
    """

    y: Array
    X: Array
    Z: Array
    C: Array
    unit: NDArray[np.intp]
    offset: Array | None = None
    row_weights: Array | None = None
    unit_weights: Array | None = None


class Unit(NamedTuple):
    """One unit's rows, its V_j, V_j⁻¹ and all V_a; `s2` are the diagonal of V_j without τ.

    `b` is its weight; `missed` what -2 log L has beside that of a density with V_j, and `slope` the
    derivative of it in α.
    """

    y: Array
    X: Array
    Z: Array
    C: Array
    V: Array
    W: Array
    D: list[Array]
    s2: Array
    b: float
    missed: float
    slope: Array


def vech(S):
    """Lower triangle by rows: (00, 10, 11, 20, ...)."""
    return S[np.tril_indices(len(S))]


def unvech(v):
    """Symmetric matrix with the given lower triangle."""
    S = np.zeros(2 * (int(np.sqrt(2 * len(v))),))
    S[np.tril_indices(len(S))] = v
    return S + np.tril(S, -1).T


def unit_matrices(q, blocks=None):
    """E_a = ∂τ/∂(vech τ)_a, of the elements within `blocks` of random effects."""
    block = {a: number for number, each in enumerate(blocks or [range(q)]) for a in each}
    every = [unvech(row) for row in np.eye(q * (q + 1) // 2)]
    return [E for E in every if len({block[a] for a in np.flatnonzero(E.any(axis=0))}) == 1]


@dataclass(frozen=True, eq=False)
class Dense:
    """Everything the data say at one (τ, α); `reml` chooses the restricted likelihood.

    `blocks` are the random effects that covary (None: all); with `given`, α_0 is none of θ.
    """

    data: Data
    tau: Array
    alpha: Array
    reml: bool = False
    blocks: tuple[tuple[int, ...], ...] | None = None
    given: bool = False

    @cached_property
    def units(self):
        """Units in the order of their numbers."""
        numbers = np.unique(self.data.unit)
        weights = self.data.unit_weights
        b = np.ones(len(numbers)) if weights is None else weights
        return [self._unit(self.data.unit == j, b[n]) for n, j in enumerate(numbers)]

    def _unit(self, rows, b):
        y, X, Z, C = (each[rows] for each in self.data[:4])
        o, a = (
            default if each is None else each[rows]
            for each, default in ((self.data.offset, np.zeros(len(y))), (self.data.row_weights, 1))
        )
        a = a * np.ones(len(y))
        ln_sigma2 = C @ self.alpha + o
        s2 = np.exp(ln_sigma2) / a
        V = Z @ self.tau @ Z.T + np.diag(s2)
        of_tau = [Z @ E @ Z.T for E in unit_matrices(Z.shape[1], self.blocks)]
        free = C[:, self.given :]
        of_alpha = [np.diag(c * s2) for c in free.T]
        missed = np.sum((a - 1) * (np.log(2 * np.pi) + ln_sigma2) + np.log(a))
        return Unit(y, X, Z, free, V, inv(V), of_tau + of_alpha, s2, b, missed, (a - 1) @ free)

    # γ

    @cached_property
    def gamma_information(self):
        """X'V⁻¹X, the information of γ."""
        return sum(u.b * u.X.T @ u.W @ u.X for u in self.units)

    @cached_property
    def gamma(self):
        """Generalised least squares, A⁻¹X'V⁻¹y."""
        moments = sum(u.b * u.X.T @ u.W @ u.y for u in self.units)
        return np.linalg.solve(self.gamma_information, moments)

    @cached_property
    def py(self):
        """V_j⁻¹(y_j - X_jγ) of each unit."""
        return [u.W @ (u.y - u.X @ self.gamma) for u in self.units]

    @property
    def gamma_cov(self):
        """A⁻¹."""
        return inv(self.gamma_information)

    @property
    def gamma_cov_robust(self):
        """A⁻¹ Σ X'V⁻¹ee'V⁻¹X A⁻¹, without a small-sample factor."""
        s = np.array([u.b * u.X.T @ py for u, py in self._with_py()])
        return inv(self.gamma_information) @ s.T @ s @ inv(self.gamma_information)

    def _with_py(self):
        return zip(self.units, self.py, strict=True)

    def _p(self, u):
        """V_j⁻¹ under full, the unit's diagonal block of P under restricted likelihood."""
        return u.W - self.reml * u.W @ u.X @ inv(self.gamma_information) @ u.X.T @ u.W

    # likelihood

    def m2ll(self, gamma=None):
        """-2 log L with every constant, at the GLS γ unless another is given."""
        n = sum(u.b * len(u.y) for u in self.units)
        log2pi = (n - self.reml * self.data.X.shape[1]) * np.log(2 * np.pi)
        residuals = [u.y - u.X @ (self.gamma if gamma is None else gamma) for u in self.units]
        quadratic = sum(u.b * e @ u.W @ e for u, e in zip(self.units, residuals, strict=True))
        logdet = (
            sum(u.b * (slogdet(u.V)[1] + u.missed) for u in self.units)
            + self.reml * slogdet(self.gamma_information)[1]
        )
        return float(log2pi + logdet + quadratic)

    @property
    def quadratic_form(self):
        """Σ e'V⁻¹e: N (ML) or N - f (REML) at every optimum."""
        return float(sum(u.b * py @ u.V @ py for u, py in self._with_py()))

    # derivatives in θ

    @cached_property
    def unit_scores(self):
        """∂log L_j/∂θ of each unit (J, p), ½ (y'PV_aPy - tr V⁻¹V_a), γ profiled.

        Under REML the second term is tr PV_a, of which each unit has its own rows' share.
        """
        return np.array([self._unit_score(u, py) for u, py in self._with_py()])

    def _unit_score(self, u, py):
        score = np.array([py @ D @ py - np.trace(self._p(u) @ D) for D in u.D])
        score[len(score) - len(u.slope) :] -= u.slope
        return u.b * score / 2

    @property
    def score(self):
        """∂log L/∂θ."""
        return self.unit_scores.sum(axis=0)

    @property
    def kkt_gradient(self):
        """K = ∂(-2 log L)/∂τ (q, q): Z'V⁻¹Z (REML: Z'PZ) - Z'V⁻¹ee'V⁻¹Z, summed.

        At the constrained maximum K is positive semi-definite and Kτ = 0.
        """
        return sum(u.b * u.Z.T @ (self._p(u) - np.outer(py, py)) @ u.Z for u, py in self._with_py())

    @cached_property
    def expected_information(self):
        """½ tr(V⁻¹V_aV⁻¹V_b), under REML ½ tr(PV_aPV_b)."""
        information = sum(u.b * _traces([u.W @ D for D in u.D]) for u in self.units)
        if self.reml:
            A1 = inv(self.gamma_information)
            B = sum(np.array([u.X.T @ u.W @ D @ u.W @ u.X for D in u.D]) for u in self.units)
            information = information - 2 * sum(self._crossed(u) for u in self.units)
            information += _traces([A1 @ b for b in B])
        return information / 2

    def _crossed(self, u):
        """tr(A⁻¹ X'V⁻¹V_aV⁻¹V_bV⁻¹X) of one unit."""
        moved = [D @ u.W @ u.X for D in u.D]
        A1 = inv(self.gamma_information)
        return np.array([[np.trace(A1 @ a.T @ u.W @ b) for b in moved] for a in moved])

    @cached_property
    def observed_information(self):
        """-∂²log L/∂θ∂θ' with γ profiled.

        ½ (2 y'PV_aPV_bPy - y'PV_abPy - tr V⁻¹V_aV⁻¹V_b + tr V⁻¹V_ab), under REML P for V⁻¹;
        V_ab = diag(c_k c_l σ²) for two α, otherwise nothing.
        """
        middle = right = curvature = 0.0
        for u, py in self._with_py():
            moved = np.array([D @ py for D in u.D])
            middle = middle + u.b * moved @ u.W @ moved.T
            right = right + u.b * moved @ u.W @ u.X
            curvature = curvature + u.b * self._curvature(u, py)
        return (
            middle
            - right @ inv(self.gamma_information) @ right.T
            + curvature / 2
            - self.expected_information
        )

    def satterthwaite(self, R):
        """Degrees of freedom of Rγ's rows: 2v²/(g'Var(θ)g), v = RA⁻¹R', g = ∂v/∂θ.

        Var(θ) is the inverse of the observed information (Fai & Cornelius 1996).
        """
        half = R @ inv(self.gamma_information)
        B = sum(u.b * np.array([u.X.T @ u.W @ D @ u.W @ u.X for D in u.D]) for u in self.units)
        g = np.einsum("rf,afg,rg->ra", half, B, half)
        v = np.einsum("rf,rf->r", half, R)
        return 2 * v**2 / np.einsum("ra,ab,rb->r", g, inv(self.observed_information), g)

    def _curvature(self, u, py):
        """One unit's tr V⁻¹V_ab - y'PV_abPy."""
        diagonal = (np.diag(self._p(u)) - py**2) * u.s2
        out = np.zeros(2 * (len(u.D),))
        first = len(u.D) - u.C.shape[1]
        out[first:, first:] = u.C.T @ (diagonal[:, None] * u.C)
        return out

    # what is printed

    @property
    def theta_cov(self):
        """Inverse of the expected information of θ jointly: the printed SEs of τ, σ² and α."""
        return inv(self.expected_information)

    @property
    def theta_cov_robust(self):
        """Sandwich covariance of θ, of which the α block gives the sandwich SE of α.

        Bread: the inverse *expected* information of (τ, α) jointly, γ profiled and not among
        the parameters.  Meat: Σ_j s_j s_j' over level-2 units, s_j the unit's score in (τ, α)
        at the optimum, without a small-sample factor.  This reproduces the reference values of
        the High School & Beyond models to every digit given:

        ==================== ======================= =======================
        bread                ln σ² on FEMALE         ln σ² on SECTOR
        ==================== ======================= =======================
        reference            .0318947, .0360184      .02167612, .03664869
        expected, (τ, α)     .0318947, .0360184      .02167612, .03664869
        observed, (τ, α)     .0319134, .0360144      .02167976, .03730016
        observed, (γ, τ, α)  .0318797, .0359812      .02170522, .03732306
        expected, α alone    .0314056, .0355916      .02145317, .03669921
        ==================== ======================= =======================

        Of a pseudo-likelihood the bread is the inverse observed information: nothing says that
        the expected one is an expectation there.
        """
        weighted = self.data.row_weights is not None or self.data.unit_weights is not None
        bread = inv(self.observed_information) if weighted else self.theta_cov
        return bread @ self.unit_scores.T @ self.unit_scores @ bread

    @property
    def eb(self):
        """Empirical Bayes û_j = τZ'V⁻¹e (J, q)."""
        return np.array([self.tau @ u.Z.T @ py for u, py in self._with_py()])

    @property
    def eb_cov(self):
        """Posterior Var(u_j) = τ - τZ'V⁻¹Zτ (J, q, q); REML: P for V⁻¹ (γ is not known)."""
        return np.array([self._eb_cov(u) for u in self.units])

    def _eb_cov(self, u):
        return self.tau - self.tau @ u.Z.T @ self._p(u) @ u.Z @ self.tau

    @cached_property
    def least_squares(self):
        """Per estimable unit, β̂_j - fitted = (Z'WZ)⁻¹Z'W e and the diagonal of (Z'WZ)⁻¹.

        W = diag(1/σ²) here.  A unit is estimable when its Z_j has full column rank; the random
        coefficients' part of X is ZW_j, so the fixed slopes are taken out of y by e.
        """
        q, out = self.data.Z.shape[1], []
        for u in self.units:
            if np.linalg.matrix_rank(u.Z) == q:
                weighted = u.Z.T / u.s2
                cov = inv(weighted @ u.Z)
                out.append((cov @ weighted @ (u.y - u.X @ self.gamma), np.diag(cov)))
        return np.array([b for b, _ in out]), np.array([v for _, v in out])

    @property
    def chisq(self):
        """χ² of each variance component, Σ (β̂_qj - fitted)²/V_qqj over estimable units."""
        deviation, variance = self.least_squares
        return (deviation**2 / variance).sum(axis=0)

    @property
    def reliability(self):
        """Mean of τ_qq/(τ_qq + V_qqj) over estimable units."""
        _, variance = self.least_squares
        return (np.diag(self.tau) / (np.diag(self.tau) + variance)).mean(axis=0)


def _traces(matrices):
    """tr(M_a M_b) for every a and b."""
    return np.array([[np.trace(a @ b) for b in matrices] for a in matrices])
