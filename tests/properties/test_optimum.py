"""What holds of the likelihood anywhere, and at whatever the estimator returns."""

import numpy as np
import pytest
from dense import Dense, unvech, vech
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import minimize
from simulate import MODELS, TAUS, arrays, few, fit, model, models, posed, sample, samples

from estimation.derivatives import derivatives
from estimation.likelihood import m2ll


def dense_at(drawn, spec, solution):
    data = arrays(drawn, spec)
    if solution.alpha is None:
        data, alpha = data._replace(C=data.C[:, :1]), np.log([solution.sigma2])
    else:
        alpha = np.array([each.est for each in solution.alpha])
    return Dense(data, solution.tau, alpha, solution.method.value == "REML")


@settings(max_examples=12)
@given(samples(), models())
def test_the_constrained_maximum(drawn, spec):
    """Stationary in α; K = ∂(−2 log L)/∂τ positive semi-definite and Kτ = 0; Σ e'V⁻¹e = N − f."""
    for solution in fit(drawn, spec):
        dense = dense_at(drawn, spec, solution)
        n_tau, restricted = len(vech(solution.tau)), dense.reml
        path = np.array(solution.convergence.m2ll_path)
        assert np.diff(path).max(initial=0.0) <= 2e-13 * np.abs(path).max()
        assert solution.convergence.gradient < 1e-8
        assert_allclose(solution.m2ll, dense.m2ll(), rtol=1e-12)
        assert_allclose(dense.score[n_tau:], 0, atol=1e-6)
        assert np.linalg.eigvalsh(dense.kkt_gradient).min() > -1e-5
        assert_allclose(dense.kkt_gradient @ dense.tau, 0, atol=1e-5)
        assert np.linalg.eigvalsh(solution.tau).min() > -1e-12
        expected = len(dense.data.y) - restricted * len(dense.gamma)
        assert_allclose(dense.quadratic_form, expected, rtol=1e-8)
        if not solution.convergence.boundary:
            assert_allclose(dense.score[:n_tau], 0, atol=1e-5)


@pytest.mark.parametrize("reml", [False, True], ids=["ML", "REML"])
@pytest.mark.parametrize("tau", TAUS)
@pytest.mark.parametrize("form", ["homogeneous", "dummy", "continuous"])
def test_no_search_from_elsewhere_ends_lower(form, tau, reml):
    """Direct search over Cholesky factors of τ from several starts, with the dense twin."""
    for seed in range(2):
        drawn = sample(seed, [4, 6, 5, 7, 4, 5, 6, 8], tau)
        spec = model(**MODELS[form], reml=reml)
        solution = fit(drawn, spec)[-1]
        dense = dense_at(drawn, spec, solution)
        assert best_of_searches(dense) > solution.m2ll - 1e-5


def best_of_searches(dense):
    n_tau = len(vech(dense.tau))

    def objective(theta):
        L = np.tril(unvech(theta[:n_tau]))
        at = Dense(dense.data, L @ L.T, theta[n_tau:], dense.reml)
        gradient = -2 * at.score
        K = at.kkt_gradient
        return at.m2ll(), np.concatenate([vech(2 * K @ L), gradient[n_tau:]])

    starts = (
        np.array([scale, sign * scale / 2, scale]) for scale in (0.1, 1.5) for sign in (-1, 1)
    )
    alpha = dense.alpha * 0
    runs = (minimize(objective, [*start, *alpha], jac=True, method="BFGS") for start in starts)
    return min(run.fun for run in runs)


@pytest.mark.parametrize(
    ("seed", "sizes", "tau", "reml"),
    [
        (34, [2, 2, 6, 2, 3], "rank one", False),
        (114, [5, 6, 2, 2, 4, 4], "full", True),
        (284, [5, 4, 2, 6, 5, 3], "zero", False),
    ],
)
def test_a_lower_optimum_than_the_first_one_found(seed, sizes, tau, reml):
    """Few units: from the moments the first run ends on the boundary 0.6 to 6 above this."""
    drawn, spec = sample(seed, sizes, tau), model(variance=("D",), reml=reml)
    solution = fit(drawn, spec)[-1]
    assert best_of_searches(dense_at(drawn, spec, solution)) > solution.m2ll - 1e-5


@few
@given(samples(), models(), st.floats(-1, 1))
def test_score_by_central_differences(drawn, spec, alpha1):
    """Inside the cone, which the steps must not leave; the dense twin sees to its boundary."""
    problem = posed(drawn, spec)
    start = vech(0.3 * TAUS["full"][: problem.q, : problem.q])
    theta = np.concatenate([start, np.linspace(-0.5, alpha1, problem.k)])
    steps = 1e-5 * np.eye(len(theta))

    def log_likelihood(theta):
        return m2ll(problem, unvech(theta[: problem.m]), theta[problem.m :]) / -2

    numeric = [(log_likelihood(theta + s) - log_likelihood(theta - s)) / 2e-5 for s in steps]
    at = derivatives(problem, unvech(start), theta[problem.m :])
    assert_allclose(at.score, numeric, rtol=1e-6, atol=1e-5)


@few
@given(samples(), models(), st.sampled_from(list(TAUS)), st.floats(-1, 1))
def test_expected_information_is_positive_definite(drawn, spec, tau, alpha1):
    problem = posed(drawn, spec)
    alpha = np.linspace(-0.5, alpha1, problem.k)
    expected = derivatives(problem, 0.3 * TAUS[tau][: problem.q, : problem.q], alpha).expected
    scale = np.sqrt(np.diag(expected))
    assert_allclose(expected, expected.T, rtol=1e-12, atol=1e-12)
    assert np.linalg.eigvalsh(expected / np.outer(scale, scale)).min() > 1e-4
