"""What is remembered from one start to the next."""

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings, Qt

from app.preferences import Memory, Preferences, Scheme

OTHER = Preferences(Scheme.DARK, 125, 14, subscripts=False)


def again():
    """What another start finds."""
    return Memory()


def test_preferences_last(qtbot):
    memory = Memory()
    assert memory.preferences == Preferences()
    with qtbot.waitSignal(memory.changed):
        memory.prefer(OTHER)
    memory._store.sync()
    assert again().preferences == OTHER


def test_equal_preferences_are_no_change(qtbot):
    memory = Memory()
    memory.prefer(OTHER)
    with qtbot.assertNotEmitted(memory.changed):
        memory.prefer(OTHER)


@pytest.mark.parametrize(
    ("name", "text"),
    [("scheme", "pink"), ("zoom", "101"), ("zoom", "x"), ("output_size", "0"), ("subscripts", "?")],
)
def test_what_cannot_be_read_is_as_at_first(name, text):
    memory = Memory()
    memory.prefer(OTHER)
    memory._store.setValue(f"preferences/{name}", text)
    assert getattr(memory.preferences, name) == getattr(Preferences(), name)
    others = {"scheme", "zoom", "output_size", "subscripts"} - {name}
    assert all(getattr(memory.preferences, each) == getattr(OTHER, each) for each in others)


def test_recent_files_have_the_last_first_and_none_twice(tmp_path, qtbot):
    memory = Memory()
    files = [tmp_path / f"{number}.hlm" for number in range(10)]
    for each in files:
        memory.remember(each)
    with qtbot.waitSignal(memory.recent_changed):
        memory.remember(files[5])
    expected = [files[k] for k in (5, 9, 8, 7, 6, 4, 3, 2)]
    memory._store.sync()
    assert list(again().recent) == expected
    memory.forget(files[9])
    assert list(memory.recent) == [each for each in expected if each != files[9]]
    memory.forget_all()
    memory._store.sync()
    assert memory.recent == again().recent == ()


def test_one_recent_file_is_still_a_list(tmp_path):
    memory = Memory()
    memory.remember(tmp_path / "a, b.hlm")
    memory._store.sync()
    assert again().recent == (tmp_path / "a, b.hlm",)


def test_folder_that_is_gone_is_the_home(tmp_path):
    memory = Memory()
    memory.folder = tmp_path
    assert memory.folder == tmp_path
    memory.folder = tmp_path / "gone"
    assert memory.folder == Path.home()


def test_folder_that_the_system_refuses_to_look_at_is_the_home():
    memory = Memory()
    memory.folder = Path("x" * 300)
    assert memory.folder == Path.home()


def test_layout_lasts():
    memory = Memory()
    assert memory.layout("window").isEmpty()
    memory.keep_layout("window", QByteArray(b"\0wide"))
    memory._store.sync()
    assert again().layout("window") == QByteArray(b"\0wide")
    memory._store.setValue("layout/window", 3)
    assert memory.layout("window").isEmpty()


def test_schemes_are_qt_s():
    assert [each.colours for each in Scheme] == [
        Qt.ColorScheme.Unknown,
        Qt.ColorScheme.Light,
        Qt.ColorScheme.Dark,
    ]


def test_memory_is_a_file_in_the_home_of_the_test(home):
    assert Path(Memory()._store.fileName()).is_relative_to(home)
    assert Memory()._store.format() == QSettings.Format.IniFormat
