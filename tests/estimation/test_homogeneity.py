"""HLM's H for equal level-1 variances, against printed output, R and closed forms."""

from dataclasses import replace

import numpy as np
import pytest
from inferred import NULL
from simulate import Sample, model

from estimation.design import build_design
from estimation.examples import hsb
from estimation.homogeneity import homogeneity
from estimation.spec import Centring, Equation, Term, Weighting
from estimation.standardise import standardise

# Two units, 11 and 21 rows, of variances 2 and 6.
Y = np.concatenate((np.linspace(-1, 1, 11), np.linspace(-1, 1, 21)))
UNIT = np.repeat([0, 1], [11, 21])


def scaled(*variances, unit=UNIT):
    y = Y.copy()
    for j, variance in enumerate(variances):
        y[unit == j] *= np.sqrt(variance / y[unit == j].var(ddof=1))
    return y


def result_of(design):
    return homogeneity(design, standardise(design).at)


def null(y, unit=UNIT):
    return build_design(Sample(unit, {"Y": y}).data(), model(level1=(), random=("INTRCPT1",)))


@pytest.mark.parametrize(
    ("slopes", "chisq"),
    [
        # HLM prints 298.339 and 246.117 with 159 degrees of freedom; the further digits, and the
        # third model, which some schools' rows do not determine: effects.R.
        ((), 298.338796895),
        ((("SES", Centring.GROUP),), 246.116652332),
        ((("SES", Centring.GROUP), ("FEMALE", Centring.NONE)), 239.044529543),
    ],
)
def test_high_school_and_beyond(slopes, chisq):
    equations = tuple(Equation(Term(*each)) for each in slopes)
    spec = replace(NULL, equations=(*NULL.equations, *equations))
    test = result_of(build_design(hsb(), spec))
    assert (test.chisq, test.df) == (pytest.approx(chisq, rel=1e-10), 159)
    assert (test.n_units, test.left_out, test.no_variation) == (160, 0, 0)


def closed_form(first, second):
    """H of two variances with 10 and 20 degrees of freedom."""
    mean = (10 * np.log(first) + 20 * np.log(second)) / 30
    return 5 * (np.log(first) - mean) ** 2 + 10 * (np.log(second) - mean) ** 2


@pytest.mark.parametrize("level", [0.0, 1e8])
def test_two_units(level):
    test = result_of(null(scaled(2, 6) + level + 1e3 * UNIT))
    assert (test.df, test.n_units) == (1, 2)
    assert test.chisq == pytest.approx(closed_form(2, 6), rel=1e-6 if level else 1e-10)


def test_units_with_few_rows_or_no_variation_are_counted():
    unit = np.concatenate((UNIT, np.repeat([2, 3, 4], [10, 11, 12])))
    y = np.concatenate((scaled(2, 6), np.arange(10.0), np.full(11, 7.3), np.full(12, 0.1)))
    test = result_of(null(y, unit))
    assert (test.n_units, test.left_out, test.no_variation) == (2, 1, 2)
    assert test.chisq == pytest.approx(closed_form(2, 6), rel=1e-10)


def test_one_unit_is_not_enough():
    assert result_of(null(scaled(2, 0))) is None


def test_known_precisions_are_taken_out():
    drawn = Sample(UNIT, {"Y": scaled(2, 6), "P": np.where(UNIT == 0, 1, 1 / 3)})
    spec = replace(model(level1=(), random=("INTRCPT1",)), weighting=Weighting(precision="P"))
    test = result_of(build_design(drawn.data(), spec))
    assert test.chisq == pytest.approx(closed_form(2, 6 / 3), rel=1e-10)
