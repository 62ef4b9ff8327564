"""Separated values: what is understood, and what is said about the rest."""

import numpy as np
import pytest

from estimation.data.recipe import Source, TextFormat
from estimation.data.sources import look, read
from estimation.data.table import Kind
from estimation.errors import DataError

AS_FOUND = TextFormat()


@pytest.fixture
def table(tmp_path):
    """Write a text to a file and read it."""

    def table(text: str | bytes, form: TextFormat = AS_FOUND, encoding: str = "utf-8"):
        path = tmp_path / "data.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return read(Source(path, form))

    return table


def values(table, name):
    return table.column(name).values.tolist()


@pytest.mark.parametrize(
    "text",
    [
        "ID,Y,Z\n1,2.5,-1e3\n1,.5,4\n2,3,5\n",
        "ID;Y;Z\n1;2,5;-1e3\n1;,5;4\n2;3;5\n",
        "ID;Y;Z\n1;2.5;-1e3\n1;.5;4\n2;3;5\n",
        "ID\tY\tZ\n1\t2,5\t-1e3\n1\t0,5\t4\n2\t3\t5\n",
        "ID|Y|Z\n1|2.5|-1e3\n1|0.5|4\n2|3|5\n",
        "ID Y Z\n1 2.5 -1e3\n1 0.5 4\n2 3 5\n",
        "  ID   Y  Z  \n\n 1\t2.5  -1e3\n 1   0.5 +4\n   2 3   5",
        '"ID"  "Y" "Z"\n"1" 2.5 -1e3\n1 "0.5" 4\n2 3 5',
        '"ID","Y","Z"\r\n"1","2.5","-1e3"\r\n1, 0.5 ,4\r\n2,3,5',
        '"ID", "Y", "Z"\n"1", "2.5", "-1e3"\n1, 0.5, 4\n2, 3, 5\n',
        "\n\nID , Y,Z\r1,2.5,-1e3\r1,.5,4\r\r2,3,5\r\r",
        "sep=;\nID;Y;Z\n1;2.5;-1e3\n1;.5;4\n2;3;5\n",
        ",,\nID,Y,Z\n1,2.5,-1e3\n,,\n1,.5,4\n,,,,\n2,3,5\n  \n,\n",
        "ID,Y,Z\n1,2.5,-1e3\n1,.5,4\n2,3,5\n\x1a",
    ],
)
def test_separators_decimals_and_line_ends(table, text):
    found = table(text)
    assert found.names == ("ID", "Y", "Z")
    assert values(found, "ID") == [1, 1, 2]
    assert values(found, "Y") == [2.5, 0.5, 3]
    assert values(found, "Z") == [-1000, 4, 5]
    assert found.notes == ()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"]
)
def test_encodings(table, encoding):
    found = table("ID,Größe,Ort\n1,2,Köln\n2,3,Ulm\n", encoding=encoding)
    assert found.names == ("ID", "Größe", "Ort")
    assert found.column("Ort").stored.to_pylist() == ["Köln", "Ulm"]


def test_a_letter_far_down_tells_that_the_file_is_not_utf8(table):
    many = "1,Ulm\n" * 400_000
    found = table(f"ID,TOWN\n{many}2,Köln\n", encoding="latin-1")
    assert found.column("TOWN").stored[-1].as_py() == "Köln"


def test_bytes_that_windows_1252_does_not_have(table):
    found = table(b"ID,TOWN\n1,K\xf6ln\n2,\x81\n")
    assert found.column("TOWN").stored.to_pylist() == ["Köln", "\x81"]


@pytest.mark.parametrize(
    "blank",
    ["", " ", "      ", ".", "NA", " NA ", "N/A", "#N/A", "NaN", "nan", "NULL", '""', '" "'],
)
def test_a_blank_is_missing_and_never_zero(table, blank):
    found = table(f"ID,Y\n1,0\n1,{blank}\n1,1\n").column("Y").values
    np.testing.assert_array_equal(found, [0, np.nan, 1])


