"""Profile-likelihood intervals of the variances in τ and of α or σ² (E31)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtri

from estimation.arrays import Array, Index
from estimation.certificate import standard_errors
from estimation.chart import Face, gradient_matrix
from estimation.driver import STATIONARY, runs_away
from estimation.errors import SpecError
from estimation.factors import factor
from estimation.inference import Inference
from estimation.likelihood import Problem, m2ll
from estimation.moments import Turned
from estimation.parameters import Parameters
from estimation.progress import Observer, Progress
from estimation.result import ProfileInterval
from estimation.scoring import HALVINGS, State, direction, search, state_at

STAGE = "profile intervals"
# χ² with 1 degree of freedom exceeds this with probability .05.
CUT = float(chdtri(1, 0.05))
# Score' I⁻¹ score at which a profile ends: its −2 log L is right to this.
PROFILED = 1e-10
# Steps along a profile: enough for scoring at its slowest.
STEPS = 200
# Doublings of a standard error after which a limit is no longer looked for.
DOUBLINGS = 40
# An SD below this share of √(standard error of its variance) is zero.
ZERO = 1e-4
# Limits are found to this share of a standard error.
ACCURACY = 1e-8
_NO_LIMIT = (
    "there is no {side} limit: the likelihood falls by too little on that side (where the level-1 "
    "variance of some rows goes to zero)"
)


def profile_intervals(it: Inference, observer: Observer) -> tuple[ProfileInterval, ...]:
    """95 % profile-likelihood intervals of every variance in τ and of α, or of σ² (E31).

    A limit is where −2 log L, minimised over everything else, exceeds its minimum by 3.84.  There
    are none where `it` did not converge.  Raises SpecError with design weights; `observer` may
    raise Cancelled.
    """
    if it.weighted:
        raise SpecError(
            "With design weights there are no profile-likelihood intervals. Switch the intervals "
            "off, or the design weights."
        )
    lines = [*_variances(it), *_level1(it)] if it.fit.converged else []
    found = []
    for number, line in enumerate(lines):
        beat = partial(observer, Progress(STAGE, number, total=len(lines)))
        found.append(_interval(it.fit.at.m2ll, line, beat))
    observer(Progress(STAGE, len(lines), total=len(lines)))
    return tuple(found)


@dataclass(frozen=True, eq=False)
class Pinned(Face):
    """A lower triangular factor of τ whose diagonal element `given` (if not None) stays as it is.

    Its square is the variance of the random effect `given`, the first of its block, so that the
    other elements are free to make any τ with this variance.
    """

    given: int | None = None

    @classmethod
    def around(
        cls, tau: Array, alpha: Array, parameters: Parameters, given: int | None
    ) -> "Pinned":
        """Chart the point (τ, α)."""
        values, vectors = np.linalg.eigh(tau)
        L = _triangular(vectors * np.sqrt(np.maximum(values, 0)), parameters)
        return cls(L, parameters.block, alpha, parameters, np.arange(len(tau)), given)

    @property
    def _free(self) -> tuple[Index, Index]:
        rows, columns = np.nonzero(np.tril(self.parameters.pattern))
        kept = (rows != columns) | (rows != self.given)
        return rows[kept], columns[kept]

    def move(self, step: Array) -> "Pinned":
        """Add the step to the free elements."""
        rows, columns = self._free
        L = self.L.copy()
        L[rows, columns] += step[: rows.size]
        return replace(self, L=L, alpha=self.alpha + self.parameters.alpha_step(step))

    def grown(self, v: Array) -> "Pinned":
        """Add vv' to τ."""
        return replace(self, L=_triangular(np.column_stack((self.L, v)), self.parameters))


def _triangular(root: Array, parameters: Parameters) -> Array:
    """Lower triangular L with LL' = root root', its diagonal not negative."""
    L = np.linalg.qr(root.T).R.T
    return np.where(parameters.pattern, L * np.where(np.diag(L) < 0, -1.0, 1.0), 0.0)


@dataclass(frozen=True, eq=False)
class _Line:
    """A parameter along which −2 log L is profiled.

    It is `est` at the optimum, which `start` charts, in the coordinate x of the profile; `pin`
    gives the chart with another value of it.  `user` takes x to the user's parameter, `step` is
    the place k steps outwards: down for negative k, where x ends at `least`.
    """

    parameter: str
    name: str
    problem: Problem
    start: Pinned
    pin: Callable[[Pinned, float], Pinned]
    est: float
    step: Callable[[int], float]
    user: Callable[[float], float]
    least: float = -np.inf


