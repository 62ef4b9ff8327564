"""How a maximisation ends: inside the cone, on its boundary, too early, or not at all."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import whole
from scipy.optimize import minimize
from simulate import TAUS, model, sample

from estimation import driver
from estimation.chart import chart_at
from estimation.crossproducts import pairs
from estimation.derivatives import derivatives
from estimation.design import build_design
from estimation.driver import Outcome, maximise
from estimation.errors import NumericalError
from estimation.likelihood import build_problem, m2ll
from estimation.moments import Cells, Rows, Turned
from estimation.scoring import state_at
from estimation.standardise import standardise
from estimation.start import moments


def problem(drawn, spec, *, restricted=False, homogeneous=False):
    standard = standardise(build_design(drawn.data(), spec))
    return build_problem(standard, restricted=restricted, homogeneous=homogeneous)


def drawn(tau, seed=3, n_units=20):
    return sample(seed, [4 + j % 5 for j in range(n_units)], tau)


def peer(posed, seed=0, starts=8):
    """Lowest −2 log L that BFGS on a Cholesky factor of τ finds from random starts."""
    rng, rows = np.random.default_rng(seed), np.tril_indices(posed.q)

    def objective(theta):
        L = np.zeros((posed.q, posed.q))
        L[rows] = theta[: posed.m]
        return min(m2ll(posed, L @ L.T, theta[posed.m :]), 1e10)

    return min(
        minimize(objective, rng.normal(size=posed.m + posed.k) / 2, method="BFGS").fun
        for _ in range(starts)
    )


@pytest.mark.parametrize("tau", TAUS)
@pytest.mark.parametrize("restricted", [False, True])
@pytest.mark.parametrize("seed", [3, 4, 5])
def test_no_general_optimiser_finds_a_lower_end(tau, restricted, seed):
    posed = problem(drawn(tau, seed), model(variance=("D",)), restricted=restricted)
    fit = maximise(posed, max_iterations=100)
    assert fit.converged
    assert fit.decrement < driver.TOLERANCE
    assert fit.at.m2ll <= peer(posed, seed) + 1e-7
    assert np.all(np.diff(fit.path) <= driver.ROUNDING * abs(fit.at.m2ll))


def test_at_a_boundary_the_multipliers_are_positive_and_complementary():
    posed = problem(drawn("rank one", seed=10), model(variance=("D",)))
    fit = maximise(posed, max_iterations=100)
    assert fit.outcome is Outcome.BOUNDARY
    assert fit.rank == 1
    K = -2 * driver.gradient_matrix(posed, fit.at.score)
    assert np.linalg.eigvalsh(K)[0] > -1e-6
    np.testing.assert_allclose(K @ fit.tau, 0, atol=1e-6)
    np.testing.assert_allclose(fit.at.profile.quadratic_form, posed.n, rtol=1e-9)


def test_a_zero_factor_is_left_when_the_data_ask_for_it():
    """τ = 0 has a zero gradient in any factor; it must be judged in τ, and left."""
    posed = problem(drawn("full"), model())
    nothing = np.zeros((posed.q, posed.q))
    at = derivatives(posed, nothing, np.zeros(posed.k))
    assert np.linalg.eigvalsh(driver.gradient_matrix(posed, at.score))[-1] > 0
    best = maximise(posed, max_iterations=100)
    tiny = (1e-12 * np.eye(posed.q), np.zeros(posed.k))
    again = maximise(posed, max_iterations=100, starts=(tiny,))
    assert abs(again.at.m2ll - best.at.m2ll) < 1e-8


def test_an_information_that_is_rounding_leads_nowhere(monkeypatch):
    """Weights over many digits can leave an expected information below zero (REML)."""
    posed = problem(drawn("full"), model(variance=("D",)))
    alpha = moments(posed)[1]

    def rounded(*arguments):
        at = derivatives(*arguments)
        return replace(at, expected=-1e-12 * np.eye(len(at.expected)))

    face = chart_at(np.zeros((2, 2)), alpha, posed.parameters)
    with monkeypatch.context() as patched:
        patched.setattr("estimation.scoring.derivatives", rounded)
        state = state_at(posed, face)
    assert driver._off_the_face(posed, state, face, np.ones(2)) is None
    assert driver._off_the_face(posed, state_at(posed, face), face, np.ones(2)) is not None


def test_too_few_iterations_are_an_outcome_and_not_an_error():
    fit = maximise(problem(drawn("full"), model()), max_iterations=1)
    assert fit.outcome is Outcome.MAXIMUM_REACHED
    assert not fit.converged
    assert len(fit.path) == 2


def test_variances_that_cannot_be_told_apart_are_refused():
    ones = sample(1, [1] * 30, "full")
    posed = problem(ones, model(random=("INTRCPT1",), level1=()))
    with pytest.raises(NumericalError, match="cannot tell"):
        maximise(posed, max_iterations=100)


def test_the_start_is_of_the_size_of_the_data_even_where_unit_regressions_are_wild():
    rng = np.random.default_rng(0)
    nearly_singular = sample(0, [2] * 15, "zero")
    x = nearly_singular.level1["X"]
    close = nearly_singular.set1(X=np.repeat(x[::2], 2) + 1e-5 * rng.normal(size=x.size))
    tau, _ = moments(problem(close, model()))
    assert np.linalg.eigvalsh(tau)[-1] <= 1 + 1e-12  # the eigenvalue of what was clipped at 1


def test_cells_and_rows_give_the_same_moments():
    model_of = partial(model, variance=("D", "2:S"))
    few = standardise(build_design(drawn("full").data(), model_of()))
    assert isinstance(few.heterogeneous, Rows)  # too few rows a cell to pay
    standard = standardise(build_design(sample(3, [40] * 6, "full").data(), model_of()))
    cells, rows = standard.heterogeneous, Rows(standard.rows, standard.T)
    assert isinstance(cells, Cells)
    alpha = np.array([0.3, -0.5, 0.2])
    expected = whole.moments(rows, alpha, pairs(3))
    np.testing.assert_allclose(whole.moments(cells, alpha, pairs(3)), expected, atol=1e-11)
    np.testing.assert_allclose(cells.sums, rows.sums, atol=1e-12)
    np.testing.assert_allclose(cells.gram(None), rows.gram(None), atol=1e-11)
    np.testing.assert_array_equal(cells.extremes(alpha), rows.extremes(alpha))
    least, largest = cells.extremes(alpha) @ alpha
    for source in (cells, rows, Turned(rows, np.eye(4), np.eye(3))):
        assert source.within(alpha, least, largest)
        assert not source.within(alpha, least + 1e-9, np.inf)
        assert not source.within(alpha, -np.inf, largest - 1e-9)
    for far in (alpha, np.array([0.0, 9.0, 0.0]), np.array([0.0, 0.0, 9.0])):
        np.testing.assert_equal(cells.apart(far) is None, rows.apart(far) is None)


@pytest.mark.parametrize(
    ("seed", "sizes", "tau", "gain"),
    [(51, [6, 6, 3, 3, 3, 3, 3], "full", 1.8), (106, [6, 4, 2, 3, 2, 5, 4, 2], "rank one", 0.8)],
)
def test_a_lower_peak_of_few_units_is_not_taken_for_the_maximum(seed, sizes, tau, gain):
    """Found by a scan of 4140 small problems: the first run ends inside the cone, too high."""
    posed = problem(sample(seed, sizes, tau), model(variance=("D",)), restricted=True)
    ends: dict[int, float] = {}
    fit = maximise(
        posed,
        max_iterations=100,
        report=lambda run, _iteration, value: ends.update({run: value}),
    )
    assert fit.outcome is Outcome.INTERIOR
    assert ends[1] - fit.at.m2ll > gain
    assert fit.at.m2ll <= peer(posed) + 1e-7
