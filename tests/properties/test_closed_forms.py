"""Layouts whose estimates can be written down, and models that must be one and the same."""

import numpy as np
from dense import Dense
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from simulate import MODELS, TAUS, Sample, arrays, few, fit, model, posed, sample, samples

from estimation.derivatives import derivatives


def alpha(solution):
    return np.array([each.est for each in solution.alpha])


# Balanced one-way layout


@st.composite
def layouts(draw):
    """J units of n rows; a between-unit SD of 0 makes the boundary likely."""
    n_units, n = draw(st.integers(3, 9)), draw(st.integers(2, 6))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    between = draw(st.sampled_from([0.0, 0.3, 2.0]))
    unit = np.repeat(np.arange(n_units), n)
    return Sample(
        unit, {"Y": 5 + between * rng.normal(size=n_units)[unit] + rng.normal(size=len(unit))}
    )


def one_way(y, reml):
    """−2 log L, τ, σ² and the SE of the mean; y is (J, n) (Searle et al. 1992, section 3.8)."""
    n_units, n = y.shape
    N, means = y.size, y.mean(axis=1)
    within = ((y - means[:, None]) ** 2).sum()
    between = n * ((means - y.mean()) ** 2).sum()
    sigma2 = within / (N - n_units)
    unit_mean = between / (n_units - reml)  # estimates σ² + nτ
    if unit_mean < sigma2:
        sigma2 = unit_mean = (within + between) / (N - reml)
    m2ll = (N - reml) * (np.log(2 * np.pi) + 1)
    m2ll += (N - n_units) * np.log(sigma2) + n_units * np.log(unit_mean)
    m2ll += reml * np.log(N / unit_mean)
    return m2ll, (unit_mean - sigma2) / n, sigma2, np.sqrt(unit_mean / N)


@settings(max_examples=25)
@given(layouts(), st.booleans())
def test_balanced_one_way_layout(drawn, reml):
    n_units = drawn.unit.max() + 1
    m2ll, tau, sigma2, se = one_way(drawn.level1["Y"].reshape(n_units, -1), int(reml))
    [solution] = fit(drawn, model(level1=(), reml=reml))
    assert_allclose(solution.m2ll, m2ll, rtol=0, atol=1e-9)
    assert_allclose(solution.tau, [[tau]], rtol=0, atol=1e-7)
    assert_allclose(solution.sigma2, sigma2, rtol=1e-8)
    assert_allclose(solution.fixed[0].est, drawn.level1["Y"].mean(), rtol=1e-10)
    assert_allclose(solution.fixed[0].se, se, rtol=1e-7)
    assert bool(solution.convergence.boundary) == (tau == 0)


# Variance predictors against the same variances by groups


def by_groups(drawn, spec, groups, solution, reml):
    """The score of ln σ²_g, one for each group, and −2 log L there, by the dense twin."""
    data = arrays(drawn, spec)
    cells, number = np.unique(groups, axis=0, return_inverse=True)
    indicators = np.eye(len(cells))[number.ravel()]
    ln_sigma2 = np.column_stack([np.ones(len(cells)), cells]) @ alpha(solution)
    dense = Dense(data._replace(C=indicators), solution.tau, ln_sigma2, reml)
    return dense.score[-len(cells) :], dense.m2ll()


@few
@given(samples(), st.sampled_from([("D",), ("2:S",), ("G2", "G3")]), st.booleans())
def test_dummies_fit_the_variances_of_their_groups(drawn, names, reml):
    spec = model(variance=names, reml=reml)
    columns = drawn.level1 | {f"2:{name}": drawn.spread(name) for name in drawn.level2}
    groups = np.column_stack([columns[name] for name in names])
    solution = fit(drawn, spec)[1]
    score, m2ll = by_groups(drawn, spec, groups, solution, reml)
    assert_allclose(score, 0, atol=1e-6)
    assert_allclose(m2ll, solution.m2ll, rtol=1e-12)


