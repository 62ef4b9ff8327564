"""Models and data drawn at random: every run ends in a result fit to print, or in words.

The same draws at every run; a case that failed is found again by its number.
"""

import json
import re
from math import isfinite

import numpy as np
import pytest
from simulate import Sample

from estimation.analysis import run
from estimation.design import build_design
from estimation.errors import EstimationError
from estimation.report import render, to_json
from estimation.spec import (
    INTRCPT1,
    Centring,
    Equation,
    Likelihood,
    ModelSpec,
    Settings,
    Term,
    VariancePredictor,
)

SEEDS = (*range(80), 628, 1421)  # the last two: a REML information that is zero
NOT_A_NUMBER = re.compile(r"\b(nan|inf)\b", re.IGNORECASE)


def draw_data(rng):
    """Units of 1 row to many; X far from 0, D a dummy, T a time, K of level 2; values missing."""
    n_units = int(rng.choice([2, 3, 5, 8, 15, 40]))
    sizes = rng.integers(1, rng.choice([2, 4, 7, 13]), size=n_units)
    unit = np.repeat(np.arange(n_units), sizes)
    n = len(unit)
    W = rng.normal(size=n_units) * rng.choice([1e-6, 1, 1e6])
    level2 = {"W": W, "S": rng.integers(2, size=n_units).astype(float)}
    level1 = {
        "X": rng.normal(size=n) * rng.choice([1, 1e5]) + rng.choice([0, 1e4]),
        "D": rng.integers(2, size=n).astype(float),
        "T": np.concatenate([np.arange(size, dtype=float) for size in sizes]),
        "K": W[unit],
    }
    u = rng.normal(size=(2, n_units)) * rng.choice([0, 1, 3])
    spread = np.exp(rng.choice([0, 0.5]) * level1["D"])
    y = u[0, unit] + u[1, unit] * level1["D"] + spread * rng.normal(size=n)
    level1["Y"] = (np.round(y) if rng.random() < 0.2 else y) * rng.choice([1, 1, 1e6])
    if rng.random() < 0.4:
        level1 |= {name: with_gaps(rng, level1[name]) for name in ("X", "D", "Y")}
        level2["W"] = with_gaps(rng, W)
    return Sample(unit, level1, level2).data()


def with_gaps(rng, values):
    return np.where(rng.random(len(values)) < 0.15, np.nan, values)


def draw_spec(rng):
    """Up to five coefficients, three of them random, and two predictors of level-1 variance."""
    names = rng.permutation(["X", "D", "T", "K"])[: rng.integers(4)]
    q = rng.integers(4)
    equations = []
    for position, name in enumerate([INTRCPT1, *map(str, names)]):
        centring = Centring.NONE if name == INTRCPT1 else Centring(rng.integers(3))
        predictors = tuple(
            Term(each, Centring(rng.choice([0, 2]))) for each in ("W", "S") if rng.random() < 0.2
        )
        random, intercept = position < q, bool(rng.random() < 0.9)
        if random or intercept or predictors:
            equations.append(Equation(Term(name, centring), predictors, random, intercept))
    if rng.random() < 0.1:
        del equations[:1]
    pool = [(1, "X"), (1, "D"), (1, "T"), (2, "W"), (2, "S")]
    chosen = rng.permutation(len(pool))[: rng.integers(3)]
    variance = tuple(VariancePredictor(pool[k][1], pool[k][0]) for k in chosen)
    likelihood = Likelihood(rng.choice(["FML", "REML"]))
    return ModelSpec("Y", tuple(equations), variance, Settings(likelihood, likelihood))


def standard_errors(solution):
    """Every standard error that a converged fit must have."""
    yield from (each.se for each in solution.fixed)
    yield from (each.se_robust for each in solution.fixed if each.se_robust is not None)
    yield from (each.se for each in solution.alpha or ())
    yield from (each.se_robust for each in solution.alpha or () if each.se_robust is not None)
    if solution.sigma2 is not None:
        yield solution.sigma2_se
    if not solution.convergence.boundary:
        yield from solution.tau_se.ravel().tolist()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("seed", SEEDS)
def test_every_run_ends_in_a_result_fit_to_print_or_in_words(seed):
    rng = np.random.default_rng(seed)
    data, spec = draw_data(rng), draw_spec(rng)
    try:
        analysis = run(data, spec)
    except EstimationError:
        return
    assert not NOT_A_NUMBER.search(render(analysis))
    json.loads(json.dumps(to_json(analysis), allow_nan=False))
    fits = [each for each in (analysis.homogeneous, analysis.heterogeneous) if each]
    for solution in (each for each in fits if each.convergence.converged):
        assert all(se is not None and se > 0 and isfinite(se) for se in standard_errors(solution))
    assert (analysis.lr_test is not None) == (spec.heterogeneous and analysis.converged)
    if analysis.lr_test:
        assert fits[0].m2ll >= fits[1].m2ll - 1e-6


def test_the_draws_are_worth_the_while():
    """Neither most of them are refused, nor none; all numbers of random effects occur."""
    specs, refused = [], 0
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        data, spec = draw_data(rng), draw_spec(rng)
        specs.append(spec)
        try:
            build_design(data, spec)
        except EstimationError:
            refused += 1
    assert {len(spec.random) for spec in specs} == {0, 1, 2, 3}
    assert {len(spec.variance_predictors) for spec in specs} == {0, 1, 2}
    assert refused < len(SEEDS) / 3
