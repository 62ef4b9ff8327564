"""Parquet and Feather files: every type of column, and what is said about bad files."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

from estimation.data.ids import units
from estimation.data.recipe import Source
from estimation.data.sources import look, read
from estimation.data.table import Kind
from estimation.errors import DataError


@pytest.fixture
def parquet(tmp_path):
    """Write a table and read it."""
    path = tmp_path / "data.parquet"

    def parquet(columns):
        pyarrow.parquet.write_table(
            columns if isinstance(columns, pa.Table) else pa.table(columns), path
        )
        return read(Source(path))

    parquet.path = path
    return parquet


@pytest.mark.parametrize(
    "kind",
    [
        *(pa.int8(), pa.int16(), pa.int32(), pa.int64()),
        *(pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()),
        *(pa.float16(), pa.float32(), pa.float64(), pa.decimal128(10, 3), pa.decimal256(40, 3)),
    ],
    ids=str,
)
def test_numbers(parquet, kind):
    ours = Decimal if pa.types.is_decimal(kind) else np.float16 if kind == pa.float16() else int
    table = parquet({"Y": pa.array([ours(1), None, ours(3)], kind)})
    np.testing.assert_array_equal(table.column("Y").values, [1, np.nan, 3])
    assert table.field("Y").kind is Kind.NUMBER


def test_other_values(parquet):
    noon = datetime(1970, 1, 2, 12, tzinfo=UTC)
    table = parquet(
        {
            "LOGICAL": pa.array([True, False, None]),
            "TEXT": pa.array(["a", "Größe", None]),
            "LARGE": pa.array(["a", None, "b"], pa.large_string()),
            "GROUP": pa.array(["x", "y", "x"]).dictionary_encode(),
            "CODE": pa.array([3, None, 5]).dictionary_encode(),
            "NOTHING": pa.nulls(3),
            "DAY": pa.array([date(1970, 1, 2), None, date(1969, 12, 31)]),
            "DAY64": pa.array([date(1970, 1, 2), None, None], pa.date64()),
            "MOMENT": pa.array([noon, None, None], pa.timestamp("ns", "UTC")),
            "FINE": pa.array([1, None, 86_400_000_000_000], pa.timestamp("ns")),
            "TIME": pa.array([time(1, 0, 0), None, time(0, 0, 1)]),
            "LASTED": pa.array([timedelta(hours=1), None, timedelta(0)]),
        }
    )
    assert table.notes == ()
    expected = {
        "LOGICAL": [1, 0, np.nan],
        "CODE": [3, np.nan, 5],
        "NOTHING": [np.nan] * 3,
        "DAY": [1, np.nan, -1],
        "DAY64": [1, np.nan, np.nan],
        "MOMENT": [1.5, np.nan, np.nan],
        "FINE": [0, np.nan, 1],
        "TIME": [3600, np.nan, 1],
        "LASTED": [3600, np.nan, 0],
    }
    for name, values in expected.items():
        np.testing.assert_array_equal(table.column(name).values, values, name)
    assert table.column("TEXT").stored.to_pylist() == ["a", "Größe", None]
    assert table.column("LARGE").stored.to_pylist() == ["a", None, "b"]
    assert table.column("GROUP").stored.to_pylist() == ["x", "y", "x"]
    dates = {each.name for each in table.fields if each.kind in {Kind.DATE, Kind.DATETIME}}
    assert dates == {"DAY", "DAY64", "MOMENT", "FINE"}


def test_dates_far_from_now(tmp_path):
    """PostgreSQL's infinity is the last day that 32 bits hold."""
    far = pa.array([0, 2**31 - 1, None], pa.int32()).cast(pa.date32())
    moment = pa.array([0, 2**62, None], pa.int64()).cast(pa.timestamp("us"))
    path = tmp_path / "data.parquet"
    pyarrow.parquet.write_table(pa.table({"DAY": far, "MOMENT": moment}), path)
    table = read(Source(path))
    np.testing.assert_array_equal(table.column("DAY").values, [0, 2**31 - 1, np.nan])
    np.testing.assert_array_equal(table.column("MOMENT").values, [0, 2**62 / 86_400e6, np.nan])
    assert [each[0] for each in look(Source(path)).rows][::2] == ["1970-01-01", ""]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (pa.decimal128(38, 0), ["100000000000000001", "-0"]),
        (pa.decimal128(38, 10), ["100000000000000001", "2"]),
        (pa.decimal128(38, 0), ["12345678901234567890123456789012345678", "5"]),
        (pa.decimal256(60, 2), ["12345678901234567890.25", "1.5"]),
        (pa.decimal64(17, 1), ["1234567890123456.5", "0"]),
        (pa.decimal128(4, 2), ["1.25", "1"]),
    ],
    ids=str,
)
def test_decimals_keep_all_their_digits(parquet, kind, values):
    exact = [Decimal(each) for each in values]
    table = parquet({"X": pa.array([*exact, None], pa.decimal256(76, 10)).cast(kind)})
    assert table.field("X").kind is Kind.NUMBER
    np.testing.assert_array_equal(table.column("X").values, [*map(float, exact), np.nan])
    assert [Decimal(each) for each in units(table, "X").ids] == exact
    shown = [each[0] for each in look(Source(parquet.path)).rows]
    assert "E" not in "".join(shown)
    assert [Decimal(each) for each in shown[:-1]] == exact


