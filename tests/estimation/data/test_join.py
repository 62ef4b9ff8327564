"""Two tables into two levels: what matches, what repeats, what varies, what is missing."""

import numpy as np
import pytest

from estimation.data.recipe import Missing
from estimation.data.report import Finding
from estimation.data.table import Field, Kind
from estimation.errors import DataError

ONE = {"ID": [2, 1, 2, 1], "Y": [1.0, 2.0, 3.0, 4.0], "X": [5.0, 6.0, 7.0, 8.0]}
TWO = {"ID": [1, 2], "W": [10.0, 20.0]}


def values(columns):
    return {name: column.values.tolist() for name, column in columns.items()}


def entries(made, finding):
    return [each for each in made.report.entries if each.finding is finding]


def test_rows_are_sorted_by_unit_and_keep_their_order(put_together):
    made = put_together(ONE, TWO)
    assert made.levels.unit_ids == ("1", "2")
    assert made.levels.offsets.tolist() == [0, 2, 4]
    assert values(made.levels.level1) == {"Y": [2, 4, 1, 3], "X": [6, 8, 5, 7]}
    assert values(made.levels.level2) == {"W": [10, 20]}
    assert entries(made, Finding.COUNTS)[0].message == "4 rows in 2 units, 2 rows a unit."
    assert made.report.messages == ()


def test_the_ids_may_have_two_names_and_two_types(put_together):
    made = put_together(ONE, {"SCHOOL": ["1 ", "2.0"], "W": [1.0, 2.0]}, id2="SCHOOL")
    assert values(made.levels.level2) == {"W": [1, 2]}


def test_the_variables_chosen_in_their_order(put_together):
    made = put_together(ONE, TWO, variables1=("X", "Y"), variables2=())
    assert (list(made.levels.level1), list(made.levels.level2)) == (["X", "Y"], [])
    with pytest.raises(DataError, match=r"level1\.sav has no column Z, chosen as level-1"):
        put_together(ONE, TWO, variables1=("Z",))


def test_units_of_one_file_only_are_listed_whole(put_together):
    one = {"ID": list(range(30)), "Y": [1.0] * 30}
    made = put_together(one, {"ID": [0, 99], "W": [1.0, 2.0]})
    (lost,) = entries(made, Finding.ONLY_LEVEL1)
    assert lost.items == tuple(map(str, range(1, 30)))
    assert "29 rows of level1.sav left out: 29 units not in level2.sav" in lost.message
    assert entries(made, Finding.ONLY_LEVEL2)[0].items == ("99",)
    assert "all of them: 1, 2, 3" in made.report.text()


def test_identical_level2_rows_collapse(put_together):
    two = {"ID": [1, 2, 2, 1], "W": [1.0, None, None, 1.0], "T": ["a", "b", "b", "a"]}
    made = put_together(ONE, two)
    assert made.levels.level2["W"].values.tolist() == pytest.approx([1, np.nan], nan_ok=True)
    assert "2 rows of level2.sav repeat another row" in made.report.text()


def test_contradicting_level2_rows_are_refused_with_unit_and_variables(put_together):
    two = {"ID": [1, 2, 2, 1], "W": [1.0, 2.0, 3.0, 1.0], "T": ["a", "b", None, "c"]}
    with pytest.raises(DataError, match=r"for 2 units: ID 2 \(W, T\), 1 \(T\)"):
        put_together(ONE, two)
    assert put_together(ONE, two, variables2=()).levels.n_units == 2  # W and T were not chosen


def test_swapped_files(put_together):
    with pytest.raises(DataError, match=r"swapped\? level1\.sav"):
        put_together(TWO, {"ID": [1, 1, 2], "W": [1.0, 2.0, 3.0]})


def test_nothing_in_common(put_together):
    with pytest.raises(DataError, match=r"No ID of level1\.sav is in level2\.sav"):
        put_together(ONE, {"ID": ["a"], "W": [1.0]})


def test_one_file_offers_what_does_not_vary_at_level_2(put_together):
    one = {
        "ID": [2, 1, 2, 1],
        "Y": [1.0, 2.0, 3.0, 4.0],
        "W": [5.0, 6.0, 5.0, 6.0],
        "M": [None, None, 1.0, None],
        "T": ["b", "a", "b", "a"],
    }
    made = put_together(one)
    assert list(made.levels.level1) == ["Y", "W", "M", "T"]
    assert list(made.levels.level2) == ["W", "T"]
    assert made.levels.level2["W"].values.tolist() == [6, 5]


