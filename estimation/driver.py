"""The only loop: from starting values to the constrained maximum of the likelihood."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from itertools import islice

import numpy as np

from estimation.arrays import Array
from estimation.certificate import UNCERTIFIED, certify, standard_errors
from estimation.chart import Chart, Face, Inside, chart_at, face_around, gradient_matrix
from estimation.crossproducts import pairs
from estimation.derivatives import Derivatives
from estimation.errors import NumericalError
from estimation.likelihood import Problem, m2ll
from estimation.moments import Cells
from estimation.result.certificate import Certificate
from estimation.scoring import HALVINGS, ROUNDING, State, direction, evaluate, search, state_at
from estimation.start import across, alternatives, draws, moments

# Told the number of the run, the iteration and −2 log L.
Report = Callable[[int, int, float], None]
# τ and α, in standard coordinates.
Start = tuple[Array, Array]

# Tolerance of score' I⁻¹ score: relative errors of 1e-8 standard errors.
TOLERANCE = 1e-16
# A column of a factor of τ below this many standard errors of τ is none: 1e-14 in -2 log L.
VANISHED = 1e-7
# A face is accepted when leaving it promises less than this in -2 log L.
STATIONARY = 1e-12
# ln σ² (σ² as a share of the outcome's residual variance) below which σ² is zero: an SD of 5e-5
# of the outcome's.  Further down weights spread over more digits than sums of rows can hold.
RUNAWAY = -20.0
# Where ln σ² has run away, −2 log L falls without end if it falls by FALLING when ln σ² falls by
# FURTHER more: each row beyond those that γ and u can follow takes it down by 1 for 1.
FALLING, FURTHER = 1.0, 3.0
# Information in standard coordinates, where it is of order J, that is rounding noise around zero.
UNINFORMED = 1e-9
# Smallest eigenvalue of the scaled information that still separates the parameters.
IDENTIFIED = 1e-10
# Starting values are tried in any case where an iteration is cheap: few rows, or cells of rows.
FEW_ROWS = 20_000
# With fewer units the likelihood can have several peaks inside the cone: in 17 of 4140 simulated
# models on 5 to 11 units of 2 to 6 rows the first run ended on a lower one, in 3 of 120 on 2 to 8
# units because of another α.  Then starting values are drawn, too.
FEW_UNITS = 50
# Cross-products of rows that the draws together may cost at an iteration: some two minutes in all.
AFFORDED = 2e9
# Differences of -2 log L between runs below this share of its size are none.
SAME = 1e4 * ROUNDING


class Outcome(Enum):
    """How a run ended; the value is the sentence that the output prints."""

    INTERIOR = "the score is zero"
    BOUNDARY = "the score is zero on the boundary of tau, where no move raises the likelihood"
    MAXIMUM_REACHED = "the maximum number of iterations was reached"
    NO_PROGRESS = "no step in the scoring direction raised the likelihood"
    RUNAWAY = "the level-1 variance of some rows goes to zero and the likelihood grows without end"


CONVERGED = (Outcome.INTERIOR, Outcome.BOUNDARY)


@dataclass(frozen=True, eq=False)
class Fit:
    """An optimum in standard coordinates: the `state` in which the run ended.

    `decrement` is score' I⁻¹ score, projected on the face at a boundary; `rank` that of τ;
    `path` −2 log L at the start and after each iteration; `falls_without_end` whether it still
    fell where some σ² had all but vanished: no optimum elsewhere outweighs that.  `certificate` is
    the proof of the optimum.
    """

    state: State
    outcome: Outcome
    decrement: float
    rank: int
    path: tuple[float, ...]
    certificate: Certificate
    falls_without_end: bool = False

    @property
    def at(self) -> Derivatives:
        """Derivatives at the optimum."""
        return self.state.at

    @property
    def converged(self) -> bool:
        """Whether this is a (constrained) maximum."""
        return self.outcome in CONVERGED

    @property
    def tau(self) -> Array:
        """τ (q, q)."""
        return self.at.profile.tau

    @property
    def alpha(self) -> Array:
        """α (k,)."""
        return self.at.profile.alpha


def maximise(
    problem: Problem,
    *,
    max_iterations: int,
    tolerance: float = TOLERANCE,
    starts: Sequence[Start] = (),
    once: bool = False,
    report: Report = lambda _run, _iteration, _m2ll: None,
) -> Fit:
    """Maximise the likelihood over τ positive semi-definite and α (E16–E18).

    Runs from each of `starts` (default: the moments); unless the first ends inside the cone of many
    units' likelihood, further runs from other starting values.  The best counts.  With `once`
    the run of many units counts wherever it ends: of a sample, started where it was drawn.
    Raises UnidentifiedError where the data cannot separate the parameters.
    """
    first, *others = starts or (moments(problem),)

    def run(number: int, start: Start) -> Fit:
        return _run(problem, start, max_iterations, tolerance, partial(report, number))

    best = run(1, first)
    cheap = isinstance(problem.moments, Cells) or problem.n < FEW_ROWS
    few = cheap and (problem.n_units < FEW_UNITS or problem.uneven)
    if few or not (best.outcome is Outcome.INTERIOR or once):
        others += [
            *alternatives(*first),
            *islice(draws(*first), _affordable(problem) if few else 0),
        ]
    if problem.uneven and cheap and not once:
        others += across(problem, *first)
    for number, other in enumerate(others, 2):
        if best.falls_without_end:
            return best
        try:
            best = _better(best, _numbered(run(number, other), start=number))
        except (UnidentifiedError, np.linalg.LinAlgError):
            continue  # so far off that nothing is told apart: no start
    return _numbered(best, starts=1 + len(others))


def _affordable(problem: Problem) -> int:
    """Number of further starting values that do not take minutes."""
    width = problem.q + problem.f + 1
    return int(AFFORDED / (problem.moments.size * width**2 * len(pairs(problem.k))))


def _numbered(fit: Fit, **numbers: int) -> Fit:
    return replace(fit, certificate=replace(fit.certificate, **numbers))


def _better(best: Fit, other: Fit) -> Fit:
    """Prefer what falls without end, then the lower −2 log L, the converged, the first."""
    if other.falls_without_end:
        return other
    gain = best.at.m2ll - other.at.m2ll
    if abs(gain) > SAME * abs(best.at.m2ll):
        return other if gain > 0 else best
    return other if other.converged and not best.converged else best


def _run(
    problem: Problem,
    start: Start,
    max_iterations: int,
    tolerance: float,
    report: Callable[[int, float], None],
) -> Fit:
    state = state_at(problem, chart_at(*start, problem.parameters))
    _require_identified(problem, state.at)
    path: list[float] = []
    while True:
        report(len(path), state.m2ll)
        path.append(state.m2ll)
        following = _following(problem, state, tolerance)
        if isinstance(following, State) and len(path) > max_iterations:
            following = Outcome.MAXIMUM_REACHED
        if isinstance(following, Outcome):
            return _ended(problem, state, following, path)
        state = following


def _ended(problem: Problem, state: State, outcome: Outcome, path: list[float]) -> Fit:
    rank = _rank(state.chart)
    return Fit(
        state=state,
        outcome=outcome,
        decrement=state.decrement,
        rank=rank,
        path=tuple(path),
        certificate=certify(problem, state, at_boundary=rank < problem.q)
        if outcome in CONVERGED
        else UNCERTIFIED,
        falls_without_end=outcome is Outcome.RUNAWAY and _falls(problem, state),
    )


def _following(problem: Problem, state: State, tolerance: float) -> State | Outcome:
    """Return where the next iteration starts, or how the run ended."""
    if runs_away(problem, state.chart.alpha):
        return Outcome.RUNAWAY
    # The score can be known no better than to the rounding error of the sums behind it.
    if state.decrement >= max(tolerance, state.noise**2):
        return _step(problem, state)
    if isinstance(state.chart, Inside):
        return Outcome.INTERIOR
    assert isinstance(state.chart, Face)
    following = _on_face(problem, state, state.chart)
    if isinstance(following, Outcome):
        return following
    return evaluate(problem, following) or Outcome.NO_PROGRESS


def runs_away(problem: Problem, alpha: Array) -> bool:
    """Whether σ² of some row is zero."""
    return not problem.moments.within(alpha, RUNAWAY, np.inf)


def _falls(problem: Problem, state: State) -> bool:
    """Whether −2 log L falls on with the ln σ² that has run away, all else as it is."""
    alpha = state.chart.alpha
    onward = problem.moments.apart(alpha)
    if onward is None:  # these rows cannot move by themselves
        onward = problem.parameters.alpha_step(direction(state))
        speed = float(problem.moments.extremes(alpha)[0] @ onward)
        if speed >= 0:
            return False
        onward = onward / -speed
    further = alpha + FURTHER * onward
    return m2ll(problem, state.chart.tau, further) < state.m2ll - FALLING


def _step(problem: Problem, state: State) -> State | Outcome:
    """Take a step; where the full one leaves the cone, in the coordinates of a face."""
    step = direction(state)
    if isinstance(state.chart, Inside) and state.chart.move(step) is None:
        state = state_at(problem, face_around(state.chart))
        step = direction(state)
    return search(problem, state, step) or Outcome.NO_PROGRESS


def _on_face(problem: Problem, state: State, face: Face) -> Chart | Outcome:
    """Judge a stationary point of τ = LL': a smaller face, inside the cone, off it, or the end.

    L' ∂ log L/∂τ = 0 holds there whatever the data, so the point is judged in τ (E18).
    """
    standard_error = standard_errors(problem, state)
    smaller = face.without_vanishing_columns(VANISHED * standard_error)
    if smaller is not face:
        return smaller
    if _rank(face) < problem.q:
        return _off_the_face(problem, state, face, standard_error) or Outcome.BOUNDARY
    inside = Inside(face.tau, face.alpha, face.parameters)
    return inside if inside.is_legal else Outcome.INTERIOR


def _off_the_face(problem: Problem, state: State, face: Face, standard_error: Array) -> Face | None:
    """Leave the face along the eigenvector of ∂ log L/∂τ that promises most; None if none does."""
    S = gradient_matrix(problem, state.at.score)
    owner, v = _steepest(problem, S, np.sqrt(standard_error))
    slope = float(v @ S @ v)
    along = np.append(v[problem.rows] * v[problem.columns], np.zeros(problem.k))
    information = float(along @ state.at.expected @ along)
    if slope <= 0 or information <= 0 or slope**2 < STATIONARY * information:
        return None  # an information below zero is rounding: no digits are left to judge by
    for halving in range(HALVINGS):
        length = np.sqrt(slope / information / 2**halving)
        further = face.with_column(length * v, owner)
        if m2ll(problem, further.tau, face.alpha) < state.m2ll:
            return further
    return None


def _steepest(problem: Problem, S: Array, scale: Array) -> tuple[int, Array]:
    """Return the block, and the direction v (q,) within it, that v'Sv promises most for."""
    best, found = -np.inf, (0, np.zeros(problem.q))
    for number, block in enumerate(problem.parameters.members):
        scaled = S[np.ix_(block, block)] * np.outer(scale[block], scale[block])
        values, vectors = np.linalg.eigh(scaled)
        if values[-1] > best:
            v = np.zeros(problem.q)
            v[block] = scale[block] * vectors[:, -1]
            best, found = values[-1], (number, v)
    return found


def _rank(chart: Chart) -> int:
    return chart.L.shape[1] if isinstance(chart, Face) else len(chart.tau)


def separates(information: Array) -> bool:
    """Whether an information matrix (in standard coordinates) is positive definite, scaled."""
    diagonal = information.diagonal()
    if not np.all(diagonal > UNINFORMED):
        return False
    scale = np.sqrt(diagonal)
    smallest = np.linalg.eigvalsh(information / np.outer(scale, scale)).min(initial=np.inf)
    return bool(smallest > IDENTIFIED)


class UnidentifiedError(NumericalError):
    """The information of (vech τ, α), those estimated, is singular: the data do not tell them."""

    def __init__(self, information: Array) -> None:
        super().__init__("The data cannot tell the variances of the model apart.")
        self.information = information


def _require_identified(problem: Problem, at: Derivatives) -> None:
    free = problem.parameters.free
    information = at.expected[np.ix_(free, free)]
    if not separates(information):
        raise UnidentifiedError(information)
