"""Files of fixed width: Fortran formats, their values, and what is said about bad ones."""

import numpy as np
import pytest

from estimation.data.recipe import Source, TextFormat
from estimation.data.sources import look, read
from estimation.data.sources.fortran import cuts_of
from estimation.data.table import Kind
from estimation.errors import DataError


@pytest.fixture
def table(tmp_path):
    """Write a text to a file and read it by a format."""

    def table(text: str, columns: str, encoding: str = "utf-8", **more):
        path = tmp_path / "data.dat"
        path.write_bytes(text.encode(encoding))
        return read(Source(path, TextFormat(columns=columns, **more)))

    return table


@pytest.mark.parametrize(
    ("format_", "cuts"),
    [
        ("(A4,4F12.3)", [(0, 4), (4, 16), (16, 28), (28, 40), (40, 52)]),
        ("( a4 , 1x, 2 f3.0 )", [(0, 4), (5, 8), (8, 11)]),
        ("A4,F8.2", [(0, 4), (4, 12)]),
        ("(T5,I2,TR2,I2,TL8,A4)", [(4, 6), (8, 10), (2, 6)]),
        ("(A4,2(F3.0,1X),F2.0)", [(0, 4), (4, 7), (8, 11), (12, 14)]),
        ("(2(A1,2(I1,X)))", [(0, 1), (1, 2), (3, 4), (5, 6), (6, 7), (8, 9)]),
    ],
)
def test_formats(format_, cuts):
    assert [(each.start, each.stop) for each in cuts_of(format_)] == cuts


def test_several_lines_a_row():
    assert [(each.line, each.start) for each in cuts_of("(A4/F8.2,F8.2/ /I3)")] == [
        *((0, 0), (1, 0), (1, 8), (3, 0)),
    ]


@pytest.mark.parametrize(
    ("format_", "words"),
    [
        ("", "has no values"),
        ("(3X)", "has no values"),
        ("(A4,Q3)", r"cannot be read at ',?Q3\)'"),
        ("(A,F8)", r"cannot be read at 'A,F8\)'"),
        ("(A4,2(F3.0)", "leaves a bracket open"),
        ("(A4))", "closes a bracket too many"),
        ("(1000(1000(F8.2)))", "has more than 100,000 values"),
        ("(99999999F8.2)", "has more than 100,000 values"),
    ],
)
def test_formats_that_cannot_be_read(format_, words):
    with pytest.raises(DataError, match=words) as error:
        cuts_of(format_)
    assert "A format reads like (A4,4F12.3)" in str(error.value)


def test_values(table):
    found = table("a1   5.876 12\nb     -1.5   \n         .  7\n", "(A4,F6.3,I3)")
    assert found.names == ("V1", "V2", "V3")
    assert found.column("V1").stored.to_pylist() == ["a1", "b", None]
    np.testing.assert_array_equal(found.column("V2").values, [5.876, -1.5, np.nan])
    np.testing.assert_array_equal(found.column("V3").values, [12, np.nan, 7])


def test_a_text_of_digits_is_a_text(table):
    found = table("0121\n0132\n", "(A3,F1.0)")
    assert found.field("V1").kind is Kind.TEXT
    assert found.column("V1").stored.to_pylist() == ["012", "013"]


def test_implied_decimals(table):
    found = table(" 5876\n1.500\n-1234\n\n    7\n 12E2\n", "(F5.3)")
    assert found.column("V1").values.tolist() == [5.876, 1.5, -1.234, 0.007, 1.2]


def test_every_way_of_writing_exponents(table):
    found = table("1.5E2 \n1.5D2 \n1.5e+2\n1.5d+2\n1.5+2 \n", "(E6.0)")
    assert found.column("V1").values.tolist() == [150] * 5


def test_a_blank_is_missing_and_never_zero(table):
    found = table("1 \n2\n 3\n", "(F1.0,F1.0)")
    np.testing.assert_array_equal(found.column("V1").values, [1, 2, np.nan])
    np.testing.assert_array_equal(found.column("V2").values, [np.nan, np.nan, 3])


def test_letters_count_once(table):
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        found = table("Köln 1\nUlm  2\n", "(A5,F1.0)", encoding)
        assert found.column("V1").stored.to_pylist() == ["Köln", "Ulm"]
        assert found.column("V2").values.tolist() == [1, 2]


def test_names_and_a_first_line(table):
    found = table("id y\n 1 2\n 3 4\n", "(2F2.0)", names=("ID", "Y"), header=True)
    assert found.names == ("ID", "Y")
    assert found.column("Y").values.tolist() == [2, 4]


def test_what_is_not_a_number_names_its_line(table):
    found = table("1 2\n\n1 x\n1 3\n", "(F1.0,1X,F1.0)", names=("ID", "Y"))
    assert found.field("Y").kind is Kind.TEXT
    assert "line 3 of data.dat has 'x' in column Y, which is not a number" in found.field("Y").note
    found = table("1\n2\n1\nx\n1\n4\n", "(I1/F1.1)")
    assert "line 4 of data.dat has 'x' in column V2" in found.field("V2").note


@pytest.mark.parametrize(
    ("text", "columns", "more", "words"),
    [
        ("1 2\n", "(2F2.0)", {"names": ("ID",)}, r"has 2 values, but there are 1 name\."),
        ("1 2\n", "(2F2.0)", {"names": ("Y", "Y")}, "More than one column is called Y"),
        ("1\n2\n3\n", "(F1.0/F1.0)", {}, r"has 3 lines.*a row takes 2 lines"),
        ("id\n", "(F1.0)", {"header": True}, "no row with values below line 1"),
        ("  \n\n", "(F1.0)", {}, "no row with values"),
        ("1\n", "(F1.0", {}, "leaves a bracket open"),
    ],
)
def test_what_cannot_be_used(table, text, columns, more, words):
    with pytest.raises(DataError, match=words):
        table(text, columns, **more)


def test_a_look(tmp_path):
    path = tmp_path / "data.dat"
    path.write_text("a1 5876\n\nb2  100\n", encoding="utf-8")
    found = look(Source(path, TextFormat(columns="(A3,F4.3)")))
    assert found.names == ("V1", "V2")
    assert found.rows == (("a1", "5876"), ("b2", "100"))
    assert found.text.encoding == "utf-8"
    assert read(Source(path, found.text)).column("V2").values.tolist() == [5.876, 0.1]
