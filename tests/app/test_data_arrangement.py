"""Which rows the data viewer shows, and in which order."""

import numpy as np
import pytest
from viewed import A, viewed

from app.views.data.arrangement import Comparison, Condition, Sorting, arrange, matching
from app.views.data.condition import comparisons, condition, value
from app.views.data.copying import MOST, check_size, copied
from app.views.data.sheet import sheet
from estimation.data.table import Column, Field, Kind
from estimation.errors import DataError
from estimation.progress import Cancelled, ignore

SHEET, UNITS = (sheet(viewed(), level) for level in (1, 2))


def rows(*what):
    return arrange(SHEET, *what).tolist()


@pytest.mark.parametrize(
    ("name", "test", "wanted", "expected"),
    [
        ("SES", Comparison.EQUAL, 0.5, [0, 4]),
        ("SES", Comparison.OTHER, 0.5, [1, 3, 5, 6, 7]),
        ("SES", Comparison.LESS, -1.25, [6]),
        ("SES", Comparison.AT_MOST, -1.25, [1, 6]),
        ("SES", Comparison.GREATER, 2, [5]),
        ("SES", Comparison.AT_LEAST, 2, [3, 5]),
        ("SES", Comparison.MISSING, "", [2]),
        ("AGREE", Comparison.MISSING, "", [1, 2, 4, 6]),
        ("AGREE", Comparison.THERE, "", [0, 3, 5, 7]),
        ("AGREE", Comparison.EQUAL, 99, [1]),
        ("AGREE", Comparison.AT_LEAST, 5, [3, 5]),
        ("AGREE", Comparison.OTHER, 5, [0, 7]),
        ("BORN", Comparison.LESS, 3, [0, 4, 5]),
        ("TOWN", Comparison.EQUAL, "GRAZ", [2, 3]),
        ("TOWN", Comparison.OTHER, "wien", [2, 3, 4, 6, 7]),
        ("TOWN", Comparison.CONTAINS, "ÖL", [4]),
        ("TOWN", Comparison.BEGINS, "w", [0, 5]),
        ("TOWN", Comparison.MISSING, "", [1]),
        ("TOWN", Comparison.THERE, "", [0, 2, 3, 4, 5, 6, 7]),
        (None, Comparison.EQUAL, "B", [4, 5, 6, 7]),
        (None, Comparison.CONTAINS, "2", [3]),
    ],
)
def test_conditions(name, test, wanted, expected):
    assert rows(Condition(name, test, wanted)) == expected


def test_units_are_filtered_at_level_2():
    assert arrange(UNITS, Condition("SECTOR", Comparison.EQUAL, 0.0)).tolist() == [0, 2]
    assert arrange(UNITS, Condition(None, Comparison.EQUAL, "12")).tolist() == [1]


def test_what_is_written_alike_is_equal():
    stored = np.array([0.1 + 0.2, float(np.float32(3.14)), 3.15, np.inf])
    column = Column(Field("X"), stored)
    for wanted, expected in ((0.3, [0]), (3.14, [1])):
        found = matching(column, Condition("X", Comparison.EQUAL, wanted))
        assert np.flatnonzero(found).tolist() == expected


@pytest.mark.parametrize(
    ("sorting", "expected"),
    [
        (Sorting("SES"), [6, 1, 0, 4, 7, 3, 5, 2]),
        (Sorting("SES", descending=True), [5, 3, 7, 0, 4, 1, 6, 2]),
        (Sorting("AGREE"), [0, 7, 3, 5, 1, 2, 4, 6]),
        (Sorting("AGREE", descending=True), [3, 5, 0, 7, 1, 2, 4, 6]),
        (Sorting("TOWN"), [2, 3, 6, 4, 0, 5, 7, 1]),
        (Sorting("TOWN", descending=True), [7, 0, 5, 4, 6, 3, 2, 1]),
    ],
)
def test_sorting_is_stable_and_missing_values_come_last(sorting, expected):
    assert rows(None, sorting) == expected


def test_what_is_left_by_a_filter_is_sorted():
    assert rows(Condition("FEMALE", Comparison.EQUAL, 1.0), Sorting("SES", descending=True)) == [
        *[7, 4, 1, 2]
    ]


def test_without_a_wish_all_rows_are_shown_as_in_the_file():
    assert arrange(SHEET) is None


