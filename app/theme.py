"""Two palettes of our own on Qt's Fusion style, chosen as the system's colour scheme says."""

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

_Role = QPalette.ColorRole
_LIGHT = {
    _Role.Window: "#f3f4f6",
    _Role.WindowText: "#1b1f24",
    _Role.Base: "#ffffff",
    _Role.AlternateBase: "#f3f4f6",
    _Role.Text: "#1b1f24",
    _Role.PlaceholderText: "#5f6773",
    _Role.Button: "#e9ebee",
    _Role.ButtonText: "#1b1f24",
    _Role.BrightText: "#b00020",
    _Role.ToolTipBase: "#fffbe6",
    _Role.ToolTipText: "#1b1f24",
    _Role.Highlight: "#1f5fbf",
    _Role.HighlightedText: "#ffffff",
    _Role.Link: "#1f5fbf",
    _Role.Light: "#ffffff",
    _Role.Midlight: "#e0e3e8",
    _Role.Mid: "#c3c8d0",
    _Role.Dark: "#9aa1ac",
    _Role.Shadow: "#6b7280",
}
_DARK = {
    _Role.Window: "#23262b",
    _Role.WindowText: "#e8eaed",
    _Role.Base: "#1a1c20",
    _Role.AlternateBase: "#23262b",
    _Role.Text: "#e8eaed",
    _Role.PlaceholderText: "#9aa1ac",
    _Role.Button: "#31353c",
    _Role.ButtonText: "#e8eaed",
    _Role.BrightText: "#ff8a80",
    _Role.ToolTipBase: "#31353c",
    _Role.ToolTipText: "#e8eaed",
    _Role.Highlight: "#3d7be0",
    _Role.HighlightedText: "#ffffff",
    _Role.Link: "#8ab4f8",
    _Role.Light: "#3c4149",
    _Role.Midlight: "#353a41",
    _Role.Mid: "#4a505a",
    _Role.Dark: "#15171a",
    _Role.Shadow: "#0c0d0f",
}
# The icons that Fusion puts on OK and Cancel are drawn for light buttons.
_NO_ICONS = "QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }"
# A C string: PySide takes it as str, its type stubs ask for bytes.
_MENU: Any = "QMenu"
_GREYED = (_Role.WindowText, _Role.Text, _Role.ButtonText)


def palette(scheme: Qt.ColorScheme) -> QPalette:
    """Palette of a colour scheme; an unknown one is light."""
    dark = scheme is Qt.ColorScheme.Dark
    result = QPalette()
    for role, colour in (_DARK if dark else _LIGHT).items():
        result.setColor(role, QColor(colour))
    for role in _GREYED:
        grey = QColor("#8e95a0" if dark else "#6b727d")
        result.setColor(QPalette.ColorGroup.Disabled, role, grey)
    return result


def follow_system(app: QApplication) -> None:
    """Dress the program, now and whenever the system's colour scheme changes."""
    app.setStyle("Fusion")
    app.setStyleSheet(_NO_ICONS)
    hints = app.styleHints()
    dress(app, hints.colorScheme())
    hints.colorSchemeChanged.connect(partial(dress, app))


def dress(app: QApplication, scheme: Qt.ColorScheme) -> None:
    """Give the program its palette; dark menus, which cast no shadow, are raised by their grey."""
    colours = palette(scheme)
    app.setPalette(colours)
    if scheme is Qt.ColorScheme.Dark:
        colours.setColor(_Role.Base, colours.color(_Role.Button))
    app.setPalette(colours, _MENU)


def mixed(one: QColor, other: QColor, share: float) -> QColor:
    """Blend two colours: `share` of `one`, the rest of `other`."""

    def blend(a: float, b: float) -> float:
        return share * a + (1 - share) * b

    return QColor.fromRgbF(
        blend(one.redF(), other.redF()),
        blend(one.greenF(), other.greenF()),
        blend(one.blueF(), other.blueF()),
    )
