"""Icons of our own, from resources/icons: one colour, that of the text, and sharp at any size."""

from functools import cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QDataStream, QIODevice
from PySide6.QtGui import QAction, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QAbstractButton, QApplication

_FOLDER = files("resources") / "icons"
# Which icon has which name; copies of an icon share its key.
_names: dict[int, str] = {}


def icon(name: str) -> QIcon:
    """Return an icon in the colours of the text as they are now; `renew` has it follow them."""
    palette, role = QGuiApplication.palette(), QPalette.ColorRole.WindowText
    groups = {
        QIcon.Mode.Normal: QPalette.ColorGroup.Active,
        QIcon.Mode.Disabled: QPalette.ColorGroup.Disabled,
    }
    colours = {mode: palette.color(group, role).name() for mode, group in groups.items()}
    result = _svg_icon({mode: _drawing(name, colour) for mode, colour in colours.items()})
    _names[result.cacheKey()] = name
    return result


def app_icon() -> QIcon:
    """Return the program's own icon, in its own colours."""
    return _svg_icon({QIcon.Mode.Normal: _drawing("app", "")})


def renew() -> None:
    """Give every action and button that has an icon of ours the same one in today's colours."""
    for widget in QApplication.allWidgets():
        if isinstance(widget, QAbstractButton):
            _renew(widget)
        for action in widget.actions():
            _renew(action)


def _renew(owner: QAction | QAbstractButton) -> None:
    name = _names.get(owner.icon().cacheKey())
    if name:
        owner.setIcon(icon(name))


def _drawing(name: str, colour: str) -> bytes:
    return _source(name).replace("currentColor", colour).encode()


@cache
def _source(name: str) -> str:
    return (_FOLDER / f"{name}.svg").read_text(encoding="utf-8")


def _svg_icon(drawings: dict[QIcon.Mode, bytes]) -> QIcon:
    """Make an icon that Qt's own SVG engine draws when and as large as it is needed.

    An engine written in Python crashes when Qt copies it, and Qt's own reads files only, or the
    form that a data stream gives an icon: the engine's key; file names, whether compressed, and
    drawings, each by mode and state; whether pixmaps follow.
    """
    content = QByteArray()
    stream = _stream(content, QIODevice.OpenModeFlag.WriteOnly)
    stream.writeQString("svg")
    for number in (0, 0, len(drawings)):
        stream.writeInt32(number)
    for mode, drawing in drawings.items():
        stream.writeInt32(mode.value << 4 | QIcon.State.Off.value)
        stream << QByteArray(drawing)
    stream.writeInt32(0)
    result = QIcon()
    _stream(content, QIODevice.OpenModeFlag.ReadOnly) >> result
    return result


def _stream(content: QByteArray, mode: QIODevice.OpenModeFlag) -> QDataStream:
    stream = QDataStream(content, mode)
    stream.setVersion(QDataStream.Version.Qt_6_0)
    return stream
