"""Opening what the window can show.  Readers are loaded with the first data, not the window."""

from __future__ import annotations

import os
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from estimation.errors import FileError
from estimation.progress import Watcher, ignore
from estimation.spec import ModelSpec
from estimation.spec.command_file import CommandFile, DataFile, DataFiles, data_files, read
from estimation.spec.command_lookup import resolve

if TYPE_CHECKING:
    from pathlib import Path

    from estimation.data import TwoLevelData
    from estimation.data.store import DataFile as StoredData


class Kind(Enum):
    """What a file is to the window, by its ending."""

    MODEL = ".hlm"
    DATA = ".mdmx"
    TEMPLATE = ".mdmt"
    SOURCE = "data of another program"


class Opened(NamedTuple):
    """Data with a model on them, and what the user should know of the file.

    What saving needs: the `path` of the model's file, which an example has not; the file as it was
    read; the data that it names, None for the example's.  `stored` is the data file (.mdmx) that
    was opened, if one was.
    """

    data: TwoLevelData
    spec: ModelSpec
    file_name: str = ""
    warnings: tuple[str, ...] = ()
    path: Path | None = None
    file: CommandFile | None = None
    files: DataFiles | DataFile | None = None
    stored: StoredData | None = None


def example_data(_watch: Watcher = ignore) -> Opened:
    """High School & Beyond, without a model."""
    from estimation.examples import hsb  # noqa: PLC0415 - as said above

    return Opened(hsb(), ModelSpec())


def example_lesson(_watch: Watcher = ignore) -> Opened:
    """High School & Beyond with the finished lesson."""
    from estimation.examples import LESSON_FILE, hsb, lesson_spec  # noqa: PLC0415 - as said above

    return Opened(hsb(), lesson_spec(), LESSON_FILE)


def kind_of(path: Path) -> Kind:
    """Return what a file is, without reading it; raises FileError if it cannot be opened."""
    suffix = path.suffix.lower()
    kind = next((each for each in Kind if each.value == suffix), None)
    if kind is None and suffix in _source_suffixes():
        kind = Kind.SOURCE
    if kind is None:
        raise FileError(_unknown(path))
    if not os.path.isfile(path):  # noqa: PTH113 - false for what the system refuses to look at
        raise FileError(f"{path} cannot be opened: there is no such file. Check the path.")
    return kind


def command_file(path: Path, watch: Watcher = ignore) -> Opened:
    """Read a command file and the data that it names, relative to its folder.

    The lesson's own file opens as the example, with its labels, and is not saved over.
    """
    from estimation.examples import lesson_path  # noqa: PLC0415 - as said above

    if path.resolve() == lesson_path():
        return example_lesson()
    file = read(path)
    files = data_files(file, path.parent)
    data, stored = _data(files, watch)
    spec = resolve(file, data.catalogue)
    warnings = (*_said_of(files, data), *file.unknown, *file.warnings)
    return Opened(data, spec, path.name, warnings, path, file, files, stored)


def data_file(path: Path, _watch: Watcher = ignore) -> Opened:
    """Open a data file (.mdmx), without a model."""
    from estimation.data.store import open_data_file  # noqa: PLC0415 - as said above

    stored = open_data_file(path)
    return Opened(stored.data, ModelSpec(), files=DataFile(path), stored=stored)


def _data(
    files: DataFiles | DataFile | None, watch: Watcher
) -> tuple[TwoLevelData, StoredData | None]:
    if isinstance(files, DataFile):
        from estimation.data.store import open_data_file  # noqa: PLC0415 - as said above

        stored = open_data_file(files.path)
        return stored.data, stored
    from estimation.examples import read_data  # noqa: PLC0415 - as said above

    return read_data(files, watch), None


def _said_of(files: DataFiles | DataFile | None, data: TwoLevelData) -> tuple[str, ...]:
    """What was left out; of a data file it was said when it was made, and is kept in it."""
    if isinstance(files, DataFile):
        return (files.note,) if files.note else ()
    return data.report


class SourceFilters(NamedTuple):
    """What a file dialog shows: a filter a kind of file, and all their endings in one."""

    filters: tuple[str, ...]
    suffixes: str


def source_filters() -> SourceFilters:
    """Return the filters of a file dialog for data of other programs."""
    from estimation.data.sources import FILE_KINDS  # noqa: PLC0415 - as said above

    named = [(each.label, " ".join(f"*{s}" for s in each.suffixes)) for each in FILE_KINDS]
    filters = tuple(f"{label} ({suffixes})" for label, suffixes in named)
    return SourceFilters(filters, " ".join(suffixes for _, suffixes in named))


def _source_suffixes() -> tuple[str, ...]:
    from estimation.data.sources import FILE_KINDS  # noqa: PLC0415 - as said above

    return tuple(suffix for each in FILE_KINDS for suffix in each.suffixes)


def _unknown(path: Path) -> str:
    """Say why a file cannot be opened, and what can."""
    from estimation.data.sources import FILE_KINDS  # noqa: PLC0415 - as said above

    if path.suffix.lower() == ".mdm":
        return (
            f"{path} is HLM's own binary data file, which only HLM reads. Make a data file of ours "
            "from the files that it was made of: File → Make new MDM file, or, if HLM's template "
            "is at hand, File → Make new MDM from old template (.mdmt)."
        )
    sources = "; ".join(f"{each.label}: {' '.join(each.suffixes)}" for each in FILE_KINDS)
    return (
        f"{path} cannot be opened: its name must end as one of these. Models: .hlm; data files: "
        f".mdmx; templates: .mdmt; data of other programs: {sources}."
    )
