"""Files of SPSS, Stata and SAS: labels, missing values, dates; and what is said about bad ones."""

import csv

import numpy as np
import pytest

from estimation.data.recipe import Source
from estimation.data.sources import look, read
from estimation.data.sources.formats import calendar_of, days_of
from estimation.data.table import Kind, letters
from estimation.errors import DataError


@pytest.mark.parametrize("end", ["sav", "zsav", "por"])
def test_what_pspp_wrote(data_files, end, days):
    table = read(Source(data_files / f"labels.{end}"))
    assert table.names == ("ID", "SCORE", "GRADE", "BORN", "SEEN", "AT", "MONTH", "TOWN")
    kinds = [each.kind for each in table.fields]
    text, number, day = Kind.TEXT, Kind.NUMBER, Kind.DATE
    assert kinds == [text, number, number, day, Kind.DATETIME, number, day, text]
    assert table.column("ID").stored.to_pylist() == ["a1", "a2", "b1", "b2"]
    stored = table.column("SCORE").stored
    np.testing.assert_array_equal(stored, [5.876, -99, 999, np.nan])
    np.testing.assert_array_equal(table.column("SCORE").values, [5.876, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(table.column("AT").values, [37800, 1, 86399, np.nan])
    assert table.column("TOWN").stored.to_pylist() == ["Ulm", "Aachen", None, None]
    seen = days("1980-03-03T10:30:15", "1970-01-01", "1999-12-31T23:59:59", None)
    np.testing.assert_array_equal(table.column("SEEN").values, seen)
    np.testing.assert_array_equal(
        table.column("BORN").stored, days("1980-03-03", "1582-10-15", "2024-02-29", None)
    )
    np.testing.assert_array_equal(
        table.column("MONTH").values, days("1980-03-01", "1970-01-01", "1999-12-01", None)
    )


@pytest.mark.parametrize("end", ["sav", "zsav", "por"])
def test_labels_and_user_missing_values_of_spss(data_files, end, days):
    table = read(Source(data_files / f"labels.{end}"))
    assert (table.field("SCORE").label, table.field("ID").label) == ("Score of the test", "")
    labels = ((1.0, "low"), (2.0, "high"), (8.0, "refused"), (9.0, "don't know"))
    assert table.field("GRADE").value_labels == labels
    assert table.field("SCORE").missing == ((-np.inf, -90.0), (999.0, 999.0))
    assert table.field("GRADE").missing == ((8.0, 8.0), (9.0, 9.0))
    leap_day = days("2024-02-29")[0]
    assert table.field("BORN").missing == ((leap_day, leap_day),)
    assert np.isnan(table.column("BORN").values).tolist() == [False, False, True, True]
    assert table.notes == (
        "TOWN is text: the labels of its values are not kept.",
        "TOWN is text: its user-missing values, XX, are read as blanks.",
    )


@pytest.mark.parametrize("name", ["labels.dta", "labels_stata12.dta"])
def test_what_haven_wrote_for_stata(data_files, name):
    table = read(Source(data_files / name))
    assert table.column("id").stored.to_pylist() == ["a1", "a2", "b1", "b2"]
    score = table.column("score").stored
    np.testing.assert_array_equal(score, [5.876, np.nan, np.nan, np.nan])
    assert letters(score) == {"a": 1, "z": 1}
    np.testing.assert_array_equal(table.column("big").values, [2147483620, -5, 0, np.nan])
    assert table.field("grade").label == "Grade"
    assert table.field("grade").value_labels == ((1.0, "low"), (2.0, "high"))
    assert letters(table.column("grade").stored) == {"r": 1}
    assert table.column("text").stored.to_pylist() == ["Größe", "ends in blanks", None, "x"]
    assert table.notes == (
        "grade: missing values are labelled .r refused; these labels are not kept.",
    )


@pytest.mark.parametrize("name", ["labels.dta", "labels_stata12.dta"])
def test_dates_of_stata(data_files, name, days):
    table = read(Source(data_files / name))
    expected = {
        "born": ("1980-03-03", "1582-10-15", "2024-02-29", None),
        "seen": ("1980-03-03T10:30:15", "1970-01-01", "1999-12-31T23:59:59", None),
        "week": ("1980-01-08", "1960-01-01", "1959-12-24", None),
        "month": ("1980-03-01", "1960-01-01", "1959-12-01", None),
        "quarter": ("1980-04-01", "1960-01-01", "1959-10-01", None),
        "half": ("1980-07-01", "1960-01-01", "1959-07-01", None),
    }
    for variable, when in expected.items():
        np.testing.assert_array_equal(table.column(variable).values, days(*when), variable)
        kind = Kind.DATETIME if variable == "seen" else Kind.DATE
        assert table.field(variable).kind is kind
    np.testing.assert_array_equal(table.column("year").values, [1980, 1960, 1959, np.nan])
    np.testing.assert_array_equal(table.column("clock").values, [37800, 1, 0, np.nan])
    assert table.field("clock").kind is table.field("year").kind is Kind.NUMBER


def test_what_haven_wrote_for_sas(data_files, days):
    table = read(Source(data_files / "labels.xpt"))
    score = table.column("score").stored
    np.testing.assert_array_equal(score, [5.876, np.nan, np.nan, np.nan])
    assert letters(score) == {"a": 1, "_": 1}
    np.testing.assert_array_equal(
        table.column("born").values, days("1980-03-03", "1582-10-15", "2024-02-29", None)
    )
    seen = days("1980-03-03T10:30:15", "1970-01-01", "1999-12-31T23:59:59", None)
    np.testing.assert_array_equal(table.column("seen").values, seen)


def test_a_file_of_sas_itself(data_files):
    table = read(Source(data_files / "iris.sas7bdat"))
    with (data_files / "iris.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert table.names == tuple(name.replace(".", "_") for name in rows[0])
    for name in list(rows[0])[:4]:
        values = table.column(name.replace(".", "_")).values.tolist()
        assert values == [float(row[name]) for row in rows]
    species = [row["Species"][:6] for row in rows]  # the file has room for six letters
    assert table.column("Species").stored.to_pylist() == species


@pytest.mark.parametrize(
    ("form", "shown", "value", "day"),
    [
        ("sas7bdat", "DATE9", 0, "1960-01-01"),
        ("sas7bdat", "MMDDYY10.", 1.0, "1960-01-02"),
        ("xport", "YYMMDDN8", 366, "1961-01-01"),
        ("xport", "E8601DA10.", 366, "1961-01-01"),
        ("xport", "DATETIME20.", 86400, "1960-01-02"),
        ("sas7bdat", "E8601DT19", 43200, "1960-01-01T12:00:00"),
        ("dta", "%d", 1, "1960-01-02"),
        ("dta", "%dD_m_Y", 1, "1960-01-02"),
        ("dta", "%tdCCYY-NN-DD", 1, "1960-01-02"),
        ("dta", "%tcDDmonCCYY_HH:MM", 43_200_000, "1960-01-01T12:00:00"),
        ("sav", "ADATE10", 86400 * 2, "1582-10-16"),
        ("sav", "YMDHMS16", 86400 * 1.5, "1582-10-15T12:00:00"),
    ],
)
def test_formats_that_make_dates(form, shown, value, day, days):
    calendar = calendar_of(form, shown)
    assert days_of(np.array([float(value)]), calendar).tolist() == days(day)


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        *(("sas7bdat", each) for each in ("BEST12", "TIME8.", "$6", "DOLLAR8.2", "F8", "")),
        *(
            ("dta", each)
            for each in ("%9.0g", "%10s", "%ty", "%tb", "%tC", "%-12.2f", "%8.0dx"[:5])
        ),
        *(("sav", each) for each in ("F8.2", "TIME8", "DTIME11", "WKDAY3", "MONTH3", "DOLLAR8")),
    ],
)
def test_formats_that_make_none(form, shown):
    assert calendar_of(form, shown) is None


@pytest.mark.parametrize("end", ["sav", "zsav", "por", "dta", "xpt"])
def test_a_large_file_is_read_in_bouts(data_files, hsb, end, monkeypatch):
    from estimation.data.sources import statistical

    monkeypatch.setattr(statistical, "_LEAST", 5000)
    monkeypatch.setattr(statistical, "_MOST", 5000)
    shares = []
    form = "xport" if end == "xpt" else "sav" if end == "zsav" else end
    table = statistical.read_statistical(data_files / f"hsb1.{end}", form, 0, shares.append)
    for name, values in hsb["hsb1"].items():
        assert table.column(name).values.tolist() == values
    if end in {"sav", "zsav", "dta"}:  # the others do not say how many rows they have
        assert len(shares) == 8
        assert shares == sorted(shares)
        assert shares[-1] == 1


def test_letters_in_one_bout_only(data_files, monkeypatch):
    from estimation.data.sources import statistical

    monkeypatch.setattr(statistical, "_LEAST", 26)
    monkeypatch.setattr(statistical, "_MOST", 26)
    table = statistical.read_statistical(data_files / "labels.dta", "dta", 0, lambda _: None)
    grade = table.column("grade").stored
    np.testing.assert_array_equal(grade, [1, 2, np.nan, np.nan])
    assert letters(grade) == {"r": 1}


# ----------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    "name",
    [
        "hsb1.sav",
        "hsb1.zsav",
        "hsb1.por",
        "hsb1.dta",
        "hsb2_stata12.dta",
        "hsb1.xpt",
        "iris.sas7bdat",
    ],
)
@pytest.mark.parametrize("share", [0.4, 0.99])
def test_a_file_that_is_cut_off(tmp_path, data_files, name, share):
    content = (data_files / name).read_bytes()
    path = tmp_path / name
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(DataError, match="damaged or cut off") as error:
        read(Source(path))
    assert str(error.value).startswith(f"{path} is")
    assert "Save it anew" in str(error.value)