def _variances(it: Inference) -> Iterator[_Line]:
    """Yield the lines of the variances in τ, the coordinate of which is the SD."""
    names, k = it.design.random_names, it.problem.k
    for place, name in enumerate(names):
        turn, first, unit = _turned(it, place)
        problem = _with_turned(it, turn.T, np.eye(k))
        tau = turn @ it.fit.tau @ turn.T
        start = Pinned.around(tau, it.fit.alpha, problem.parameters, first)
        se = unit**2 * float(standard_errors(problem, state_at(problem, start))[first])
        variance, least = float(it.tau[place, place]), ZERO * float(np.sqrt(se))
        yield _Line(
            parameter=f"tau{place}{place}",
            name=name,
            problem=problem,
            start=start,
            pin=partial(_pin_sd, first, unit),
            est=float(np.sqrt(variance)),
            step=partial(_sd_outwards, variance, se, least),
            user=lambda sd: sd**2,
            least=least,
        )


def _turned(it: Inference, place: int) -> tuple[Array, int, float]:
    """Rotation O (q, q) within a block of ũ, the first row number of it, and a unit.

    The user's u at `place` is unit · (Oũ)_first: with Z̃O' for Z̃ its variance is one element of τ.
    """
    block = sorted(next(block for block in it.model.blocks if place in block))
    row = np.linalg.inv(it.model.T_Z)[place, block]
    turn = np.eye(it.problem.q)
    turn[np.ix_(block, block)] = np.linalg.qr(row[:, None], mode="complete")[0].T
    return turn, block[0], it.model.s * float(np.linalg.norm(row))


def _pin_sd(first: int, unit: float, chart: Pinned, sd: float) -> Pinned:
    L = chart.L.copy()
    L[first, first] = sd / unit
    return replace(chart, L=L)


def _sd_outwards(variance: float, se: float, least: float, k: int) -> float:
    further = variance + np.sign(k) * 2.0 ** abs(k) * se
    return float(np.sqrt(max(further, least**2)))


def _level1(it: Inference) -> Iterator[_Line]:
    """Yield the lines of ln σ², or of α, as far as they are estimated."""
    model, problem, k = it.model, it.problem, it.problem.k
    for a in map(int, np.flatnonzero(problem.free_alpha)):
        held = _turned_to(it, a) if a else _uncentred(it) if k > 1 else _as_it_is(it)
        est, place = float(it.alpha[a]), min(a, 1)
        fixed = tuple(est if b == place else value for b, value in enumerate(held.fixed))
        own = replace(held.problem, parameters=Parameters(model.blocks, fixed))
        start = Pinned.around(it.fit.tau, held.alpha, own.parameters, None)
        se = it.variance_se[problem.m + a] or 1.0
        yield _Line(
            parameter=f"alpha{a}" if k > 1 else "sigma2",
            name=it.design.variance[a] if k > 1 else "",
            problem=own,
            start=start,
            pin=partial(_pin_alpha, place, held.shift, held.unit, _companions(own, place)),
            est=est,
            step=partial(_outwards, est, se if k > 1 else se / float(np.exp(est))),
            user=float if k > 1 else lambda x: float(np.exp(x)),
        )


class _Held(NamedTuple):
    """The problem, α and where it is given in coordinates in which α_a = unit · α̃ + shift."""

    problem: Problem
    alpha: Array
    fixed: tuple[float | None, ...]
    unit: float
    shift: float


def _as_it_is(it: Inference) -> _Held:
    """Take α̃_0 of a homogeneous model, ln σ² but for a shift."""
    return _Held(it.problem, it.fit.alpha, it.problem.parameters.fixed, 1.0, it.model.ln_s2)


def _with_turned(it: Inference, of_u: Array, M: Array) -> Problem:
    """Pose the problem with Z̃ times `of_u` (q, q) and C̃ times M (k, k)."""
    problem = it.problem
    U = np.eye(problem.q + problem.f + 1)
    U[: problem.q, : problem.q] = of_u
    return replace(problem, moments=Turned(problem.moments, U, M))


def _turned_to(it: Inference, a: int) -> _Held:
    """Rotate the predictors so that the user's α_a is a multiple of α̃_1 alone (E31)."""
    row = it.model.B[a, 1:]
    turn = np.linalg.qr(row[:, None], mode="complete")[0]
    M = np.eye(it.problem.k)
    M[1:, 1:] = turn
    problem = _with_turned(it, np.eye(it.problem.q), M)
    alpha = np.append(it.fit.alpha[0], it.fit.alpha[1:] @ turn)
    return _Held(problem, alpha, it.problem.parameters.fixed, float(row @ turn[:, 0]), 0.0)


def _uncentred(it: Inference) -> _Held:
    """Pose the problem with predictors around 0, so that α_0 is the user's but for a shift."""
    model, k = it.model, it.problem.k
    from_zero = np.vstack((-model.B[0, 1:], np.eye(k - 1)))
    root = np.linalg.cholesky(it.problem.gram / it.problem.n)
    T = factor(root.T @ from_zero)
    M = np.eye(k)
    M[:, 1:] = from_zero @ np.linalg.inv(T)
    alpha = np.append(it.alpha[0] - model.ln_s2, T @ it.fit.alpha[1:])
    problem = _with_turned(it, np.eye(it.problem.q), M)
    return _Held(problem, alpha, it.problem.parameters.fixed, 1.0, model.ln_s2)


