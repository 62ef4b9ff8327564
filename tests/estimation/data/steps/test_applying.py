"""Steps in a row: their sentences, what each has changed, and which columns they touch."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from estimation.data.steps import (
    Around,
    Centred,
    Change,
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
    apply_all,
    change,
    free_name,
)
from estimation.errors import DataError
from estimation.progress import Cancelled, Reading

POSITIVE = Filter((Condition("X", Comparison.AT_LEAST, (2.0,)),))


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (GroupMean("SES", "MEANSES"), "MEANSES = mean of SES in each unit"),
        (GroupSD("SES", "S"), "S = standard deviation of SES in each unit"),
        (GroupSize("N"), "N = number of rows in each unit"),
        (GroupSize("N", "SES"), "N = number of rows with a value of SES in each unit"),
        (Centred("X", "C"), "C = X centred around the mean of all rows"),
        (Centred("X", "C", 2), "C = X centred around the mean of all units"),
        (Centred("X", "C", around=Around.GROUP), "C = X centred around the mean of its unit"),
        (Standardised("X", "Z"), "Z = X standardised over all rows"),
        (Standardised("X", "Z", 1, Around.GROUP), "Z = X standardised within each unit"),
        (
            Dummies("T", 1.0, ((2.0, "T2"), (3.0, "T3"))),
            "T2, T3 = dummy variables of T, reference 1",
        ),
        (Dummies("T", None, (("a", "A"),)), "A = dummy variable of T, without a reference"),
        (
            Recode("AGE", "OLD", (Rule(None, 17.0, 0.0), Rule(18.0, 18.0, None))),
            "OLD = AGE recoded: lowest to 17 → 0; 18 → missing; else → missing",
        ),
        (
            Recode("T", "R", (Rule("a", "a", 1.0),), 1, Others.VALUE, 0.5, 9.0),
            "R = T recoded: “a” → 1; else → 0.5; missing → 9",
        ),
        (Product("A", "B", "P"), "P = A × B"),
        (Logarithm("X", "L"), "L = ln(X)"),
        (Logarithm("X", "L", shift=-1.5), "L = ln(X − 1.5)"),
        (SquareRoot("X", "Q", shift=2.0), "Q = √(X + 2)"),
        (Lag("X", "L"), "L = X 1 row before in its unit"),
        (Lag("X", "L", 2, "T"), "L = X 2 rows before in its unit, in the order of T"),
        (POSITIVE, "Keep the rows where X ≥ 2"),
        (
            Filter(
                (
                    Condition("W", Comparison.ONE_OF, (1.0, "b"), 2),
                    Condition("V", Comparison.MISSING, (), 2),
                ),
                Join.ANY,
            ),
            "Keep the units where W is one of 1, “b” or V is missing",
        ),
        (Rename("X", "Y"), "Rename the level-1 variable X to Y"),
    ],
)
def test_sentences(step, sentence):
    assert step.sentence() == sentence


def test_steps_build_on_each_other(small):
    steps = (
        Rename("X", "EXPOSURE"),
        GroupMean("EXPOSURE", "M"),
        Filter((Condition("M", Comparison.PRESENT, (), 2),)),
        Centred("M", "MC", 2),
        Product("MC", "TIME", "P", 2, 1),
    )
    after = apply_all(small, steps)
    np.testing.assert_array_equal(after.level2["MC"].values, [-0.5, 0.5])
    np.testing.assert_array_equal(after.level1["P"].values, [-1, -0.5, -1.5, 0.5, 1, 1.5])
    assert after.unit_ids == ("u0", "u2")


def test_an_error_names_the_step(small):
    steps = (GroupSize("N"), Rename("X", "V"), GroupMean("X", "M"))
    words = (
        r"^Step 3 \(M = mean of X in each unit\) cannot be applied. There is no level-1 variable"
    )
    with pytest.raises(DataError, match=words):
        apply_all(small, steps)


def test_the_steps_are_told_and_can_be_cancelled(small):
    seen = []
    steps = (GroupSize("N"), GroupMean("X", "M"))
    apply_all(small, steps, seen.append)
    assert seen == [Reading(each.sentence(), n / 2) for n, each in enumerate(steps)]

    def cancel(event):
        raise Cancelled

    with pytest.raises(Cancelled):
        apply_all(small, steps, cancel)


def test_a_change_describes_new_variables(small):
    done = change(small, GroupMean("X", "M").apply(small))
    ((level, variable),) = done.new
    assert (level, variable.name, variable.n, variable.n_missing) == (2, "M", 2, 1)
    assert (variable.mean, variable.minimum, variable.maximum) == (3.5, 3, 4)
    assert variable.label == "Mean of Exposure in each unit"
    assert replace(done, new=()) == Change()


def test_a_change_tells_of_renaming_and_of_losses(small):
    assert change(small, Rename("W", "V", 2).apply(small)) == Change(renamed=((2, "W", "V"),))
    assert change(small, POSITIVE.apply(small)) == Change(rows_dropped=3, units_dropped=1)


class Untouched(Mapping):
    """Columns that are read from a file when they are asked for; `touched` tells which were."""

    def __init__(self, columns):
        self.columns, self.touched = columns, []

    def __getitem__(self, name):
        self.touched.append(name)
        return self.columns[name]

    def __iter__(self):
        return iter(self.columns)

    def __len__(self):
        return len(self.columns)

    def __contains__(self, name):
        return name in self.columns

    def field(self, name):
        return self.columns[name].field


def test_columns_that_are_not_asked_for_are_not_touched(small):
    level1, level2 = Untouched(small.level1), Untouched(small.level2)
    lazy = replace(small, level1=level1, level2=level2)
    steps = (GroupMean("X", "M"), Rename("TIME", "T"), POSITIVE, GroupSize("N"))
    after = apply_all(lazy, steps)
    assert set(level1.touched) == {"X"}
    assert level2.touched == []
    names = ["X", "T", "TYPE", "TOWN"]
    assert [each.name for each in after.fields(1)] == names
    assert after.fields(1)[2].label == "School type"
    assert set(level1.touched) == {"X"}
    assert list(after.level1) == names
    kept = after.level1["TYPE"]
    assert after.level1["TYPE"] is kept
    assert level1.touched.count("TYPE") == 1
    assert "TIME" not in after.level1
    assert len(after.level2) == 4


def test_names_that_are_free():
    assert free_name("A", ["B"]) == "A"
    assert free_name("A", ["A", "A_2"]) == "A_3"
