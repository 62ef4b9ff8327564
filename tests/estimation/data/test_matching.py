"""Two tables into one data set: matching, order, losses."""

import random

import numpy as np
import pytest

from estimation.data.read import read_two_level
from estimation.errors import DataError


@pytest.fixture
def join(tmp_path):
    """Write level-1 and level-2 rows (ID first) to files and join them."""

    def join(rows1, rows2=None):
        paths = []
        for number, rows in ((1, rows1), (2, rows2)):
            if rows is None:
                paths.append(None)
                continue
            path = tmp_path / f"level{number}.csv"
            name = "Y" if number == 1 else "W"
            path.write_text("\n".join([f"ID,{name}", *(f"{a},{b}" for a, b in rows)]))
            paths.append(path)
        return read_two_level(*paths, "ID")

    return join


def test_rows_are_sorted_by_unit_and_keep_their_order_within(join):
    data = join([(10, 1), (2, 2), (10, 3), (2, 4), (1, 5)], [(10, 30), (1, 10), (2, 20)])
    assert data.unit_ids == ("1", "2", "10")
    assert data.offsets.tolist() == [0, 1, 3, 5]
    assert data.level1["Y"].tolist() == [5, 2, 4, 1, 3]
    assert data.level2["W"].tolist() == [10, 20, 30]
    assert data.report == ()


def test_the_order_of_the_files_changes_nothing(join):
    rows1 = [(j, 100 * j + i) for j in range(20) for i in range(5)]
    rows2 = [(j, j) for j in range(20)]
    ordered = join(rows1, rows2)
    shuffler = random.Random(1)
    units = list(range(20))
    shuffler.shuffle(units)
    mixed = join([row for j in units for row in rows1 if row[0] == j], rows2[::-1])
    assert mixed.fingerprint == ordered.fingerprint


def test_ids_match_when_they_mean_the_same(join):
    data = join(
        [("7", 1), (" 7.0", 2), ('"08"', 3), ("-1.50", 4)], [("7.", 1), ("8", 2), (-1.5, 3)]
    )
    assert data.unit_ids == ("-1.5", "7", "8")
    assert data.level2["W"].tolist() == [3, 1, 2]
    assert data.report == ()  # all are numbers


def test_spellings_of_a_text_id_are_told(join):
    data = join([("7", 1), ("7.0", 2), ("b", 3)], [("7.", 1), ("b", 2)])
    assert data.unit_ids == ("7", "b")
    assert data.report == ("IDs of level1.csv written in more than one way: 7 = 7.0.",)


def test_text_ids_stand_in_text_order_and_keep_their_case(join):
    data = join([("b", 1), ("B", 2), ("10", 3), ("9", 4)])
    assert data.unit_ids == ("10", "9", "B", "b")


def test_long_numeric_ids_stay_apart(join):
    data = join([("12345678901234567", 1), ("12345678901234568", 2)])
    assert data.n_units == 2


def test_what_does_not_match_is_left_out_and_told(join):
    data = join([(1, 1), (2, 2), (2, 3), ("", 4)], [(1, 10), (3, 30)])
    assert data.level1["Y"].tolist() == [1]
    assert data.level2["W"].tolist() == [10]
    assert data.report == (
        "2 rows of level1.csv left out: 1 unit not in level2.csv (ID 2).",
        "1 unit of level2.csv left out: no rows in level1.csv (ID 3).",
        "1 row of level1.csv without ID left out.",
    )


def test_long_lists_of_ids_are_cut_short(join):
    data = join([(j, 1) for j in range(30)], [(0, 1)])
    assert (
        "29 units not in level2.csv (ID 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 19 more)"
        in data.report[0]
    )


def test_repeated_level2_ids_are_refused_by_name(join):
    words = r"level2\.csv has rows that contradict each other for 1 unit: ID 7 \(W\)"
    with pytest.raises(DataError, match=words):
        join([(7, 1), (7, 2)], [("7", 1), ("7.0", 2), (8, 1), (9, 1), (9, 1)])


def test_swapped_files_are_taken_for_that_and_no_row_for_superfluous(join):
    with pytest.raises(DataError, match=r"swapped\? level1\.csv.* one row a unit") as error:
        join([(7, 1), (8, 2)], [(7, 1), (7, 2), (8, 3)])
    assert "delete" not in str(error.value)


def test_nothing_in_common(join):
    with pytest.raises(DataError, match=r"No ID of level1\.csv is in level2\.csv"):
        join([(1, 1)], [(2, 1)])


def test_arrays_are_read_only(join):
    data = join([(2, 1), (1, 2)], [(1, 1), (2, 2)])
    for values in (data.offsets, *data.level1.values(), *data.level2.values()):
        assert not values.flags.writeable


def test_one_file_offers_what_is_constant_within_units_at_level_2(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("ID,Y,W,M,G\n2,1,5,,1\n1,2,4,,1\n2,3,5,,\n1,3,4,8,1\n")
    data = read_two_level(path, None, "ID")
    assert data.catalogue.names(1) == ("Y", "W", "M", "G")
    assert data.catalogue.names(2) == ("W",)
    assert data.level2["W"].tolist() == [4, 5]


def test_a_constant_may_be_missing_throughout_a_unit(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("ID,W\n1,\n1,\n2,3\n")
    np.testing.assert_array_equal(read_two_level(path, None, "ID").level2["W"], [np.nan, 3])
