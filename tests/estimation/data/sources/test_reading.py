"""What holds for files of every kind: progress, cancelling, threads, and files that misbehave."""

import errno
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from estimation.data.recipe import Source, TextFormat
from estimation.data.sources import FILE_KINDS, look, process, read, watching
from estimation.errors import DataError, FileError
from estimation.progress import Cancelled, Reading

NAMES = ["hsb1.sav", "hsb1.dta", "hsb1.xlsx"]


@pytest.fixture
def large(tmp_path):
    """Files of a million rows that Arrow reads."""
    table = pa.table({"ID": range(1_000_000), "Y": [0.5] * 1_000_000})
    pyarrow.parquet.write_table(table, tmp_path / "large.parquet", row_group_size=10_000)
    (tmp_path / "large.csv").write_bytes(b"ID,Y\n" + b"12345,0.123456\n" * 1_000_000)
    (tmp_path / "large.dat").write_bytes(b"12345 0.123456\n" * 1_000_000)
    return tmp_path


def test_the_kinds_of_files():
    suffixes = [suffix for kind in FILE_KINDS for suffix in kind.suffixes]
    assert len(suffixes) == len(set(suffixes))
    promised = (
        ".sav .zsav .por .dta .sas7bdat .xpt .csv .tsv .txt .xlsx .xls .ods .parquet .feather"
    )
    assert set(promised.split()) <= set(suffixes)


