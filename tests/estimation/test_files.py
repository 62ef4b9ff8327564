"""Files: written whole or not at all, read in any usual encoding, errors in words."""

import errno
import os
import sys
from pathlib import Path

import pytest

from estimation.errors import FileError
from estimation.files import read_text, write_bytes, write_text


def leftovers(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_write_replaces_the_file_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "out.txt"
    path.write_text("old")
    write_text(path, "τ = 1\n")
    assert path.read_bytes() == "τ = 1\n".encode()
    assert leftovers(tmp_path) == ["out.txt"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES])
def test_a_failing_disk_leaves_the_old_file(tmp_path, monkeypatch, number):
    path = tmp_path / "out.txt"
    path.write_text("old")

    def fail(_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(FileError, match=r"out\.txt could not be written: .*another folder"):
        write_bytes(path, b"new")
    assert path.read_text() == "old"
    assert leftovers(tmp_path) == ["out.txt"]


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileError, match=r"nowhere.*does not exist"):
        write_text(tmp_path / "nowhere" / "out.txt", "x")


def test_a_folder_cannot_be_overwritten(tmp_path):
    with pytest.raises(FileError, match=r"could not be written"):
        write_text(tmp_path, "x")
    assert leftovers(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="open files cannot be replaced there")
def test_who_reads_the_old_file_reads_it_whole(tmp_path):
    path = tmp_path / "out.txt"
    path.write_text("old")
    with path.open() as reader:
        write_text(path, "new")
        assert reader.read() == "old"
    assert path.read_text() == "new"


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of another kind")
def test_permissions_stay_and_new_files_obey_the_mask(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("x")
    old.chmod(0o604)
    mask = os.umask(0o027)
    try:
        write_text(old, "y")
        write_text(new, "y")
    finally:
        os.umask(mask)
    assert old.stat().st_mode & 0o777 == 0o604
    assert new.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_keeps_pointing(tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)
    write_text(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


@pytest.mark.skipif(not Path("/dev/null").is_char_device(), reason="no /dev/null")
def test_a_device_is_written_to_and_not_replaced():
    write_text(Path("/dev/null"), "x")
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_text_in_any_usual_encoding(tmp_path, encoding):
    path = tmp_path / "data.csv"
    path.write_bytes("Größe,é".encode(encoding))
    assert read_text(path) == "Größe,é"


def test_a_binary_file_is_refused(tmp_path):
    path = tmp_path / "data.sav"
    path.write_bytes(b"$FL2\0\0\1")
    with pytest.raises(FileError, match="not a text file"):
        read_text(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileError, match=r"none\.csv could not be read: .* does not exist"):
        read_text(tmp_path / "none.csv")
