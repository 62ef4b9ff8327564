"""Descriptions of variables, without overflow, and their small histograms."""

import numpy as np
import pytest

from estimation.data.describe import BARS, describe_values
from estimation.data.table import Field


def described(values):
    return describe_values(Field("X"), np.array(values, dtype=float))


def test_moments_leave_missing_values_out():
    found = described([1, 2, np.nan, 4])
    assert (found.n, found.n_missing, found.minimum, found.maximum) == (3, 1, 1, 4)
    assert found.mean == pytest.approx(7 / 3)
    assert found.sd == pytest.approx(np.std([1, 2, 4], ddof=1))


def test_nothing_one_value_and_a_constant():
    assert described([np.nan]).mean is None
    assert (described([3]).sd, described([3]).histogram) == (0, (1,))
    assert described([3, 3]).histogram == (2,)


def test_huge_values_do_not_overflow():
    found = described([1e308, -1e308, 1e308])
    assert found.mean == pytest.approx(1e308 / 3)
    assert found.sd == pytest.approx(1e308 * np.std([1, -1, 1], ddof=1))
    assert sum(found.histogram) == 3
    tiny = described([1e-308, 2e-308, 5e-324])
    assert sum(tiny.histogram) == 3


def test_small_whole_numbers_have_a_bar_each():
    assert described([0, 1, 1, 3]).histogram == (1, 2, 0, 1)
    assert described([-1, 0]).histogram == (1, 1)


def test_bars_agree_with_numpy():
    values = np.random.default_rng(1).normal(size=1000)
    assert described(values).histogram == tuple(np.histogram(values, BARS)[0])


def test_every_value_is_in_a_bar():
    rng = np.random.default_rng(2)
    for scale in (1e-300, 1e-3, 1, 1e12, 1e300):
        assert sum(described(rng.normal(size=100) * scale).histogram) == 100
