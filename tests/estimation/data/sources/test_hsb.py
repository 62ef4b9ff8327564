"""HS&B by every format: each value is, to the last bit, that of the CSV files."""

from pathlib import Path

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest

from estimation.data.recipe import Source, TextFormat
from estimation.data.sources import look, read


def assert_same(table, columns):
    assert table.names == tuple(columns)
    assert table.notes == ()
    for name, values in columns.items():
        assert table.column(name).values.tolist() == values
        assert table.field(name).numeric
        assert table.field(name).note == ""


@pytest.mark.parametrize("name", ["hsb1", "hsb2"])
@pytest.mark.parametrize("end", ["sav", "zsav", "por", "dta", "xpt", "xlsx", "xls", "ods"])
def test_files_of_other_programs(data_files, hsb, name, end):
    assert_same(read(Source(data_files / f"{name}.{end}")), hsb[name])


@pytest.mark.parametrize(
    "name",
    [
        *(f"hsb2_stata{version}.dta" for version in (8, 10, 12, 13, 15)),
        "hsb2_foreign.dta",
        "hsb2_version8.xpt",
        "hsb2_haven.sav",
    ],
)
def test_other_versions_of_their_formats(data_files, hsb, name):
    assert_same(read(Source(data_files / name)), hsb["hsb2"])


@pytest.mark.parametrize("name", ["hsb1", "hsb2"])
@pytest.mark.parametrize("end", ["parquet", "feather", "arrow", "stream"])
def test_parquet_and_feather(tmp_path, hsb, name, end):
    path = tmp_path / f"{name}.{'arrow' if end == 'stream' else end}"
    table = pa.table(hsb[name])
    if end == "parquet":
        pyarrow.parquet.write_table(table, path, row_group_size=1000)
    elif end == "stream":
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
            writer.write_table(table)
    else:
        options = pa.ipc.IpcWriteOptions(compression="zstd" if end == "feather" else None)
        with (
            pa.OSFile(str(path), "wb") as file,
            pa.ipc.new_file(file, table.schema, options=options) as writer,
        ):
            writer.write_table(table)
    assert_same(read(Source(path)), hsb[name])


@pytest.mark.parametrize("name", ["hsb1", "hsb2"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("marks", [",.", ";,", "\t,", " ."])
def test_text(tmp_path, examples, hsb, name, encoding, marks):
    text = (examples / f"{name}.csv").read_text(encoding="utf-8")
    path = tmp_path / f"{name}.txt"
    path.write_text(text.translate(str.maketrans(",.", marks)), encoding=encoding)
    found = look(Source(path)).text
    assert found.separator + found.decimal == marks
    assert_same(read(Source(path)), hsb[name])


def test_the_files_that_are_shipped(examples, hsb):
    assert_same(read(Source(examples / "hsb1.csv")), hsb["hsb1"])
    assert_same(read(Source(examples / "hsb2.csv")), hsb["hsb2"])


@pytest.mark.parametrize(
    ("columns", "row"),
    [
        ("(F4.0,2F2.0,2F12.3)", "{0:4.0f}{1:2.0f}{2:2.0f}{3:12.3f}{4:12.3f}"),
        # Without points: the format says that there are three decimals.
        ("(I4,2I1,2F9.3)", "{0:4.0f}{1:.0f}{2:.0f}{5:9.0f}{6:9.0f}"),
        ("(I4,1X,I1,T10,I1/2E15.7)", "{0:4.0f} {1:.0f}   {2:.0f}\n{3:15.6E}{4:15.6E}"),
    ],
)
def test_fixed_width(tmp_path, hsb, columns, row):
    path = tmp_path / "hsb1.dat"
    values = hsb["hsb1"]
    rows = zip(*values.values(), strict=True)
    thousandths = (row.format(*each, each[3] * 1000, each[4] * 1000) for each in rows)
    path.write_text("\n".join(thousandths) + "\n", encoding="utf-8")
    form = TextFormat(columns=columns, names=tuple(values))
    assert_same(read(Source(path, form)), values)


def test_labels_come_along(data_files):
    for end in ("sav", "zsav", "por"):
        table = read(Source(data_files / f"hsb1.{end}"))
        assert table.field("MATHACH").label == "Mathematics achievement score"
        assert table.field("FEMALE").value_labels == ((0.0, "boy"), (1.0, "girl"))
    assert read(Source(data_files / "hsb1.dta")).field("MATHACH").label.startswith("Mathematics")


@pytest.mark.parametrize(
    ("end", "kind"), [("sav", "SPSS"), ("dta", "Stata"), ("xpt", "SAS"), ("xls", "Workbook")]
)
def test_a_look(data_files, hsb, end, kind):
    path = data_files / f"hsb1.{end}"
    found = look(Source(path))
    assert (found.kind, found.text) == (kind, None)
    assert found.names == tuple(hsb["hsb1"])
    assert len(found.rows) == 50
    assert found.rows[1] == ("1224", "0", "1", "-0.588", "19.708")
    assert [each.name for each in found.fields] == ([] if end == "xls" else list(found.names))
    assert found.sheets == (("hsb1",) if end == "xls" else ())


def test_the_name_does_not_matter(tmp_path, data_files, hsb):
    for name in (
        "hsb2.sav",
        "hsb2.por",
        "hsb2.dta",
        "hsb2.xpt",
        "hsb2.xlsx",
        "hsb2.xls",
        "hsb2.ods",
    ):
        path = tmp_path / f"{Path(name).suffix[1:]} data"
        path.write_bytes((data_files / name).read_bytes())
        assert_same(read(Source(path)), hsb["hsb2"])
