"""From data and model to arrays: centring, missing values, collinearity."""

from dataclasses import replace

import numpy as np
import pytest
import whole
from simulate import model, sample

from estimation.analysis import run
from estimation.design import build_design
from estimation.errors import DataError, SpecError
from estimation.spec import INTRCPT1, Centring, Equation, Term, VariancePredictor
from estimation.standardise import standardise


@pytest.fixture
def drawn():
    return sample(1, [4, 6, 5, 7, 4, 8], "full")


def with_missing(drawn, row, unit):
    """Take X away from one row and W from one unit."""
    x, w = drawn.level1["X"].copy(), drawn.level2["W"].copy()
    x[row] = w[unit] = np.nan
    return replace(drawn.set1(X=x), level2=drawn.level2 | {"W": w})


def test_columns_are_products_of_level_1_and_level_2_predictors(drawn):
    design = build_design(drawn.data(), model(level2=("W",), variance=("D", "2:S")))
    x, w = drawn.level1["X"], drawn.spread("W")
    np.testing.assert_array_equal(
        (rows := whole.of(design)).X, np.column_stack((np.ones(x.size), w, x, x * w))
    )
    np.testing.assert_array_equal(rows.Z, np.column_stack((np.ones(x.size), x)))
    np.testing.assert_array_equal(rows.C[:, 1:].T, [drawn.level1["D"], drawn.spread("S")])
    assert [gamma.symbol for gamma in design.gammas] == ["G00", "G01", "G10", "G11"]
    assert design.variance == (INTRCPT1, "D", "S")


def test_rows_and_units_without_values_are_deleted_and_means_are_of_the_rest(drawn):
    incomplete = with_missing(drawn, row=0, unit=2)
    group = build_design(incomplete.data(), model(level2=("W",), centring=Centring.GROUP))
    assert (group.n_deleted, group.units_deleted) == (6, 1)
    assert group.unit_ids == ("1", "2", "4", "5", "6")
    unit_sums = np.add.reduceat(whole.of(group).A[:, 1], group.offsets[:-1])
    np.testing.assert_allclose(unit_sums, 0, atol=1e-12)
    grand = build_design(incomplete.data(), model(level2=("W",), centring=Centring.GRAND))
    assert abs(whole.of(grand).A[:, 1].mean()) < 1e-14


def test_missing_values_of_variance_predictors_delete_rows_too(drawn):
    d = drawn.level1["D"].copy()
    d[3] = np.nan
    assert build_design(drawn.set1(D=d).data(), model(variance=("D",))).n_deleted == 1
    assert build_design(drawn.set1(D=d).data(), model()).n_deleted == 0


def test_a_level_2_predictor_is_centred_around_the_mean_of_the_units(drawn):
    spec = model()
    intercept = replace(spec.equations[0], predictors=(Term("W", Centring.GRAND),))
    design = build_design(drawn.data(), replace(spec, equations=(intercept, *spec.equations[1:])))
    expected = drawn.spread("W") - drawn.level2["W"].mean()
    np.testing.assert_allclose(whole.of(design).X[:, 1], expected, atol=1e-15)


def test_no_complete_row_is_an_error_that_names_the_variables(drawn):
    empty = drawn.set1(X=np.full(drawn.unit.size, np.nan))
    with pytest.raises(DataError, match=r"No row has values in all variables .*Y, X"):
        build_design(empty.data(), model())


def collinear(drawn):
    """A predictor that is a combination of others, and models that use it."""
    x = drawn.level1["X"]
    twice = drawn.set1(TWICE=2 * x + 3, FIVE=np.full(x.size, 5.0))
    terms = [Equation(Term(INTRCPT1), random=True), Equation(Term("X")), Equation(Term("TWICE"))]
    return twice, replace(model(), equations=tuple(terms))


