"""Where the files are that another file names: a command file its data, a template its sources."""

import os
from pathlib import Path, PurePath, PureWindowsPath

DATA_FILE = ".mdmx"
_HLM = ".mdm"


def found(name: str, folder: Path) -> Path:
    r"""Return where a file is that is named in `folder`: there, or else beside, by its last name.

    C:\data\HSB1.SAV, as HLM writes it, is hsb1.sav in the folder on any other computer.
    """
    path = folder / name
    last = PureWindowsPath(name).name  # behind either kind of slash
    for each in (path, folder / name.replace("\\", "/"), folder / last):
        if _exists(each):
            return each
    return _in_either_case(last, folder) or meant(name, folder)


def meant(name: str, folder: Path) -> Path:
    """Return the file named in `folder`, there or not; on a drive that is none here, beside it."""
    foreign = PureWindowsPath(name).is_absolute() and not Path(name).is_absolute()
    return folder / (PureWindowsPath(name).name if foreign else name)


def named(path: Path, folder: Path) -> str:
    """Write where a file lies, seen from the folder; absolute where it is on another drive."""
    try:
        return PurePath(os.path.relpath(place(path), folder.resolve())).as_posix()
    except ValueError:
        return place(path).as_posix()


def place(path: Path) -> Path:
    """Where a file lies; a file that is a link is named as such, as its target may move."""
    return path.parent.resolve() / path.name


def is_data_file(name: str) -> bool:
    """Whether a name is that of a data file, of ours (.mdmx) or of HLM's (.mdm)."""
    return name.lower().endswith((DATA_FILE, _HLM))


def data_file(name: str, folder: Path) -> Path | None:
    """Return the data file of ours that is named; for HLM's, the one beside it if there is one."""
    if name.lower().endswith(DATA_FILE):
        return found(name, folder)
    ours = found(with_our_suffix(name), folder)
    return ours if _exists(ours) else None


def with_our_suffix(name: str) -> str:
    """Return what a data file of ours is called where HLM calls its own by `name`."""
    lower = name.lower()
    if lower.endswith(DATA_FILE):
        return name
    return (name[: -len(_HLM)] if lower.endswith(_HLM) else name) + DATA_FILE


def _in_either_case(name: str, folder: Path) -> Path | None:
    """Find a file by a name of other capitals, if there is only one."""
    try:
        fitting = [each for each in folder.iterdir() if each.name.casefold() == name.casefold()]
    except OSError:
        return None
    return fitting[0] if len(fitting) == 1 else None


def _exists(path: Path) -> bool:
    return os.path.exists(path)  # noqa: PTH110 - false for what the system refuses to look at
