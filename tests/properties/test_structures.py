"""Weights, constraints on γ and a τ in blocks, against models that must be the same."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from simulate import Sample, model, sample

import estimation.likelihood
from estimation.analysis import run
from estimation.data import dataset
from estimation.derivatives import derivatives, information_of_gamma
from estimation.design import build_design
from estimation.likelihood import build_problem, m2ll
from estimation.report import render
from estimation.spec import GammaName, Weight, Weighting
from estimation.standardise import standardise

FORMS = {"homogeneous": (), "dummy": ("D",), "continuous": ("X",)}
SIZES = [5 + j % 4 for j in range(15)]


def weighted(drawn, spec, level1=False, level2=False, normalised=False):
    """The sample with whole design weights, a spec that uses them, and how often each counts."""
    rng = np.random.default_rng(7)
    rows = rng.integers(1, 4, drawn.unit.size)
    units = rng.integers(1, 4, len(SIZES))
    data = replace(drawn.set1(A=rows.astype(float)), level2=drawn.level2 | {"B": units * 1.0})
    weighting = Weighting(
        level1=Weight("A", normalised) if level1 else None,
        level2=Weight("B", normalised) if level2 else None,
    )
    return data, replace(spec, weighting=weighting), rows, units


def repeated_units(drawn, times):
    """Each unit as often as `times` says, under new IDs."""
    parts = [np.flatnonzero(drawn.unit == j) for j, n in enumerate(times) for _ in range(n)]
    rows = np.concatenate(parts)
    return Sample(
        unit=np.repeat(np.arange(len(parts)), [part.size for part in parts]),
        level1={name: values[rows] for name, values in drawn.level1.items()},
        level2={name: np.repeat(values, times) for name, values in drawn.level2.items()},
    )


def estimates(solution):
    level1 = [each.est for each in solution.alpha or ()] or [solution.sigma2]
    return np.array([*(each.est for each in solution.fixed), *solution.tau.ravel(), *level1])


@pytest.mark.parametrize("variance", FORMS.values(), ids=FORMS)
def test_whole_weights_of_units_repeat_the_units(variance):
    drawn = sample(5, SIZES, "full")
    data, spec, _, times = weighted(drawn, model(variance=variance), level2=True)
    one = run(data.data(), spec).solution
    many = run(repeated_units(data, times).data(), replace(spec, weighting=Weighting())).solution
    assert_allclose(one.m2ll, many.m2ll, rtol=1e-11)
    assert_allclose(estimates(one), estimates(many), rtol=1e-6, atol=1e-8)
    assert one.convergence.certificate.quadratic_form == pytest.approx(0, abs=1e-8)


@pytest.mark.parametrize("variance", FORMS.values(), ids=FORMS)
def test_whole_weights_of_rows_repeat_the_rows(variance):
    """Their densities are multiplied given u, as those of independent rows are."""
    drawn = sample(5, SIZES, "full")
    data, spec, times, _ = weighted(drawn, model(variance=variance), level1=True)
    one = run(data.data(), spec).solution
    rows = np.repeat(np.arange(times.size), times)
    many = run(data.take(rows).data(), replace(spec, weighting=Weighting())).solution
    assert_allclose(one.m2ll, many.m2ll, rtol=1e-11)
    assert_allclose(estimates(one), estimates(many), rtol=1e-6, atol=1e-8)
    robust = [each.se_robust for each in one.fixed]
    assert_allclose(robust, [each.se_robust for each in many.fixed], rtol=1e-6)


@pytest.mark.parametrize("level", [1, 2])
def test_normalised_weights_have_no_scale(level):
    drawn = sample(5, SIZES, "full")
    which = {f"level{level}": True}
    data, spec, _, _ = weighted(drawn, model(variance=("D",)), **which, normalised=True)
    first = run(data.data(), spec).solution
    larger = replace(
        data.set1(A=7 * data.level1["A"]), level2=data.level2 | {"B": 7 * data.level2["B"]}
    )
    assert_allclose(run(larger.data(), spec).solution.m2ll, first.m2ll, rtol=1e-12)


@pytest.mark.parametrize("variance", FORMS.values(), ids=FORMS)
def test_the_score_of_a_pseudo_likelihood_by_central_differences(variance):
    drawn = sample(5, SIZES, "full")
    data, spec, _, _ = weighted(drawn, model(variance=variance), level1=True, level2=True)
    standard = standardise(build_design(data.data(), spec))
    problem = build_problem(standard, restricted=False, homogeneous=not variance)
    alpha = np.linspace(-0.5, 0.3, problem.k)
    tau = np.array([[0.5, 0.1], [0.1, 0.3]])
    at = derivatives(problem, tau, alpha)
    steps = 1e-5 * np.eye(problem.m + problem.k)

    def moved(step):
        change = np.einsum("m,mab->ab", step[: problem.m], problem.basis)
        return m2ll(problem, tau + change, alpha + step[problem.m :])

    numeric = [-(moved(step) - moved(-step)) / 4e-5 for step in steps]
    assert_allclose(at.score, numeric, rtol=1e-6, atol=1e-5)
    second = [
        (derivatives(problem, tau, alpha + step[problem.m :]).score - at.score) / -1e-5
        for step in steps[problem.m :]
    ]
    assert_allclose(at.observed[problem.m :], second, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("reml", [False, True], ids=["ML", "REML"])
def test_equal_gammas_are_one_column(reml):
    """γ of X and γ of D equal: the same as their sum as one predictor."""
    drawn = sample(6, SIZES, "full")
    group = (GammaName("X", "INTRCPT2"), GammaName("D", "INTRCPT2"))
    spec = model(level1=("X", "D"), random=("INTRCPT1",), reml=reml)
    one = run(drawn.data(), replace(spec, constraints=(group,))).solution
    summed = drawn.set1(X=drawn.level1["X"] + drawn.level1["D"])
    other = run(summed.data(), model(level1=("X",), random=("INTRCPT1",), reml=reml)).solution
    # REML: |X'V⁻¹X| is that of the same columns.
    assert_allclose(one.m2ll, other.m2ll, rtol=1e-12)
    assert one.n_parameters == other.n_parameters
    assert [each.est for each in one.fixed[1:]] == pytest.approx([other.fixed[1].est] * 2)
    assert [each.se for each in one.fixed[1:]] == pytest.approx([other.fixed[1].se] * 2)
    assert one.fixed_cov[1, 2] == pytest.approx(one.fixed[1].se ** 2)


@pytest.mark.parametrize("variance", [("D",), ("X", "D")])
@pytest.mark.parametrize("reml", [False, True], ids=["ML", "REML"])
def test_blocks_of_units_change_nothing(monkeypatch, variance, reml):
    monkeypatch.setattr(dataset, "CHUNK", 12)
    drawn = sample(5, SIZES, "full")
    spec = model(variance=variance, reml=reml)
    standard = standardise(build_design(drawn.data(), spec))
    problem = build_problem(standard, restricted=reml, homogeneous=False)
    point = np.array([[0.5, 0.1], [0.1, 0.3]]), np.linspace(-0.5, 0.3, problem.k)
    whole = derivatives(problem, *point)
    monkeypatch.setattr(estimation.likelihood, "BYTES", 2000)
    assert len(problem.blocks()) > 2
    parts = derivatives(problem, *point)
    for name in ("score", "expected", "observed", "unit_scores"):
        assert_allclose(getattr(parts, name), getattr(whole, name), rtol=1e-10, atol=1e-10)
    B = information_of_gamma(problem, whole.profile)
    monkeypatch.setattr(estimation.likelihood, "BYTES", 2**28)
    assert_allclose(information_of_gamma(problem, whole.profile), B, rtol=1e-10, atol=1e-10)


def test_a_pseudo_likelihood_has_no_likelihood_ratio_and_no_aic():
    drawn = sample(5, SIZES, "full")
    data, spec, _, _ = weighted(drawn, model(variance=("D",)), level1=True)
    analysis = run(data.data(), spec)
    assert analysis.lr_test is None
    assert analysis.solution.aic is None
    assert [each.se for each in analysis.solution.alpha] == pytest.approx(
        [each.se_robust for each in analysis.solution.alpha]
    )
    text = render(analysis)
    assert "a pseudo-likelihood has no AIC, no BIC" in text
    assert "Standard errors of alpha, model-based and robust" not in text


def test_chi_squares_of_variances_with_design_weights():
    """Pure noise in equal units: χ² is its degrees of freedom on average, whatever the weights."""
    ratios = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        unit, weights = np.repeat(np.arange(40), 10), rng.choice([0.2, 1.8, 4.0], size=400)
        drawn = Sample(unit, {"Y": rng.normal(size=400), "A": weights})
        spec = model(level1=(), random=("INTRCPT1",))
        weighting = Weighting(level1=Weight("A"))
        (component,) = run(
            drawn.data(), replace(spec, weighting=weighting)
        ).solution.variance_components
        ratios.append(component.chisq / component.df)
    assert np.mean(ratios) == pytest.approx(1, abs=0.15)


def test_standard_errors_at_the_boundary_with_design_weights():
    """The sandwich is taken along the face of τ: with weights of one as model-based, nearly."""
    drawn = sample(5, [12] * 30, "zero")
    weighted = drawn.set1(A=np.ones(360))
    spec = model(variance=("D",))
    plain = run(drawn.data(), spec).solution
    found = run(weighted.data(), replace(spec, weighting=Weighting(level1=Weight("A")))).solution
    assert plain.convergence.boundary
    for one, other in zip(found.alpha, plain.alpha, strict=True):
        assert one.se == pytest.approx(other.se, rel=0.4)
