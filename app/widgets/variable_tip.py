"""The tool tip of a variable: what it is, its numbers, its distribution, its value labels."""

from html import escape
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.theme import scaled
from app.widgets.histogram import histogram_image, in_words
from app.widgets.numbers import labelled
from estimation.spec import Variable

_SIZE = QSize(180, 44)
_LABELS, _LETTERS = 8, 60
# A C string: PySide takes it as str, its type stubs ask for bytes.
_PNG: Any = "PNG"


def variable_tip(variable: Variable, widget: QWidget, more: str = "") -> str:
    """Return the tip as rich text, its picture sharp on the widget's screen."""
    parts = [
        f"<b>{escape(variable.name)}</b>",
        escape(variable.label),
        escape(more),
        escape(in_words(variable)).replace("\n", "<br>"),
        _picture(variable, widget),
        *map(escape, _first_labels(variable)),
    ]
    rest = len(variable.value_labels) - _LABELS
    parts += [f"and {rest} more labels"] if rest > 0 else []
    return f"<p style='white-space: pre-wrap'>{'<br>'.join(filter(None, parts))}</p>"


def plain_tip(variable: Variable) -> str:
    """Return what the tip says as plain text, for a screen reader."""
    first = f"{variable.name}: {variable.label}" if variable.label else variable.name
    return "\n".join([first, in_words(variable), *_first_labels(variable)])


def _first_labels(variable: Variable) -> list[str]:
    lines = [labelled(value, label) for value, label in variable.value_labels[:_LABELS]]
    return [each if len(each) <= _LETTERS else f"{each[:_LETTERS]}…" for each in lines]


def _picture(variable: Variable, widget: QWidget) -> str:
    """Return the histogram as an image that is part of the text."""
    if not any(variable.histogram):
        return ""
    size, ratio = QSize(scaled(_SIZE.width()), scaled(_SIZE.height())), widget.devicePixelRatioF()
    image = histogram_image(variable, size, QGuiApplication.palette(), ratio)
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, _PNG)
    encoded = bytes(content.toBase64().data()).decode("ascii")
    place = f"width='{size.width()}' height='{size.height()}'"
    return f"<img src='data:image/png;base64,{encoded}' {place}>"
