"""Tables and paragraphs stay within the page, and lose nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimation.report.layout import WIDTH, facts, paragraph, table
from estimation.report.numbers import fixed, p_value, scientific, variance

NAME = st.text("ABCDEFGH_", min_size=1, max_size=WIDTH - 2)
NUMBER = st.floats(-1e9, 1e9).map(lambda value: fixed(value, 6))


@st.composite
def tables(draw):
    n_columns = draw(st.integers(2, 15))
    headings = draw(st.lists(NAME, min_size=n_columns, max_size=n_columns))
    row = st.tuples(NAME, *[NUMBER] * (n_columns - 1))
    return headings, draw(st.lists(row, min_size=1, max_size=5))


@given(tables())
def test_any_table_fits_the_page_with_every_cell_in_its_row(contents):
    headings, rows = contents
    lines = table(headings, rows)
    assert max(map(len, lines)) <= WIDTH
    words = " ".join(lines).split()
    for row in rows:
        for number in row[1:]:
            assert number in words
        assert row[0] in words


def test_columns_stand_under_their_headings():
    lines = table(
        ["Name", "Standard\nerror", "p"], [("A", "1.5", "0.1"), "For B", ("LONGER", "10", "")]
    )
    assert lines == [
        " ---------------------",
        "         Standard",
        " Name       error    p",
        " ---------------------",
        " A            1.5  0.1",
        " For B",
        " LONGER        10",
        " ---------------------",
    ]


def test_a_long_name_takes_a_line_of_its_own():
    name = "N" * 95
    assert table(["Name", "Value"], [(name, "1.5")])[3:5] == [f" {name}", f"{'1.5':>98}"]


def test_facts_and_paragraphs():
    assert facts([("a", "1"), ("long", "2")]) == ["   a    = 1", "   long = 2"]
    lines = paragraph("word " * 60, hanging="  ")
    assert max(map(len, lines)) <= WIDTH
    assert all(line.startswith("   word") for line in lines[1:])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.00000"),
        (-0.0, "0.00000"),
        (-1e-15, "0.00000"),
        (38.733033, "38.73303"),
        (0.0000123, "1.230000E-005"),
        (-2e15, "-2.000000E+015"),
        (None, "n/a"),
        (float("nan"), "n/a"),
        (float("-inf"), "n/a"),
    ],
)
def test_variances(value, text):
    assert variance(value) == text


def test_hlms_formats():
    assert scientific(-23558.404) == "-2.355840E+004"
    assert [p_value(each) for each in (0.0009999, 0.001, 0.0073, 1.0, None)] == [
        "<0.001",
        "0.001",
        "0.007",
        "1.000",
        "n/a",
    ]
