"""Score test of heterogeneity: would predictors of ln σ² matter?  From the fit without them."""

from dataclasses import replace
from itertools import starmap

import numpy as np

from estimation.arrays import Array
from estimation.crossproducts import source
from estimation.derivatives import derivatives
from estimation.distributions import chisq_test
from estimation.driver import separates
from estimation.errors import SpecError
from estimation.inference import Inference
from estimation.parameters import Parameters
from estimation.result import ScoreTest
from estimation.standardise import COLLINEAR, orthogonal

_WEIGHTED = "with design weights a score has no chi-square distribution"
_UNFINISHED = "the homogeneous fit did not converge"
_MISSING = "it is missing in rows that are used; among the deletion variables it would delete them"
_CONSTANT = "it is constant in the rows used"
_INDISTINCT = "the data cannot tell it from the other variances of the model"


def score_tests(it: Inference) -> tuple[ScoreTest, ...]:
    """Test α_1 = … = 0 by the score at a homogeneous optimum `it` (E32).

    First the model's own predictors jointly, then each candidate by itself, then all candidates
    that can be tested jointly.  Where there is no test, its `note` says why.
    """
    design = it.design
    own, candidates = design.variance[1:], design.variance_candidates
    tests = [_test(it, own, design.C[:, 1:])] if own else []
    single = list(starmap(lambda name, values: _test(it, (name,), values[:, None]), candidates))
    usable = [each for each, test in zip(candidates, single, strict=True) if test.chisq is not None]
    tests += single
    if len(usable) > 1:
        names, values = zip(*usable, strict=True)
        tests.append(_test(it, names, np.column_stack(values)))
    return tuple(tests)


def _test(it: Inference, names: tuple[str, ...], values: Array) -> ScoreTest:
    columns, note = _standard(it, names, values)
    chisq = None if columns is None else _score_chisq(it, columns)
    if chisq is None:
        return ScoreTest(names, None, len(names), None, note or _INDISTINCT)
    test = chisq_test(chisq, len(names))
    return ScoreTest(names, test.chisq, test.df, test.p)


def _standard(it: Inference, names: tuple[str, ...], values: Array) -> tuple[Array | None, str]:
    """Return the predictors at mean 0 and mean square 1, orthogonal; or why there is no test."""
    if it.weighted:
        return None, _WEIGHTED
    if not it.fit.converged:
        return None, _UNFINISHED
    if np.isnan(values).any():
        return None, _MISSING
    mean = values.mean(axis=0)
    if np.any(values.std(axis=0) <= COLLINEAR * np.abs(values).max(axis=0)):
        return None, _CONSTANT
    try:
        return orthogonal(values - mean, names)[0], ""
    except SpecError as error:
        return None, str(error)


def _score_chisq(it: Inference, columns: Array) -> float | None:
    """Return s'[I⁻¹]_αα s with the expected information of (τ, α), τ on its face (E16, E32).

    The score is zero but in the new α.  None where the information has no inverse.
    """
    model, problem, at = it.model, it.problem, it.fit.at
    C = np.asfortranarray(np.column_stack((np.ones(len(columns)), columns)))
    k = C.shape[1]
    wider = replace(
        problem,
        moments=source(model.A, model.T, C, model.offsets),
        parameters=Parameters(model.blocks, (None,) * k),
        k=k,
    )
    alpha = np.append(at.profile.alpha, np.zeros(k - 1))
    J_tau = it.fit.state.jacobian[: problem.m, :-1]  # its last coordinate is α_0
    J = np.zeros((problem.m + k, J_tau.shape[1] + k))
    J[: problem.m, : J_tau.shape[1]], J[problem.m :, J_tau.shape[1] :] = J_tau, np.eye(k)
    derived = derivatives(wider, at.profile.tau, alpha)
    information = J.T @ derived.expected @ J
    if not separates(information):
        return None
    score = np.zeros(len(information))
    score[1 - k :] = derived.score[1 - k :]
    return float(score @ np.linalg.solve(information, score))
