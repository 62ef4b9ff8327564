"""Latent variable regression against R's car and numerical derivatives."""

from dataclasses import replace

import numpy as np
import pytest
from inferred import SLOPES, fitted, fitted_hsb
from simulate import model, sample

from estimation.latent import latent_regression, obstacle
from estimation.spec import INTRCPT1, Centring, Latent, Term

SIZES = [9 + j % 4 for j in range(40)]


def sides(spec, **latent):
    equations = tuple(
        replace(each, latent=latent.get(each.name, Latent.IGNORED)) for each in spec.equations
    )
    return replace(spec, equations=equations)


def test_effects_as_cars_delta_method_has_them():
    """Numbers of effects.R: car::deltaMethod on lme4's γ, τ and the expected information."""
    it = latent_regression(fitted_hsb(SLOPES), SLOPES.equations)
    (effect,) = it.effects
    assert (effect.outcome, effect.predictor) == ("SES", INTRCPT1)
    assert (effect.est, effect.se) == pytest.approx((0.0831409188133, 0.0882595101690), rel=1e-4)
    expected = {  # of total, direct, indirect
        "INTRCPT2": (2.78764846937, 1.78292095511, 1.07771906826, 1.00472751426, 1.06670936145),
        "SECTOR": (-1.34810474160, -1.452244107812, 0.257772810129, 0.104139366214, 0.113388392854),
        "MEANSES": (0, -0.435989229319, 0.463822802791, 0.435989229319, 0.463822802791),
    }
    assert [each.predictor for each in it.gammas] == ["INTRCPT2", "SECTOR", "MEANSES"]
    for each in it.gammas:
        numbers = (each.total, each.direct, each.se_direct, each.indirect, each.se_indirect)
        assert numbers == pytest.approx(expected[each.predictor], rel=1e-4)
        assert each.total == pytest.approx(each.direct + each.indirect, abs=1e-12)
    assert it.gammas[2].se_total == 0
    assert it.residual == ((pytest.approx(0.229866706623, rel=1e-4),),)


def two_predictors():
    drawn = sample(8, SIZES, "full")
    drawn = drawn.set1(
        Y=drawn.level1["Y"] + np.repeat(np.sin(np.arange(40)), SIZES) * drawn.level1["D"]
    )
    spec = model(level1=("X", "D"), random=(INTRCPT1, "X", "D"), level2=("W",))
    P, O = Latent.PREDICTOR, Latent.OUTCOME  # noqa: E741 - the letters of the equation
    return drawn, sides(spec, **{INTRCPT1: P, "X": O, "D": P})


def test_standard_errors_by_numerical_derivatives():
    drawn, spec = two_predictors()
    it = fitted(drawn.data(), spec)
    found = latent_regression(it, spec.equations)
    rows, columns = np.tril_indices(3)

    def of(theta):
        """B, direct and indirect effect of W, in (γ, vech τ)."""
        tau = np.zeros((3, 3))
        tau[rows, columns] = tau[columns, rows] = theta[6:]
        B = tau[1, [0, 2]] @ np.linalg.inv(tau[np.ix_([0, 2], [0, 2])])
        through = B @ theta[[1, 5]]
        return np.array([*B, theta[3] - through, through])

    theta = np.concatenate((it.gamma, it.tau[rows, columns]))
    steps = 1e-6 * np.eye(12)
    gradient = np.array([(of(theta + each) - of(theta - each)) / 2e-6 for each in steps])
    covariance = np.zeros((12, 12))
    covariance[:6, :6], covariance[6:, 6:] = it.gamma_cov, it.variance_cov[:6, :6]
    se = np.sqrt(np.diag(gradient.T @ covariance @ gradient))
    w = found.gammas[1]
    assert (w.outcome, w.predictor) == ("X", "W")
    est = [each.est for each in found.effects] + [w.direct, w.indirect]
    assert est == pytest.approx(of(theta), rel=1e-10)
    assert [each.se for each in found.effects] + [w.se_direct, w.se_indirect] == pytest.approx(
        se, rel=1e-6
    )


def test_with_every_other_coefficient_as_predictor_the_residual_is_that_of_the_inverse():
    """Var(u_1 | u_0, u_2) = 1/(τ⁻¹)_11."""
    drawn, spec = two_predictors()
    it = fitted(drawn.data(), spec)
    found = latent_regression(it, spec.equations)
    assert found.residual[0][0] == pytest.approx(1 / np.linalg.inv(it.tau)[1, 1], rel=1e-10)


def test_an_effect_for_which_the_model_has_no_room_has_no_p():
    drawn, spec = two_predictors()
    first, slope, other = spec.equations
    spec = replace(
        spec, equations=(replace(first, predictors=()), slope, replace(other, predictors=()))
    )
    (_, w) = latent_regression(fitted(drawn.data(), spec), spec.equations).gammas
    assert (w.indirect, w.se_indirect, w.p_indirect) == (0, 0, None)
    assert (w.direct, w.se_direct) == (w.total, w.se_total)
    assert w.p_direct > 0


def test_none_asked_for_is_none_and_no_obstacle():
    equations = sides(SLOPES).equations
    assert latent_regression(fitted_hsb(SLOPES), equations) is None
    assert obstacle(equations, at_boundary=True, known=False) is None


def test_at_a_boundary_there_is_none_and_the_reason_is_told():
    drawn = sample(0, [5 + j % 4 for j in range(15)], "zero")
    spec = sides(model(), **{INTRCPT1: Latent.PREDICTOR, "X": Latent.OUTCOME})
    it = fitted(drawn.data(), spec)
    assert it.at_boundary
    assert latent_regression(it, spec.equations) is None
    assert "boundary" in obstacle(spec.equations, at_boundary=True, known=True)
    assert "apart" in obstacle(spec.equations, at_boundary=False, known=False)


def test_a_predictor_centred_in_one_equation_only_is_told():
    first, second = SLOPES.equations
    second = replace(second, predictors=(Term("SECTOR", Centring.GRAND),))
    why = obstacle((first, second), at_boundary=False, known=True)
    assert why.startswith("SECTOR is centred in one of the equations")
    spec = replace(SLOPES, equations=(first, second))
    assert latent_regression(fitted_hsb(spec), spec.equations) is None