def test_what_varies_is_taken_at_level_1_instead_and_told(put_together):
    made = put_together(ONE, variables1=("Y",), variables2=("X",))
    assert (list(made.levels.level1), list(made.levels.level2)) == (["Y", "X"], [])
    assert entries(made, Finding.VARYING)[0].items == ("X",)
    assert "X varies within units" in made.report.messages[0]


def test_a_late_change_within_a_unit_is_seen(put_together):
    """The first rows are looked at first; they must not be all."""
    n = 150_000
    late = np.repeat(np.arange(n // 10, dtype=float), 10)
    late[-1] += 1
    made = put_together({"ID": np.repeat(np.arange(n // 10), 10), "W": late})
    assert list(made.levels.level2) == []


def test_missing_values_are_counted_by_kind(put_together):
    fields = {"X": Field("X", value_labels=((99.0, "refused"),), missing=((98, 99),))}
    one = ONE | {"X": [5.0, 99.0, None, 98.0]}
    made = put_together(one, TWO, fields=fields)
    (entry,) = entries(made, Finding.MISSING)
    assert entry.message == "X: missing in 3 of 4 rows (1 are 98, 1 are 99 refused)."
    assert made.levels.level1["X"].stored[0] == 99  # kept, though no model sees it


def test_deletion_when_making(put_together):
    one = ONE | {"X": [5.0, None, 7.0, 8.0]}
    two = {"ID": [1, 2], "W": [10.0, None]}
    made = put_together(one, two, missing=Missing.AT_MAKING)
    assert values(made.levels.level1) == {"Y": [4], "X": [8]}
    assert made.levels.unit_ids == ("1",)
    (entry,) = entries(made, Finding.DELETED)
    assert entry.message == (
        "3 rows deleted, with them 1 unit: a value is missing in 1 level-1 row and in "
        "1 level-2 unit."
    )
    with pytest.raises(DataError, match="No row has values in all variables"):
        put_together(one, {"ID": [1, 2], "W": [None, None]}, missing=Missing.AT_MAKING)


def test_no_missing_data_were_promised(put_together):
    made = put_together(ONE | {"X": [5.0, None, 7.0, 8.0]}, TWO, missing=Missing.NONE)
    assert "though Missing Data? says No" in made.report.messages[0]


def test_units_with_one_row_and_constants_are_told(put_together):
    made = put_together({"ID": [1, 1, 2], "Y": [1.0, 2.0, 3.0], "C": [4.0] * 3})
    assert entries(made, Finding.SINGLE)[0].items == ("2",)
    assert [each.items for each in entries(made, Finding.CONSTANT)] == [("C",), ("C",)]


def test_one_unit_only_is_told_before_any_model(put_together):
    made = put_together({"ID": [1, 1], "Y": [1.0, 2.0]})
    assert "look whether ID is the right linking variable" in made.report.text()
    assert entries(made, Finding.COUNTS)[0].items == ("1",)


def test_a_million_units(put_together):
    n = 1_000_000
    made = put_together({"ID": np.arange(n)[::-1], "Y": np.arange(n, dtype=float)})
    assert made.levels.n_units == n
    assert made.levels.level1["Y"].values[:2].tolist() == [n - 1, n - 2]


def test_two_thousand_columns(put_together):
    one = {"ID": [1, 1, 2]} | {f"V{k}": [1.0, 2.0, 3.0] for k in range(2000)}
    assert len(put_together(one).variables[0]) == 2000


def test_text_is_kept_but_no_variable(put_together):
    fields = {"T": Field("T", Kind.TEXT, note="line 3 has 'x', which is not a number")}
    made = put_together(ONE | {"T": ["1", "x", "2", "3"]}, TWO, fields=fields)
    assert made.levels.level1["T"].stored.to_pylist() == ["x", "3", "1", "2"]
    assert made.variables[0][2].mean is None
    assert "T cannot be a variable: line 3 has 'x'" in made.report.text()
