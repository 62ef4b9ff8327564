"""Level-2 variables outside the model, tried on the empirical Bayes residuals."""

import numpy as np

from estimation.arrays import Array
from estimation.design import Candidate
from estimation.inference import Inference
from estimation.result import Exploration


def explore(it: Inference) -> tuple[Exploration, ...]:
    """Regress û_q on each candidate of its equation by itself (E35).

    A candidate is left out that is constant or has fewer than three values, or where û_q is zero.
    """
    names = it.design.random_names
    tried = (
        _tried(each, it.empirical_bayes.u[:, names.index(each.coef)])
        for each in it.design.candidates
    )
    return tuple(each for each in tried if each is not None)


def _tried(candidate: Candidate, u: Array) -> Exploration | None:
    known = ~np.isnan(candidate.values)
    x, u = candidate.values[known], u[known]
    n = x.size
    if n < 3 or np.ptp(x) == 0:
        return None
    x, u = x - x.mean(), u - u.mean()
    est = float(x @ u / (x @ x))
    residual = u - est * x
    se = float(np.sqrt(residual @ residual / (n - 2) / (x @ x)))
    if not se:
        return None
    return Exploration(candidate.coef, candidate.predictor, est, se, est / se, n)
