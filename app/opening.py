"""Opening what the window can show.  Readers are loaded with the first data, not the window."""

import os
from pathlib import Path
from typing import NamedTuple

from estimation.data import TwoLevelData
from estimation.errors import FileError
from estimation.spec import ModelSpec
from estimation.spec.command_file import CommandFile, DataFiles, data_files, read
from estimation.spec.command_lookup import resolve


class Opened(NamedTuple):
    """Data with a model on them, and what the user should know of the file.

    What saving needs: the `path` of the model's file, which an example has not; the file as it was
    read; the data files, None for the example's.
    """

    data: TwoLevelData
    spec: ModelSpec
    file_name: str = ""
    warnings: tuple[str, ...] = ()
    path: Path | None = None
    file: CommandFile | None = None
    files: DataFiles | None = None


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
        raise FileError(
            f"{path} cannot be opened: give a command file, its name ending in .hlm. It is a short "
            "text that names the data files; the page Files of the help has one to copy."
        )
    if not os.path.isfile(path):  # noqa: PTH113 - false for what the system refuses to look at
        raise FileError(f"{path} cannot be opened: there is no such file. Check the path.")


def command_file(path: Path) -> Opened:
    """Read a command file and the data that it names, relative to its folder.

    The lesson's own file opens as the example, with its labels, and is not saved over.
    """
    from estimation.examples import lesson_path, read_data  # noqa: PLC0415 - as said above

    check_kind(path)
    if path.resolve() == lesson_path():
        return example_lesson()
    file = read(path)
    files = data_files(file, path.parent)
    data = read_data(files)
    spec = resolve(file, data.catalogue)
    warnings = (*data.report, *file.unknown, *file.warnings)
    return Opened(data, spec, path.name, warnings, path, file, files)