def test_numbers_are_read_to_the_last_digit(table):
    assert values(table("Y,Z\n0.1234567890123456,1e308\n"), "Y") == [0.1234567890123456]


def test_whole_numbers_stay_whole(table):
    found = table("ID,Y\n123456789012345678,1\n123456789012345679,2\n")
    assert found.arrow.column(0).to_pylist() == [123456789012345678, 123456789012345679]


def test_ids_too_long_for_a_number_are_texts(table):
    found = table("ID,Y\n12345678901234567890,1\n12345678901234567891,2\n")
    assert found.field("ID").kind is Kind.TEXT
    assert found.column("ID").stored.to_pylist()[1] == "12345678901234567891"


def test_logical_values_are_one_and_zero(table):
    found = table("A,B,C\nTRUE,True,true\nFALSE,,0\nTRUE,False,1\n")
    assert values(found, "A") == [1, 0, 1]
    np.testing.assert_array_equal(values(found, "B"), [1, np.nan, 0])
    assert values(found, "C") == [1, 0, 1]


def test_dates(table):
    found = table("D,T,C\n1970-01-02,1970-01-02 12:00:00,01:00:00\n,1969-12-31 00:00,\n")
    assert [each.kind for each in found.fields] == [Kind.DATE, Kind.DATETIME, Kind.NUMBER]
    np.testing.assert_array_equal(values(found, "D"), [1, np.nan])
    assert values(found, "T") == [1.5, -1]
    np.testing.assert_array_equal(values(found, "C"), [3600, np.nan])


def test_a_value_may_hold_separators_quotes_and_line_ends(table):
    found = table('ID,T\n1,"a,""b""\nc"\n2,"d"\n3,"\r\n"\n4,abc\n')
    assert found.column("T").stored.to_pylist() == ['a,"b"\nc', "d", None, "abc"]


def test_a_quoted_line_end_far_down(table):
    many = "1,Ulm\n" * 400_000
    found = table(f'ID,TOWN\n{many}2,"K\nln"\n3,x\n')
    assert found.n_rows == 400_002
    assert found.column("TOWN").stored[400_000].as_py() == "K\nln"


# ---------------------------------------------------------------------- guesses that were wrong


@pytest.mark.parametrize(
    ("first", "later", "kind"),
    [
        ("1", "2.5", Kind.NUMBER),
        ("", "7", Kind.NUMBER),
        ("", "7.5", Kind.NUMBER),
        ("true", "3", Kind.NUMBER),
        ("2020-01-01", "Ulm", Kind.TEXT),
        ("2020-01-01", "2020-01-01 10:00:00", Kind.DATETIME),
        ("1", "99999999999999999999", Kind.NUMBER),
    ],
)
def test_a_later_line_may_defy_the_first_ones(table, first, later, kind):
    found = table("ID,Y\n" + f"1,{first}\n" * 600_000 + f"1,{later}\n1,{first}\n")
    assert found.field("Y").kind is kind
    assert found.n_rows == 600_002
    if kind is Kind.NUMBER:
        assert values(found, "Y")[600_000] == float(later)


def test_many_columns_may_defy_the_first_lines(table):
    names = ",".join(f"V{number}" for number in range(20))
    first, last = ",".join(["1"] * 20), ",".join(f"{number}.5" for number in range(20))
    found = table(f"{names}\n" + f"{first}\n" * 60_000 + f"{last}\n")
    assert [values(found, f"V{number}")[-1] for number in range(20)] == [
        number + 0.5 for number in range(20)
    ]


def test_a_column_of_numbers_with_a_text_names_the_line(table):
    found = table('ID,TOWN,Y\n1,,1\n\n1,"a\nb",1\n1,7,1\n1,3,abc\n1,3,def\n')
    assert found.field("TOWN").note == (
        "line 4 of data.csv has 'a\\nb' in column TOWN, which is not a number; "
        "correct it, or leave it blank if it is missing"
    )
    assert found.field("Y").kind is Kind.TEXT
    assert "line 7 of data.csv has 'abc'" in found.field("Y").note
    assert found.column("Y").stored.to_pylist() == ["1", "1", "1", "abc", "def"]


