"""What a step cannot do is said in words, with the variable and the remedy."""

import re

import numpy as np
import pytest

from estimation.data.steps import (
    Around,
    Centred,
    Comparison,
    Condition,
    Dummies,
    Filter,
    GroupMean,
    GroupSize,
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
)
from estimation.data.table import Column, Field, Kind
from estimation.errors import DataError

from .conftest import column, levels_of


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (GroupMean("SES", "M"), "There is no level-1 variable SES. Choose another one.* X, TIME"),
        (GroupMean("W", "M"), "W is a variable of level 2; here one of level 1 is needed"),
        (GroupMean("TOWN", "M"), "TOWN is text, and this step needs numbers.*by Recode"),
        (Rename("W", "V", level=3), "There is no level 3"),
        (GroupSize(""), "has no name. Enter one"),
        (GroupSize(" N"), "blanks at its ends"),
        (GroupSize("N\nM"), "a line break"),
        (GroupSize("intrcpt1"), "name of an intercept"),
        (GroupSize("ID"), "ID is the linking ID"),
        (GroupSize("W"), "There is a level-2 variable W already. Give the new one another"),
        (Rename("X", "TIME"), "There is a level-1 variable TIME already"),
        (Centred("W", "C", 2, Around.GROUP), "no group mean. Take the grand mean"),
        (Standardised("ONE", "Z"), "ONE does not vary over all rows"),
        (Standardised("ONE", "Z", around=Around.GROUP), "ONE does not vary within each unit"),
        (Dummies("TYPE", 1.0, ((2.0, "CATH"),)), r"without a dummy.*: 3 \(Other private\)\. Edit"),
        (Dummies("NONE", 1.0, ()), "NONE has no values"),
        (Recode("X", "R", (Rule(5.0, 2.0, 1.0),)), "The range 5 to 2 is empty. Exchange"),
        (Recode("TOWN", "R", (Rule("A", "B", 1.0),)), "TOWN is text, and “A” to “B” is a range"),
        (Recode("TOWN", "R", (Rule(1.0, 1.0, 1.0),)), "TOWN is text, and 1 is a number"),
        (Recode("X", "R", (Rule("a", "a", 1.0),)), "X is numeric, and 'a' is no number"),
        (Recode("TOWN", "R", (), others=Others.KEEP), "cannot be kept among numbers"),
        (Logarithm("Z", "L"), r"Z is 0 or below in 2 rows \(the lowest Z is -3\).*above 3,"),
        (Logarithm("Z", "L", shift=1.0), r"Z \+ 1 is 0 or below in 1 row .*above 3,"),
        (SquareRoot("Z", "Q"), r"Z is below 0 in 1 row .*of at least 3,"),
        (SquareRoot("W", "Q", 2), r"W is below 0 in 1 unit "),
        (Lag("X", "L", 0), "Enter 1 or more"),
        (Filter(()), "no condition"),
        (Filter((Condition("X", Comparison.ABOVE, ()),)), "X > needs a value"),
        (Filter((Condition("X", Comparison.ABOVE, (1.0, 2.0)),)), "X > needs one value"),
        (
            Filter((Condition("X", Comparison.ABOVE, (99.0,)),)),
            "left: there is no row where X > 99",
        ),
        (
            Filter((Condition("TOWN", Comparison.ABOVE, ("A",)),)),
            "TOWN is text, which is not above",
        ),
        (Filter((Condition("BORN", Comparison.ABOVE, ("31.12.",)),)), "is no date, as BORN needs"),
        (GroupMean("INF", "M"), r"INF is infinite in 2 rows.*by a filter, or.*by Recode"),
        (Product("HUGE", "HUGE", "P"), "P would be too large a number in 7 rows"),
    ],
)
def test_refusals(small, step, words):
    nan = np.nan
    level1 = {
        **small.level1,
        "ONE": column("ONE", [1] * 7),
        "NONE": column("NONE", [nan] * 7),
        "Z": column("Z", [-3, 0, 1, 2, nan, 3, 4]),
        "INF": column("INF", [1, 2, np.inf, 3, -np.inf, 4, nan]),
        "HUGE": column("HUGE", [1e200] * 7),
        "BORN": Column(Field("BORN", Kind.DATE), np.arange(7.0)),
    }
    levels = type(small)("ID", small.unit_ids, small.offsets, level1, small.level2)
    with pytest.raises(DataError, match=words) as caught:
        step.apply(levels)
    assert str(caught.value).endswith(".") or "They are" in str(caught.value)
    assert not re.search(r"\bnan\b|None|Traceback", str(caught.value))


def test_the_reason_why_a_column_is_text_is_told():
    text = column("Y", ["1", "abc"], note="line 3 has 'abc'")
    with pytest.raises(DataError, match=r"Y is text \(line 3 has 'abc'\)"):
        GroupMean("Y", "M").apply(levels_of([2], [text]))


@pytest.mark.parametrize(
    "values", [range(61), [*[0] * 200_000, *range(61)], list(map(str, range(61)))]
)
def test_many_values_are_no_categories(values):
    with pytest.raises(DataError, match=r"X has more than 60 different values.*Recode"):
        categories(column("X", values))
    assert len(categories(column("X", values[:-1]))) == 60
