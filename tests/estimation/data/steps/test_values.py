"""What each step computes, against numbers by hand and against pandas."""

from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from estimation.data.steps import (
    Around,
    Centred,
    Comparison,
    Condition,
    Dummies,
    Filter,
    GroupMean,
    GroupSD,
    GroupSize,
    Join,
    Lag,
    Logarithm,
    Others,
    Product,
    Recode,
    Rename,
    Rule,
    SquareRoot,
    Standardised,
    categories,
    dummy_names,
)
from estimation.data.table import Column, Field, Kind

from .conftest import column, frame, levels_of

nan = np.nan


def value1(levels, step, name):
    return step.apply(levels).level1[name].values


def value2(levels, step, name):
    return step.apply(levels).level2[name].values


# ------------------------------------------------------------------------------ of the units


def test_group_statistics_by_hand(small):
    assert_array_equal(value2(small, GroupMean("X", "M"), "M"), [3, nan, 4])
    assert_allclose(value2(small, GroupSD("X", "S"), "S"), [np.sqrt(7), nan, 0])
    assert_array_equal(value2(small, GroupSize("N"), "N"), [3, 1, 3])
    assert_array_equal(value2(small, GroupSize("N", "X"), "N"), [3, 0, 2])
    assert_array_equal(value2(small, GroupSize("N", "TOWN"), "N"), [2, 1, 3])


def test_user_missing_values_count_as_missing(small):
    assert_array_equal(value2(small, GroupMean("TYPE", "M"), "M"), [2, 2, 1.5])
    assert_array_equal(value2(small, GroupSize("N", "TYPE"), "N"), [3, 1, 2])


def test_mean_ses_of_the_schools_is_the_published_meanses(hsb):
    # The published MEANSES stands in hsb2.csv with 3 decimals.  It lies 0.006 above the mean of
    # the students in hsb1.csv, in every school: another origin, which centring takes away.
    means = value2(hsb, GroupMean("SES", "M"), "M")
    assert_allclose(means + 0.006, hsb.level2["MEANSES"].values, atol=0.0005 + 1e-12, rtol=0)


holed = st.lists(
    st.lists(st.one_of(st.just(nan), st.floats(-1e6, 1e6)), min_size=1, max_size=6),
    min_size=1,
    max_size=8,
)


@given(units=holed)
def test_group_statistics_are_those_of_pandas(units):
    levels = levels_of(
        [len(each) for each in units], [column("X", list(chain.from_iterable(units)))]
    )
    groups = frame(levels).groupby("unit")["X"]
    assert_allclose(value2(levels, GroupMean("X", "M"), "M"), groups.mean(), atol=1e-9)
    assert_allclose(value2(levels, GroupSD("X", "S"), "S"), groups.std(), atol=1e-6, rtol=1e-9)
    assert_array_equal(value2(levels, GroupSize("N", "X"), "N"), groups.count())


@given(value=st.floats(-1.7e308, 1.7e308), sizes=st.lists(st.integers(1, 9), min_size=1))
def test_the_mean_of_a_constant_is_exact_and_its_deviations_are_none(value, sizes):
    levels = levels_of(sizes, [column("X", [value] * sum(sizes))])
    assert (value2(levels, GroupMean("X", "M"), "M") == value).all()
    sds = value2(levels, GroupSD("X", "S"), "S")
    assert_array_equal(sds, np.where(np.array(sizes) > 1, 0, nan))
    for around in Around:
        assert (value1(levels, Centred("X", "C", around=around), "C") == 0).all()


def test_huge_values_do_not_overflow():
    levels = levels_of([3, 2], [column("X", [1e308, 1.5e308, 1.7e308, -1e308, 1e308])])
    assert_allclose(value2(levels, GroupMean("X", "M"), "M"), [1.4e308, 0])
    assert_allclose(value2(levels, GroupSD("X", "S"), "S")[0], 0.360555128e308)
    z = value1(levels, Standardised("X", "Z", around=Around.GROUP), "Z")
    assert_allclose(z[3:], [-np.sqrt(0.5), np.sqrt(0.5)])


# ----------------------------------------------------------------------------------- copies


