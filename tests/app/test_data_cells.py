"""How values are written in the data viewer."""

import numpy as np
import pytest
from viewed import A, level1

from app.views.data.cells import Cells, moment, number, plain
from estimation.data.table import Column, Field, Kind

SES, FEMALE, AGREE, BORN, TOWN = (Cells(each) for each in level1())


def shown(cells, *, labels=False):
    return [cells.text(row, labels=labels) for row in range(8)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        (1 / 3, "0.333333333333333"),
        (float(np.float32(3.14159)), "3.14159"),
        (float(np.float32(12.219335)), "12.219335"),
        (1234567.0, "1234567"),
        (-2.5, "-2.5"),
        (1e300, "1e+300"),
        (16777217.125, "16777217.125"),
    ],
)
def test_numbers_have_the_digits_that_they_were_given(value, text):
    assert plain(value) == text


def test_decimals_are_filled_up_to_those_of_the_column():
    assert shown(SES) == ["0.50", "-1.25", ".", "2.00", "0.50", "3.00", "-4.00", "1.00"]
    assert number(1e300, 2) == "1e+300"


def test_a_column_of_many_decimals_is_not_filled_up():
    cells = Cells(Column(Field("Z"), np.array([1 / 3, 0.5])))
    assert [cells.text(row, labels=False) for row in (0, 1)] == ["0.333333333333333", "0.5"]


def test_labels_stand_in_place_of_values_that_have_one():
    assert shown(FEMALE, labels=True)[:2] == ["Male", "Female"]
    assert shown(AGREE) == ["1", "99", ".a", "5", ".", "5", "98", "1"]
    assert shown(AGREE, labels=True) == ["no", "refused", "absent", "yes", ".", "yes", "98", "no"]


def test_missing_values_are_told_apart():
    assert [AGREE.is_missing(row) for row in range(8)] == [*[0, 1, 1, 0, 1, 0, 1, 0]]
    assert AGREE.tip(1) == "user-missing: 99 “refused”"
    assert AGREE.tip(2) == "missing: .a “absent”"
    assert AGREE.tip(4) == "missing"
    assert AGREE.tip(0) == "1 = no"
    assert TOWN.tip(1) == "missing"
    assert not SES.tip(0)


def test_dates_are_written_as_iso_dates():
    assert shown(BORN)[:4] == ["1970-01-01", "1971-01-01", ".", "2001-05-31"]


@pytest.mark.parametrize(
    ("days", "time", "text"),
    [
        (11473.5, True, "2001-05-31 12:00:00"),
        (11473 + 12345 / 86_400_000, True, "2001-05-31 00:00:12.345"),
        (11473 + 86_399 / 86_400, True, "2001-05-31 23:59:59"),
        (11473.0, True, "2001-05-31 00:00:00"),
        (-719162.0, False, "0001-01-01"),
        (-719163.0, False, "-719163"),
        (1e12, False, "1000000000000"),
    ],
)
def test_moments(days, time, text):
    assert moment(days, time=time) == text


def test_texts_fit_a_cell_and_are_whole_in_the_tip():
    assert shown(TOWN)[6] == "Linz Urfahr"
    assert TOWN.tip(6) == "Linz\nUrfahr"
    long = Cells(Column(Field("T", Kind.TEXT), level1()[4].stored.take([0])))
    assert long.text(0, labels=False) == "Wien"


def test_all_of_a_value_is_written_for_other_programs():
    assert [SES.whole(row) for row in range(4)] == ["0.5", "-1.25", "", "2"]
    assert [AGREE.whole(row, labels=True) for row in range(5)] == [
        *["no", "refused", "absent", "yes", ""]
    ]
    assert BORN.whole(3) == "2001-05-31"
    assert TOWN.whole(1) == ""


def test_letters_are_those_of_the_nan():
    assert Cells(Column(Field("Y"), np.array([A]))).text(0, labels=False) == ".a"
