"""Columns: what Arrow holds becomes numbers and texts, missing values keep their kind."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from estimation.data.table import (
    Column,
    Columns,
    Field,
    Kind,
    Levels,
    letters,
    missing_letter,
    numbers,
    texts,
    user_missing,
)


def chunks(values, kind=None):
    """Split an array into two chunks, as readers do."""
    array = pa.array(values, kind)
    return pa.chunked_array([array[:1], array[1:]], array.type)


@pytest.mark.parametrize(
    "kind", [pa.int8(), pa.int64(), pa.float32(), pa.float64(), pa.bool_(), pa.decimal128(20, 1)]
)
def test_numbers_of_any_type(kind):
    values = pa.chunked_array([pa.array([1]), pa.array([None, 0])]).cast(kind)
    np.testing.assert_array_equal(numbers(values), [1, np.nan, 0])


def test_dates_are_days_since_1970():
    days = [dt.date(1970, 1, 2), None, dt.date(1582, 10, 14)]
    expected = (dt.date(1582, 10, 14) - dt.date(1970, 1, 1)).days
    np.testing.assert_array_equal(numbers(chunks(days)), [1, np.nan, expected])
    moments = np.array(["1970-01-02T12", "NaT"], dtype="datetime64[ns]")
    np.testing.assert_array_equal(numbers(chunks(moments)), [1.5, np.nan])


def test_texts_of_several_chunks_share_a_dictionary():
    column = Column(Field("T", Kind.TEXT), texts(chunks(["b", "a", None, "b"])))
    assert column.stored.to_pylist() == ["b", "a", None, "b"]
    assert column.codes.tolist() == [0, 1, -1, 0]
    assert column.is_missing.tolist() == [False, False, True, False]
    assert column.take(np.array([3, 2])).stored.to_pylist() == ["b", None]
    assert texts(pa.chunked_array([], pa.string())).to_pylist() == []
    with pytest.raises(TypeError, match="T is text"):
        _ = column.values


def test_user_missing_values_are_missing_and_kept():
    field = Field("X", missing=((98, 99), (-np.inf, -1)))
    column = Column(field, np.array([1, 98, 99, 97.5, -7, np.nan]))
    np.testing.assert_array_equal(column.values, [1, np.nan, np.nan, 97.5, np.nan, np.nan])
    assert column.stored[1] == 98
    assert column.is_missing.sum() == 4
    assert not column.values.flags.writeable
    assert user_missing(column.stored, ()).sum() == 0


def test_letters_survive_arrow_and_taking():
    values = np.array([1, missing_letter("a"), np.nan, missing_letter("z"), missing_letter("a")])
    assert letters(values) == {"a": 2, "z": 1}
    again = numbers(pa.chunked_array([pa.array(values, from_pandas=False)]))
    assert letters(again) == {"a": 2, "z": 1}
    assert letters(Column(Field("X"), again).take(np.array([1, 3])).stored) == {"a": 1, "z": 1}


def test_columns_are_loaded_when_asked_for_and_shared():
    loaded = []

    def load(name):
        loaded.append(name)
        return Column(Field(name), np.zeros(2))

    columns = Columns([Field("A"), Field("B", label="more")], load)
    levels = Levels("ID", ("1",), np.array([0, 2]), columns, {})
    assert levels.fields(1)[1].label == "more"
    assert "A" in columns
    assert "C" not in columns
    assert list(columns) == ["A", "B"]
    assert loaded == []
    held = columns["A"]
    assert columns["A"] is held
    assert loaded == ["A"]
    with pytest.raises(KeyError):
        columns["C"]
