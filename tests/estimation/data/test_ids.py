"""IDs that mean the same are the same, whatever a file makes of them."""

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimation.data.ids import canonical, in_order, units
from estimation.data.table import Field, Table


def found(values, missing=()):
    arrow = pa.table({"ID": values})
    return units(Table("x.csv", (Field("ID", missing=missing),), arrow), "ID")


@pytest.mark.parametrize(
    "values",
    [
        pa.array([1224, 1288, 1224], pa.int64()),
        pa.array([1224, 1288, 1224], pa.int16()),
        pa.array([1224.0, 1288.0, 1224.0]),
        pa.array(["1224", "1288", "1224"]),
        pa.array(["1224 ", " 1288", "1224.0"]),
        pa.array(["01224", "+1288", "1224."]),
        pa.array(["1224", "1288", "1224"]).dictionary_encode(),
    ],
)
def test_the_same_ids_in_every_dress(values):
    result = found(values)
    assert result.ids == ("1224", "1288")
    assert result.of_row.tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([7, None, 8]),
        pa.array([7.0, float("nan"), 8.0]),
        pa.array(["7", "  ", "8"]),
        pa.array(["7", "NA", "8"]),
        pa.array(["7", None, "8"]),
    ],
)
def test_rows_without_an_id(values):
    assert found(values).of_row.tolist() == [0, -1, 1]


def test_a_user_missing_value_is_no_id():
    result = found([7, 99, 8, 99], missing=((99, 99),))
    assert result.ids == ("7", "8")
    assert result.of_row.tolist() == [0, -1, 1, -1]


def test_long_ids_stay_apart_and_exact():
    assert found([12345678901234567, 12345678901234568]).ids == (
        "12345678901234567",
        "12345678901234568",
    )


def test_digits_beyond_those_of_a_number_are_kept():
    long = "7" * 5000
    assert (canonical(long), canonical(f"0{long}.0")) == (long, long)
    assert canonical(f"0.{long}00") == f"0.{long}"
    assert (canonical("-0.0"), canonical("+00"), canonical("100")) == ("0", "0", "100")


def test_spellings_of_one_id_are_told():
    result = found(["7", "7.0", "8", "07"])
    assert result.ids == ("7", "8")
    assert result.merged == ("7 = 7.0 = 07",)


def test_dates_and_text_can_be_ids():
    assert found([dt.date(2020, 1, 31)]).ids == ("2020-01-31",)
    assert found(["b", "B", "b "]).ids == ("b", "B")


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (["10", "9", "-1"], ("-1", "9", "10")),
        (["10", "9.5"], ("9.5", "10")),
        (["10", "9", "a"], ("10", "9", "a")),
    ],
)
def test_the_order_of_units(ids, expected):
    assert in_order(ids) == expected


@given(st.integers(-(10**17), 10**17))
def test_a_whole_number_is_the_same_as_number_and_as_text(number):
    assert canonical(str(number)) == canonical(f" {number}.0 ") == str(number)
    assert found([number]).ids == (str(number),)


@given(st.lists(st.one_of(st.none(), st.integers(0, 5)), min_size=1, max_size=30))
def test_runs_and_lookups_agree(values):
    """Whole numbers without holes take another way than the rest."""
    fast, slow = found(pa.array(values, pa.int64())), found(pa.array(values, pa.float64()))
    assert (fast.ids, fast.of_row.tolist()) == (slow.ids, slow.of_row.tolist())
