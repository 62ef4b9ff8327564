"""Workbooks: what cells become, which sheet is read, and what is said about bad ones."""

import zipfile

import numpy as np
import openpyxl
import pytest

from estimation.data.recipe import Source
from estimation.data.sources import look, read
from estimation.data.table import Kind
from estimation.errors import DataError


@pytest.fixture
def book(tmp_path):
    """Write a workbook of one sheet."""

    def book(*rows):
        path = tmp_path / "book.xlsx"
        workbook = openpyxl.Workbook()
        for row in rows:
            workbook.active.append(row)
        workbook.save(path)
        return Source(path)

    return book


@pytest.mark.parametrize("end", ["xlsx", "xls", "ods"])
def test_cells_of_all_kinds(data_files, end, days):
    table = read(Source(data_files / f"cells.{end}"))
    names = ("ID", "X", "DAY", "MOMENT", "TIME", "LOGICAL", "ERROR", "LASTED", "MIXED", "TEXT")
    assert table.names == names
    assert table.column("ID").values.tolist() == [1224, 1224, 1288, 1288]
    np.testing.assert_array_equal(table.column("X").values, [1.5, np.nan, 2.5, np.nan])
    assert (table.field("DAY").kind, table.field("MOMENT").kind) == (Kind.DATE, Kind.DATETIME)
    day = days("2020-01-02", "1900-03-01", None, "2024-02-29")
    np.testing.assert_array_equal(table.column("DAY").values, day)
    moment = days("2020-01-02T03:04:05", "2020-01-02", None, "1999-12-31T23:59:59")
    np.testing.assert_array_equal(table.column("MOMENT").values, moment)
    np.testing.assert_array_equal(table.column("TIME").values, [3723, 86399, np.nan, 0])
    np.testing.assert_array_equal(table.column("LOGICAL").values, [1, 0, np.nan, 1])
    assert table.column("ERROR").is_missing.all()
    np.testing.assert_array_equal(table.column("LASTED").values, [108000, 1, np.nan, np.nan])
    assert table.column("TEXT").stored.to_pylist() == ["Ulm", "Größe", None, "007"]


@pytest.mark.parametrize("end", ["xlsx", "xls", "ods"])
def test_a_text_among_numbers_names_its_cell(data_files, end):
    field = read(Source(data_files / f"cells.{end}")).field("MIXED")
    assert field.kind is Kind.TEXT
    assert f"cell J6 of cells.{end} has 'abc' in column MIXED, which is not a number" in field.note


def test_sheets(data_files):
    path = data_files / "sheets.xlsx"
    assert read(Source(path)).names == ("ID", "Y")
    second = read(Source(path, sheet="Level 2"))
    assert second.column("W").values.tolist() == [3, 4]
    assert look(Source(path)).sheets == ("Level 1", "Level 2")
    found = look(Source(path, sheet="Level 2"))
    assert (found.names, found.rows) == (("ID", "W"), (("1", "3"), ("2", "4")))
    with pytest.raises(DataError, match=r"no sheet Level 3. Its sheets are: Level 1, Level 2"):
        read(Source(path, sheet="Level 3"))


def test_the_first_sheet_with_data_is_read(data_files):
    found = look(Source(data_files / "cells.xlsx"))
    assert found.sheets == ("Notes", "Data")
    assert found.names[0] == "ID"
    assert found.rows[0][:4] == ("1224", "1.5", "2020-01-02", "2020-01-02 03:04:05")
    empty = look(Source(data_files / "cells.xlsx", sheet="Notes"))
    assert (empty.names, empty.rows) == ((), ())
    with pytest.raises(DataError, match=r"Sheet Notes of .*cells.xlsx has no row with values"):
        read(Source(data_files / "cells.xlsx", sheet="Notes"))


