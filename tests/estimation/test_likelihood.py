"""The fast likelihood against its dense twin, at any parameters, singular τ among them."""

import numpy as np
import pytest
import whole
from dense import Data, Dense
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose
from simulate import MODELS, model, sample

from estimation.crossproducts import pairs
from estimation.data import dataset
from estimation.derivatives import derivatives
from estimation.design import build_design
from estimation.likelihood import build_problem, m2ll
from estimation.moments import Rows
from estimation.standardise import standardise

FORMS = MODELS | {"no random effects": {"variance": ("X",), "random": ()}}
SIZES = [1, 5, 3, 8, 2, 6, 7, 4, 1]
ORDER_ONE = st.floats(-2, 2)


def points(q, k):
    """τ of any rank and α, of order one."""
    tau = st.integers(0, q).flatmap(lambda rank: arrays(float, (q, rank), elements=ORDER_ONE))
    return st.tuples(tau.map(lambda L: L @ L.T), arrays(float, k, elements=ORDER_ONE))


def standard(form, reml, seed):
    drawn = sample(seed, SIZES, "full")
    design = build_design(drawn.data(), model(**FORMS[form], reml=reml))
    return design, standardise(design)


def close(actual, expected):
    """Agree to 1e-9 of the largest element, or of 1, which is the scale of the coordinates."""
    scale = max(1.0, np.abs(expected).max())
    assert_allclose(np.asarray(actual) / scale, np.asarray(expected) / scale, rtol=0, atol=1e-9)


@pytest.mark.parametrize("reml", [False, True], ids=["ML", "REML"])
@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=15)
@given(data=st.data())
def test_agrees_with_the_dense_twin(form, reml, data):
    design, scaled = standard(form, reml, data.draw(st.integers(0, 1000)))
    problem = build_problem(scaled, restricted=reml, homogeneous=form == "homogeneous")
    tau, alpha = data.draw(points(problem.q, problem.k))
    fast = derivatives(problem, tau, alpha)
    unit = np.repeat(np.arange(design.n_units), np.diff(design.offsets))
    Z, X, y = np.split(whole.columns(scaled), [problem.q, problem.q + problem.f], axis=1)
    C = np.column_stack((np.ones(design.n_rows), whole.rows(scaled).C))
    dense = Dense(Data(y[:, 0], X, Z, C, unit), tau, alpha, reml)
    assert_allclose(fast.m2ll - problem.constant, dense.m2ll(), rtol=1e-9)
    assert m2ll(problem, tau, alpha) == fast.m2ll
    close(fast.profile.gamma, dense.gamma)
    close(fast.profile.XX, dense.gamma_information)
    close(fast.profile.quadratic_form, dense.quadratic_form)
    close(fast.score, dense.score)
    close(fast.expected, dense.expected_information)
    close(fast.observed, dense.observed_information)
    close(fast.unit_scores.T, dense.unit_scores)


@pytest.mark.parametrize("reml", [False, True], ids=["ML", "REML"])
@pytest.mark.parametrize("form", FORMS)
def test_the_users_units_differ_by_the_constant(form, reml):
    """−2 log L, γ and its covariance of standard coordinates, brought back, are those of y."""
    design, scaled = standard(form, reml, seed=7)
    problem = build_problem(scaled, restricted=reml, homogeneous=form == "homogeneous")
    tau, alpha = 0.3 + np.eye(problem.q), np.linspace(0.4, -0.3, problem.k)
    fast = derivatives(problem, tau, alpha)
    it = whole.of(design)
    data = Data(it.y, it.X, it.Z, it.C, it.unit)
    dense = Dense(data, scaled.tau(tau), scaled.alpha(alpha), reml)
    assert_allclose(fast.m2ll, dense.m2ll(), rtol=1e-11)
    close(scaled.gamma(fast.profile.gamma), dense.gamma)
    close(scaled.gamma_cov(np.linalg.inv(fast.profile.XX)), dense.gamma_cov)


@pytest.mark.parametrize("most", [1, 9, 10**6])
def test_parts_change_nothing(monkeypatch, most):
    monkeypatch.setattr(dataset, "CHUNK", most)
    _, scaled = standard("continuous", reml=True, seed=3)
    problem = build_problem(scaled, restricted=True, homogeneous=False)
    assert isinstance(problem.moments, Rows)
    which = pairs(2)
    alpha = np.array([0.1, 0.4])
    unit = np.repeat(np.arange(len(SIZES)), SIZES)
    for D, (a, b) in zip(whole.moments(problem.moments, alpha, which), which, strict=True):
        C = np.column_stack((np.ones(unit.size), whole.rows(scaled).C))
        weight = np.exp(-C @ alpha) * C[:, a] * C[:, b]
        for j in range(len(SIZES)):
            M = whole.columns(scaled)[unit == j]
            close(D[..., j], M.T @ np.diag(weight[unit == j]) @ M)
