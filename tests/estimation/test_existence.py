"""Likelihoods without a maximum are refused by name, those with one are not."""

import numpy as np
import pytest
from simulate import Sample, model, sample

from estimation.analysis import run
from estimation.design import build_design
from estimation.errors import NumericalError
from estimation.existence import require_maximum
from estimation.standardise import standardise


@pytest.fixture
def drawn():
    return sample(7, [2, 6, 5, 7, 6, 8], "full")


def check(drawn, spec, *, restricted=False):
    design = build_design(drawn.data(), spec)
    require_maximum(design, standardise(design), restricted=restricted)


def first_unit(drawn):
    return drawn.set1(ONE=(drawn.unit == 0).astype(float))


def test_a_dummy_of_a_small_unit_has_no_maximum(drawn):
    """A random intercept and the slope of X fit the unit's two rows, whatever they are."""
    spec = model(variance=("ONE",), random=("INTRCPT1",))
    with pytest.raises(NumericalError, match=r"ONE .* 2 rows of unit 1 .* Take ONE out"):
        check(first_unit(drawn), spec)


def test_restricted_likelihood_of_the_same_model_has_one(drawn):
    """REML spends the slope's degree of freedom before the variance can use it."""
    check(first_unit(drawn), model(variance=("ONE",), random=("INTRCPT1",)), restricted=True)


def test_rows_that_happen_to_lie_on_a_line_have_no_maximum_either(drawn):
    """Outcomes of one value in a variance cell (a floor effect) are fitted by the fixed part."""
    floor = drawn.level1["D"] == 1
    y = np.where(floor, 1.0, drawn.level1["Y"])
    spec = model(variance=("D",), level1=("D",), random=("INTRCPT1",))
    with pytest.raises(NumericalError, match="D in the level-1 variance model"):
        check(drawn.set1(Y=y), spec)


def test_the_other_end_of_the_predictor_counts_too(drawn):
    other = drawn.set1(REST=(drawn.unit != 0).astype(float))
    with pytest.raises(NumericalError, match=r"REST .* rows of unit 1"):
        check(other, model(variance=("REST",), random=("INTRCPT1",)))


def test_a_saturated_model_has_no_maximum(drawn):
    """Every unit lies on its own line."""
    x, unit = drawn.level1["X"], drawn.unit
    y = np.sin(unit) + x * np.cos(unit)
    with pytest.raises(NumericalError, match="reproduce Y in all 34 rows exactly"):
        check(drawn.set1(Y=y), model())


@pytest.mark.parametrize("variance", [(), ("D",), ("X",), ("D", "2:S"), ("2:W",), ("G2", "G3")])
def test_ordinary_models_have_one(drawn, variance):
    check(drawn, model(variance=variance))


def test_a_cell_that_gamma_alone_follows_needs_no_u(drawn):
    """Two rows on the average line: u_0 and u_1 could follow any, but τ = 0 is enough."""
    x, y, first = drawn.level1["X"], drawn.level1["Y"], drawn.unit == 0
    average = np.polyval(np.polyfit(x[~first], y[~first], 1), x)
    on_line = first_unit(drawn).set1(Y=np.where(first, average, y))
    check(on_line, model(variance=("ONE",)), restricted=True)
    with pytest.raises(NumericalError, match=r"ONE .* singles out 2 rows of unit 1 .* Take ONE"):
        check(on_line, model(variance=("ONE",)))


@pytest.mark.parametrize("reml", [False, True])
@pytest.mark.parametrize("n_units", [30, 100])
def test_a_first_occasion_without_noise_has_its_variance_at_zero(n_units, reml):
    """Two occasions, u at the first and noise only at the second: −2 log L levels off."""
    rng = np.random.default_rng(0)
    unit, t = np.repeat(np.arange(n_units), 2), np.tile([0.0, 1.0], n_units)
    u = rng.normal(size=n_units)[unit]
    y = u * (1 + 0.5 * t) + 0.6 * t * rng.normal(size=unit.size)
    occasions = Sample(unit, {"Y": y, "X": t})
    spec = model(variance=("X",), random=("INTRCPT1",), reml=reml)
    with pytest.raises(NumericalError, match=rf"{n_units} rows of {n_units} units .* as zero"):
        run(occasions.data(), spec)