def test_a_text_far_down_names_its_line(table):
    found = table("ID,Y\n" + "1,2\n" * 500_000 + "1,abc\n")
    assert "line 500002 of data.csv has 'abc'" in found.field("Y").note


def test_a_column_of_texts_needs_no_remark(table):
    found = table("ID,TOWN\n1,Ulm\n2,Bonn\n3,7\n")
    assert found.field("TOWN").note == ""
    assert not found.field("TOWN").numeric


@pytest.mark.parametrize("value", ["inf", "-inf", "Infinity", "1e999", "-1e999"])
def test_an_infinite_number_is_named(table, value):
    found = table(f"ID,Y\n1,1\n\n1,{value}\n1,2\n")
    assert found.field("Y").kind is Kind.NUMBER
    assert "line 4 of data.csv has an infinite number in column Y" in found.field("Y").note
    assert np.isinf(values(found, "Y")[1])


@pytest.mark.parametrize("value", ["12a", "1,5", "1.234,5", "1_000", "--1"])
def test_what_is_not_a_number_makes_a_text(table, value):
    found = table(f'ID,Y\n1,1\n1,"{value}"\n')
    assert found.field("Y").kind is Kind.TEXT
    assert f"line 3 of data.csv has {value!r}" in found.field("Y").note


def test_the_other_decimal_mark_is_understood_unless_it_is_set(table):
    text = "ID;Y;Z\n1;2,5;2.5\n1;3,5;3.5\n2;4,5;x\n2;1,5;y\n3;1,5;\n"
    assert table(text).field("Z").kind is Kind.TEXT
    text = "ID;A;B;Y\n1;2,5;1,5;2.5\n1;3,5;2,5;3.5\n"
    assert values(table(text), "Y") == [2.5, 3.5]
    assert table(text, TextFormat(decimal=",")).field("Y").kind is Kind.TEXT


# --------------------------------------------------------------------------- names and columns


def test_columns_without_a_name(table):
    found = table("ID,Y,,\n1,1,7,\n1,2,8,\n")
    assert found.names == ("ID", "Y")
    assert found.notes == ("Column 3 is left out: it has no name in data.csv.",)


def test_names_of_every_sort(table):
    names = ("x" * 200, "a name", "Größe", "🎓", "1st", "INTRCPT1", "y", "Y", "with,comma")
    found = table(",".join(f'"{each}"' for each in names) + "\n" + ",".join("1" * len(names)))
    assert found.names == names
    assert values(found, "🎓") == [1]


def test_lines_of_numbers_have_no_names(table):
    found = table("1,2\n1,3.5\n")
    assert found.names == ("V1", "V2")
    assert values(found, "V2") == [2, 3.5]


def test_two_thousand_columns(table):
    names = [f"VARIABLE_{number}" for number in range(2000)]
    rows = [",".join(str(row + number) for number in range(2000)) for row in range(3)]
    found = table("\n".join([",".join(names), *rows]))
    assert found.names == tuple(names)
    assert values(found, "VARIABLE_1999") == [1999, 2000, 2001]


def test_names_longer_than_a_block(table):
    names = [f"V{number}{'x' * 350}" for number in range(2000)]
    found = table(",".join(names) + "\n" + ",".join("1" * 2000) + "\n")
    assert found.names == tuple(names)


# ---------------------------------------------------------------------------- the format given


