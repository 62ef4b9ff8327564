"""Score test of heterogeneity: would predictors of ln σ² matter?  From the fit without them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from estimation.arrays import Array
from estimation.cells import source
from estimation.columns import Block
from estimation.coordinates import Coordinates
from estimation.crossproducts import Standard
from estimation.derivatives import derivatives
from estimation.distributions import chisq_test
from estimation.driver import separates
from estimation.errors import SpecError
from estimation.factors import (
    COLLINEAR,
    factor,
    lengths,
    span,
    times_inverse,
    together,
    triangular,
)
from estimation.inference import Inference
from estimation.moments import Source
from estimation.parameters import Parameters
from estimation.result import ScoreTest

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
    own, names = it.design.variance[1:], it.design.variance_candidates
    tests = [_tested(it, own, _unusable(it) or it.model.heterogeneous)] if own else []
    single = [_test(it, [place]) for place in range(len(names))]
    usable = [place for place, test in enumerate(single) if test.chisq is not None]
    tests += single
    if len(usable) > 1:
        tests.append(_test(it, usable))
    return tuple(tests)


def _test(it: Inference, places: Sequence[int]) -> ScoreTest:
    """Test some of the candidates."""
    names = tuple(it.design.variance_candidates[place] for place in places)
    return _tested(it, names, _unusable(it) or _with_candidates(it, names, places))


def _tested(it: Inference, names: tuple[str, ...], moments: Source | str) -> ScoreTest:
    """Test predictors with which C has these moments; a word says why there is no test."""
    chisq = None if isinstance(moments, str) else _score_chisq(it, moments, len(names) + 1)
    if chisq is None:
        note = moments if isinstance(moments, str) else _INDISTINCT
        return ScoreTest(names, None, len(names), None, note)
    test = chisq_test(chisq, len(names))
    return ScoreTest(names, test.chisq, test.df, test.p)


def _unusable(it: Inference) -> str:
    if it.weighted:
        return _WEIGHTED
    return "" if it.fit.converged else _UNFINISHED


def _with_candidates(it: Inference, names: tuple[str, ...], places: Sequence[int]) -> Source | str:
    """Moments with candidates, at mean 0, mean square 1 and orthogonal, for C; or why not."""
    n, values = it.design.n_rows, it.design.rows.then(_values, places)
    totals, ends = zip(*values.map(_measured), strict=True)
    mean = sum(totals) / n
    if np.isnan(mean).any():
        return _MISSING
    R = together(values.map(_factor, mean))
    if np.any(lengths(R) <= COLLINEAR * np.sqrt(n) * np.abs(span(ends)).max(axis=0)):
        return _CONSTANT
    try:
        T = triangular(R, n, names, np.zeros(len(names), dtype=bool))
    except SpecError as error:
        return str(error)
    rows = it.design.rows.then(_standard, it.model.at, places, mean, T)
    return source(rows, it.model.T, n)


def _values(block: Block, places: Sequence[int]) -> Array:
    return np.column_stack([block.candidates[place] for place in places])


def _measured(values: Array) -> tuple[Array, Array]:
    return values.sum(axis=0), np.stack((values.min(axis=0), values.max(axis=0)))


def _factor(values: Array, mean: Array) -> Array:
    return factor(values - mean)


def _standard(
    block: Block, at: Coordinates, places: Sequence[int], mean: Array, T: Array
) -> Standard:
    C = times_inverse(_values(block, places) - mean, T)
    return Standard(at.rows(block), C, block.offsets, None)


def _score_chisq(it: Inference, moments: Source, k: int) -> float | None:
    """Return s'[I⁻¹]_αα s with the expected information of (τ, α), τ on its face (E16, E32).

    The score is zero but in the new α.  None where the information has no inverse.
    """
    problem, at = it.problem, it.fit.at
    parameters = Parameters(it.model.blocks, (None,) * k)
    wider = replace(problem, moments=moments, parameters=parameters, k=k)
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
