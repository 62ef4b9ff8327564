"""Run the program and an independent search on a case, and judge the first by the second."""

import time
from dataclasses import dataclass
from functools import partial

import numpy as np
import whole
from independent import Search, Twin, share_outside

from estimation.analysis import run
from estimation.design import build_design
from estimation.errors import DataError, EstimationError, NumericalError
from estimation.spec import Likelihood

# −2 log L may exceed the best that is found by this much.
CLOSE = 1e-6
# A stable decomposition in double precision moves a column by some units in the last place.
ULPS = 4
EPS = float(np.finfo(float).eps)
# Kuhn–Tucker conditions, in units of −2 log L per standard error.
STATIONARY = 1e-4
# Columns whose share outside the others' span is below this are the same in double precision.
SAME = 1.01e-10
# ln σ² (relative to the outcome's residual variance) that counts as a variance of zero.
ZERO = -15.0
# Share of τ that is rounding error beyond which its Kuhn–Tucker conditions say nothing.
LOST = 1e-9
# Eigenvalue of the scaled information below which it is singular.
SINGULAR = 1e-9

# ln σ² of the rows whose variance is small at a start; so many patterns, of so few rows, are tried.
SMALL, MANY, FEW_ROWS = (-12.0, -22.0), 16, 100

REACHED, REFUSED, UNFINISHED, WRONG = "reached", "refused", "not converged", "wrong"


@dataclass(frozen=True)
class Verdict:
    """What became of a case: `excess` is −2 log L above the best that was found."""

    outcome: str
    reason: str
    excess: float = 0.0
    seconds: float = 0.0
    searched: float = 0.0


def judge(case, *, starts=20):
    """Fit a case and judge the result."""
    data = case.sample.data()
    began = time.perf_counter()
    try:
        analysis, error = run(data, case.spec), None
    except EstimationError as refusal:
        analysis, error = None, refusal
    seconds = time.perf_counter() - began
    began = time.perf_counter()
    if error is not None:
        justified, reason = _justified(case, data, error, starts)
        outcome, excess = (REFUSED if justified else WRONG), 0.0
    else:
        outcome, reason, excess = _compare(case, data, analysis, starts)
    return Verdict(outcome, reason, excess, seconds, time.perf_counter() - began)


def twin_of(design, spec, *, homogeneous=False, ends=lambda columns: columns):
    """The independent likelihood of a design; `ends` sets the last digits of X and Z."""
    it = whole.of(design)
    C = it.C[:, :1] if homogeneous else it.C
    reml = spec.likelihood is Likelihood.RESTRICTED
    return Twin(it.y, ends(it.X), ends(it.Z), C, design.offsets, reml=reml, ln_scale=it.ln_scale)


def _compare(case, data, analysis, starts):
    """Judge both solutions of a run that was not refused: the worse of the two."""
    design = build_design(data, case.spec)
    found = [_solution(design, case.spec, analysis.homogeneous, starts, homogeneous=True)]
    if analysis.heterogeneous:
        found.append(_solution(design, case.spec, analysis.heterogeneous, starts))
    order = (WRONG, UNFINISHED, REACHED)
    return min(found, key=lambda each: order.index(each[0]))


def _solution(design, spec, solution, starts, *, homogeneous=False):
    twin = twin_of(design, spec, homogeneous=homogeneous)
    alpha = [each.est for each in solution.alpha or ()] or [np.log(solution.sigma2)]
    L, alpha = twin.from_user(solution.tau, alpha)
    search = Search(twin, starts=starts, extra=[(L, alpha), *_vanishing(twin)])
    best = search.best
    excess = solution.m2ll - best.m2ll
    model = "homogeneous" if homogeneous else "heterogeneous"
    if not solution.convergence.converged:
        return UNFINISHED, f"{model}: {solution.convergence.reason}", excess
    if search.falls_without_end():
        return WRONG, f"{model}: −2 log L falls without end elsewhere", excess
    # Of either sign: the search started from the estimates, too, and what is lower is not there.
    if abs(excess) > CLOSE and abs(excess) > ULPS * _last_digit(design, spec, best, homogeneous):
        lowest = f"min ln σ² {best.ln_sigma2.min():.1f}"
        return WRONG, f"{model}: {excess:.3g} above the best ({lowest})", excess
    # Where τ in the user's units has lost its digits, it is judged by where the search leads.
    at = best if twin.digits_lost > LOST else twin.at(L, alpha)
    smallest, complementarity, score = twin.kuhn_tucker(at)
    if smallest < -STATIONARY or max(complementarity, score) > STATIONARY:
        conditions = f"{smallest:.1e}, {complementarity:.1e}, {score:.1e}"
        return WRONG, f"{model}: Kuhn–Tucker {conditions}", excess
    return REACHED, model, excess


def _last_digit(design, spec, point, homogeneous):
    """How far −2 log L moves where the last digit of the data is another: no one can do better."""
    moved = []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        other = twin_of(design, spec, homogeneous=homogeneous, ends=partial(_rounded, rng))
        moved.append(abs(other.at(point.L, point.alpha).m2ll - point.m2ll))
    return max(moved)


