"""CSV files: what is understood, and what is said about the rest."""

from pathlib import Path

import numpy as np
import pytest

from estimation.data.read import read_two_level
from estimation.errors import DataError, FileError


@pytest.fixture
def read(tmp_path):
    """Write a text to a file and read it as data of both levels."""

    def read(text: str, id_name: str = "ID", encoding: str = "utf-8"):
        path = tmp_path / "data.csv"
        path.write_text(text, encoding=encoding, newline="")
        return read_two_level(path, None, id_name)

    return read


@pytest.mark.parametrize(
    "text",
    [
        "ID,Y,Z\n1,2.5,-1e3\n1,.5,4\n2,3,5\n",
        "ID;Y;Z\n1;2,5;-1e3\n1;,5;4\n2;3;5\n",
        "ID;Y;Z\n1;2.5;-1e3\n1;.5;4\n2;3;5\n",
        "ID\tY\tZ\n1\t2,5\t-1e3\n1\t0,5\t4\n2\t3\t5\n",
        '"ID","Y","Z"\r\n"1","2.5","-1e3"\r\n1, 0.5 ,4\r\n2,3,5',
        "\n\nID , Y,Z\r1,2.5,-1e3\r1,.5,4\r\r2,3,5\r\r",
    ],
)
def test_separators_decimals_and_line_ends(read, text):
    data = read(text)
    assert data.unit_ids == ("1", "2")
    assert data.level1["Y"].tolist() == [2.5, 0.5, 3]
    assert data.level1["Z"].tolist() == [-1000, 4, 5]
    assert data.report == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_encodings(read, encoding):
    assert read("ID,Größe\n1,2\n", encoding=encoding).catalogue.names(1) == ("Größe",)


@pytest.mark.parametrize("blank", ["", " ", ".", "NA", "NaN", "n/a".upper(), '""', '" "'])
def test_a_blank_is_missing_and_never_zero(read, blank):
    values = read(f"ID,Y\n1,0\n1,{blank}\n1,1\n").level1["Y"]
    np.testing.assert_array_equal(values, [0, np.nan, 1])


def test_numbers_are_read_to_the_last_digit(read):
    value = read("ID,Y\n1,0.1234567890123456\n").level1["Y"][0]
    assert value == pytest.approx(0.1234567890123456, rel=3e-16)


def test_logical_values_are_one_and_zero(read):
    data = read("ID,A,B\n1,TRUE,True\n1,FALSE,\n2,TRUE,False\n")
    assert data.level1["A"].tolist() == [1, 0, 1]
    np.testing.assert_array_equal(data.level1["B"], [1, np.nan, 0])


def test_a_text_column_is_left_out_with_its_first_line(read):
    data = read("ID,Y,TOWN\n1,1,\n1,2,Ulm\n1,3,7\n")
    assert data.catalogue.names(1) == ("Y",)
    reason = dict(data.catalogue.left_out)["TOWN"]
    assert "line 3 of data.csv has 'Ulm' in column TOWN, which is not a number" in reason
    assert data.report == (f"TOWN is left out: {reason}.",)


@pytest.mark.parametrize("value", ["inf", "-inf", "1e999", "12a", "1,5"])
def test_what_is_not_a_finite_number_makes_a_text_column(read, value):
    data = read(f'ID,Y,Z\n1,1,1\n\n1,"{value}",2\n')
    assert data.catalogue.names(1) == ("Z",)
    assert "line 4 of data.csv" in data.report[0]


def test_columns_without_a_name(read):
    data = read("ID,Y,,\n1,1,7,\n1,2,8,\n")
    assert data.catalogue.names(1) == ("Y",)
    assert data.report == ("Column 3 is left out: it has no name in data.csv.",)


def test_the_names_of_the_intercepts_are_taken(read):
    data = read("ID,Y,INTRCPT1\n1,1,1\n")
    assert data.catalogue.names(1) == ("Y",)
    assert "INTRCPT1" in data.report[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        (" \n,\n", "empty"),
        ("1,2\n1,3\n", r"no column ID.*V1, V2"),
        ("\nID,Y,Y\n1,2,3\n", "line 2: more than one column is called Y"),
        ("ID,Y\n1,2\n\n1,2,3\n", "line 4: there are more values than the 2 names"),
        ("ID,Y\n1,2,3\n1,2,3\n", "line 2: there are more values than the 2 names"),
        ('ID,Y\n1,2\n1,"3\n2,4\n', "line 3: a quotation mark"),
        ("ID,Y\n", "no row with values below the names in line 1"),
        ("ID,Y\n,1\n,2\n", "no row with a value of ID"),
        ("SCHOOL,Y\n1,2\n", "no column ID.*SCHOOL, Y"),
        ("id,Id,Y\n1,2,3\n", "more than one column ID"),
    ],
)
def test_a_file_that_cannot_be_used(read, text, words):
    with pytest.raises(DataError, match=words) as error:
        read(text)
    assert "data.csv" in str(error.value)


def test_the_id_in_either_case_but_exactly_first(read):
    assert read("Id,Y\n1,2\n").id_name == "Id"
    assert read("id,ID,Y\n1,2,3\n").id_name == "ID"


def test_a_missing_file(tmp_path):
    with pytest.raises(FileError, match=r"none\.csv"):
        read_two_level(tmp_path / "none.csv", None, "ID")


def test_the_same_file_twice_is_one_file(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("ID,Y,W\n1,1,5\n1,2,5\n2,3,6\n")
    data = read_two_level(path, Path(f"{tmp_path}/./data.csv"), "ID")
    assert data.catalogue.names(2) == ("W",)
    assert data.name == "data.csv"


def test_labels_and_name(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("ID,Y\n1,1\n")
    data = read_two_level(path, None, "ID", name="Mine", labels={"Y": "The outcome"})
    assert (data.name, data.catalogue.level1[0].label) == ("Mine", "The outcome")