def test_numbers_written_as_texts_are_numbers(book):
    table = read(book(["ID", "Y", "D"], ["1224", " 2.5 ", "2020-01-02"], ["1288", "3", "NA"]))
    assert table.column("ID").values.tolist() == [1224, 1288]
    assert table.column("Y").values.tolist() == [2.5, 3]
    assert table.field("D").kind is Kind.DATE


def test_blank_rows_and_columns_are_none(book):
    table = read(book(["ID", " ", "Y", None], [1, None, 2, " "], [None, None, " "], [3, None, 4]))
    assert table.names == ("ID", "Y")
    assert table.column("Y").values.tolist() == [2, 4]
    assert table.notes == ()


def test_a_column_without_a_name(book):
    table = read(book(["ID", None, "Y"], [1, 5, 2]))
    assert table.names == ("ID", "Y")
    assert table.notes == ("Column 2 is left out: it has no name in book.xlsx.",)


def test_names_that_are_numbers(book):
    assert read(book(["ID", 1990, 1991.0], [1, 2, 3])).names == ("ID", "1990", "1991")
    assert read(book([1, 2], [3, 4])).names == ("V1", "V2")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "has no row with values"),
        ([["ID", "Y"]], "has no row with values"),
        ([["ID", "Y", "Y"], [1, 2, 3]], "more than one column is called Y"),
    ],
)
def test_sheets_that_cannot_be_used(book, rows, words):
    source = book(*rows)
    with pytest.raises(DataError, match=words) as error:
        read(source)
    assert str(source.path) in str(error.value)
    look(source)  # which does show what there is


def test_a_workbook_with_a_password(data_files):
    with pytest.raises(DataError, match=r"protected by a password. Open it in Excel") as error:
        read(Source(data_files / "protected.xlsx"))
    assert "save a copy without password" in str(error.value)
    with pytest.raises(DataError, match="protected by a password"):
        look(Source(data_files / "protected.xlsx"))


def test_a_sheet_of_opendocument_with_a_password(tmp_path, data_files):
    path = tmp_path / "locked.ods"
    with zipfile.ZipFile(data_files / "cells.ods") as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "META-INF/manifest.xml":
                content = content.replace(
                    b'manifest:full-path="content.xml" manifest:media-type="text/xml"/>',
                    b'manifest:full-path="content.xml" manifest:media-type="text/xml">'
                    b"<manifest:encryption-data/></manifest:file-entry>",
                )
                assert b"encryption" in content
            new.writestr(name, content)
    with pytest.raises(DataError, match="protected by a password"):
        read(Source(path))


@pytest.mark.parametrize("name", ["hsb2.xlsx", "hsb2.xls", "hsb2.ods"])
@pytest.mark.parametrize("share", [0.3, 0.98])
def test_a_workbook_that_is_cut_off(tmp_path, data_files, name, share):
    content = (data_files / name).read_bytes()
    path = tmp_path / name
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(DataError, match="damaged") as error:
        read(Source(path))
    assert str(path) in str(error.value)


def test_a_zip_bomb(tmp_path, data_files):
    content = bytearray((data_files / "sheets.xlsx").read_bytes())
    entry = content.find(b"PK\x01\x02")  # of the central directory; the size is at 24
    content[entry + 24 : entry + 28] = (2_100_000_000).to_bytes(4, "little")
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"would unpack to 2.1 GB.*save the sheet as CSV"):
        read(Source(path))


def test_a_cell_at_the_far_end_of_the_sheet(tmp_path):
    path = tmp_path / "far.xlsx"
    workbook = openpyxl.Workbook()
    workbook.active.append(["ID", "Y"])
    workbook.active.cell(1_048_576, 16_384, "x")
    workbook.save(path)
    with pytest.raises(DataError, match=r"far.xlsx.*memory"):
        read(Source(path))


def test_an_archive_that_is_no_workbook(tmp_path):
    path = tmp_path / "data.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data.csv", "ID,Y\n1,2\n")
    with pytest.raises(DataError, match="no workbook"):
        read(Source(path))