def test_what_is_given_stands(table):
    found = table("1;2,5\n1;3\n", TextFormat(separator=";", header=True, decimal=","))
    assert found.names == ("1", "2,5")
    assert table("ID,Y\n1,2\n", TextFormat(header=False)).names == ("V1", "V2")
    assert table("ID;Y,Z\n1;2,3\n", TextFormat(separator=",")).names == ("ID;Y", "Z")
    found = table("ID,Ä\n1,2\n", TextFormat(encoding="cp1252"), encoding="utf-8")
    assert found.names == ("ID", "Ã„")


def test_an_encoding_that_does_not_fit(table):
    with pytest.raises(DataError, match="not written in the encoding utf-8"):
        table("ID,T\n1,Köln\n", TextFormat(encoding="utf-8"), encoding="latin-1")
    with pytest.raises(DataError, match="encoding klingon, which is not known"):
        table("ID,T\n1,2\n", TextFormat(encoding="klingon"))


@pytest.mark.parametrize(
    ("text", "encoding", "form"),
    [
        ("ID,Y\n1,2.5\n", "utf-8", TextFormat(",", ".", "utf-8", header=True)),
        ("ID;Y\n1;2,5\n", "utf-16", TextFormat(";", ",", "utf-16", header=True)),
        ("ID\tÖ\n1\t2\n", "latin-1", TextFormat("\t", ".", "cp1252", header=True)),
        ("1 2,5\n1 3,5\n", "utf-8-sig", TextFormat(" ", ",", "utf-8-sig", header=False)),
        ("ID\n1\n2\n", "utf-8", TextFormat(",", ".", "utf-8", header=True)),
    ],
)
def test_a_look_tells_what_was_found_out(tmp_path, text, encoding, form):
    path = tmp_path / "data.txt"
    path.write_text(text, encoding=encoding)
    found = look(Source(path))
    assert (found.kind, found.text, found.sheets) == ("Text", form, ())
    assert found.rows[0][0] == "1"
    again = read(Source(path, found.text))
    assert again.names == found.names


def test_a_look_reads_only_the_beginning(tmp_path):
    path = tmp_path / "data.csv"
    with path.open("wb") as file:
        file.write(b"ID,Y\n" + b"1,2\n" * 300_000)
        file.truncate(10_000_000_000)  # a hole: reading it would take long
    found = look(Source(path))
    assert found.names == ("ID", "Y")
    assert found.rows == (("1", "2"),) * 50


# ----------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "data.csv is empty. It must hold a line of variable names"),
        (" \n,\n", "data.csv is empty"),
        ("ID,Y\n", "no row with values below the names in line 1"),
        ("\nID,Y\n\n,\n", "no row with values below the names in line 2"),
        ("\nID,Y,Y\n1,2,3\n", "line 2: more than one column is called Y"),
        ("ID,Y\n1,2\n\n1,2,3\n", "line 4: there are more values than the 2 names in line 1: 3"),
        ("ID,Y\n1,2,3\n1,2,3\n", "line 2: there are more values than the 2 names.*line 3, too"),
        ("ID,Y,Z\n1,2,3\n1,2\n1,2,3\n", "line 3: there are fewer values than the 3 names.*: 2"),
        ("1,2\n1,2,3\n", "line 2: there are more values than the 2 in the first line: 3"),
        ("ID Y\n1 2\n1 2 3\n", "line 3: there are more values than the 2 names"),
        ('ID,Y\n1,2\n1,"3\n2,4\n', "line 3: a quotation mark is opened and never closed"),
        ('ID,Y,Z\n1,2,3\n1,"3\n2,4,5\n', "line 3: a quotation mark is opened and never closed"),
        ('ID,"Y\n1,2\n1,3\n', "quotation mark is opened and never closed"),
    ],
)
def test_a_file_that_cannot_be_used(table, text, words):
    with pytest.raises(DataError, match=words) as error:
        table(text)
    assert "data.csv" in str(error.value)


def test_an_open_quotation_mark_before_megabytes(table):
    with pytest.raises(DataError, match="line 3: a quotation mark is opened and never closed"):
        table('ID,Y\n1,2\n1,"3\n' + "1,2\n" * 1_000_000)