def test_readers_are_loaded_when_they_are_needed():
    program = """
import sys
from estimation.data.sources import FILE_KINDS, look, read
heavy = {"pyarrow", "pyreadstat", "python_calamine", "pandas"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


# ------------------------------------------------------------------------ progress and cancelling


@pytest.mark.parametrize("name", [*NAMES, "large.csv", "large.parquet"])
def test_signs_of_life(data_files, large, name):
    path = (large if name.startswith("large") else data_files) / name
    events: list[Reading] = []
    read(Source(path), events.append)
    assert events
    assert {each.words for each in events} == {watching.reading(path)}
    assert events[0].words.startswith(f"Reading {name} (")
    shares = [each.share for each in events if each.share is not None]
    assert all(0 <= each <= 1 for each in shares)
    assert shares == sorted(shares)


def test_sizes_in_words(tmp_path):
    path = tmp_path / "a.csv"
    for size, words in [
        (1, "1 bytes"),
        (12_345, "12.3 kB"),
        (123_456, "123 kB"),
        (2**21, "2.1 MB"),
    ]:
        with path.open("wb") as file:
            file.truncate(size)
        assert watching.reading(path) == f"Reading a.csv ({words})"


@pytest.mark.parametrize("name", ["large.csv", "large.parquet", "large.dat"])
@pytest.mark.parametrize("after", [0, 1])
def test_arrow_s_readers_are_cancelled(large, name, after, monkeypatch):
    monkeypatch.setattr(watching, "BEAT", 0.001)
    source = Source(large / name, TextFormat(columns="(F5.0,F9.6)" if name.endswith("dat") else ""))
    seen = []

    def watch(event):
        seen.append(event)
        if len(seen) > after:
            raise Cancelled

    with pytest.raises(Cancelled):
        read(source, watch)
    assert len(seen) == after + 1


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_child_is_killed(data_files, monkeypatch, after):
    monkeypatch.setattr(process, "_PROGRAM", "import time; time.sleep(600)")
    monkeypatch.setattr(process, "BEAT", 0.01)
    children = []

    class Recorded(subprocess.Popen):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            children.append(self)

    monkeypatch.setattr(subprocess, "Popen", Recorded)
    folders = set(Path(tempfile.gettempdir()).glob("levelwise-*"))
    seen = []

    def watch(event):
        seen.append(event)
        if len(seen) > after:
            raise Cancelled

    with pytest.raises(Cancelled):
        read(Source(data_files / "hsb2.sav"), watch)
    assert all(child.returncode for child in children)
    assert len(children) == min(after, 1)
    assert set(Path(tempfile.gettempdir()).glob("levelwise-*")) <= folders


def test_nothing_stays_in_the_temporary_folder(data_files, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    table = read(Source(data_files / "hsb1.sav"))
    assert not list(tmp_path.iterdir()) or os.name == "nt"
    assert table.column("MATHACH").values[0] == 5.876


def test_two_files_at_a_time(data_files, hsb):
    with ThreadPoolExecutor(2) as pool:
        tables = list(pool.map(read, [Source(data_files / f"{name}.sav") for name in hsb]))
    assert [each.names for each in tables] == [tuple(each) for each in hsb.values()]


# --------------------------------------------------------------------------- children that break


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("import os; os.abort()", "its reader broke down"),
        ("raise ValueError('odd')", r"its reader broke down \(ValueError: odd\)"),
    ],
)
def test_a_reader_that_crashes(data_files, monkeypatch, program, words):
    monkeypatch.setattr(process, "_PROGRAM", program)
    with pytest.raises(DataError, match=words) as error:
        read(Source(data_files / "hsb2.sav"))
    assert "hsb2.sav could not be read" in str(error.value)
    assert "save the data as CSV" in str(error.value)


def test_a_reader_that_the_system_refuses_memory(data_files, monkeypatch):
    program = (
        "import errno, estimation.data.sources.child as child\n"
        "def fail(*_): raise OSError(errno.ENOMEM, 'Cannot allocate memory')\n"
        "child._read = fail\n"
        "child.main(request)"
    )
    monkeypatch.setattr(process, "_PROGRAM", process._PROGRAM.replace("main(request)", program))
    with pytest.raises(DataError, match=r"not enough memory to read .*hsb2.sav. Close other"):
        read(Source(data_files / "hsb2.sav"))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is limited on Linux only")
@pytest.mark.parametrize("name", ["hsb1.sav", "hsb1.dta"])
def test_a_reader_that_runs_out_of_memory(data_files, monkeypatch, name):
    smaller = "import estimation.data.sources.child as child\nchild._MEMORY = 1e-4\nmain(request)"
    monkeypatch.setattr(process, "_PROGRAM", process._PROGRAM.replace("main(request)", smaller))
    with pytest.raises(DataError, match=r"not enough memory|reader broke down"):
        read(Source(data_files / name))


NO_MEMORY = OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))


@pytest.mark.parametrize("error", [pa.ArrowMemoryError(), NO_MEMORY])
def test_too_little_memory_here(tmp_path, monkeypatch, error):
    path = tmp_path / "data.csv"
    path.write_text("ID,Y\n1,2\n", encoding="utf-8")

    def fail(*_, **__):
        raise error

    monkeypatch.setattr("pyarrow.csv.read_csv", fail)
    with pytest.raises(DataError, match=r"not enough memory to read .*data.csv. Close other"):
        read(Source(path))


# ---------------------------------------------------------------------------- files that misbehave


@pytest.mark.parametrize("do", [read, look])
@pytest.mark.parametrize("name", ["none.csv", "none.sav", "none.parquet", "none/none.xlsx"])
def test_a_file_that_is_not_there(tmp_path, do, name):
    with pytest.raises(FileError, match=r"does not exist. Check the path") as error:
        do(Source(tmp_path / name))
    assert str(tmp_path / name) in str(error.value)


@pytest.mark.parametrize("do", [read, look])
def test_a_folder(tmp_path, do):
    folder = tmp_path / "data.csv"
    folder.mkdir()
    with pytest.raises(FileError, match=r"is a folder. Choose a file in it"):
        do(Source(folder))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes")
def test_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(FileError, match="not a file but a device"):
        read(Source(tmp_path / "pipe.csv"))


@pytest.mark.parametrize("do", [read, look])
@pytest.mark.parametrize("end", ["csv", "sav", "parquet", "xlsx"])
def test_a_file_that_is_locked(tmp_path, monkeypatch, do, end):
    path = tmp_path / f"data.{end}"
    path.write_bytes(b"ID,Y\n1,2\n")

    def refuse(self, *_, **__):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(
        FileError, match=r"permission is denied.*close the program that has it open"
    ):
        do(Source(path))


@pytest.mark.parametrize("do", [read, look])
@pytest.mark.parametrize("end", ["csv", "sav", "por", "dta", "xpt", "xlsx", "parquet", "odd"])
def test_an_empty_file(tmp_path, do, end):
    path = tmp_path / f"data.{end}"
    path.touch()
    with pytest.raises(DataError, match=r"is empty. It must hold a line of variable names"):
        do(Source(path))


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_bytes(path.read_bytes() + b"9,9\n"),
        lambda path: os.utime(path, ns=(1, 1)),
        lambda path: shutil.copyfile(path, path.with_suffix(".new")).replace(path),
    ],
    ids=["longer", "saved", "replaced"],
)
@pytest.mark.parametrize("name", ["hsb2.csv", "hsb2.sav", "hsb2.parquet"])
def test_a_file_that_changes_while_it_is_read(tmp_path, data_files, examples, name, change):
    path = tmp_path / name
    origin = examples if name.endswith("csv") else data_files
    if name.endswith("parquet"):
        pyarrow.parquet.write_table(pa.table({"ID": [1, 2]}), path)
    else:
        path.write_bytes((origin / name).read_bytes())
    changed = []

    def watch(_event):
        if not changed:
            changed.append(change(path))

    words = "was changed by another program while it was being read. Wait until"
    with pytest.raises(DataError, match=words) as error:
        read(Source(path), watch)
    assert str(path) in str(error.value)


@pytest.mark.parametrize("name", ["hsb2.sav", "hsb2.xlsx"])
def test_a_file_that_is_cut_while_it_is_read_was_changed(tmp_path, data_files, name):
    path = tmp_path / name
    path.write_bytes((data_files / name).read_bytes())
    with pytest.raises(DataError, match="was changed by another program"):
        read(Source(path), lambda _: os.truncate(path, 1000))


@pytest.mark.parametrize("name", ["hsb2.sav", "hsb2.csv"])
def test_a_file_that_disappears_while_it_is_read(tmp_path, data_files, examples, name):
    path = tmp_path / name
    path.write_bytes(((examples if "csv" in name else data_files) / name).read_bytes())
    with pytest.raises((DataError, FileError), match=r"removed by another program|does not exist"):
        read(Source(path), lambda _: path.unlink(missing_ok=True))


# ----------------------------------------------------------------------- names that say otherwise


@pytest.mark.parametrize("end", [".sav", ".dta", ".xlsx", ".xls", ".parquet", ".sas7bdat"])
def test_a_text_by_another_name_is_read_as_text(tmp_path, end):
    path = tmp_path / f"data{end}"
    path.write_text("ID\tY\n1\t2\n", encoding="utf-8")
    table = read(Source(path))
    assert table.column("Y").values.tolist() == [2]
    assert table.notes == (
        f"data{end} holds a text file, whatever the end of its name says, and was read as such.",
    )
    assert look(Source(path)).kind == "Text"


def test_a_workbook_by_another_name(tmp_path, data_files):
    path = tmp_path / "data.sav"
    path.write_bytes((data_files / "hsb2.xlsx").read_bytes())
    table = read(Source(path))
    assert table.n_rows == 160
    assert table.notes[0].startswith("data.sav holds a workbook file")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("data.sav", bytes(5000), "is not an SPSS file, as the end of its name says, or it is dam"),
        ("data.dta", b"\x89PNG\0\0", "is not a Stata file, as the end of its name says, or it"),
        ("data.xls", b"<html><body>", "is not a workbook file"),
        ("data.png", b"\x89PNG\0\0\1", r"cannot be read. What can be read: SPSS \(.sav .zsav .por"),
        ("data", b"<!DOCTYPE html>", "of a kind that cannot be read"),
        ("data.rds", b"\x1f\x8b\x08\0\0", "is compressed. Unpack it"),
        ("data.sav", b"\x1c\0\0\0\0\0\0\0ENCRYPTEDSAV" + bytes(99), "protected by a password"),
    ],
)
@pytest.mark.parametrize("do", [read, look])
def test_what_cannot_be_read(tmp_path, do, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError, match=words) as error:
        do(Source(path))
    assert str(path) in str(error.value)
