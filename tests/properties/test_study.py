"""A few cases of `make study`: the estimator against independent searches from 20 starts."""

import numpy as np
import pytest
from dense import Dense
from families import case
from independent import Search
from simulate import arrays, model, sample
from verdict import REACHED, REFUSED, judge, twin_of

from estimation.design import build_design
from estimation.spec import Likelihood


@pytest.mark.parametrize(
    ("family", "number", "outcome"),
    [
        *(("boundary", number, REACHED) for number in (0, 4, 13, 20)),
        ("designs", 45, REACHED),
        ("unvarying", 1, REACHED),
        ("scales", 11, REACHED),
        ("saturated", 3, REFUSED),
        ("saturated", 6, REACHED),
        *(
            ("collinear", number, REACHED) for number in (6, 16, 24, 34)
        ),  # 34: not even the data have the digits
        *(("tiny", number, REACHED) for number in (14, 16, 69)),  # several peaks in α
        *(("precise", number, REACHED) for number in (25, 49)),  # two peaks, one row outweighs all
        *(("tiny", number, REFUSED) for number in (23, 63)),  # γ and few u follow a cell
    ],
)
def test_the_maximum_is_reached_or_the_refusal_justified(family, number, outcome):
    verdict = judge(case(family, number))
    assert verdict.outcome == outcome, verdict.reason


@pytest.mark.parametrize("reml", [False, True], ids=["ML", "REML"])
@pytest.mark.parametrize("variance", [(), ("D",), ("X", "2:S")])
def test_the_independent_likelihood_is_that_of_the_textbook(variance, reml):
    """Against the dense twin in value and gradient, with compressed units and units of one row."""
    drawn = sample(3, [4, 6, 5, 1, 9, 24], "full")
    spec = model(variance=variance, level2=("W",), reml=reml)
    tau, alpha = np.array([[1.3, 0.2], [0.2, 0.4]]), np.linspace(0.3, -0.5, len(variance) + 1)
    twin = twin_of(build_design(drawn.data(), spec), spec)
    point = twin.at(*twin.from_user(tau, alpha))
    dense = Dense(arrays(drawn, spec), tau, alpha, spec.likelihood is Likelihood.RESTRICTED)
    np.testing.assert_allclose(point.m2ll, dense.m2ll(), rtol=1e-13)
    T_Z, T_C, s = (each.astype(float) for each in (twin.T_Z, twin.T_C, twin.s))
    np.testing.assert_allclose(T_Z.T @ point.K @ T_Z / s**2, dense.kkt_gradient, atol=1e-10)
    np.testing.assert_allclose(-T_C.T @ point.gradient / 2, dense.score[3:], atol=1e-10)


def test_the_independent_gradient_is_that_of_differences():
    drawn = sample(3, [4, 6, 5, 1, 9, 24], "full")
    spec = model(variance=("X", "2:S"), reml=True)
    search = Search(twin_of(build_design(drawn.data(), spec), spec), starts=5)
    theta = np.random.default_rng(1).normal(size=6)
    steps = 1e-5 * np.eye(6)
    ends = [[search.objective(theta + sign * step)[0] for sign in (-1, 1)] for step in steps]
    numeric = np.diff(ends)[:, 0] / 2e-5
    np.testing.assert_allclose(search.objective(theta)[1], numeric, atol=1e-6)
