"""Triangular factors: those of parts are that of the whole."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from estimation.factors import factor, of_columns, together


@pytest.mark.parametrize("cuts", [(), (20,), (1, 3, 11)])
def test_a_factor_does_not_depend_on_how_rows_are_cut(cuts):
    """Signs included: starting values that are drawn stand in the coordinates that it gives."""
    X = np.random.default_rng(0).normal(size=(40, 4))
    found = together([factor(part) for part in np.split(X, cuts)])
    assert_allclose(found, factor(X), rtol=1e-12, atol=1e-12)
    assert_allclose(of_columns(found, [2, 0]), factor(X[:, [2, 0]]), rtol=1e-12, atol=1e-12)