def test_long_ids_are_exact(parquet):
    assert parquet({"ID": [2**62 + 1, 2**62 + 2]}).arrow.column(0).to_pylist() == [
        *(2**62 + 1, 2**62 + 2),
    ]


def test_columns_that_are_no_variables(parquet):
    table = parquet(
        {"ID": [1, 2], "LIST": [[1], [2, 3]], "RECORD": [{"a": 1}, {"a": 2}], "BYTES": [b"a", b"b"]}
    )
    assert table.names == ("ID",)
    assert table.notes == (
        "LIST is left out: it holds lists or records, not numbers or texts.",
        "RECORD is left out: it holds lists or records, not numbers or texts.",
        "BYTES is left out: it holds bytes, not numbers or texts.",
    )


def test_a_file_of_pandas(tmp_path):
    path = tmp_path / "data.parquet"
    frame = pd.DataFrame(
        {"ID": [1, 2, 3], "G": pd.Categorical(["a", "b", "a"]), "Y": [1.5, np.nan, 2]},
        index=[5, 7, 9],
    )
    frame.to_parquet(path)
    table = read(Source(path))
    assert table.names == ("ID", "G", "Y")
    assert table.column("G").stored.to_pylist() == ["a", "b", "a"]
    feather = tmp_path / "data.feather"
    frame.reset_index(drop=True).to_feather(feather)
    assert read(Source(feather)).names == ("ID", "G", "Y")


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_an_infinite_number_is_named(parquet, value):
    table = parquet({"ID": [1, 1, 2], "Y": [1.0, value, np.nan]})
    assert "row 2 of data.parquet has an infinite number in column Y" in table.field("Y").note
    assert table.field("Y").kind is Kind.NUMBER


def test_a_look(tmp_path):
    path = tmp_path / "data.parquet"
    table = pa.table({"ID": range(1000), "Y": [0.5] * 1000, "T": ["a"] * 1000})
    pyarrow.parquet.write_table(table, path)
    found = look(Source(path))
    assert (found.kind, found.names, len(found.rows)) == ("Parquet", ("ID", "Y", "T"), 50)
    assert found.rows[3] == ("3", "0.5", "a")
    assert [each.kind for each in found.fields] == [Kind.NUMBER, Kind.NUMBER, Kind.TEXT]
    feather = tmp_path / "data.feather"
    with pa.OSFile(str(feather), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
    assert look(Source(feather)).rows == found.rows


@pytest.mark.parametrize("end", ["parquet", "feather", "arrow"])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_file_that_is_cut_off(tmp_path, end, share):
    path = tmp_path / f"data.{end}"
    table = pa.table({"ID": range(10_000), "Y": np.arange(10_000) / 7})
    if end == "parquet":
        pyarrow.parquet.write_table(table, path)
    else:
        new = pa.ipc.new_file if end == "feather" else pa.ipc.new_stream
        with pa.OSFile(str(path), "wb") as file, new(file, table.schema) as writer:
            writer.write_table(table)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(DataError, match="is damaged, cut off, or protected") as error:
        read(Source(path))
    assert str(path) in str(error.value)


def test_files_without_rows_or_with_names_twice(parquet):
    with pytest.raises(DataError, match=r"data.parquet has no row with values"):
        parquet({"ID": pa.array([], pa.int64())})
    with pytest.raises(DataError, match="more than one column is called Y"):
        parquet(pa.Table.from_arrays([pa.array([1])] * 3, ["ID", "Y", "Y"]))
