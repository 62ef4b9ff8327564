"""Local coordinates in which a step is taken: inside the cone of τ, or on and near a face.

A chart gives the Jacobian of (vech τ, α) in its coordinates, the curvature that the coordinates
themselves add to the Hessian of −log L, and the way back from a step to (τ, α) (E16, E17).
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.linalg import qr

from estimation.arrays import Array, Index
from estimation.likelihood import Derivatives, Problem, vech_index

# Smallest eigenvalue of τ as a correlation matrix that still counts as inside the cone.
INSIDE = 1e-8


class Chart(Protocol):
    """Coordinates of (τ, α) around a point."""

    def jacobian(self, problem: Problem) -> Array:
        """∂(vech τ, α)/∂(coordinates): (m + k, d)."""

    def curvature(self, problem: Problem, at: Derivatives) -> Array:
        """−Σ_a score_a ∂²θ_a/∂(coordinates)²: (d, d)."""

    def move(self, step: Array) -> "Chart | None":
        """Go to the chart after a step in these coordinates; None if that leaves the cone."""

    @property
    def tau(self) -> Array:
        """τ at the chart's point."""

    @property
    def alpha(self) -> Array:
        """α at the chart's point."""


@dataclass(frozen=True, eq=False)
class Inside:
    """vech τ and α themselves."""

    tau: Array
    alpha: Array

    def jacobian(self, problem: Problem) -> Array:
        """Identity."""
        return np.eye(problem.m + problem.k)

    def curvature(self, problem: Problem, at: Derivatives) -> Array:  # noqa: ARG002 - Chart's
        """Zero: the coordinates are straight."""
        return np.zeros((at.score.size, at.score.size))

    def move(self, step: Array) -> "Inside | None":
        """Add the step."""
        q = len(self.tau)
        rows, columns = vech_index(q)
        tau = self.tau.copy()
        tau[rows, columns] += step[: rows.size]
        tau[columns, rows] = tau[rows, columns]
        moved = Inside(tau, self.alpha + step[rows.size :])
        return moved if moved.is_legal else None

    @property
    def is_legal(self) -> bool:
        """Whether τ is positive definite."""
        return not self.tau.size or smallest_eigenvalue(self.tau) > INSIDE


@dataclass(frozen=True, eq=False)
class Face:
    """The free elements of a factor `L` (q, r), τ = LL', and α.

    The rows of L, taken in the order `pivot`, are lower trapezoidal: as many coordinates as
    τ of rank r has degrees of freedom.  A column of L that vanishes is legal.
    """

    L: Array
    alpha: Array
    pivot: Index

    @classmethod
    def at(cls, L: Array, alpha: Array) -> "Face":
        """Chart around τ = LL': rotate the columns of L to pivoted trapezoidal form."""
        if not L.size:
            return cls(L, alpha, np.arange(len(L)))
        _, R, pivot = qr(L.T, mode="economic", pivoting=True)
        rotated = np.empty_like(L)
        rotated[pivot] = np.triu(R).T
        return cls(rotated, alpha, np.asarray(pivot, dtype=np.intp))

    @property
    def tau(self) -> Array:
        """τ = LL'."""
        return self.L @ self.L.T

    @property
    def _free(self) -> tuple[Index, Index]:
        positions, columns = np.tril_indices(len(self.L), 0, self.L.shape[1])
        return self.pivot[positions], columns

    def jacobian(self, problem: Problem) -> Array:
        """Differentiate vech LL': dτ = e_a l_c' + l_c e_a' for the element (a, c) of L."""
        rows, columns = self._free
        d = rows.size
        result = np.zeros((problem.m + problem.k, d + problem.k))
        tau_rows, tau_columns = vech_index(problem.q)
        unit = np.eye(problem.q)[rows]
        direction = self.L.T[columns]
        result[: problem.m, :d] = (
            unit[:, tau_rows] * direction[:, tau_columns]
            + direction[:, tau_rows] * unit[:, tau_columns]
        ).T
        result[problem.m :, d:] = np.eye(problem.k)
        return result

    def curvature(self, problem: Problem, at: Derivatives) -> Array:
        """−2 S_ab for elements (a, c), (b, c) of one column, S the gradient in τ (E17)."""
        rows, columns = self._free
        d = rows.size
        result = np.zeros((d + problem.k, d + problem.k))
        S = gradient_matrix(problem, at.score)
        result[:d, :d] = -2 * S[np.ix_(rows, rows)] * (columns[:, None] == columns)
        return result

    def move(self, step: Array) -> "Face":
        """Add the step to the free elements and chart anew."""
        rows, columns = self._free
        L = self.L.copy()
        L[rows, columns] += step[: rows.size]
        return Face.at(L, self.alpha + step[rows.size :])

    def without_vanishing_columns(self, tau_scale: Array) -> "Face":
        """Drop the columns whose share of every τ_aa is below `tau_scale` (q,)."""
        keep = np.any(tau_scale[:, None] < self.L**2, axis=0)
        return self if keep.all() else Face.at(self.L[:, keep], self.alpha)


def gradient_matrix(problem: Problem, score: Array) -> Array:
    """Symmetric S with ∂ log L = tr(S dτ), from the score in vech τ."""
    q = problem.q
    rows, columns = vech_index(q)
    S = np.zeros((q, q))
    S[rows, columns] = S[columns, rows] = score[: problem.m] * np.where(rows == columns, 1.0, 0.5)
    return S


def smallest_eigenvalue(tau: Array) -> float:
    """Smallest eigenvalue of τ as a correlation matrix; −inf where a variance is not positive."""
    variances = np.diag(tau)
    if np.any(variances <= 0):
        return -np.inf
    scale = np.sqrt(variances)
    return float(np.linalg.eigvalsh(tau / np.outer(scale, scale))[0])
