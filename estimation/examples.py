"""The example that ships with the program: High School & Beyond, and the lesson on it."""

import json
from importlib.resources import as_file, files
from pathlib import Path

from estimation.data import TwoLevelData
from estimation.spec import ModelSpec
from estimation.spec.command_file import CommandFile, DataFiles, parse

NAME = "High School & Beyond"
LESSON_FILE = "hsb2.hlm"
_FOLDER = files("resources") / "examples"


def hsb() -> TwoLevelData:
    """Return the data: 7185 students in 160 schools, with labels."""
    from estimation.data.read import read_two_level  # noqa: PLC0415 - pandas when data are read

    labels = json.loads((_FOLDER / "hsb.json").read_text(encoding="utf-8"))
    with as_file(_FOLDER / "hsb1.csv") as level1, as_file(_FOLDER / "hsb2.csv") as level2:
        return read_two_level(level1, level2, "ID", name=NAME, labels=labels)


def read_data(files: DataFiles | None) -> TwoLevelData:
    """Return the data that a command file names, None for the example's."""
    from estimation.data.read import read_two_level  # noqa: PLC0415 - as above

    return hsb() if files is None else read_two_level(*files)


def lesson_path() -> Path | None:
    """Return where the command file of the lesson lies, None inside an archive."""
    file = _FOLDER / LESSON_FILE
    return file.resolve() if isinstance(file, Path) else None


def lesson_file() -> CommandFile:
    """Return the command file of the finished lesson."""
    return parse((_FOLDER / LESSON_FILE).read_text(encoding="utf-8"), LESSON_FILE)


def lesson_spec() -> ModelSpec:
    """Return the finished lesson: MATHACH on FEMALE, level-1 variance by FEMALE."""
    return lesson_file().spec
