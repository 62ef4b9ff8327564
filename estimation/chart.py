"""Local coordinates in which a step is taken: inside the cone of τ, or on and near a face.

A chart gives the Jacobian of (vech τ, α) in its coordinates, the curvature that the coordinates
themselves add to the Hessian of −log L, and the way back from a step to (τ, α) (E16, E17).
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.linalg import qr

from estimation.arrays import Array, Index
from estimation.derivatives import Derivatives
from estimation.likelihood import Problem
from estimation.parameters import Parameters

# Smallest eigenvalue of τ as a correlation matrix that still counts as inside the cone.
INSIDE = 1e-8


class Chart(Protocol):
    """Coordinates of (τ, α) around a point; α's that are given are none of them."""

    def jacobian(self, problem: Problem) -> Array:
        """∂(vech τ, α)/∂(coordinates): (m + k, d)."""

    def curvature(self, problem: Problem, at: Derivatives) -> Array:
        """−Σ_a score_a ∂²θ_a/∂(coordinates)²: (d, d)."""

    def move(self, step: Array) -> "Chart | None":
        """Go to the chart after a step in these coordinates; None if that leaves the cone."""

    @property
    def parameters(self) -> Parameters:
        """Which parameters are estimated."""

    @property
    def tau(self) -> Array:
        """τ at the chart's point."""

    @property
    def alpha(self) -> Array:
        """α at the chart's point."""


@dataclass(frozen=True, eq=False)
class Inside:
    """Vech τ and α themselves."""

    tau: Array
    alpha: Array
    parameters: Parameters

    def jacobian(self, problem: Problem) -> Array:
        """Unit columns of what is estimated."""
        return np.eye(problem.m + problem.k)[:, self.parameters.free]

    def curvature(self, problem: Problem, at: Derivatives) -> Array:  # noqa: ARG002 - Chart's
        """Zero: the coordinates are straight."""
        d = int(self.parameters.free.sum())
        return np.zeros((d, d))

    def move(self, step: Array) -> "Inside | None":
        """Add the step."""
        rows, columns = self.parameters.elements
        tau = self.tau.copy()
        tau[rows, columns] += step[: rows.size]
        tau[columns, rows] = tau[rows, columns]
        alpha = self.alpha + self.parameters.alpha_step(step)
        moved = Inside(tau, alpha, self.parameters)
        return moved if moved.is_legal else None

    @property
    def is_legal(self) -> bool:
        """Whether τ is positive definite."""
        return not self.tau.size or smallest_eigenvalue(self.tau) > INSIDE