def test_centred_copies(hsb):
    rows = frame(hsb)
    grand = value1(hsb, Centred("SES", "C"), "C")
    assert_allclose(grand, rows["SES"] - rows["SES"].mean(), atol=1e-12)
    group = value1(hsb, Centred("SES", "C", around=Around.GROUP), "C")
    assert_allclose(group, rows["SES"] - rows.groupby("unit")["SES"].transform("mean"), atol=1e-12)


def test_standardised_copies(hsb):
    rows = frame(hsb)
    assert_allclose(
        value1(hsb, Standardised("SES", "Z"), "Z"),
        (rows["SES"] - rows["SES"].mean()) / rows["SES"].std(),
        atol=1e-12,
    )
    groups = rows.groupby("unit")["SES"]
    assert_allclose(
        value1(hsb, Standardised("SES", "Z", around=Around.GROUP), "Z"),
        (rows["SES"] - groups.transform("mean")) / groups.transform("std"),
        atol=1e-12,
    )
    z = value2(hsb, Standardised("SIZE", "Z", level=2), "Z")
    assert_allclose([z.mean(), z.std(ddof=1)], [0, 1], atol=1e-12)


def test_copies_keep_holes_and_have_none_of_their_own_but_where_a_unit_does_not_vary(small):
    assert_allclose(value1(small, Centred("X", "C"), "C"), [-2.4, -1.4, 2.6, nan, 0.6, nan, 0.6])
    z = value1(small, Standardised("X", "Z", around=Around.GROUP), "Z")
    assert_allclose(z, [-2 / np.sqrt(7), -1 / np.sqrt(7), 3 / np.sqrt(7), nan, nan, nan, nan])
    assert_array_equal(value2(small, Centred("W", "C", 2), "C"), [1.75, -1.75, nan])


# ---------------------------------------------------------------------------------- dummies


def test_dummies_of_labelled_values(small):
    found = categories(small.level1["TYPE"])
    assert [(each.value, each.label, each.n) for each in found] == [
        (1, "Public", 2),
        (2, "Catholic", 3),
        (3, "Other private", 1),
    ]
    names = dummy_names("TYPE", found, ["TYPE_CATHOLIC"])
    assert names == {1: "TYPE_PUBLIC", 2: "TYPE_CATHOLIC_2", 3: "TYPE_OTHER_PRIVATE"}
    step = Dummies("TYPE", 1.0, ((2.0, "CATH"), (3.0, "PRIV")))
    after = step.apply(small)
    assert_array_equal(after.level1["CATH"].values, [0, 1, 0, 1, 0, nan, 1])
    assert_array_equal(after.level1["PRIV"].values, [0, 0, 1, 0, 0, nan, 0])
    assert after.level1["CATH"].field.label == "School type: Catholic"


def test_dummies_of_texts_at_either_level(small):
    assert [each.value for each in categories(small.level1["TOWN"])] == ["Bonn", "Köln", "Ulm"]
    step = Dummies("TOWN", None, (("Bonn", "B"), ("Köln", "K"), ("Ulm", "U")))
    assert_array_equal(value1(small, step, "U"), [1, 0, nan, 1, 0, 1, 0])
    step = Dummies("AREA", "south", (("north", "NORTH"),), level=2)
    assert_array_equal(value2(small, step, "NORTH"), [1, 0, 1])


def test_dummy_names_are_words():
    values = [-1.0, 0.5, 2.0]
    of = column("grade", values, value_labels=((2.0, "Don't know / n.a."),))
    names = dummy_names("grade", categories(of))
    assert list(names.values()) == ["grade_MINUS_1", "grade_0_5", "grade_Dont_know_n_a"]
    long = dummy_names("X", categories(column("X", ["a" * 90, "a" * 91])))
    assert [len(each) for each in long.values()] == [32, 34]


# ----------------------------------------------------------------------------------- recode


def test_recode_takes_the_first_rule_that_holds(small):
    rules = (Rule(None, 1.0, 0.0), Rule(1.0, 4.0, 1.0), Rule(6.0, 6.0, None))
    step = Recode("X", "R", rules, others=Others.VALUE, value=9.0, missing=-1.0)
    assert_array_equal(value1(small, step, "R"), [0, 1, nan, -1, 1, -1, 1])


