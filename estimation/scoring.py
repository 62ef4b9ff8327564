"""One step of the maximisation: Fisher scoring far from the optimum, Newton near it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from estimation.arrays import Array
from estimation.chart import Chart
from estimation.derivatives import Derivatives, derivatives
from estimation.likelihood import Problem

# Predicted fall of -2 log L below which the observed information takes over.
NEWTON = 1.0
# -2 log L may rise by this share of its size and still count as unchanged (rounding).
ROUNDING = 1e-13
# Rounding of a sum of squares, as a share of the squares that cancel in it.
CANCELLATION = 10 * float(np.finfo(float).eps)
# Halvings of a step before it is given up: a step 1e-12 as long cannot matter.
HALVINGS = 40
# ln σ² of a row may change by this much in a step: beyond, weights may spread over more digits
# than double precision has, and what is then left of −2 log L by rounding can be anything.
LEAP = 5.0
# Smallest eigenvalue of the scaled Hessian that a step divides by.
FLAT = 1e-9


@dataclass(frozen=True, eq=False)
class State:
    """A point of the iteration with its derivatives in the chart's coordinates."""

    chart: Chart
    at: Derivatives
    jacobian: Array
    gradient: Array
    expected: Array
    observed: Array

    @property
    def m2ll(self) -> float:
        """−2 log L."""
        return self.at.m2ll

    @property
    def noise(self) -> float:
        """Rounding error of −2 log L, in which weighted squares of y and of Zu cancel."""
        at, q = self.at.profile, len(self.at.profile.tau)
        largest = np.einsum("aaj->aj", at.S[:q, :q]).max(axis=1) @ at.tau.diagonal()
        return CANCELLATION * float(at.squares + largest)

    @cached_property
    def decrement(self) -> float:
        """Score' I⁻¹ score in the chart: twice the predicted rise of log L."""
        return float(self.gradient @ _solve_positive(self.expected, self.gradient))


def state_at(problem: Problem, chart: Chart) -> State:
    """Evaluate the derivatives of log L in the chart's coordinates (E16, E17)."""
    at = derivatives(problem, chart.tau, chart.alpha)
    J = chart.jacobian(problem)
    curvature = chart.curvature(problem, at)
    return State(
        chart=chart,
        at=at,
        jacobian=J,
        gradient=J.T @ at.score,
        expected=J.T @ at.expected @ J + curvature,
        observed=J.T @ at.observed @ J + curvature,
    )


def direction(state: State) -> Array:
    """Newton's step where −log L is convex and nearly quadratic, else a scoring step."""
    if state.decrement < NEWTON and _positive_definite(state.observed):
        newton: Array = np.linalg.solve(state.observed, state.gradient)
        return newton
    return _solve_positive(state.expected, state.gradient)


def search(problem: Problem, state: State, step: Array) -> State | None:
    """Halve the step until −2 log L does not rise; None if even the shortest makes it rise.

    A step that leaves the cone counts as one that makes −2 log L rise.
    """
    along = problem.parameters.alpha_step(step)
    if not problem.moments.within(along, -LEAP, LEAP):
        step = step * (LEAP / np.abs(problem.moments.extremes(along) @ along).max())
    limit = state.m2ll + ROUNDING * abs(state.m2ll) + state.noise
    for halving in range(HALVINGS):
        chart = state.chart.move(step / 2**halving)
        reached = None if chart is None else evaluate(problem, chart)
        if reached is not None and reached.m2ll <= limit:
            return reached
    return None


def evaluate(problem: Problem, chart: Chart) -> State | None:
    """Evaluate the derivatives; None where they have no digits left."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        try:
            state = state_at(problem, chart)
        except np.linalg.LinAlgError:
            return None
    return state if np.isfinite(state.m2ll) else None


def _positive_definite(matrix: Array) -> bool:
    return matrix.size > 0 and smallest_scaled_eigenvalue(matrix) > FLAT


def smallest_scaled_eigenvalue(matrix: Array) -> float:
    """Smallest eigenvalue of the matrix scaled to a unit diagonal."""
    return float(_scaled_eigenvalues(matrix)[0].min())


def _solve_positive(matrix: Array, vector: Array) -> Array:
    """Solve with the matrix made positive definite: |eigenvalues|, none below FLAT, scaled."""
    values, vectors, scale = _scaled_eigenvalues(matrix)
    rotated = vectors.T @ (vector / scale)
    return vectors @ (rotated / np.maximum(np.abs(values), FLAT)) / scale


def _scaled_eigenvalues(matrix: Array) -> tuple[Array, Array, Array]:
    """Eigenvalues and vectors of the matrix scaled to a unit diagonal, and the scale."""
    diagonal = np.abs(np.diag(matrix))
    scale = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    values, vectors = np.linalg.eigh(matrix / np.outer(scale, scale))
    return values, vectors, scale