def _rounded(rng, columns):
    return columns * (1 + EPS * rng.choice([-0.5, 0.5], columns.shape))


def _factors(q):
    """Factors of τ: of full rank, near zero, and of rank one, which alone may follow some rows."""
    rng = np.random.default_rng(0)
    thin = [np.tril(np.outer(rng.normal(size=q), np.eye(q)[0])) for _ in range(6 * (q > 1))]
    return [0.5 * np.eye(q), 1e-4 * np.eye(q), *thin] if q else [np.eye(0)]


def _vanishing(twin):
    """Starts where the variance of rows is small that γ and u may follow: cells of C, extremes."""
    factors = _factors(twin.q)
    patterns, pattern = np.unique(twin.C, axis=0, return_inverse=True)
    for number in range(len(patterns) if len(patterns) > 1 else 0):
        rows = pattern.ravel() == number
        if rows.sum() > twin.f + twin.q * len(np.unique(twin.unit[rows])):
            continue
        for low in SMALL:
            target = np.where(np.arange(len(patterns)) == number, low, -1.0)
            alpha = np.linalg.lstsq(patterns, target, rcond=None)[0]
            yield from ((L, alpha) for L in factors)
        if number > MANY:
            return
    for k in range(1, twin.k if twin.n <= FEW_ROWS else 1):
        column, slope = twin.C[:, k], (-1 - SMALL[0]) / np.ptp(twin.C[:, k])
        for start, sign in ((column.max(), 1), (column.min(), -1)):
            alpha = np.zeros(twin.k)
            alpha[[0, k]] = -1 - sign * slope * start, sign * slope
            yield factors[0], alpha


def _justified(case, data, error, starts):
    """Whether the data bear a refusal out, and what was said."""
    try:
        design = build_design(data, case.spec)
    except DataError:
        return True, str(error)
    it = whole.of(design)
    shares = [share_outside(each).min(initial=1.0) for each in (it.X, it.Z, it.C)]
    if design.n_rows <= it.X.shape[1] or min(shares) < SAME:
        return True, str(error)
    if isinstance(error, NumericalError) and smallest_information(design, case.spec) < SINGULAR:
        return True, str(error)
    ends = _without_maximum(design, case.spec, starts)
    return (True, str(error)) if ends is None else (False, f"{ends}: {error}")


def _without_maximum(design, spec, starts):
    """None where the search ends at a variance of zero or falls without end; else what it found."""
    twins = [twin_of(design, spec, homogeneous=each) for each in (True, False)]
    for twin in twins[not spec.heterogeneous :]:
        if _falls_without_u(twin):
            return None
        search = Search(twin, starts=starts, extra=list(_vanishing(twin)))
        best = search.best
        if search.falls_without_end() or best.ln_sigma2.min() < ZERO:
            return None
    return f"maximum found, −2 log L {best.m2ll:.6f}, min ln σ² {best.ln_sigma2.min():.1f}"


def _falls_without_u(twin):
    """Whether −2 log L falls by 1 for 1 with ln σ² of a cell at τ = 0.

    No search goes there, for τ = 0 is a ridge, but there is no maximum all the same.
    """
    patterns, pattern = np.unique(twin.C, axis=0, return_inverse=True)
    for number in range(len(patterns) if len(patterns) > 1 else 0):
        cell = np.arange(len(patterns)) == number
        if np.sum(pattern.ravel() == number) > twin.f:
            continue
        targets = [np.where(cell, low, -1.0) for low in (-22.0, -28.0)]
        alphas = [np.linalg.lstsq(patterns, target, rcond=None)[0] for target in targets]
        alone = np.abs(patterns @ alphas[1] - targets[1]).max() < 1e-6
        near, far = (twin.at(np.zeros((twin.q, twin.q)), alpha).m2ll for alpha in alphas)
        if alone and near - far > 5:
            return True
    return False


def smallest_information(design, spec, most=1500):
    """Smallest eigenvalue of the scaled information of (τ, α) at τ̃ = I, σ̃² = 1; dense."""
    twin = twin_of(design, spec)
    if twin.n > most:
        return 1.0
    Z = np.zeros((len(twin.Z), twin.n_units, twin.q))
    Z[np.arange(len(Z)), twin.unit] = twin.Z
    flat = Z.reshape(len(Z), -1)
    P = np.linalg.inv(flat @ flat.T + np.eye(len(Z)))
    if twin.reml:
        X = twin.M[:, : twin.f]
        PX = P @ X
        P -= PX @ np.linalg.solve(X.T @ PX, PX.T)
    rows, columns = np.tril_indices(twin.q)
    parts = [Z[:, :, a] @ Z[:, :, b].T for a, b in zip(rows, columns, strict=True)]
    parts = [P @ (each + each.T) for each in parts] + [P * c for c in twin.C.T]
    information = np.array([[np.sum(a * b.T) for b in parts] for a in parts])
    diagonal = information.diagonal()
    if np.any(diagonal < SINGULAR):
        return 0.0
    return float(np.linalg.eigvalsh(information / np.sqrt(np.outer(diagonal, diagonal)))[0])
