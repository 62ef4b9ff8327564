"""Level-2 variables tried on the empirical Bayes residuals."""

from dataclasses import replace

import numpy as np
import pytest
from inferred import SLOPES, fitted, fitted_hsb
from simulate import model, sample

from estimation.exploratory import explore
from estimation.spec import INTRCPT1

SIZES = [5 + j % 4 for j in range(15)]


def with_candidates(spec, coef, *names):
    equations = tuple(
        replace(each, candidates=names) if each.name == coef else each for each in spec.equations
    )
    return replace(spec, equations=equations)


def test_as_r_regresses_the_conditional_modes():
    """Numbers of effects.R: lm(ranef(lmer) ~ SIZE), and so on."""
    found = explore(fitted_hsb(SLOPES))
    assert [(each.coef, each.predictor) for each in found] == [
        (INTRCPT1, "SIZE"),
        (INTRCPT1, "PRACAD"),
        ("SES", "SIZE"),
        ("SES", "PRACAD"),
    ]
    expected = [
        (0.000257747053516, 0.000163418709615, 1.577218753733094),
        (0.740931522020, 0.400851883641, 1.848392267212),
        (2.72994206511e-05, 2.43965245439e-05, 1.11898810021),
        (0.0999947764464, 0.0597253659437, 1.6742430099225),
    ]
    for each, numbers in zip(found, expected, strict=True):
        assert (each.est, each.se, each.t) == pytest.approx(numbers, rel=2e-4)
        assert each.n_units == 160


def test_units_without_a_value_are_left_out_and_counted():
    drawn = sample(5, SIZES, "full")
    values = drawn.level2["W"].copy()
    values[[2, 9]] = np.nan
    drawn = replace(drawn, level2=drawn.level2 | {"V": values})
    it = fitted(drawn.data(), with_candidates(model(), "X", "V"))
    (found,) = explore(it)
    known = ~np.isnan(values)
    slope, intercept = np.polyfit(values[known], it.empirical_bayes.u[known, 1], 1)
    residual = it.empirical_bayes.u[known, 1] - intercept - slope * values[known]
    se = np.sqrt(np.sum(residual**2) / 11 / np.sum((values[known] - values[known].mean()) ** 2))
    assert found.n_units == 13
    assert (found.est, found.se, found.t) == pytest.approx((slope, se, slope / se), rel=1e-10)


def test_a_constant_or_a_variable_of_two_units_is_left_out():
    drawn = sample(5, SIZES, "full")
    two = np.where(np.arange(15) < 2, np.arange(15.0), np.nan)
    level2 = drawn.level2 | {"K": np.full(15, 3.0), "T": two}
    it = fitted(replace(drawn, level2=level2).data(), with_candidates(model(), "X", "K", "T", "S"))
    assert [each.predictor for each in explore(it)] == ["S"]


def test_a_random_effect_without_variance_has_nothing_to_explore():
    drawn = sample(5, SIZES, "zero")
    y = drawn.level1["Y"].copy()
    for j in range(15):  # no variance between units is left
        y[drawn.unit == j] -= y[drawn.unit == j].mean()
    spec = with_candidates(model(level1=(), random=(INTRCPT1,)), INTRCPT1, "W")
    it = fitted(drawn.set1(Y=y).data(), spec)
    assert it.at_boundary
    assert explore(it) == ()