@few
@given(samples(), st.booleans())
def test_a_level2_variable_is_itself_repeated_within_unit(drawn, reml):
    repeated = drawn.set1(T=drawn.spread("W"))
    [_, one], [_, two] = (
        fit(repeated, model(variance=(name,), reml=reml)) for name in ("2:W", "T")
    )
    assert_allclose(one.m2ll, two.m2ll, rtol=1e-13)
    assert_allclose(alpha(one), alpha(two), rtol=0, atol=1e-8)
    assert_allclose(one.tau, two.tau, rtol=0, atol=1e-8)


@few
@given(samples(), st.booleans())
def test_separate_groups_without_random_effects(drawn, reml):
    """All coefficients and the variance differ by S: least squares in either group of units."""
    spec = model(variance=("2:S",), level2=("S",), random=(), reml=reml)
    solution, s = fit(drawn, spec)[1], drawn.spread("S")
    X = np.column_stack([np.ones_like(s), drawn.level1["X"]])
    gamma, sigma2 = zip(
        *(least_squares(X[s == g], drawn.level1["Y"][s == g], reml) for g in (0, 1)), strict=True
    )
    expected = [gamma[0][0], gamma[1][0] - gamma[0][0], gamma[0][1], gamma[1][1] - gamma[0][1]]
    assert_allclose([each.est for each in solution.fixed], expected, rtol=0, atol=1e-8)
    assert_allclose(np.cumsum(alpha(solution)), np.log(sigma2), rtol=0, atol=1e-8)
    assert solution.tau.shape == (0, 0)


def least_squares(X, y, reml):
    coefficients, [sse], rank, _ = np.linalg.lstsq(X, y)
    return coefficients, sse / (len(y) - reml * rank)


# C = 1 is the homogeneous model


@few
@given(samples(), st.sampled_from(["dummy", "continuous", "two levels"]), st.booleans())
def test_the_homogeneous_solution_is_that_of_the_model_without_predictors(drawn, form, reml):
    asked = MODELS[form] | {"reml": reml}
    [plain] = fit(drawn, model(**asked | {"variance": ()}))
    beside, heterogeneous = fit(drawn, model(**asked))
    assert_allclose(beside.m2ll, plain.m2ll, rtol=1e-14)
    assert_allclose(beside.tau, plain.tau, rtol=0, atol=1e-10)
    assert_allclose(beside.sigma2, plain.sigma2, rtol=1e-10)
    assert heterogeneous.m2ll <= plain.m2ll + 1e-9


@few
@given(samples(), st.sampled_from(["dummy", "continuous"]), st.booleans())
def test_equal_variances_are_the_homogeneous_likelihood(drawn, form, reml):
    """At α = (α0, 0): −2 log L, the score and the information of τ and α0 are those of C = 1."""
    spec = model(**MODELS[form], reml=reml)
    hetero, homo = (
        derivatives(
            posed(drawn, spec, homogeneous=k == 1), 0.4 * TAUS["full"], np.array([-0.3, 0.0])[:k]
        )
        for k in (2, 1)
    )
    assert_allclose(hetero.m2ll, homo.m2ll, rtol=1e-13)
    assert_allclose(hetero.score[:4], homo.score, rtol=1e-9, atol=1e-9)
    assert_allclose(hetero.expected[:4, :4], homo.expected, rtol=1e-9, atol=1e-9)
    assert_allclose(hetero.observed[:4, :4], homo.observed, rtol=1e-9, atol=1e-9)


def test_equal_variances_of_the_whole_estimation():
    """A predictor with the same residual moments in both groups has α1 = 0 exactly."""
    half = sample(2, [4, 5, 6, 4, 5, 6, 7, 4], "full")
    twice = {name: np.concatenate([values, values]) for name, values in half.level1.items()}
    twice["D"] = np.repeat([0.0, 1.0], len(half.unit))
    level2 = {name: np.concatenate([values, values]) for name, values in half.level2.items()}
    doubled = Sample(np.concatenate([half.unit, half.unit + 8]), twice, level2)
    homogeneous, heterogeneous = fit(doubled, model(variance=("D",)))
    assert_allclose(alpha(heterogeneous), [np.log(homogeneous.sigma2), 0], rtol=0, atol=1e-8)
    assert_allclose(heterogeneous.m2ll, homogeneous.m2ll, rtol=1e-13)
    assert_allclose(heterogeneous.tau, homogeneous.tau, rtol=0, atol=1e-8)