def test_collinear_fixed_effects_are_refused_by_name(drawn):
    data, spec = collinear(drawn)
    with pytest.raises(SpecError, match=r"INTRCPT2 in the equation of TWICE repeats .* Take"):
        standardise(build_design(data.data(), spec))


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("FIVE",), "FIVE is constant in the rows used"),
        (("X", "TWICE"), "TWICE in the level-1 variance model repeats"),
    ],
)
def test_variance_predictors_without_information_are_refused_by_name(drawn, names, message):
    data, _ = collinear(drawn)
    predictors = tuple(VariancePredictor(name) for name in names)
    design = build_design(data.data(), replace(model(), variance_predictors=predictors))
    with pytest.raises(SpecError, match=message):
        standardise(design)


def test_a_constant_outcome_is_refused_by_name(drawn):
    constant = drawn.set1(Y=np.ones(drawn.unit.size))
    with pytest.raises(DataError, match="The outcome Y is constant"):
        standardise(build_design(constant.data(), model()))


def test_an_outcome_that_the_fixed_effects_reproduce_is_refused(drawn):
    exact = drawn.set1(Y=1 + 2 * drawn.level1["X"])
    with pytest.raises(Exception, match="reproduce the outcome Y to all the digits"):
        standardise(build_design(exact.data(), model()))


def test_one_unit_is_no_two_level_data(drawn):
    alone = sample(1, [9], "full")
    with pytest.raises(DataError, match=r"All rows used belong to one level-2 unit \(ID 1\)"):
        build_design(alone.data(), model())


def constant_in_some_units(drawn):
    """Add K, 0.1 j throughout unit j, and V, which is constant in the first unit only."""
    x = drawn.level1["X"].copy()
    x[drawn.unit == 0] = 0.7
    return drawn.set1(K=0.1 * (drawn.unit + 1), V=x)


def test_a_group_centred_constant_is_zero_and_not_rounding_noise(drawn):
    data = constant_in_some_units(drawn).data()
    constant = build_design(data, model(level1=("K",), random=(), centring=Centring.GROUP))
    with pytest.raises(SpecError, match="equation of K is zero in every row"):
        standardise(constant)
    design = build_design(data, model(level1=("V",), random=(), centring=Centring.GROUP))
    assert not whole.of(design).A[:4, 1].any()


@pytest.mark.parametrize("centring", list(Centring))
def test_a_unit_without_variation_is_estimable_under_no_centring(drawn, centring):
    data = constant_in_some_units(drawn).data()
    spec = model(level1=("V",), random=(INTRCPT1, "V"), centring=centring)
    analysis = run(data, spec)
    assert analysis.homogeneous.units_left_out == ("1",)
    assert analysis.ols.n_estimable == 5


def test_only_the_predictors_that_are_repeated_are_named(drawn):
    d = drawn.level1["D"]
    data = drawn.set1(TWICE=2 * d, E=1 - d).data()
    with pytest.raises(SpecError, match=r"combination of INTRCPT2 in the equation of D\)"):
        standardise(build_design(data, model(level1=("X", "D", "TWICE"), random=())))


@pytest.mark.parametrize("scale", [1e-100, 1e100])
def test_the_size_of_the_numbers_is_no_obstacle(drawn, scale):
    y, x = drawn.level1["Y"], drawn.level1["X"]
    usual = standardise(build_design(drawn.data(), model()))
    other = standardise(build_design(drawn.set1(Y=scale * y, X=x / scale).data(), model()))
    np.testing.assert_allclose(np.abs(whole.rows(other).A), np.abs(whole.rows(usual).A), atol=1e-10)


def test_an_outcome_far_from_zero_keeps_its_residuals(drawn):
    far = drawn.set1(Y=1e9 + drawn.level1["Y"])
    usual = standardise(build_design(drawn.data(), model()))
    other = standardise(build_design(far.data(), model()))
    np.testing.assert_allclose(whole.rows(other).A[:, -1], whole.rows(usual).A[:, -1], atol=1e-5)