def test_recode_of_the_others(small):
    rule = (Rule(4.0, None, 100.0),)
    for others, value, expected in [
        (Others.MISSING, None, [nan, nan, 100, nan, 100, nan, 100]),
        (Others.KEEP, None, [1, 2, 100, nan, 100, nan, 100]),
        (Others.VALUE, 0.0, [0, 0, 100, nan, 100, nan, 100]),
    ]:
        step = Recode("X", "R", rule, others=others, value=value)
        assert_array_equal(value1(small, step, "R"), expected)


def test_recode_of_texts_and_its_labels(small):
    rules = (Rule("Ulm", "Ulm", 1.0), Rule("Bonn", "Bonn", 2.0))
    step = Recode("TOWN", "R", rules, value_labels=((2.0, "Rhine"), (1.0, "Danube")))
    after = step.apply(small).level1["R"]
    assert_array_equal(after.values, [1, 2, nan, 1, 2, 1, nan])
    assert after.field.value_labels == ((1, "Danube"), (2, "Rhine"))


def test_recode_that_keeps_values_keeps_their_labels(small):
    step = Recode("TYPE", "R", (Rule(3.0, 3.0, 1.0),), others=Others.KEEP)
    labels = dict(step.apply(small).level1["R"].field.value_labels)
    assert labels[1] == "Public"
    assert labels[2] == "Catholic"


# ------------------------------------------------------------------------- functions and lags


def test_products_within_and_across_levels(small):
    assert_array_equal(value1(small, Product("X", "TIME", "P"), "P"), [2, 2, 18, nan, 4, nan, 12])
    across = Product("W", "TIME", "P", level=2, other_level=1)
    assert_array_equal(value1(small, across, "P"), [3, 1.5, 4.5, -2, nan, nan, nan])
    assert_array_equal(value2(small, Product("W", "W", "P", 2, 2), "P"), [2.25, 4, nan])


def test_logarithm_and_square_root(small):
    assert_allclose(value1(small, Logarithm("X", "L"), "L")[:3], np.log([1, 2, 6]))
    assert_allclose(value2(small, Logarithm("W", "L", 2, 3.0), "L"), [np.log(4.5), 0, nan])
    assert_allclose(value2(small, SquareRoot("W", "Q", 2, 2.0), "Q"), [np.sqrt(3.5), 0, nan])


def test_lag_as_the_rows_stand(small):
    assert_array_equal(value1(small, Lag("TIME", "L"), "L"), [nan, 2, 1, nan, nan, 1, 2])
    assert_array_equal(value1(small, Lag("TIME", "L", 2), "L"), [nan, nan, 2, nan, nan, nan, 1])
    assert np.isnan(value1(small, Lag("TIME", "L", 10), "L")).all()


def test_lag_in_the_order_of_a_variable(small):
    lagged = value1(small, Lag("X", "L", order="TIME"), "L")
    assert_array_equal(lagged, [2, nan, 1, nan, nan, 4, nan])
    # X orders by 4, 4, and the row without X comes after none.
    lagged = value1(small, Lag("TIME", "L", order="X"), "L")
    assert_array_equal(lagged, [nan, 2, 1, nan, nan, nan, 1])


@given(units=holed, by=st.integers(1, 4), data=st.data())
def test_lags_are_those_of_pandas(units, by, data):
    values = list(chain.from_iterable(units))
    times = data.draw(st.permutations(range(len(values))))
    levels = levels_of([len(each) for each in units], [column("X", values), column("T", times)])
    rows = frame(levels)
    assert_array_equal(value1(levels, Lag("X", "L", by), "L"), rows.groupby("unit")["X"].shift(by))
    by_time = rows.sort_values("T").groupby("unit")["X"].shift(by).sort_index()
    assert_array_equal(value1(levels, Lag("X", "L", by, "T"), "L"), by_time)


# --------------------------------------------------------------------------- rows and names


def kept(levels, *conditions, join=Join.ALL):
    after = Filter(conditions, join).apply(levels)
    return after, list(after.level1["TIME"].values), list(after.unit_ids)