def test_it_can_be_cancelled():
    def cancel(event):
        raise Cancelled

    with pytest.raises(Cancelled):
        arrange(SHEET, None, Sorting("SES"), cancel)


# -------------------------------------------------------------------- what is typed

FEMALE, BORN, TOWN = (SHEET.fields[name] for name in ("FEMALE", "BORN", "TOWN"))


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        (FEMALE, "1", 1.0),
        (FEMALE, " female ", 1.0),
        (FEMALE, "-1,5", -1.5),
        (FEMALE, "−3", -3.0),
        (BORN, "2001-05-31", 11473.0),
        (BORN, "12", 12.0),
        (Field("T", Kind.DATETIME), "2001-05-31 12:00", 11473.5),
    ],
)
def test_values_are_read(field, text, expected):
    assert value(field, text) == expected


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        (FEMALE, "Divers", "FEMALE is a number, and “Divers” is none.*one of its value labels"),
        (Field("SES"), "inf", "SES is a number, and “inf” is none. Enter a number.$"),
        (BORN, "31.5.2001", "“31.5.2001” is no date. Write it as in 2001-05-31"),
        (TOWN, " ", "Enter a text to compare TOWN with"),
        (FEMALE, "", "Enter a number to compare FEMALE with"),
    ],
)
def test_what_cannot_be_read_is_said_with_the_remedy(field, text, words):
    with pytest.raises(DataError, match=words):
        condition(field.name, field, Comparison.EQUAL, text)


def test_only_comparisons_that_make_sense_are_offered():
    assert Comparison.LESS in comparisons(BORN)
    assert Comparison.CONTAINS not in comparisons(FEMALE)
    assert Comparison.LESS not in comparisons(TOWN)
    assert condition("TOWN", TOWN, Comparison.MISSING, "") == Condition("TOWN", Comparison.MISSING)


# -------------------------------------------------------------------- places and copies


def test_rows_know_their_units():
    assert [SHEET.place(row) for row in (0, 2, 3, 7)] == [("7", 1), ("7", 3), ("12", 1), ("b", 4)]
    assert [UNITS.place(row) for row in range(3)] == [("7", 3), ("12", 1), ("b", 4)]
    assert (SHEET.rows_of(2), UNITS.rows_of(2)) == (range(4, 8), range(2, 3))


@pytest.mark.parametrize(
    ("text", "unit"), [("7", 0), (" 007.0 ", 0), ("12", 1), ("b", 2), ("9", None), ("", None)]
)
def test_units_are_found_however_their_id_is_written(text, unit):
    assert SHEET.find_unit(text) == unit


def test_data_without_columns_of_files_show_their_arrays(small_data):
    plain = sheet(small_data, 1)
    assert plain.names == ("Y", "X", "Z")
    assert plain.fields["Y"].label == "Yield"
    assert plain.columns["Z"].stored.tolist() == [2, 1, 4, 3, 5, 9]
    assert sheet(small_data, 2).names == ("W",)


def test_cells_are_copied_under_their_names():
    copy = copied(SHEET, [0, 4], ["AGREE", "TOWN"], ignore, labels=True)
    assert copy.text == "AGREE\tTOWN\nno\tWien\n\tSt. Pölten\n"
    assert copy.words == "Copied 2 rows × 2 variables"


def test_whole_rows_are_copied_with_their_unit():
    copy = copied(SHEET, [3], SHEET.names, ignore, labels=False)
    assert copy.text.splitlines() == [
        "SCHOOL\trow\tSES\tFEMALE\tAGREE\tBORN\tTOWN",
        "12\t1\t2\t0\t5\t2001-05-31\tgraz",
    ]
    assert copied(UNITS, [2], UNITS.names, ignore, labels=True).text.splitlines() == [
        "SCHOOL\trows\tSECTOR",
        "b\t4\tpublic",
    ]


def test_too_much_is_not_copied():
    check_size(MOST, 1)
    with pytest.raises(DataError, match="10,000,000 rows × 8 columns are too many to copy"):
        check_size(10_000_000, 8)


def test_a_letter_is_a_missing_value():
    column = Column(Field("Y"), np.array([A, 1.0]))
    assert matching(column, Condition("Y", Comparison.MISSING)).tolist() == [True, False]
