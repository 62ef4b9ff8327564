"""What the user prefers, and what the program remembers from one start to the next."""

import os
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import Enum
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QByteArray, QObject, QSettings, Qt, Signal

ZOOM_STEPS = (80, 90, 100, 110, 125, 150, 175, 200)
OUTPUT_SIZES = range(7, 25)
_N_RECENT = 8
_YES_OR_NO = {"yes": True, "no": False}
_T = TypeVar("_T")


def zoomed_by(zoom: int, steps: int) -> int:
    """Go so many steps from one zoom to another, not beyond the ends."""
    place = ZOOM_STEPS.index(zoom) + steps
    return ZOOM_STEPS[min(max(place, 0), len(ZOOM_STEPS) - 1)]


class Scheme(Enum):
    """Which colours the windows wear."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"

    @property
    def colours(self) -> Qt.ColorScheme:
        """What Qt calls it; unknown leaves the choice to the system."""
        return _COLOURS[self]


_COLOURS = {
    Scheme.SYSTEM: Qt.ColorScheme.Unknown,
    Scheme.LIGHT: Qt.ColorScheme.Light,
    Scheme.DARK: Qt.ColorScheme.Dark,
}


@dataclass(frozen=True)
class Preferences:
    """Colours, size of everything in %, size of the output's text in points, subscripts."""

    scheme: Scheme = Scheme.SYSTEM
    zoom: int = 100
    output_size: int = 10
    subscripts: bool = True


class Memory(QObject):
    """Keeps preferences, recent model files, and the layout of the window.

    `changed` follows each change of the preferences, `recent_changed` of the files.  What cannot
    be read is forgotten, what cannot be written lasts until the program ends.
    """

    changed = Signal()
    recent_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # A file on every system, so that tests can put it elsewhere.
        kind, scope = QSettings.Format.IniFormat, QSettings.Scope.UserScope
        self._store = QSettings(kind, scope, "Levelwise", "Levelwise", self)

    @property
    def preferences(self) -> Preferences:
        """What the user prefers."""
        first = Preferences()
        return Preferences(
            scheme=self._read("scheme", Scheme, first.scheme),
            zoom=self._read("zoom", lambda text: _one_of(ZOOM_STEPS, int(text)), first.zoom),
            output_size=self._read(
                "output_size", lambda text: _one_of(OUTPUT_SIZES, int(text)), first.output_size
            ),
            subscripts=self._read("subscripts", _YES_OR_NO.__getitem__, first.subscripts),
        )

    def prefer(self, preferences: Preferences) -> None:
        """Remember other preferences."""
        if preferences == self.preferences:
            return
        for field in fields(preferences):
            value = getattr(preferences, field.name)
            self._store.setValue(f"preferences/{field.name}", _written(value))
        self.changed.emit()

    @property
    def recent(self) -> tuple[Path, ...]:
        """Model files, the last one first."""
        return tuple(map(Path, self._names()))

    def remember(self, path: Path) -> None:
        """Put a model file first among the recent ones."""
        name = str(path.absolute())
        self._write_names([name, *(each for each in self._names() if each != name)][:_N_RECENT])

    def forget(self, path: Path) -> None:
        """Take a file that is no more out of the recent ones."""
        self._write_names([each for each in self._names() if each != str(path.absolute())])

    def forget_all(self) -> None:
        """Empty the list of recent files."""
        self._write_names([])

    @property
    def folder(self) -> Path:
        """Where the last file was opened or saved; the home folder at first, or if it is gone."""
        folder = str(self._store.value("folder", ""))
        # Unlike Path.is_dir, this is just false for what the system refuses to look at.
        return Path(folder) if os.path.isdir(folder) else Path.home()  # noqa: PTH112

    @folder.setter
    def folder(self, folder: Path) -> None:
        self._store.setValue("folder", str(folder.absolute()))

    def layout(self, part: str) -> QByteArray:
        """Place and size of a part of the window, empty if none was kept."""
        value = self._store.value(f"layout/{part}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def keep_layout(self, part: str, layout: QByteArray) -> None:
        """Remember place and size of a part of the window."""
        self._store.setValue(f"layout/{part}", layout)

    def _read(self, name: str, reader: Callable[[str], _T], default: _T) -> _T:
        try:
            return reader(str(self._store.value(f"preferences/{name}", "")))
        except (KeyError, ValueError):
            return default

    def _names(self) -> list[str]:
        value = self._store.value("recent") or []  # an empty list comes back as None
        return [str(each) for each in value] if isinstance(value, list) else [str(value)]

    def _write_names(self, names: list[str]) -> None:
        if names != self._names():
            self._store.setValue("recent", names)
            self.recent_changed.emit()


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value.value) if isinstance(value, Enum) else str(value)


def _one_of(allowed: tuple[int, ...] | range, value: int) -> int:
    if value not in allowed:
        raise ValueError(value)
    return value
