"""Data files: everything survives, nothing half-written, damage recognised."""

import errno
import io
import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from estimation import files
from estimation.data import store
from estimation.data.data_file import open_data_file
from estimation.data.make import Stamp, assemble_base, data_of, stamp
from estimation.data.recipe import Source
from estimation.data.steps import Comparison, Condition, Filter, GroupMean, Rename
from estimation.data.store import changed_sources, write
from estimation.data.table import Field, Kind, letters, missing_letter
from estimation.errors import DataError, FileError
from estimation.progress import Cancelled
from estimation.spec.catalogue import Structure

ONE = {
    "ID": ["b", "a", "b", "a"],
    "Y": [1.0, 2.0, 3.0, 4.5],
    "X": pa.array([5.0, 99.0, float("nan"), missing_letter("c")], from_pandas=False),
    "WHEN": pa.array([18262, 0, None, -1], pa.int32()).cast(pa.date32()),
    "AT": pa.array([1, None, 86_400_000_001, -1], pa.int64()).cast(pa.timestamp("us")),
    "TOWN": ["Ulm", "Köln", None, "Ulm"],
    'long name with 😀 and "quotes"': [1.0, 2.0, 3.0, 4.0],
}
TWO = {"ID": ["a", "b"], "W": [1.0, 2.0], "N_ROWS": [7.0, 8.0]}
FIELDS = {
    "Y": Field("Y", label="The outcome"),
    "X": Field(
        "X", value_labels=((99.0, "refused"), (1.0, "yes")), missing=((98, 99), (-np.inf, 0))
    ),
    "WHEN": Field("WHEN", Kind.DATE),
    "AT": Field("AT", Kind.DATETIME),
}


@pytest.fixture
def made(put_together):
    return put_together(ONE, TWO, FIELDS, structure=Structure.MEASURES_IN_PERSONS)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data.mdmx"


def written(path, made):
    write(path, made)
    return open_data_file(path)


def same(left, right):
    assert (left.id_name, left.unit_ids) == (right.id_name, right.unit_ids)
    np.testing.assert_array_equal(left.offsets, right.offsets)
    for level in (1, 2):
        assert left.fields(level) == right.fields(level)
        for name, column in left.level(level).items():
            other = right.level(level)[name]
            if column.field.numeric:
                np.testing.assert_array_equal(column.stored, other.stored)
                assert letters(column.stored) == letters(other.stored)
            else:
                assert column.stored.to_pylist() == other.stored.to_pylist()


def test_everything_survives(path, made):
    file = written(path, made)
    same(file.data.levels, made.levels)
    same(file.base(), made.base)
    assert file.manifest.variables == made.variables
    assert file.report == made.report
    assert file.data.catalogue == data_of(made, "x").catalogue
    assert file.data.catalogue.structure is Structure.MEASURES_IN_PERSONS
    assert file.data.report == data_of(made, "x").report
    assert letters(file.data.levels.level1["X"].stored) == {"c": 1}
    assert file.recipe == replace(
        made.recipe,
        level1=Source(Path("level1.sav").absolute()),
        level2=Source(Path("level2.sav").absolute()),
    )


def test_the_fingerprint_does_not_depend_on_the_way(path, made):
    file = written(path, made)
    assert file.data.fingerprint == data_of(made, "x").fingerprint
    assert replace(file.data, digest="").fingerprint == file.data.fingerprint


def test_other_programs_can_read_it(path, made):
    write(path, made)
    with zipfile.ZipFile(path) as archive:
        assert {each.compress_type for each in archive.infolist()} == {zipfile.ZIP_STORED}
        manifest = json.loads(archive.read("manifest.json"))
        level1 = pq.read_table(io.BytesIO(archive.read("level1.parquet"))).to_pydict()
        level2 = pq.read_table(io.BytesIO(archive.read("level2.parquet"))).to_pydict()
    assert level1["ID"] == ["a", "a", "b", "b"]
    assert level1["Y"] == [2, 4.5, 1, 3]
    assert str(level1["WHEN"][2]) == "2020-01-01"
    assert level1["TOWN"] == ["Köln", "Ulm", "Ulm", None]
    assert (level2["N_ROWS_"], level2["N_ROWS"]) == ([2, 2], [7, 8])
    y = manifest["level1"][0]
    assert (y["label"], y["n"], y["n_missing"], y["mean"]) == ("The outcome", 4, 0, 2.625)


