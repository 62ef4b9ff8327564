"""Where the files are that command files and templates name."""

import os
from pathlib import Path

import pytest

from estimation.spec.places import data_file, found, is_data_file, meant, with_our_suffix

posix = pytest.mark.skipif(os.name == "nt", reason="drives are there")


def test_a_file_is_where_it_is_named(tmp_path):
    (tmp_path / "data").mkdir()
    for each in (tmp_path / "a.csv", tmp_path / "data" / "a.csv"):
        each.touch()
    assert found("data/a.csv", tmp_path) == tmp_path / "data" / "a.csv"
    assert found("data\\a.csv", tmp_path).samefile(tmp_path / "data" / "a.csv")
    assert found(str(tmp_path / "a.csv"), tmp_path / "data") == tmp_path / "a.csv"
    assert found("data/b.csv", tmp_path) == tmp_path / "data" / "b.csv"


@pytest.mark.parametrize(
    "name", ["C:\\my data\\HSB1.SAV", "C:/my data/hsb1.sav", "\\\\server\\x\\Hsb1.sav"]
)
@posix
def test_a_file_of_another_computer_is_looked_for_beside(tmp_path, name):
    beside = tmp_path / "hsb1.sav"
    assert found(name, tmp_path).name.lower() == "hsb1.sav"
    assert found(name, tmp_path).parent == tmp_path
    beside.touch()
    assert found(name, tmp_path) == beside
    assert meant(name, tmp_path).parent == tmp_path


@posix
def test_of_two_names_in_other_capitals_none_is_guessed(tmp_path):
    for each in ("a.csv", "A.csv"):
        (tmp_path / each).touch()
    assert found("A.CSV", tmp_path) == tmp_path / "A.CSV"
    assert found("A.csv", tmp_path) == tmp_path / "A.csv"


def test_nothing_is_found_in_a_folder_that_is_not_there(tmp_path):
    assert found("a.csv", tmp_path / "no") == tmp_path / "no" / "a.csv"
    assert data_file("a.mdm", tmp_path / "no") is None


def test_names_of_data_files(tmp_path):
    assert is_data_file("a.MDM")
    assert is_data_file("a.mdmx")
    assert not is_data_file("a.csv")
    assert with_our_suffix("a.b.MDM") == "a.b.mdmx"
    assert with_our_suffix("a.MDMX") == "a.MDMX"
    assert data_file("a.mdmx", tmp_path) == tmp_path / "a.mdmx"
    assert data_file("a.mdm", tmp_path) is None
    (tmp_path / "a.mdmx").touch()
    assert data_file("a.mdm", tmp_path) == Path(tmp_path / "a.mdmx")