def _companions(problem: Problem, a: int) -> Array:
    """Change of α (k,) that changes α_a by 1 and C α as little as possible."""
    others = np.arange(problem.k) != a
    change = np.ones(problem.k)
    change[others] = -np.linalg.solve(problem.gram[np.ix_(others, others)], problem.gram[others, a])
    return change


def _pin_alpha(
    a: int, shift: float, unit: float, companions: Array, chart: Pinned, value: float
) -> Pinned:
    """Hold α_a; the others go along, lest variances start out of all proportion."""
    alpha = chart.alpha + ((value - shift) / unit - chart.alpha[a]) * companions
    return replace(chart, alpha=alpha)


def _outwards(est: float, se: float, k: int) -> float:
    return est + float(np.sign(k)) * 2.0 ** abs(k) * se


def _interval(minimum: float, line: _Line, beat: Callable[[], None]) -> ProfileInterval:
    lower, upper = (_Walk(minimum, line, side, beat).limit() for side in (-1, 1))
    sides = [side for side, end in (("lower", lower), ("upper", upper)) if end is None]
    return ProfileInterval(
        parameter=line.parameter,
        name=line.name,
        est=line.user(line.est),
        lower=None if lower is None else line.user(lower),
        upper=None if upper is None else line.user(upper),
        note="; ".join(_NO_LIMIT.format(side=side) for side in sides),
    )


class _Walk:
    """A walk along a line to one side, each optimum the start of the next."""

    def __init__(self, minimum: float, line: _Line, side: int, beat: Callable[[], None]) -> None:
        self._minimum, self._line, self._side, self._beat = minimum, line, side, beat
        self._chart = line.start
        self._heights = {line.est: -float(np.sqrt(CUT))}
        self._lost = False

    def limit(self) -> float | None:
        """Return where the profile reaches the cut; 0 for a variance that may be 0, else None."""
        line, inside = self._line, self._line.est
        if self._side < 0 and inside <= line.least:
            return 0.0
        for k in range(1, DOUBLINGS):
            outside = line.step(self._side * k)
            if self._height(outside) > 0:
                break
            if outside <= line.least:
                return 0.0
            inside = outside
        else:
            return None
        if self._ran_away():
            return None
        accuracy = ACCURACY * abs(outside - line.est)
        found = float(brentq(self._height, inside, outside, xtol=accuracy))
        return None if self._ran_away() else found

    def _ran_away(self) -> bool:
        return self._lost

    def _height(self, x: float) -> float:
        """√(−2 log L − minimum) − √CUT of the profile at x; 1 where a σ² has run to zero."""
        if x not in self._heights:
            self._heights[x] = self._found(x)
        return self._heights[x]

    def _found(self, x: float) -> float:
        state = _optimum(self._line.problem, self._line.pin(self._chart, x), self._beat)
        if state is None:
            self._lost = True
            return 1.0
        assert isinstance(state.chart, Pinned)
        self._chart = state.chart
        return float(np.sqrt(max(state.m2ll - self._minimum, 0)) - np.sqrt(CUT))


def _optimum(problem: Problem, chart: Pinned, beat: Callable[[], None]) -> State | None:
    """Maximise over everything but what is pinned; None where a level-1 variance runs to zero."""
    state = state_at(problem, chart)
    for _ in range(STEPS):
        beat()
        if runs_away(problem, state.chart.alpha):
            return None
        done = state.decrement < max(PROFILED, state.noise**2)
        following = _grown(problem, state) if done else search(problem, state, direction(state))
        if following is None:
            return state
        state = following
    return state


def _grown(problem: Problem, state: State) -> State | None:
    """Leave a face of τ where that raises the likelihood (E18), the pinned variance as it is."""
    chart = state.chart
    assert isinstance(chart, Pinned)
    S = gradient_matrix(problem, state.at.score)
    if chart.given is not None:
        S[chart.given] = S[:, chart.given] = 0
    scale = np.sqrt(standard_errors(problem, state))
    v = scale * np.linalg.eigh(S * np.outer(scale, scale))[1][:, -1:].sum(axis=1)
    slope = float(v @ S @ v)
    along = np.append(v[problem.rows] * v[problem.columns], np.zeros(problem.k))
    information = float(along @ state.at.expected @ along)
    if slope <= 0 or slope**2 < STATIONARY * information:
        return None
    for halving in range(HALVINGS):
        grown = chart.grown(np.sqrt(slope / information / 2**halving) * v)
        if m2ll(problem, grown.tau, grown.alpha) < state.m2ll:
            return state_at(problem, grown)
    return None
