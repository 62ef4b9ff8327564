"""Which variances the data cannot tell apart, in words."""

import numpy as np

from estimation.arrays import Array
from estimation.design import Design
from estimation.errors import NumericalError
from estimation.likelihood import Problem
from estimation.standardise import Standardised

# Parameters whose share of the direction without information is below this are not named.
MENTIONED = 0.1
# Mean of the design weights of rows below which they may be the cause.
LITTLE = 0.1
# Eigenvalues of the scaled information below this have none.
NOTHING = 1e-8


def variance_jacobian(model: Standardised, problem: Problem, ln_sigma2: float) -> Array:
    """∂(vech τ, α or σ²) in the user's units by the standard ones, of those estimated (E19)."""
    m, k = problem.m, problem.k
    J = np.zeros((m + k, m + k))
    J[:m, :m] = model.tau(problem.basis)[:, problem.rows, problem.columns].T
    J[m:, m:] = model.B if k > 1 else np.exp(ln_sigma2)
    free = problem.parameters.free
    return np.asarray(J[np.ix_(free, free)])


def indistinct(
    design: Design, model: Standardised, problem: Problem, information: Array
) -> NumericalError:
    """Return the refusal that names the variances between which `information` is singular."""
    back = np.linalg.inv(variance_jacobian(model, problem, 0.0))
    names = np.asarray(_words(design, problem), dtype=object)
    listed = ", ".join(names[_without_information(back.T @ information @ back)])
    few = "the units have too few rows for that, or a predictor does not vary within them"
    level2 = ""
    if problem.n_units <= max((each.n_equation for each in design.gammas), default=0):
        level2 = f", or {problem.n_units} units are too few for their level-2 predictors"
    return NumericalError(
        f"The data cannot tell these apart, or hold nothing on them: {listed}. Perhaps {few}"
        f"{level2}. Switch off a random effect{_or_take_out(problem, bool(level2))}."
        f"{_or_normalise(design)}"
    )


def _or_take_out(problem: Problem, level2: bool) -> str:
    words = " or take level-2 predictors out" if level2 else ""
    return words + (" or take predictors of level-1 variance out" if problem.k > 1 else "")


def _or_normalise(design: Design) -> str:
    """Weights that add up to little count as few rows."""
    sums = design.weight_sums
    if sums is None or sums.sum() >= LITTLE * design.n_rows:
        return ""
    return " The design weights add up to little: look whether they should be normalised."


def _without_information(information: Array) -> Array:
    """Say which parameters lie in the null space of the information."""
    diagonal = information.diagonal()
    scale = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    values, vectors = np.linalg.eigh(information / np.outer(scale, scale))
    null = vectors[:, values <= max(NOTHING, values[0])]
    share = np.sqrt(np.sum(null**2, axis=1))
    return np.asarray(share > MENTIONED * share.max())


def _words(design: Design, problem: Problem) -> list[str]:
    """Name every parameter that is estimated."""
    random = design.random_names
    words = [
        f"the variance of the random effect of {random[a]}"
        if a == b
        else f"the covariance of the random effects of {random[b]} and {random[a]}"
        for a, b in zip(problem.rows, problem.columns, strict=True)
    ]
    level1 = [f"{name} in the level-1 variance model" for name in design.variance[1 : problem.k]]
    words += ["the level-1 variance", *level1]
    return [word for word, free in zip(words, problem.parameters.free, strict=True) if free]
