"""Which column links two files, or tells the units of one apart."""

import numpy as np
import pyarrow as pa
import pytest

from app.model.id_guess import link, unit_of
from estimation.data.table import Field, Kind, Table

GROUPS = np.repeat([10, 20, 30], 4)
X = np.linspace(0.5, 9.5, 12)


def table(name, fields=(), **columns):
    arrow = pa.table(columns)
    kinds = [Kind.TEXT if pa.types.is_string(each.type) else Kind.NUMBER for each in arrow.schema]
    known = {each.name: each for each in fields}
    found = [known.get(n, Field(n, kind)) for n, kind in zip(columns, kinds, strict=True)]
    return Table(name, tuple(found), arrow)


def students(**columns):
    return table("1.csv", **({"ID": GROUPS, "X": X} | columns))


def schools(**columns):
    return table("2.csv", **({"ID": [10, 20, 30], "W": [0.1, 0.2, 0.3]} | columns))


def test_the_name_that_both_have():
    assert link(students(), schools()) == ("ID", "ID", False)


def test_files_the_wrong_way_round_are_noticed():
    assert link(schools(), students()) == ("ID", "ID", True)


def test_capitals_do_not_matter():
    two = table("2.csv", id=[10, 20, 30])
    assert link(students(), two)[:2] == ("ID", "id")


def test_ids_that_mean_the_same_match_as_text_and_as_number():
    two = table("2.csv", ID=["10", "20 ", "030"])
    assert link(students(), two)[:2] == ("ID", "ID")


def test_a_better_link_than_a_common_variable():
    year = np.tile([1, 2, 3, 4], 3)
    one = students(YEAR=year)
    two = schools(YEAR=[1, 1, 2])
    assert link(one, two)[:2] == ("ID", "ID")


def test_different_names_are_found_by_their_values():
    two = table("2.csv", SCHOOL=[10, 20, 30], SIZE=[100, 200, 300])
    assert link(students(), two) == ("ID", "SCHOOL", False)
    one = table("1.csv", SCHNR=GROUPS, AGE=np.tile([7, 8, 9], 4), X=X)
    assert link(one, two)[:2] == ("SCHNR", "SCHOOL")


def test_rows_repeated_by_mistake_do_not_hide_the_link():
    ids = np.arange(20)
    one = table("1.csv", SCHOOL=np.repeat(ids, 5), X=np.linspace(0.1, 9.7, 100))
    two = table("2.csv", NR=[*ids.tolist(), 3])
    assert link(one, two) == ("SCHOOL", "NR", False)


def test_nothing_in_common_is_no_link():
    two = table("2.csv", W=[0.5, 0.6, 0.7])
    assert link(students(), two)[:2] == ("", "")


def test_what_is_wished_stands():
    one = students(G=GROUPS)
    assert link(one, schools(), ("G", "ID"))[:2] == ("G", "ID")
    assert link(one, schools(), ("G", ""))[:2] == ("G", "ID")
    assert link(one, schools(NR=[1, 2, 3]), ("", "NR"))[:2] == ("", "NR")


def test_of_two_files_of_like_kind_the_longer_is_level_1():
    assert link(table("1.csv", ID=[1, 2]), table("2.csv", ID=[1, 2, 3])).swapped
    assert not link(table("1.csv", ID=[1, 2, 3]), table("2.csv", ID=[1, 2])).swapped


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"ID": GROUPS, "X": X}, "ID"),
        ({"ID": np.arange(12), "SCHID": GROUPS, "X": X}, "SCHID"),
        ({"X": X, "school": GROUPS.astype(str)}, "school"),
        ({"X": X, "BLOCK": GROUPS, "EVER": np.repeat([0, 1], 6)}, "BLOCK"),
        ({"X": X, "FEMALE": np.tile([0, 1], 6)}, ""),
        ({"X": X}, ""),
    ],
)
def test_the_units_of_one_file(columns, expected):
    assert unit_of(table("1.csv", **columns)) == expected


def test_a_labelled_variable_is_no_id_unless_its_name_says_so():
    labels = ((10.0, "a"), (20.0, "b"))
    fields = [Field("SECTOR", value_labels=labels), Field("COUNTRY", value_labels=labels)]
    assert unit_of(table("1.csv", fields, SECTOR=GROUPS, X=X)) == ""
    assert unit_of(table("1.csv", fields, COUNTRY=GROUPS, X=X)) == "COUNTRY"
