"""What proves that a run ended at the constrained maximum (E18)."""

import numpy as np

from estimation.arrays import Array
from estimation.chart import Face, gradient_matrix
from estimation.likelihood import Problem
from estimation.result.certificate import Certificate
from estimation.scoring import State, smallest_scaled_eigenvalue

# Eigenvalues of τ below this share of the largest are zero.
ZERO = 1e-12


# Of a run that ended elsewhere.
UNCERTIFIED = Certificate(
    start=1,
    starts=1,
    information_eigenvalue=None,
    multiplier=None,
    complementarity=None,
    quadratic_form=None,
)


def certify(problem: Problem, state: State, *, at_boundary: bool) -> Certificate:
    """Return the conditions of the maximum at a point; of the first start until told otherwise."""
    observed = state.observed
    expected = problem.n - problem.f if problem.restricted else problem.n
    quadratic_form = state.at.profile.quadratic_form / expected - 1
    multiplier = complementarity = None
    if at_boundary and isinstance(state.chart, Face):
        multiplier, complementarity = _kuhn_tucker(problem, state)
    return Certificate(
        start=1,
        starts=1,
        information_eigenvalue=smallest_scaled_eigenvalue(observed) if observed.size else None,
        multiplier=multiplier,
        complementarity=complementarity,
        quadratic_form=quadratic_form if problem.free_alpha[0] else None,
    )


def standard_errors(problem: Problem, state: State) -> Array:
    """Standard errors (q,) of the variances in τ, each by itself: the scale to judge them on."""
    information = state.at.expected[: problem.m, : problem.m].diagonal()
    return np.asarray(1 / np.sqrt(information[problem.rows == problem.columns]))


def _kuhn_tucker(problem: Problem, state: State) -> tuple[float, float]:
    """Smallest eigenvalue of K on the null space of τ, and the largest element of Kτ."""
    K = -2 * gradient_matrix(problem, state.at.score)
    scale = np.sqrt(standard_errors(problem, state))
    scaled = K * np.outer(scale, scale)
    values, vectors = np.linalg.eigh(state.chart.tau / np.outer(scale, scale))
    null = vectors[:, values <= ZERO * max(float(values[-1]), 1.0)]
    smallest = float(np.linalg.eigvalsh(null.T @ scaled @ null).min(initial=np.inf))
    return smallest, float(np.abs(K @ state.chart.tau).max())