@dataclass(frozen=True, eq=False)
class Face:
    """The free elements of a factor `L` (q, r), τ = LL', and α.

    Each column of L belongs to a block of random effects, `owner` (r,), and is zero outside.
    Within a block its rows, taken in the order of `pivot` (q,), are lower trapezoidal: as many
    coordinates as τ of rank r has degrees of freedom.  A column of L that vanishes is legal.
    """

    L: Array
    owner: Index
    alpha: Array
    parameters: Parameters
    pivot: Index

    @classmethod
    def at(cls, L: Array, owner: Index, alpha: Array, parameters: Parameters) -> "Face":
        """Chart around τ = LL': rotate each block's columns to pivoted trapezoidal form."""
        order = np.argsort(owner, kind="stable")
        rotated, pivot = np.zeros_like(L), np.arange(len(L))
        for number, members in enumerate(parameters.members):
            columns = np.flatnonzero(owner[order] == number)
            if columns.size:
                block, turned = _trapezoidal(L[np.ix_(members, order[columns])])
                rotated[np.ix_(members, columns)] = block
                pivot[members] = members[turned]
        return cls(rotated, owner[order], alpha, parameters, pivot)

    @property
    def tau(self) -> Array:
        """τ = LL'."""
        return self.L @ self.L.T

    @property
    def _free(self) -> tuple[Index, Index]:
        """Rows and columns of the elements of L that are coordinates."""
        rows, columns = [np.empty(0, dtype=np.intp)], [np.empty(0, dtype=np.intp)]
        for number, members in enumerate(self.parameters.members):
            own = np.flatnonzero(self.owner == number)
            positions, places = np.tril_indices(members.size, 0, own.size)
            rows.append(self.pivot[members][positions])
            columns.append(own[places])
        return np.concatenate(rows), np.concatenate(columns)

    def jacobian(self, problem: Problem) -> Array:
        """Differentiate vech LL': dτ = e_a l_c' + l_c e_a' for the element (a, c) of L."""
        rows, columns = self._free
        d, free_alpha = rows.size, self.parameters.free_alpha
        result = np.zeros((problem.m + problem.k, d + int(free_alpha.sum())))
        tau_rows, tau_columns = self.parameters.elements
        unit = np.eye(problem.q)[rows]
        direction = self.L.T[columns]
        result[: problem.m, :d] = (
            unit[:, tau_rows] * direction[:, tau_columns]
            + direction[:, tau_rows] * unit[:, tau_columns]
        ).T
        result[problem.m :, d:] = np.eye(problem.k)[:, free_alpha]
        return result

    def curvature(self, problem: Problem, at: Derivatives) -> Array:
        """−2 S_ab for elements (a, c), (b, c) of one column, S the gradient in τ (E17)."""
        rows, columns = self._free
        d = rows.size
        size = d + int(self.parameters.free_alpha.sum())
        result = np.zeros((size, size))
        S = gradient_matrix(problem, at.score)
        result[:d, :d] = -2 * S[np.ix_(rows, rows)] * (columns[:, None] == columns)
        return result

    def move(self, step: Array) -> "Face":
        """Add the step to the free elements and chart anew."""
        rows, columns = self._free
        L = self.L.copy()
        L[rows, columns] += step[: rows.size]
        alpha = self.alpha + self.parameters.alpha_step(step)
        return Face.at(L, self.owner, alpha, self.parameters)

    def without_vanishing_columns(self, tau_scale: Array) -> "Face":
        """Drop the columns whose share of every τ_aa is below `tau_scale` (q,)."""
        keep = np.any(tau_scale[:, None] < self.L**2, axis=0)
        if keep.all():
            return self
        return Face.at(self.L[:, keep], self.owner[keep], self.alpha, self.parameters)

    def with_column(self, column: Array, owner: int) -> "Face":
        """Add a column to L that belongs to a block."""
        L = np.column_stack((self.L, column))
        return Face.at(L, np.append(self.owner, owner), self.alpha, self.parameters)


def chart_at(tau: Array, alpha: Array, parameters: Parameters) -> Chart:
    """Chart any point: inside the cone of τ, or on the face to which a singular τ belongs.

    Elements of τ between blocks, and α's that are given, are set right.
    """
    inside = Inside(
        np.where(parameters.pattern, tau, 0.0), parameters.with_fixed(alpha), parameters
    )
    if inside.is_legal:
        return inside
    face = Face.at(np.empty((len(tau), 0)), np.empty(0, np.intp), inside.alpha, parameters)
    for number, members in enumerate(parameters.members):
        values, vectors = np.linalg.eigh(inside.tau[np.ix_(members, members)])
        for value, vector in zip(values, vectors.T, strict=True):
            if value > INSIDE * max(float(values[-1]), 1.0):
                column = np.zeros(len(tau))
                column[members] = np.sqrt(value) * vector
                face = face.with_column(column, number)
    return face


def face_around(inside: Inside) -> Face:
    """Chart the point by a factor of its τ, which is positive definite."""
    L = np.linalg.cholesky(inside.tau)
    L = np.where(inside.parameters.pattern, L, 0.0)
    return Face.at(L, inside.parameters.block, inside.alpha, inside.parameters)


def _trapezoidal(L: Array) -> tuple[Array, Index]:
    """Rotate the columns of L so that its rows, in the order returned, are lower trapezoidal."""
    _, R, pivot = qr(L.T, mode="economic", pivoting=True)
    rotated = np.zeros_like(L)
    rotated[pivot, : len(R)] = np.triu(R).T
    return rotated, np.asarray(pivot, dtype=np.intp)


def gradient_matrix(problem: Problem, score: Array) -> Array:
    """Symmetric S with ∂ log L = tr(S dτ), from the score in vech τ; zero between blocks."""
    rows, columns = problem.rows, problem.columns
    S = np.zeros((problem.q, problem.q))
    S[rows, columns] = S[columns, rows] = score[: problem.m] * np.where(rows == columns, 1.0, 0.5)
    return S


def smallest_eigenvalue(tau: Array) -> float:
    """Smallest eigenvalue of τ as a correlation matrix; −inf where a variance is not positive."""
    variances = np.diag(tau)
    if np.any(variances <= 0):
        return -np.inf
    scale = np.sqrt(variances)
    return float(np.linalg.eigvalsh(tau / np.outer(scale, scale))[0])
