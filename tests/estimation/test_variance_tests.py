"""Likelihood-ratio tests of variance components."""

from dataclasses import replace

import fits
import numpy as np
import pytest
from numpy.testing import assert_allclose
from refits import inferences
from scipy.special import chdtrc
from simulate import arrays, model, sample

from estimation.errors import SpecError
from estimation.examples import hsb, lesson_spec
from estimation.progress import Progress, ignore
from estimation.spec import INTRCPT1, Settings, Weight, Weighting
from estimation.variance_tests import variance_tests

SIZES = [6 + j % 3 for j in range(12)]


@pytest.fixture(autouse=True)
def one_start(monkeypatch):
    """Fits are tested elsewhere: here the first run counts, though the units are few."""
    monkeypatch.setattr("estimation.driver.FEW_UNITS", 0)


def lr_tests(data, spec):
    return variance_tests(inferences(data, spec)[1], Settings(), ignore)


def test_lesson():
    """The FEMALE slope of the homogeneous model: p .260, naively .364 (computed apart)."""
    spec = replace(lesson_spec(), variance_predictors=())
    _, female = lr_tests(hsb(), spec)
    assert (female.coef, female.df, female.note) == ("FEMALE", 2, "")
    assert_allclose([female.p, female.p_naive], [0.260, 0.364], atol=5e-4)
    assert_allclose(female.p, (chdtrc(1, female.chisq) + chdtrc(2, female.chisq)) / 2)


@pytest.mark.parametrize("form", [{}, {"variance": ("X",), "reml": True}])
def test_it_is_the_difference_to_the_model_without(form):
    drawn = sample(5, SIZES, "full")
    asked = inferences(drawn.data(), model(**form))[1]
    _, slope = variance_tests(asked, Settings(), ignore)
    less = inferences(drawn.data(), model(**form, random=(INTRCPT1,)))[1]
    assert_allclose(slope.chisq, less.fit.at.m2ll - asked.fit.at.m2ll, atol=1e-8)


def test_the_only_random_effect():
    """Without it least squares: −2 log L = N (ln 2πσ² + 1); p = ½ P(χ²_1 ≥ x)."""
    drawn, spec = sample(5, SIZES, "full"), model(random=(INTRCPT1,))
    data = arrays(drawn, spec)
    e = data.y - data.X @ np.linalg.lstsq(data.X, data.y)[0]
    least_squares = e.size * (np.log(2 * np.pi * np.mean(e**2)) + 1)
    (test,) = lr_tests(drawn.data(), spec)
    asked = inferences(drawn.data(), spec)[1]
    assert_allclose(test.chisq, least_squares - asked.fit.at.m2ll, rtol=1e-9)
    assert_allclose(test.p, chdtrc(1, test.chisq) / 2, rtol=1e-9)
    assert test.df == 1


def test_a_variance_of_zero_is_not_significant_at_all():
    """Dyestuff2, the data made to have no variation between batches: x = 0, p = 1."""
    (test,) = lr_tests(fits.read("dyestuff2_1.csv"), fits.one_way("Y", "FML"))
    assert (test.chisq, test.p, test.p_naive, test.df) == (0.0, 1.0, 1.0, 1)


def test_a_diagonal_tau_loses_one_parameter_a_test():
    spec = model()
    diagonal = replace(spec, settings=replace(spec.settings, diagonal_tau=True))
    found = lr_tests(sample(5, SIZES, "full").data(), diagonal)
    assert [test.df for test in found] == [1, 1]


def test_a_note_where_the_mixture_is_no_more_than_close():
    _, slope = lr_tests(sample(10, SIZES, "zero").data(), model())
    assert "boundary" in slope.note


def test_a_coefficient_that_goes_with_its_random_effect():
    spec = model()
    slope = replace(spec.equations[1], intercept=False)
    found = lr_tests(
        sample(5, SIZES, "full").data(), replace(spec, equations=(spec.equations[0], slope))
    )
    assert "no fixed effect" in found[1].note
    assert found[1].chisq > 0


def test_design_weights_are_refused():
    drawn = sample(5, SIZES, "full").set1(A=np.ones(sum(SIZES)))
    spec = replace(model(), weighting=Weighting(level1=Weight("A")))
    with pytest.raises(SpecError, match="design weights"):
        lr_tests(drawn.data(), spec)


def test_progress_counts_the_tests():
    seen = []
    asked = inferences(sample(5, SIZES, "full").data(), model())[1]
    variance_tests(asked, Settings(), seen.append)
    assert seen[0] == Progress("variance tests", 0, total=2)
    assert seen[-1] == Progress("variance tests", 2, total=2)
    assert Progress("variance tests", 1, total=2) in seen