def test_filter_by_rows_drops_units_of_which_none_is_left(small):
    after, times, ids = kept(small, Condition("X", Comparison.AT_LEAST, (2.0,)))
    assert times == [1, 3, 1, 3]
    assert ids == ["u0", "u2"]
    assert_array_equal(after.offsets, [0, 2, 4])
    assert_array_equal(after.level2["W"].values, [1.5, nan])
    assert after.level1["TOWN"].stored.to_pylist() == ["Bonn", None, "Bonn", "Köln"]
    assert after.level2["AREA"].stored.to_pylist() == ["north", "north"]


def test_filter_by_units(small):
    _, times, ids = kept(small, Condition("AREA", Comparison.EQUAL, ("north",), 2))
    assert times == [2, 1, 3, 1, 2, 3]
    assert ids == ["u0", "u2"]


C = Comparison


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        (Condition("X", C.EQUAL, (4.0,)), [4, 6]),
        (Condition("X", C.UNEQUAL, (4.0,)), [0, 1, 2]),
        (Condition("X", C.BELOW, (2.0,)), [0]),
        (Condition("X", C.AT_MOST, (2.0,)), [0, 1]),
        (Condition("X", C.ABOVE, (4.0,)), [2]),
        (Condition("X", C.AT_LEAST, (4.0,)), [2, 4, 6]),
        (Condition("X", C.ONE_OF, (1.0, 6.0, 7.0)), [0, 2]),
        (Condition("X", C.MISSING), [3, 5]),
        (Condition("X", C.PRESENT), [0, 1, 2, 4, 6]),
        (Condition("TYPE", C.MISSING), [5]),
        (Condition("TYPE", C.UNEQUAL, (1.0,)), [1, 2, 3, 6]),
        (Condition("TOWN", C.UNEQUAL, ("Ulm",)), [1, 4, 6]),
        (Condition("TOWN", C.ONE_OF, ("Ulm", "Köln")), [0, 3, 5, 6]),
        (Condition("TOWN", C.MISSING), [2]),
        (Condition("W", C.ABOVE, (0.0,), 2), [0, 1, 2]),
        (Condition("W", C.MISSING, (), 2), [4, 5, 6]),
    ],
)
def test_comparisons(small, condition, rows):
    numbered = levels_of([3, 1, 3], [*small.level1.values(), column("ROW", range(7))])
    numbered = numbered.__class__(
        "ID", numbered.unit_ids, numbered.offsets, numbered.level1, small.level2
    )
    after = Filter((condition,)).apply(numbered)
    assert list(after.level1["ROW"].values) == rows


def test_conditions_joined(small):
    big, early = Condition("X", C.ABOVE, (1.0,)), Condition("TIME", C.EQUAL, (1.0,))
    assert kept(small, big, early)[1] == [1, 1]
    assert kept(small, big, early, join=Join.ANY)[1] == [1, 3, 1, 1, 3]
    of_unit = Condition("W", C.BELOW, (0.0,), 2)
    assert kept(small, big, of_unit, join=Join.ANY)[1] == [1, 3, 1, 1, 3]


def test_a_filter_that_all_rows_pass_changes_nothing(small):
    assert Filter((Condition("TIME", C.PRESENT),)).apply(small) is small


def test_dates_are_compared_as_they_are_written():
    days = np.array(["2001-12-31", "2002-01-01", "NaT"], "datetime64[D]")
    numbers = np.where(np.isnat(days), nan, days.astype(float))
    born = Column(Field("BORN", Kind.DATE), numbers)
    levels = levels_of([3], [born])
    step = Filter((Condition("BORN", C.AT_LEAST, ("2002-01-01",)),))
    assert_array_equal(value1(levels, step, "BORN"), numbers[1:2])
    step = Recode(
        "BORN", "COHORT", (Rule(None, "2001-12-31", 1.0),), others=Others.VALUE, value=2.0
    )
    assert_array_equal(value1(levels, step, "COHORT"), [1, 2, nan])
    assert GroupMean("BORN", "M").apply(levels).level2["M"].field.kind is Kind.DATETIME


def test_rename_keeps_place_label_and_values(small):
    after = Rename("TYPE", "KIND").apply(small)
    assert list(after.level1) == ["X", "TIME", "KIND", "TOWN"]
    assert after.level1["KIND"].field.label == "School type"
    assert_array_equal(after.level1["KIND"].values, small.level1["TYPE"].values)
    assert list(Rename("AREA", "X", 2).apply(small).level2) == ["W", "X"]
