"""From an optimum to everything that is said about it, in the user's units.

Works on a `Fit` in standard coordinates; every linear map back is that of `standardise`.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from estimation.arrays import Array, Index, Mask
from estimation.crossproducts import Standard
from estimation.derivatives import information_of_gamma
from estimation.design import Design
from estimation.driver import Fit, separates
from estimation.identification import variance_jacobian
from estimation.likelihood import Problem
from estimation.moments import Rows
from estimation.result import EmpiricalBayes
from estimation.standardise import Standardised
from estimation.start import full_rank

# Variance cells are listed up to this many.
CELLS = 24


@dataclass(frozen=True, eq=False)
class Inference:
    """A fit with the design it was made on; each property is one quantity of the solution."""

    design: Design
    model: Standardised
    problem: Problem
    fit: Fit

    @property
    def heterogeneous(self) -> bool:
        """Whether ln σ² has predictors."""
        return self.problem.k > 1

    @property
    def weighted(self) -> bool:
        """Whether there are design weights, so that the likelihood is a pseudo-likelihood."""
        return self.design.weight_sums is not None or self.design.unit_weights is not None

    @property
    def at_boundary(self) -> bool:
        """Whether τ is singular."""
        return self.fit.rank < self.problem.q

    @cached_property
    def tau(self) -> Array:
        """τ (q, q)."""
        return np.where(self.problem.parameters.pattern, self.model.tau(self.fit.tau), 0.0)

    @cached_property
    def gamma(self) -> Array:
        """γ (f,)."""
        return self.design.R @ self.model.gamma(self.fit.at.profile.gamma)

    @cached_property
    def gamma_cov(self) -> Array:
        """(Σ X'V⁻¹X)⁻¹ (E21), of all γ, those that are constrained to be equal included."""
        R = self.design.R
        return np.asarray(R @ self.model.gamma_cov(self._standard_gamma_cov) @ R.T)

    @cached_property
    def gamma_cov_robust(self) -> Array:
        """Sandwich over level-2 units, without a small-sample factor (E22)."""
        standard = self._standard_gamma_cov @ self.problem.weighted(self.fit.at.profile.Xe)
        half = self.model.s * (self.design.R @ np.linalg.solve(self.model.T_X, standard))
        return np.asarray(half @ half.T)

    @cached_property
    def satterthwaite(self) -> list[float | None]:
        """Degrees of freedom 2 Var(γ_a)²/(g'Var(θ)g), g = ∂Var(γ_a)/∂θ (E39).

        None where Var(θ), from the observed information, is not positive.
        """
        J, observed = self.fit.state.jacobian, self.fit.state.observed
        R_T = self.design.R @ np.linalg.inv(self.model.T_X)
        B = information_of_gamma(self.problem, self.fit.at.profile)
        D = self._standard_gamma_cov @ B @ self._standard_gamma_cov
        g = np.einsum("af,pfg,ag->ap", R_T, D, R_T) @ J
        variance = np.einsum("af,fg,ag->a", R_T, self._standard_gamma_cov, R_T)
        spread = np.einsum("ap,ap->a", g, np.linalg.lstsq(observed, g.T, rcond=None)[0].T)
        return [
            2 * float(v) ** 2 / float(w) if w > 0 else None
            for v, w in zip(variance, spread, strict=True)
        ]

    @cached_property
    def alpha(self) -> Array:
        """α (k,); a homogeneous model has α_0 = ln σ²."""
        if self.heterogeneous:
            return self.model.alpha(self.fit.alpha)
        return np.asarray(self.fit.alpha + self.model.ln_s2)

    @cached_property
    def free(self) -> Index:
        """Numbers of the parameters (vech τ, α) that are estimated."""
        return np.flatnonzero(self.problem.parameters.free)

    @cached_property
    def variance_cov(self) -> Array | None:
        """Inverse information of (vech τ, α) jointly, of those that are estimated (E23).

        None where the fit ended away from any maximum, at an information that has no inverse, and
        where nothing is estimated.
        """
        bread = self._bread
        if not bread.size or not separates(bread):
            return None
        if self.weighted:
            return self.variance_cov_robust
        J = self._variance_jacobian
        return np.asarray(J @ np.linalg.inv(bread) @ J.T)

    @cached_property
    def variance_se(self) -> list[float | None]:
        """Standard errors of (vech τ, α), or σ² for α of a homogeneous model; None if not known."""
        every: list[float | None] = [None] * (self.problem.m + self.problem.k)
        if self.variance_cov is not None:
            for a, se in zip(self.free, standard_errors(self.variance_cov), strict=True):
                every[a] = se
        return every

    @cached_property
    def variance_cov_robust(self) -> Array:
        """Sandwich of the unit scores in (vech τ, α), the information as bread (E24)."""
        scores, state = self.fit.at.unit_scores, self.fit.state
        if self.weighted:  # along the face of τ: elsewhere its score is not zero
            half = state.jacobian @ np.linalg.solve(self._bread, state.jacobian.T @ scores)
            half = self._variance_jacobian @ half[self.free]
        else:
            half = self._variance_jacobian @ np.linalg.solve(self._bread, scores[self.free])
        return np.asarray(half @ half.T)

    @cached_property
    def least_squares(self) -> tuple[Mask, Array, Array]:
        """Estimable units (J,), their β̂_j − fitted (·, q) and Var(β̂_j) (·, q, q) (E25).

        With design weights a of rows, Var(β̂_j) = V Z'A²WZ V, V = (Z'AWZ)⁻¹.
        """
        q, at = self.problem.q, self.fit.at.profile
        good = full_rank(at.S[:q, :q])
        S = np.moveaxis(at.S[:q, :, good], -1, 0)
        V = np.linalg.inv(S[:, :, :q])
        deviation = np.einsum("jab,jb->ja", V, S[:, :, q:] @ at.g)
        if self.model.weight_sums is not None:
            V = V @ np.moveaxis(self._meat[..., good], -1, 0) @ V
        return good, self.model.u(deviation), self.model.tau(V)

    @cached_property
    def _meat(self) -> Array:
        """Z'A²WZ (q, q, J) with the design weights A of the rows."""
        q, k = self.problem.q, self.problem.k
        rows = Rows(self.model.rows.then(_weighted_twice, k), self.model.T)
        return np.asarray(rows.S(self.fit.alpha)[:q, :q])

    @cached_property
    def empirical_bayes(self) -> EmpiricalBayes:
        """û_j and Var(u_j | y), REML with the uncertainty of γ (E26)."""
        at = self.fit.at.profile
        covariance, u = np.moveaxis(at.G, -1, 0), np.einsum("amj,m->ja", at.H, at.g)
        if self.problem.restricted:
            H = np.moveaxis(at.H[:, :-1], -1, 0)
            covariance = covariance + H @ self._standard_gamma_cov @ H.swapaxes(1, 2)
        return EmpiricalBayes(self.design.unit_ids, self.model.u(u), self.model.tau(covariance))

    @cached_property
    def _standard_gamma_cov(self) -> Array:
        return np.linalg.inv(self.fit.at.profile.XX)

    @cached_property
    def _variance_jacobian(self) -> Array:
        return variance_jacobian(self.model, self.problem, float(self.alpha[0]))

    @property
    def _bread(self) -> Array:
        """Information of what is estimated: expected; of a pseudo-likelihood observed (E27)."""
        if self.weighted:
            return self.fit.state.observed
        return np.asarray(self.fit.at.expected[np.ix_(self.free, self.free)])


def _weighted_twice(part: Standard, k: int) -> Standard:
    """Rows that their design weights weight once more, and the first k predictors."""
    weights = np.ones(1) if part.counts is None else part.counts
    return part._replace(A=part.A * np.sqrt(weights)[:, None], C=part.C[:, : k - 1])


def standard_errors(covariance: Array) -> list[float]:
    """Square roots of the diagonal."""
    return [float(value) for value in np.sqrt(covariance.diagonal())]
