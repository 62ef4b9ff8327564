"""Rubin's rules against R: mice 3.15.0 and mitml (Debian 12)."""

import numpy as np
import pytest

from estimation.pooling import d1, degrees_of_freedom, rubin

# mice::pool.scalar(Q, U, n = Inf), and n = 19, k = 1 for 18 degrees of freedom.
Q = (1.2, 1.5, 0.9, 1.1, 1.6)
SE = tuple(np.sqrt((0.10, 0.12, 0.09, 0.11, 0.13)))


def test_an_estimate_as_mice_pools_it():
    it = rubin(Q, SE)
    assert it.est == pytest.approx(1.26, rel=1e-14)
    assert it.within == pytest.approx(0.11, rel=1e-14)
    assert it.between == pytest.approx(0.083, rel=1e-14)
    assert it.total == pytest.approx(0.2096, rel=1e-14)
    assert it.se == pytest.approx(np.sqrt(0.2096), rel=1e-14)
    assert it.riv == pytest.approx(0.905454545454546, rel=1e-14)
    assert it.share == pytest.approx(1.2 * 0.083 / 0.2096, rel=1e-14)
    assert it.df == pytest.approx(17.714294930726922, rel=1e-13)
    assert it.fmi == pytest.approx(0.525862046420294, rel=1e-13)


def test_degrees_of_freedom_of_a_small_sample_as_mice_has_them():
    it = rubin(Q, SE, 18)
    assert it.df == pytest.approx(5.765244598332433, rel=1e-13)
    assert it.fmi == pytest.approx(0.594938589895532, rel=1e-13)
    # R's pt and qt on these degrees of freedom.
    assert it.t == pytest.approx(2.75216777848227, rel=1e-13)
    assert it.p == pytest.approx(0.0345957385736862, rel=1e-10)
    assert it.ci == pytest.approx((0.128601784582557, 2.39139821541744), rel=1e-10)


def test_estimates_that_do_not_differ_leave_almost_the_complete_degrees_of_freedom():
    it = rubin((1.0, 1.0, 1.0), (0.5, 0.5, 0.5), 18)
    assert (it.between, it.riv, it.share, it.se) == (0, 0, 0, 0.5)
    assert it.df == pytest.approx(16.2840850514, rel=1e-6)  # mice:::barnard.rubin(5, 0, .1, 18)
    assert degrees_of_freedom(5, 0.0, 18) == pytest.approx(16.2840850514, rel=1e-11)
    assert np.isfinite(rubin((1.0, 1.0), (0.5, 0.5)).df)


def test_without_a_standard_error_in_one_analysis_there_is_only_the_mean():
    it = rubin((1.0, 3.0), (0.5, None))
    assert (it.est, it.between) == (2, 2)
    assert [it.se, it.within, it.total, it.t, it.df, it.p, it.ci, it.fmi] == [None] * 8


def test_without_degrees_of_freedom_there_is_no_p():
    it = rubin((1.0, 3.0), (0.5, 0.5), None)
    assert it.se == pytest.approx(np.sqrt(0.25 + 1.5 * 2))
    assert (it.df, it.p, it.ci, it.fmi) == (None, None, None, None)


# mitml::testConstraints(qhat, uhat, constraints, method = "D1"), whose numerical derivatives of the
# constraints leave it some eight digits.
D1 = [
    (
        [(1.0, 0.5), (1.3, 0.2), (0.8, 0.6), (1.1, 0.4)],
        [(0.2, 0.05, 0.1), (0.25, 0.04, 0.12), (0.18, 0.06, 0.09), (0.22, 0.05, 0.11)],
        (1.90686012979506, 16.3331383998307, 0.18018460675767, 0.449461095595291),
    ),
    (  # t = 2: few analyses of one contrast
        [(1.0,), (1.3,), (0.8,)],
        [(0.2,), (0.25,), (0.18,)],
        (3.62641510455112, 24.3161355971301, 0.068766291891672, 0.402116403704026),
    ),
    (  # t = 2: two analyses of two contrasts
        [(1.0, 0.5), (1.3, 0.2)],
        [(0.2, 0.05, 0.1), (0.25, 0.04, 0.12)],
        (1.84538863809, 10.0180161015, 0.207819080648, 0.631188121183),
    ),
]


@pytest.mark.parametrize(("estimates", "variances", "expected"), D1)
def test_contrasts_jointly_as_mitml_tests_them(estimates, variances, expected):
    k = len(estimates[0])
    covariances = np.zeros((len(estimates), k, k))
    rows, columns = np.tril_indices(k)
    covariances[:, rows, columns] = covariances[:, columns, rows] = variances
    test = d1(np.array(estimates), covariances)
    assert (test.f, test.df2, test.p, test.riv) == pytest.approx(expected, rel=1e-8)
    assert test.df == k


def test_one_contrast_of_few_analyses_is_the_square_of_its_ratio():
    single = rubin((1.0, 1.3, 0.8), tuple(np.sqrt((0.2, 0.25, 0.18))))
    test = d1(np.array([[1.0], [1.3], [0.8]]), np.array([0.2, 0.25, 0.18]).reshape(3, 1, 1))
    assert (test.f, test.df2, test.p) == pytest.approx((single.t**2, single.df, single.p))


def test_a_contrast_that_follows_from_the_others_adds_nothing():
    estimates, variances, _ = D1[0]
    C = np.array([[1.0, 0.0], [0.0, 1.0], [100.0, -100.0]])  # the third is 100 times a difference
    covariances = np.array([[(a, b), (b, c)] for a, b, c in variances])
    twice = d1(np.array(estimates) @ C.T, C @ covariances @ C.T, rank=2)
    once = d1(np.array(estimates), covariances)
    assert (twice.f, twice.df, twice.df2) == pytest.approx((once.f, 2, once.df2), rel=1e-12)


def test_equal_estimates_have_a_joint_test():
    test = d1(np.ones((3, 2)), np.tile(np.eye(2), (3, 1, 1)))
    assert (test.f, test.riv) == (1, 0)
    assert test.p == pytest.approx(np.exp(-1), rel=1e-4)  # χ² of 2 on 2 degrees of freedom
