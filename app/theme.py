"""How the windows look: two palettes of our own on Qt's Fusion style, and one size for all."""

from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

_Role = QPalette.ColorRole
_LIGHT = {
    _Role.Window: "#f3f4f6",
    _Role.WindowText: "#1b1f24",
    _Role.Base: "#ffffff",
    _Role.AlternateBase: "#f3f4f6",
    _Role.Text: "#1b1f24",
    _Role.PlaceholderText: "#586070",
    _Role.Button: "#e9ebee",
    _Role.ButtonText: "#1b1f24",
    _Role.BrightText: "#b00020",
    _Role.ToolTipBase: "#fffbe6",
    _Role.ToolTipText: "#1b1f24",
    _Role.Highlight: "#1f5fbf",
    _Role.HighlightedText: "#ffffff",
    _Role.Accent: "#1f5fbf",
    _Role.Link: "#1f5fbf",
    _Role.LinkVisited: "#6b3fa0",
    _Role.Light: "#ffffff",
    _Role.Midlight: "#e0e3e8",
    _Role.Mid: "#c3c8d0",
    _Role.Dark: "#9aa1ac",
    _Role.Shadow: "#6b7280",
}
_DARK = {
    _Role.Window: "#2a2d33",
    _Role.WindowText: "#e8eaed",
    _Role.Base: "#191b1f",
    _Role.AlternateBase: "#2a2d33",
    _Role.Text: "#e8eaed",
    _Role.PlaceholderText: "#a3aab5",
    _Role.Button: "#3a3f47",
    _Role.ButtonText: "#e8eaed",
    _Role.BrightText: "#ff8a80",
    _Role.ToolTipBase: "#3a3f47",
    _Role.ToolTipText: "#e8eaed",
    _Role.Highlight: "#2f68c8",
    _Role.HighlightedText: "#ffffff",
    _Role.Accent: "#2f68c8",
    _Role.Link: "#8ab4f8",
    _Role.LinkVisited: "#c3a6f0",
    _Role.Light: "#464c56",
    _Role.Midlight: "#3f444d",
    _Role.Mid: "#565d69",
    _Role.Dark: "#17191c",
    _Role.Shadow: "#0c0d0f",
}
# What is selected where the focus is not.
_PALE = {
    False: {_Role.Highlight: "#cdd8e8", _Role.HighlightedText: "#1b1f24"},
    True: {_Role.Highlight: "#38414f", _Role.HighlightedText: "#e8eaed"},
}
# Sides of a mark of choice, and of an icon in a menu or button, at 100 %.
_MARK, _SMALL_ICON = 14, 16
# A C string: PySide takes it as str, its type stubs ask for bytes.
_MENU: Any = "QMenu"
# The property of the program that holds its size in %.
_ZOOM = "zoom"
_GREYED = (_Role.WindowText, _Role.Text, _Role.ButtonText)


def palette(scheme: Qt.ColorScheme) -> QPalette:
    """Palette of a colour scheme; an unknown one is light."""
    dark = scheme is Qt.ColorScheme.Dark
    result = QPalette()
    for role, colour in (_DARK if dark else _LIGHT).items():
        result.setColor(role, QColor(colour))
    for role, colour in _PALE[dark].items():
        result.setColor(QPalette.ColorGroup.Inactive, role, QColor(colour))
    for role in _GREYED:
        grey = QColor("#8e95a0" if dark else "#6b727d")
        result.setColor(QPalette.ColorGroup.Disabled, role, grey)
    return result


class Theme(QObject):
    """Dresses the program; `changed` follows each change of its colours or its size.

    The font that the program has when this is made, the system's, is the size of 100 %.
    """

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app, self._font = app, app.font()
        self._scheme, self._zoom, self._worn = Qt.ColorScheme.Unknown, 100, False
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._follow)

    def wear(self, scheme: Qt.ColorScheme, zoom: int = 100) -> None:
        """Take on a colour scheme, unknown for the system's, and a size in %, if they are new."""
        if self._worn and (scheme, zoom) == (self._scheme, self._zoom):
            return
        self._scheme, self._zoom, self._worn = scheme, zoom, True
        # Where the system lets us, the frames of the windows follow.
        self._app.styleHints().setColorScheme(scheme)
        self._dress()

    def _follow(self) -> None:
        if self._scheme is Qt.ColorScheme.Unknown:
            self._dress()

    def _dress(self) -> None:
        follows = self._scheme is Qt.ColorScheme.Unknown
        dress(self._app, self._app.styleHints().colorScheme() if follows else self._scheme)
        self._app.setProperty(_ZOOM, self._zoom)
        self._app.setFont(zoomed(self._font, self._zoom))
        # What there is takes on the font by an event of its own: before the style sheet, from
        # which children would have the font of before, and before `changed`.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.ApplicationFontChange.value)
        self._app.setStyleSheet(_sheet(self._app.palette()))
        self.changed.emit()


def scaled(pixels: float) -> int:
    """Give a length at 100 % as it is at the size that the program wears."""
    app = QApplication.instance()
    zoom = app.property(_ZOOM) if app else None
    return round(pixels * (zoom or 100) / 100)


def dress(app: QApplication, scheme: Qt.ColorScheme) -> None:
    """Give the program its palette; dark menus, which cast no shadow, are raised by their grey."""
    colours = palette(scheme)
    app.setPalette(colours)
    if scheme is Qt.ColorScheme.Dark:
        colours.setColor(_Role.Base, colours.color(_Role.Button))
    app.setPalette(colours, _MENU)


def bold(font: QFont | None = None) -> QFont:
    """Return a font in bold; without one, a font that leaves size and family to the window's."""
    result = QFont(font) if font else QFont()
    result.setBold(True)
    return result


def mixed(one: QColor, other: QColor, share: float) -> QColor:
    """Blend two colours: `share` of `one`, the rest of `other`."""

    def blend(a: float, b: float) -> float:
        return share * a + (1 - share) * b

    return QColor.fromRgbF(
        blend(one.redF(), other.redF()),
        blend(one.greenF(), other.greenF()),
        blend(one.blueF(), other.blueF()),
    )


def _sheet(colours: QPalette) -> str:
    """Write what neither palette nor font can say.

    Marks and icons grow with the text, and a mark has a frame that can be seen in the dark.
    """
    mark, small, radius = scaled(_MARK), scaled(_SMALL_ICON), scaled(_MARK) // 2 + 1
    frame, base, dot = (
        colours.color(role).name() for role in (_Role.PlaceholderText, _Role.Base, _Role.Link)
    )
    return f"""
        QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
        QMenu, QToolBar, QPushButton, QTabBar {{ icon-size: {small}px; }}
        QRadioButton::indicator, QCheckBox::indicator {{ width: {mark}px; height: {mark}px; }}
        QRadioButton::indicator, QCheckBox::indicator:unchecked {{
            border: 1px solid {frame}; background: {base};
        }}
        QRadioButton::indicator {{ border-radius: {radius}px; }}
        QRadioButton::indicator:checked {{
            background: qradialgradient(cx: 0.5, cy: 0.5, radius: 0.5, fx: 0.5, fy: 0.5,
                stop: 0.5 {dot}, stop: 0.6 {base});
        }}
    """


def zoomed(font: QFont, zoom: float) -> QFont:
    """Scale a font, whichever unit its size is given in."""
    result = QFont(font)
    if font.pointSizeF() > 0:
        result.setPointSizeF(font.pointSizeF() * zoom / 100)
    else:
        result.setPixelSize(round(font.pixelSize() * zoom / 100))
    return result