def test_a_transport_file_cut_between_its_records(tmp_path, data_files):
    path = tmp_path / "cut.xpt"
    path.write_bytes((data_files / "hsb2.xpt").read_bytes()[: 80 * 101])
    with pytest.raises(DataError, match="damaged or cut off"):
        read(Source(path))


@pytest.mark.parametrize("position", [200, 400, 3000])
def test_a_damaged_file_never_crashes_us(tmp_path, data_files, position):
    content = bytearray((data_files / "labels.sav").read_bytes())
    content[position : position + 40] = b"\xff" * len(content[position : position + 40])
    path = tmp_path / "labels.sav"
    path.write_bytes(content)
    try:
        read(Source(path))
    except DataError as error:
        assert str(path) in str(error)  # noqa: PT017 - it may as well be readable


def test_a_file_without_rows(tmp_path, data_files):
    content = bytearray((data_files / "hsb1.xpt").read_bytes())
    path = tmp_path / "none.xpt"
    start = content.find(b"HEADER RECORD*******OBS")
    path.write_bytes(content[: start + 80])
    with pytest.raises(DataError, match="no row with values"):
        read(Source(path))


def test_an_old_file_that_does_not_tell_its_encoding(tmp_path, data_files):
    content = (data_files / "hsb2_foreign.dta").read_bytes()
    path = tmp_path / "old.dta"
    path.write_bytes(content.replace(b"MEANSES\0", b"MITTL\xe4R\0"))
    assert read(Source(path)).names[-1] == "MITTLäR"


def test_a_look_has_the_fields(data_files):
    found = look(Source(data_files / "labels.sav"))
    assert found.fields == read(Source(data_files / "labels.sav")).fields
    assert found.rows[0] == (
        *("a1", "5.876", "1", "1980-03-03", "1980-03-03 10:30:15", "37800", "1980-03-01", "Ulm"),
    )
    assert found.rows[3][1] == ""
