"""Opening what the window can show.  Readers are loaded with the first data, not the window."""

from pathlib import Path
from typing import NamedTuple

from estimation.data import TwoLevelData
from estimation.errors import FileError
from estimation.spec import ModelSpec
from estimation.spec.command_file import read, resolve

_NAME_CSV = (
    "Name the level-1 CSV file on its first line (#WHLM CMD FILE FOR level1.csv), the level-2 "
    "file in a line l2fname:level2.csv and the linking variable in a line level2id:ID."
)


class Opened(NamedTuple):
    """Data with a model on them, and what the user should know of the file."""

    data: TwoLevelData
    spec: ModelSpec
    file_name: str = ""
    warnings: tuple[str, ...] = ()


def example_data() -> Opened:
    """High School & Beyond, without a model."""
    from estimation.examples import hsb  # noqa: PLC0415 - as said above

    return Opened(hsb(), ModelSpec())


def example_lesson() -> Opened:
    """High School & Beyond with the finished lesson."""
    from estimation.examples import LESSON_FILE, hsb, lesson_spec  # noqa: PLC0415 - as said above

    return Opened(hsb(), lesson_spec(), LESSON_FILE)


def check_kind(path: Path) -> None:
    """Raise FileError for a file that the window cannot open, without reading it."""
    if path.suffix.lower() != ".hlm":
        raise FileError(f"{path} cannot be opened: give a command file, its name ending in .hlm.")
    if not path.is_file():
        raise FileError(f"{path} cannot be opened: there is no such file. Check the path.")


def command_file(path: Path) -> Opened:
    """Read a command file and the data that it names, relative to its folder."""
    from estimation.data.read import read_two_level  # noqa: PLC0415 - as said above

    check_kind(path)
    file = read(path)
    if not file.data_name or Path(file.data_name).suffix.lower() in {".mdm", ".mdmx"}:
        raise FileError(f"{path} names no data that can be opened. {_NAME_CSV}")
    if not file.id_name:
        raise FileError(f"{path} does not say which variable links the levels. {_NAME_CSV}")
    level1 = path.parent / file.data_name
    level2 = path.parent / file.level2_name if file.level2_name else None
    data = read_two_level(level1, level2, file.id_name, name=level1.name)
    return Opened(data, resolve(file, data.catalogue), path.name, file.warnings)