def test_columns_are_read_when_they_are_used(path, made, monkeypatch):
    file = written(path, made)
    read = []
    column = type(file.members).column
    monkeypatch.setattr(
        type(file.members), "column", lambda *all_: (read.append(all_[2]), column(*all_))[1]
    )
    assert file.data.catalogue.names(1)[:2] == ("Y", "X")
    assert read == []
    assert file.data.level1["Y"].tolist() == [2, 4.5, 1, 3]
    assert file.data.level1["Y"].tolist() == [2, 4.5, 1, 3]
    assert read == [1]


STEPS = (
    Rename("Y", "OUTCOME"),
    GroupMean("OUTCOME", "MEAN_Y"),
)


def test_steps_can_be_changed_without_the_sources(path, made):
    first = assemble_base(replace(made.recipe, steps=STEPS), made.base, made.report)
    file = written(path, first)
    assert list(file.data.level2) == ["W", "N_ROWS", "MEAN_Y"]
    same(file.base(), made.base)
    again = assemble_base(replace(file.recipe, steps=()), file.base(), file.report)
    same(again.levels, made.levels)
    assert again.report == made.report


def test_rows_that_a_step_drops_can_come_back(path, made):
    keep = Filter((Condition("Y", Comparison.BELOW, (3.5,)),))
    file = written(path, assemble_base(replace(made.recipe, steps=(keep,)), made.base, made.report))
    assert file.data.n_rows == 3
    same(file.base(), made.base)


def test_row_groups_are_put_together_again(path, put_together, monkeypatch):
    monkeypatch.setattr(store, "_ROW_GROUP", 7)
    one = {"ID": np.repeat(np.arange(10), 5), "Y": np.arange(50.0), "T": list("ab" * 25)}
    made = put_together(one)
    same(written(path, made).data.levels, made.levels)


# -------------------------------------------------------------------------------------- writing


def test_an_old_file_stands_until_the_new_one_is_whole(path, made, monkeypatch):
    write(path, made)
    before = path.read_bytes()

    def cancel(_event):
        raise Cancelled

    with pytest.raises(Cancelled):
        write(path, made, cancel)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ("code", "words"), [(errno.ENOSPC, "the disk is full"), (errno.EACCES, "permission is denied")]
)
def test_a_disk_that_fills_up(path, made, monkeypatch, code, words):
    write(path, made)
    before = path.read_bytes()

    def fail(*_all):
        raise OSError(code, "no")

    monkeypatch.setattr(store._Sink, "write", fail)
    with pytest.raises(FileError, match=words):
        write(path, made)
    monkeypatch.undo()
    monkeypatch.setattr(files.os, "fsync", fail)
    with pytest.raises(FileError, match=words):
        write(path, made)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_that_is_not_there_or_read_only(tmp_path, made, monkeypatch):
    with pytest.raises(FileError, match="does not exist"):
        write(tmp_path / "none" / "data.mdmx", made)

    def refuse(*_all, **_more):
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(FileError, match="permission is denied"):
        write(tmp_path / "data.mdmx", made)


def test_a_source_is_never_written_over(tmp_path, made):
    source = tmp_path / "hsb1.mdmx"
    source.write_text("precious")
    recipe = replace(made.recipe, level1=Source(source))
    with pytest.raises(FileError, match="is a source of the data"):
        write(source, replace(made, recipe=recipe))
    assert source.read_text() == "precious"


# -------------------------------------------------------------------------------------- reading


def repacked(path, change):
    """Write the file again, with `change` applied to the content of each member."""
    with zipfile.ZipFile(path) as archive:
        members = {each: archive.read(each) for each in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            if (changed := change(name, content)) is not None:
                archive.writestr(name, changed)


def test_a_newer_format(path, made):
    write(path, made)
    repacked(path, lambda _name, content: content.replace(b'"version": 1,', b'"version": 2,'))
    with pytest.raises(DataError, match=r"made by a newer Levelwise.*Update"):
        open_data_file(path)


@pytest.mark.parametrize("member", ["level1.parquet", "level2.parquet"])
def test_a_missing_or_exchanged_member(path, made, member):
    write(path, made)
    whole = path.read_bytes()
    repacked(path, lambda name, content: None if name == member else content)
    with pytest.raises(DataError, match="is damaged"):
        open_data_file(path)
    path.write_bytes(whole)
    repacked(path, lambda name, content: b"PAR1" * 100 if name == member else content)
    with pytest.raises(DataError, match="is damaged"):
        open_data_file(path)


@pytest.mark.parametrize("share", [0.0001, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file(path, made, share):
    write(path, made)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(DataError, match=r"data\.mdmx is (damaged|empty)"):
        open_data_file(path)


def test_every_flipped_byte_is_noticed_or_harmless(path, made):
    """Never a wrong number, never another error than one in words."""
    write(path, made)
    whole = path.read_bytes()
    expected = open_data_file(path).data.fingerprint
    refused = 0
    for position in range(0, len(whole), 13):
        flipped = bytearray(whole)
        flipped[position] ^= 0x55
        path.write_bytes(flipped)
        try:
            data = open_data_file(path).data
            assert replace(data, digest="").fingerprint == expected
        except DataError:
            refused += 1
    assert refused > 100


def test_what_is_no_data_file(tmp_path):
    mdm = tmp_path / "hsb.mdm"
    mdm.write_bytes(b"\x00\x01HLM\x02 binary" * 50)
    with pytest.raises(DataError, match=r"HLM's own \.mdm file.*Make new MDM"):
        open_data_file(mdm)
    other = tmp_path / "other.mdmx"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("x.txt", "x")
    with pytest.raises(DataError, match="a zip file, but no data file of Levelwise"):
        open_data_file(other)
    with pytest.raises(FileError, match="does not exist"):
        open_data_file(tmp_path / "none.mdmx")
    with pytest.raises(FileError, match="is a folder"):
        open_data_file(tmp_path)


def test_a_compressed_member_is_refused_and_never_unpacked(path, made):
    write(path, made)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", b"\0" * 10_000_000)
    with pytest.raises(DataError, match="is damaged"):
        open_data_file(path)


def test_a_file_replaced_while_it_is_open(path, made):
    file = written(path, made)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(DataError, match=r"was changed since it was opened\. Open it again"):
        file.data.level1["Y"]


def test_a_file_that_is_gone_while_it_is_open(path, made):
    file = written(path, made)
    path.unlink()
    with pytest.raises(FileError, match=r"data\.mdmx could not be read"):
        file.data.level1["Y"]


# -------------------------------------------------------------------------------------- sources


def test_changed_sources_are_noticed(tmp_path, made, path):
    one, two = tmp_path / "1.csv", tmp_path / "2.csv"
    one.write_text("ID,Y\n1,2\n")
    two.write_text("ID,W\n1,2\n")
    recipe = replace(made.recipe, level1=Source(one), level2=Source(two))
    file = written(path, replace(made, recipe=recipe, stamps=(stamp(one), stamp(two))))
    assert changed_sources(file) == ()
    one.write_text("ID,Y\n1,3\n")
    assert changed_sources(file) == (one,)
    one.write_text("ID,Y\n1,2\n")  # only newer
    assert changed_sources(file) == ()
    two.unlink()
    assert changed_sources(file) == ()


def test_a_moved_folder_finds_its_sources_again(tmp_path, made):
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    source = old / "1.csv"
    source.write_text("ID,Y\n1,2\n")
    recipe = replace(made.recipe, level1=Source(source), level2=None)
    write(old / "data.mdmx", replace(made, recipe=recipe, stamps=(stamp(source),)))
    shutil.move(old, new)
    file = open_data_file(new / "data.mdmx")
    assert file.recipe.level1.path == new / "1.csv"
    assert isinstance(file.stamps[0], Stamp)
    (new / "1.csv").write_text("changed")
    assert changed_sources(file) == (new / "1.csv",)
